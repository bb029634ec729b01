/* Who may do this: bearer token to caller, project, scope, session, store, body. */
#ifndef ENGINE_ADMISSION_H
#define ENGINE_ADMISSION_H

#include <stdbool.h>

#include "engine/route.h"

struct exchange;

/* Goes through the doors of the route's table. Sets exchange->want_project if the project does not
 * exist yet, but may be created. False: recorded. */
bool admission_check(struct exchange *exchange);

/* The doors of endpoints that ask for an access token, in the order of the contract: token and
 * project, then scope and session. The first sets op->caller. */
door_fn admission_locate;
door_fn admission_guard;

/* Decodes the body by the route's shape, once however often the exchange is admitted, then looks whether the store of
 * the path exists. False: recorded. */
bool admission_decode(struct exchange *exchange);

#endif
