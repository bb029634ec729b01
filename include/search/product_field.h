/* The fields that the query language of the product search names. */
#ifndef SEARCH_PRODUCT_FIELD_H
#define SEARCH_PRODUCT_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "document/shape.h"
#include "document/text_check.h"
#include "search/search_plan.h"

/* How a client names a field. */
struct product_field {
	const char *name;
	const char *type;     /* of an attribute, in the words of the API */
	const char *language; /* of a localized text */
};

extern const char *const PRODUCT_FIELD_TYPES[]; /* ends with NULL */

/* The rows of the shape of a struct whose member `field` is a struct product_field. */
#define PRODUCT_FIELD_ROWS(type_name) \
	{ "field", FIELD_TEXT, REQUIRED, offsetof(type_name, field.name) }, \
	{ "fieldType", FIELD_TEXT, OPTIONAL, offsetof(type_name, field.type), text_check_enum, PRODUCT_FIELD_TYPES }, \
	{ "language", FIELD_TEXT, OPTIONAL, offsetof(type_name, field.language), text_check_locale }

/* Finds a field; one that there is not, or of which something is missing, is refused by its name.
 * `needs_language`: is one language meant where there are several? False: recorded. */
bool product_field_find(struct search_builder *builder, const struct product_field *given,
                        bool needs_language, struct search_field *ret_field);

/* Is the field about a category with all that are above it? */
bool product_field_is_of_subtree(const struct search_field *field);

#endif
