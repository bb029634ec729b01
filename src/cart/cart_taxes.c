#include "cart_taxes_priv.h"

#include <string.h>

#include "base/error_commerce.h"
#include "base/op.h"
#include "cart/cart_members.h"
#include "cart/line_item.h"
#include "document/doc.h"
#include "money/external_tax.h"
#include "money/money.h"
#include "money/tax.h"
#include "resource/lookup.h"
#include "resource/project_settings.h"
#include "cart_totals_priv.h"
#include "refresh_priv.h"

enum tax_mode { TAX_PLATFORM, TAX_EXTERNAL, TAX_EXTERNAL_AMOUNT, TAX_DISABLED };

struct taxation {
	struct refresh *refresh;
	enum tax_mode   mode;
	const char     *country;            /* NULL: no address, no taxes */
	const char     *state;
	bool            country_stands_in;  /* for a state without a rate */
	bool            is_per_unit;        /* taxCalculationMode UnitPriceLevel */
	bool            is_complete;        /* everything has been taxed */
	const char     *category_id;        /* the last one that was looked at; NULL: none */
	json_t         *category_rate;      /* its rate for the address */
	struct tax_sum  sum;
};

static enum tax_mode mode_of(const json_t *cart)
{
	const char *mode = doc_text(cart, "taxMode");

	if (strcmp(mode, "External") == 0)
		return TAX_EXTERNAL;
	if (strcmp(mode, "ExternalAmount") == 0)
		return TAX_EXTERNAL_AMOUNT;
	return strcmp(mode, "Disabled") == 0 ? TAX_DISABLED : TAX_PLATFORM;
}

static bool start(struct refresh *refresh, struct taxation *taxation)
{
	const json_t *address = json_object_get(refresh->cart, "shippingAddress");
	struct project_settings settings;

	*taxation = (struct taxation){
		.refresh = refresh,
		.mode = mode_of(refresh->cart),
		.country = doc_text(address, "country"),
		.state = doc_text(address, "state"),
		.is_per_unit =
			strcmp(doc_text(refresh->cart, "taxCalculationMode"), "UnitPriceLevel") == 0,
		.is_complete = true,
		.sum = tax_sum_start(refresh->currency),
	};
	if (!taxation->state)
		return true;
	if (!project_settings(refresh->op, &settings))
		return false;
	taxation->country_stands_in = settings.country_tax_rate_fallback;
	return true;
}

/* Rates */

/* Something that is taxed, and what an error calls it. */
struct subject {
	json_t       *taxed;
	const json_t *category;  /* a reference; NULL: it has none */
	const char   *what;
	const char   *name;
};

static struct subject subject_of_item(const struct cart_item *item)
{
	return item->is_custom ? (struct subject){ item->doc, json_object_get(item->doc, "taxCategory"),
		                                       "custom line item", doc_text(item->doc, "slug") }
	                       : (struct subject){ item->doc,
		                                       json_object_get(item->product, "taxCategory"),
		                                       "product", doc_text(item->doc, "productId") };
}

/* The rate of a tax category for the address. NULL: recorded. */
static json_t *rate_of_category(struct taxation *taxation, const struct subject *subject)
{
	struct op *op = taxation->refresh->op;
	const char *id = doc_text(subject->category, "id");
	const json_t *category;

	/* Mostly all lines are of one. */
	if (id && taxation->category_id && strcmp(id, taxation->category_id) == 0)
		return taxation->category_rate;
	if (!lookup_reference(op, subject->category, &category))
		return NULL;
	if (!category) {
		cart_fail_tax_category(op, subject->what, subject->name);
		return NULL;
	}
	json_t *rate = tax_rate_select(category, taxation->country, taxation->state,
	                               taxation->country_stands_in);

	if (!rate)
		fail_missing_tax_rate(op, id, taxation->country, taxation->state);
	taxation->category_id = rate ? id : NULL;
	taxation->category_rate = rate;
	return rate;
}

/* Gives what is taxed its rate: from the tax category, or as the client set it. */
static bool set_rate(struct taxation *taxation, const struct subject *subject)
{
	if (taxation->mode != TAX_PLATFORM)
		return true;
	json_t *rate = rate_of_category(taxation, subject);

	return rate && (doc_set(subject->taxed, "taxRate", rate), true);
}

/* Amounts */

/* The units of a group, each for itself; together, if their price is finer than what is taxed. */
static bool tax_group(struct taxation *taxation, const struct tax_rate *rate, const char *currency,
                      const struct unit_group *group, struct taxed *ret_taxed)
{
	struct op *op = taxation->refresh->op;
	enum rounding_mode mode = taxation->refresh->tax_rounding;
	int64_t total;

	if (!group->precise.digits)
		return tax_units(op, rate, group->value, group->quantity, mode, ret_taxed);
	return unit_group_total(op, currency, group, &total) &&
	       tax_total(op, rate, total, mode, ret_taxed);
}

static bool tax_units_of(struct taxation *taxation, const struct tax_rate *rate,
                         const struct discounted_units *units, struct taxed *ret_taxed)
{
	struct op *op = taxation->refresh->op;
	struct taxed sum = { 0 };

	for (size_t i = 0; i < units->count; i++) {
		struct taxed part;

		if (!tax_group(taxation, rate, units->currency, &units->groups[i], &part) ||
		    !money_add(op, sum.net, part.net, &sum.net) ||
		    !money_add(op, sum.gross, part.gross, &sum.gross))
			return false;
	}
	*ret_taxed = sum;
	return true;
}

/* What a line costs, all but discountOnTotalPrice taken off. */
static json_t *money_of(struct taxation *taxation, int64_t cents)
{
	return money_create(taxation->refresh->op, taxation->refresh->currency, cents);
}

static void set_taxed(struct taxation *taxation, json_t *taxed, const struct tax_rate *rate,
                      struct taxed amounts)
{
	const char *currency = taxation->refresh->currency;

	if (!taxed_price_is(json_object_get(taxed, "taxedPrice"), currency, rate, amounts))
		json_object_set(taxed, "taxedPrice",
		                taxed_price(taxation->refresh->op, currency, rate, amounts));
}

/* Taxes a total; `units` (may be NULL) are what it consists of. */
static bool tax(struct taxation *taxation, json_t *taxed, int64_t total,
                const struct discounted_units *units)
{
	struct op *op = taxation->refresh->op;
	json_t *rate_doc = json_object_get(taxed, "taxRate");
	struct tax_rate rate;
	struct taxed amounts;

	if (taxation->mode == TAX_EXTERNAL_AMOUNT)
		return external_tax_amount_settle(op, taxed, money_of(taxation, total));
	if (!rate_doc) {
		json_object_del(taxed, "taxedPrice");
		return true;
	}
	if (!tax_rate_read(op, rate_doc, &rate))
		return false;
	bool is_taxed =
		taxation->is_per_unit && units
			? tax_units_of(taxation, &rate, units, &amounts)
			: tax_total(op, &rate, total, taxation->refresh->tax_rounding, &amounts);

	return is_taxed && (set_taxed(taxation, taxed, &rate, amounts), true);
}

static bool add_to_sum(struct taxation *taxation, const json_t *taxed)
{
	const json_t *price = json_object_get(taxed, "taxedPrice");

	taxation->is_complete = taxation->is_complete && price;
	return !price || tax_sum_add(taxation->refresh->op, &taxation->sum, price);
}

/* A line whose product is gone has no category any more, and keeps the rate that it had. */
static bool tax_item(struct taxation *taxation, struct cart_item *item)
{
	const struct subject subject = subject_of_item(item);
	bool is_gone = !item->is_custom && !item->product;

	if (!is_gone && !set_rate(taxation, &subject))
		return false;
	return tax(taxation, item->doc, item->total, item->units.count > 0 ? &item->units : NULL) &&
	       add_to_sum(taxation, item->doc);
}

static bool tax_shipping(struct taxation *taxation)
{
	struct refresh *refresh = taxation->refresh;
	json_t *info = json_object_get(refresh->cart, "shippingInfo");
	const struct subject subject = { info, json_object_get(info, "taxCategory"), "shipping method",
		                             doc_text(info, "shippingMethodName") };

	return set_rate(taxation, &subject) && tax(taxation, info, refresh->shipping_total, NULL) &&
	       add_to_sum(taxation, info);
}

/* The cart */

static void untax(json_t *taxed)
{
	json_object_del(taxed, "taxedPrice");
	json_object_del(taxed, "taxRate");
}

/* Has what came into the cart a tax category, for when it is known where it goes? */
static bool check_new_items(struct taxation *taxation)
{
	struct refresh *refresh = taxation->refresh;

	for (size_t i = 0; i < refresh->item_count; i++) {
		const struct cart_item *item = &refresh->items[i];

		if (item->is_new && !line_is_gift(item->doc) &&
		    !cart_check_tax_category(refresh->op, refresh->cart, item->product, item->doc))
			return false;
	}
	return true;
}

static bool untax_all(struct taxation *taxation)
{
	struct refresh *refresh = taxation->refresh;

	for (size_t i = 0; i < refresh->item_count; i++)
		untax(refresh->items[i].doc);
	untax(json_object_get(refresh->cart, "shippingInfo"));
	json_object_del(refresh->cart, "taxedPrice");
	json_object_del(refresh->cart, "taxedShippingPrice");
	return true;
}

/* How much net and gross a discount on the total took off. */
static bool set_discounted_amounts(struct refresh *refresh, const json_t *before,
                                   const json_t *after)
{
	static const char *const MEMBERS[][2] = { { "totalNet", "discountedNetAmount" },
		                                      { "totalGross", "discountedGrossAmount" } };
	json_t *off = json_object_get(refresh->cart, "discountOnTotalPrice");

	for (size_t i = 0; off && i < 2; i++) {
		int64_t cents = money_cents(json_object_get(before, MEMBERS[i][0])) -
		                money_cents(json_object_get(after, MEMBERS[i][0]));

		json_object_set(off, MEMBERS[i][1], money_create(refresh->op, refresh->currency, cents));
	}
	return true;
}

static bool set_taxed_price(struct taxation *taxation)
{
	struct refresh *refresh = taxation->refresh;
	json_t *before = tax_sum_taxed_price(refresh->op, &taxation->sum);
	int64_t total;

	if (!refresh_sum(refresh, &total))
		return false;
	json_t *after = refresh->off_total > 0
	                    ? taxed_price_reduce(refresh->op, before, total, refresh->off_total,
	                                         refresh->tax_rounding)
	                    : before;

	if (!after)
		return false;
	doc_set(refresh->cart, "taxedPrice", after);
	return set_discounted_amounts(refresh, before, after);
}

/* The whole of a cart whose taxes the client gives: what setCartTotalTax set, as long as the net total is the same. */
static bool settle_total(struct taxation *taxation)
{
	struct refresh *refresh = taxation->refresh;
	json_t *net = json_object_get(refresh->cart, "totalPrice");
	json_t *price = json_object_get(refresh->cart, "taxedPrice");
	const json_t *gross = json_object_get(price, "totalGross");
	int64_t tax;

	json_object_del(refresh->cart, "taxedShippingPrice");
	if (!price)
		return true;
	if (doc_has(price, "totalNet")) {
		if (!money_equal(json_object_get(price, "totalNet"), net))
			json_object_del(refresh->cart, "taxedPrice");
		return true;
	}
	if (!money_subtract(refresh->op, money_cents(gross), money_cents(net), &tax))
		return false;
	doc_put(refresh->cart, "taxedPrice",
	        json_pack("{s:O, s:O, s:O, s:O}", "totalNet", net, "totalGross", gross, "taxPortions",
	                  json_object_get(price, "taxPortions"), "totalTax", money_of(taxation, tax)));
	return true;
}

/* The whole of a cart whose taxes are sums: there is none as long as something is not taxed, or nobody knows where
 * it goes. */
static bool sum_up(struct taxation *taxation)
{
	struct refresh *refresh = taxation->refresh;

	doc_set(refresh->cart, "taxedShippingPrice",
	        json_object_get(json_object_get(refresh->cart, "shippingInfo"), "taxedPrice"));
	if (refresh->item_count > 0 && taxation->is_complete && taxation->country)
		return set_taxed_price(taxation);
	json_object_del(refresh->cart, "taxedPrice");
	return true;
}

bool refresh_taxes(struct refresh *refresh)
{
	struct taxation taxation;

	if (!start(refresh, &taxation))
		return false;
	if (taxation.mode == TAX_DISABLED || (taxation.mode == TAX_PLATFORM && !taxation.country))
		return check_new_items(&taxation) && untax_all(&taxation);
	for (size_t i = 0; i < refresh->item_count; i++)
		if (!tax_item(&taxation, &refresh->items[i]))
			return false;
	if (refresh->has_shipping && !tax_shipping(&taxation))
		return false;
	return taxation.mode == TAX_EXTERNAL_AMOUNT ? settle_total(&taxation) : sum_up(&taxation);
}
