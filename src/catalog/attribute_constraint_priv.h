/* What the constraints of attributes ask of the variants of a product taken together. */
#ifndef CATALOG_ATTRIBUTE_CONSTRAINT_PRIV_H
#define CATALOG_ATTRIBUTE_CONSTRAINT_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Are the attributes of the variants of product data as the product type's constraints have them: the same in all,
 * another one in each, another combination in each? `changed`: the variant that is to blame where they are not; NULL:
 * the later one. A variant without a value has none in common with others. False: recorded. Source: API docs,
 * "AttributeConstraintEnum". */
bool attribute_constraints_check(struct op *op, const json_t *product_type, const json_t *data,
                                 const json_t *changed);

#endif
