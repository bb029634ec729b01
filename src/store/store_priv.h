/* What drafts and update actions of a store share. */
#ifndef STORE_STORE_PRIV_H
#define STORE_STORE_PRIV_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

/* `{"code": …}`, and `{"productSelection": …, "active": …}` */
extern const struct shape STORE_COUNTRY_SHAPE;
extern const struct shape STORE_SELECTION_SHAPE;

/* Decode an array of languages, a ProductSelectionSetting, and an array of such
 * (FIELD_CONVERTED). */
custom_decode_fn store_languages_decode;
custom_decode_fn store_selection_decode;
custom_decode_fn store_selections_decode;

/* A new array of the elements (NULL: none), each once. */
json_t *store_list(struct op *op, const json_t *elements);

/* Is this a place on the web that a storefront may have under this name? False: recorded. */
bool store_url_check(struct op *op, const char *member, json_t *url);

/* May all of them be in that list of a store: languages of the project, channels with the role for
 * it? False: recorded. */
bool store_check_list(struct op *op, const char *name, json_t *elements);

#endif
