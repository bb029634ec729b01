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
#include "resource/load.h"
#include "resource/lookup.h"

static const char *cache_key(struct op *op)
{
	return arena_printf(op->arena, "p/%s", op->project);
}

/* What was kept of the settings is as old as the document was. */
static bool forget_settings(struct op *op, struct resource *project)
{
	(void)project;
	op_forget(op, cache_key(op));
	return true;
}

static const struct index_field PROJECT_INDEX[] = {
	{ 0 },
};

const struct resource_kind PROJECT_KIND = {
	.name = "project",
	.index = PROJECT_INDEX,
	.saved = forget_settings,
};

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

static json_t *search_indexing(void)
{
	static const struct {
		const char *name;
		const char *status; /* what there is no search for is off */
	} SEARCHES[] = {
		{ "products",       "Activated"   },
		{ "productsSearch", "Activated"   },
		{ "orders",         "Deactivated" },
		{ "customers",      "Deactivated" },
		{ "businessUnits",  "Deactivated" },
	};
	json_t *indexing = json_object();

	for (size_t i = 0; i < sizeof SEARCHES / sizeof *SEARCHES; i++)
		doc_put(indexing, SEARCHES[i].name, json_pack("{s:s}", "status", SEARCHES[i].status));
	return indexing;
}

json_t *project_defaults(struct op *op)
{
	json_t *doc = keep(op, json_object());

	doc_put(doc, "countries", json_pack("[s, s]", "DE", "US"));
	doc_put(doc, "currencies", json_pack("[s, s]", "EUR", "USD"));
	doc_put(doc, "languages", json_pack("[s, s]", "en", "de"));
	doc_put(doc, "messages", json_pack("{s:b, s:i}", "enabled", 1, "deleteDaysAfterCreation", 15));
	doc_put(doc, "carts",
	        json_pack("{s:i, s:b, s:s, s:s}", "deleteDaysAfterLastModification", 90,
	                  "countryTaxRateFallbackEnabled", 0, "priceRoundingMode", ROUNDING_MODES[0],
	                  "taxRoundingMode", ROUNDING_MODES[0]));
	doc_put(doc, "shoppingLists", json_pack("{s:i}", "deleteDaysAfterLastModification", 360));
	doc_put(doc, "searchIndexing", search_indexing());
	doc_put(doc, "businessUnits",
	        json_pack("{s:s}", "myBusinessUnitStatusOnCreation", "Inactive"));
	doc_put(doc, "inventory", json_pack("{s:b}", "releaseExpiredReservations", 1));
	doc_put(doc, "discounts", json_pack("{s:s}", "discountCombinationMode", "Stacking"));
	return doc;
}

/* Is a search of the project switched on? */
static bool has_search(const json_t *doc, const char *name)
{
	return doc_is(json_object_get(json_object_get(doc, "searchIndexing"), name), "status",
	              "Activated");
}

static struct project_settings settings_of(const json_t *doc)
{
	const json_t *messages = json_object_get(doc, "messages");
	const json_t *carts = json_object_get(doc, "carts");
	const json_t *shopping_lists = json_object_get(doc, "shoppingLists");

	return (struct project_settings){
		.messages_enabled = doc_true(messages, "enabled"),
		.country_tax_rate_fallback = doc_true(carts, "countryTaxRateFallbackEnabled"),
		.projection_search = has_search(doc, "products"),
		.product_search = has_search(doc, "productsSearch"),
		.message_days = doc_int(messages, "deleteDaysAfterCreation"),
		.cart_days = doc_int(carts, "deleteDaysAfterLastModification"),
		.shopping_list_days = doc_int(shopping_lists, "deleteDaysAfterLastModification"),
		.price_rounding_mode = rounding_mode(carts, "priceRoundingMode"),
		.tax_rounding_mode = rounding_mode(carts, "taxRoundingMode"),
	};
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

	/* Of one that this run replaces, what is cached is that of another. */
	*ret_exists = !op->replaced && cache_get(op->env->cache, op->arena, key, &cached, &bytes);
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
		*ret_settings = settings_of(project_defaults(op));
	return true;
}

bool project_has_language(struct op *op, const char *language, bool *ret_is)
{
	const json_t *project;

	if (!lookup(op, &PROJECT_KIND, op->project, &project))
		return false;
	if (!project)
		return fail_not_found(op, op->project);
	*ret_is = doc_list_holds(project, "languages", language);
	return true;
}
