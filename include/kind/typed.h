/* Objects that say by their member `type` what other members they have. */
#ifndef KIND_TYPED_H
#define KIND_TYPED_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

/* What goes with a type. The rows of a list end with one without a type, and are no more than
 * TYPED_MAX. */
struct typed {
	const char         *type;
	const struct shape *shape;   /* of a document */
};

enum { TYPED_MAX = 15 };

/* Decodes an object by the row of its type, and keeps the type. `target`: a json_t *. False:
 * recorded. */
bool typed_decode(struct op *op, const struct typed *rows, const json_t *value,
                  const struct json_path *path, void *target);

/* The same for an array of them. */
bool typed_list_decode(struct op *op, const struct typed *rows, const json_t *value,
                       const struct json_path *path, void *target);

#endif
