/* Objects that rules are asked about, and the values of their fields. */
#ifndef PRICING_RULE_OBJECT_PRIV_H
#define PRICING_RULE_OBJECT_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "rule_path_priv.h"

/* The values of a field: none, one, or those of a list. */
struct rule_values {
	const struct rule_value *items;
	size_t                   count;
};

struct rule_object {
	enum rule_subject          subject;
	struct rule_documents      documents;
	const struct rule_values **slots;      /* by the slots of paths; NULL: not looked up yet */
	size_t                     slot_count;
};

/* Room for the values that are being looked up; starts with an arena only. */
struct rule_scratch {
	struct rule_value *items;
	size_t             count;
	size_t             room;
};

/* The values of a field, good until the next question. False: recorded. */
bool rule_object_values(struct rule_object *object, const struct rule_paths *paths,
                        const struct rule_path *path, struct rule_scratch *scratch,
                        struct rule_values *ret_values);

#endif
