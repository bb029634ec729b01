/* Orders: what a cart becomes when it is bought. */
#ifndef ORDER_ORDER_H
#define ORDER_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"
#include "kind/part.h"
#include "resource/resource.h"

struct custom_draft;
struct identifier;
struct op;

extern const struct resource_kind ORDER_KIND;

/* What an order is made from. The members after `version` can only be given by a trusted client. */
struct order_draft {
	const char                *cart_id;
	int64_t                    version;  /* of the cart */
	const struct identifier   *cart;     /* in place of its id */
	const char                *order_number;
	const char                *purchase_order_number;
	const char                *order_state;
	const char                *payment_state;
	const char                *shipment_state;
	json_t                    *state;    /* as reference_decode() makes it */
	const struct custom_draft *custom;   /* in place of those of the cart; NULL: none given */
};

/* The shapes of drafts, and of updates. */
extern const struct shape MY_ORDER_DRAFT;
extern const struct shape ORDER_DRAFT;
extern const struct shape ORDER_UPDATE;

/* The states of an order, for shapes; each list ends with NULL. */
extern const char *const ORDER_STATES[];
extern const char *const SHIPMENT_STATES[];
extern const char *const PAYMENT_STATES[];

/* Makes an order of a cart, which may not be changed any more from then on, and stores both. What
 * the cart costs must still be what it would cost now. Emits OrderCreated. NULL: recorded. Source:
 * API docs, "Create Order from Cart". */
struct resource *order_create(struct op *op, const struct order_draft *draft);

/* The order with this number, as far as it exists for who asks. Else 404. NULL: recorded. */
struct resource *order_get_by_number(struct op *op, const char *order_number);

#endif
