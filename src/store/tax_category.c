#include "store/tax_category.h"

#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/member_actions.h"
#include "money/tax.h"
#include "resource/index.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "name", .unique = true, .path = "name" },
	{ 0 },
};

static const struct field SUB_RATE_ROWS[] = {
	{ "name",   VALUE_STRING },
	{ "amount", VALUE_NUMBER },
};
static const struct fields SUB_RATE_FIELDS = FIELDS(SUB_RATE_ROWS);

static const struct field RATE_ROWS[] = {
	{ "id",              VALUE_STRING },
	{ "key",             VALUE_STRING },
	{ "name",            VALUE_STRING },
	{ "amount",          VALUE_NUMBER },
	{ "includedInPrice", VALUE_BOOLEAN },
	{ "country",         VALUE_STRING },
	{ "state",           VALUE_STRING },
	{ "subRates",        VALUE_OBJECT, true, &SUB_RATE_FIELDS },
};
static const struct fields RATE_FIELDS = FIELDS(RATE_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",         VALUE_STRING },
	{ "name",        VALUE_STRING },
	{ "description", VALUE_STRING },
	{ "rates",       VALUE_OBJECT, true, &RATE_FIELDS },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* Makes a rate of a draft; kept by the arena. NULL: recorded. */
static json_t *rate_create(struct op *op, const json_t *draft)
{
	char id[ADDRESS_ID_BYTES];
	json_t *rate = keep(op, json_deep_copy(draft));
	const char *key = doc_text(rate, "key");
	struct tax_rate checked;

	if (key && !check_key(key)) {
		fail_invalid_field(op, "key", json_object_get(rate, "key"), NULL);
		return NULL;
	}
	random_address_id(id);
	doc_put(rate, "id", json_string(id));
	(void)doc_set_text(rate, "state", doc_text(rate, "state")); /* "" is none */
	if (doc_has(rate, "amount") && !tax_rate_adds_up(rate)) {
		fail_invalid_operation(op,
		                       "The amounts of the sub-rates of '%s' do not add up to its amount.",
		                       doc_text(rate, "name"));
		return NULL;
	}
	return tax_rate_complete(op, rate, &checked) ? rate : NULL;
}

/* Is there no other rate with the key of this one, and none for its country and state? False: recorded. */
static bool check_others(struct op *op, const json_t *rates, size_t index, const json_t *rate)
{
	for (size_t i = 0; i < json_array_size(rates); i++) {
		const json_t *other = json_array_get(rates, i);

		if (i == index)
			continue;
		if (doc_has(rate, "key") && doc_same(rate, other, "key"))
			return fail_duplicate_field(op, "rates.key", doc_text(rate, "key"));
		if (doc_same(rate, other, "country") && doc_same(rate, other, "state"))
			return fail_duplicate_field(op, "rates.country", doc_text(rate, "country"));
	}
	return true;
}

/* Puts a new rate at an index, or at the end, if it can be beside the others. False: recorded. */
static bool rate_put(struct op *op, json_t *rates, size_t index, const json_t *draft)
{
	json_t *rate = rate_create(op, draft);

	if (!rate || !check_others(op, rates, index, rate))
		return false;
	if (index == json_array_size(rates))
		json_array_append(rates, rate);
	else
		json_array_set(rates, index, rate);
	return true;
}

/* Is the name no other tax category's? False: recorded. */
static bool check_name(struct op *op, const struct resource *category, const char *name)
{
	const char *id;

	if (!resource_id_by(op, category->kind, "name", name, &id))
		return false;
	return !id || strcmp(id, category->id) == 0 ||
	       fail_invalid_operation(op, "There is already a tax category with the name '%s'.", name);
}

static bool fill(struct op *op, struct resource *category, const json_t *draft)
{
	const json_t *drafts = json_object_get(draft, "rates");
	json_t *rates = keep(op, json_array());

	if (!check_name(op, category, doc_text(draft, "name")))
		return false;
	for (size_t i = 0; i < json_array_size(drafts); i++)
		if (!rate_put(op, rates, i, json_array_get(drafts, i)))
			return false;
	json_object_set(category->doc, "rates", rates);
	return true;
}

const struct resource_kind TAX_CATEGORY_KIND = {
	.name = "tax-category",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
};

/* -- update actions -- */

static json_t *rates_of(const struct resource *category)
{
	return json_object_get(category->doc, "rates");
}

/* The rate that an action means, by id or key. False: recorded. */
static bool find_rate(struct op *op, const struct resource *category, const void *input,
                      size_t *ret_index)
{
	const char *id = doc_text(input, "taxRateId");
	const char *key = doc_text(input, "taxRateKey");

	if (!id && !key)
		return fail_invalid_operation(op, "One of 'taxRateId' or 'taxRateKey' is required.");
	return doc_find(rates_of(category), id ? "id" : "key", id ? id : key, ret_index) ||
	       fail_invalid_operation(op, "The tax rate '%s' does not exist.", id ? id : key);
}

static bool change_name(struct op *op, struct resource *category, const struct update_action *row,
                        const void *input)
{
	return check_name(op, category, doc_text(input, "name")) &&
	       action_change_member(op, category, row, input);
}

static bool add_rate(struct op *op, struct resource *category, const struct update_action *row,
                     const void *input)
{
	json_t *rates = rates_of(category);

	(void)row;
	if (!rate_put(op, rates, json_array_size(rates), json_object_get(input, "taxRate")))
		return false;
	resource_touch(category);
	return true;
}

/* The new one has an id of its own. */
static bool replace_rate(struct op *op, struct resource *category, const struct update_action *row,
                         const void *input)
{
	size_t index;

	(void)row;
	if (!find_rate(op, category, input, &index) ||
	    !rate_put(op, rates_of(category), index, json_object_get(input, "taxRate")))
		return false;
	resource_touch(category);
	return true;
}

static bool remove_rate(struct op *op, struct resource *category, const struct update_action *row,
                        const void *input)
{
	size_t index;

	(void)row;
	if (!find_rate(op, category, input, &index))
		return false;
	json_array_remove(rates_of(category), index);
	resource_touch(category);
	return true;
}

static const struct shape_field SUB_RATE_SHAPE_FIELDS[] = {
	{ "name",   FIELD_TEXT, REQUIRED },
	{ "amount", FIELD_RAW,  REQUIRED },
};
static const struct shape SUB_RATE = { 0, 2, SUB_RATE_SHAPE_FIELDS };

static const struct shape_field RATE_SHAPE_FIELDS[] = {
	{ "key",             FIELD_TEXT,      OPTIONAL },
	{ "name",            FIELD_TEXT,      REQUIRED },
	{ "amount",          FIELD_RAW,       OPTIONAL },
	{ "includedInPrice", FIELD_BOOL,      REQUIRED },
	{ "country",         FIELD_TEXT,      REQUIRED, 0, text_check_country },
	{ "state",           FIELD_TEXT,      OPTIONAL },
	{ "subRates",        FIELD_DOCUMENTS, OPTIONAL, .inner = &SUB_RATE },
};
static const struct shape RATE_DRAFT = { 0, 7, RATE_SHAPE_FIELDS };

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",         FIELD_TEXT,      OPTIONAL },
	{ "name",        FIELD_TEXT,      REQUIRED },
	{ "description", FIELD_TEXT,      OPTIONAL },
	{ "rates",       FIELD_DOCUMENTS, OPTIONAL, .inner = &RATE_DRAFT },
};
const struct shape TAX_CATEGORY_DRAFT = { 0, 4, DRAFT_FIELDS };

#define TAX_RATE         { "taxRate", FIELD_DOCUMENT, REQUIRED, .inner = &RATE_DRAFT }
#define WHICH            { "taxRateId", FIELD_TEXT, OPTIONAL }, { "taxRateKey", FIELD_TEXT, OPTIONAL }
#define TEXT(name, need) ONE_MEMBER(name, FIELD_TEXT, need)

static const struct update_action ROWS[] = {
	/* action           door          input                          apply                 member */
	{ "addTaxRate",     DOOR_TRUSTED, MEMBERS(TAX_RATE),             add_rate,             NULL },
	{ "changeName",     DOOR_TRUSTED, TEXT("name", REQUIRED),        change_name,          "name" },
	{ "removeTaxRate",  DOOR_TRUSTED, MEMBERS(WHICH),                remove_rate,          NULL },
	{ "replaceTaxRate", DOOR_TRUSTED, MEMBERS(WHICH, TAX_RATE),      replace_rate,         NULL },
	{ "setDescription", DOOR_TRUSTED, TEXT("description", OPTIONAL), action_set_member,    "description" },
	{ "setKey",         DOOR_TRUSTED, TEXT("key", OPTIONAL),         action_set_member,    "key" },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(TAX_CATEGORY_UPDATE, ACTIONS);
