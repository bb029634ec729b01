/* Query parameters of lists, and the paged answer. */
#ifndef API_LISTING_H
#define API_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "api/route.h"

struct db_row;
struct resource;
struct resource_kind;

struct paging {
	int64_t limit_rows;
	int64_t offset_rows;
	bool    with_total;
};

/* Reads limit, offset and withTotal. False: recorded. */
bool paging_read(struct op *op, const struct call *call, struct paging *ret_paging);

/* Query predicates and sorting are not there yet: saying so (501) beats answering something else.
 * False: recorded. */
bool listing_refuse_predicates(struct op *op, const struct call *call);
bool listing_refuse_sort(struct op *op, const struct call *call);

/* Reads what a list takes: paging, and neither predicates nor sorting. False: recorded. */
bool listing_read(struct op *op, const struct call *call, struct paging *ret_paging);

/* The page of stored texts (column 0 of the rows). A HEAD on a list that is empty is a 404. */
struct body paged_body(struct op *op, const struct call *call, const struct paging *paging,
                       const struct db_row *rows, int64_t total);

/* One page of a kind, narrowed down to a value of a shared index field if one is named. */
struct body list_kind(struct op *op, const struct call *call, const struct resource_kind *kind,
                      const char *index_field, const char *value);

/* The answer that is one resource as it stands; failed if there is none. */
struct body resource_body(struct op *op, const struct resource *resource);

/* The version parameter of a DELETE. False: recorded. */
bool version_read(struct op *op, const struct call *call, int64_t *ret_version);

#endif
