#include "cart_address_actions_priv.h"

#include "base/error.h"
#include "base/op.h"
#include "cart/cart_members.h"
#include "document/doc.h"
#include "kind/custom_actions.h"
#include "kind/address.h"
#include "kind/part.h"
#include "resource/resource.h"
#include "cart_change_priv.h"

/* The address of an input, to be kept: false if there is a draft that cannot be. */
static bool take(struct op *op, const json_t *input, json_t **ret_address)
{
	*ret_address = address_keep(op, json_object_get(input, "address"));
	return !op_failed(op);
}

bool cart_address_set_shipping(struct op *op, struct resource *cart,
                                 const struct update_action *row, const void *input)
{
	json_t *address;

	if (!take(op, input, &address))
		return false;
	/* Without an address nothing can be shipped. */
	if (!address)
		json_object_del(cart->doc, "shippingInfo");
	if (!doc_set(cart->doc, row->field, address))
		return true;
	json_object_del(json_object_get(cart->doc, "shippingInfo"), "estimatedDelivery");
	return cart_changed(cart, true);
}

bool cart_address_set_billing(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	json_t *address;

	return take(op, input, &address) &&
	       cart_changed(cart, doc_set(cart->doc, row->field, address));
}

bool cart_address_add_item(struct op *op, struct resource *cart, const struct update_action *row,
                             const void *input)
{
	return cart_add_item_address(op, json_object_get(cart->doc, row->field),
	                             json_object_get(input, "address")) &&
	       cart_changed(cart, true);
}

/* NULL: recorded. */
static json_t *item_address(struct op *op, const struct resource *cart, const char *key,
                            size_t *ret_index)
{
	json_t *address =
		key ? doc_find(json_object_get(cart->doc, "itemShippingAddresses"), "key", key, ret_index)
	        : NULL;

	if (!address)
		fail_invalid_operation(op, "The cart has no item shipping address with the key '%s'.",
		                       key ? key : "");
	return address;
}

bool cart_address_update_item(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	const char *key = doc_text(json_object_get(input, "address"), "key");
	size_t index;
	const json_t *before = item_address(op, cart, key, &index);
	json_t *address;

	if (!before || !take(op, input, &address))
		return false;
	bool is_changed = !json_equal(before, address);

	json_array_set(json_object_get(cart->doc, row->field), index, address);
	return cart_changed(cart, is_changed);
}

static bool is_address_used(const json_t *cart, const char *list, const char *key)
{
	const json_t *lines = json_object_get(cart, list);

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *details = json_object_get(json_array_get(lines, i), "shippingDetails");

		if (doc_find(json_object_get(details, "targets"), "addressKey", key, NULL))
			return true;
	}
	return false;
}

bool cart_address_remove_item(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	const char *key = doc_text(input, "addressKey");
	size_t index;

	if (!item_address(op, cart, key, &index))
		return false;
	if (is_address_used(cart->doc, "lineItems", key) ||
	    is_address_used(cart->doc, "customLineItems", key))
		return fail_invalid_operation(
			op, "The address '%s' cannot be removed, because a line item is shipped to it.", key);
	json_array_remove(json_object_get(cart->doc, row->field), index);
	return cart_changed(cart, true);
}

/* Custom fields */

#define TYPE_AT(member) offsetof(struct part_custom_type, member)
#define FIELD_AT(member) offsetof(struct part_custom_field, member)
#define TYPE_MEMBERS \
	{ "type",   FIELD_CUSTOM, OPTIONAL, TYPE_AT(draft.type), NULL, "type", NULL, identifier_decode }, \
	{ "fields", FIELD_MAP,    OPTIONAL, TYPE_AT(draft.fields) }
#define FIELD_MEMBERS \
	{ "name",  FIELD_TEXT, REQUIRED, FIELD_AT(field.name) }, \
	{ "value", FIELD_RAW,  OPTIONAL, FIELD_AT(field.value) }

static const struct shape_field KEYED_TYPE[] = {
	{ "addressKey", FIELD_TEXT, REQUIRED, TYPE_AT(part.key) },
	TYPE_MEMBERS,
};
static const struct shape_field KEYED_FIELD[] = {
	{ "addressKey", FIELD_TEXT, REQUIRED, FIELD_AT(part.key) },
	FIELD_MEMBERS,
};
static const struct shape_field PLAIN_TYPE[] = { TYPE_MEMBERS };
static const struct shape_field PLAIN_FIELD[] = { FIELD_MEMBERS };

#define TYPE_SHAPE(rows) { sizeof(struct part_custom_type), sizeof(rows) / sizeof *(rows), rows }
#define FIELD_SHAPE(rows) { sizeof(struct part_custom_field), sizeof(rows) / sizeof *(rows), rows }
const struct shape KEYED_CUSTOM_TYPE_INPUT        = TYPE_SHAPE(KEYED_TYPE);
const struct shape KEYED_CUSTOM_FIELD_INPUT       = FIELD_SHAPE(KEYED_FIELD);
const struct shape PLAIN_CUSTOM_TYPE_INPUT        = TYPE_SHAPE(PLAIN_TYPE);
const struct shape PLAIN_CUSTOM_FIELD_INPUT       = FIELD_SHAPE(PLAIN_FIELD);

/* The address whose custom fields are meant. NULL: recorded. */
static json_t *address_of(struct op *op, struct resource *cart, const char *field, const char *key)
{
	json_t *member = json_object_get(cart->doc, field);
	json_t *address = json_is_array(member) ? doc_find(member, "key", key, NULL) : member;

	if (!address)
		fail_invalid_operation(op, "The cart has no such address.");
	return address;
}

bool cart_address_set_type(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	const struct part_custom_type *in = input;
	struct custom_holder holder = {
		.doc = address_of(op, cart, row->field, in->part.key),
		.type_id = "address",
	};

	return change_custom_type(op, cart, &holder, &in->draft);
}

bool cart_address_set_field(struct op *op, struct resource *cart,
                                   const struct update_action *row, const void *input)
{
	const struct part_custom_field *in = input;
	struct custom_holder holder = {
		.doc = address_of(op, cart, row->field, in->part.key),
		.type_id = "address",
	};

	return change_custom_field(op, cart, &holder, &in->field);
}
