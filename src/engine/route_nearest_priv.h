/* Which endpoint may have been meant by a path that leads to none. */
#ifndef ENGINE_ROUTE_NEAREST_PRIV_H
#define ENGINE_ROUTE_NEAREST_PRIV_H

#include <stdbool.h>
#include <stddef.h>

struct route_index;

/* A path that was cut. */
struct asked_path {
	const char *const *segments;
	size_t             count;
	size_t             skip; /* those that name project and store */
};

/* The pattern that differs least from a path of as many segments. NULL: all differ in more than a third
 * of what is not captured. */
const char *route_nearest(const struct route_index *index, const struct asked_path *path);

#endif
