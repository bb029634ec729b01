/* Projects: the tenants, and what they are set to. */
#ifndef RESOURCE_PROJECT_SETTINGS_H
#define RESOURCE_PROJECT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "resource/resource.h"

struct op;

/* A project's document has no id; its key is what finds it. */
extern const struct resource_kind PROJECT_KIND;

/* What the server looks at again and again, read from the document once and then kept. */
struct project_settings {
	bool        messages_enabled;
	bool        country_tax_rate_fallback;
	bool        projection_search;   /* searchIndexing.products is activated */
	bool        product_search;      /* searchIndexing.productsSearch is */
	int64_t     message_days;        /* deleteDaysAfterCreation */
	int64_t     cart_days;           /* deleteDaysAfterLastModification */
	int64_t     shopping_list_days;  /* the same */
	const char *price_rounding_mode; /* one of ROUNDING_MODES */
	const char *tax_rounding_mode;
};

/* May a project have this key? ^[A-Za-z0-9_-]{2,256}$, and no path of the server itself. */
bool project_key_is_valid(const char *key);

/* Does the project of the request exist? False: recorded, or, with *ret_exists == false, there is
 * none. */
bool project_exists(struct op *op, bool *ret_exists);

/* The settings of a new project, as its document holds them; kept by the arena. */
json_t *project_defaults(struct op *op);

/* The settings of the project of the request; those of a new one if it does not exist. False:
 * recorded. */
bool project_settings(struct op *op, struct project_settings *ret_settings);

/* Is this one of the project's languages? *ret_is (only written on success) says so. False:
 * recorded. */
bool project_has_language(struct op *op, const char *language, bool *ret_is);

#endif
