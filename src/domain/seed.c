#include "domain/seed.h"

#include "base/doc.h"
#include "base/env.h"
#include "base/op.h"
#include "domain/fixture.h"

const char DEMO_PROJECT[] = "demo";

json_t *seed_settings(struct op *op)
{
	json_t *doc = keep(op, json_object());

	doc_put(doc, "countries", json_pack("[s, s]", "DE", "US"));
	doc_put(doc, "currencies", json_pack("[s, s]", "EUR", "USD"));
	doc_put(doc, "languages", json_pack("[s, s]", "en", "de"));
	doc_put(doc, "messages", json_pack("{s:b, s:i}", "enabled", 1, "deleteDaysAfterCreation", 15));
	doc_put(doc, "carts",
	        json_pack("{s:i, s:b}", "deleteDaysAfterLastModification", 90,
	                  "countryTaxRateFallbackEnabled", 0));
	return doc;
}

bool seed_project(struct op *op)
{
	const struct fixture_set built_in = { SEED_FILES, SEED_FILE_COUNT };

	return fixture_load(op, op->env->seed ? op->env->seed : &built_in, NULL);
}
