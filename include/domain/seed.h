/* The built-in seed: what a new project starts with. */
#ifndef DOMAIN_SEED_H
#define DOMAIN_SEED_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* The key of the built-in project, the only one that the seed declares API clients for. */
extern const char DEMO_PROJECT[];

/* The settings of a new project, as its document holds them; kept by the arena. */
json_t *seed_settings(struct op *op);

/* Creates the project of the request with languages, stores and customers. No messages. False:
 * recorded. */
bool seed_project(struct op *op);

#endif
