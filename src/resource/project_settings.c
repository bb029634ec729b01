#include "resource/project_settings.h"

#include <string.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/check.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "db/db.h"
#include "document/doc.h"
#include "money/decimal.h"
#include "project/seed.h"

static const struct index_field PROJECT_INDEX[] = {
	{ 0 },
};

const struct resource_kind PROJECT_KIND = { .name = "project", .index = PROJECT_INDEX };

/* The first segments of paths that belong to the server itself. */
static const char *const RESERVED_KEYS[] = { "_admin", "_assets", "healthz",
	                                         "livez",  "oauth",   "readyz" };

bool project_key_is_valid(const char *key)
{
	for (size_t i = 0; i < sizeof RESERVED_KEYS / sizeof *RESERVED_KEYS; i++)
		if (strcmp(key, RESERVED_KEYS[i]) == 0)
			return false;
	return check_key(key);
}

/* Settings */

static const char *rounding_mode(const json_t *configuration, const char *name)
{
	enum rounding_mode mode = ROUND_HALF_EVEN;

	(void)rounding_mode_parse(doc_text(configuration, name),
	                          &mode); /* the default, if there is none */
	return rounding_mode_name(mode);
}

static struct project_settings settings_of(const json_t *doc)
{
	const json_t *messages = json_object_get(doc, "messages");
	const json_t *carts = json_object_get(doc, "carts");
	const json_t *shopping_lists = json_object_get(doc, "shoppingLists");

	return (struct project_settings){
		.messages_enabled = doc_true(messages, "enabled"),
		.country_tax_rate_fallback = doc_true(carts, "countryTaxRateFallbackEnabled"),
		.message_days = doc_int(messages, "deleteDaysAfterCreation"),
		.cart_days = doc_int(carts, "deleteDaysAfterLastModification"),
		.shopping_list_days = doc_int(shopping_lists, "deleteDaysAfterLastModification"),
		.price_rounding_mode = rounding_mode(carts, "priceRoundingMode"),
		.tax_rounding_mode = rounding_mode(carts, "taxRoundingMode"),
	};
}

static const char *cache_key(struct op *op)
{
	return arena_printf(op->arena, "p/%s", op->project);
}

/* Every request looks here when it is admitted, and every message when it is stored, so what was
 * read is kept as it is, a struct of a few words whose texts are ours. It is read from the database
 * and not from the cached text, which may be older than the removal of this key. */
static bool load_settings(struct op *op, struct project_settings *ret_settings, bool *ret_exists)
{
	const char *key = cache_key(op);
	struct resource *project;
	char *cached;
	size_t bytes;

	*ret_exists = cache_get(op->env->cache, op->arena, key, &cached, &bytes);
	if (*ret_exists) {
		memcpy(ret_settings, cached, sizeof *ret_settings);
		return true;
	}
	if (!resource_find(op, &PROJECT_KIND, op->project, &project))
		return false;
	*ret_exists = project != NULL;
	if (!project)
		return true;
	*ret_settings = settings_of(project->doc);
	if (db_is_reading(op->tx))
		cache_put(op->env->cache, key, op->epoch, ret_settings, sizeof *ret_settings);
	return true;
}

bool project_exists(struct op *op, bool *ret_exists)
{
	struct project_settings settings;

	return load_settings(op, &settings, ret_exists);
}

bool project_settings(struct op *op, struct project_settings *ret_settings)
{
	bool exists;

	if (!load_settings(op, ret_settings, &exists))
		return false;
	if (!exists)
		*ret_settings = settings_of(seed_settings(op));
	return true;
}

bool project_save(struct op *op, struct resource *project)
{
	op_forget(op, cache_key(op));
	return resource_save(op, project);
}

bool project_has_language(struct op *op, const char *language, bool *ret_is)
{
	const struct resource *project = resource_get(op, &PROJECT_KIND, op->project);

	if (!project)
		return false;
	*ret_is = doc_list_holds(project->doc, "languages", language);
	return true;
}

bool project_ensure(struct op *op)
{
	bool exists;

	return project_exists(op, &exists) && (exists || seed_project(op));
}
