#include "cart/custom_line_item.h"

#include <stddef.h>

#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "cart/cart_limits.h"
#include "cart/cart_members.h"
#include "cart/line_item.h"
#include "cart/shipping_details.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_fields.h"
#include "money/external_tax.h"
#include "money/money.h"
#include "resource/reference.h"

const char *const CUSTOM_PRICE_MODES[] = { "Standard", "External", NULL };

static const struct shape_field CUSTOM_FIELDS[] = {
	{ "name",            FIELD_TEXT_MAP,  REQUIRED },
	{ "key",             FIELD_TEXT,      OPTIONAL },
	{ "quantity",        FIELD_LONG,      OPTIONAL },
	{ "money",           FIELD_CONVERTED, REQUIRED, .decode = typed_money_decode },
	{ "slug",            FIELD_TEXT,      REQUIRED },
	{ "taxCategory",     FIELD_CONVERTED, OPTIONAL, .argument = "tax-category", .decode = reference_decode },
	{ "externalTaxRate", FIELD_DOCUMENT,  OPTIONAL, .inner = &EXTERNAL_TAX_RATE_DRAFT },
	{ "shippingDetails", FIELD_DOCUMENT,  OPTIONAL, .inner = &SHIPPING_DETAILS_DRAFT },
	{ "priceMode",       FIELD_TEXT,      OPTIONAL, 0, text_check_enum, CUSTOM_PRICE_MODES },
	{ "custom",          FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape CUSTOM_LINE_ITEM_DRAFT = { 0, sizeof CUSTOM_FIELDS / sizeof *CUSTOM_FIELDS, CUSTOM_FIELDS };

/* The line of a draft; kept by the arena. NULL: recorded. */
static json_t *start(struct op *op, const json_t *cart, const json_t *draft)
{
	char id[UUID_TEXT_BYTES];
	const json_t *custom = json_object_get(draft, "custom");
	json_t *category = keep(op, json_deep_copy(json_object_get(draft, "taxCategory")));
	const char *mode = doc_text(draft, "priceMode");

	random_uuid(id);
	json_t *line = keep(op, json_pack("{s:s, s:O*, s:O, s:O, s:O}", "id", id, "key",
	                                  json_object_get(draft, "key"), "name",
	                                  json_object_get(draft, "name"), "money",
	                                  json_object_get(draft, "money"), "slug",
	                                  json_object_get(draft, "slug")));

	doc_put(line, "quantity", json_integer(doc_has(draft, "quantity") ? doc_int(draft, "quantity")
	                                                                  : 1));
	doc_put(line, "discountedPricePerQuantity", json_array());
	doc_put(line, "perMethodTaxRate", json_array());
	doc_put(line, "taxedPricePortions", json_array());
	doc_put(line, "priceMode", json_string(mode ? mode : "Standard"));
	if (!line_check_quantity(op, doc_int(line, "quantity"), 1) ||
	    !cart_check_currency(op, cart, json_object_get(line, "money"), "money") ||
	    !references_resolve(op, category))
		return NULL;
	doc_set(line, "taxCategory", category);
	return external_tax_rate_set(op, cart, line, json_object_get(draft, "externalTaxRate")) &&
	               (!custom || custom_from_draft(op, line, "custom-line-item", custom))
	           ? line
	           : NULL;
}

bool custom_line_items_equal(const json_t *one, const json_t *other)
{
	static const char *const MEMBERS[] = { "slug", "name", "money", "taxCategory", "priceMode",
		                                   "custom" };

	for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
		if (!doc_same(one, other, MEMBERS[i]))
			return false;
	return true;
}

/* A draft may leave out the key and the rate that the line has. */
static bool is_again(const json_t *known, const json_t *line)
{
	return custom_line_items_equal(known, line) &&
	       (!doc_has(line, "key") || doc_same(known, line, "key")) &&
	       (!doc_has(line, "taxRate") || doc_same(known, line, "taxRate"));
}

bool custom_line_item_add(struct op *op, json_t *cart, const json_t *draft)
{
	json_t *lines = json_object_get(cart, "customLineItems");
	json_t *line = start(op, cart, draft);
	json_t *known = line ? doc_find(lines, "slug", doc_text(line, "slug"), NULL) : NULL;

	if (!line)
		return false;
	if (!known)
		return line_append(op, cart, "customLineItems", line, draft);
	return is_again(known, line)
	           ? line_add_to(op, cart, known, doc_int(line, "quantity"), draft)
	           : fail_invalid_operation(
					 op, "The cart has another custom line item with the slug '%s'.",
					 doc_text(line, "slug"));
}
