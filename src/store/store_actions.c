#include "store/store_actions.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/custom_actions.h"
#include "kind/member_actions.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "resource/save.h"

#include "store_priv.h"

/* What each list is called, and the member of the input that is one of its elements. */
struct list {
	const char *name;
	const char *element;
};

static const struct list LISTS[] = {
	{ "countries",            "country" },
	{ "distributionChannels", "distributionChannel" },
	{ "supplyChannels",       "supplyChannel" },
};

static const struct list *list_of(const struct update_action *row)
{
	for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
		if (strcmp(LISTS[i].name, row->field) == 0)
			return &LISTS[i];
	return NULL;
}

static bool replace(struct resource *store, const char *name, json_t *list)
{
	if (doc_set(store->doc, name, list))
		resource_touch(store);
	return true;
}

/* Lists as a whole */

static bool set_list(struct op *op, struct resource *store, const struct update_action *row,
                     const void *input)
{
	const json_t *in = references_resolved(op, input);

	if (!in)
		return false;
	json_t *list = store_list(op, json_object_get(in, row->field));

	return store_check_list(op, row->field, list) && replace(store, row->field, list);
}

/* Elements of lists: they are the same if they are equal */

static bool find_equal(const json_t *list, const json_t *element, size_t *ret_index)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		*ret_index = i;
		if (json_equal(json_array_get(list, i), element))
			return true;
	}
	return false;
}

static bool add_element(struct op *op, struct resource *store, const struct update_action *row,
                        const void *input)
{
	const json_t *in = references_resolved(op, input);
	json_t *list = keep(op, json_copy(json_object_get(store->doc, row->field)));
	size_t unused;

	if (!in)
		return false;
	json_t *element = json_object_get(in, list_of(row)->element);

	if (!store_check_list(op, row->field, keep(op, json_pack("[O]", element))))
		return false;
	if (!find_equal(list, element, &unused))
		json_array_append(list, element);
	return replace(store, row->field, list);
}

static bool remove_element(struct op *op, struct resource *store, const struct update_action *row,
                           const void *input)
{
	const json_t *in = references_resolved(op, input);
	json_t *list = keep(op, json_copy(json_object_get(store->doc, row->field)));
	size_t index;

	if (!in)
		return false;
	if (find_equal(list, json_object_get(in, list_of(row)->element), &index))
		json_array_remove(list, index);
	return replace(store, row->field, list);
}

/* Where the shop is on the web */

static bool set_storefront(struct op *op, struct resource *store, const struct update_action *row,
                           const void *input)
{
	const json_t *before = json_object_get(store->doc, "storefront");
	json_t *storefront = keep(op, before ? json_copy(json_object_get(store->doc, "storefront"))
	                                     : json_object());

	json_t *url = json_object_get(input, row->field);

	if (json_string_length(url) > 0 && !store_url_check(op, row->field, url))
		return false;
	doc_set_text(storefront, row->field, json_string_value(url));
	return replace(store, "storefront", json_object_size(storefront) ? storefront : NULL);
}

#define URL(name)      ONE_MEMBER(name, FIELD_TEXT, OPTIONAL)
#define NAME           ONE_MEMBER("name", FIELD_TEXT_MAP, OPTIONAL)
#define COUNTRY        ONE_MEMBER("country", FIELD_DOCUMENT, REQUIRED, .inner = &STORE_COUNTRY_SHAPE)
#define COUNTRIES      ONE_MEMBER("countries", FIELD_DOCUMENTS, OPTIONAL, .inner = &STORE_COUNTRY_SHAPE)
#define LANGUAGES      ONE_MEMBER("languages", FIELD_CONVERTED, OPTIONAL, .decode = store_languages_decode)
#define CHANNEL(name)  ONE_MEMBER(name, FIELD_CONVERTED, REQUIRED, .argument = "channel", .decode = reference_decode)
#define CHANNELS(name) ONE_MEMBER(name, FIELD_CONVERTED, OPTIONAL, .argument = "channel", .decode = references_decode)
#define SELLING        CHANNEL("distributionChannel")
#define SUPPLY         CHANNEL("supplyChannel")
#define ALL_SELLING    CHANNELS("distributionChannels")
#define ALL_SUPPLY     CHANNELS("supplyChannels")
#define SELECTIONS_SET ONE_MEMBER("productSelections", FIELD_CONVERTED, OPTIONAL, .decode = store_selections_decode)
#define SELECTION      &STORE_SELECTION_SHAPE

#define ROW(name, input, apply, member) { name, DOOR_TRUSTED, input, apply, member }
static const struct update_action ROWS[] = {
	/*  action                          input                       apply                    member */
	ROW("addCountry",                   COUNTRY,                    add_element,             "countries"),
	ROW("addDistributionChannel",       SELLING,                    add_element,             "distributionChannels"),
	ROW("addProductSelection",          SELECTION,                  action_name_missing,     NULL),
	ROW("addSupplyChannel",             SUPPLY,                     add_element,             "supplyChannels"),
	ROW("changeProductSelectionActive", SELECTION,                  action_name_missing,     NULL),
	ROW("removeCountry",                COUNTRY,                    remove_element,          "countries"),
	ROW("removeDistributionChannel",    SELLING,                    remove_element,          "distributionChannels"),
	ROW("removeProductSelection",       SELECTION,                  action_name_missing,     NULL),
	ROW("removeSupplyChannel",          SUPPLY,                     remove_element,          "supplyChannels"),
	ROW("setCheckoutUrlTemplate",       URL("checkoutUrlTemplate"), set_storefront,          "checkoutUrlTemplate"),
	ROW("setContactUrl",                URL("contactUrl"),          set_storefront,          "contactUrl"),
	ROW("setCookiePolicyUrl",           URL("cookiePolicyUrl"),     set_storefront,          "cookiePolicyUrl"),
	ROW("setCountries",                 COUNTRIES,                  set_list,                "countries"),
	ROW("setCustomField",               &CUSTOM_FIELD_INPUT,        action_set_custom_field, NULL),
	ROW("setCustomType",                &CUSTOM_TYPE_INPUT,         action_set_custom_type,  NULL),
	ROW("setDistributionChannels",      ALL_SELLING,                set_list,                "distributionChannels"),
	ROW("setFaqUrl",                    URL("faqUrl"),              set_storefront,          "faqUrl"),
	ROW("setImprintUrl",                URL("imprintUrl"),          set_storefront,          "imprintUrl"),
	ROW("setLanguages",                 LANGUAGES,                  set_list,                "languages"),
	ROW("setName",                      NAME,                       action_set_member,       "name"),
	ROW("setOrderUrlTemplate",          URL("orderUrlTemplate"),    set_storefront,          "orderUrlTemplate"),
	ROW("setPrivacyPolicyUrl",          URL("privacyPolicyUrl"),    set_storefront,          "privacyPolicyUrl"),
	ROW("setProductSelections",         SELECTIONS_SET,             set_list,                "productSelections"),
	ROW("setRefundPolicyUrl",           URL("refundPolicyUrl"),     set_storefront,          "refundPolicyUrl"),
	ROW("setShippingPolicyUrl",         URL("shippingPolicyUrl"),   set_storefront,          "shippingPolicyUrl"),
	ROW("setSupplyChannels",            ALL_SUPPLY,                 set_list,                "supplyChannels"),
	ROW("setTermsOfServiceUrl",         URL("termsOfServiceUrl"),   set_storefront,          "termsOfServiceUrl"),
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(STORE_UPDATE, ACTIONS);
