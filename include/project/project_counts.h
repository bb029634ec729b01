/* What is in a project, in numbers and by name. */
#ifndef PROJECT_PROJECT_COUNTS_H
#define PROJECT_PROJECT_COUNTS_H

#include <jansson.h>

struct op;

/* How many resources the project of the request has, by the sections of a fixture: `{"customers":2,"carts":0,…}`; kept
 * by the arena. NULL: recorded. */
json_t *project_counts(struct op *op);

/* Their ids by the names that people know them by, keys for most: `{"customers":{"alice":"…"}}`; sections without any
 * are left out; kept by the arena. NULL: recorded. */
json_t *project_ids(struct op *op);

#endif
