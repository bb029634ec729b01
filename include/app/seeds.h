/* The fixtures that new projects start with, read from the disk. */
#ifndef APP_SEEDS_H
#define APP_SEEDS_H

#include <stdbool.h>

struct fixture_set;
struct localities;
struct seeds;

/* Reads what is named: files, folders with *.json, or the words of --seed; `places` ends with NULL.
 * They are fitted to the localities, whose arrays must outlive them. NULL: said on stderr. The caller destroys it. */
struct seeds *seeds_read(const char *const *places, const struct localities *localities);

/* The documents that were read; they live as long as the seeds. */
const struct fixture_set *seeds_fixture(const struct seeds *seeds);

/* Are they nothing but the built-in ones? */
bool seeds_are_built_in(const struct seeds *seeds);

/* Accepts NULL. */
void seeds_destroy(struct seeds *seeds);

#endif
