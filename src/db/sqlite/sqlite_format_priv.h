/* Numbers of SQLite's file formats. Source: "Database File Format" and "WAL-mode File Format", sqlite.org. */
#ifndef DB_SQLITE_SQLITE_FORMAT_PRIV_H
#define DB_SQLITE_SQLITE_FORMAT_PRIV_H

enum {
	/* "stdi" in the header's application id (offset 68 of the file) says whose file it is. */
	APPLICATION_ID = 0x73746469,
	APPLICATION_ID_OFFSET = 68,
	HEADER_BYTES = 100,
	PAGE_BYTES = 4096,
	JOURNAL_PAGES_OFFSET = 16, /* how many pages there were before it */
	LOG_HEADER_BYTES = 32,
	FRAME_HEADER_BYTES = 24
};

#endif
