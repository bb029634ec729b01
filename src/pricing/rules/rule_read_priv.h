/* Reading what fields of rules stand for. */
#ifndef PRICING_RULE_READ_PRIV_H
#define PRICING_RULE_READ_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* The documents that one question is about; the others are NULL. */
struct rule_documents {
	struct op    *op;
	const json_t *cart;
	const json_t *item;        /* a line item, a custom line item, a shipping info */
	const json_t *variant;
	const json_t *price;
	const json_t *product;     /* of a line item: not looked up before is_product_known */
	const json_t *data;        /* of the product */
	bool          is_product_known;
};

/* Gives a value (borrowed or kept by the arena; NULL: there is none). `base`: what the field is a member of. False:
 * recorded. */
typedef bool rule_read_fn(struct rule_documents *documents, const json_t *base,
                          const json_t **ret_value);

/* Finds the product of what is asked about, and its data. False: recorded. */
bool rule_need_product(struct rule_documents *documents);

/* What each reads is in its name; `cents`, `price_currency`, `price_discount` and `price_value` are of a price. */
rule_read_fn rule_read_ancestors;
rule_read_fn rule_read_categories;
rule_read_fn rule_read_cents;
rule_read_fn rule_read_currency;
rule_read_fn rule_read_customer;
rule_read_fn rule_read_email;
rule_read_fn rule_read_has_shipping;
rule_read_fn rule_read_item;
rule_read_fn rule_read_key;
rule_read_fn rule_read_price;
rule_read_fn rule_read_price_currency;
rule_read_fn rule_read_price_discount;
rule_read_fn rule_read_price_value;
rule_read_fn rule_read_product;
rule_read_fn rule_read_product_type;
rule_read_fn rule_read_sku;
rule_read_fn rule_read_tax_category;
rule_read_fn rule_read_variant;
rule_read_fn rule_read_variant_id;
rule_read_fn rule_read_variant_key;

#endif
