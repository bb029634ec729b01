/* OAuth scopes: `name:{projectKey}` or `name:{projectKey}:{storeKey}`, separated by spaces. */
#ifndef AUTH_SCOPE_H
#define AUTH_SCOPE_H

#include <stdbool.h>

struct op;

/* Is every item well formed, known and for this project? */
bool scope_is_well_formed(const char *scope, const char *project);

/* What is wrong with a list that is not well formed, for the log; in the arena. Names that resemble none
 * that is known are not repeated. */
const char *scope_complaint(struct op *op, const char *scope);

/* Is every item of `asked` literally one of `owned`? */
bool scope_is_subset(const char *asked, const char *owned);

/* Does `owned` permit one of the names (space-separated) in this project: by the name itself, in
 * its store form if a store is named, or by manage_project, which contains everything but
 * API-client management? A project of ALL_PROJECTS in the items matches every project. */
bool scope_permits(const char *owned, const char *names, const char *project,
                   const char *store_key);

/* The items once each, in their order, one space between them; in the arena. */
const char *scope_normalize(struct op *op, const char *scope);

/* The names of the items, without what they are for, once each: `a, b`; in the arena. */
const char *scope_names(struct op *op, const char *scope);

/* The project that the first item names, in the arena; NULL if there is none. */
const char *scope_project(struct op *op, const char *scope);

/* Is this a name that scopes.def knows? */
bool scope_is_known(const char *name);

#endif
