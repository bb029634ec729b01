#include "cart/shipping_details.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error_commerce.h"
#include "base/op.h"
#include "cart/cart_limits.h"
#include "document/doc.h"
#include "kind/part.h"

static const struct shape_field TARGET_FIELDS[] = {
	{ "addressKey",        FIELD_TEXT, REQUIRED },
	{ "quantity",          FIELD_LONG, REQUIRED },
	{ "shippingMethodKey", FIELD_TEXT, OPTIONAL },
};
const struct shape SHIPPING_TARGET_DRAFT = { 0, 3, TARGET_FIELDS };

static const struct shape_field SHIPPING_DETAILS_FIELDS[] = {
	{ "targets", FIELD_DOCUMENTS, REQUIRED, .inner = &SHIPPING_TARGET_DRAFT },
};
const struct shape SHIPPING_DETAILS_DRAFT = { 0, 1, SHIPPING_DETAILS_FIELDS };

static bool check_targets(struct op *op, const json_t *cart, const json_t *line,
                          const json_t *targets)
{
	const json_t *addresses = json_object_get(cart, "itemShippingAddresses");

	for (size_t i = 0; i < json_array_size(targets); i++)
		if (!doc_find(addresses, "key", doc_text(json_array_get(targets, i), "addressKey"), NULL))
			return fail_item_shipping_details(
				op, doc_has(line, "slug") ? "CustomLineItem" : "LineItem", doc_text(line, "id"));
	return true;
}

static json_t *find_target(const json_t *targets, const json_t *target, size_t *ret_index)
{
	for (size_t i = 0; i < json_array_size(targets); i++) {
		json_t *known = json_array_get(targets, i);

		*ret_index = i;
		if (strcmp(doc_text(known, "addressKey"), doc_text(target, "addressKey")) == 0 &&
		    doc_same(known, target, "shippingMethodKey"))
			return known;
	}
	return NULL;
}

bool line_add_shipping_targets(struct op *op, const json_t *cart, json_t *line,
                               const json_t *targets, int sign)
{
	json_t *details = json_object_get(line, "shippingDetails");
	json_t *sum = keep(op, details ? json_deep_copy(json_object_get(details, "targets"))
	                               : json_array());
	size_t index;

	if (!part_check_count(op, json_array_size(sum) + json_array_size(targets), MAX_CART_PARTS,
	                      "shipping targets of a line item") ||
	    !check_targets(op, cart, line, targets))
		return false;
	for (size_t i = 0; i < json_array_size(targets); i++) {
		json_t *target = json_array_get(targets, i);
		json_t *known = find_target(sum, target, &index);
		int64_t quantity = doc_int(target, "quantity");

		if (!line_check_quantity(op, quantity, -MAX_LINE_QUANTITY))
			return false;
		quantity = quantity * sign + doc_int(known, "quantity");
		if (!known && quantity > 0) {
			known = keep(op, json_deep_copy(target));
			json_array_append(sum, known);
		}
		if (quantity > 0)
			doc_put(known, "quantity", json_integer(quantity));
		else if (known)
			json_array_remove(sum, index);
	}
	doc_put(line, "shippingDetails", json_pack("{s:O, s:b}", "targets", sum, "valid", 0));
	return true;
}

bool line_set_shipping_details(struct op *op, const json_t *cart, json_t *line,
                               const json_t *draft)
{
	json_object_del(line, "shippingDetails");
	return !draft ||
	       line_add_shipping_targets(op, cart, line, json_object_get(draft, "targets"), 1);
}
