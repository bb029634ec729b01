/* Cart discounts: which apply to a cart, by themselves or by a code, and in which order. What they
 * take off is cart_discount_values.c's. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "cart/cart_discounts.h"
#include "document/doc.h"
#include "kind/store_references.h"
#include "money/money.h"
#include "pricing/cart_discount.h"
#include "pricing/rule.h"
#include "pricing/discount_code.h"
#include "pricing/discount_code_use.h"
#include "pricing/discount_value.h"
#include "resource/lookup.h"
#include "cart_discount_values_priv.h"
#include "../cart_taxes_priv.h"
#include "../refresh_priv.h"

enum { MAX_CODES = 10 };

/* A discount that may apply; those of a code decide the state of the code. */
struct candidate {
	const json_t     *discount;
	json_t           *code_info;  /* NULL: it applies by itself */
	size_t            rank;       /* keeps the order of equals */
	struct candidate *next;
};

/* Validity */

static bool is_of_scope(const json_t *discount, const json_t *cart)
{
	const json_t *scope = json_object_get(discount, "recurringOrderScope");
	bool is_recurring = doc_is(cart, "origin", "RecurringOrder");

	return !doc_is(scope, "type", is_recurring ? "NonRecurringOrdersOnly" : "RecurringOrdersOnly");
}

/* Why a discount does not apply, whatever is in the cart. What is said of several discounts is what is said of the
 * most usable one. */
enum usability { USABLE, OF_OTHERS, OUT_OF_TIME, INACTIVE };

static enum usability usability_of(const struct op *op, const json_t *cart, const json_t *discount)
{
	if (!doc_true(discount, "isActive"))
		return INACTIVE;
	if (!discount_is_in_time(discount, op->now_ms))
		return OUT_OF_TIME;
	return stores_allow(discount, cart) && is_of_scope(discount, cart) ? USABLE : OF_OTHERS;
}

static bool is_usable(const struct refresh *refresh, const json_t *discount)
{
	return usability_of(refresh->op, refresh->cart, discount) == USABLE;
}

/* That of the discounts of a code. False: recorded. */
static bool code_usability(struct op *op, const json_t *cart, const json_t *code,
                           enum usability *ret_usability)
{
	const json_t *references = json_object_get(code, "cartDiscounts");

	*ret_usability = INACTIVE;
	for (size_t i = 0; i < json_array_size(references); i++) {
		const json_t *discount;

		if (!lookup_reference(op, json_array_get(references, i), &discount))
			return false;
		enum usability usability = discount ? usability_of(op, cart, discount) : INACTIVE;

		if (usability < *ret_usability)
			*ret_usability = usability;
	}
	return true;
}

/* Candidates */

static void add_candidate(struct refresh *refresh, struct candidate **list, const json_t *discount,
                          json_t *code_info)
{
	struct candidate *candidate = arena_alloc(refresh->op->arena, sizeof *candidate);

	*candidate = (struct candidate){ discount, code_info, *list ? (*list)->rank + 1 : 0, *list };
	*list = candidate;
}

static void add_automatic(struct refresh *refresh, struct candidate **list, const json_t *discounts)
{
	for (size_t i = 0; i < json_array_size(discounts); i++)
		if (is_usable(refresh, json_array_get(discounts, i)))
			add_candidate(refresh, list, json_array_get(discounts, i), NULL);
}

static void set_state(json_t *code_info, const char *state)
{
	doc_put(code_info, "state", json_string(state));
}

/* The state of a code that does not apply, whatever its discounts take off; NULL: it may. */
static bool code_state(struct refresh *refresh, const json_t *code, const char **ret_state)
{
	static const char *const STATES[] = {
		[USABLE] = NULL, [OF_OTHERS] = "DoesNotMatchCart", [OUT_OF_TIME] = "NotValid", [INACTIVE] = "NotActive",
	};
	struct op *op = refresh->op;
	const char *predicate = doc_text(code, "cartPredicate");
	enum usability usability;
	bool is_left;
	bool matches = true;

	*ret_state = "NotActive";
	if (!doc_true(code, "isActive"))
		return true;
	*ret_state = "NotValid";
	if (!discount_is_in_time(code, op->now_ms))
		return true;
	if (!code_usability(op, refresh->cart, code, &usability) ||
	    !discount_code_is_left(op, code, refresh->cart, &is_left) ||
	    (predicate &&
	     !rule_holds(refresh->rules, rule_compile(op, predicate, RULE_OF_CART), &matches)))
		return false;
	*ret_state = !is_left  ? "MaxApplicationReached"
	             : matches ? STATES[usability]
	                       : "DoesNotMatchCart";
	return true;
}

static bool add_of_code(struct refresh *refresh, struct candidate **list, const json_t *code,
                        json_t *code_info)
{
	const json_t *references = json_object_get(code, "cartDiscounts");
	const char *state;

	if (!code_state(refresh, code, &state))
		return false;
	for (size_t i = 0; !state && i < json_array_size(references); i++) {
		const json_t *discount;

		if (!lookup_reference(refresh->op, json_array_get(references, i), &discount))
			return false;
		if (discount && is_usable(refresh, discount))
			add_candidate(refresh, list, discount, code_info);
	}
	set_state(code_info, state ? state : "DoesNotMatchCart"); /* until one of them applies */
	return true;
}

static bool add_of_codes(struct refresh *refresh, struct candidate **list)
{
	const json_t *before = json_object_get(refresh->cart, "discountCodes");
	json_t *codes = keep(refresh->op, json_array());

	for (size_t i = 0; i < json_array_size(before); i++) {
		json_t *info = keep(refresh->op, json_copy(json_array_get(before, i)));
		const json_t *code;

		if (!lookup_reference(refresh->op, json_object_get(info, "discountCode"), &code))
			return false;
		if (!code)
			continue; /* the code is gone, and so is what it did */
		if (!add_of_code(refresh, list, code, info))
			return false;
		json_array_append(codes, info);
	}
	json_object_set(refresh->cart, "discountCodes", codes);
	return true;
}

/* Sort orders are decimals between 0 and 1, so their texts order as their values do. */
static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *left = *(const struct candidate *const *)a;
	const struct candidate *right = *(const struct candidate *const *)b;
	int order =
		strcmp(doc_text(right->discount, "sortOrder"), doc_text(left->discount, "sortOrder"));

	return order ? order : (left->rank > right->rank) - (left->rank < right->rank);
}

static struct candidate **sorted(struct refresh *refresh, struct candidate *list,
                                 size_t *ret_count)
{
	size_t count = list ? list->rank + 1 : 0;
	struct candidate **candidates =
		arena_take(refresh->op->arena, (count ? count : 1) * sizeof(struct candidate *));

	for (; list; list = list->next)
		candidates[list->rank] = list;
	qsort(candidates, count, sizeof(struct candidate *), compare_candidates);
	*ret_count = count;
	return candidates;
}

/* Applying */

static bool apply_one(struct refresh *refresh, const struct candidate *candidate, bool *ret_applied)
{
	const json_t *discount = candidate->discount;
	bool matches;

	*ret_applied = false;
	if (!rule_holds(refresh->rules,
	                rule_compile(refresh->op, doc_text(discount, "cartPredicate"), RULE_OF_CART),
	                &matches))
		return false;
	if (!matches)
		return true;
	json_t *reference =
		keep(refresh->op, json_pack("{s:s, s:O}", "typeId", "cart-discount", "id",
	                                json_object_get(discount, "id")));

	return cart_discount_apply(refresh, discount, reference, ret_applied);
}

/* Several codes may bring the same discount, which is then one behind the other. */
static bool is_again(struct candidate **candidates, size_t i)
{
	return i > 0 && doc_is(candidates[i]->discount, "id",
	                        doc_text(candidates[i - 1]->discount, "id"));
}

static bool apply_all(struct refresh *refresh, struct candidate **candidates, size_t count)
{
	bool is_stopped = false;
	bool is_applied = false;

	for (size_t i = 0; i < count; i++) {
		json_t *code_info = candidates[i]->code_info;

		if (!is_again(candidates, i)) {
			is_applied = false;
			if (!is_stopped && !apply_one(refresh, candidates[i], &is_applied))
				return false;
		}
		if (code_info && is_applied)
			set_state(code_info, "MatchesCart");
		else if (code_info && is_stopped && !doc_is(code_info, "state", "MatchesCart"))
			set_state(code_info, "ApplicationStoppedByPreviousDiscount");
		is_stopped = is_stopped || (is_applied && doc_is(candidates[i]->discount, "stackingMode",
		                                                  "StopAfterThisDiscount"));
	}
	return true;
}

/* Writes what the discounts made of the cart. */
static bool finish(struct refresh *refresh)
{
	struct op *op = refresh->op;
	json_t *info = json_object_get(refresh->cart, "shippingInfo");
	json_t *on_total = NULL;

	for (size_t i = 0; i < refresh->item_count; i++) {
		struct cart_item *item = &refresh->items[i];

		if (!item->is_discountable)
			continue;
		doc_set(item->doc, "discountedPricePerQuantity", units_per_quantity(op, &item->units));
		if (!units_total(op, &item->units, &item->total))
			return false;
	}
	if (refresh->has_shipping) {
		bool is_discounted = refresh->shipping.groups[0].included != NULL;

		doc_set(info, "discountedPrice",
		        is_discounted ? units_discounted_price(op, &refresh->shipping, 0) : NULL);
		refresh->shipping_total = refresh->shipping.groups[0].value;
	}
	if (refresh->off_total > 0)
		on_total = keep(op, json_pack("{s:O, s:O}", "discountedAmount",
		                              money_create(op, refresh->currency, refresh->off_total),
		                              "includedDiscounts", refresh->off_included));
	doc_set(refresh->cart, "discountOnTotalPrice", on_total);
	return true;
}

/* -- rules -- */

static bool looks_at_taxes(struct op *op, const char *text, enum rule_subject subject)
{
	return text && rule_looks_at_taxes(rule_compile(op, text, subject));
}

/* Does any rule of a discount? */
static bool discount_looks_at_taxes(struct op *op, const json_t *discount)
{
	const json_t *target = json_object_get(discount, "target");

	return looks_at_taxes(op, doc_text(discount, "cartPredicate"), RULE_OF_CART) ||
	       cart_target_looks_at_taxes(op, target);
}

/* Does any rule of what a code brings, or its own? False: recorded. */
static bool code_looks_at_taxes(struct op *op, const json_t *code, bool *ret_looks)
{
	const json_t *references = json_object_get(code, "cartDiscounts");

	*ret_looks = looks_at_taxes(op, doc_text(code, "cartPredicate"), RULE_OF_CART);
	for (size_t i = 0; !*ret_looks && i < json_array_size(references); i++) {
		const json_t *discount;

		if (!lookup_reference(op, json_array_get(references, i), &discount))
			return false;
		*ret_looks = discount && discount_looks_at_taxes(op, discount);
	}
	return true;
}

/* Rules see the cart as it is before any discount, taxed if one of them looks at that. False: recorded. */
static bool prepare_rules(struct refresh *refresh, const json_t *automatic)
{
	struct op *op = refresh->op;
	const json_t *codes = json_object_get(refresh->cart, "discountCodes");
	bool looks = false;

	for (size_t i = 0; !looks && i < json_array_size(automatic); i++)
		looks = discount_looks_at_taxes(op, json_array_get(automatic, i));
	for (size_t i = 0; !looks && i < json_array_size(codes); i++) {
		const json_t *code;

		if (!lookup_reference(op, json_object_get(json_array_get(codes, i), "discountCode"),
		                      &code) ||
		    (code && !code_looks_at_taxes(op, code, &looks)))
			return false;
	}
	if (looks && !refresh_taxes(refresh))
		return false;
	refresh->rules = rule_scope_of_cart(op, refresh->cart);
	return true;
}

bool refresh_discounts(struct refresh *refresh)
{
	const json_t *automatic = lookup_all(refresh->op, &CART_DISCOUNT_KIND, "automatic", "true");
	struct candidate *list = NULL;
	size_t count;

	if (!automatic || !prepare_rules(refresh, automatic))
		return false;
	add_automatic(refresh, &list, automatic);
	if (!add_of_codes(refresh, &list))
		return false;
	struct candidate **candidates = sorted(refresh, list, &count);

	return apply_all(refresh, candidates, count) && cart_discounts_apply_to_total(refresh) &&
	       finish(refresh);
}

/* Codes of a cart */

static bool refuse_code(struct op *op, const char *code, const json_t *doc, const char *reason)
{
	const struct refused_code refused = {
		.code = code,
		.reason = reason,
		.valid_from = doc_text(doc, "validFrom"),
		.valid_until = doc_text(doc, "validUntil"),
		.checked_at = doc ? timestamp_text(op->arena, op->now_ms) : NULL,
	};

	return fail_discount_code(op, &refused);
}

static bool has_code(const json_t *codes, const char *id)
{
	for (size_t i = 0; i < json_array_size(codes); i++)
		if (doc_is(json_object_get(json_array_get(codes, i), "discountCode"), "id", id))
			return true;
	return false;
}

bool cart_add_discount_code(struct op *op, json_t *cart, const char *code)
{
	json_t *codes = json_object_get(cart, "discountCodes");
	const json_t *found;

	if (!lookup_by(op, &DISCOUNT_CODE_KIND, "code", code, &found))
		return false;
	if (!found)
		return refuse_code(op, code, NULL, "DoesNotExist");
	if (!discount_is_in_time(found, op->now_ms))
		return refuse_code(op, code, found, "TimeRangeNonApplicable");
	if (has_code(codes, doc_text(found, "id")))
		return true;
	if (json_array_size(codes) == MAX_CODES)
		return fail_invalid_operation(op, "A cart can have at most %d discount codes.", MAX_CODES);
	json_array_append_new(codes, json_pack("{s:{s:s, s:s}, s:s}", "discountCode", "typeId",
	                                       "discount-code", "id", doc_text(found, "id"), "state",
	                                       "DoesNotMatchCart"));
	return true;
}

bool cart_apply_discount_code(struct op *op, json_t *cart, const char *code)
{
	const json_t *found;
	enum usability usability;

	if (!lookup_by(op, &DISCOUNT_CODE_KIND, "code", code, &found))
		return false;
	if (found && doc_true(found, "isActive") && discount_is_in_time(found, op->now_ms) &&
	    !has_code(json_object_get(cart, "discountCodes"), doc_text(found, "id"))) {
		if (!code_usability(op, cart, found, &usability))
			return false;
		if (usability != USABLE)
			return fail_discount_code_unusable(op, code, doc_text(found, "id"));
	}
	return cart_add_discount_code(op, cart, code);
}
