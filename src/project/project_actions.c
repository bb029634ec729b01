/* External OAuth servers, modular products and associate roles are not here: their actions are unknown. */
#include "project/project_actions.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/member_actions.h"
#include "money/decimal.h"
#include "resource/caller.h"
#include "resource/project_settings.h"
#include "resource/query.h"
#include "resource/save.h"
#include "resource/stored.h"
#include "store/store.h"

enum { STORES_AT_ONCE = 500 };

/* Lists of codes */

/* Decodes an array of texts into one without repetitions, each of them in canonical form. */
static bool decode_codes(struct op *op, json_t *value, const struct json_path *path,
                         text_check_fn *check, void *target)
{
	json_t *codes = keep(op, json_array());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *code = json_string_value(json_array_get(value, i));
		const char *problem = code ? check(op, NULL, &code) : "JSON String expected.";
		bool is_known = false;

		if (problem)
			return fail_at(op, path, problem);
		for (size_t j = 0; j < json_array_size(codes) && !is_known; j++)
			is_known = strcmp(json_string_value(json_array_get(codes, j)), code) == 0;
		if (!is_known)
			json_array_append_new(codes, json_string(code));
	}
	*(json_t **)target = codes;
	return true;
}

static bool decode_countries(struct op *op, json_t *value, const struct json_path *path,
                             const void *argument, void *target)
{
	(void)argument;
	return decode_codes(op, value, path, text_check_country, target);
}

static bool decode_currencies(struct op *op, json_t *value, const struct json_path *path,
                              const void *argument, void *target)
{
	(void)argument;
	return decode_codes(op, value, path, text_check_currency, target);
}

/* The language that is no text at all is not one to be removed. */
static const char *check_language(struct op *op, const void *argument, const char **text)
{
	return **text ? text_check_locale(op, argument, text) : "Invalid language tag: ''";
}

static bool decode_languages(struct op *op, json_t *value, const struct json_path *path,
                             const void *argument, void *target)
{
	(void)argument;
	return decode_codes(op, value, path, check_language, target);
}

/* Members of the project itself */

/* The members that must not be emptied: the name, and the lists. */
static bool change_filled(struct op *op, struct resource *project, const struct update_action *row,
                          const void *input)
{
	const json_t *value = json_object_get(input, row->field);
	bool is_empty = json_is_string(value) ? text_is_blank(json_string_value(value))
	                                      : json_array_size(value) == 0;

	if (is_empty)
		return fail_invalid_operation(op, "'%s' must not be empty.", row->field);
	return action_set_member(op, project, row, input);
}

/* Has the store a language that the project has now, and will not have? */
static bool loses_language(const json_t *store, const json_t *project, const json_t *change)
{
	const json_t *languages = json_object_get(store, "languages");

	for (size_t i = 0; i < json_array_size(languages); i++) {
		const char *language = json_string_value(json_array_get(languages, i));

		if (language && doc_list_holds(project, "languages", language) &&
		    !doc_list_holds(change, "languages", language))
			return true;
	}
	return false;
}

static bool check_stores(struct op *op, const json_t *project, const json_t *change)
{
	struct query query = { .kind = &STORE_KIND, .limit_rows = STORES_AT_ONCE };
	struct query_page page = { .count = STORES_AT_ONCE };

	for (; page.count == STORES_AT_ONCE; query.offset_rows += STORES_AT_ONCE) {
		if (!query_run(op, &query, &page))
			return false;
		for (size_t i = 0; i < page.count; i++) {
			const json_t *store =
				stored_read(op, page.documents[i].text, page.documents[i].bytes);

			if (!store)
				return false;
			if (loses_language(store, project, change))
				return fail_language_used_in_stores(op);
		}
	}
	return true;
}

static bool change_languages(struct op *op, struct resource *project,
                             const struct update_action *row, const void *input)
{
	return check_stores(op, project->doc, input) && change_filled(op, project, row, input);
}

/* Members of the objects in it */

/* Puts members into the object that the project has under a name. What they do not name stays as
 * it is. */
static bool set_within(struct resource *project, const char *name, json_t *members)
{
	json_t *object = json_object_get(project->doc, name);
	bool changed = false;
	const char *member;
	json_t *value;

	if (!object)
		doc_put(project->doc, name, object = json_object());
	json_object_foreach(members, member, value)
		changed = doc_set(object, member, value) || changed;
	if (changed)
		resource_touch(project);
	return true;
}

/* The members of the action itself are those to be put into `row->field`. */
static bool change_members(struct op *op, struct resource *project, const struct update_action *row,
                           const void *input)
{
	return set_within(project, row->field, keep(op, json_deep_copy(input)));
}

/* The one member of the action is an object, whose members are put into `row->field`. */
static bool configure(struct op *op, struct resource *project,
                                 const struct update_action *row, const void *input)
{
	json_t *copy = keep(op, json_deep_copy(input));

	return set_within(project, row->field, json_object_iter_value(json_object_iter(copy)));
}

static bool enable_messages(struct op *op, struct resource *project,
                                    const struct update_action *row, const void *input)
{
	return set_within(project, row->field,
	                  keep(op, json_pack("{s:O}", "enabled",
	                                     json_object_get(input, "messagesEnabled"))));
}

static bool change_unit_status(struct op *op, struct resource *project,
                                        const struct update_action *row, const void *input)
{
	return set_within(project, row->field,
	                  keep(op, json_pack("{s:O}", "myBusinessUnitStatusOnCreation",
	                                     json_object_get(input, "status"))));
}

/* There is no index to be built, so a search is activated at once. */
static bool set_search_status(struct op *op, struct resource *project, const char *search,
                              const char *status)
{
	const json_t *indexing = json_object_get(project->doc, "searchIndexing");
	const char *before = doc_text(json_object_get(indexing, search), "status");
	char now[TIMESTAMP_TEXT_BYTES];

	if (before && strcmp(before, status) == 0)
		return true;
	timestamp_write(op->now_ms, now);
	json_t *values =
		json_pack("{s:s, s:s, s:O}", "status", status, "lastModifiedAt", now, "lastModifiedBy",
	              client_logging(op));

	return set_within(project, "searchIndexing", keep(op, json_pack("{s:o}", search, values)));
}

static bool change_status(struct op *op, struct resource *project,
                                 const struct update_action *row, const void *input)
{
	return set_search_status(op, project, row->field, doc_text(input, "status"));
}

static bool change_search(struct op *op, struct resource *project,
                                  const struct update_action *row, const void *input)
{
	const char *mode = doc_text(input, "mode");
	bool is_search = mode && strcmp(mode, "ProductsSearch") == 0;

	(void)row;
	return set_search_status(op, project, is_search ? "productsSearch" : "products",
	                         doc_true(input, "enabled") ? "Activated" : "Deactivated");
}

/* Only a classification has values, and it cannot do without; their keys are unique. */
static bool check_classification(struct op *op, const json_t *type)
{
	const json_t *values = json_object_get(type, "values");

	if (strcmp(doc_text(type, "type"), "CartClassification") != 0)
		return true;
	if (json_array_size(values) == 0)
		return fail_required_field(op, "values");
	for (size_t i = 0; i < json_array_size(values); i++) {
		const char *key = doc_text(json_array_get(values, i), "key");
		size_t first;

		if (doc_find(values, "key", key, &first) && first != i)
			return fail_duplicate_field(op, "key", key);
	}
	return true;
}

static bool set_rate_input(struct op *op, struct resource *project,
                                         const struct update_action *row, const void *input)
{
	json_t *copy = keep(op, json_deep_copy(input));
	json_t *type = json_object_get(copy, row->field);

	if (type && !check_classification(op, type))
		return false;
	if (type && strcmp(doc_text(type, "type"), "CartClassification") != 0)
		json_object_del(type, "values");
	return action_set_member(op, project, row, copy);
}

/* The table */

static const struct int_range MESSAGE_DAYS = { 1, 90 };
static const struct int_range DAYS = { 1, 365250 };
static const struct int_range MINUTES = { 1, INT32_MAX };
static const char *const SWITCH[] = { "Activated", "Deactivated", NULL };
static const char *const UNIT_STATUSES[] = { "Active", "Inactive", NULL };
static const char *const COMBINATION_MODES[] = { "BestDeal", "Stacking", NULL };
static const char *const PRODUCT_SEARCHES[] = { "ProductProjectionsSearch", "ProductsSearch",
	                                            NULL };
static const char *const INPUT_TYPES[] = { "CartClassification", "CartScore", "CartValue", NULL };

#define INT(name, need, range) { name, FIELD_CONVERTED, need, .argument = &(range), .decode = decode_int_in_range }
#define CHOICE(name, need, values) { name, FIELD_TEXT, need, 0, text_check_enum, values }

static const struct shape_field MESSAGES_FIELDS[] = {
	{ "enabled", FIELD_BOOL, REQUIRED },
	INT("deleteDaysAfterCreation", REQUIRED, MESSAGE_DAYS),
};
static const struct shape MESSAGES_CONFIGURATION = { 0, 2, MESSAGES_FIELDS };

static const struct shape_field CARTS_FIELDS[] = {
	INT("deleteDaysAfterLastModification", OPTIONAL, DAYS),
	{ "countryTaxRateFallbackEnabled", FIELD_BOOL, OPTIONAL },
	CHOICE("priceRoundingMode", OPTIONAL, ROUNDING_MODES),
	CHOICE("taxRoundingMode", OPTIONAL, ROUNDING_MODES),
};
static const struct shape CARTS_CONFIGURATION = { 0, 4, CARTS_FIELDS };

static const struct shape_field LISTS_FIELDS[] = {
	INT("deleteDaysAfterLastModification", REQUIRED, DAYS),
};
static const struct shape LISTS_CONFIGURATION = { 0, 1, LISTS_FIELDS };

static const struct shape_field DISCOUNTS_FIELDS[] = {
	CHOICE("discountCombinationMode", REQUIRED, COMBINATION_MODES),
};
static const struct shape DISCOUNTS_CONFIGURATION = { 0, 1, DISCOUNTS_FIELDS };

static const struct shape_field PRODUCT_SEARCH_FIELDS[] = {
	{ "enabled", FIELD_BOOL, REQUIRED },
	CHOICE("mode", OPTIONAL, PRODUCT_SEARCHES),
};
static const struct shape PRODUCT_SEARCH = { 0, 2, PRODUCT_SEARCH_FIELDS };

static const struct shape_field CLASS_FIELDS[] = {
	{ "key",   FIELD_TEXT,     REQUIRED },
	{ "label", FIELD_TEXT_MAP, REQUIRED },
};
static const struct shape CLASS = { 0, 2, CLASS_FIELDS };

static const struct shape_field INPUT_TYPE_FIELDS[] = {
	CHOICE("type", REQUIRED, INPUT_TYPES),
	{ "values", FIELD_DOCUMENTS, OPTIONAL, .inner = &CLASS },
};
static const struct shape INPUT_TYPE = { 0, 2, INPUT_TYPE_FIELDS };

/* Inputs of actions */

#define BOOLEAN(name) ONE_MEMBER(name, FIELD_BOOL, REQUIRED)
#define CHOSEN(name, values) ONE_MEMBER(name, FIELD_TEXT, REQUIRED, 0, text_check_enum, values)
#define CODES(name, decoder) ONE_MEMBER(name, FIELD_CONVERTED, REQUIRED, .decode = decoder)
#define CONFIGURATION(name, shape) ONE_MEMBER(name, FIELD_DOCUMENT, REQUIRED, .inner = &(shape))

#define CARTS       CONFIGURATION("cartsConfiguration", CARTS_CONFIGURATION)
#define COUNTRIES   CODES("countries", decode_countries)
#define CURRENCIES  CODES("currencies", decode_currencies)
#define DISCOUNTS   CONFIGURATION("discountsConfiguration", DISCOUNTS_CONFIGURATION)
#define ENABLED     BOOLEAN("messagesEnabled")
#define EXPIRATION  MEMBERS(INT("reservationExpirationInMinutes", REQUIRED, MINUTES))
#define FALLBACK    BOOLEAN("countryTaxRateFallbackEnabled")
#define LANGUAGES   CODES("languages", decode_languages)
#define LISTS       CONFIGURATION("shoppingListsConfiguration", LISTS_CONFIGURATION)
#define MESSAGES    CONFIGURATION("messagesConfiguration", MESSAGES_CONFIGURATION)
#define NAME        ONE_MEMBER("name", FIELD_TEXT, REQUIRED)
#define PRICE_MODE  CHOSEN("priceRoundingMode", ROUNDING_MODES)
#define RATE_INPUT  ONE_MEMBER("shippingRateInputType", FIELD_DOCUMENT, OPTIONAL, .inner = &INPUT_TYPE)
#define RELEASE     BOOLEAN("releaseExpiredReservations")
#define SEARCH      &PRODUCT_SEARCH
#define STATUS      CHOSEN("status", SWITCH)
#define TAX_MODE    CHOSEN("taxRoundingMode", ROUNDING_MODES)
#define UNIT_STATUS CHOSEN("status", UNIT_STATUSES)

static const struct update_action ROWS[] = {
	/* action                                 door          input        apply               field */
	{ "changeBusinessUnitSearchStatus",       DOOR_TRUSTED, STATUS,      change_status,      "businessUnits" },
	{ "changeCartsConfiguration",             DOOR_TRUSTED, CARTS,       configure,          "carts" },
	{ "changeCountries",                      DOOR_TRUSTED, COUNTRIES,   change_filled,      "countries" },
	{ "changeCountryTaxRateFallbackEnabled",  DOOR_TRUSTED, FALLBACK,    change_members,     "carts" },
	{ "changeCurrencies",                     DOOR_TRUSTED, CURRENCIES,  change_filled,      "currencies" },
	{ "changeCustomerSearchStatus",           DOOR_TRUSTED, STATUS,      change_status,      "customers" },
	{ "changeLanguages",                      DOOR_TRUSTED, LANGUAGES,   change_languages,   "languages" },
	{ "changeMessagesConfiguration",          DOOR_TRUSTED, MESSAGES,    configure,          "messages" },
	{ "changeMessagesEnabled",                DOOR_TRUSTED, ENABLED,     enable_messages,    "messages" },
	{ "changeMyBusinessUnitStatusOnCreation", DOOR_TRUSTED, UNIT_STATUS, change_unit_status, "businessUnits" },
	{ "changeName",                           DOOR_TRUSTED, NAME,        change_filled,      "name" },
	{ "changeOrderSearchStatus",              DOOR_TRUSTED, STATUS,      change_status,      "orders" },
	{ "changePriceRoundingMode",              DOOR_TRUSTED, PRICE_MODE,  change_members,     "carts" },
	{ "changeProductSearchIndexingEnabled",   DOOR_TRUSTED, SEARCH,      change_search,      NULL },
	{ "changeShoppingListsConfiguration",     DOOR_TRUSTED, LISTS,       configure,          "shoppingLists" },
	{ "changeTaxRoundingMode",                DOOR_TRUSTED, TAX_MODE,    change_members,     "carts" },
	{ "setDiscountsConfiguration",            DOOR_TRUSTED, DISCOUNTS,   configure,          "discounts" },
	ACTION_LEFT_OUT("setExternalOAuth", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setMyBusinessUnitAssociateRoleOnCreation", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setProductCatalogModel", DOOR_TRUSTED),
	{ "setReleaseExpiredReservations",        DOOR_TRUSTED, RELEASE,     change_members,     "inventory" },
	{ "setReservationExpirationInMinutes",    DOOR_TRUSTED, EXPIRATION,  change_members,     "inventory" },
	{ "setShippingRateInputType",             DOOR_TRUSTED, RATE_INPUT,  set_rate_input,     "shippingRateInputType" },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(PROJECT_UPDATE, ACTIONS);
