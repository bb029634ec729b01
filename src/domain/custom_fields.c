/* There are no types in this version of the server, so every type is unknown and no resource has
 * one. */
#include "domain/custom_fields.h"

#include "base/error.h"
#include "base/op.h"
#include "domain/reference.h"

/* clang-format off */
static const struct shape_field CUSTOM_DRAFT_FIELDS[] = {
	{ "type",   FIELD_CUSTOM, REQUIRED, offsetof(struct custom_draft, type), NULL, "type", NULL, identifier_decode },
	{ "fields", FIELD_MAP,    OPTIONAL, offsetof(struct custom_draft, fields) },
};
const struct shape CUSTOM_DRAFT_SHAPE = { sizeof(struct custom_draft), 2, CUSTOM_DRAFT_FIELDS };
/* clang-format on */

bool custom_draft_decode(struct op *op, json_t *value, const struct json_path *path,
                         const void *argument, void *target)
{
	struct custom_draft draft = { 0 };

	(void)argument;
	*(json_t **)target = value;
	return shape_decode(op, &CUSTOM_DRAFT_SHAPE, value, path, &draft);
}

bool custom_set_type(struct op *op, json_t *holder, const char *resource_type_id,
                     const struct custom_draft *draft, struct custom_change *ret_change)
{
	(void)holder;
	(void)resource_type_id;
	*ret_change = (struct custom_change){ .event = CUSTOM_UNCHANGED };
	if (!draft->type)
		return true; /* nothing has a type, so there is none to remove */
	return fail_reference_not_found(op, "type", draft->type->id, draft->type->key);
}

bool custom_set_field(struct op *op, json_t *holder, const char *resource_type_id,
                      const struct custom_field_input *input, struct custom_change *ret_change)
{
	(void)holder;
	(void)resource_type_id;
	(void)input;
	*ret_change = (struct custom_change){ .event = CUSTOM_UNCHANGED };
	return fail_invalid_operation(op, "Resource has no custom type");
}

bool custom_from_draft(struct op *op, json_t *holder, const char *resource_type_id,
                       const json_t *draft)
{
	struct custom_draft decoded = { 0 };
	struct custom_change change;

	return shape_decode(op, &CUSTOM_DRAFT_SHAPE, draft, NULL, &decoded) &&
	       custom_set_type(op, holder, resource_type_id, &decoded, &change);
}
