#include "db_file_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

static const char LOCK_SUFFIX[] = ".lock";

char *db_path_with(const char *path, const char *suffix)
{
	size_t bytes = strlen(path) + strlen(suffix) + 1;
	char *text = xmalloc(bytes);

	snprintf(text, bytes, "%s%s", path, suffix);
	return text;
}

static enum db_open_result lock_descriptor(int fd, const char **ret_message)
{
	if (fd < 0) {
		*ret_message = strerror(errno);
		return DB_CANNOT_OPEN;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return DB_OPENED;
	*ret_message = errno == EWOULDBLOCK ? "it is in use by another server" : strerror(errno);
	return errno == EWOULDBLOCK ? DB_LOCKED : DB_CANNOT_OPEN;
}

/* Whoever names the same path stops here, before anything of the database itself is opened: closing a descriptor of it
 * would drop the locks that SQLite holds in the same process. */
static enum db_open_result lock_path(struct db_file *file, const char *path,
                                     const char **ret_message)
{
	char *lock_path = db_path_with(path, LOCK_SUFFIX);

	file->lock_fd = open(lock_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	file->made_lock = file->lock_fd >= 0;
	if (!file->made_lock)
		file->lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(lock_path);
	return lock_descriptor(file->lock_fd, ret_message);
}

static void read_signature(struct db_file *file)
{
	ssize_t bytes = pread(file->lock_fd, file->identity, sizeof file->identity - 1, 0);

	file->identity[bytes > 0 ? bytes : 0] = '\0';
	file->identity[strcspn(file->identity, "\n")] = '\0';
}

/* The size of a file; -1: there is none. */
static off_t size_of(const char *path, const char *suffix)
{
	char *name = db_path_with(path, suffix);
	struct stat status;
	off_t bytes = stat(name, &status) == 0 ? status.st_size : -1;

	free(name);
	return bytes;
}

/* An empty file is a new database, unless there was one. A path without a file is a new one too: that is how to begin
 * anew. But a log cannot be without the database that it continues. */
static enum db_open_result check_emptiness(struct db_file *file, const char *path,
                                           const char **ret_message)
{
	off_t bytes = size_of(path, "");

	if (bytes > 0)
		return DB_OPENED;
	if (size_of(path, "-wal") > 0) {
		*ret_message = "its log (-wal) is there, but the database itself is not";
		return DB_STRAY_LOG;
	}
	if (bytes == 0 && *file->identity) {
		*ret_message = "it is empty, but there was a database";
		return DB_EMPTIED;
	}
	db_file_sign(file, "");
	return DB_OPENED;
}

/* The lock of a path does not know other names of the file: links, and folders that are mounted twice. Locks of flock()
 * are the inode's, and nothing to those that SQLite takes. */
static enum db_open_result lock_inode(struct db_file *file, const char *path,
                                      const char **ret_message)
{
	struct stat status;

	file->inode_fd = open(path, O_RDONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0600);
	if (file->inode_fd >= 0 && fstat(file->inode_fd, &status) == 0 && !S_ISREG(status.st_mode)) {
		*ret_message = "it is no file";
		return DB_CANNOT_OPEN;
	}
	return lock_descriptor(file->inode_fd, ret_message);
}

enum db_open_result db_file_take(struct db_file *file, const char *path, const char **ret_message)
{
	*file = (struct db_file){ .lock_fd = -1, .inode_fd = -1 };
	enum db_open_result result = lock_path(file, path, ret_message);

	if (result != DB_OPENED)
		return result;
	read_signature(file);
	result = check_emptiness(file, path, ret_message);
	return result == DB_OPENED ? lock_inode(file, path, ret_message) : result;
}

void db_file_sign(struct db_file *file, const char *identity)
{
	char text[IDENTITY_BYTES + 1];
	int bytes = snprintf(text, sizeof text, "%s%s", identity, *identity ? "\n" : "");

	if (strcmp(file->identity, identity) == 0)
		return;
	snprintf(file->identity, sizeof file->identity, "%s", identity);
	if (ftruncate(file->lock_fd, 0) != 0 ||
	    pwrite(file->lock_fd, text, (size_t)bytes, 0) != bytes || fsync(file->lock_fd) != 0)
		log_event(LOG_LEVEL_WARNING, "database", "the file .lock cannot be written: %s",
		          strerror(errno));
}

void db_file_release(struct db_file *file)
{
	if (file->inode_fd >= 0)
		close(file->inode_fd);
	if (file->lock_fd >= 0)
		close(file->lock_fd);
	file->inode_fd = file->lock_fd = -1;
}
