/* How often discount codes were used: index fields of orders. */
#ifndef PRICING_DISCOUNT_CODE_USE_H
#define PRICING_DISCOUNT_CODE_USE_H

#include "resource/resource.h"

/* Index rows of orders, by which carts count the applications of a code: in all, and by a customer.
 * An order has the cart's `discountCodes` and `customerId`. */
#define DISCOUNT_CODE_INDEX \
	{ .name = "discountCodeId", .values = discount_code_values, .path = "discountCodes.discountCode.id" }, \
	{ .name = "discountCodeOfCustomer", .values = discount_code_of_customer_values }

index_values_fn discount_code_values;
index_values_fn discount_code_of_customer_values;

/* May a code still be applied to a cart, as far as orders have used it up? False: recorded. */
bool discount_code_is_left(struct op *op, const json_t *code, const json_t *cart,
                           bool *ret_is_left);

#endif
