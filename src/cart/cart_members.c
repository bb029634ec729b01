#include "cart/cart_members.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "cart/cart_limits.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/part.h"
#include "money/money.h"
#include "resource/lookup.h"
#include "resource/project_settings.h"
#include "resource/resource.h"
#include "store/store.h"

enum { MAX_DELETE_DAYS = 365250 };

const char *const CART_INVENTORY_MODES[] = { "None", "ReserveOnCart", "ReserveOnOrder", "TrackOnly",
	                                         NULL };
const char *const CART_TAX_CALCULATION_MODES[] = { "LineItemLevel", "UnitPriceLevel", NULL };
const char *const CART_TAX_MODES[] = { "Disabled", "External", "ExternalAmount", "Platform", NULL };

static void set_mode(json_t *doc, const json_t *draft, const char *member, const char *standard)
{
	const char *text = doc_text(draft, member);

	doc_put(doc, member, json_string(text ? text : standard));
}

static bool check_delete_days(struct op *op, const json_t *draft)
{
	static const char MEMBER[] = "deleteDaysAfterLastModification";
	int64_t days = doc_int(draft, MEMBER);

	return !doc_has(draft, MEMBER) || (days >= 1 && days <= MAX_DELETE_DAYS) ||
	       fail_invalid_field(op, MEMBER, json_object_get(draft, MEMBER), NULL);
}

bool cart_set_delete_days(struct op *op, json_t *cart, const json_t *draft)
{
	static const char MEMBER[] = "deleteDaysAfterLastModification";
	struct project_settings settings;

	if (!check_delete_days(op, draft) || !project_settings(op, &settings))
		return false;
	doc_put(cart, MEMBER,
	        json_integer(doc_has(draft, MEMBER) ? doc_int(draft, MEMBER) : settings.cart_days));
	return true;
}

/* The members that every cart has, in the order in which they go out. */
bool cart_members_start(struct op *op, struct resource *cart, const json_t *draft)
{
	static const char *const LISTS[] = { "lineItems", "customLineItems" };
	static const char *const LATER_LISTS[] = { "shipping", "discountCodes", "directDiscounts",
		                                       "refusedGifts", "itemShippingAddresses" };
	json_t *doc = keep(op, json_pack("{s:s}", "type", "Cart"));
	struct project_settings settings;

	if (!project_settings(op, &settings))
		return false;
	json_object_update(doc, cart->doc);
	cart->doc = doc;
	for (size_t i = 0; i < 2; i++)
		doc_put(doc, LISTS[i], json_array());
	doc_put(doc, "cartState", json_string("Active"));
	json_object_set(doc, "totalPrice", money_create(op, doc_text(draft, "currency"), 0));
	set_mode(doc, draft, "shippingMode", "Single");
	for (size_t i = 0; i < sizeof LATER_LISTS / sizeof *LATER_LISTS; i++)
		doc_put(doc, LATER_LISTS[i], json_array());
	set_mode(doc, draft, "inventoryMode", "None");
	set_mode(doc, draft, "taxMode", "Platform");
	set_mode(doc, draft, "priceRoundingMode", settings.price_rounding_mode);
	set_mode(doc, draft, "taxRoundingMode", settings.tax_rounding_mode);
	set_mode(doc, draft, "taxCalculationMode", "LineItemLevel");
	set_mode(doc, draft, "origin", "Customer");
	doc_put(doc, "discountTypeCombination", json_pack("{s:s}", "type", "Stacking"));
	return cart_set_delete_days(op, doc, draft);
}

bool cart_check_currency(struct op *op, const json_t *cart, const json_t *money, const char *what)
{
	const char *currency = money_currency(json_object_get(cart, "totalPrice"));

	return !money || strcmp(money_currency(money), currency) == 0 ||
	       fail_invalid_operation(op, "The currency of the %s is not that of the cart.", what);
}

bool cart_fail_tax_category(struct op *op, const char *what, const char *name)
{
	return fail_invalid_operation(op, "The %s '%s' is missing a tax category.", what, name);
}

bool cart_check_tax_category(struct op *op, const json_t *cart, const json_t *product,
                             const json_t *line)
{
	if (!doc_is(cart, "taxMode", "Platform") || op->strict ||
	    doc_has(product ? product : line, "taxCategory"))
		return true;
	return product ? cart_fail_tax_category(op, "product", doc_text(product, "id"))
	               : cart_fail_tax_category(op, "custom line item", doc_text(line, "slug"));
}

bool cart_check_country(struct op *op, const json_t *cart, const char *country)
{
	const char *key = doc_text(json_object_get(cart, "store"), "key");
	const json_t *store;

	if (!key || !country)
		return true;
	if (!lookup_by(op, &STORE_KIND, "key", key, &store))
		return false;
	const json_t *countries = json_object_get(store, "countries");

	if (json_array_size(countries) == 0 || doc_find(countries, "code", country, NULL))
		return true;
	json_t *codes = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(countries); i++)
		json_array_append(codes, json_object_get(json_array_get(countries, i), "code"));
	return fail_country_not_in_store(op, country, key, codes);
}

bool cart_add_item_address(struct op *op, json_t *addresses, const json_t *draft)
{
	json_t *address = address_keep(op, draft);
	const char *key = doc_text(address, "key");

	if (!address)
		return false;
	if (!key)
		return fail_invalid_operation(op, "An item shipping address must have a key.");
	if (!check_key(key))
		return fail_invalid_field(op, "key", json_object_get(address, "key"), NULL);
	if (doc_find(addresses, "key", key, NULL))
		return fail_duplicate_field(op, "itemShippingAddresses.key", key);
	if (!part_check_count(op, json_array_size(addresses) + 1, MAX_CART_PARTS,
	                      "item shipping addresses"))
		return false;
	json_array_append(addresses, address);
	return true;
}

bool cart_check_key(struct op *op, const json_t *draft)
{
	const char *key = doc_text(draft, "key");

	return !key || check_key(key) ||
	       fail_invalid_field(op, "key", json_object_get(draft, "key"), NULL);
}
