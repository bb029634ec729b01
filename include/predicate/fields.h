/* What a document of a kind looks like to the query language: names, types, nesting. */
#ifndef PREDICATE_FIELDS_H
#define PREDICATE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

struct fields;

enum value_type {
	VALUE_STRING,
	VALUE_NUMBER,
	VALUE_BOOLEAN,
	VALUE_DATE_TIME, /* compared as an instant */
	VALUE_ENUM,      /* a string of a known set */
	VALUE_OBJECT,
	VALUE_MAP,       /* an object with any members: nothing in it is unknown, its values are what they are */
	VALUE_POINT,     /* GeoJSON */
	VALUE_ANY,       /* whatever it is: asked about like what is inside a map */
};

struct field {
	const char          *name;
	enum value_type      type;
	bool                 is_array;
	const struct fields *inner;        /* VALUE_OBJECT only */
	const char          *enum_name;    /* VALUE_ENUM only: what an error calls it */
	const char *const   *enum_values;  /* VALUE_ENUM only: ends with NULL */
	const char          *folded_from;  /* not stored: the lower-cased text of this member; else NULL */
};

struct fields {
	const struct field *rows;
	size_t              count;
};

/* The field of this name; NULL: there is none. */
const struct field *fields_find(const struct fields *fields, const char *name, size_t name_bytes);

#endif
