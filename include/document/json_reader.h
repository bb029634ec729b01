/* Reads JSON text in place: steps through objects and arrays, compares texts, skips the rest.
 *
 * Made for documents that the service wrote itself. Nothing here reads outside of the slice it was
 * given or takes longer than its length, whatever is in it; what is no valid JSON ends a walk or is
 * equal to nothing. */
#ifndef DOCUMENT_JSON_READER_H
#define DOCUMENT_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of a document, from the first byte to behind the last. start NULL: there is none. */
struct slice {
	const char *start;
	const char *end;
};

enum slice_kind {
	SLICE_ABSENT, /* not there, null, or no JSON */
	SLICE_TEXT,
	SLICE_NUMBER, /* by its first character: number_read() knows */
	SLICE_TRUE,
	SLICE_FALSE,
	SLICE_OBJECT,
	SLICE_ARRAY
};

/* A walk through an object or an array. */
struct slice_walk {
	const char *at;
	const char *end;
	bool        has_begun;
};

/* What a value is. */
enum slice_kind slice_kind(struct slice value);

/* Without white space in front; the end is that of the text. */
struct slice slice_document(const char *text, size_t bytes);

/* Begins a walk through a value that is an object or an array. */
struct slice_walk slice_enter(struct slice value);

/* The next member or element. *ret_name: what stands between the quotes, escapes included. False: no
 * more, or no JSON. */
bool slice_next_member(struct slice_walk *walk, struct slice *ret_name, struct slice *ret_value);
bool slice_next_item(struct slice_walk *walk, struct slice *ret_value);

/* The same without looking for the end of what comes next, so that each byte is looked at once however deep
 * it lies: these stand before a value, which must then be taken, skipped, or entered and left. *ret_name: as
 * above. False: no more, or no JSON. */
bool slice_next_name(struct slice_walk *walk, struct slice *ret_name);
bool slice_next_element(struct slice_walk *walk);

/* What a walk stands before, by its first character: an object, an array, a text, or something else
 * (SLICE_ABSENT). */
enum slice_kind slice_next_kind(const struct slice_walk *walk);

/* Takes or skips the value that a walk stands before. False: no JSON. */
bool slice_take(struct slice_walk *walk, struct slice *ret_value);
bool slice_skip(struct slice_walk *walk);

/* Begins a walk through the object or array that a walk stands before; once that one is at its end, the
 * outer one goes on behind it. False: no JSON. */
struct slice_walk slice_enter_next(const struct slice_walk *walk);
bool slice_leave(struct slice_walk *walk, const struct slice_walk *inner);

/* What stands between the quotes of a text. */
struct slice slice_inside(struct slice value);

/* Of what stands between quotes: is it this text, its escapes decoded? */
bool slice_equals(struct slice raw, const char *text, size_t bytes);

/* The same, in order by UTF-16 code units. *ret_order: less than, equal to or greater than 0. False:
 * an escape in it is broken. */
bool slice_compare(struct slice raw, const char *text, size_t bytes, int *ret_order);

/* Decodes what stands between quotes into `room` bytes, without NUL. False: it does not fit, or an
 * escape is broken. */
bool slice_decode(struct slice raw, char *out, size_t room, size_t *ret_bytes);

/* Reads an escape, a pair of surrogates included, from its backslash on, and moves *at behind it.
 * False: *at is where it breaks. Source: RFC 8259 §7. */
bool json_escape_read(const char **at, const char *end, uint32_t *ret_code);

#endif
