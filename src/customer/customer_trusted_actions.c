/* Customer groups, custom fields of addresses, and the way a customer signs in: what only a trusted
 * client may change. */
#include <string.h>

#include "auth/password.h"
#include "auth/grant.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "customer/credential.h"
#include "customer/customer.h"
#include "customer/customer_group.h"
#include "customer/customer_token.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/common_actions.h"
#include "kind/custom_fields.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "customer_actions_priv.h"

/* Groups */

static const char ASSIGNMENTS[] = "customerGroupAssignments";

static bool find_assignment(const json_t *assignments, const char *group_id, size_t *ret_index)
{
	for (size_t i = 0; i < json_array_size(assignments); i++) {
		const json_t *group = json_object_get(json_array_get(assignments, i), "customerGroup");

		*ret_index = i;
		if (strcmp(doc_text(group, "id"), group_id) == 0)
			return true;
	}
	return false;
}

bool customer_set_group_assignments(struct op *op, struct resource *customer,
                           const struct update_action *row, const void *input)
{
	json_t *before = json_object_get(customer->doc, ASSIGNMENTS);
	json_t *after = group_assignments_create(op, json_object_get(input, ASSIGNMENTS));

	if (!after)
		return false;
	json_t *payload = keep(op, json_pack("{s:O, s:O}", ASSIGNMENTS, after,
	                                     "oldCustomerGroupAssignments", before));

	if (!doc_set(customer->doc, ASSIGNMENTS, after))
		return true;
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

bool customer_add_group_assignment(struct op *op, struct resource *customer,
                                   const struct update_action *row, const void *input)
{
	json_t *after = keep(op, json_copy(json_object_get(customer->doc, ASSIGNMENTS)));
	const json_t *drafts = keep(op, json_pack("[O]", json_object_get(input, row->field)));
	json_t *added = json_array_get(group_assignments_create(op, drafts), 0);
	size_t unused;

	if (!added)
		return false;
	if (find_assignment(after, doc_text(json_object_get(added, "customerGroup"), "id"), &unused))
		return true;
	json_array_append(after, added);
	if (!group_assignments_fit(op, json_array_size(after)))
		return false;
	json_object_set(customer->doc, ASSIGNMENTS, after);
	resource_touch(customer);
	resource_emit(op, customer, row->message, keep(op, json_pack("{s:O}", row->field, added)));
	return true;
}

bool customer_remove_group_assignment(struct op *op, struct resource *customer,
                             const struct update_action *row, const void *input)
{
	json_t *assignments = keep(op, json_copy(json_object_get(customer->doc, ASSIGNMENTS)));
	const json_t *group = references_resolved(op, json_object_get(input, "customerGroup"));
	size_t index;

	if (!group)
		return false;
	if (!find_assignment(assignments, doc_text(group, "id"), &index))
		return true;
	json_t *payload = keep(op, json_pack("{s:O}", row->field, json_array_get(assignments, index)));

	json_array_remove(assignments, index);
	json_object_set(customer->doc, ASSIGNMENTS, assignments);
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

/* Custom fields of addresses */

struct address_custom_type_input {
	struct address_reference reference;
	struct custom_draft      draft;
};

struct address_custom_field_input {
	struct address_reference  reference;
	struct custom_field_input field;
};

/* clang-format off */
#define AT(member) offsetof(struct address_custom_type_input, member)
static const struct shape_field ADDRESS_CUSTOM_TYPE_FIELDS[] = {
	{ "addressId", FIELD_TEXT,   REQUIRED, AT(reference.id) },
	{ "type",      FIELD_CUSTOM, OPTIONAL, AT(draft.type), NULL, "type", NULL, identifier_decode },
	{ "fields",    FIELD_MAP,    OPTIONAL, AT(draft.fields) },
};
#undef AT
#define AT(member) offsetof(struct address_custom_field_input, member)
static const struct shape_field ADDRESS_CUSTOM_FIELD_FIELDS[] = {
	{ "addressId", FIELD_TEXT,   REQUIRED, AT(reference.id) },
	{ "name",      FIELD_TEXT,   REQUIRED, AT(field.name) },
	{ "value",     FIELD_RAW,    OPTIONAL, AT(field.value) },
};
#undef AT
const struct shape ADDRESS_CUSTOM_TYPE_INPUT  = { sizeof(struct address_custom_type_input), 3, ADDRESS_CUSTOM_TYPE_FIELDS };
const struct shape ADDRESS_CUSTOM_FIELD_INPUT = { sizeof(struct address_custom_field_input), 3, ADDRESS_CUSTOM_FIELD_FIELDS };
/* clang-format on */

static const struct custom_messages ADDRESS_MESSAGES = {
	.type_set = MESSAGE_CustomerAddressCustomTypeSet,
	.type_removed = MESSAGE_CustomerAddressCustomTypeRemoved,
	.field_added = MESSAGE_CustomerAddressCustomFieldAdded,
	.field_changed = MESSAGE_CustomerAddressCustomFieldChanged,
	.field_removed = MESSAGE_CustomerAddressCustomFieldRemoved,
	.previous_type_id = "previousTypeId",
	.previous_value = "previousValue",
};

static struct custom_holder address_holder(struct op *op, const struct resource *customer,
                                           const struct address_reference *reference)
{
	return (struct custom_holder){
		.doc = address_find(op, customer->doc, reference, NULL),
		.type_id = "address",
		.messages = &ADDRESS_MESSAGES,
		.part_name = "addressId",
		.part_id = reference->id,
	};
}

bool customer_set_address_custom_type(struct op *op, struct resource *customer,
                                      const struct update_action *row, const void *input)
{
	const struct address_custom_type_input *in = input;
	struct custom_holder holder = address_holder(op, customer, &in->reference);

	(void)row;
	return change_custom_type(op, customer, &holder, &in->draft);
}

bool customer_set_address_custom_field(struct op *op, struct resource *customer,
                                       const struct update_action *row, const void *input)
{
	const struct address_custom_field_input *in = input;
	struct custom_holder holder = address_holder(op, customer, &in->reference);

	(void)row;
	return change_custom_field(op, customer, &holder, &in->field);
}

/* The way to sign in */

struct authentication_input {
	const char *mode;
	const char *password;
	const char *password_hash; /* not on the wire: made by prepare, or NULL */
};

/* clang-format off */
static const struct shape_field AUTHENTICATION_FIELDS[] = {
	{ "authMode", FIELD_TEXT, REQUIRED, offsetof(struct authentication_input, mode), text_check_enum, AUTHENTICATION_MODES },
	{ "password", FIELD_TEXT, OPTIONAL, offsetof(struct authentication_input, password) },
};
const struct shape AUTHENTICATION_INPUT = { sizeof(struct authentication_input), 2, AUTHENTICATION_FIELDS };
/* clang-format on */

/* Does the action have a password that is going to be the customer's? */
static bool is_slow(const struct action *action)
{
	const struct authentication_input *in = action->input;

	return action->row->apply == customer_set_authentication_mode &&
	       strcmp(in->mode, "Password") == 0 && in->password && *in->password;
}

bool customer_update_is_slow(const struct update_input *input)
{
	const struct action *actions = input->actions.items;

	for (size_t i = 0; i < input->actions.count; i++)
		if (is_slow(&actions[i]))
			return true;
	return false;
}

static bool add_hash(struct op *op, struct action *action)
{
	struct authentication_input *hashed = arena_alloc(op->arena, sizeof *hashed);

	*hashed = *(const struct authentication_input *)action->input;
	hashed->password_hash = password_hash(op, hashed->password);
	action->input = hashed;
	return hashed->password_hash != NULL;
}

struct update_input *customer_update_prepare(struct op *op, const struct update_input *input)
{
	size_t count = input->actions.count;
	struct update_input *prepared = arena_alloc(op->arena, sizeof *prepared);
	struct action *actions = arena_alloc(op->arena, (count ? count : 1) * sizeof *actions);

	if (count)
		memcpy(actions, input->actions.items, count * sizeof *actions);
	*prepared = (struct update_input){ input->version, { actions, count } };
	for (size_t i = 0; i < count; i++)
		if (is_slow(&actions[i]) && !add_hash(op, &actions[i]))
			return NULL;
	return prepared;
}

static bool use_password(struct op *op, struct resource *customer,
                         const struct authentication_input *in)
{
	if (!in->password)
		return fail_json_at(op, "actions -> password", "Missing required value");
	if (!*in->password)
		return fail_invalid_operation(op, "'password' should not be empty.");
	doc_set_text(customer->doc, "password", password_mask(op, in->password_hash));
	return credential_insert(op, customer->id, in->password_hash);
}

/* Whoever is signed in with the password is signed out, and nobody can reset it any more. */
static bool drop_password(struct op *op, struct resource *customer)
{
	doc_set_text(customer->doc, "password", NULL);
	return credential_delete(op, customer->id) &&
	       customer_tokens_drop(op, customer->id, TOKEN_OF_PASSWORD) &&
	       grants_revoke_of_customer(op, customer->id);
}

bool customer_set_authentication_mode(struct op *op, struct resource *customer,
                             const struct update_action *row, const void *input)
{
	const struct authentication_input *in = input;
	bool to_password = strcmp(in->mode, "Password") == 0;

	if (strcmp(in->mode, doc_text(customer->doc, row->field)) == 0)
		return fail_invalid_input(
			op, "The customer is already using the '%s' authentication mode.", in->mode);
	if (to_password ? !use_password(op, customer, in) : !drop_password(op, customer))
		return false;
	doc_set_text(customer->doc, row->field, in->mode);
	resource_touch(customer);
	return true;
}
