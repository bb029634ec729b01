/* Telling others that the server is ready: the line on stdout, the ready file, the supervisor. */
#ifndef APP_READY_H
#define APP_READY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings;

/* What is in a project. */
struct project_counts {
	char    *key;
	int64_t  customers;
	int64_t  products;
};

/* What there is to tell. */
struct ready {
	const struct settings *settings;
	const char            *db_path;   /* NULL: in memory */
	int                    port;
	const struct project_counts
		*projects; /* those that the fixtures name, and the default one last */
	size_t                 project_count;
	bool                   is_demo;   /* the customers are the built-in ones */
	int64_t                took_ms;
};

/* Writes the ready file, if one is wanted, atomically: whoever sees it sees all of it. False: errno
 * says why. */
bool ready_file_write(const struct ready *ready);

/* Is there a folder for a ready file that can be written to? False: errno says why. NULL needs none. */
bool ready_file_has_folder(const char *path);

/* Removes it. Accepts NULL. */
void ready_file_remove(const char *path);

/* Prints the ready line and, on a terminal, some lines to copy. */
void ready_print(const struct ready *ready);

/* Sends a state such as "READY=1" to $NOTIFY_SOCKET, if there is one. Source: sd_notify(3). */
void notify_supervisor(const char *state);

#endif
