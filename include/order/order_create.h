/* What a cart becomes when it is bought. */
#ifndef ORDER_ORDER_CREATE_H
#define ORDER_ORDER_CREATE_H

#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"

struct custom_draft;
struct identifier;
struct op;
struct resource;

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

/* The shapes of drafts: as /me shows them, and as a trusted client sees them. */
extern const struct shape MY_ORDER_DRAFT;
extern const struct shape ORDER_DRAFT;

/* Makes an order of a cart's document as it stands, without storing anything: for what was bought
 * already. `id` NULL: a random one. NULL: recorded. */
struct resource *order_start(struct op *op, const json_t *cart, const struct order_draft *draft,
                             const char *id);

/* Makes an order of a cart, which may not be changed any more from then on, and stores both. What
 * the cart costs must still be what it would cost now. Emits OrderCreated. NULL: recorded. Source:
 * API docs, "Create Order from Cart". */
struct resource *order_create(struct op *op, const struct order_draft *draft);

#endif
