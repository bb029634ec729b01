/* Handing what belongs to an anonymous session over to a customer. */
#ifndef SESSION_HAND_OVER_H
#define SESSION_HAND_OVER_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct resource_kind;

struct hand_over {
	const char                 *anonymous_id;
	const json_t               *customer;
	const struct resource_kind *only;       /* this kind; NULL: carts, orders, payments, lists */
	const char                 *store_key;  /* what is of this store; NULL: of all and of none */
	const char                 *except_id;  /* the cart that is treated by itself; NULL: none */
};

/* Gives the customer all that has this anonymous id, and stores it. *ret_carts: was a cart among it? False:
 * recorded. */
bool hand_over(struct op *op, const struct hand_over *what, bool *ret_carts);

/* Is there anything that has this anonymous id? False: recorded. */
bool anonymous_id_owns(struct op *op, const char *anonymous_id, bool *ret_owns);

#endif
