/* Putting a project back to where it began. */
#ifndef PROJECT_PROJECT_RESET_H
#define PROJECT_PROJECT_RESET_H

#include <stdbool.h>

struct op;

/* Puts the project of the request back to what it was made of, which is the seed where nobody knows any more. Inside
 * op->tx of the writer. False: recorded. */
bool project_reset(struct op *op);

/* Leaves nothing in the project of the request but its settings, which are those of a new one. Inside op->tx of the
 * writer. False: recorded. */
bool project_empty(struct op *op);

#endif
