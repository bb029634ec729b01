/* The update actions of payments. */
#ifndef ORDER_PAYMENT_ACTIONS_H
#define ORDER_PAYMENT_ACTIONS_H

#include <stdbool.h>

#include "document/shape.h"

struct op;
struct resource;
struct update_input;

/* Updates, as a trusted client gives them and as /me takes them. */
extern const struct shape PAYMENT_UPDATE;
extern const struct shape MY_PAYMENT_UPDATE;

/* May the owner of a payment change it so? Not once it has a transaction, except for the custom fields
 * of that. False: recorded. Source: API docs, "My Payments". */
bool payment_owner_may_update(struct op *op, const struct resource *payment,
                              const struct update_input *input);

#endif
