/* Reading the body of a request as JSON. */
#ifndef DOCUMENT_JSON_BODY_PRIV_H
#define DOCUMENT_JSON_BODY_PRIV_H

#include <stddef.h>

#include <jansson.h>

struct op;

/* Parses a body, with bounds to its depth; integers beyond 64 bits become numbers of another type. Kept by
 * the arena. NULL: recorded. */
json_t *json_body_parse(struct op *op, const char *body, size_t bytes);

#endif
