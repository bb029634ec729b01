/* For O_TMPFILE, which POSIX does not know. */
#define _GNU_SOURCE

#include "server/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/allowance.h"
#include "base/memory.h"

enum {
	FREE_BYTES = 16 * 1024,         /* are not counted, so that small requests go on beside large ones */
	FIRST_ROOM_BYTES = 2 * 1024,
	MEMORY_BYTES = 1024 * 1024,     /* more goes to a file */
};

void upload_begin(struct upload *upload, const struct upload_rules *rules, size_t limit_bytes)
{
	*upload = (struct upload){ .rules = rules, .limit_bytes = limit_bytes, .fd = -1 };
}

static void free_memory(struct upload *upload)
{
	free(upload->text);
	upload->text = NULL;
	upload->room = 0;
	memory_pool_give(upload->rules->memory, upload->shared_bytes);
	upload->shared_bytes = 0;
}

void upload_drop(struct upload *upload)
{
	if (upload->fd < 0) {
		if (upload->rules)
			free_memory(upload);
		return;
	}
	if (upload->text)
		(void)munmap(upload->text, upload->bytes + 1); /* cannot fail: it was mapped so */
	(void)close(upload->fd); /* it has no name; whatever was not written is not wanted */
	upload->text = NULL;
	upload->fd = -1;
	memory_pool_give(upload->rules->files, upload->file_bytes);
	upload->file_bytes = 0;
}

static void fail(struct upload *upload, enum upload_fault fault)
{
	upload_drop(upload);
	upload->fault = fault;
}

/* -- in memory -- */

/* Counts what is beyond the free part. */
static bool charge_memory(struct upload *upload, size_t room)
{
	const struct memory_pool *pool = upload->rules->memory;
	size_t shared = room > FREE_BYTES ? room - FREE_BYTES : 0;

	if (shared > upload->shared_bytes) {
		if (!memory_pool_take(upload->rules->memory, shared - upload->shared_bytes,
		                      pool ? pool->limit_bytes / 2 : 0))
			return false;
		upload->shared_bytes = shared;
	}
	return true;
}

/* Makes room for so many bytes and a NUL. False: there is none in memory; nothing has changed. */
static bool grow(struct upload *upload, size_t bytes)
{
	size_t room = upload->room ? upload->room : FIRST_ROOM_BYTES;
	char *text;

	if (bytes > MEMORY_BYTES)
		return false;
	if (bytes < upload->room)
		return true;
	while (room <= bytes)
		room *= 2;
	if (room > MEMORY_BYTES)
		room = MEMORY_BYTES + 1;
	if (!charge_memory(upload, room))
		return false;
	text = memory_try_grow(upload->text, room);
	if (!text)
		return false;
	upload->text = text;
	upload->room = room;
	return true;
}

/* -- in a file -- */

static int open_nameless(const char *folder)
{
	char path[1024];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || snprintf(path, sizeof path, "%s/standin-XXXXXX", folder) >= (int)sizeof path)
		return fd;
	fd = mkostemp(path, O_CLOEXEC); /* on file systems that do not know nameless files */
	if (fd >= 0)
		(void)unlink(path); /* at worst a file remains */
	return fd;
}

static int open_file(const char *folder)
{
	const char *temporary = getenv("TMPDIR");
	int fd = folder ? open_nameless(folder) : -1;

	if (fd < 0)
		fd = open_nameless(temporary && *temporary ? temporary : "/tmp");
	return fd;
}

static bool write_all(int fd, const char *text, size_t bytes)
{
	while (bytes) {
		ssize_t count = write(fd, text, bytes);

		if (count < 0 && errno != EINTR)
			return false;
		if (count > 0) {
			text += count;
			bytes -= (size_t)count;
		}
	}
	return true;
}

static bool append_to_file(struct upload *upload, const char *piece, size_t bytes)
{
	if (!memory_pool_take(upload->rules->files, bytes, 0))
		return false;
	upload->file_bytes += bytes;
	return write_all(upload->fd, piece, bytes);
}

/* From here on it is in a file. */
static bool spill(struct upload *upload)
{
	int fd = open_file(upload->rules->folder);
	char *text = upload->text;
	bool done;

	if (fd < 0)
		return false;
	upload->text = NULL; /* the file's is not there yet */
	upload->fd = fd;
	done = append_to_file(upload, text, upload->bytes);
	free(text);
	upload->room = 0;
	memory_pool_give(upload->rules->memory, upload->shared_bytes);
	upload->shared_bytes = 0;
	return done;
}

/* -- all of it -- */

static bool keep_piece(struct upload *upload, const char *piece, size_t bytes)
{
	if (upload->fd < 0 && grow(upload, upload->bytes + bytes)) {
		memcpy(upload->text + upload->bytes, piece, bytes);
		return true;
	}
	return (upload->fd >= 0 || spill(upload)) && append_to_file(upload, piece, bytes);
}

void upload_take(struct upload *upload, const char *piece, size_t bytes)
{
	if (upload->fault || !upload->limit_bytes || !bytes)
		return;
	if (bytes > upload->limit_bytes - upload->bytes)
		fail(upload, UPLOAD_TOO_LARGE);
	else if (!keep_piece(upload, piece, bytes))
		fail(upload, UPLOAD_NO_ROOM);
	else
		upload->bytes += bytes;
}

/* The file's bytes and a NUL. */
static const char *map(struct upload *upload)
{
	void *text = MAP_FAILED;

	if (write_all(upload->fd, "", 1))
		text = mmap(NULL, upload->bytes + 1, PROT_READ, MAP_PRIVATE, upload->fd, 0);
	if (text == MAP_FAILED) {
		fail(upload, UPLOAD_NO_ROOM);
		return NULL;
	}
	return upload->text = text;
}

const char *upload_text(struct upload *upload)
{
	if (upload->fault)
		return NULL;
	if (upload->fd >= 0)
		return upload->text ? upload->text : map(upload);
	if (!upload->text)
		return "";
	upload->text[upload->bytes] = '\0'; /* grow() always leaves a byte for it */
	return upload->text;
}
