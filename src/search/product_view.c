#include "search/product_view.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "inventory/availability.h"
#include "inventory/inventory_entry.h"
#include "pricing/product_discounts.h"
#include "pricing/product_price.h"
#include "resource/lookup.h"
#include "store/store.h"

/* Is a price selected by more than a country, a group or a channel? False: recorded. */
static bool check_prices(struct op *op, const struct price_selection *prices)
{
	return prices->currency ||
	       (!prices->country && !prices->channel_id && prices->customer_group_count == 0) ||
	       fail_invalid_input(op, "The price selection parameters 'priceCountry', "
	                              "'priceCustomerGroup' and 'priceChannel' can only be used "
	                              "together with 'priceCurrency'.");
}

/* The languages of a store count where none are asked for. */
static void take_languages(struct op *op, const json_t *languages, struct product_view *view)
{
	size_t count = json_array_size(languages);
	const char **locales = arena_alloc(op->arena, (count + 1) * sizeof *locales);

	if (view->locale_count > 0)
		return;
	for (size_t i = 0; i < count; i++)
		locales[i] = json_string_value(json_array_get(languages, i));
	view->locales = locales;
	view->locale_count = count;
}

static bool open_store(struct op *op, struct product_view *view)
{
	const char *key = view->store_key ? view->store_key : op->store_key;
	const json_t *store = NULL;

	if (key && !lookup_by(op, &STORE_KIND, "key", key, &store))
		return false;
	if (view->store_key && !store)
		return fail_reference_not_found(op, "store", NULL, key);
	view->supply_channels = json_object_get(store, "supplyChannels");
	view->price_channels = json_object_get(store, "distributionChannels");
	take_languages(op, json_object_get(store, "languages"), view);
	return true;
}

bool product_view_open(struct op *op, struct product_view *view)
{
	return check_prices(op, &view->prices) && product_discounts_in_force(op, &view->discounts) &&
	       inventory_has_entries(op, &view->has_stock) && open_store(op, view);
}

bool product_view_is_plain(const struct product_view *view)
{
	return !view->prices.currency && view->locale_count == 0 && view->attribute_count == 0 &&
	       !view->has_stock && !view->discounts && json_array_size(view->price_channels) == 0;
}

/* -- prices -- */

/* What a price says of itself in `scopedPrice`. */
static const char *const SCOPED[] = {
	"id",        "value",      "country",    "customerGroup", "channel",
	"validFrom", "validUntil", "discounted", "custom",
};

/* The selected price with what is to be paid now: the discounted value, if there is one. */
static json_t *scoped_price(struct op *op, const json_t *price)
{
	json_t *scoped = keep(op, json_object());

	for (size_t i = 0; i < sizeof SCOPED / sizeof *SCOPED; i++)
		if (doc_has(price, SCOPED[i]))
			doc_set(scoped, SCOPED[i], json_object_get(price, SCOPED[i]));
	doc_set(scoped, "currentValue", price_unit_value(price, 1));
	return scoped;
}

static void scope_prices(struct op *op, json_t *data)
{
	for (size_t i = 0; i < variant_count(data); i++) {
		json_t *variant = variant_at(data, i);
		const json_t *price = json_object_get(variant, "price");

		if (!price)
			continue;
		doc_set(variant, "scopedPrice", scoped_price(op, price));
		doc_put(variant, "scopedPriceDiscounted", json_boolean(doc_has(price, "discounted")));
	}
}

/* Puts the prices that count in the place of those that do not. False: recorded. */
static bool replace_prices(struct op *op, const json_t *product, json_t *data)
{
	for (size_t i = 0; i < variant_count(data); i++) {
		json_t *variant = variant_at(data, i);
		const struct discounted_variant of = { product, data, variant };
		const json_t *prices;

		if (!variant_prices(op, &of, &prices))
			return false;
		doc_set(variant, "prices",
		        prices ? keep(op, json_copy((json_t *)(uintptr_t)prices)) : NULL);
	}
	return true;
}

static bool is_shown_in_store(const struct product_view *view, const json_t *price)
{
	const json_t *channel = json_object_get(price, "channel");
	const char *id = doc_text(channel, "id");

	return !id || doc_find(view->price_channels, "id", id, NULL);
}

/* A store shows the prices of its channels, and those of no channel. */
static void leave_prices_of_store(struct op *op, const struct product_view *view, json_t *data)
{
	for (size_t i = 0; i < variant_count(data); i++) {
		json_t *variant = variant_at(data, i);
		const json_t *prices = json_object_get(variant, "prices");
		json_t *left = keep(op, json_array());

		for (size_t j = 0; j < json_array_size(prices); j++)
			if (is_shown_in_store(view, json_array_get(prices, j)))
				json_array_append(left, json_array_get(prices, j));
		if (json_array_size(left) < json_array_size(prices))
			doc_set(variant, "prices", left);
	}
}

bool product_view_dress_variants(struct op *op, const json_t *product, json_t *data,
                                 const struct product_view *view)
{
	if (view->has_stock && !availability_add_of_channels(op, data, view->supply_channels))
		return false;
	if (view->discounts && !product_discounts_apply(op, view->discounts, product, data))
		return false;
	if (view->standalone_prices && doc_is(product, "priceMode", "Standalone") &&
	    !replace_prices(op, product, data))
		return false;
	if (json_array_size(view->price_channels) > 0)
		leave_prices_of_store(op, view, data);
	if (!view->prices.currency)
		return true;
	if (!product_select_prices(op, product, data, &view->prices))
		return false;
	if (view->scoped_prices)
		scope_prices(op, data);
	return true;
}

/* -- locales -- */

static const char *const LOCALIZED[] = {
	"description", "metaDescription", "metaKeywords", "metaTitle", "name", "searchKeywords", "slug",
};

static bool is_wanted(const struct product_view *view, const char *locale)
{
	for (size_t i = 0; i < view->locale_count; i++)
		if (strcmp(view->locales[i], locale) == 0)
			return true;
	return false;
}

/* Leaves in a projection the texts of the locales that are asked for. */
static void localize(const struct product_view *view, json_t *projection)
{
	for (size_t i = 0; i < sizeof LOCALIZED / sizeof *LOCALIZED; i++) {
		json_t *texts = json_object_get(projection, LOCALIZED[i]);
		const char *locale;
		json_t *text;
		void *next;

		json_object_foreach_safe(texts, next, locale, text) {
			if (!is_wanted(view, locale))
				json_object_del(texts, locale);
		}
	}
}

/* -- attributes -- */

/* Names are those of what is wanted, or, behind a dash, of what is not. */
static bool is_wanted_attribute(const struct product_view *view, const char *name)
{
	bool names_some = false;
	bool is_named = false;

	for (size_t i = 0; i < view->attribute_count; i++) {
		const char *given = view->attributes[i];

		if (*given == '-' && strcmp(given + 1, name) == 0)
			return false;
		names_some = names_some || *given != '-';
		is_named = is_named || strcmp(given, name) == 0;
	}
	return is_named || !names_some;
}

static void leave_attributes_of(struct op *op, const struct product_view *view, json_t *owner)
{
	const json_t *attributes = json_object_get(owner, "attributes");
	json_t *left = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(attributes); i++) {
		json_t *attribute = json_array_get(attributes, i);

		if (is_wanted_attribute(view, doc_text(attribute, "name")))
			json_array_append(left, attribute);
	}
	if (attributes)
		json_object_set(owner, "attributes", left);
}

static void leave_attributes(struct op *op, const struct product_view *view, json_t *projection)
{
	leave_attributes_of(op, view, projection);
	for (size_t i = 0; i < variant_count(projection); i++)
		leave_attributes_of(op, view, variant_at(projection, i));
}

/* -- all of it -- */

bool product_view_dress(struct op *op, json_t *doc, const struct product_view *view)
{
	if (doc_has(doc, "masterData"))
		return product_view_dress_variants(op, doc, product_current(doc), view) &&
		       product_view_dress_variants(op, doc, product_staged(doc), view);
	if (view->locale_count > 0)
		localize(view, doc);
	if (view->attribute_count > 0)
		leave_attributes(op, view, doc);
	return product_view_dress_variants(op, doc, doc, view);
}

bool product_view_show(struct op *op, const struct resource_kind *kind, json_t *doc)
{
	struct product_view view = { 0 };

	if (kind != &PRODUCT_KIND)
		return true;
	return product_view_open(op, &view) &&
	       (product_view_is_plain(&view) || product_view_dress(op, doc, &view));
}
