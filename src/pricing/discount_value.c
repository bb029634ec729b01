#include "pricing/discount_value.h"

#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/common_actions.h"
#include "kind/typed.h"
#include "money/discount_arithmetic.h"
#include "money/money.h"
#include "resource/reference.h"
#include "resource/resource.h"

bool moneys_decode(struct op *op, json_t *value, const struct json_path *path, const void *argument,
                   void *target)
{
	json_t *moneys = keep(op, json_array());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *money;

		if (!money_decode(op, json_array_get(value, i), path, argument, &money))
			return false;
		if (doc_find(moneys, "currencyCode", money_currency(money), NULL))
			return fail_duplicate_field(op, path->name, money_currency(money));
		json_array_append(moneys, money);
	}
	*(json_t **)target = moneys;
	return true;
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

/* clang-format off */
static const char *const APPLICATION_MODES[] = { "EvenDistribution", "IndividualApplication", "ProportionateDistribution", NULL };
static const char *const SELECTION_MODES[] = { "Cheapest", "MostExpensive", NULL };

#define APPLICATION_MODE { "applicationMode", FIELD_TEXT, OPTIONAL, 0, text_check_enum, APPLICATION_MODES }
#define MONEY { "money", FIELD_CONVERTED, REQUIRED, .decode = moneys_decode }
#define PERMYRIAD { "permyriad", FIELD_CONVERTED, REQUIRED, .decode = permyriad_decode }
#define CHANNEL(name) { name, FIELD_CONVERTED, OPTIONAL, .argument = "channel", .decode = reference_decode }
#define PREDICATE { "predicate", FIELD_TEXT, REQUIRED }
#define MULTI_BUY PREDICATE, \
	{ "triggerQuantity",    FIELD_INT,  REQUIRED }, \
	{ "discountedQuantity", FIELD_INT,  REQUIRED }, \
	{ "maxOccurrence",      FIELD_INT,  OPTIONAL }, \
	{ "selectionMode",      FIELD_TEXT, OPTIONAL, 0, text_check_enum, SELECTION_MODES }

static const struct shape NO_MEMBERS = { 0, 0, NULL };

static const struct typed CART_VALUES[] = {
	{ "absolute",     MEMBERS(MONEY, APPLICATION_MODE) },
	{ "fixed",        MEMBERS(MONEY, APPLICATION_MODE) },
	{ "giftLineItem", MEMBERS({ "product", FIELD_CONVERTED, REQUIRED, .argument = "product", .decode = reference_decode }, { "variantId", FIELD_INT, REQUIRED }, CHANNEL("supplyChannel"), CHANNEL("distributionChannel")) },
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
	{ "CountOnCustomLineItemUnits", MEMBERS(PREDICATE, { "minCount", FIELD_INT, OPTIONAL }, { "maxCount", FIELD_INT, OPTIONAL }, { "excludeCount", FIELD_INT, OPTIONAL }) },
	{ "CountOnLineItemUnits",       MEMBERS(PREDICATE, { "minCount", FIELD_INT, OPTIONAL }, { "maxCount", FIELD_INT, OPTIONAL }, { "excludeCount", FIELD_INT, OPTIONAL }) },
	{ NULL, NULL },
};

static custom_decode_fn pattern_decode;
static const struct typed TARGETS[] = {
	{ "customLineItems",         MEMBERS(PREDICATE) },
	{ "lineItems",               MEMBERS(PREDICATE) },
	{ "multiBuyCustomLineItems", MEMBERS(MULTI_BUY) },
	{ "multiBuyLineItems",       MEMBERS(MULTI_BUY) },
	{ "pattern",                 MEMBERS({ "triggerPattern", FIELD_CONVERTED, REQUIRED, .decode = pattern_decode }, { "targetPattern", FIELD_CONVERTED, REQUIRED, .decode = pattern_decode }, { "maxOccurrence", FIELD_INT, OPTIONAL }, { "selectionMode", FIELD_TEXT, REQUIRED, 0, text_check_enum, SELECTION_MODES }) },
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
#undef MONEY
#undef PERMYRIAD
#undef CHANNEL
#undef PREDICATE
#undef MULTI_BUY

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
/* clang-format on */

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

/* A multi-buy counts from one. */
static bool check_quantities(struct op *op, const json_t *target)
{
	static const char *const MEMBERS_OF_TARGET[] = { "triggerQuantity", "discountedQuantity",
		                                             "maxOccurrence" };

	for (size_t i = 0; i < sizeof MEMBERS_OF_TARGET / sizeof *MEMBERS_OF_TARGET; i++) {
		json_t *quantity = json_object_get(target, MEMBERS_OF_TARGET[i]);

		if (quantity && json_integer_value(quantity) < 1)
			return fail_invalid_field(op, MEMBERS_OF_TARGET[i], quantity, NULL);
	}
	return true;
}

bool cart_discount_target_decode(struct op *op, json_t *value, const struct json_path *path,
                                 const void *argument, void *target)
{
	json_t *decoded;

	(void)argument;
	if (!typed_decode(op, TARGETS, value, path, &decoded) || !check_quantities(op, decoded))
		return false;
	if (strncmp(doc_text(decoded, "type"), "multiBuy", strlen("multiBuy")) == 0)
		doc_put_default(decoded, "selectionMode", json_string("Cheapest"));
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

bool discount_change_sort_order(struct op *op, struct resource *discount,
                                const struct update_action *row, const void *input)
{
	return discount_check(op, input) && action_change_member(op, discount, row, input);
}
