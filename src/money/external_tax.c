#include "money/external_tax.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "money/money.h"
#include "money/tax.h"

bool tax_number_decode(struct op *op, json_t *value, const struct json_path *path,
                       const void *argument, void *target)
{
	(void)argument;
	*(json_t **)target = value;
	return json_is_number(value) || fail_at(op, path, "JSON Number expected.");
}

static const struct shape_field SUB_RATE_FIELDS[] = {
	{ "name",   FIELD_TEXT,      REQUIRED },
	{ "amount", FIELD_CONVERTED, REQUIRED, .decode = tax_number_decode },
};
static const struct shape SUB_RATE = { 0, 2, SUB_RATE_FIELDS };

static const struct shape_field RATE_FIELDS[] = {
	{ "name",            FIELD_TEXT,      REQUIRED },
	{ "amount",          FIELD_CONVERTED, OPTIONAL, .decode = tax_number_decode },
	{ "includedInPrice", FIELD_BOOL,      OPTIONAL },
	{ "country",         FIELD_TEXT,      REQUIRED, 0, text_check_country },
	{ "state",           FIELD_TEXT,      OPTIONAL },
	{ "subRates",        FIELD_DOCUMENTS, OPTIONAL, .inner = &SUB_RATE },
};
const struct shape EXTERNAL_TAX_RATE_DRAFT = { 0, 6, RATE_FIELDS };

static const struct shape_field AMOUNT_FIELDS[] = {
	{ "totalGross", FIELD_CONVERTED, REQUIRED, .decode = money_decode },
	{ "taxRate",    FIELD_DOCUMENT,  REQUIRED, .inner = &EXTERNAL_TAX_RATE_DRAFT },
};
const struct shape EXTERNAL_TAX_AMOUNT_DRAFT = { 0, 2, AMOUNT_FIELDS };

static bool is_mode(const json_t *cart, const char *mode)
{
	return strcmp(doc_text(cart, "taxMode"), mode) == 0;
}

/* The rate that a draft stands for; kept by the arena. It has no id, as it is of no tax category. NULL:
 * recorded. */
static json_t *make_rate(struct op *op, const json_t *draft, struct tax_rate *ret_rate)
{
	json_t *doc = keep(op, json_deep_copy(draft));

	doc_put_default(doc, "includedInPrice", json_false());
	return tax_rate_complete(op, doc, ret_rate) ? doc : NULL;
}

bool external_tax_rate_set(struct op *op, const json_t *cart, json_t *taxed, const json_t *draft)
{
	if (!draft)
		return true;
	if (!is_mode(cart, "External") && !is_mode(cart, "ExternalAmount"))
		return fail_invalid_operation(
			op, "External tax rates can only be set on a cart with the tax mode 'External'.");
	struct tax_rate rate;
	json_t *doc = make_rate(op, draft, &rate);

	if (!doc)
		return false;
	json_object_set(taxed, "taxRate", doc);
	return true;
}

/* What is taxed, with a gross total whose net total is not known yet. */
static json_t *unsettled(struct op *op, json_t *gross)
{
	return keep(op, json_pack("{s:O}", "totalGross", gross));
}

bool external_tax_amount_set(struct op *op, const json_t *cart, json_t *taxed, const json_t *net,
                             const json_t *draft)
{
	json_t *gross = json_object_get(draft, "totalGross");
	const char *currency = money_currency(json_object_get(cart, "totalPrice"));
	struct tax_rate rate;

	if (!is_mode(cart, "ExternalAmount"))
		return fail_invalid_operation(
			op, "Tax amounts can only be set on a cart with the tax mode 'ExternalAmount'.");
	json_object_del(taxed, "taxRate");
	json_object_del(taxed, "taxedPrice");
	if (!draft)
		return true;
	if (strcmp(money_currency(gross), currency) != 0)
		return fail_invalid_operation(op, "The currency of the tax is not that of the cart.");
	json_t *doc = make_rate(op, json_object_get(draft, "taxRate"), &rate);

	if (!doc)
		return false;
	json_object_set(taxed, "taxRate", doc);
	json_object_set(taxed, "taxedPrice", unsettled(op, gross));
	return !net || external_tax_amount_settle(op, taxed, net);
}

bool external_tax_amount_settle(struct op *op, json_t *taxed, const json_t *net)
{
	const json_t *price = json_object_get(taxed, "taxedPrice");
	const struct taxed sum = { .net = money_cents(net),
		                       .gross = money_cents(json_object_get(price, "totalGross")) };
	struct tax_rate rate;
	int64_t tax;

	if (price && !doc_has(price, "totalNet"))
		return money_subtract(op, sum.gross, sum.net, &tax) &&
		       tax_rate_read(op, json_object_get(taxed, "taxRate"), &rate) &&
		       (doc_set(taxed, "taxedPrice", taxed_price(op, money_currency(net), &rate, sum)),
		        true);
	if (price && !money_equal(json_object_get(price, "totalNet"), net)) {
		json_object_del(taxed, "taxRate");
		json_object_del(taxed, "taxedPrice");
	}
	return true;
}
