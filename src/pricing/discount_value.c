#include "pricing/discount_value.h"

#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/member_actions.h"
#include "kind/typed.h"
#include "money/discount_arithmetic.h"
#include "money/money.h"
#include "resource/reference.h"
#include "resource/resource.h"

/* A bound of this server: a cart asks each component about each of its items. */
enum { MAX_COMPONENTS = 20 };

/* Money documents, each of another currency, as `decode` makes one of its draft. */
static bool decode_moneys(struct op *op, json_t *value, const struct json_path *path,
                          custom_decode_fn *decode, void *target)
{
	json_t *moneys = keep(op, json_array());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *money;

		if (!decode(op, json_array_get(value, i), path, NULL, &money))
			return false;
		if (doc_find(moneys, "currencyCode", money_currency(money), NULL))
			return fail_invalid_operation(
				op, "There is more than one value of the currency '%s' in '%s'.",
				money_currency(money), path->name);
		json_array_append(moneys, money);
	}
	*(json_t **)target = moneys;
	return json_array_size(moneys) > 0 ||
	       fail_invalid_operation(op, "There is no value in '%s'.", path->name);
}

bool moneys_decode(struct op *op, json_t *value, const struct json_path *path, const void *argument,
                   void *target)
{
	(void)argument;
	return decode_moneys(op, value, path, money_decode, target);
}

/* The same for money that may be of high precision. */
static bool typed_moneys_decode(struct op *op, json_t *value, const struct json_path *path,
                                const void *argument, void *target)
{
	(void)argument;
	return decode_moneys(op, value, path, typed_money_decode, target);
}

/* A whole number from 0 to 10000. */
static bool permyriad_decode(struct op *op, json_t *value, const struct json_path *path,
                             const void *argument, void *target)
{
	(void)argument;
	if (!json_is_integer(value))
		return fail_misfit(op, path, MISFIT_LONG);
	if (json_integer_value(value) < 0 || json_integer_value(value) > PERMYRIAD_OF_ALL)
		return fail_invalid_field(op, "permyriad", value, NULL);
	*(json_t **)target = value;
	return true;
}

static const char *const APPLICATION_MODES[] = {
	"EvenDistribution", "IndividualApplication", "ProportionateDistribution", NULL };
static const char *const SELECTION_MODES[] = { "Cheapest", "MostExpensive", NULL };
static custom_decode_fn pattern_decode;

/* Members: name, type, need, offset, check, argument. */
#define APPLICATION_MODE { "applicationMode", FIELD_TEXT, OPTIONAL, 0, text_check_enum, APPLICATION_MODES }
#define SELECTION_MODE(need) { "selectionMode", FIELD_TEXT, need, 0, text_check_enum, SELECTION_MODES }
#define MONEY { "money", FIELD_CONVERTED, REQUIRED, .decode = moneys_decode }
#define TYPED_MONEY { "money", FIELD_CONVERTED, REQUIRED, .decode = typed_moneys_decode }
#define PERMYRIAD { "permyriad", FIELD_CONVERTED, REQUIRED, .decode = permyriad_decode }
#define PRODUCT { "product", FIELD_CONVERTED, REQUIRED, .argument = "product", .decode = reference_decode }
#define VARIANT { "variantId", FIELD_INT, REQUIRED }
#define CHANNEL(name) { name, FIELD_CONVERTED, OPTIONAL, .argument = "channel", .decode = reference_decode }
#define PREDICATE { "predicate", FIELD_TEXT, REQUIRED }
#define PATTERN(name) { name, FIELD_CONVERTED, REQUIRED, .decode = pattern_decode }
#define COUNT(name) { name, FIELD_INT, OPTIONAL }
#define QUANTITY(name) { name, FIELD_INT, REQUIRED }
#define MULTI_BUY MEMBERS(PREDICATE, QUANTITY("triggerQuantity"), QUANTITY("discountedQuantity"), \
	COUNT("maxOccurrence"), SELECTION_MODE(OPTIONAL))
#define UNITS MEMBERS(PREDICATE, COUNT("minCount"), COUNT("maxCount"), COUNT("excludeCount"))

static const struct shape NO_MEMBERS = { 0, 0, NULL };

static const struct typed CART_VALUES[] = {
	{ "absolute",     MEMBERS(MONEY, APPLICATION_MODE) },
	{ "fixed",        MEMBERS(TYPED_MONEY, APPLICATION_MODE) },
	{ "giftLineItem", MEMBERS(PRODUCT, VARIANT, CHANNEL("supplyChannel"), CHANNEL("distributionChannel")) },
	{ "relative",     MEMBERS(PERMYRIAD, APPLICATION_MODE) },
	{ NULL, NULL },
};

static const struct typed PRODUCT_VALUES[] = {
	{ "absolute", MEMBERS(MONEY) },
	{ "external", &NO_MEMBERS },
	{ "relative", MEMBERS(PERMYRIAD) },
	{ NULL, NULL },
};

static const struct typed PATTERN_COMPONENTS[] = {
	{ "CountOnCustomLineItemUnits", UNITS },
	{ "CountOnLineItemUnits",       UNITS },
	{ NULL, NULL },
};

static const struct typed TARGETS[] = {
	{ "customLineItems",         MEMBERS(PREDICATE) },
	{ "lineItems",               MEMBERS(PREDICATE) },
	{ "multiBuyCustomLineItems", MULTI_BUY },
	{ "multiBuyLineItems",       MULTI_BUY },
	{ "pattern",                 MEMBERS(PATTERN("triggerPattern"), PATTERN("targetPattern"), COUNT("maxOccurrence"),
	                                     SELECTION_MODE(REQUIRED)) },
	{ "shipping",                &NO_MEMBERS },
	{ "totalPrice",              &NO_MEMBERS },
	{ NULL, NULL },
};

static const struct typed RECURRING_ORDER_SCOPES[] = {
	{ "AnyOrder",               &NO_MEMBERS },
	{ "NonRecurringOrdersOnly", &NO_MEMBERS },
	{ "RecurringOrdersOnly",    &NO_MEMBERS },
	{ NULL, NULL },
};
#undef APPLICATION_MODE
#undef SELECTION_MODE
#undef MONEY
#undef PERMYRIAD
#undef PRODUCT
#undef VARIANT
#undef CHANNEL
#undef PREDICATE
#undef PATTERN
#undef COUNT
#undef QUANTITY
#undef MULTI_BUY
#undef UNITS

static const struct field VALUE_ROWS[] = {
	{ "type",      VALUE_STRING },
	{ "permyriad", VALUE_NUMBER },
	{ "money",     VALUE_OBJECT, true, &MONEY_FIELDS },
	REFERENCE_FIELD("product"),
	{ "variantId", VALUE_NUMBER },
	REFERENCE_FIELD("supplyChannel"),
	REFERENCE_FIELD("distributionChannel"),
};
const struct fields DISCOUNT_VALUE_FIELDS = FIELDS(VALUE_ROWS);

bool cart_discount_value_decode(struct op *op, json_t *value, const struct json_path *path,
                                const void *argument, void *target)
{
	(void)argument;
	return typed_decode(op, CART_VALUES, value, path, target);
}

bool product_discount_value_decode(struct op *op, json_t *value, const struct json_path *path,
                                   const void *argument, void *target)
{
	(void)argument;
	return typed_decode(op, PRODUCT_VALUES, value, path, target);
}

bool recurring_order_scope_decode(struct op *op, json_t *value, const struct json_path *path,
                                  const void *argument, void *target)
{
	(void)argument;
	return typed_decode(op, RECURRING_ORDER_SCOPES, value, path, target);
}

static bool pattern_decode(struct op *op, json_t *value, const struct json_path *path,
                           const void *argument, void *target)
{
	(void)argument;
	return typed_list_decode(op, PATTERN_COMPONENTS, value, path, target);
}

/* Is a count, where it is given, at least `least`? False: recorded. */
static bool check_at_least(struct op *op, const json_t *counts, const char *member, int64_t least)
{
	json_t *count = json_object_get(counts, member);

	return !count || json_integer_value(count) >= least ||
	       fail_invalid_field(op, member, count, NULL);
}

static bool check_multi_buy(struct op *op, const json_t *target)
{
	json_t *discounted = json_object_get(target, "discountedQuantity");

	return check_at_least(op, target, "triggerQuantity", 1) &&
	       check_at_least(op, target, "discountedQuantity", 1) &&
	       (json_integer_value(discounted) <= doc_int(target, "triggerQuantity") ||
	        fail_invalid_field(op, "discountedQuantity", discounted, NULL));
}

/* Only what is discounted has units that are left out. */
static bool check_pattern(struct op *op, const json_t *target, const char *member, bool is_target)
{
	json_t *components = json_object_get(target, member);

	if (json_array_size(components) > MAX_COMPONENTS)
		return fail_invalid_operation(op, "There are more than %d components in '%s'.",
		                              MAX_COMPONENTS, member);
	for (size_t i = 0; i < json_array_size(components); i++) {
		const json_t *component = json_array_get(components, i);
		json_t *most = json_object_get(component, "maxCount");

		if (!check_at_least(op, component, "minCount", 1) ||
		    !check_at_least(op, component, "maxCount", 1) ||
		    !check_at_least(op, component, "excludeCount", 0))
			return false;
		if (most && json_integer_value(most) < doc_int(component, "minCount"))
			return fail_invalid_field(op, "maxCount", most, NULL);
		if (!is_target && doc_int(component, "excludeCount") > 0)
			return fail_invalid_field(op, "excludeCount",
			                          json_object_get(component, "excludeCount"), NULL);
	}
	return true;
}

static bool check_patterns(struct op *op, const json_t *target)
{
	json_t *discounted = json_object_get(target, "targetPattern");

	if (json_array_size(discounted) == 0)
		return fail_invalid_field(op, "targetPattern", discounted, NULL);
	return check_pattern(op, target, "triggerPattern", false) &&
	       check_pattern(op, target, "targetPattern", true);
}

bool cart_discount_target_decode(struct op *op, json_t *value, const struct json_path *path,
                                 const void *argument, void *target)
{
	json_t *decoded;

	(void)argument;
	if (!typed_decode(op, TARGETS, value, path, &decoded) ||
	    !check_at_least(op, decoded, "maxOccurrence", 1))
		return false;
	if (doc_has(decoded, "triggerQuantity")) {
		if (!check_multi_buy(op, decoded))
			return false;
		doc_put_default(decoded, "selectionMode", json_string("Cheapest"));
	}
	if (doc_has(decoded, "targetPattern") && !check_patterns(op, decoded))
		return false;
	*(json_t **)target = decoded;
	return true;
}

bool discount_check(struct op *op, const json_t *discount)
{
	const char *order = doc_text(discount, "sortOrder");
	const char *from = doc_text(discount, "validFrom");
	const char *until = doc_text(discount, "validUntil");

	if (order && !check_rank(order))
		return fail_invalid_field(op, "sortOrder", json_object_get(discount, "sortOrder"), NULL);
	/* Both are in canonical form, so they compare as texts. */
	return !from || !until || strcmp(from, until) < 0 ||
	       fail_invalid_field(op, "validUntil", json_object_get(discount, "validUntil"), NULL);
}

static bool is_before(const json_t *doc, const char *member, int64_t now_ms)
{
	int64_t time_ms;

	return timestamp_parse(doc_text(doc, member), &time_ms) && time_ms <= now_ms;
}

bool discount_is_in_time(const json_t *discount, int64_t now_ms)
{
	return (!doc_has(discount, "validFrom") || is_before(discount, "validFrom", now_ms)) &&
	       (!doc_has(discount, "validUntil") || !is_before(discount, "validUntil", now_ms));
}

bool discount_change_sort_order(struct op *op, struct resource *discount,
                                const struct update_action *row, const void *input)
{
	return discount_check(op, input) && action_change_member(op, discount, row, input);
}
