/* Reads JSON text that the service wrote itself into jansson's values, several times faster than jansson does; what
 * clients send is still jansson's. */
#ifndef DOCUMENT_STORED_JSON_H
#define DOCUMENT_STORED_JSON_H

#include <stddef.h>

#include <jansson.h>

struct arena;

/* What a text says, which has to be one value and nothing else; as json_loadb() with JSON_DECODE_ANY has it, to the
 * last text that it refuses. The caller owns the reference. NULL: there is no text, it is no JSON, or it goes deeper
 * than jansson goes. `arena`: for texts while their escapes are decoded. */
json_t *stored_json_read(struct arena *arena, const char *text, size_t bytes);

#endif
