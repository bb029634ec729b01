#include "base/error_commerce.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "base/text.h"
#include "error_priv.h"

bool fail_duplicate_sku(struct op *op, const char *sku, const char *channel_id)
{
	const char *where =
		channel_id ? arena_printf(op->arena, " in combination with channel:\"%s\"", channel_id)
				   : "";

	return error_record(op, ERROR_DUPLICATE_FIELD,
	                    arena_printf(op->arena,
	                                 "A duplicate value '\"%s\"' exists for field 'sku'%s.", sku,
	                                 where),
	                    json_pack("{s:s, s:s}", "duplicateValue", sku, "field", "sku"));
}

/* "country 'DE'", or "all countries" where the question had none. */
static const char *part_of_question(struct op *op, const char *name, const char *value,
                                    const char *absent)
{
	return value ? arena_printf(op->arena, "%s '%s'", name, value) : absent;
}

static void add_reference(json_t *extra, const char *member, const char *type_id, const char *id)
{
	if (id)
		json_object_set_new(extra, member, json_pack("{s:s, s:s}", "typeId", type_id, "id", id));
}

bool fail_matching_price_not_found(struct op *op, const struct unpriced_variant *variant)
{
	const char *sku = variant->sku ? arena_printf(op->arena, " with SKU '%s'", variant->sku) : "";
	const char *message = arena_printf(
		op->arena,
		"The variant '%lld'%s of product '%s' does not contain a price for currency '%s' %s, %s and %s.",
		(long long)variant->variant_id, sku, variant->product_id, variant->currency,
		part_of_question(op, "country", variant->country, "all countries"),
		part_of_question(op, "customer group", variant->customer_group_id, "all customer groups"),
		part_of_question(op, "channel", variant->channel_id, "all channels"));
	json_t *extra = json_pack("{s:s, s:I, s:s, s:s*}", "productId", variant->product_id,
	                          "variantId", (json_int_t)variant->variant_id, "currency",
	                          variant->currency, "country", variant->country);

	add_reference(extra, "customerGroup", "customer-group", variant->customer_group_id);
	add_reference(extra, "channel", "channel", variant->channel_id);
	return error_record(op, ERROR_MATCHING_PRICE_NOT_FOUND, message, extra);
}

bool fail_missing_tax_rate(struct op *op, const char *tax_category_id, const char *country,
                           const char *state)
{
	const char *and_state = state ? arena_printf(op->arena, " and state '%s'", state) : "";
	const char *message =
		arena_printf(op->arena, "Tax category '%s' is missing a tax rate for country '%s'%s.",
	                 tax_category_id, country, and_state);

	return error_record(op, ERROR_MISSING_TAX_RATE_FOR_COUNTRY, message,
	                    json_pack("{s:s, s:s, s:s*}", "taxCategoryId", tax_category_id, "country",
	                              country, "state", state));
}

bool fail_money_overflow(struct op *op)
{
	return error_record(op, ERROR_MONEY_OVERFLOW,
	                    "The resulting money value overflows the 64-bit integer range.", NULL);
}

/* Storefronts compare the sentence about an unknown code. */
bool fail_discount_code(struct op *op, const struct refused_code *refused)
{
	bool is_unknown = strcmp(refused->reason, "DoesNotExist") == 0;
	const char *message =
		arena_printf(op->arena,
	                 is_unknown ? "The discount code '%s' was not found."
	                            : "The discount code '%s' cannot be applied to the cart.",
	                 refused->code);

	return error_record(op, ERROR_DISCOUNT_CODE_NON_APPLICABLE, message,
	                    json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "discountCode", refused->code,
	                              "reason", refused->reason, "validFrom", refused->valid_from,
	                              "validUntil", refused->valid_until, "validityCheckTime",
	                              refused->checked_at));
}

bool fail_discount_code_unusable(struct op *op, const char *code, const char *discount_code_id)
{
	return error_record(op, ERROR_DISCOUNT_CODE_NON_APPLICABLE,
	                    arena_printf(op->arena,
	                                 "The discountCode %s cannot be applied to the cart.",
	                                 discount_code_id),
	                    json_pack("{s:s, s:s}", "discountCode", code, "discountCodeId",
	                              discount_code_id));
}

bool fail_discount_code_state(struct op *op, const char *discount_code_id)
{
	return error_record(op, ERROR_DISCOUNT_CODE_NON_APPLICABLE,
	                    arena_printf(op->arena,
	                                 "The discountCode %s cannot be applied to the cart.",
	                                 discount_code_id),
	                    json_pack("{s:s}", "discountCodeId", discount_code_id));
}

bool fail_price_changed(struct op *op, json_t *line_item_ids, bool shipping)
{
	const char *message =
		json_array_size(line_item_ids)
			? arena_printf(
				  op->arena,
				  "The price or tax of some line items changed at the time of placing the order: %s.",
				  json_text(op, line_item_ids))
			: "The shipping rate changed at the time of placing the order.";

	return error_record(op, ERROR_PRICE_CHANGED, message,
	                    json_pack("{s:O, s:b}", "lineItems", line_item_ids, "shipping", shipping));
}

/* The texts of an array, with a comma between them. */
static const char *listed(struct op *op, const json_t *texts)
{
	struct text_buffer buffer = { .arena = op->arena };

	for (size_t i = 0; i < json_array_size(texts); i++)
		text_appendf(&buffer, "%s%s", i ? ", " : "", json_string_value(json_array_get(texts, i)));
	return buffer.text ? buffer.text : "";
}

bool fail_out_of_stock(struct op *op, json_t *line_item_ids, json_t *skus)
{
	return error_record(
		op, ERROR_OUT_OF_STOCK,
		arena_printf(op->arena,
	                 "Some line items are out of stock at the time of placing the order: %s.",
	                 listed(op, json_array_size(skus) ? skus : line_item_ids)),
		json_pack("{s:O, s:O}", "lineItems", line_item_ids, "skus", skus));
}

bool fail_quantity_above_limit(struct op *op, int64_t quantity, int64_t limit, const char *line_id)
{
	return error_record(op, ERROR_LINE_ITEM_QUANTITY_ABOVE_LIMIT,
	                    arena_printf(op->arena, "Quantity '%lld' greater than maximum '%lld'.",
	                                 (long long)quantity, (long long)limit),
	                    json_pack("{s:I, s:I, s:s*}", "quantity", (json_int_t)quantity,
	                              "maxCartQuantity", (json_int_t)limit, "lineItem", line_id));
}

bool fail_quantity_below_limit(struct op *op, int64_t quantity, int64_t limit, const char *line_id)
{
	return error_record(op, ERROR_LINE_ITEM_QUANTITY_BELOW_LIMIT,
	                    arena_printf(op->arena, "Quantity '%lld' less than minimum '%lld'.",
	                                 (long long)quantity, (long long)limit),
	                    json_pack("{s:I, s:I, s:s*}", "quantity", (json_int_t)quantity,
	                              "minCartQuantity", (json_int_t)limit, "lineItem", line_id));
}

bool fail_shipping_method_mismatch(struct op *op)
{
	return error_record(op, ERROR_SHIPPING_METHOD_DOES_NOT_MATCH_CART,
	                    "The predicate does not match the cart.", NULL);
}

bool fail_country_not_in_store(struct op *op, const char *country, const char *store_key,
                               json_t *store_countries)
{
	return error_record(op, ERROR_COUNTRY_NOT_CONFIGURED_IN_STORE,
	                    arena_printf(op->arena,
	                                 "The country '%s' is not configured in the store '%s'.",
	                                 country, store_key),
	                    json_pack("{s:O, s:s}", "storeCountries", store_countries, "country",
	                              country));
}

bool fail_item_shipping_details(struct op *op, const char *subject, const char *item_id)
{
	return error_record(op, ERROR_INVALID_ITEM_SHIPPING_DETAILS,
	                    arena_printf(op->arena, "%s with ID '%s' has invalid shippingDetails.",
	                                 subject, item_id),
	                    json_pack("{s:s, s:s}", "subject", subject, "itemId", item_id));
}

bool fail_missing_role(struct op *op, const char *channel_id, const char *role)
{
	return error_record(op, ERROR_MISSING_ROLE_ON_CHANNEL,
	                    arena_printf(op->arena, "The channel '%s' does not have the role '%s'.",
	                                 channel_id, role),
	                    json_pack("{s:{s:s, s:s}, s:s}", "channel", "typeId", "channel", "id",
	                              channel_id, "missingRole", role));
}

bool fail_search_deactivated(struct op *op)
{
	return error_record(op, ERROR_SEARCH_DEACTIVATED, "The search is deactivated for this project.",
	                    NULL);
}

bool fail_product_search_inactive(struct op *op)
{
	return error_record(op, ERROR_OBJECT_NOT_FOUND,
	                    "The product search is not active for this project.", NULL);
}

bool fail_facet_path_not_found(struct op *op, const char *path)
{
	return error_record(op, ERROR_SEARCH_FACET_PATH_NOT_FOUND,
	                    arena_printf(op->arena, "The facet path '%s' was not found.", path), NULL);
}
