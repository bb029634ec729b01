#include "project/seed.h"

#include "base/env.h"
#include "base/op.h"
#include "document/doc.h"
#include "money/decimal.h"
#include "project/fixture.h"
#include "resource/project_settings.h"

const char DEMO_PROJECT[] = "demo";

static json_t *search_indexing(void)
{
	static const char *const NAMES[] = { "products", "productsSearch", "orders", "customers",
		                                 "businessUnits" };
	json_t *indexing = json_object();

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		doc_put(indexing, NAMES[i], json_pack("{s:s}", "status", "Deactivated"));
	return indexing;
}

json_t *seed_settings(struct op *op)
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
	doc_put(doc, "inventory", json_pack("{s:b}", "releaseExpiredReservations", 0));
	doc_put(doc, "discounts", json_pack("{s:s}", "discountCombinationMode", "Stacking"));
	return doc;
}

bool seed_project(struct op *op)
{
	const struct fixture_set built_in = { SEED_FILES, SEED_FILE_COUNT };

	return fixture_load(op, op->env->seed ? op->env->seed : &built_in, NULL);
}
