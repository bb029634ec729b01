/* Reading and changing JSON documents. What returns bool here says "did it change anything?". */
#ifndef DOCUMENT_DOC_H
#define DOCUMENT_DOC_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* The text, number or truth of a member; NULL, 0 or false if it is absent or something else. Texts
 * are borrowed from the document. */
const char *doc_text(const json_t *doc, const char *name);
int64_t doc_int(const json_t *doc, const char *name);
bool doc_true(const json_t *doc, const char *name);

/* Is the member this text? */
bool doc_is(const json_t *doc, const char *name, const char *text);

/* Are the members of both equal, or is there none in either? */
bool doc_same(const json_t *one, const json_t *other, const char *name);

/* Is the member there and not null? */
bool doc_has(const json_t *doc, const char *name);

/* Sets a text; NULL or "" removes the member. */
bool doc_set_text(json_t *doc, const char *name, const char *text);

/* Sets a value (borrowed); NULL removes the member. */
bool doc_set(json_t *doc, const char *name, json_t *value);

/* Sets a value, taking over the reference; for values made in the same expression. */
void doc_put(json_t *doc, const char *name, json_t *fresh);

/* Sets a value unless the member is there, taking over the reference. */
void doc_put_default(json_t *doc, const char *name, json_t *fresh);

/* Does the array of texts hold this one? A missing array holds nothing. */
bool doc_list_holds(const json_t *doc, const char *name, const char *text);

/* Adds a text at the end of an array unless it is there; makes the array if needed. */
bool doc_list_add(json_t *doc, const char *name, const char *text);

/* Removes a text from an array. */
bool doc_list_remove(json_t *doc, const char *name, const char *text);

/* Notes a text in a set of texts, an object that starts empty. False: it is in there already. For
 * lists as long as a client likes, which comparing all with all would make slow. */
bool doc_note(json_t *set, const char *text);

/* Adds to an array the texts that stand at a dotted path, each once; on the way it goes into every
 * element of an array. */
void doc_collect_texts(const json_t *doc, const char *path, json_t *texts);

/* The first object in the array whose member `name` is this text; *ret_index (may be NULL) says
 * where. NULL: none. */
json_t *doc_find(const json_t *array, const char *name, const char *text, size_t *ret_index);

#endif
