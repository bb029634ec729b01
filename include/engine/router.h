/* From a raw request target to a route: cuts the path, strips project and store, finds the row. */
#ifndef ENGINE_ROUTER_H
#define ENGINE_ROUTER_H

#include <stdbool.h>

struct call;
struct op;
struct route;
struct route_table;
struct router;

/* Where a request goes. */
struct destination {
	const struct route       *route;
	const struct route_table *table;  /* that the route is of */
	const char               *allow;  /* the Allow header of a 405; else NULL */
};

/* Sorts the routes of the tables, a list that ends with NULL; they outlive it. Refuses to go on
 * (abort) with a row that cannot be right: open without being meant to be, an unknown scope, two
 * rows for the same request, a GET that writes. The caller destroys it. */
struct router *router_create(const struct route_table *const *tables);

/* Accepts NULL. */
void router_destroy(struct router *router);

/* Finds the route of a request; sets op->project, op->store_key and op->mine, and the kind, argument,
 * query and is_head of the call. False: recorded (404, 405, 501, 400). */
bool router_find(const struct router *router, struct op *op, const char *method, const char *target,
                 struct call *call, struct destination *ret_destination);

/* The path of a target for the log: no query, no secrets; in the arena. */
const char *router_log_path(struct op *op, const char *target);

#endif
