/* What a new project starts with. */
#ifndef PROJECT_SEED_H
#define PROJECT_SEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text_file.h"

struct fixture_mistake;
struct fixture_set;
struct op;

/* The key of the built-in project, the only one that the seed declares API clients for. */
extern const char DEMO_PROJECT[];

/* The built-in seed: the documents of src/seed, embedded at build time and sorted by name. */
extern const struct text_file SEED_FILES[];
extern const size_t SEED_FILE_COUNT;

/* The languages of the built-in shop, ended by NULL: those that its texts are in, and what storefronts ask for. */
extern const char *const SEED_LANGUAGES[];

/* The documents that new projects are made of: op->env->seed, or the built-in seed if that is NULL. */
const struct fixture_set *seed_fixture(struct op *op);

/* Makes the project of the request, which does not exist, from documents, and keeps what it was made of, for resets.
 * *ret_mistakes as that of fixture_load(). Inside op->tx of the writer. False: recorded. */
bool project_make(struct op *op, const struct fixture_set *fixture,
                  struct fixture_mistake **ret_mistakes);

/* Creates the project of the request from op->env->seed, or from the built-in seed if that is NULL.
 * No messages. False: recorded. */
bool seed_project(struct op *op);

/* The same, unless the project exists already. Runs inside op->tx. False: recorded. */
bool project_ensure(struct op *op);

#endif
