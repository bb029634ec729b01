#include "cart/cart_shipping.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "cart/cart_members.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/store_references.h"
#include "money/external_tax.h"
#include "money/money.h"
#include "pricing/rule.h"
#include "pricing/shipping_method.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "cart_shipping_priv.h"
#include "cart_taxes_priv.h"
#include "refresh_priv.h"

static const struct shape_field ESTIMATED_FIELDS[] = {
	{ "from",  FIELD_TEXT, OPTIONAL, .check = text_check_date_time },
	{ "until", FIELD_TEXT, OPTIONAL, .check = text_check_date_time },
};
const struct shape ESTIMATED_DELIVERY_DRAFT = { 0, 2, ESTIMATED_FIELDS };
static const struct shape_field CUSTOM_FIELDS[] = {
	{ "shippingMethodName", FIELD_TEXT,      REQUIRED },
	{ "shippingRate",       FIELD_DOCUMENT,  REQUIRED, .inner = &SHIPPING_RATE_DRAFT },
	{ "taxCategory",        FIELD_CONVERTED, OPTIONAL, .argument = "tax-category", .decode = reference_decode },
	{ "externalTaxRate",    FIELD_DOCUMENT,  OPTIONAL, .inner = &EXTERNAL_TAX_RATE_DRAFT },
	{ "estimatedDelivery",  FIELD_DOCUMENT,  OPTIONAL, .inner = &ESTIMATED_DELIVERY_DRAFT },
};
const struct shape CUSTOM_SHIPPING_INPUT = { 0, 5, CUSTOM_FIELDS };

struct cart_shipping_place cart_shipping_place_of(const json_t *cart)
{
	const json_t *address = json_object_get(cart, "shippingAddress");

	return (struct cart_shipping_place){
		.country = doc_text(address, "country"),
		.state = doc_text(address, "state"),
		.currency = money_currency(json_object_get(cart, "totalPrice")),
	};
}

/* Rates */

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* 0: the zone does not have the place; 2: it names its state; 1: it has the whole country. */
static int zone_fitness(const json_t *zone, const struct cart_shipping_place *place)
{
	const json_t *locations = json_object_get(zone, "locations");
	int fitness = 0;

	for (size_t i = 0; i < json_array_size(locations); i++) {
		const json_t *location = json_array_get(locations, i);
		const char *state = doc_text(location, "state");

		if (!same(doc_text(location, "country"), place->country))
			continue;
		if (same(state, place->state))
			return 2;
		if (!state)
			fitness = 1;
	}
	return fitness;
}

static const json_t *rate_in(const json_t *zone_rate, const char *currency)
{
	const json_t *rates = json_object_get(zone_rate, "shippingRates");

	for (size_t i = 0; i < json_array_size(rates); i++) {
		const json_t *rate = json_array_get(rates, i);

		if (same(money_currency(json_object_get(rate, "price")), currency))
			return rate;
	}
	return NULL;
}

bool cart_shipping_rate_find(struct op *op, const json_t *method,
                             const struct cart_shipping_place *place, const json_t **ret_zone_rate,
                             const json_t **ret_rate)
{
	const json_t *zone_rates = json_object_get(method, "zoneRates");
	int best = 0;

	*ret_zone_rate = NULL;
	*ret_rate = NULL;
	for (size_t i = 0; i < json_array_size(zone_rates); i++) {
		const json_t *zone_rate = json_array_get(zone_rates, i);
		const json_t *rate = rate_in(zone_rate, place->currency);
		const json_t *zone;

		if (!lookup_reference(op, json_object_get(zone_rate, "zone"), &zone))
			return false;
		int fitness = zone && rate && place->country ? zone_fitness(zone, place) : 0;

		if (fitness <= best)
			continue;
		best = fitness;
		*ret_zone_rate = zone_rate;
		*ret_rate = rate;
	}
	return true;
}

int64_t cart_shipping_rate_cents(const json_t *rate, int64_t items_cents)
{
	const json_t *free_above = json_object_get(rate, "freeAbove");
	const json_t *tiers = json_object_get(rate, "tiers");
	const json_t *price = json_object_get(rate, "price");
	int64_t reached = -1;

	if (free_above && items_cents >= money_cents(free_above))
		return 0;
	for (size_t i = 0; i < json_array_size(tiers); i++) {
		const json_t *tier = json_array_get(tiers, i);
		int64_t minimum = doc_int(tier, "minimumCentAmount");

		if (!same(doc_text(tier, "type"), "CartValue") || minimum > items_cents ||
		    minimum <= reached)
			continue;
		reached = minimum;
		price = json_object_get(tier, "price");
	}
	return money_cents(price) > 0 ? money_cents(price) : 0;
}

/* What the rules of shipping methods see: whether one fits does not depend on one that the cart has. */
static const json_t *without_shipping(struct op *op, const json_t *cart)
{
	json_t *copy = keep(op, json_copy((json_t *)(uintptr_t)cart)); /* jansson: no const here */

	json_object_del(copy, "shippingInfo");
	json_object_del(copy, "taxedShippingPrice");
	return copy;
}

bool cart_shipping_method_fits(struct op *op, const json_t *method, const json_t *cart,
                               bool *ret_fits)
{
	const char *predicate = doc_text(method, "predicate");

	*ret_fits = doc_true(method, "active") && stores_allow(method, cart);
	if (!*ret_fits || !predicate)
		return true;
	const struct rule *rule = rule_compile(op, predicate, RULE_OF_CART);

	return rule_holds(rule_scope_of_cart(op, without_shipping(op, cart)), rule, ret_fits);
}

/* The shipping info of a cart */

bool cart_shipping_set_method(struct op *op, json_t *cart, json_t *reference, const json_t *rate)
{
	const json_t *method;

	if (!doc_has(json_object_get(cart, "shippingAddress"), "country"))
		return fail_invalid_operation(
			op, "The shipping method cannot be set, because the cart has no shipping address.");
	if (!lookup_reference(op, reference, &method))
		return false;
	if (!method)
		return fail_reference_not_found(op, "shipping-method", doc_text(reference, "id"), NULL);
	json_t *info = keep(op, json_pack("{s:O, s:O, s:[]}", "shippingMethodName",
	                                  json_object_get(method, "name"), "shippingMethod", reference,
	                                  "deliveries"));

	/* Without a rate: it was just named, so it has to fit. */
	json_object_set(cart, "shippingInfo", info);
	return external_tax_rate_set(op, cart, info, rate);
}

static bool check_currencies(struct op *op, const json_t *cart, const json_t *rate)
{
	const json_t *tiers = json_object_get(rate, "tiers");

	for (size_t i = 0; i < json_array_size(tiers); i++)
		if (!cart_check_currency(op, cart, json_object_get(json_array_get(tiers, i), "price"),
		                         "rate"))
			return false;
	return cart_check_currency(op, cart, json_object_get(rate, "price"), "rate") &&
	       cart_check_currency(op, cart, json_object_get(rate, "freeAbove"), "rate");
}

bool cart_shipping_set_custom(struct op *op, json_t *cart, const json_t *input,
                              json_t *tax_category)
{
	json_t *rate = keep(op, json_copy(json_object_get(input, "shippingRate")));

	if (!doc_has(json_object_get(cart, "shippingAddress"), "country"))
		return fail_invalid_operation(
			op, "The shipping method cannot be set, because the cart has no shipping address.");
	if (!check_currencies(op, cart, rate))
		return false;
	if (!doc_has(rate, "tiers"))
		doc_put(rate, "tiers", json_array());
	json_t *info = keep(op, json_pack("{s:O, s:O, s:[], s:s}", "shippingMethodName",
	                                  json_object_get(input, "shippingMethodName"), "shippingRate",
	                                  rate, "deliveries", "shippingMethodState", "MatchesCart"));

	doc_set(info, "taxCategory", tax_category);
	json_object_set(cart, "shippingInfo", info);
	return external_tax_rate_set(op, cart, info, json_object_get(input, "externalTaxRate"));
}

/* The rate as it goes into the shipping info; kept by the arena. */
static json_t *plain_rate(struct op *op, const json_t *rate)
{
	json_t *copy = keep(op, json_copy((json_t *)(uintptr_t)rate)); /* jansson: no const here */

	json_object_del(copy, "isMatching");
	if (!doc_has(copy, "tiers"))
		doc_put(copy, "tiers", json_array());
	return copy;
}

/* Taxes the cart as far as it goes, if the rule of the method looks at that. False: recorded. */
static bool prepare_rule(struct refresh *refresh, const json_t *method)
{
	const char *predicate = doc_text(method, "predicate");

	return !predicate || !rule_looks_at_taxes(rule_compile(refresh->op, predicate, RULE_OF_CART)) ||
	       refresh_taxes(refresh);
}

/* Finds out whether the method of the cart still fits, and takes its rate. */
static bool refresh_method(struct refresh *refresh, json_t *info)
{
	struct op *op = refresh->op;
	const struct cart_shipping_place place = cart_shipping_place_of(refresh->cart);
	bool is_new = !doc_has(info, "shippingRate");
	const json_t *method;
	const json_t *zone_rate;
	const json_t *rate = NULL;
	bool fits = false;

	if (!lookup_reference(op, json_object_get(info, "shippingMethod"), &method) ||
	    (method && (!prepare_rule(refresh, method) ||
	                !cart_shipping_method_fits(op, method, refresh->cart, &fits) ||
	                !cart_shipping_rate_find(op, method, &place, &zone_rate, &rate))))
		return false;
	if (is_new && (!fits || !rate))
		return fail_invalid_operation(op, "The shipping method '%s' does not match the cart.",
		                              doc_text(info, "shippingMethodName"));
	if (rate)
		doc_set(info, "shippingRate", plain_rate(op, rate));
	if (method)
		doc_set(info, "taxCategory", json_object_get(method, "taxCategory"));
	doc_set_text(info, "shippingMethodState", fits && rate ? "MatchesCart" : "DoesNotMatchCart");
	return true;
}

bool refresh_shipping(struct refresh *refresh)
{
	json_t *info = json_object_get(refresh->cart, "shippingInfo");

	if (!info)
		return true;
	if (doc_has(info, "shippingMethod") && !refresh_method(refresh, info))
		return false;
	refresh->has_shipping = true;
	refresh->shipping_total =
		cart_shipping_rate_cents(json_object_get(info, "shippingRate"), refresh->items_total);
	refresh->shipping = units_start(refresh->op, refresh->currency, 1, refresh->shipping_total);
	money_set(refresh->op, info, "price", refresh->currency, refresh->shipping_total);
	return true;
}

/* Lists */

/* The method with the one rate that applies; kept by the arena. */
static json_t *with_rate(struct op *op, const json_t *method, const json_t *zone_rate,
                         const json_t *rate)
{
	json_t *copy = keep(op, json_copy((json_t *)(uintptr_t)method)); /* jansson: no const here */
	json_t *matching = keep(op, json_copy((json_t *)(uintptr_t)rate));

	doc_put(matching, "isMatching", json_true());
	doc_put(copy, "zoneRates",
	        json_pack("[{s:O, s:[O]}]", "zone", json_object_get(zone_rate, "zone"),
	                  "shippingRates", matching));
	return copy;
}

static bool add_matching(struct op *op, json_t *methods, const json_t *method, const json_t *cart,
                         const struct cart_shipping_place *place)
{
	const json_t *zone_rate;
	const json_t *rate;
	bool fits = doc_true(method, "active");

	if ((cart && !cart_shipping_method_fits(op, method, cart, &fits)) ||
	    !cart_shipping_rate_find(op, method, place, &zone_rate, &rate))
		return false;
	if (!fits || !rate)
		return true;
	json_t *found = with_rate(op, method, zone_rate, rate);

	if (doc_true(method, "isDefault"))
		json_array_insert(methods, 0, found);
	else
		json_array_append(methods, found);
	return true;
}

json_t *cart_shipping_methods_matching(struct op *op, const json_t *cart,
                                  const struct cart_shipping_place *place)
{
	const json_t *all = lookup_all(op, &SHIPPING_METHOD_KIND, NULL, NULL);
	json_t *methods = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(all); i++)
		if (!add_matching(op, methods, json_array_get(all, i), cart, place))
			return NULL;
	return all ? methods : NULL;
}
