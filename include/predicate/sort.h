/* The order of a list: `sort` parameters, and what of a document they compare. */
#ifndef PREDICATE_SORT_H
#define PREDICATE_SORT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct budget;
struct fields;
struct op;
struct sort_key;

/* The keys of an order, the first one first. */
struct sort {
	const struct sort_key *keys;
	size_t                 count;
	struct budget *
		budget; /* of the op that it was read for: looking at values and comparing them spends it */
};

/* What one key found in a document. */
struct sort_value {
	int         rank;   /* of its type; 0: nothing was found */
	const char *text;   /* decoded */
	size_t      bytes;
};

/* Reads `path [asc|desc]`, once per key. Everything in op->arena. False: recorded (400 InvalidInput
 * `Malformed parameter: sort: …`). */
bool sort_compile(struct op *op, const char *const *texts, size_t count,
                  const struct fields *fields, struct sort *ret_sort);

/* Reads what the keys compare from the JSON text of an object: sort->count values, in the arena.
 * Arrays count as their smallest element, or as their largest if the order is descending. */
const struct sort_value *sort_values(struct arena *arena, const struct sort *sort,
                                     const char *document, size_t bytes);

/* Copies values into another arena. */
const struct sort_value *sort_values_copy(struct arena *arena, const struct sort *sort,
                                          const struct sort_value *values);

/* Less than 0 if the document of `a` comes before that of `b`, 0 if the keys do not tell. What is
 * absent comes first, or last if the order is descending. */
int sort_compare(const struct sort *sort, const struct sort_value *a, const struct sort_value *b);

/* Is the last key a descending one? What the keys do not tell apart is then in reversed order, too. */
bool sort_ends_descending(const struct sort *sort);

/* Is the last key this member of the document? */
bool sort_ends_with(const struct sort *sort, const char *name);

#endif
