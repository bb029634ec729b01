#include "db/db_value.h"

#include <string.h>

struct db_value db_text(const char *text)
{
	return text ? db_bytes(text, strlen(text)) : (struct db_value){ .type = DB_NULL };
}

struct db_value db_bytes(const char *text, size_t bytes)
{
	return (struct db_value){ .type = DB_TEXT, .text = text, .bytes = bytes };
}

struct db_value db_integer(int64_t integer)
{
	return (struct db_value){ .type = DB_INTEGER, .integer = integer };
}
