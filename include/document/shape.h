/* What a JSON body may hold, as tables: decoding it into a struct, or into a document of known
 * fields only.
 *
 * Rules of the wire (all shapes): null is absent; an optional object given as {} is absent; unknown
 * members are ignored; the first misfit is reported as `member -> member: text`, array elements add
 * nothing to that path.
 *
 * Fixtures (op->strict) are written by people: there an unknown member is a misfit. */
#ifndef DOCUMENT_SHAPE_H
#define DOCUMENT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/error.h"
#include "document/text_check.h"

struct op;
struct shape;

/* Where we are in a body; lives on the stack. */
struct json_path {
	const struct json_path *parent;
	const char             *name;   /* of the member; NULL: an element of an array */
	size_t                  index;  /* of the element */
};

enum field_type {
	FIELD_TEXT,       /* const char *; NULL if absent */
	FIELD_LONG,       /* int64_t */
	FIELD_INT,        /* struct optional_int */
	FIELD_BOOL,       /* bool; false if absent */
	FIELD_OBJECT,     /* const void *: a struct of the inner shape; NULL if absent */
	FIELD_LIST,       /* struct shape_list of structs of the inner shape */
	FIELD_DOCUMENT,   /* json_t *: the known members of the inner shape; NULL if absent */
	FIELD_DOCUMENTS,  /* json_t *: array of such; NULL if absent */
	FIELD_INTS,       /* struct shape_list of int64_t */
	FIELD_TEXTS,      /* json_t *: array of texts; NULL if absent */
	FIELD_MAP,        /* json_t *: an object with any members; NULL if absent */
	FIELD_TEXT_MAP,   /* json_t *: object whose values are texts; NULL if absent */
	FIELD_RAW,        /* json_t *, any value; NULL if absent or null */
	FIELD_CUSTOM,     /* whatever the decoder makes of it */
	FIELD_CONVERTED,  /* json_t *: the value that the decoder puts in its place; NULL if absent */
};

/* null is absence, and so is {} where a member is OPTIONAL. Where it is IF_GIVEN, {} is a value, that may not fit. */
enum field_need { OPTIONAL, IF_GIVEN, REQUIRED };

struct optional_int {
	bool    given;
	int64_t value;
};

struct shape_list {
	const void *items;
	size_t      count;
};

/* Decodes a member of type FIELD_CUSTOM into `target`. `argument` is the row's. False: recorded. */
typedef bool custom_decode_fn(struct op *op, json_t *value, const struct json_path *path,
                              const void *argument, void *target);

struct shape_field {
	const char       *name;
	enum field_type   type;
	enum field_need   need;
	size_t            offset;    /* in the struct; unused in documents */
	text_check_fn    *check;     /* FIELD_TEXT only */
	const void       *argument;  /* of the check or the decoder */
	const struct shape *inner;   /* of objects, lists and documents */
	custom_decode_fn *decode;    /* FIELD_CUSTOM and FIELD_CONVERTED only */
};

/* A shape of 0 bytes is that of a document: what is decoded is a json_t * with its known members. */
struct shape {
	size_t                    bytes;   /* of the struct */
	size_t                    count;
	const struct shape_field *fields;
	const char               *tag;     /* a member by which the shape was chosen; NULL: none */
};

/* Parses a body and decodes it. *ret_input: a struct of the shape, in the arena, or a json_t * if it
 * is that of a document. False: recorded. */
bool shape_decode_body(struct op *op, const struct shape *shape, const char *body,
                       size_t body_bytes, void **ret_input);

/* Decodes an object into a zeroed struct. False: recorded. */
bool shape_decode(struct op *op, const struct shape *shape, const json_t *object,
                  const struct json_path *path, void *target);

/* Decodes an object into what the shape makes of it: a struct in the arena, or a json_t *. False:
 * recorded. */
bool shape_decode_input(struct op *op, const struct shape *shape, const json_t *object,
                        const struct json_path *path, void **ret_input);

/* Bounds of a whole number, both included. */
struct int_range {
	int64_t min;
	int64_t max;
};

/* Decodes a member of a document (FIELD_CONVERTED): a whole number within the struct int_range that
 * is the argument. One that is out of it is an InvalidField. */
custom_decode_fn decode_int_in_range;

/* Decodes a member of a document (FIELD_CONVERTED): an array of texts, each one of those of the argument, which is as
 * that of text_check_enum. */
custom_decode_fn decode_texts_of_enum;

/* The pointer of a place, as RFC 6901 has it; in the arena. */
const char *json_path_pointer(struct op *op, const struct json_path *path);

/* Records a misfit at a place, and the place. Returns false. */
bool fail_at(struct op *op, const struct json_path *path, const char *text);

/* The same for what has a sentence in tables/misfits.def. */
bool fail_misfit(struct op *op, const struct json_path *path, enum misfit misfit);

#endif
