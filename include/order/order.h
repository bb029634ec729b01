/* Orders: the kind, its states, finding one by its number. */
#ifndef ORDER_ORDER_H
#define ORDER_ORDER_H

#include "resource/resource.h"

struct op;

extern const struct resource_kind ORDER_KIND;

/* The states of an order, for shapes; each list ends with NULL. */
extern const char *const ORDER_STATES[];
extern const char *const SHIPMENT_STATES[];
extern const char *const PAYMENT_STATES[];

/* The order with this number, as far as it exists for who asks. Else 404. NULL: recorded. */
struct resource *order_get_by_number(struct op *op, const char *order_number);

#endif
