/* The routes of all tables, found by the first segment of a path. */
#ifndef ENGINE_ROUTE_INDEX_PRIV_H
#define ENGINE_ROUTE_INDEX_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/route.h"

/* The methods that endpoints have; HEAD goes where GET goes. */
enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_COUNT };

/* Their names, by number. */
extern const char *const METHOD_NAMES[METHOD_COUNT];

/* METHOD_COUNT: no endpoint has it. */
enum method method_of(const char *name);

/* A row, with what is asked of it first. */
struct indexed_route {
	const struct route       *route;
	const struct route_table *table;
	enum method               method;
	size_t                    segments;
};

/* All that begins with the same segment, in the order of the tables. */
struct route_group {
	const char                   *name;      /* not ended by NUL; empty: the path `/` */
	size_t                        name_bytes;
	bool                          is_rooted;
	struct indexed_route         *routes;
	size_t                        count;
	const struct left_out       **left_out;
	size_t                        left_out_count;
};

enum { INDEX_SLOTS = 256 };

struct route_index {
	struct route_group *groups;
	size_t              count;
	/* By a hash of their names; the number of a group, counted from 1, or 0. */
	unsigned char       slots[INDEX_SLOTS];
};

/* Makes the index of tables, a list that ends with NULL. The caller destroys it. */
struct route_index *route_index_create(const struct route_table *const *tables);

/* Accepts NULL. */
void route_index_destroy(struct route_index *index);

/* What begins with this segment, at the root or behind a project. NULL: nothing. */
const struct route_group *route_index_group(const struct route_index *index, bool is_rooted,
                                            const char *segment);

#endif
