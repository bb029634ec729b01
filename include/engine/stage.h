/* Runs a stage of a request in its memory: what is more than it may have, or more than there is, ends the stage. */
#ifndef ENGINE_STAGE_H
#define ENGINE_STAGE_H

#include <stdbool.h>

struct exchange;

/* Runs a stage whose JSON values are made in the arena of the exchange, and gives what it gives. A stage that cannot
 * have its memory is left where it is (base/guard.h): what it recorded and made stale is forgotten, its queries are
 * ended, and what is recorded is 500 for more than one request may have, 503 for want of memory. Then false. */
bool stage_run(struct exchange *exchange, bool (*stage)(struct exchange *exchange));

#endif
