#include "catalog/product_fields.h"

#include "catalog/price_draft.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "kind/index_values.h"

#include "asset_priv.h"

static const struct field ATTRIBUTE_ROWS[] = {
	{ "name",  VALUE_STRING },
	{ "value", VALUE_ANY },
};
const struct fields ATTRIBUTE_VALUE_FIELDS = FIELDS(ATTRIBUTE_ROWS);

static const struct field DIMENSION_ROWS[] = {
	{ "w", VALUE_NUMBER },
	{ "h", VALUE_NUMBER },
};
static const struct fields DIMENSION_FIELDS = FIELDS(DIMENSION_ROWS);

static const struct field IMAGE_ROWS[] = {
	{ "url",        VALUE_STRING },
	{ "dimensions", VALUE_OBJECT, .inner = &DIMENSION_FIELDS },
	{ "label",      VALUE_STRING },
};
static const struct fields IMAGE_FIELDS = FIELDS(IMAGE_ROWS);

static const struct field VARIANT_ROWS[] = {
	{ "id",         VALUE_NUMBER },
	{ "sku",        VALUE_STRING },
	{ "key",        VALUE_STRING },
	{ "prices",     VALUE_OBJECT, true, &PRICE_FIELDS },
	{ "images",     VALUE_OBJECT, true, &IMAGE_FIELDS },
	{ "attributes", VALUE_OBJECT, true, &ATTRIBUTE_VALUE_FIELDS },
	{ "assets",     VALUE_OBJECT, true, &ASSET_FIELDS },
};
const struct fields VARIANT_FIELDS = FIELDS(VARIANT_ROWS);

static const struct field DATA_ROWS[] = { PRODUCT_DATA_ROWS };
const struct fields PRODUCT_DATA_FIELDS = FIELDS(DATA_ROWS);

void index_variant_skus(struct op *op, const json_t *data, json_t *values)
{
	(void)op;
	for (size_t i = 0; i < variant_count(data); i++)
		index_add_text(values, doc_text(variant_at(data, i), "sku"));
}
