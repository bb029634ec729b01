/* There are no types in this version of the server, so every type is unknown and no resource has
 * one. */
#include "domain/custom_fields.h"

#include "base/error.h"
#include "domain/customer.h"
#include "domain/reference.h"

bool custom_set_type(struct op *op, struct resource *resource, const struct custom_draft *draft)
{
	(void)resource;
	return fail_reference_not_found(op, "type", draft->type->id, draft->type->key);
}

bool custom_set_field(struct op *op, struct resource *resource, const char *name, json_t *value)
{
	(void)resource;
	(void)name;
	(void)value;
	return fail_invalid_operation(op, "Resource has no custom type");
}
