/* The fields that rules may name. Source: API docs, "Discount Predicate Field Identifiers". */
#include "rule_fields_priv.h"

#include <string.h>

#include "rule_read_priv.h"

#define TABLE(name) static const struct rule_fields name = { name##_ROWS, sizeof name##_ROWS / sizeof *name##_ROWS }

/* The members of a reference to what has this typeId. */
#define REFERENCE_TABLE(name, type_id) \
	static const struct rule_field name##_ROWS[] = { \
		{ "id",     RULE_TYPE_TEXT, .argument = type_id }, \
		{ "key",    RULE_TYPE_TEXT, .read = rule_read_key }, \
		{ "typeId", RULE_TYPE_TEXT }, \
	}; \
	TABLE(name)
REFERENCE_TABLE(CATEGORY, "category");
REFERENCE_TABLE(CHANNEL, "channel");
REFERENCE_TABLE(GROUP, "customer-group");
REFERENCE_TABLE(PRODUCT_DISCOUNT, "product-discount");
REFERENCE_TABLE(PRODUCT_TYPE, "product-type");
REFERENCE_TABLE(SHIPPING_METHOD, "shipping-method");
REFERENCE_TABLE(TAX_CATEGORY, "tax-category");
#define REFERENCE(name, table) { name, RULE_TYPE_OBJECT, &table }

static const struct rule_field KEY_REFERENCE_ROWS[] = {
	{ "key",    RULE_TYPE_TEXT },
	{ "typeId", RULE_TYPE_TEXT },
};
TABLE(KEY_REFERENCE);

static const struct rule_field MONEY_ROWS[] = {
	{ "centAmount",     RULE_TYPE_NUMBER },
	{ "currencyCode",   RULE_TYPE_CURRENCY },
	{ "fractionDigits", RULE_TYPE_NUMBER },
	{ "type",           RULE_TYPE_TEXT },
};
TABLE(MONEY);
#define MONEY_FIELD(name) { name, RULE_TYPE_MONEY, &MONEY }

static const struct rule_field TAX_RATE_ROWS[] = {
	{ "amount",          RULE_TYPE_NUMBER },
	{ "country",         RULE_TYPE_COUNTRY },
	{ "id",              RULE_TYPE_TEXT },
	{ "includedInPrice", RULE_TYPE_BOOLEAN },
	{ "key",             RULE_TYPE_TEXT },
	{ "name",            RULE_TYPE_TEXT },
	{ "state",           RULE_TYPE_TEXT },
};
TABLE(TAX_RATE);

static const struct rule_field TAXED_PRICE_ROWS[] = {
	{ "gross",      RULE_TYPE_MONEY, &MONEY, .member = "totalGross" },
	{ "net",        RULE_TYPE_MONEY, &MONEY, .member = "totalNet" },
	MONEY_FIELD("totalGross"),
	MONEY_FIELD("totalNet"),
	MONEY_FIELD("totalTax"),
};
TABLE(TAXED_PRICE);
#define TAX_RATE_FIELD { "taxRate", RULE_TYPE_OBJECT, &TAX_RATE, .is_taxed = true }
#define TAXED_PRICE_FIELD(name) { name, RULE_TYPE_OBJECT, &TAXED_PRICE, .is_taxed = true }

static const struct rule_field ADDRESS_ROWS[] = {
	{ "additionalAddressInfo", RULE_TYPE_TEXT },
	{ "additionalStreetInfo",  RULE_TYPE_TEXT },
	{ "apartment",             RULE_TYPE_TEXT },
	{ "building",              RULE_TYPE_TEXT },
	{ "city",                  RULE_TYPE_TEXT },
	{ "company",               RULE_TYPE_TEXT },
	{ "country",               RULE_TYPE_COUNTRY },
	{ "custom",                RULE_TYPE_CUSTOM, .argument = "address" },
	{ "department",            RULE_TYPE_TEXT },
	{ "email",                 RULE_TYPE_TEXT },
	{ "externalId",            RULE_TYPE_TEXT },
	{ "fax",                   RULE_TYPE_TEXT },
	{ "firstName",             RULE_TYPE_TEXT },
	{ "id",                    RULE_TYPE_TEXT },
	{ "key",                   RULE_TYPE_TEXT },
	{ "lastName",              RULE_TYPE_TEXT },
	{ "mobile",                RULE_TYPE_TEXT },
	{ "pOBox",                 RULE_TYPE_TEXT },
	{ "phone",                 RULE_TYPE_TEXT },
	{ "poBox",                 RULE_TYPE_TEXT, .member = "pOBox" },
	{ "postalCode",            RULE_TYPE_TEXT },
	{ "region",                RULE_TYPE_TEXT },
	{ "salutation",            RULE_TYPE_TEXT },
	{ "state",                 RULE_TYPE_TEXT },
	{ "streetName",            RULE_TYPE_TEXT },
	{ "streetNumber",          RULE_TYPE_TEXT },
	{ "title",                 RULE_TYPE_TEXT },
};
TABLE(ADDRESS);

static const struct rule_field ASSIGNMENT_ROWS[] = {
	REFERENCE("customerGroup", GROUP),
};
TABLE(ASSIGNMENT);

static const struct rule_field CUSTOMER_ROWS[] = {
	{ "companyName",              RULE_TYPE_TEXT },
	{ "createdAt",                RULE_TYPE_DATE_TIME },
	{ "custom",                   RULE_TYPE_CUSTOM, .argument = "customer" },
	REFERENCE("customerGroup", GROUP),
	{ "customerGroupAssignments", RULE_TYPE_OBJECT, &ASSIGNMENT, .is_list = true },
	{ "customerNumber",           RULE_TYPE_TEXT },
	{ "dateOfBirth",              RULE_TYPE_DATE },
	{ "defaultBillingAddressId",  RULE_TYPE_TEXT },
	{ "defaultShippingAddressId", RULE_TYPE_TEXT },
	{ "email",                    RULE_TYPE_TEXT, .read = rule_read_email, .is_of_cart = true },
	{ "externalId",               RULE_TYPE_TEXT },
	{ "firstName",                RULE_TYPE_TEXT },
	{ "id",                       RULE_TYPE_TEXT, .argument = "customer" },
	{ "isEmailVerified",          RULE_TYPE_BOOLEAN },
	{ "key",                      RULE_TYPE_TEXT },
	{ "lastName",                 RULE_TYPE_TEXT },
	{ "locale",                   RULE_TYPE_TEXT },
	{ "middleName",               RULE_TYPE_TEXT },
	{ "salutation",               RULE_TYPE_TEXT },
	{ "stores",                   RULE_TYPE_OBJECT, &KEY_REFERENCE, .is_list = true },
	{ "title",                    RULE_TYPE_TEXT },
	{ "vatId",                    RULE_TYPE_TEXT },
};
TABLE(CUSTOMER);

static const struct rule_field SHIPPING_RATE_ROWS[] = {
	MONEY_FIELD("freeAbove"),
	MONEY_FIELD("price"),
};
TABLE(SHIPPING_RATE);

#define SHIPPING_FIELDS \
	MONEY_FIELD("price"), \
	REFERENCE("shippingMethod", SHIPPING_METHOD), \
	{ "shippingMethodName", RULE_TYPE_TEXT }, \
	{ "shippingRate",       RULE_TYPE_OBJECT, &SHIPPING_RATE }, \
	REFERENCE("taxCategory", TAX_CATEGORY), \
	TAX_RATE_FIELD, \
	TAXED_PRICE_FIELD("taxedPrice")
static const struct rule_field SHIPPING_INFO_ROWS[] = { SHIPPING_FIELDS };
TABLE(SHIPPING_INFO);

static const struct rule_field RATE_INPUT_ROWS[] = {
	{ "key",   RULE_TYPE_TEXT },
	{ "label", RULE_TYPE_LOCALIZED },
	{ "score", RULE_TYPE_NUMBER },
	{ "type",  RULE_TYPE_TEXT },
};
TABLE(RATE_INPUT);

static const struct rule_field CART_ROWS[] = {
	{ "anonymousId",         RULE_TYPE_TEXT },
	{ "billingAddress",      RULE_TYPE_OBJECT, &ADDRESS },
	{ "businessUnit",        RULE_TYPE_OBJECT, &KEY_REFERENCE },
	{ "cartState",           RULE_TYPE_TEXT },
	{ "country",             RULE_TYPE_COUNTRY },
	{ "createdAt",           RULE_TYPE_DATE_TIME },
	{ "currency",            RULE_TYPE_CURRENCY, .read = rule_read_currency },
	{ "custom",              RULE_TYPE_CUSTOM, .argument = "order" },
	{ "customer",            RULE_TYPE_OBJECT, &CUSTOMER, rule_read_customer },
	{ "customerEmail",       RULE_TYPE_TEXT },
	REFERENCE("customerGroup", GROUP),
	{ "customerId",          RULE_TYPE_TEXT, .argument = "customer" },
	{ "inventoryMode",       RULE_TYPE_TEXT },
	{ "key",                 RULE_TYPE_TEXT },
	{ "locale",              RULE_TYPE_TEXT },
	{ "origin",              RULE_TYPE_TEXT },
	{ "priceRoundingMode",   RULE_TYPE_TEXT },
	{ "purchaseOrderNumber", RULE_TYPE_TEXT },
	{ "shippingAddress",     RULE_TYPE_OBJECT, &ADDRESS },
	{ "shippingCustomFields", RULE_TYPE_CUSTOM, .argument = "shipping" },
	{ "shippingInfo",        RULE_TYPE_OBJECT, &SHIPPING_INFO },
	{ "shippingInfoExists",  RULE_TYPE_BOOLEAN, .read = rule_read_has_shipping },
	{ "shippingKey",         RULE_TYPE_TEXT },
	{ "shippingMode",        RULE_TYPE_TEXT },
	{ "shippingRateInput",   RULE_TYPE_OBJECT, &RATE_INPUT },
	{ "store",               RULE_TYPE_OBJECT, &KEY_REFERENCE },
	{ "taxCalculationMode",  RULE_TYPE_TEXT },
	{ "taxMode",             RULE_TYPE_TEXT },
	{ "taxRoundingMode",     RULE_TYPE_TEXT },
	TAXED_PRICE_FIELD("taxedPrice"),
	TAXED_PRICE_FIELD("taxedShippingPrice"),
	MONEY_FIELD("totalPrice"),
};
TABLE(CART);

#define PRICE_FIELDS \
	{ "amount",        RULE_TYPE_NUMBER, .read = rule_read_price_value, .is_amount = true, .is_of_price = true }, \
	{ "centAmount",    RULE_TYPE_NUMBER, .read = rule_read_cents, .is_of_price = true }, \
	{ "channel",       RULE_TYPE_OBJECT, &CHANNEL, .is_of_price = true }, \
	{ "country",       RULE_TYPE_COUNTRY, .is_of_price = true }, \
	{ "currency",      RULE_TYPE_CURRENCY, .read = rule_read_price_currency, .is_of_price = true }, \
	{ "customerGroup", RULE_TYPE_OBJECT, &GROUP, .is_of_price = true }
static const struct rule_field PRICE_ROWS[] = {
	PRICE_FIELDS,
	{ "currencyCode", RULE_TYPE_CURRENCY, .read = rule_read_price_currency },
	{ "custom",       RULE_TYPE_CUSTOM, .argument = "product-price" },
	{ "discount",     RULE_TYPE_OBJECT, &PRODUCT_DISCOUNT, rule_read_price_discount },
	{ "id",           RULE_TYPE_TEXT },
	{ "key",          RULE_TYPE_TEXT },
	{ "validFrom",    RULE_TYPE_DATE_TIME },
	{ "validUntil",   RULE_TYPE_DATE_TIME },
};
TABLE(PRICE);

static const struct rule_field VARIANT_ROWS[] = {
	{ "id",  RULE_TYPE_NUMBER },
	{ "key", RULE_TYPE_TEXT },
	{ "sku", RULE_TYPE_TEXT },
};
TABLE(VARIANT);

static const struct rule_field PRODUCT_ROWS[] = {
	{ "id",  RULE_TYPE_TEXT, .argument = "product" },
	{ "key", RULE_TYPE_TEXT },
};
TABLE(PRODUCT);

/* Of line items and of variants with a price. */
#define PRODUCT_FIELDS \
	{ "attributes",              RULE_TYPE_ATTRIBUTES }, \
	{ "categories",              RULE_TYPE_OBJECT, &CATEGORY, rule_read_categories, .is_list = true }, \
	{ "categoriesWithAncestors", RULE_TYPE_OBJECT, &CATEGORY, rule_read_ancestors, .is_list = true }, \
	{ "product",                 RULE_TYPE_OBJECT, &PRODUCT, rule_read_product }, \
	{ "productType",             RULE_TYPE_OBJECT, &PRODUCT_TYPE, rule_read_product_type }, \
	{ "sku",                     RULE_TYPE_TEXT, .read = rule_read_sku }, \
	{ "taxCategory",             RULE_TYPE_OBJECT, &TAX_CATEGORY, rule_read_tax_category }, \
	{ "variant",                 RULE_TYPE_OBJECT, &VARIANT, rule_read_variant }, \
	{ "variantId",               RULE_TYPE_NUMBER, .read = rule_read_variant_id }, \
	{ "variantKey",              RULE_TYPE_TEXT, .read = rule_read_variant_key }

static const struct rule_field RECURRENCE_ROWS[] = {
	{ "expiresAt",           RULE_TYPE_DATE_TIME },
	{ "priceSelectionMode",  RULE_TYPE_TEXT },
};
TABLE(RECURRENCE);

static const struct rule_field LINE_ITEM_ROWS[] = {
	PRODUCT_FIELDS,
	{ "addedAt",             RULE_TYPE_DATE_TIME },
	{ "custom",              RULE_TYPE_CUSTOM, .argument = "line-item" },
	REFERENCE("distributionChannel", CHANNEL),
	{ "id",                  RULE_TYPE_TEXT },
	{ "inventoryMode",       RULE_TYPE_TEXT },
	{ "key",                 RULE_TYPE_TEXT },
	{ "lineItemMode",        RULE_TYPE_TEXT },
	{ "name",                RULE_TYPE_LOCALIZED },
	{ "price",               RULE_TYPE_MONEY, &PRICE },
	{ "priceMode",           RULE_TYPE_TEXT },
	{ "productId",           RULE_TYPE_TEXT, .argument = "product" },
	{ "productKey",          RULE_TYPE_TEXT },
	{ "productSlug",         RULE_TYPE_LOCALIZED },
	{ "quantity",            RULE_TYPE_NUMBER },
	{ "recurrenceInfo",      RULE_TYPE_OBJECT, &RECURRENCE },
	REFERENCE("supplyChannel", CHANNEL),
	TAX_RATE_FIELD,
	TAXED_PRICE_FIELD("taxedPrice"),
	MONEY_FIELD("totalPrice"),
};
TABLE(LINE_ITEM);

static const struct rule_field CUSTOM_LINE_ITEM_ROWS[] = {
	{ "custom",      RULE_TYPE_CUSTOM, .argument = "custom-line-item" },
	{ "id",          RULE_TYPE_TEXT },
	{ "key",         RULE_TYPE_TEXT },
	MONEY_FIELD("money"),
	{ "name",        RULE_TYPE_LOCALIZED },
	{ "price",       RULE_TYPE_MONEY, &MONEY, .member = "money" },
	{ "priceMode",   RULE_TYPE_TEXT },
	{ "quantity",    RULE_TYPE_NUMBER },
	{ "slug",        RULE_TYPE_TEXT },
	REFERENCE("taxCategory", TAX_CATEGORY),
	TAX_RATE_FIELD,
	TAXED_PRICE_FIELD("taxedPrice"),
	MONEY_FIELD("totalPrice"),
};
TABLE(CUSTOM_LINE_ITEM);

/* shippingInfoExists(shippingInfo.price > …) says the same as shippingInfoExists(price > …). */
static const struct rule_field SHIPPING_ROWS[] = {
	SHIPPING_FIELDS,
	{ "shippingInfo", RULE_TYPE_OBJECT, &SHIPPING_INFO, rule_read_item },
};
TABLE(SHIPPING);

static const struct rule_field PRICED_VARIANT_ROWS[] = {
	PRODUCT_FIELDS,
	PRICE_FIELDS,
	{ "price", RULE_TYPE_MONEY, &PRICE, rule_read_price, .is_of_price = true },
};
TABLE(PRICED_VARIANT);
#undef TABLE
#undef REFERENCE_TABLE
#undef REFERENCE
#undef MONEY_FIELD
#undef TAX_RATE_FIELD
#undef TAXED_PRICE_FIELD
#undef SHIPPING_FIELDS
#undef PRICE_FIELDS
#undef PRODUCT_FIELDS

const struct rule_fields *rule_fields_of(enum rule_subject subject)
{
	static const struct rule_fields *const FIELDS[] = {
		[RULE_OF_CART] = &CART,
		[RULE_OF_LINE_ITEM] = &LINE_ITEM,
		[RULE_OF_CUSTOM_LINE_ITEM] = &CUSTOM_LINE_ITEM,
		[RULE_OF_SHIPPING] = &SHIPPING,
		[RULE_OF_PRICE] = &PRICED_VARIANT,
	};

	return FIELDS[subject];
}

const json_t *rule_base_of(const struct rule_documents *documents, enum rule_subject subject)
{
	switch (subject) {
	case RULE_OF_CART: return documents->cart;
	case RULE_OF_PRICE: return documents->price;
	default: return documents->item;
	}
}

const struct rule_field *rule_field_find(const struct rule_fields *fields, const char *name)
{
	for (size_t i = 0; fields && i < fields->count; i++)
		if (strcmp(fields->rows[i].name, name) == 0)
			return &fields->rows[i];
	return NULL;
}
