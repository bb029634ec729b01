/* From a raw request target to a route: cuts the path, strips project and store, finds the row. */
#ifndef ENGINE_ROUTER_H
#define ENGINE_ROUTER_H

#include <stdbool.h>

struct call;
struct op;
struct route;

/* Finds the route of a request; sets op->project and op->store_key, and the argument, query and
 * is_head of the call. False: recorded (404, 405, 501, 400); *ret_allow is then the Allow header of
 * a 405, else NULL. */
bool router_find(struct op *op, const char *method, const char *target, struct call *call,
                 const struct route **ret_route, const char **ret_allow);

/* The path of a target for the log: no query, no secrets; in the arena. */
const char *router_log_path(struct op *op, const char *target);

#endif
