#include "api/product_discounts.h"

#include "api/listing.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/price_draft.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "kind/custom_fields.h"
#include "money/money.h"
#include "pricing/product_discounts.h"
#include "resource/lookup.h"
#include "resource/reference.h"

static const struct shape_field PRICE_FIELDS_OF_QUERY[] = {
	{ "id", FIELD_TEXT, OPTIONAL },
	PRICE_DRAFT_FIELDS,
};
static const struct shape QUERY_PRICE = { 0, sizeof PRICE_FIELDS_OF_QUERY / sizeof *PRICE_FIELDS_OF_QUERY,
	                                      PRICE_FIELDS_OF_QUERY };

static const struct shape_field MATCH_FIELDS[] = {
	{ "productId", FIELD_TEXT,     REQUIRED },
	{ "variantId", FIELD_LONG,     REQUIRED },
	{ "staged",    FIELD_BOOL,     REQUIRED },
	{ "price",     FIELD_DOCUMENT, REQUIRED, .inner = &QUERY_PRICE },
};
const struct shape PRODUCT_DISCOUNT_MATCH_INPUT = { 0, sizeof MATCH_FIELDS / sizeof *MATCH_FIELDS, MATCH_FIELDS };

struct body product_discounts_match(struct op *op, const struct call *call)
{
	const json_t *query = call->input;
	const json_t *price = references_resolved(op, json_object_get(query, "price"));
	const struct product_discounts *discounts;
	const json_t *discount = NULL;
	const json_t *product;

	if (!price || !lookup(op, &PRODUCT_KIND, doc_text(query, "productId"), &product) ||
	    !product_discounts_in_force(op, &discounts))
		return NO_BODY;
	const json_t *data = !product                   ? NULL
	                     : doc_true(query, "staged") ? product_staged(product)
	                                                 : product_current(product);
	const struct discounted_variant of = { product, data,
		                                   data ? product_variant(data, doc_int(query, "variantId"))
		                                        : NULL };

	if (of.variant && !product_discounts_matching(op, discounts, &of, price, &discount))
		return NO_BODY;
	if (discount)
		return expanded_body(op, call, keep(op, json_deep_copy(discount)));
	fail_no_matching_product_discount(op, doc_text(query, "productId"), doc_int(query, "variantId"),
	                                  price);
	return NO_BODY;
}
