/* Where the database is, and opening it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "base/memory.h"
#include "db/db.h"
#include "db/db_sqlite.h"
#include "db/db_writer.h"
#include "app_priv.h"

enum { WRITER_QUEUE_JOBS = 1024 };

static char *join(const char *a, const char *b)
{
	size_t bytes = strlen(a) + strlen(b) + 1;
	char *path = xmalloc(bytes);

	snprintf(path, bytes, "%s%s", a, b);
	return path;
}

/* Makes every folder on the way to a file, for the owner only. */
static bool make_folders(const char *path)
{
	char *copy = join(path, "");
	bool made = true;

	for (char *slash = strchr(copy + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		made = mkdir(copy, 0700) == 0 || errno == EEXIST;
		*slash = '/';
	}
	free(copy);
	return made;
}

/* NULL: there is no place. Source: XDG Base Directory Specification; a relative path counts as
 * unset. */
static char *default_db_path(void)
{
	const char *data_home = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (data_home && *data_home == '/')
		return join(data_home, "/standin/standin.db");
	return home && *home == '/' ? join(home, "/.local/share/standin/standin.db") : NULL;
}

char *app_database_path(const char *flag)
{
	const char *variable = getenv("STANDIN_DB");
	const char *given = flag ? flag : variable && *variable ? variable : NULL;

	return given ? join(given, "") : default_db_path();
}

const char *app_database_advice(enum db_open_result result)
{
	switch (result) {
	case DB_LOCKED:
		return "; give each server a --db FILE of its own, or --in-memory";
	case DB_FOREIGN:
		return "; --db FILE names one that it has made or may make, and fixtures go with --seed";
	case DB_STRAY_LOG:
		return "; put back the files that belong together, or a backup with standin restore, or move the "
			   "-wal, -shm and -journal files away to use the database without them";
	case DB_EMPTIED:
		return "; put it back, or a backup with standin restore, or remove the file to begin anew";
	case DB_NEWER:
		return "; use that one, or another --db FILE";
	default:
		return "";
	}
}

int app_database_failed(const struct app *app, const char *message, const char *advice)
{
	fprintf(stderr, "standin: the database%s%s cannot be opened: %s%s\n", app->db_path ? " " : "",
	        app->db_path ? app->db_path : "", message, advice);
	return EXIT_DATABASE;
}

int app_open_database(struct app *app)
{
	const struct settings *settings = app->settings;
	enum db_open_result result;
	const char *message = "";

	if (settings->db)
		app->db_path = join(settings->db, "");
	else if (!settings->in_memory)
		app->db_path = default_db_path();
	if (!settings->in_memory && !app->db_path)
		return app_database_failed(
			app, "HOME is not set, so there is no place for it", "; use --db FILE or --in-memory");
	if (!settings->in_memory && !settings->db && !make_folders(app->db_path))
		return app_database_failed(app, strerror(errno), "; use --db FILE or --in-memory");
	result = db_open(&DB_SQLITE, app->db_path, &app->db, &message);
	if (result != DB_OPENED)
		return app_database_failed(app, message, app_database_advice(result));
	app->writer = db_writer_create(app->db, WRITER_QUEUE_JOBS);
	return app->writer ? EXIT_OK : app_database_failed(app, "its thread cannot be started", "");
}
