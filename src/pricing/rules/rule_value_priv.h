/* What rules compare: values of documents, and the constants that a rule writes. */
#ifndef PRICING_RULE_VALUE_PRIV_H
#define PRICING_RULE_VALUE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "money/decimal.h"

enum rule_value_kind {
	RULE_VALUE_TEXT,
	RULE_VALUE_NUMBER,
	RULE_VALUE_BOOLEAN,
	RULE_VALUE_MONEY,
	RULE_VALUE_OBJECT,  /* there, but compared with nothing */
};

struct rule_value {
	enum rule_value_kind kind;
	bool                 truth;
	bool                 is_time;   /* a text that is a date-time: time_ms is what it says */
	const char          *text;      /* borrowed */
	const char
		*currency; /* of money, and of a text that says money, such as `8.00 EUR`; else NULL */
	struct decimal       number;    /* a number; the amount of money, in whole units and parts of them */
	int64_t              time_ms;
};

/* Reads a number as a rule writes it: `-12`, `1.5`, `123.045e-10`. False: it is none, or it has too many digits. */
bool rule_number_read(const char *text, size_t bytes, struct decimal *ret_number);

/* The value of a text, which is borrowed. */
struct rule_value rule_value_of_text(const char *text);

/* The value of a member of a document (borrowed): of an enum its key, of a reference its id, of a price its money. */
struct rule_value rule_value_of_json(const json_t *json);

/* False: they cannot be compared. *ret_order: as of strcmp(). */
bool rule_value_compare(const struct rule_value *value, const struct rule_value *constant,
                        int *ret_order);

#endif
