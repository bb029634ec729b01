/* Looking for mistakes in fixtures, without keeping anything. */
#ifndef APP_VALIDATE_H
#define APP_VALIDATE_H

#include <stdio.h>

struct fixture_mistake;
struct seeds;

/* Loads the documents into a database in memory, which is thrown away, once for every project that
 * they name and once for `project`, and writes down every mistake. Gives an exit code. */
int seeds_check(const struct seeds *seeds, const char *project, FILE *out);

/* Writes mistakes, one a line. */
void mistakes_write(const struct fixture_mistake *mistakes, FILE *out);

/* `validate FILE|DIR…`. `arguments`: what follows the command, ended by NULL. Returns the exit code:
 * EXIT_OK if there is no mistake, else EXIT_FIXTURE. */
int validate(char **arguments);

#endif
