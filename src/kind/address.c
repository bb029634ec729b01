#include "kind/address.h"

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_fields.h"

#define TEXT(name) { name, FIELD_TEXT, OPTIONAL, 0 }
static const struct shape_field ADDRESS_FIELDS[] = {
	TEXT("id"),
	TEXT("key"),
	TEXT("title"),
	TEXT("salutation"),
	TEXT("firstName"),
	TEXT("lastName"),
	TEXT("streetName"),
	TEXT("streetNumber"),
	TEXT("additionalStreetInfo"),
	TEXT("postalCode"),
	TEXT("city"),
	TEXT("region"),
	TEXT("state"),
	{ "country", FIELD_TEXT, REQUIRED, 0, text_check_country },
	TEXT("company"),
	TEXT("department"),
	TEXT("building"),
	TEXT("apartment"),
	TEXT("pOBox"),
	TEXT("phone"),
	TEXT("mobile"),
	TEXT("email"),
	TEXT("fax"),
	TEXT("additionalAddressInfo"),
	TEXT("externalId"),
	{ "custom", FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
#undef TEXT

const struct shape ADDRESS_SHAPE = { 0, sizeof ADDRESS_FIELDS / sizeof *ADDRESS_FIELDS,
	                                 ADDRESS_FIELDS };

static bool fail_duplicate_key(struct op *op, const char *key)
{
	return fail_duplicate_field(op, "addresses.key", key);
}

json_t *address_keep(struct op *op, const json_t *draft)
{
	const char *key = doc_text(draft, "key");
	const json_t *custom = json_object_get(draft, "custom");
	json_t *address = keep(op, json_deep_copy(draft));

	json_object_del(address, "custom");
	if (key && !check_key(key)) {
		fail_invalid_field(op, "key", json_object_get(draft, "key"), NULL);
		return NULL;
	}
	return !custom || custom_from_draft(op, address, "address", custom) ? address : NULL;
}

json_t *address_create(struct op *op, const json_t *draft, const char *id, const json_t *addresses,
                       size_t index)
{
	char fresh_id[ADDRESS_ID_BYTES];
	const char *key = doc_text(draft, "key");
	json_t *kept = address_keep(op, draft);
	size_t other;

	if (!kept)
		return NULL;
	if (key && doc_find(addresses, "key", key, &other) && other != index) {
		fail_duplicate_key(op, key);
		return NULL;
	}
	if (!id)
		random_address_id(fresh_id);
	json_t *address = keep(op, json_pack("{s:s}", "id", id ? id : fresh_id));

	json_object_del(kept, "id");
	json_object_update(address, kept);
	return address;
}

json_t *addresses_create(struct op *op, const json_t *drafts)
{
	json_t *addresses = keep(op, json_array());
	json_t *keys = keep(op, json_object());

	for (size_t i = 0; i < json_array_size(drafts); i++) {
		json_t *address = address_create(op, json_array_get(drafts, i), NULL, NULL, 0);
		const char *key = doc_text(address, "key");

		if (!address)
			return NULL;
		if (key && !doc_note(keys, key)) {
			fail_duplicate_key(op, key);
			return NULL;
		}
		json_array_append(addresses, address);
	}
	return addresses;
}

json_t *address_find(struct op *op, const json_t *customer,
                     const struct address_reference *reference, size_t *ret_index)
{
	const json_t *addresses = json_object_get(customer, "addresses");
	json_t *address = NULL;

	if (reference->key) {
		address = doc_find(addresses, "key", reference->key, ret_index);
		if (!address)
			fail_invalid_operation(op, "Customer does not contain an address with the key '%s'.",
			                       reference->key);
	} else if (reference->id) {
		address = doc_find(addresses, "id", reference->id, ret_index);
		if (!address)
			fail_invalid_operation(op,
			                       "Customer does not contain an address with the identifier '%s'.",
			                       reference->id);
	} else {
		fail_invalid_operation(op, "One of address 'addressId' or 'addressKey' is required.");
	}
	return address;
}

json_t *address_roles(struct op *op, const json_t *customer, const char *address_id)
{
	json_t *roles = keep(op, json_array());

	if (doc_list_holds(customer, "shippingAddressIds", address_id))
		json_array_append_new(roles, json_string("Shipping"));
	if (doc_list_holds(customer, "billingAddressIds", address_id))
		json_array_append_new(roles, json_string("Billing"));
	return roles;
}
