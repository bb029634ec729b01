/* Carrying a change of a definition of attributes to the products that have them. */
#ifndef CATALOG_ATTRIBUTE_SPREAD_PRIV_H
#define CATALOG_ATTRIBUTE_SPREAD_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct resource;

/* What becomes of the attributes of a name: they are removed, or called anew, or a value of their enum is removed or
 * changed. */
struct attribute_change {
	const char *name;
	const char *new_name; /* NULL: as before */
	const char *key;      /* of a value of an enum; NULL: not about one */
	json_t     *value;    /* what takes its place; NULL: it is removed */
	bool        removed;
};

/* Changes the attributes of all products of a product type, current and staged, and stores the products. False:
 * recorded. */
bool attribute_spread(struct op *op, const struct resource *product_type,
                      const struct attribute_change *change);

/* Has a product of the type an attribute with one of these values of its enum? False in *ret_done: recorded. */
bool attribute_is_used(struct op *op, const struct resource *product_type, const char *name,
                       const json_t *keys, bool *ret_done);

#endif
