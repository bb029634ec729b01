/* The files of schema/, embedded at build time and sorted by name. */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include <stddef.h>

#include "base/text_file.h"

extern const struct text_file SCHEMA_FILES[];
extern const size_t SCHEMA_FILE_COUNT;

#endif
