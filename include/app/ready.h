/* Telling others that the server is ready: the line on stdout, the ready file, the supervisor. */
#ifndef APP_READY_H
#define APP_READY_H

#include <stdbool.h>
#include <stdint.h>

struct settings;

/* What there is to tell. */
struct ready {
	const struct settings *settings;
	const char            *db_path;   /* NULL: in memory */
	int                    port;
	int64_t                customers; /* of the default project */
	int64_t                products;  /* the same */
	bool                   is_demo;   /* the customers are the built-in ones */
	int64_t                took_ms;
};

/* Writes the ready file, if one is wanted, atomically: whoever sees it sees all of it. False: errno
 * says why. */
bool ready_file_write(const struct ready *ready);

/* Removes it. */
void ready_file_remove(const struct settings *settings);

/* Prints the ready line and, on a terminal, some lines to copy. */
void ready_print(const struct ready *ready);

/* Sends a state such as "READY=1" to $NOTIFY_SOCKET, if there is one. Source: sd_notify(3). */
void notify_supervisor(const char *state);

#endif
