#include "sqlite_identity_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/memory.h"
#include "../db_file_priv.h"
#include "sqlite_format_priv.h"

/* Did a database begin to be made here, and the power go? Then its journal says that the file was empty, and SQLite
 * makes it so again. */
static bool was_empty(const char *path)
{
	static const unsigned char MAGIC[] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };
	static const unsigned char NO_PAGES[4] = { 0 };
	unsigned char header[JOURNAL_PAGES_OFFSET + sizeof NO_PAGES];
	char *name = db_path_with(path, "-journal");
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	free(name);
	if (fd < 0)
		return false;
	ssize_t count = read(fd, header, sizeof header);

	close(fd);
	return count == (ssize_t)sizeof header && memcmp(header, MAGIC, sizeof MAGIC) == 0 &&
	       memcmp(header + JOURNAL_PAGES_OFFSET, NO_PAGES, sizeof NO_PAGES) == 0;
}

/* Looks at the file's own header, so that a file of somebody else is not even opened for
 * writing. */
bool sqlite_is_foreign(const char *path)
{
	unsigned char header[HEADER_BYTES] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	ssize_t count = read(fd, header, sizeof header);

	close(fd);
	if (count == 0)
		return false;
	if (count < HEADER_BYTES || memcmp(header, "SQLite format 3", 16) != 0)
		return !was_empty(path);
	const unsigned char *id = header + APPLICATION_ID_OFFSET;
	unsigned application_id =
		(unsigned)id[0] << 24 | (unsigned)id[1] << 16 | (unsigned)id[2] << 8 | id[3];

	return application_id != APPLICATION_ID;
}

/* What a database says of itself. */
struct identity {
	bool    is_readable;
	bool    is_there;   /* older databases have none */
	char    id[IDENTITY_BYTES];
	int64_t generation; /* of the log */
};

static bool take_row(sqlite3_stmt *statement, struct identity *identity)
{
	const char *id = (const char *)sqlite3_column_text(statement, 0);

	identity->is_there = id != NULL;
	snprintf(identity->id, sizeof identity->id, "%s", id ? id : "");
	identity->generation = sqlite3_column_int64(statement, 1);
	return true;
}

/* A database without the table is readable, and has no identity. */
static bool ask(sqlite3 *handle, struct identity *identity)
{
	static const char SQL[] = "select (select value from meta where name = 'identity'), "
							  "(select value from meta where name = 'log_generation')";
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(handle, SQL, -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code == SQLITE_ERROR;
	bool done = sqlite3_step(statement) == SQLITE_ROW && take_row(statement, identity);

	sqlite3_finalize(statement);
	return done;
}

static struct identity read_identity(const char *uri)
{
	struct identity identity = { 0 };
	sqlite3 *handle;

	identity.is_readable =
		sqlite3_open_v2(uri, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
	                    NULL) == SQLITE_OK &&
		sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK &&
		ask(handle, &identity);
	sqlite3_close(handle);
	return identity;
}

/* A file as SQLite's URIs have it; freed by the caller. */
static char *uri_of(const char *path, const char *parameters)
{
	static const char DIGITS[] = "0123456789ABCDEF";
	char *uri = xmalloc(strlen("file:") + 3 * strlen(path) + strlen(parameters) + 1);
	char *at = stpcpy(uri, "file:");

	for (; *path; path++) {
		if (*path == '%' || *path == '?' || *path == '#') {
			*at++ = '%';
			*at++ = DIGITS[(unsigned char)*path >> 4];
			*at++ = DIGITS[(unsigned char)*path & 15];
		} else {
			*at++ = *path;
		}
	}
	stpcpy(at, parameters);
	return uri;
}

/* Is this what a log tells that continues the database, which may have taken over a part of it? */
static bool continues(const struct identity *base, const struct identity *view,
                      const char *signature)
{
	if (!view->is_readable)
		return false;
	if (base->is_there)
		return view->is_there && strcmp(base->id, view->id) == 0 &&
		       (view->generation == base->generation || view->generation == base->generation + 1);
	if (!view->is_there)
		return true; /* from before there were identities */
	/* Either it was given in this log, or the file is half-way in being taken over. */
	return (view->generation == 0 || !base->is_readable) &&
	       (!*signature || strcmp(signature, view->id) == 0);
}

static bool is_there(const char *path, const char *suffix, off_t more_than)
{
	char *name = db_path_with(path, suffix);
	struct stat status;
	bool found = stat(name, &status) == 0 && status.st_size > more_than;

	free(name);
	return found;
}

static void remove_beside(const char *path, const char *suffix)
{
	char *name = db_path_with(path, suffix);

	(void)unlink(name); /* it holds nothing that is not in the log */
	free(name);
}

enum db_open_result sqlite_check_log(const char *path, const char *signature,
                                     const char **ret_message)
{
	bool has_index = is_there(path, "-shm", -1);
	bool has_log = is_there(path, "-wal", LOG_HEADER_BYTES);
	bool has_journal = is_there(path, "-journal", 0);

	if (!has_log && !has_journal)
		return DB_OPENED;
	char *base_uri = uri_of(path, "?immutable=1"), *view_uri = uri_of(path, "");
	struct identity base = read_identity(base_uri);
	bool belongs =
		!has_journal || !base.is_there; /* a journal is only used before there is a log */

	if (belongs && has_log) {
		struct identity view = read_identity(view_uri);

		belongs = continues(&base, &view, signature);
		if (!has_index)
			remove_beside(path, "-shm");
	}
	free(base_uri);
	free(view_uri);
	if (belongs)
		return DB_OPENED;
	*ret_message =
		has_journal
			? "the journal (-journal) beside it is not its own"
			: "the log (-wal) beside it is not its own: it continues another database, or another "
			  "copy of this one";
	return DB_STRAY_LOG;
}
