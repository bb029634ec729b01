/* What cart discounts and product discounts have in common as data: values, targets, order, dates. */
#ifndef PRICING_DISCOUNT_VALUE_H
#define PRICING_DISCOUNT_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "document/shape.h"
#include "kind/update.h"
#include "resource/resource_fields.h"

struct op;

/* A list of money, decoded into cent-precision documents. */
custom_decode_fn moneys_decode;

/* Decode the value of a discount and the target of a cart discount in a document (FIELD_CONVERTED):
 * by their member `type`. */
custom_decode_fn cart_discount_value_decode;
custom_decode_fn cart_discount_target_decode;
custom_decode_fn product_discount_value_decode;

/* Decodes the recurringOrderScope of a cart discount in the same way, but for recurrence policies, of
 * which there are none here. */
custom_decode_fn recurring_order_scope_decode;

/* A sort order, and validFrom before validUntil, where they are given. False: recorded. */
bool discount_check(struct op *op, const json_t *discount);

/* Is the moment between validFrom and validUntil of a discount or a code, where they are given? From is inclusive,
 * until exclusive. */
bool discount_is_in_time(const json_t *discount, int64_t now_ms);

/* `changeSortOrder` */
apply_fn discount_change_sort_order;

extern const struct fields DISCOUNT_VALUE_FIELDS;

#endif
