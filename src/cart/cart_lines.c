#include "cart_lines_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "base/random.h"
#include "cart/line_item.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "money/money.h"
#include "money/price.h"
#include "pricing/product_discounts.h"
#include "pricing/product_price.h"
#include "refresh_priv.h"

/* Prices */

/* The groups of the cart and of its customer. */
static void select_groups(struct refresh *refresh, struct price_selection *selection)
{
	const json_t *assignments = json_object_get(refresh->customer, "customerGroupAssignments");
	size_t count = json_array_size(assignments);
	const char **ids = arena_take(refresh->op->arena, (count + 1) * sizeof *ids);
	const char *group_id = doc_text(json_object_get(refresh->cart, "customerGroup"), "id");

	if (group_id)
		ids[selection->customer_group_count++] = group_id;
	for (size_t i = 0; i < count; i++) {
		const json_t *group = json_object_get(json_array_get(assignments, i), "customerGroup");

		if (doc_text(group, "id"))
			ids[selection->customer_group_count++] = doc_text(group, "id");
	}
	selection->customer_group_ids = ids;
}

static void select_for(struct refresh *refresh, const json_t *line,
                       struct price_selection *selection)
{
	*selection = (struct price_selection){
		.currency = refresh->currency,
		.country = doc_text(refresh->cart, "country"),
		.channel_id = doc_text(json_object_get(line, "distributionChannel"), "id"),
		.now_ms = refresh->op->now_ms,
	};
	select_groups(refresh, selection);
}

/* The price of a variant as this line has it. NULL: none, or recorded. */
static const json_t *find_price(struct refresh *refresh, const json_t *line, const json_t *product,
                                const json_t *variant)
{
	const struct discounted_variant of = { product, product_current(product), variant };
	struct price_selection selection;
	const json_t *prices;

	if (!variant_prices(refresh->op, &of, &prices))
		return NULL;
	select_for(refresh, line, &selection);
	return price_select(prices, &selection);
}

static bool fail_price(struct refresh *refresh, const json_t *line)
{
	struct price_selection selection;

	select_for(refresh, line, &selection);
	const json_t *variant = json_object_get(line, "variant");
	const struct unpriced_variant unpriced = {
		.product_id = doc_text(line, "productId"),
		.variant_id = doc_int(variant, "id"),
		.sku = doc_text(variant, "sku"),
		.currency = selection.currency,
		.country = selection.country,
		.customer_group_id =
			selection.customer_group_count ? selection.customer_group_ids[0] : NULL,
		.channel_id = selection.channel_id,
	};

	return fail_matching_price_not_found(refresh->op, &unpriced);
}

/* *ret_priced: false if there is no price and the line may be dropped for that. */
static bool price_line(struct refresh *refresh, json_t *line, const json_t *product,
                       const json_t *variant, bool *ret_priced)
{
	const json_t *price = find_price(refresh, line, product, variant);

	*ret_priced = price != NULL;
	if (!price)
		return !op_failed(refresh->op) &&
		       (refresh->options->drop_unpriced_items || fail_price(refresh, line));
	const int64_t quantity = doc_int(line, "quantity");

	if (!price_is_of_line_item(json_object_get(line, "price"), price, quantity))
		json_object_set(line, "price", price_of_line_item(refresh->op, price, quantity));
	return true;
}

/* One line. *ret_stays: whether the cart keeps it. */
static bool refresh_line(struct refresh *refresh, json_t *line, bool *ret_stays)
{
	const json_t *product;
	const json_t *variant;

	*ret_stays = true;
	if (!line_item_variant(refresh->op, line, &product, &variant))
		return false;
	if (!product)
		json_object_del(line, "productSlug");
	if (!variant) {
		*ret_stays = !refresh->options->drop_invalid_items;
		return true;
	}
	if (!refresh->options->update_product_data)
		doc_set(line, "productSlug", json_object_get(product_current(product), "slug"));
	else if (!line_item_take_product(refresh->op, refresh->cart, line, product, variant))
		return false;
	return !doc_is(line, "priceMode", "Platform") ||
	       price_line(refresh, line, product, variant, ret_stays);
}

bool refresh_lines(struct refresh *refresh)
{
	json_t *lines = json_object_get(refresh->cart, "lineItems");

	refresh->gifts = keep(refresh->op, json_array());
	for (size_t i = 0; i < json_array_size(lines);) {
		json_t *line = json_array_get(lines, i);
		bool stays = false;

		if (line_is_gift(line))
			json_array_append(refresh->gifts, line); /* until its discount applies again */
		else if (refresh->options->keep_prices)
			stays = true;
		else if (!refresh_line(refresh, line, &stays))
			return false;
		if (stays)
			i++;
		else
			json_array_remove(lines, i);
	}
	return true;
}

/* Items */

/* Every unit of a line is in the project's built-in first state. */
static void set_initial_state(struct op *op, json_t *line, int64_t quantity)
{
	const json_t *states = json_object_get(line, "state");
	char id[UUID_TEXT_BYTES];

	if (json_array_size(states) == 1 &&
	    doc_int(json_array_get(states, 0), "quantity") == quantity)
		return;
	uuid_of_name(arena_printf(op->arena, "%s/state/Initial", op->project), id);
	doc_put(line, "state", json_pack("[{s:I, s:{s:s, s:s}}]", "quantity", (json_int_t)quantity,
	                                 "state", "typeId", "state", "id", id));
}

static void check_shipping_details(json_t *line)
{
	const json_t *details = json_object_get(line, "shippingDetails");
	json_t *targets = json_object_get(details, "targets");
	const json_t *valid = json_object_get(details, "valid");
	int64_t sum = 0;

	for (size_t i = 0; i < json_array_size(targets); i++)
		sum += doc_int(json_array_get(targets, i), "quantity");
	bool is_valid = sum == doc_int(line, "quantity");

	if (details && !(json_is_boolean(valid) && json_is_true(valid) == is_valid))
		doc_put(line, "shippingDetails",
		        json_pack("{s:O, s:b}", "targets", targets, "valid", is_valid));
}

static bool collect_item(struct refresh *refresh, json_t *line, bool is_custom,
                         struct cart_item *item)
{
	struct op *op = refresh->op;
	int64_t quantity = doc_int(line, "quantity");
	const json_t *price = json_object_get(line, "price");
	const json_t *unit =
		is_custom ? json_object_get(line, "money") : price_unit_value(price, quantity);

	*item = (struct cart_item){ .doc = line, .is_custom = is_custom,
		                        .is_new = !doc_has(line, "state") };
	if (!is_custom && !product_lookup(op, doc_text(line, "productId"), &item->product))
		return false;
	set_initial_state(op, line, quantity);
	check_shipping_details(line);
	bool has_units = !doc_is(line, "priceMode", "ExternalTotal");

	item->is_discountable = has_units && money_cents(unit) >= 0;
	if (has_units)
		item->units =
			units_start_with(op, refresh->currency, quantity, unit, refresh->price_rounding);
	if (!has_units)
		item->total = money_cents(json_object_get(line, "totalPrice"));
	else if (!units_total(op, &item->units, &item->total))
		return false;
	return money_add(op, refresh->items_total, item->total, &refresh->items_total);
}

bool refresh_collect(struct refresh *refresh)
{
	const json_t *lines = json_object_get(refresh->cart, "lineItems");
	const json_t *custom_lines = json_object_get(refresh->cart, "customLineItems");
	size_t line_count = json_array_size(lines);
	size_t count = line_count + json_array_size(custom_lines);

	refresh->items = arena_alloc(refresh->op->arena, (count ? count : 1) * sizeof *refresh->items);
	refresh->item_count = count;
	for (size_t i = 0; i < count; i++) {
		bool is_custom = i >= line_count;
		json_t *line = is_custom ? json_array_get(custom_lines, i - line_count)
		                         : json_array_get(lines, i);

		if (!collect_item(refresh, line, is_custom, &refresh->items[i]))
			return false;
	}
	return true;
}

/* Gifts */

/* The discount that gave a gift. */
static const json_t *giver(const json_t *gift)
{
	const json_t *price = json_object_get(
		json_array_get(json_object_get(gift, "discountedPricePerQuantity"), 0), "discountedPrice");

	return json_object_get(json_array_get(json_object_get(price, "includedDiscounts"), 0),
	                       "discount");
}

/* The gift that the cart had of this discount, or a new one; kept by the arena. */
static json_t *find_gift(struct refresh *refresh, const json_t *value, const json_t *discount)
{
	for (size_t i = 0; i < json_array_size(refresh->gifts); i++)
		if (json_equal(giver(json_array_get(refresh->gifts, i)), discount))
			return json_array_get(refresh->gifts, i);
	json_t *draft = keep(refresh->op, json_pack("{s:O, s:O*, s:O*}", "productId",
	                                            json_object_get(json_object_get(value, "product"),
	                                                            "id"),
	                                            "distributionChannel",
	                                            json_object_get(value, "distributionChannel"),
	                                            "supplyChannel",
	                                            json_object_get(value, "supplyChannel")));

	doc_put(draft, "variant", json_pack("{s:O}", "id", json_object_get(value, "variantId")));
	return line_item_gift(refresh->op, draft);
}

static bool append_item(struct refresh *refresh, json_t *line, json_t *discount)
{
	struct op *op = refresh->op;
	struct cart_item *items = arena_take(op->arena, (refresh->item_count + 1) * sizeof *items);
	struct cart_item *item = &items[refresh->item_count];

	memcpy(items, refresh->items, refresh->item_count * sizeof *items);
	if (!collect_item(refresh, line, false, item))
		return false;
	units_discount_relative(op, &item->units, PERMYRIAD_OF_ALL, refresh->price_rounding, discount);
	item->total = 0;
	refresh->items = items;
	refresh->item_count++;
	json_array_append(json_object_get(refresh->cart, "lineItems"), line);
	return true;
}

bool refresh_add_gift(struct refresh *refresh, const json_t *value, json_t *discount,
                      bool *ret_added)
{
	const json_t *refused = json_object_get(refresh->cart, "refusedGifts");
	const json_t *product;
	const json_t *variant;

	*ret_added = false;
	if (doc_find(refused, "id", doc_text(discount, "id"), NULL))
		return true;
	json_t *line = find_gift(refresh, value, discount);

	if (!line || !line_item_variant(refresh->op, line, &product, &variant))
		return false;
	if (!variant)
		return true;
	if (!doc_has(line, "name") &&
	    !line_item_take_product(refresh->op, refresh->cart, line, product, variant))
		return false;
	const json_t *price = find_price(refresh, line, product, variant);

	if (!price)
		return !op_failed(refresh->op);
	doc_set(line, "price", price_of_line_item(refresh->op, price, 1));
	*ret_added = true;
	return append_item(refresh, line, discount);
}
