/* What goes into a query and comes out of it. */
#ifndef DB_DB_VALUE_H
#define DB_DB_VALUE_H

#include <stddef.h>
#include <stdint.h>

enum db_type { DB_NULL, DB_INTEGER, DB_TEXT };

/* A parameter or a column. Texts end with NUL. */
struct db_value {
	enum db_type type;
	int64_t      integer;
	const char  *text;
	size_t       bytes;
};

/* Parameters of a query, in order: `db_one(op, QUERY_X, DB_VALUES(db_text(a), db_integer(b)),
 * &row)`. */
#define DB_VALUES(...) \
	(const struct db_value[]){ __VA_ARGS__ }, \
		sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value)

/* A text parameter, borrowed; NULL is SQL's null. */
struct db_value db_text(const char *text);

/* A text whose length is known. */
struct db_value db_bytes(const char *text, size_t bytes);

/* An integer parameter. */
struct db_value db_integer(int64_t integer);

#endif
