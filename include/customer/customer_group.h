/* Customer groups. The smallest kind there is: the worked example of src/README.md. */
#ifndef CUSTOMER_CUSTOMER_GROUP_H
#define CUSTOMER_CUSTOMER_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "document/shape.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind CUSTOMER_GROUP_KIND;
extern const struct shape CUSTOMER_GROUP_DRAFT;
extern const struct shape CUSTOMER_GROUP_UPDATE;

/* What puts a customer into a group, as a document with an identifier of the group. */
extern const struct shape GROUP_ASSIGNMENT_SHAPE;

/* Makes assignments of an array of such documents (NULL: none), each group once. NULL: recorded. */
json_t *group_assignments_create(struct op *op, const json_t *drafts);

/* May a customer have so many assignments? False: recorded. */
bool group_assignments_fit(struct op *op, size_t count);

#endif
