#include "customer_address_actions_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "resource/save.h"

/* Inputs */

struct address_input {
	struct address_reference reference;
	json_t                  *address;
};

#define AT(member) offsetof(struct address_input, member)
static const struct shape_field ADDRESS_FIELDS[] = {
	{ "addressId",  FIELD_TEXT,     OPTIONAL, AT(reference.id) },
	{ "addressKey", FIELD_TEXT,     OPTIONAL, AT(reference.key) },
	{ "address",    FIELD_DOCUMENT, REQUIRED, AT(address), NULL, NULL, &ADDRESS_SHAPE },
};
#undef AT

const struct shape ADDRESS_REF    = { sizeof(struct address_input), 2, ADDRESS_FIELDS };
const struct shape ADDRESS_CHANGE = { sizeof(struct address_input), 3, ADDRESS_FIELDS };
const struct shape ADDRESS_ADDED  = { sizeof(struct address_input), 1, ADDRESS_FIELDS + 2 };

/* A row's default address and list: the names for shipping or for billing. */
struct role {
	const char *list;
	const char *default_member;
};

static const struct role SHIPPING = { "shippingAddressIds", "defaultShippingAddressId" };
static const struct role BILLING = { "billingAddressIds", "defaultBillingAddressId" };

static const struct role *role_of(const struct update_action *row)
{
	return strcmp(row->field, "shipping") == 0 ? &SHIPPING : &BILLING;
}

/* Addresses */

static json_t *address_payload(struct op *op, const json_t *address)
{
	return keep(op, json_pack("{s:o}", "address", json_deep_copy(address)));
}

bool address_add(struct op *op, struct resource *customer, const struct update_action *row,
                        const void *input)
{
	const struct address_input *in = input;
	json_t *addresses = json_object_get(customer->doc, "addresses");
	json_t *address = address_create(op, in->address, NULL, addresses, json_array_size(addresses));

	if (!address)
		return false;
	json_array_append(addresses, address);
	resource_touch(customer);
	resource_emit(op, customer, row->message, address_payload(op, address));
	return true;
}

bool address_change(struct op *op, struct resource *customer,
                           const struct update_action *row, const void *input)
{
	const struct address_input *in = input;
	json_t *addresses = json_object_get(customer->doc, "addresses");
	size_t index;
	json_t *before = address_find(op, customer->doc, &in->reference, &index);
	json_t *after =
		before ? address_create(op, in->address, doc_text(before, "id"), addresses, index) : NULL;

	if (!after)
		return false;
	if (json_equal(before, after))
		return true;
	json_t *payload = address_payload(op, after);

	json_object_set(payload, "addressRoles",
	                address_roles(op, customer->doc, doc_text(after, "id")));
	json_array_set(addresses, index, after);
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

static void drop_role(json_t *doc, const struct role *role, const char *address_id)
{
	const char *default_id = doc_text(doc, role->default_member);

	doc_list_remove(doc, role->list, address_id);
	if (default_id && strcmp(default_id, address_id) == 0)
		doc_set_text(doc, role->default_member, NULL);
}

bool address_remove(struct op *op, struct resource *customer,
                           const struct update_action *row, const void *input)
{
	const struct address_input *in = input;
	size_t index;
	const json_t *address = address_find(op, customer->doc, &in->reference, &index);

	if (!address)
		return false;
	const char *id = arena_strdup(op->arena, doc_text(address, "id"));
	json_t *payload = address_payload(op, address);

	json_object_set(payload, "addressRoles", address_roles(op, customer->doc, id));
	json_array_remove(json_object_get(customer->doc, "addresses"), index);
	drop_role(customer->doc, &SHIPPING, id);
	drop_role(customer->doc, &BILLING, id);
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

bool address_set_default(struct op *op, struct resource *customer, const struct update_action *row,
                        const void *input)
{
	const struct address_input *in = input;
	const struct role *role = role_of(row);
	const json_t *address = address_find(op, customer->doc, &in->reference, NULL);

	if (!address)
		return false;
	bool is_new_default =
		doc_set_text(customer->doc, role->default_member, doc_text(address, "id"));

	if (!doc_list_add(customer->doc, role->list, doc_text(address, "id")) && !is_new_default)
		return true;
	resource_touch(customer);
	resource_emit(op, customer, row->message, address_payload(op, address));
	return true;
}

bool address_add_role(struct op *op, struct resource *customer, const struct update_action *row,
                     const void *input)
{
	const struct address_input *in = input;
	const json_t *address = address_find(op, customer->doc, &in->reference, NULL);

	if (!address)
		return false;
	if (!doc_list_add(customer->doc, role_of(row)->list, doc_text(address, "id")))
		return true;
	resource_touch(customer);
	resource_emit(op, customer, row->message, address_payload(op, address));
	return true;
}

bool address_remove_role(struct op *op, struct resource *customer, const struct update_action *row,
                        const void *input)
{
	const struct address_input *in = input;
	const struct role *role = role_of(row);
	const json_t *address = address_find(op, customer->doc, &in->reference, NULL);
	const char *id = doc_text(address, "id");

	if (!address)
		return false;
	if (!doc_list_holds(customer->doc, role->list, id))
		return fail_invalid_operation(op, "The customers %s don't contain id '%s'.", role->list,
		                              id);
	drop_role(customer->doc, role, id);
	resource_touch(customer);
	resource_emit(op, customer, row->message, address_payload(op, address));
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
const struct shape ADDRESS_CUSTOM_TYPE  = { sizeof(struct address_custom_type_input), 3, ADDRESS_CUSTOM_TYPE_FIELDS };
const struct shape ADDRESS_CUSTOM_FIELD = { sizeof(struct address_custom_field_input), 3, ADDRESS_CUSTOM_FIELD_FIELDS };

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

bool address_set_custom_type(struct op *op, struct resource *customer,
                                      const struct update_action *row, const void *input)
{
	const struct address_custom_type_input *in = input;
	struct custom_holder holder = address_holder(op, customer, &in->reference);

	(void)row;
	return change_custom_type(op, customer, &holder, &in->draft);
}

bool address_set_custom_field(struct op *op, struct resource *customer,
                                       const struct update_action *row, const void *input)
{
	const struct address_custom_field_input *in = input;
	struct custom_holder holder = address_holder(op, customer, &in->reference);

	(void)row;
	return change_custom_field(op, customer, &holder, &in->field);
}
