/* Query parameters of lists and single resources, and their answers. */
#ifndef API_LISTING_H
#define API_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/route.h"
#include "resource/query.h"

struct fields;
struct resource;

enum { DEFAULT_LIMIT = 20 };

/* Reads and checks what a list takes: limit, offset, withTotal, sort, where with its variables. The
 * first fault is recorded. False: recorded. */
bool listing_read(struct op *op, const struct call *call, const struct resource_kind *kind,
                  struct query *ret_query);

/* Reads a parameter that is a whole number from 0 to `max` into *value, which is left alone if there is none.
 * False: recorded. */
bool parameter_in_range(struct op *op, const struct call *call, const char *name, int64_t max,
                        int64_t *value);

/* Reads limit, offset and withTotal into a query that has their defaults. False: recorded. */
bool listing_read_paging(struct op *op, const struct call *call, struct query *query);

/* Runs a query and gives its page, references expanded as the call asks. A HEAD on a list that is
 * empty is a 404. */
struct body listing_body(struct op *op, const struct call *call, const struct query *query);

/* The page of a query that finds nothing, without looking. */
struct body empty_listing_body(struct op *op, const struct call *call, const struct query *query);

/* Reads a query of a kind and answers it. */
struct body list_kind(struct op *op, const struct call *call, const struct resource_kind *kind);

/* The answer that is one resource as it stands, references expanded as the call asks; failed if
 * there is none. */
struct body resource_body(struct op *op, const struct call *call, const struct resource *resource);

/* The same for a resource's stored text, and for a document of the handler's own. */
struct body stored_body(struct op *op, const struct call *call, const char *text, size_t bytes);
struct body expanded_body(struct op *op, const struct call *call, json_t *document);

/* The version parameter of a DELETE. False: recorded. */
bool version_read(struct op *op, const struct call *call, int64_t *ret_version);

/* Finds what a call is about. NULL: recorded. */
typedef struct resource *load_fn(struct op *op, const struct call *call);

/* Deletes what is found, at the version that the call gives; it stays as it was in memory. NULL:
 * recorded. */
struct resource *deleted(struct op *op, const struct call *call, load_fn *load);

/* Answers a DELETE in that way. */
struct body delete_loaded(struct op *op, const struct call *call, load_fn *load);

#endif
