#include "db/db_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/schema.h"
#include "db_driver_priv.h"
#include "db_file_priv.h"

static struct db_backup_result failed(enum db_open_result database, const char *message)
{
	return (struct db_backup_result){ .database = database, .message = message };
}

static struct db_backup_result failed_to_write(void)
{
	return failed(DB_OPENED, strerror(errno));
}

static const struct db_backup_result DONE = { .database = DB_OPENED, .done = true };

/* Files */

static bool sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced;
}

static bool sync_folder_of(const char *path)
{
	char *copy = db_path_with(path, "");
	bool synced = sync_path(dirname(copy), O_DIRECTORY);

	free(copy);
	return synced;
}

/* An empty file beside `path`, for its owner only; NULL: there can be none. The caller frees the name. */
static char *make_temporary(const char *path)
{
	char *name = db_path_with(path, ".XXXXXX");
	int fd = mkstemp(name);

	if (fd >= 0) {
		close(fd);
		return name;
	}
	free(name);
	return NULL;
}

static bool is_same_file(const char *path, const char *other)
{
	struct stat one, two;

	return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}

/* Gives a finished file its name. Some file systems have no links; there the name may be taken in between. */
static bool give_name(const char *temporary, const char *path, bool replaces)
{
	struct stat status;

	if (!replaces) {
		if (link(temporary, path) == 0)
			return unlink(temporary) == 0;
		if (errno == EEXIST)
			return false;
		if (lstat(path, &status) == 0) {
			errno = EEXIST;
			return false;
		}
	}
	return rename(temporary, path) == 0;
}

static bool publish(const char *temporary, const char *path, bool replaces)
{
	return sync_path(temporary, 0) && give_name(temporary, path, replaces) && sync_folder_of(path);
}

static void discard(char *temporary)
{
	int problem = errno;

	(void)unlink(temporary); /* if it still has that name */
	free(temporary);
	errno = problem;
}

static void remove_beside(const char *path, const char *suffix)
{
	char *name = db_path_with(path, suffix);

	(void)unlink(name); /* it need not be there */
	free(name);
}

/* Backup */

static struct db_backup_result copy_to(const struct db_driver *driver, const char *path,
                                       const char *target, bool replaces)
{
	char *temporary = make_temporary(target);
	const char *message;

	if (!temporary)
		return failed_to_write();
	enum db_open_result copied = driver->copy(path, temporary, &message);
	bool published = copied == DB_OPENED && publish(temporary, target, replaces);

	discard(temporary);
	if (copied != DB_OPENED)
		return failed(copied, message);
	return published ? DONE : failed_to_write();
}

/* A server that runs has looked at its files when it started; else they are looked at, and no server starts
 * meanwhile. */
static enum db_open_result take_for_reading(const struct db_driver *driver, struct db_file *file,
                                            const char *path, const char **ret_message)
{
	enum db_open_result result = db_file_take(file, path, ret_message);

	if (result == DB_OPENED)
		return driver->check_log(path, file->identity, ret_message);
	return result == DB_LOCKED ? DB_OPENED : result;
}

struct db_backup_result db_backup(const struct db_driver *driver, const char *path,
                                  const char *target, bool replaces)
{
	struct db_file file;
	struct stat status;
	const char *message = "";

	if (stat(path, &status) != 0)
		return failed(DB_CANNOT_OPEN, strerror(errno));
	if (status.st_size == 0)
		return failed(DB_CANNOT_OPEN, "it is empty");
	if (is_same_file(path, target))
		return failed(DB_OPENED, "it is the database itself");
	if (!replaces && lstat(target, &status) == 0) {
		errno = EEXIST;
		return failed_to_write();
	}
	enum db_open_result result = take_for_reading(driver, &file, path, &message);
	struct db_backup_result done =
		result == DB_OPENED ? copy_to(driver, path, target, replaces) : failed(result, message);

	if (file.made_lock)
		remove_beside(path, ".lock");
	db_file_release(&file);
	return done;
}

/* Restore */

/* What is in the log of the old database belongs to it, whatever becomes of it. */
static void move_log(const struct db_driver *driver, const struct db_file *file, const char *path)
{
	struct db_connection *connection;
	const char *message;

	if (driver->check_log(path, file->identity, &message) != DB_OPENED ||
	    driver->open(path, true, &connection, &message) != DB_OPENED)
		return; /* then it cannot be opened, and stays as it is until the end */
	(void)driver->run(connection,
	                  "select count(*) from meta"); /* closing moves only a log that was opened */
	driver->close(connection);
}

/* Is the copy whole, and of a version that this server knows? */
static enum db_open_result check_copy(const struct db_driver *driver, const char *path,
                                      const char **ret_message)
{
	struct db_connection *connection;
	int64_t version = -1;
	bool is_empty = true;
	enum db_open_result result = driver->open(path, false, &connection, ret_message);

	if (result != DB_OPENED)
		return result;
	*ret_message = "it is damaged";
	result = driver->is_whole(connection) && driver->identify(connection, &is_empty, &version) &&
	                 !is_empty
	             ? DB_OPENED
	             : DB_CANNOT_OPEN;
	driver->close(connection);
	if (result != DB_OPENED || (version >= 0 && (size_t)version <= SCHEMA_FILE_COUNT))
		return result;
	*ret_message = "it was written by a newer version of this server";
	return DB_NEWER;
}

static struct db_backup_result put_in_place(const struct db_driver *driver, struct db_file *file,
                                            char *temporary, const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0 && status.st_size > 0)
		move_log(driver, file, path);
	db_file_sign(file, "");
	if (!publish(temporary, path, true))
		return failed_to_write();
	/* A kill before this leaves a log that the copy does not know, so that no server uses it. */
	remove_beside(path, "-wal");
	remove_beside(path, "-shm");
	remove_beside(path, "-journal");
	return sync_folder_of(path) ? DONE : failed_to_write();
}

static struct db_backup_result restore_to(const struct db_driver *driver, struct db_file *file,
                                          const char *copy, const char *path)
{
	const char *message = "";
	char *temporary = make_temporary(path);

	if (!temporary)
		return failed_to_write();
	enum db_open_result result = driver->check_log(copy, "", &message);

	if (result == DB_OPENED)
		result = driver->copy(copy, temporary, &message);
	if (result == DB_OPENED)
		result = check_copy(driver, temporary, &message);
	struct db_backup_result done =
		result == DB_OPENED ? put_in_place(driver, file, temporary, path) : failed(result, message);

	discard(temporary);
	return done;
}

struct db_backup_result db_restore(const struct db_driver *driver, const char *copy,
                                   const char *path)
{
	struct db_file file;
	struct stat status;
	const char *message = "";

	if (stat(copy, &status) != 0)
		return failed(DB_CANNOT_OPEN, strerror(errno));
	if (status.st_size == 0)
		return failed(DB_CANNOT_OPEN, "it is empty");
	if (is_same_file(copy, path))
		return failed(DB_OPENED, "it is the database itself");
	bool was_there = stat(path, &status) == 0;
	enum db_open_result result = db_file_take(&file, path, &message);
	struct db_backup_result done;

	/* What is gone or does not belong there is what a backup is put back for. */
	if (result == DB_OPENED || result == DB_STRAY_LOG || result == DB_EMPTIED)
		done = restore_to(driver, &file, copy, path);
	else
		done = failed(result, message);
	if (!done.done && !was_there && result == DB_OPENED)
		remove_beside(path, ""); /* that taking it has made */
	if (!done.done && file.made_lock)
		remove_beside(path, ".lock");
	db_file_release(&file);
	return done;
}
