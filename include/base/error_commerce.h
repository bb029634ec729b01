/* Errors of what is sold: prices, stock, discounts, taxes, and the search for it. */
#ifndef BASE_ERROR_COMMERCE_H
#define BASE_ERROR_COMMERCE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct op;

/* A variant without a price for what was asked. Absent parts of the question: NULL. */
struct unpriced_variant {
	const char *product_id;
	int64_t     variant_id;
	const char *sku;
	const char *currency;
	const char *country;
	const char *customer_group_id;
	const char *channel_id;
};

/* Why a discount code cannot be added. Absent parts: NULL. */
struct refused_code {
	const char *code;
	const char *reason;
	const char *valid_from;
	const char *valid_until;
	const char *checked_at;
};

/* Constructors, as those of base/error.h. */
bool fail_duplicate_sku(struct op *op, const char *sku, const char *channel_id);
bool fail_matching_price_not_found(struct op *op, const struct unpriced_variant *variant);
bool fail_missing_tax_rate(struct op *op, const char *tax_category_id, const char *country,
                           const char *state);
bool fail_money_overflow(struct op *op);
bool fail_discount_code(struct op *op, const struct refused_code *refused);
bool fail_discount_code_unusable(struct op *op, const char *code, const char *discount_code_id);
bool fail_discount_code_state(struct op *op, const char *discount_code_id);
bool fail_price_changed(struct op *op, json_t *line_item_ids, bool shipping);
/* Arrays of texts; the SKUs stand in the message, where there are any. */
bool fail_out_of_stock(struct op *op, json_t *line_item_ids, json_t *skus);
/* `line_id` NULL: the line is not there yet. */
bool fail_quantity_above_limit(struct op *op, int64_t quantity, int64_t limit, const char *line_id);
bool fail_quantity_below_limit(struct op *op, int64_t quantity, int64_t limit, const char *line_id);
bool fail_shipping_method_mismatch(struct op *op);
bool fail_country_not_in_store(struct op *op, const char *country, const char *store_key,
                               json_t *store_countries);
bool fail_item_shipping_details(struct op *op, const char *subject, const char *item_id);
bool fail_missing_role(struct op *op, const char *channel_id, const char *role);
bool fail_search_deactivated(struct op *op);
bool fail_product_search_inactive(struct op *op);
bool fail_facet_path_not_found(struct op *op, const char *path);

#endif
