/* What the files that start the server share. */
#ifndef APP_APP_PRIV_H
#define APP_APP_PRIV_H

#include <stddef.h>
#include <stdint.h>

#include "app/settings.h"
#include "base/allowance.h"
#include "base/env.h"
#include "db/db.h"

struct clock;
struct db;
struct db_writer;
struct engine;
struct http_server;
struct pool;
struct project_counts;
struct seeds;
struct waiting;

enum { PATH_BYTES = 1024 };

/* All that is opened at the start and closed at the end. */
struct app {
	const struct settings *settings;
	int64_t                started_us;
	char                  *db_path;   /* NULL: in memory */
	struct env             env;
	struct seeds          *seeds;
	char                   public_url[URL_BYTES];
	struct clock          *clock;
	struct db             *db;
	struct db_writer      *writer;
	struct pool           *hashers;
	struct pool           *readers;
	struct waiting        *waiting;
	const char            *link_templates[MAX_LIST + 3]; /* ends with NULL; see struct env */
	struct memory_pool     memory;        /* of large requests */
	struct memory_pool     upload_files;  /* what of their bodies is in files */
	char                   upload_folder[PATH_BYTES];
	struct engine         *engine;
	struct http_server    *server;
	struct project_counts *projects; /* see struct ready */
	size_t                 project_count;
};

/* Opens the database that the settings name, or that of the usual place, and starts its writer. Gives an
 * exit code; what is wrong is said on stderr. */
int app_open_database(struct app *app);

/* The database that a command is about: what --db names, else the variable, else the usual place. NULL: there is none.
 * The caller frees it. */
char *app_database_path(const char *flag);

/* What to do about a database that cannot be opened, to be put behind the reason; may be "". Static. */
const char *app_database_advice(enum db_open_result result);

/* Says on stderr why the database cannot be used, and what to do. Gives the exit code of that. */
int app_database_failed(const struct app *app, const char *message, const char *advice);

/* Fills app->env, makes the projects that are to be there from the start, and counts what is in them.
 * After the port is known, which is part of what is seeded. Gives an exit code; what is wrong is said on
 * stderr. */
int app_prepare_data(struct app *app);

/* Frees app->projects. */
void app_forget_projects(struct app *app);

#endif
