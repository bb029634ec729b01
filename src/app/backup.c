#include "app/backup.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "base/log.h"
#include "db/db_backup.h"
#include "db/db_sqlite.h"
#include "app_priv.h"

/* What a command was given. */
struct request {
	const char *command;
	const char *file;
	const char *db;      /* NULL: not given */
	bool        forces;
};

static bool refuse(const struct request *request, const char *what, const char *about)
{
	fprintf(stderr, "standin: %s %s%s; see standin %s --help\n", request->command, what, about,
	        request->command);
	return false;
}

/* Takes one argument, or two where a value follows. Gives how many; 0: said what is wrong. */
static size_t take_argument(struct request *request, char **arguments, bool may_force)
{
	static const char DB[] = "--db=";
	const char *argument = arguments[0];

	if (strcmp(argument, "--db") == 0 && arguments[1]) {
		request->db = arguments[1];
		return 2;
	}
	if (strncmp(argument, DB, sizeof DB - 1) == 0)
		request->db = argument + sizeof DB - 1;
	else if (may_force && strcmp(argument, "--force") == 0)
		request->forces = true;
	else if (*argument == '-' || request->file)
		return refuse(request, "does not know what to do with ", argument);
	else
		request->file = argument;
	return 1;
}

static bool read_request(char **arguments, bool may_force, struct request *request)
{
	while (*arguments) {
		size_t count = take_argument(request, arguments, may_force);

		if (count == 0)
			return false;
		arguments += count;
	}
	if (!request->file || !*request->file)
		return refuse(request, "takes one file", "");
	return !request->db || *request->db || refuse(request, "takes a name with --db", "");
}

static const char *advice_for(const struct request *request, const struct db_backup_result *result)
{
	struct stat status;

	if (result->database == DB_LOCKED)
		return "; stop it first";
	if (result->database != DB_OPENED)
		return app_database_advice(result->database);
	return strcmp(request->command, "backup") == 0 && !request->forces &&
	               stat(request->file, &status) == 0
	           ? "; --force replaces it"
	           : "";
}

/* `about`: the file that the message is about. */
static int tell(const struct request *request, const char *about,
                const struct db_backup_result *result)
{
	if (result->done)
		return EXIT_OK;
	fprintf(stderr, "standin: %s failed: %s: %s%s\n", request->command, about, result->message,
	        advice_for(request, result));
	return result->database == DB_OPENED ? EXIT_RUNNING_FAILED : EXIT_DATABASE;
}

static char *path_for(const struct request *request)
{
	char *path = app_database_path(request->db);

	if (!path)
		fprintf(stderr,
		        "standin: %s failed: HOME is not set, so there is no database; use --db FILE\n",
		        request->command);
	return path;
}

int backup(char **arguments)
{
	struct request request = { .command = "backup" };
	int code = EXIT_DATABASE;

	umask(077);
	if (!read_request(arguments, true, &request))
		return EXIT_USAGE;
	char *path = path_for(&request);

	if (path) {
		struct db_backup_result result = db_backup(&DB_SQLITE, path, request.file, request.forces);

		code = tell(&request, result.database == DB_OPENED ? request.file : path, &result);
		if (result.done)
			printf("standin backup of %s written to %s\n", path, request.file);
	}
	free(path);
	return code;
}

int restore(char **arguments)
{
	struct request request = { .command = "restore" };
	int code = EXIT_DATABASE;

	umask(077);
	if (!read_request(arguments, false, &request))
		return EXIT_USAGE;
	char *path = path_for(&request);

	if (path) {
		struct db_backup_result result = db_restore(&DB_SQLITE, request.file, path);

		code = tell(&request, result.database == DB_LOCKED ? path : request.file, &result);
		if (result.done)
			printf("standin restored %s from %s\n", path, request.file);
	}
	free(path);
	return code;
}
