/* Handing what belongs to an anonymous session over to a customer, in steps where that is much. */
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

/* How far it has come. */
struct hand_over_place {
	size_t      kind;        /* an index of kinds_all() */
	const char *after_id;    /* of that kind; "": none of it yet */
	bool        gave_carts;
	bool        is_end;
};

/* Gives the customer what has this anonymous id, from the place on, and stores it: all of it, or as much as a step may
 * take, and then place->is_end is still false. False: recorded. */
bool hand_over(struct op *op, const struct hand_over *what, struct hand_over_place *place);

/* Is there anything that has this anonymous id? False: recorded. */
bool anonymous_id_owns(struct op *op, const char *anonymous_id, bool *ret_owns);

#endif
