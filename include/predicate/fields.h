/* What a document of a kind looks like to the query language: names and types of its fields. */
#ifndef PREDICATE_FIELDS_H
#define PREDICATE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

enum value_type {
	VALUE_STRING,
	VALUE_NUMBER,
	VALUE_BOOLEAN,
	VALUE_DATE_TIME, /* compared as instants */
	VALUE_ENUM,      /* a text out of a list */
	VALUE_OBJECT,    /* with fields of its own */
	VALUE_MAP,       /* any member names and any values: nothing is unknown inside */
	VALUE_POINT      /* GeoJSON point */
};

struct fields;

/* One field. Members that its type has no use for are left out. */
struct field {
	const char          *name;
	enum value_type      type;
	bool                 is_array;
	const struct fields *inner;       /* of VALUE_OBJECT */
	const char          *enum_name;   /* of VALUE_ENUM: as an error names it */
	const char *const   *enum_values; /* of VALUE_ENUM: ends with NULL */
};

struct fields {
	const struct field *rows;
	size_t              count;
};

/* The field of this name; NULL: there is none. */
const struct field *fields_find(const struct fields *fields, const char *name, size_t name_bytes);

#endif
