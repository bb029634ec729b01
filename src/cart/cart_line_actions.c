/* Update actions of carts that change their lines. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "cart/line_item.h"
#include "document/doc.h"
#include "kind/common_actions.h"
#include "kind/custom_fields.h"
#include "kind/kind.h"
#include "kind/part.h"
#include "money/external_tax.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "cart_actions_priv.h"

/* A line as an action found it. */
struct change {
	json_t *line;
	json_t *before;  /* its members as they were; values are replaced and never changed */
	size_t  index;
};

static bool is_custom_list(const char *list)
{
	return strcmp(list, "customLineItems") == 0;
}

static const struct part_list *list_of(const char *list)
{
	return is_custom_list(list) ? &CART_CUSTOM_LINE_ITEMS : &CART_LINE_ITEMS;
}

/* Finds the line that an action means. False: recorded. */
static bool find(struct op *op, struct resource *cart, const char *list, const json_t *input,
                 struct change *ret_change)
{
	bool is_custom = is_custom_list(list);
	const struct part_reference reference = {
		.id = doc_text(input, is_custom ? "customLineItemId" : "lineItemId"),
		.key = doc_text(input, is_custom ? "customLineItemKey" : "lineItemKey"),
	};

	ret_change->line = part_find(op, cart->doc, list_of(list), &reference, &ret_change->index);
	ret_change->before = keep(op, json_copy(ret_change->line));
	return ret_change->line != NULL;
}

static bool finish(struct resource *cart, const struct change *change)
{
	if (!json_equal(change->before, change->line))
		resource_touch(cart);
	return true;
}

static bool refuse_gift(struct op *op, const json_t *line)
{
	return !line_is_gift(line) ||
	       fail_invalid_operation(op, "The line item '%s' is a gift and cannot be changed.",
	                              doc_text(line, "id"));
}

/* Adding */

bool cart_add_line_item(struct op *op, struct resource *cart, const struct update_action *row,
                        const void *input)
{
	json_t *draft = keep(op, json_copy((json_t *)(uintptr_t)input)); /* jansson: no const here */

	(void)row;
	if (op->mine) { /* who buys does not say what it costs */
		json_object_del(draft, "externalPrice");
		json_object_del(draft, "externalTotalPrice");
		json_object_del(draft, "externalTaxRate");
	}
	if (!line_item_add(op, cart->doc, draft))
		return false;
	resource_touch(cart);
	return true;
}

bool cart_add_custom_line_item(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	(void)row;
	if (!custom_line_item_add(op, cart->doc, input))
		return false;
	resource_touch(cart);
	return true;
}

/* What a line of a shopping list is as a draft; kept by the arena. */
static json_t *draft_of(struct op *op, const json_t *line, const json_t *input)
{
	json_t *draft = keep(op, json_pack("{s:O*, s:O*, s:O*}", "productId",
	                                   json_object_get(line, "productId"), "variantId",
	                                   json_object_get(line, "variantId"), "quantity",
	                                   json_object_get(line, "quantity")));

	doc_set(draft, "distributionChannel", json_object_get(input, "distributionChannel"));
	doc_set(draft, "supplyChannel", json_object_get(input, "supplyChannel"));
	doc_set(draft, "custom", json_object_get(line, "custom"));
	return draft;
}

bool cart_add_shopping_list(struct op *op, struct resource *cart, const struct update_action *row,
                            const void *input)
{
	json_t *reference = keep(op, json_deep_copy(json_object_get(input, "shoppingList")));
	const json_t *list;

	(void)row;
	if (!references_resolve(op, reference) || !lookup_reference(op, reference, &list))
		return false;
	const json_t *lines = json_object_get(list, "lineItems");

	for (size_t i = 0; i < json_array_size(lines); i++)
		if (!line_item_add(op, cart->doc, draft_of(op, json_array_get(lines, i), input)))
			return false;
	if (json_array_size(lines) > 0)
		resource_touch(cart);
	return true;
}

/* Quantities */

/* A price from outside that goes with the quantity; a total is good for one quantity only. */
static void set_price(struct op *op, json_t *line, const json_t *input)
{
	const json_t *total = json_object_get(input, "externalTotalPrice");
	json_t *price = json_object_get(input, "externalPrice");
	const char *mode = doc_text(line, "priceMode");

	if (!op->mine && total)
		line_item_set_external_price(op, line, json_object_get(total, "price"),
		                             json_object_get(total, "totalPrice"));
	else if (!op->mine && price)
		line_item_set_external_price(op, line, price, NULL);
	else if (mode && strcmp(mode, "ExternalTotal") == 0)
		line_item_set_external_price(op, line, NULL, NULL);
}

/* Whoever removes a gift does not want it. */
static void refuse(json_t *cart, const json_t *line)
{
	const json_t *per_quantity =
		json_array_get(json_object_get(line, "discountedPricePerQuantity"), 0);
	const json_t *included =
		json_object_get(json_object_get(per_quantity, "discountedPrice"), "includedDiscounts");
	json_t *discount = json_object_get(json_array_get(included, 0), "discount");

	if (line_is_gift(line) && discount)
		json_array_append(json_object_get(cart, "refusedGifts"), discount);
}

static bool set_quantity(struct op *op, struct resource *cart, const char *list,
                         const struct change *change, int64_t quantity, const json_t *input)
{
	if (quantity == doc_int(change->line, "quantity") && !doc_has(input, "externalPrice") &&
	    !doc_has(input, "externalTotalPrice"))
		return true;
	if (quantity == 0)
		refuse(cart->doc, change->line);
	if (!line_set_quantity(op, cart->doc, list, change->index, quantity))
		return false;
	if (quantity > 0 && !is_custom_list(list))
		set_price(op, change->line, input);
	resource_touch(cart);
	return true;
}

bool cart_change_line_quantity(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	struct change change;
	int64_t quantity = doc_int(input, "quantity");

	return find(op, cart, row->field, input, &change) &&
	       (quantity == 0 || refuse_gift(op, change.line)) &&
	       set_quantity(op, cart, row->field, &change, quantity, input);
}

bool cart_remove_line(struct op *op, struct resource *cart, const struct update_action *row,
                      const void *input)
{
	const json_t *details = json_object_get(input, "shippingDetailsToRemove");
	struct change change;

	if (!find(op, cart, row->field, input, &change))
		return false;
	int64_t there = doc_int(change.line, "quantity");
	int64_t removed = doc_has(input, "quantity") ? doc_int(input, "quantity") : there;

	if (removed < 1)
		return fail_invalid_field(op, "quantity", json_object_get(input, "quantity"), NULL);
	if (removed < there && details &&
	    !line_add_shipping_targets(op, cart->doc, change.line, json_object_get(details, "targets"),
	                               -1))
		return false;
	return set_quantity(op, cart, row->field, &change, removed < there ? there - removed : 0,
	                    input);
}

bool cart_change_line_items_order(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	(void)row;
	return part_reorder(op, cart, &CART_LINE_ITEMS, json_object_get(input, "lineItemOrder"));
}

/* Members of line items */

static bool set_channel(struct op *op, struct resource *cart, const json_t *input,
                        const char *member)
{
	struct change change;

	return find(op, cart, "lineItems", input, &change) && refuse_gift(op, change.line) &&
	       line_item_set_channel(op, cart->doc, change.line, member,
	                             json_object_get(input, member)) &&
	       finish(cart, &change);
}

bool cart_set_line_distribution_channel(struct op *op, struct resource *cart,
                                        const struct update_action *row, const void *input)
{
	(void)row;
	return set_channel(op, cart, input, "distributionChannel");
}

bool cart_set_line_supply_channel(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	(void)row;
	return set_channel(op, cart, input, "supplyChannel");
}

bool cart_set_line_inventory_mode(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	struct change change;

	(void)row;
	if (!find(op, cart, "lineItems", input, &change))
		return false;
	doc_set(change.line, "inventoryMode", json_object_get(input, "inventoryMode"));
	return finish(cart, &change);
}

bool cart_set_line_price(struct op *op, struct resource *cart, const struct update_action *row,
                         const void *input)
{
	struct change change;

	(void)row;
	if (!find(op, cart, "lineItems", input, &change) || !refuse_gift(op, change.line))
		return false;
	line_item_set_external_price(op, change.line, json_object_get(input, "externalPrice"), NULL);
	return finish(cart, &change);
}

bool cart_set_line_total_price(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	const json_t *total = json_object_get(input, "externalTotalPrice");
	struct change change;

	(void)row;
	if (!find(op, cart, "lineItems", input, &change) || !refuse_gift(op, change.line))
		return false;
	line_item_set_external_price(op, change.line, json_object_get(total, "price"),
	                             json_object_get(total, "totalPrice"));
	return finish(cart, &change);
}

/* Members of custom line items */

bool cart_change_custom_line_money(struct op *op, struct resource *cart,
                                   const struct update_action *row, const void *input)
{
	struct change change;

	if (!find(op, cart, row->field, input, &change))
		return false;
	doc_set(change.line, "money", json_object_get(input, "money"));
	return finish(cart, &change);
}

bool cart_change_custom_line_price_mode(struct op *op, struct resource *cart,
                                        const struct update_action *row, const void *input)
{
	struct change change;

	if (!find(op, cart, row->field, input, &change))
		return false;
	doc_set(change.line, "priceMode", json_object_get(input, "mode"));
	return finish(cart, &change);
}

/* Members of both */

bool cart_set_line_shipping_details(struct op *op, struct resource *cart,
                                    const struct update_action *row, const void *input)
{
	struct change change;

	if (!find(op, cart, row->field, input, &change) ||
	    !line_set_shipping_details(op, cart->doc, change.line,
	                               json_object_get(input, "shippingDetails")))
		return false;
	return finish(cart, &change);
}

bool cart_apply_line_shipping_delta(struct op *op, struct resource *cart,
                                    const struct update_action *row, const void *input)
{
	struct change change;

	if (!find(op, cart, row->field, input, &change) ||
	    !line_add_shipping_targets(op, cart->doc, change.line,
	                               json_object_get(input, "targetsDelta"), 1))
		return false;
	return finish(cart, &change);
}

bool cart_set_line_tax_rate(struct op *op, struct resource *cart, const struct update_action *row,
                            const void *input)
{
	const json_t *draft = json_object_get(input, "externalTaxRate");
	struct change change;

	if (!find(op, cart, row->field, input, &change) ||
	    !external_tax_rate_set(op, cart->doc, change.line, draft))
		return false;
	if (!draft)
		json_object_del(change.line, "taxRate");
	return finish(cart, &change);
}

bool cart_set_line_tax_amount(struct op *op, struct resource *cart, const struct update_action *row,
                              const void *input)
{
	struct change change;

	return find(op, cart, row->field, input, &change) &&
	       external_tax_amount_set(op, cart->doc, change.line,
	                               json_object_get(change.line, "totalPrice"),
	                               json_object_get(input, "externalTaxAmount")) &&
	       finish(cart, &change);
}

/* Custom fields of parts */

/* clang-format off */
#define TYPE_AT(member) offsetof(struct part_custom_type, member)
#define FIELD_AT(member) offsetof(struct part_custom_field, member)
#define TYPE_MEMBERS \
	{ "type",   FIELD_CUSTOM, OPTIONAL, TYPE_AT(draft.type), NULL, "type", NULL, identifier_decode }, \
	{ "fields", FIELD_MAP,    OPTIONAL, TYPE_AT(draft.fields) }
#define FIELD_MEMBERS \
	{ "name",  FIELD_TEXT, REQUIRED, FIELD_AT(field.name) }, \
	{ "value", FIELD_RAW,  OPTIONAL, FIELD_AT(field.value) }

static const struct shape_field KEYED_TYPE[] = { { "addressKey", FIELD_TEXT, REQUIRED, TYPE_AT(part.key) }, TYPE_MEMBERS };
static const struct shape_field KEYED_FIELD[] = { { "addressKey", FIELD_TEXT, REQUIRED, FIELD_AT(part.key) }, FIELD_MEMBERS };
static const struct shape_field PLAIN_TYPE[] = { TYPE_MEMBERS };
static const struct shape_field PLAIN_FIELD[] = { FIELD_MEMBERS };

#define TYPE_SHAPE(rows) { sizeof(struct part_custom_type), sizeof(rows) / sizeof *(rows), rows }
#define FIELD_SHAPE(rows) { sizeof(struct part_custom_field), sizeof(rows) / sizeof *(rows), rows }
const struct shape KEYED_CUSTOM_TYPE_INPUT        = TYPE_SHAPE(KEYED_TYPE);
const struct shape KEYED_CUSTOM_FIELD_INPUT       = FIELD_SHAPE(KEYED_FIELD);
const struct shape PLAIN_CUSTOM_TYPE_INPUT        = TYPE_SHAPE(PLAIN_TYPE);
const struct shape PLAIN_CUSTOM_FIELD_INPUT       = FIELD_SHAPE(PLAIN_FIELD);
/* clang-format on */

/* The address whose custom fields are meant. NULL: recorded. */
static json_t *address_of(struct op *op, struct resource *cart, const char *field, const char *key)
{
	json_t *member = json_object_get(cart->doc, field);
	json_t *address = json_is_array(member) ? doc_find(member, "key", key, NULL) : member;

	if (!address)
		fail_invalid_operation(op, "The cart has no such address.");
	return address;
}

bool cart_set_address_custom_type(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	const struct part_custom_type *in = input;
	struct custom_holder holder = {
		.doc = address_of(op, cart, row->field, in->part.key),
		.type_id = "address",
	};

	return change_custom_type(op, cart, &holder, &in->draft);
}

bool cart_set_address_custom_field(struct op *op, struct resource *cart,
                                   const struct update_action *row, const void *input)
{
	const struct part_custom_field *in = input;
	struct custom_holder holder = {
		.doc = address_of(op, cart, row->field, in->part.key),
		.type_id = "address",
	};

	return change_custom_field(op, cart, &holder, &in->field);
}

bool cart_set_line_custom_type(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	return part_set_custom_type(op, cart, list_of(row->field), input);
}

bool cart_set_line_custom_field(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	return part_set_custom_field(op, cart, list_of(row->field), input);
}
