/* The input of actions that set a member of a part of an order. */
#ifndef ORDER_ORDER_PART_PRIV_H
#define ORDER_ORDER_PART_PRIV_H

#include <jansson.h>

#include "kind/part.h"

/* A part of an order and a value for it. */
struct part_value {
	struct part_reference part;
	json_t               *value;
};

#endif
