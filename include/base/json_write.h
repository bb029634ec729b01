/* Writes JSON values as text: what jansson's json_dumps() writes, with 0.4 of the instructions.
 * Every change of a document ends with its being written. */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include <jansson.h>

struct arena;

/* The compact text of a JSON value, in the arena. Reals have 15 digits, which gives back every
 * literal of up to 15 digits as it came (0.1 is not 0.10000000000000001), unless one of them needs
 * all 17. */
char *json_write(struct arena *arena, const json_t *json);

/* How many digits the reals in a value have: 15 or 17. */
size_t json_real_digits(const json_t *json);

#endif
