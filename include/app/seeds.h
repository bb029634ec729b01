/* The fixtures that new projects start with: reading them from the disk, and saying what is wrong
 * with them. */
#ifndef APP_SEEDS_H
#define APP_SEEDS_H

#include <stdbool.h>
#include <stdio.h>

struct fixture_set;
struct fixture_mistake;
struct seeds;

/* Reads what is named: files, folders with *.json, or the words of --seed; `places` ends with NULL.
 * NULL: said on stderr. The caller destroys it. */
struct seeds *seeds_read(const char *const *places);

/* The documents that were read; they live as long as the seeds. */
const struct fixture_set *seeds_fixture(const struct seeds *seeds);

/* Are they nothing but the built-in ones? */
bool seeds_are_built_in(const struct seeds *seeds);

/* Accepts NULL. */
void seeds_destroy(struct seeds *seeds);

/* Loads the documents into a database in memory, which is thrown away, once for every project that
 * they name and once for `project`, and writes down every mistake. Gives an exit code. */
int seeds_check(const struct seeds *seeds, const char *project, FILE *out);

/* Writes mistakes, one a line. */
void mistakes_write(const struct fixture_mistake *mistakes, FILE *out);

/* `validate FILE|DIR…`. `arguments`: what follows the command, ended by NULL. Returns the exit code:
 * EXIT_OK if there is no mistake, else EXIT_FIXTURE. */
int validate(char **arguments);

#endif
