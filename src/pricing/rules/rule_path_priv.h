/* Paths: what a rule calls a field, found in the tables of fields. */
#ifndef PRICING_RULE_PATH_PRIV_H
#define PRICING_RULE_PATH_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "rule_fields_priv.h"
#include "rule_parser_priv.h"

struct op;

enum { RULE_PATH_BUCKETS = 256, RULE_SUBJECTS = RULE_OF_PRICE + 1 };

struct rule_path {
	const char              *key;      /* its names, as one text */
	enum rule_subject        subject;
	const struct rule_field *fields[RULE_MAX_SEGMENTS];
	size_t                   field_count;
	const char *const       *tail;     /* names below a custom field container or attributes */
	size_t                   tail_count;
	bool                     is_list;
	bool                     is_taxed;
	bool                     has_slot; /* its values are kept, at this place among those of an object */
	size_t                   slot;
	struct rule_path        *next;     /* in the bucket */
};

/* All paths of a request, each once. Starts zeroed. */
struct rule_paths {
	struct rule_path *buckets[RULE_PATH_BUCKETS];
	size_t            slot_counts[RULE_SUBJECTS];
	size_t            tail_slots;      /* how many of the slots are of paths with a tail */
};

/* The path of an operand. NULL: there is no such field; *ret_unknown is the name that no table has. */
const struct rule_path *rule_path_find(struct op *op, struct rule_paths *paths,
                                       enum rule_subject subject,
                                       const struct rule_operand *operand,
                                       const char **ret_unknown);

/* What the path leads to, before its tail. */
const struct rule_field *rule_path_field(const struct rule_path *path);

/* The names of an operand as one text, in the arena. */
const char *rule_path_name(struct op *op, const struct rule_operand *operand,
                           const char *separator);

#endif
