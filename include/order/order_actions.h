/* The update actions of orders. */
#ifndef ORDER_ORDER_ACTIONS_H
#define ORDER_ORDER_ACTIONS_H

#include "document/shape.h"

/* How a trusted client changes an order. */
extern const struct shape ORDER_UPDATE;

#endif
