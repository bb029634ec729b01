/* The body of one request while it arrives: in memory while it is small, then in a file without a name. Knows nothing
 * of libmicrohttpd. */
#ifndef SERVER_UPLOAD_H
#define SERVER_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>

struct memory_pool;

/* What all uploads share. */
struct upload_rules {
	struct memory_pool *memory; /* of which they may take half; NULL: no limit */
	struct memory_pool *files;  /* what may be in files at once; NULL: no limit */
	const char         *folder; /* where such files may be made; NULL: where temporary files are */
};

enum upload_fault {
	UPLOAD_FINE,
	UPLOAD_TOO_LARGE, /* larger than it may be */
	UPLOAD_NO_ROOM,   /* neither in memory nor in a file */
};

struct upload {
	const struct upload_rules *rules;
	size_t            limit_bytes;  /* 0: nobody wants it; it is thrown away */
	enum upload_fault fault;
	size_t            bytes;        /* that have come */
	char             *text;         /* in memory, or the file's */
	size_t            room;
	size_t            shared_bytes; /* taken from the memory of all */
	int               fd;           /* -1: in memory */
	size_t            file_bytes;   /* taken from what may be in files */
};

/* Begins; the caller drops it. */
void upload_begin(struct upload *upload, const struct upload_rules *rules, size_t limit_bytes);

/* Takes a piece in. What cannot be kept is thrown away with all that came before, and the fault says why. */
void upload_take(struct upload *upload, const char *piece, size_t bytes);

/* The body is complete: gives its text, which a NUL ends and which lives until the upload is dropped; "" if nobody
 * wants it. NULL: the fault says why. */
const char *upload_text(struct upload *upload);

/* Frees everything. May be repeated; any thread that holds the call. */
void upload_drop(struct upload *upload);

#endif
