#include "cart_line_actions_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "cart/cart_members.h"
#include "cart/custom_line_item.h"
#include "cart/line_item.h"
#include "cart/shipping_details.h"
#include "document/doc.h"
#include "inventory/stock.h"
#include "kind/custom_fields.h"
#include "kind/kind.h"
#include "kind/part.h"
#include "money/external_tax.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "resource/save.h"

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

bool cart_line_add(struct op *op, struct resource *cart, const struct update_action *row,
                        const void *input)
{
	json_t *draft = keep(op, json_copy((json_t *)(uintptr_t)input)); /* jansson: no const here */

	(void)row;
	if (op->mine) { /* who buys does not say what it costs, nor what becomes of stock */
		json_object_del(draft, "externalPrice");
		json_object_del(draft, "externalTotalPrice");
		json_object_del(draft, "externalTaxRate");
		json_object_del(draft, "inventoryMode");
	}
	if (!line_item_add(op, cart->doc, draft))
		return false;
	resource_touch(cart);
	return true;
}

bool cart_line_add_custom(struct op *op, struct resource *cart,
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

bool cart_line_add_list(struct op *op, struct resource *cart, const struct update_action *row,
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

static bool is_in_mode(const json_t *line, const char *mode)
{
	return doc_is(line, "priceMode", mode);
}

/* A price from outside that goes with the quantity, and has to be given again; a total is good for one quantity only.
 * Who buys does not say what it costs, so under /me what was given is only checked. Source: API docs,
 * "LineItemPriceMode". False: recorded. */
static bool set_price(struct op *op, const json_t *cart, json_t *line, const json_t *input)
{
	const json_t *total = json_object_get(input, "externalTotalPrice");
	json_t *price = json_object_get(total ? total : input, total ? "price" : "externalPrice");

	if (is_in_mode(line, "ExternalPrice") && !price)
		return fail_required_field(op, "externalPrice");
	if (!op->mine && price)
		return line_item_set_external_price(op, cart, line, price,
		                                    json_object_get(total, "totalPrice"));
	return !is_in_mode(line, "ExternalTotal") ||
	       line_item_set_external_price(op, cart, line, NULL, NULL);
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
	if (quantity > 0 && !is_custom_list(list) &&
	    (!set_price(op, cart->doc, change->line, input) || !stock_check_limits(op, change->line)))
		return false;
	resource_touch(cart);
	return true;
}

bool cart_line_change_quantity(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	struct change change;
	int64_t quantity = doc_int(input, "quantity");

	return find(op, cart, row->field, input, &change) &&
	       (quantity == 0 || refuse_gift(op, change.line)) &&
	       set_quantity(op, cart, row->field, &change, quantity, input);
}

bool cart_line_remove(struct op *op, struct resource *cart, const struct update_action *row,
                      const void *input)
{
	const json_t *details = json_object_get(input, "shippingDetailsToRemove");
	struct change change;

	if (!find(op, cart, row->field, input, &change))
		return false;
	int64_t there = doc_int(change.line, "quantity");
	int64_t removed = doc_has(input, "quantity") ? doc_int(input, "quantity") : there;

	if (removed < 1)
		return fail_invalid_input(op, "The quantity to remove must be at least 1, but is %lld.",
		                          (long long)removed);
	if (removed < there && details &&
	    !line_add_shipping_targets(op, cart->doc, change.line, json_object_get(details, "targets"),
	                               -1))
		return false;
	return set_quantity(op, cart, row->field, &change, removed < there ? there - removed : 0,
	                    input);
}

bool cart_line_change_order(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	(void)row;
	return part_reorder(op, cart, &CART_LINE_ITEMS, json_object_get(input, "lineItemOrder"));
}

/* Members of line items */

bool cart_line_set_channel(struct op *op, struct resource *cart, const struct update_action *row,
                           const void *input)
{
	struct change change;

	return find(op, cart, "lineItems", input, &change) && refuse_gift(op, change.line) &&
	       line_item_set_channel(op, cart->doc, change.line, row->field,
	                             json_object_get(input, row->field)) &&
	       stock_check_limits(op, change.line) && finish(cart, &change);
}

bool cart_line_set_inventory(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	struct change change;

	(void)row;
	if (!find(op, cart, "lineItems", input, &change))
		return false;
	line_item_set_inventory_mode(cart->doc, change.line, doc_text(input, "inventoryMode"));
	return finish(cart, &change);
}

bool cart_line_set_price(struct op *op, struct resource *cart, const struct update_action *row,
                         const void *input)
{
	struct change change;

	(void)row;
	return find(op, cart, "lineItems", input, &change) && refuse_gift(op, change.line) &&
	       line_item_set_external_price(op, cart->doc, change.line,
	                                    json_object_get(input, "externalPrice"), NULL) &&
	       finish(cart, &change);
}

bool cart_line_set_total_price(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	const json_t *total = json_object_get(input, "externalTotalPrice");
	struct change change;

	(void)row;
	return find(op, cart, "lineItems", input, &change) && refuse_gift(op, change.line) &&
	       line_item_set_external_price(op, cart->doc, change.line, json_object_get(total, "price"),
	                                    json_object_get(total, "totalPrice")) &&
	       finish(cart, &change);
}

/* Members of custom line items */

bool cart_line_change_money(struct op *op, struct resource *cart,
                                   const struct update_action *row, const void *input)
{
	struct change change;

	if (!find(op, cart, row->field, input, &change) ||
	    !cart_check_currency(op, cart->doc, json_object_get(input, "money"), "money"))
		return false;
	doc_set(change.line, "money", json_object_get(input, "money"));
	return finish(cart, &change);
}

bool cart_line_change_price_mode(struct op *op, struct resource *cart,
                                        const struct update_action *row, const void *input)
{
	struct change change;

	if (!find(op, cart, row->field, input, &change))
		return false;
	doc_set(change.line, "priceMode", json_object_get(input, "mode"));
	return finish(cart, &change);
}

/* Members of both */

bool cart_line_set_details(struct op *op, struct resource *cart,
                                    const struct update_action *row, const void *input)
{
	struct change change;

	if (!find(op, cart, row->field, input, &change) ||
	    !line_set_shipping_details(op, cart->doc, change.line,
	                               json_object_get(input, "shippingDetails")))
		return false;
	return finish(cart, &change);
}

bool cart_line_add_targets(struct op *op, struct resource *cart,
                                    const struct update_action *row, const void *input)
{
	struct change change;

	if (!find(op, cart, row->field, input, &change) ||
	    !line_add_shipping_targets(op, cart->doc, change.line,
	                               json_object_get(input, "targetsDelta"), 1))
		return false;
	return finish(cart, &change);
}

bool cart_line_set_tax_rate(struct op *op, struct resource *cart, const struct update_action *row,
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

/* What is taxed is the total as the client has seen it; where the client itself gives the price, it knows what the
 * total will be. Source: API docs, "TaxMode". */
static const json_t *net_of(const json_t *line)
{
	return doc_is(line, "priceMode", "Platform") ? json_object_get(line, "totalPrice") : NULL;
}

bool cart_line_set_tax_amount(struct op *op, struct resource *cart, const struct update_action *row,
                              const void *input)
{
	struct change change;

	return find(op, cart, row->field, input, &change) &&
	       external_tax_amount_set(op, cart->doc, change.line, net_of(change.line),
	                               json_object_get(input, "externalTaxAmount")) &&
	       finish(cart, &change);
}

/* Custom fields */

bool cart_line_set_type(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	return part_set_custom_type(op, cart, list_of(row->field), input);
}

bool cart_line_set_field(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	return part_set_custom_field(op, cart, list_of(row->field), input);
}
