#include "money/price.h"

#include <stdbool.h>
#include <string.h>

#include "base/op.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "money/money.h"

/* What a scope is worth. As binary digits, so that a sum orders as the API's ladder does: group,
 * channel and country together first, then group and channel, group and country, group, … */
enum { WORTH_OF_COUNTRY = 1, WORTH_OF_CHANNEL = 2, WORTH_OF_GROUP = 4 };
enum { DOES_NOT_QUALIFY = -1 };

/* Is the moment within the price's dates? From is inclusive, until exclusive. *ret_has_dates: it
 * has any. A date that cannot be read makes the price invalid. */
static bool is_valid_at(const json_t *price, int64_t now_ms, bool *ret_has_dates)
{
	const char *from = doc_text(price, "validFrom");
	const char *until = doc_text(price, "validUntil");
	int64_t from_ms;
	int64_t until_ms;

	*ret_has_dates = from || until;
	if (from && (!timestamp_parse(from, &from_ms) || now_ms < from_ms))
		return false;
	return !until || (timestamp_parse(until, &until_ms) && now_ms < until_ms);
}

/* Adds what a scope of the price is worth. False: it has one, but not the one asked for. */
static bool add_scope(const char *scope, const char *asked, int worth, int *level)
{
	if (!scope)
		return true;
	*level += worth;
	return asked && strcmp(scope, asked) == 0;
}

static const char *reference_id(const json_t *price, const char *name)
{
	return doc_text(json_object_get(price, name), "id");
}

/* How well a price fits, for a customer of this group or of none: the higher, the better. */
static int fitness(const json_t *price, const struct price_selection *selection,
                   const char *group_id)
{
	const char *currency = money_currency(json_object_get(price, "value"));
	bool has_dates;
	int level = 0;

	if (!currency || strcmp(currency, selection->currency) != 0 ||
	    !is_valid_at(price, selection->now_ms, &has_dates) ||
	    !add_scope(reference_id(price, "customerGroup"), group_id, WORTH_OF_GROUP, &level) ||
	    !add_scope(reference_id(price, "channel"), selection->channel_id, WORTH_OF_CHANNEL,
	               &level) ||
	    !add_scope(doc_text(price, "country"), selection->country, WORTH_OF_COUNTRY, &level))
		return DOES_NOT_QUALIFY;
	return level * 2 + has_dates;
}

static json_t *best_price(const json_t *prices, const struct price_selection *selection,
                          const char *group_id)
{
	int best_fitness = DOES_NOT_QUALIFY;
	json_t *best = NULL;

	for (size_t i = 0; i < json_array_size(prices); i++) {
		json_t *price = json_array_get(prices, i);
		int its_fitness = fitness(price, selection, group_id);

		if (its_fitness > best_fitness) {
			best_fitness = its_fitness;
			best = price;
		}
	}
	return best;
}

json_t *price_select(const json_t *prices, const struct price_selection *selection)
{
	json_t *cheapest = NULL;

	for (size_t i = 0; i < selection->customer_group_count; i++) {
		json_t *price = best_price(prices, selection, selection->customer_group_ids[i]);

		/* A price without a group is for when no group has one, however low it is. */
		if (!price || !reference_id(price, "customerGroup"))
			continue;
		if (!cheapest ||
		    money_compare(price_unit_value(price, 1), price_unit_value(cheapest, 1)) < 0)
			cheapest = price;
	}
	return cheapest ? cheapest : best_price(prices, selection, NULL);
}

/* The value of the tier that a quantity reaches, else the price's own. */
static json_t *tier_value(const json_t *price, int64_t quantity)
{
	const json_t *tiers = json_object_get(price, "tiers");
	json_t *value = json_object_get(price, "value");
	int64_t reached = 0;

	for (size_t i = 0; i < json_array_size(tiers); i++) {
		const json_t *tier = json_array_get(tiers, i);
		int64_t minimum = doc_int(tier, "minimumQuantity");

		if (minimum <= quantity && minimum > reached) {
			reached = minimum;
			value = json_object_get(tier, "value");
		}
	}
	return value;
}

json_t *price_unit_value(const json_t *price, int64_t quantity)
{
	if (doc_has(price, "discounted"))
		return json_object_get(json_object_get(price, "discounted"), "value");
	return tier_value(price, quantity);
}

bool price_is_of_line_item(const json_t *has, const json_t *price, int64_t quantity)
{
	const json_t *value = doc_has(price, "discounted") ? json_object_get(price, "value")
	                                                   : tier_value(price, quantity);
	const char *name;
	json_t *member;

	if (!has || json_object_size(has) != json_object_size(price))
		return false;
	json_object_foreach((json_t *)(uintptr_t)price, name, member)
		if (!json_equal(json_object_get(has, name), strcmp(name, "value") == 0 ? value : member))
			return false;
	return true;
}

json_t *price_of_line_item(struct op *op, const json_t *price, int64_t quantity)
{
	json_t *copy = keep(op, json_deep_copy(price));

	if (!doc_has(price, "discounted"))
		doc_set(copy, "value", keep(op, json_deep_copy(tier_value(price, quantity))));
	return copy;
}
