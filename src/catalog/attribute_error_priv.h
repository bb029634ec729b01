/* Errors about definitions of attributes and values of enums, and about values that variants must not have alike.
 * Source: API docs, "Errors", the sentences word by word. All return false. */
#ifndef CATALOG_ATTRIBUTE_ERROR_PRIV_H
#define CATALOG_ATTRIBUTE_ERROR_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* `type`: the product type that has the other definition of this name. */
bool fail_definition_exists(struct op *op, const json_t *type, const char *name);
bool fail_definition_type(struct op *op, const json_t *type, const char *name);

/* `type`: the product type that has none of this name. */
bool fail_definition_unknown(struct op *op, const json_t *type, const char *name);

/* `keys`: an array of texts. */
bool fail_enum_duplicates(struct op *op, const json_t *keys);
bool fail_enum_key_exists(struct op *op, const char *attribute, const char *key);
bool fail_enum_key_unknown(struct op *op, const char *attribute, const char *key);
bool fail_enum_value_used(struct op *op, const char *attribute, const json_t *keys);
bool fail_enum_values_differ(struct op *op);

/* A value, or a set of attributes, that another variant has, too. */
bool fail_attribute_duplicate(struct op *op, json_t *attribute);
bool fail_attributes_duplicate(struct op *op, json_t *attributes);

/* A value (NULL: none) that differs from that of the other variants (NULL: they have none). */
bool fail_attribute_not_same(struct op *op, const char *name, json_t *value, json_t *other);

#endif
