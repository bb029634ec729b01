/* The predicates of cart discounts, discount codes and shipping methods: a language of its own,
 * smaller than that of queries. */
#ifndef PRICING_CART_PREDICATE_H
#define PRICING_CART_PREDICATE_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* What a predicate is about. */
enum predicate_subject { PREDICATE_OF_CART, PREDICATE_OF_LINE_ITEM, PREDICATE_OF_CUSTOM_LINE_ITEM };

/* Is this a predicate about such a subject? False: recorded, an InvalidInput that says where it is
 * not. To be asked when a discount, a code or a method is created or changed. */
bool discount_predicate_check(struct op *op, const char *text, enum predicate_subject subject);

/* Does the predicate hold for the cart, or for a line of it (NULL: the cart)? A text that is no
 * predicate holds for nothing. False: recorded. */
bool discount_predicate_matches(struct op *op, const char *text, const json_t *cart,
                                const json_t *line, bool *ret_matches);

#endif
