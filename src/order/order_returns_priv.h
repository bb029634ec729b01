/* Actions on what comes back of an order. */
#ifndef ORDER_ORDER_RETURNS_PRIV_H
#define ORDER_ORDER_RETURNS_PRIV_H

#include "document/shape.h"
#include "kind/update.h"
#include "order_part_priv.h"

extern const struct shape RETURN_INFO_DRAFT;

/* The states of a returned item, for shapes; each list ends with NULL. */
extern const char *const RETURN_SHIPMENT_STATES[];
extern const char *const RETURN_PAYMENT_STATES[];

apply_fn order_return_add;
apply_fn order_return_set;

/* Sets row->field, a state, of a returned item; the input is a struct part_value. */
apply_fn order_return_set_state;

#endif
