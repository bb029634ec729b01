/* JSON values as text: what is stored and what is sent. */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include <jansson.h>

struct text_buffer;

/* Appends a value as compact JSON, byte for byte as jansson writes it, several times faster. Reals get 15 digits, which
 * gives back every literal of up to 15 digits as it came (0.1 is not 0.10000000000000001), unless one of the value's
 * needs all 17. As deep as the value is, which is bounded where it was read. */
void json_write(struct text_buffer *out, const json_t *json);

/* The same with the members of all objects in the order of their names' bytes. */
void json_write_sorted(struct text_buffer *out, const json_t *json);

#endif
