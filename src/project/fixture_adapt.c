/* Fits fixtures to the languages, currencies and countries that were asked for: what a shop has in its own is copied to
 * those that it does not have, so that nothing is nameless, unpriced or untaxed. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/op.h"
#include "document/doc.h"
#include "project/fixture.h"
#include "resource/project_settings.h"
#include "fixture_priv.h"

/* What the documents were written for, and what they shall be for. */
struct adaptation {
	struct op               *op;
	const struct localities *wanted;
	json_t                  *languages;  /* of all projects of the documents: an array of texts, or NULL */
	const char              *currency;   /* their first ones; NULL: none is named */
	const char              *country;
};

static bool is_given(const char *const *codes)
{
	return codes && *codes;
}

static bool holds(const json_t *codes, const char *code)
{
	for (size_t i = 0; i < json_array_size(codes); i++)
		if (strcmp(json_string_value(json_array_get(codes, i)), code) == 0)
			return true;
	return false;
}

/* Texts by language */

/* Is this an object whose members are all languages of the documents? */
static bool is_localized(const struct adaptation *adaptation, const json_t *json)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)json, name, member)
		if (!holds(adaptation->languages, name))
			return false;
	return json_object_size(json) > 0;
}

/* The text to take for a language: of the same one elsewhere (en for en-US), or the first there is. */
static json_t *text_for(const json_t *texts, const char *language)
{
	size_t bytes = strcspn(language, "-");
	const char *name;
	json_t *text, *found = NULL;

	json_object_foreach((json_t *)(uintptr_t)texts, name, text) {
		if (strncmp(name, language, bytes) == 0 && strcspn(name, "-") == bytes)
			return text;
		found = found ? found : text;
	}
	return found;
}

static void localize(const struct adaptation *adaptation, json_t *texts)
{
	json_t *before = keep(adaptation->op, json_deep_copy(texts));

	json_object_clear(texts);
	for (const char *const *language = adaptation->wanted->languages; *language; language++) {
		json_t *same = json_object_get(before, *language);

		json_object_set(texts, *language, same ? same : text_for(before, *language));
	}
}

/* Leaves those languages of a store that are wanted; if none is, it gets them all. */
static void choose_languages(const struct adaptation *adaptation, json_t *store)
{
	const json_t *before = json_object_get(store, "languages");
	json_t *both = keep(adaptation->op, json_array());
	json_t *all = keep(adaptation->op, json_array());

	for (const char *const *language = adaptation->wanted->languages; *language; language++) {
		json_array_append_new(all, json_string(*language));
		if (holds(before, *language))
			json_array_append_new(both, json_string(*language));
	}
	if (json_array_size(before) > 0)
		json_object_set(store, "languages", json_array_size(both) > 0 ? both : all);
}

/* Money */

/* The same amount of units in another currency: 12.90 becomes 12.90, or 13 where there are no cents. */
static void restate(json_t *money, const char *currency)
{
	int from = currency_fraction_digits(doc_text(money, "currencyCode"));
	int to = currency_fraction_digits(currency);
	int64_t amount = doc_int(money, "centAmount");

	for (; from < to && amount <= INT64_MAX / 10; from++)
		amount *= 10;
	for (; from > to; from--)
		amount = amount / 10 + (amount % 10 >= 5);
	doc_put(money, "currencyCode", json_string(currency));
	doc_put(money, "centAmount", json_integer(amount));
}

/* Restates every money in a value; as deep as a document is, which is bounded where it is parsed. */
static void restate_all(json_t *json, const char *currency)
{
	const char *name;
	json_t *member;

	if (doc_text(json, "currencyCode") && doc_has(json, "centAmount")) {
		restate(json, currency);
		return;
	}
	for (size_t i = 0; i < json_array_size(json); i++)
		restate_all(json_array_get(json, i), currency);
	json_object_foreach(json, name, member)
		restate_all(member, currency);
}

/* The currency of a price, a shipping rate or a money; NULL: it is none of these. */
static const char *currency_of(const json_t *json)
{
	static const char *const MEMBERS[] = { "value", "price" };

	for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
		if (doc_text(json_object_get(json, MEMBERS[i]), "currencyCode"))
			return doc_text(json_object_get(json, MEMBERS[i]), "currencyCode");
	return doc_has(json, "centAmount") ? doc_text(json, "currencyCode") : NULL;
}

/* Copies what there is in the documents' currency to one that nothing is stated in. */
static void restate_list(const struct adaptation *adaptation, json_t *list, const char *currency)
{
	size_t count = json_array_size(list);

	for (size_t i = 0; i < count; i++)
		if (strcmp(currency_of(json_array_get(list, i)), currency) == 0)
			return;
	for (size_t i = 0; i < count; i++) {
		json_t *one = json_array_get(list, i);

		if (strcmp(currency_of(one), adaptation->currency) != 0 || doc_has(one, "country"))
			continue;
		json_t *copy = keep(adaptation->op, json_deep_copy(one));

		json_object_del(copy, "id");
		json_object_del(copy, "key");
		restate_all(copy, currency);
		json_array_append(list, copy);
	}
}

static void price(const struct adaptation *adaptation, json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!currency_of(json_array_get(list, i)))
			return;
	for (const char *const *currency = adaptation->wanted->currencies; *currency; currency++)
		restate_list(adaptation, list, *currency);
}

/* Countries */

/* Adds what holds for the documents' country to each country for which nothing is said. Of several that differ in
 * their state there is none to choose. */
static void add_countries(const struct adaptation *adaptation, json_t *list)
{
	json_t *model = NULL;

	for (size_t i = 0; i < json_array_size(list) && !model; i++) {
		json_t *one = json_array_get(list, i);
		const char *country = doc_text(one, "country");

		if (country && strcmp(country, adaptation->country) == 0 && !doc_has(one, "state"))
			model = one;
	}
	for (const char *const *country = adaptation->wanted->countries; model && *country; country++) {
		bool is_there = false;

		for (size_t i = 0; i < json_array_size(list); i++) {
			const char *known = doc_text(json_array_get(list, i), "country");

			is_there = is_there || (known && strcmp(known, *country) == 0);
		}
		if (is_there)
			continue;
		json_t *copy = keep(adaptation->op, json_deep_copy(model));

		json_object_del(copy, "id");
		json_object_del(copy, "key");
		doc_put(copy, "country", json_string(*country));
		json_array_append(list, copy);
	}
}

/* Is a country in any of these zones? */
static bool is_served(const json_t *zones, const char *country)
{
	for (size_t i = 0; i < json_array_size(zones); i++) {
		const json_t *locations = json_object_get(json_array_get(zones, i), "locations");

		for (size_t j = 0; j < json_array_size(locations); j++) {
			const char *known = doc_text(json_array_get(locations, j), "country");

			if (known && strcmp(known, country) == 0)
				return true;
		}
	}
	return false;
}

/* Countries that no zone has go to that of the documents' country. */
static void add_locations(const struct adaptation *adaptation, json_t *zones)
{
	json_t *home = NULL;

	for (size_t i = 0; i < json_array_size(zones) && !home; i++) {
		json_t *alone = keep(adaptation->op, json_pack("[O]", json_array_get(zones, i)));

		if (is_served(alone, adaptation->country))
			home = json_object_get(json_array_get(zones, i), "locations");
	}
	for (const char *const *country = adaptation->wanted->countries; home && *country; country++)
		if (!is_served(zones, *country))
			json_array_append_new(home, json_pack("{s:s}", "country", *country));
}

/* All of it */

static void adapt_value(const struct adaptation *adaptation, json_t *json)
{
	const struct localities *wanted = adaptation->wanted;
	const char *name;
	json_t *member;

	if (is_given(wanted->languages) && is_localized(adaptation, json)) {
		localize(adaptation, json);
		return;
	}
	if (is_given(wanted->currencies) && adaptation->currency && json_is_array(json))
		price(adaptation, json);
	for (size_t i = 0; i < json_array_size(json); i++)
		adapt_value(adaptation, json_array_get(json, i));
	json_object_foreach(json, name, member)
		if (strcmp(name, "tiers") != 0) /* steps of one price, which is copied with them */
			adapt_value(adaptation, member);
}

static void adapt_sections(const struct adaptation *adaptation, json_t *root)
{
	const struct localities *wanted = adaptation->wanted;
	json_t *stores = json_object_get(root, "stores");
	json_t *tax_categories = json_object_get(root, "taxCategories");

	for (size_t i = 0; is_given(wanted->languages) && i < json_array_size(stores); i++)
		choose_languages(adaptation, json_array_get(stores, i));
	if (!is_given(wanted->countries) || !adaptation->country)
		return;
	for (size_t i = 0; i < json_array_size(tax_categories); i++)
		add_countries(adaptation, json_object_get(json_array_get(tax_categories, i), "rates"));
	add_locations(adaptation, json_object_get(root, "zones"));
}

static void set_codes(json_t *project, const char *name, const char *const *codes)
{
	if (!is_given(codes))
		return;
	json_t *list = json_array();

	for (; *codes; codes++)
		json_array_append_new(list, json_string(*codes));
	doc_put(project, name, list);
}

void fixture_adapt_project(const struct localities *wanted, json_t *project)
{
	set_codes(project, "languages", wanted->languages);
	set_codes(project, "currencies", wanted->currencies);
	set_codes(project, "countries", wanted->countries);
}

/* Takes note of what a project of the documents says. */
static void read_project(struct adaptation *adaptation, const json_t *project)
{
	const json_t *currencies = json_object_get(project, "currencies");
	const json_t *countries = json_object_get(project, "countries");

	json_array_extend(adaptation->languages, json_object_get(project, "languages"));
	if (!adaptation->currency)
		adaptation->currency = json_string_value(json_array_get(currencies, 0));
	if (!adaptation->country)
		adaptation->country = json_string_value(json_array_get(countries, 0));
}

void fixture_adapt(struct op *op, const struct localities *wanted, json_t **roots, size_t count)
{
	struct adaptation adaptation = { .op = op,
		                             .wanted = wanted,
		                             .languages = keep(op, json_array()) };

	if (!is_given(wanted->languages) && !is_given(wanted->currencies) &&
	    !is_given(wanted->countries))
		return;
	for (size_t i = 0; i < count; i++)
		read_project(&adaptation, json_object_get(roots[i], "project"));
	read_project(&adaptation, project_defaults(op));
	for (size_t i = 0; i < count; i++) {
		adapt_sections(&adaptation, roots[i]);
		adapt_value(&adaptation, roots[i]);
	}
}
