/* Rules: what the API calls discount predicates. Those of cart discounts and their targets, of discount codes, product
 * discounts and shipping methods are one language, which is not that of queries. A text is checked when it is stored,
 * and compiled once a request when it is asked. */
#ifndef PRICING_RULE_H
#define PRICING_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct op;
struct rule;
struct rule_scope;

/* What a rule is about. */
enum rule_subject {
	RULE_OF_CART,
	RULE_OF_LINE_ITEM,
	RULE_OF_CUSTOM_LINE_ITEM,
	RULE_OF_SHIPPING,   /* a shipping info: within shippingInfoExists() only */
	RULE_OF_PRICE,      /* a price, with its variant and product */
};

/* Is the text a rule about such a subject, and are its types right, as far as the types of the project say? `member` is
 * what the draft calls it. References to what the rule names by id are added to `references` (an array; may be NULL).
 * False: recorded, a SyntaxError or a SemanticError. */
bool rule_check(struct op *op, const char *member, const char *text, enum rule_subject subject,
                json_t *references);

/* Adds the references alone, of a text that was checked when it was stored. */
void rule_note_references(struct op *op, const char *text, enum rule_subject subject,
                          json_t *references);

/* The compiled form of a text, which is made once a request; a text that is no rule holds for nothing. */
const struct rule *rule_compile(struct op *op, const char *text, enum rule_subject subject);

/* Could a rule about prices hold for one in the stored text of a product or projection? A quick look, for who goes
 * through many. */
bool rule_may_hold_in(const struct rule *rule, const char *document, size_t bytes);

/* Can what it says depend on taxes? */
bool rule_looks_at_taxes(const struct rule *rule);

/* What rules about a cart are asked of. A value is looked up once for all rules, so a scope is good for as long as the
 * cart does not change. */
struct rule_scope *rule_scope_of_cart(struct op *op, const json_t *cart);

/* Does the rule hold for the cart, or for one of its items: the line items and behind them the custom line items, in
 * the order of the cart when the scope was made? The rule must be about such a subject. False: recorded. */
bool rule_holds(struct rule_scope *scope, const struct rule *rule, bool *ret_holds);
bool rule_holds_for_item(struct rule_scope *scope, const struct rule *rule, size_t item,
                         bool *ret_holds);

/* What rules about prices are asked of: a variant of product data; `product` is the product or the projection that the
 * data belong to. */
struct rule_scope *rule_scope_of_variant(struct op *op, const json_t *product, const json_t *data,
                                         const json_t *variant);

/* Does the rule hold for a price of the variant? False: recorded. */
bool rule_holds_for_price(struct rule_scope *scope, const struct rule *rule, const json_t *price,
                          bool *ret_holds);

#endif
