/* What the product types of a project say about attributes: their types, and whether searches see
 * them. */
#ifndef SEARCH_SEARCH_ATTRIBUTES_H
#define SEARCH_SEARCH_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>

struct op;

/* What a value is, in the words of the API. */
enum search_type {
	SEARCH_UNKNOWN,
	SEARCH_BOOLEAN,
	SEARCH_TEXT,
	SEARCH_LTEXT,
	SEARCH_ENUM,
	SEARCH_LENUM,
	SEARCH_NUMBER,
	SEARCH_MONEY,
	SEARCH_DATE,
	SEARCH_DATE_TIME,
	SEARCH_TIME,
	SEARCH_REFERENCE,
};

struct search_attribute {
	const char                    *name;
	enum search_type               type;
	bool                           is_set;
	bool                           is_searchable; /* in one product type at least */
	const struct search_attribute *next;
};

/* The type of this name, `text` or `set_text`; SEARCH_UNKNOWN: there is none. */
enum search_type search_type_named(const char *name, size_t bytes);

/* Reads the attributes of all product types, each name once. *ret_first: NULL if there are none; in the
 * arena. False: recorded. */
bool search_attributes_load(struct op *op, const struct search_attribute **ret_first);

/* The attribute of this name; NULL: there is none. */
const struct search_attribute *search_attributes_find(const struct search_attribute *first,
                                                      const char *name);

#endif
