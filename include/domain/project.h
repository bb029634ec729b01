/* Projects: the tenants, their languages and stores. */
#ifndef DOMAIN_PROJECT_H
#define DOMAIN_PROJECT_H

#include <stdbool.h>

#include "domain/resource.h"

struct op;

extern const struct resource_kind PROJECT_KIND;

/* May a project have this key? ^[A-Za-z0-9_-]{2,256}$, and no path of the server itself. */
bool project_key_is_valid(const char *key);

/* Does the project of the request exist? False: recorded, or, with *ret_exists == false, there is
 * none. */
bool project_exists(struct op *op, bool *ret_exists);

/* Is this one of the project's languages? *ret_is (only written on success) says so. False:
 * recorded. */
bool project_has_language(struct op *op, const char *language, bool *ret_is);

/* Creates the project of the request, if it does not exist, from the built-in seed. Runs inside
 * op->tx. False: recorded. */
bool project_ensure(struct op *op);

#endif
