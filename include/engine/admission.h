/* Who may do this: bearer token to caller, project, scope, session, store, body. */
#ifndef ENGINE_ADMISSION_H
#define ENGINE_ADMISSION_H

#include <stdbool.h>

struct exchange;
struct op;

/* Checks in the order of the contract: token, project, scope, session. Sets op->caller.
 * *ret_want_project: the project does not exist yet, but may be created. False: recorded. */
bool admission_check(struct exchange *exchange, bool *ret_want_project);

/* Decodes the body by the route's shape, then looks whether the store of the path exists. False:
 * recorded. */
bool admission_decode(struct exchange *exchange);

#endif
