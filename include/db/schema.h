/* The files of schema/, embedded at build time and sorted by name. */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include <stddef.h>

struct schema_file {
	const char *name;
	const char *sql;
};

extern const struct schema_file SCHEMA_FILES[];
extern const size_t SCHEMA_FILE_COUNT;

#endif
