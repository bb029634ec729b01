/* Types: what custom fields a resource may have. */
#ifndef KIND_TYPE_H
#define KIND_TYPE_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind TYPE_KIND;
extern const struct shape TYPE_DRAFT;

/* The definition of a field; NULL: there is none of that name. */
json_t *type_definition(const json_t *type, const char *field_name);

/* The same, where it must be there: else an InvalidOperation. NULL: recorded. */
json_t *type_need_definition(struct op *op, const json_t *type, const char *field_name);

/* May resources of this kind (a resourceTypeId) have the type? */
bool type_is_for(const json_t *type, const char *resource_type_id);

/* Have all fields of these definitions the same type in every other Type for the same kinds of
 * resources? False: recorded. Source: API docs, "FieldDefinition". */
bool type_check_definitions(struct op *op, const json_t *type, const json_t *definitions);

#endif
