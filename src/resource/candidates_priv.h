/* The documents of a search that has an order: what is compared of each, and never more than may be on the page. */
#ifndef RESOURCE_CANDIDATES_PRIV_H
#define RESOURCE_CANDIDATES_PRIV_H

#include <stddef.h>
#include <stdint.h>

struct candidates;
struct found;
struct op;
struct sort;

/* None yet. `wanted`: how many may be asked for in the end. To be destroyed; `sort` must live as long. */
struct candidates *candidates_create(struct op *op, const struct sort *sort, size_t wanted);
void candidates_destroy(struct candidates *candidates);

/* Adds a document that matches; what is compared of it is copied. */
void candidates_add(struct candidates *candidates, const struct found *found);

/* Brings them into order. Gives their number, at most `wanted`. */
size_t candidates_sort(struct candidates *candidates);

/* The position of one of them, which are in order. */
int64_t candidates_position(const struct candidates *candidates, size_t index);

#endif
