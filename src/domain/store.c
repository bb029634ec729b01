#include "domain/store.h"

#include <string.h>

#include "base/check.h"
#include "base/doc.h"
#include "base/error.h"
#include "base/op.h"
#include "domain/customer.h"
#include "domain/reference.h"

static const struct index_field STORE_INDEX[] = {
	{ "key", true, NULL },
	{ NULL, false, NULL },
};

const struct resource_kind STORE_KIND = { .name = "store", .index = STORE_INDEX };

static const struct shape_field COUNTRY_FIELDS[] = {
	{ "code", FIELD_TEXT, REQUIRED, 0, text_check_country },
};
static const struct shape COUNTRY_SHAPE = { 0, 1, COUNTRY_FIELDS };

static const struct shape_field STORE_DRAFT_FIELDS[] = {
	{ "key", FIELD_TEXT, REQUIRED, offsetof(struct store_draft, key) },
	{ "name", FIELD_TEXT_MAP, OPTIONAL, offsetof(struct store_draft, name) },
	{ "languages", FIELD_TEXTS, OPTIONAL, offsetof(struct store_draft, languages) },
	{ "countries", FIELD_DOCUMENTS, OPTIONAL, offsetof(struct store_draft, countries), NULL, NULL, &COUNTRY_SHAPE },
};
const struct shape STORE_DRAFT_SHAPE = { sizeof(struct store_draft), 4, STORE_DRAFT_FIELDS };

static json_t *or_empty(json_t *list)
{
	return list ? json_incref(list) : json_array();
}

struct resource *store_start(struct op *op, const struct store_draft *draft, const char *id)
{
	json_t *key = keep(op, json_string(draft->key));
	struct resource *store = resource_start(op, &STORE_KIND, id);

	if (!check_key(draft->key)) {
		fail_invalid_field(op, "key", key, NULL);
		return NULL;
	}
	json_object_set(store->doc, "key", key);
	if (draft->name)
		json_object_set(store->doc, "name", draft->name);
	doc_put(store->doc, "languages", or_empty(draft->languages));
	doc_put(store->doc, "countries", or_empty(draft->countries));
	doc_put(store->doc, "distributionChannels", json_array());
	doc_put(store->doc, "supplyChannels", json_array());
	doc_put(store->doc, "productSelections", json_array());
	return store;
}

struct resource *store_create(struct op *op, const struct store_draft *draft)
{
	struct resource *store = store_start(op, draft, NULL);

	return store && resource_save(op, store) ? store : NULL;
}

bool store_delete(struct op *op, struct resource *store)
{
	int64_t customers;

	if (!resource_count(op, &CUSTOMER_KIND, "storeKey", doc_text(store->doc, "key"), &customers))
		return false;
	if (customers > 0)
		return fail_reference_exists(op, "store", "customer");
	return resource_delete(op, store);
}

bool store_of_path_exists(struct op *op)
{
	return resource_get_by_key(op, &STORE_KIND, op->store_key) != NULL;
}

json_t *store_reference(struct op *op, const struct identifier *identifier)
{
	const struct resource *store = reference_resolve(op, &STORE_KIND, identifier);

	if (!store)
		return NULL;
	return keep(op, json_pack("{s:s, s:s}", "typeId", "store", "key", doc_text(store->doc, "key")));
}

json_t *store_references(struct op *op, const struct shape_list *identifiers)
{
	const struct identifier *items = identifiers->items;
	json_t *references = keep(op, json_array());

	for (size_t i = 0; i < identifiers->count; i++) {
		json_t *reference = store_reference(op, &items[i]);

		if (!reference)
			return NULL;
		if (!doc_find(references, "key", doc_text(reference, "key"), NULL))
			json_array_append(references, reference);
	}
	return references;
}
