#include "cart/cart_fields.h"

#include "resource/resource_fields.h"

#define OBJECT(name, fields) { name, VALUE_OBJECT, .inner = &fields }
#define OBJECTS(name, fields) { name, VALUE_OBJECT, true, &fields }

static const struct field SUB_RATE_ROWS[] = {
	{ "name",   VALUE_STRING },
	{ "amount", VALUE_NUMBER },
};
static const struct fields SUB_RATE_FIELDS = FIELDS(SUB_RATE_ROWS);

static const struct field TAX_RATE_ROWS[] = {
	{ "id",              VALUE_STRING },
	{ "name",            VALUE_STRING },
	{ "amount",          VALUE_NUMBER },
	{ "includedInPrice", VALUE_BOOLEAN },
	{ "country",         VALUE_STRING },
	{ "state",           VALUE_STRING },
	OBJECTS("subRates", SUB_RATE_FIELDS),
};
static const struct fields TAX_RATE_FIELDS = FIELDS(TAX_RATE_ROWS);

static const struct field TAX_PORTION_ROWS[] = {
	{ "name", VALUE_STRING },
	{ "rate", VALUE_NUMBER },
	OBJECT("amount", MONEY_FIELDS),
};
static const struct fields TAX_PORTION_FIELDS = FIELDS(TAX_PORTION_ROWS);

static const struct field TAXED_PRICE_ROWS[] = {
	OBJECT("totalNet", MONEY_FIELDS),
	OBJECT("totalGross", MONEY_FIELDS),
	OBJECT("totalTax", MONEY_FIELDS),
	OBJECTS("taxPortions", TAX_PORTION_FIELDS),
};
const struct fields TAXED_PRICE_FIELDS = FIELDS(TAXED_PRICE_ROWS);

static const struct field INCLUDED_DISCOUNT_ROWS[] = {
	REFERENCE_FIELD("discount"),
	OBJECT("discountedAmount", MONEY_FIELDS),
};
static const struct fields INCLUDED_DISCOUNT_FIELDS = FIELDS(INCLUDED_DISCOUNT_ROWS);

static const struct field DISCOUNTED_PRICE_ROWS[] = {
	OBJECT("value", MONEY_FIELDS),
	OBJECTS("includedDiscounts", INCLUDED_DISCOUNT_FIELDS),
};
static const struct fields DISCOUNTED_PRICE_FIELDS = FIELDS(DISCOUNTED_PRICE_ROWS);

static const struct field PER_QUANTITY_ROWS[] = {
	{ "quantity", VALUE_NUMBER },
	OBJECT("discountedPrice", DISCOUNTED_PRICE_FIELDS),
};
static const struct fields PER_QUANTITY_FIELDS = FIELDS(PER_QUANTITY_ROWS);

static const struct field ITEM_STATE_ROWS[] = {
	{ "quantity", VALUE_NUMBER },
	REFERENCE_FIELD("state"),
};
static const struct fields ITEM_STATE_FIELDS = FIELDS(ITEM_STATE_ROWS);

static const struct field TARGET_ROWS[] = {
	{ "addressKey",        VALUE_STRING },
	{ "quantity",          VALUE_NUMBER },
	{ "shippingMethodKey", VALUE_STRING },
};
static const struct fields TARGET_FIELDS = FIELDS(TARGET_ROWS);

static const struct field SHIPPING_DETAILS_ROWS[] = {
	{ "valid", VALUE_BOOLEAN },
	OBJECTS("targets", TARGET_FIELDS),
};
static const struct fields SHIPPING_DETAILS_FIELDS = FIELDS(SHIPPING_DETAILS_ROWS);

static const struct field PRODUCT_DISCOUNTED_ROWS[] = {
	OBJECT("value", MONEY_FIELDS),
	REFERENCE_FIELD("discount"),
};
static const struct fields PRODUCT_DISCOUNTED_FIELDS = FIELDS(PRODUCT_DISCOUNTED_ROWS);

static const struct field PRICE_ROWS[] = {
	{ "id",         VALUE_STRING },
	{ "key",        VALUE_STRING },
	{ "country",    VALUE_STRING },
	{ "validFrom",  VALUE_DATE_TIME },
	{ "validUntil", VALUE_DATE_TIME },
	OBJECT("value", MONEY_FIELDS),
	OBJECT("discounted", PRODUCT_DISCOUNTED_FIELDS),
	REFERENCE_FIELD("customerGroup"),
	REFERENCE_FIELD("channel"),
	CUSTOM_FIELD,
};
static const struct fields PRICE_FIELDS = FIELDS(PRICE_ROWS);

static const struct field ATTRIBUTE_ROWS[] = {
	{ "name",  VALUE_STRING },
	{ "value", VALUE_ANY },
};
static const struct fields ATTRIBUTE_FIELDS = FIELDS(ATTRIBUTE_ROWS);

static const struct field VARIANT_ROWS[] = {
	{ "id",  VALUE_NUMBER },
	{ "sku", VALUE_STRING },
	{ "key", VALUE_STRING },
	OBJECTS("prices", PRICE_FIELDS),
	OBJECTS("attributes", ATTRIBUTE_FIELDS),
};
static const struct fields VARIANT_FIELDS = FIELDS(VARIANT_ROWS);

static const struct field LINE_ITEM_ROWS[] = {
	{ "id",             VALUE_STRING },
	{ "key",            VALUE_STRING },
	{ "productId",      VALUE_STRING },
	{ "productKey",     VALUE_STRING },
	{ "name",           VALUE_MAP },
	{ "productSlug",    VALUE_MAP },
	{ "quantity",       VALUE_NUMBER },
	{ "priceMode",      VALUE_STRING },
	{ "lineItemMode",   VALUE_STRING },
	{ "inventoryMode",  VALUE_STRING },
	{ "addedAt",        VALUE_DATE_TIME },
	{ "lastModifiedAt", VALUE_DATE_TIME },
	REFERENCE_FIELD("productType"),
	OBJECT("variant", VARIANT_FIELDS),
	OBJECT("price", PRICE_FIELDS),
	OBJECT("totalPrice", MONEY_FIELDS),
	OBJECT("taxedPrice", TAXED_PRICE_FIELDS),
	OBJECT("taxRate", TAX_RATE_FIELDS),
	OBJECT("shippingDetails", SHIPPING_DETAILS_FIELDS),
	OBJECTS("state", ITEM_STATE_FIELDS),
	OBJECTS("discountedPricePerQuantity", PER_QUANTITY_FIELDS),
	REFERENCE_FIELD("supplyChannel"),
	REFERENCE_FIELD("distributionChannel"),
	CUSTOM_FIELD,
};
const struct fields LINE_ITEM_FIELDS = FIELDS(LINE_ITEM_ROWS);

static const struct field CUSTOM_LINE_ITEM_ROWS[] = {
	{ "id",        VALUE_STRING },
	{ "key",       VALUE_STRING },
	{ "name",      VALUE_MAP },
	{ "slug",      VALUE_STRING },
	{ "quantity",  VALUE_NUMBER },
	{ "priceMode", VALUE_STRING },
	OBJECT("money", MONEY_FIELDS),
	OBJECT("totalPrice", MONEY_FIELDS),
	OBJECT("taxedPrice", TAXED_PRICE_FIELDS),
	OBJECT("taxRate", TAX_RATE_FIELDS),
	OBJECT("shippingDetails", SHIPPING_DETAILS_FIELDS),
	OBJECTS("state", ITEM_STATE_FIELDS),
	OBJECTS("discountedPricePerQuantity", PER_QUANTITY_FIELDS),
	REFERENCE_FIELD("taxCategory"),
	CUSTOM_FIELD,
};
const struct fields CUSTOM_LINE_ITEM_FIELDS = FIELDS(CUSTOM_LINE_ITEM_ROWS);

static const struct field SHIPPING_RATE_ROWS[] = {
	OBJECT("price", MONEY_FIELDS),
	OBJECT("freeAbove", MONEY_FIELDS),
};
static const struct fields SHIPPING_RATE_FIELDS = FIELDS(SHIPPING_RATE_ROWS);

static const struct field DELIVERY_ITEM_ROWS[] = {
	{ "id",       VALUE_STRING },
	{ "quantity", VALUE_NUMBER },
};
static const struct fields DELIVERY_ITEM_FIELDS = FIELDS(DELIVERY_ITEM_ROWS);

static const struct field TRACKING_ROWS[] = {
	{ "trackingId",          VALUE_STRING },
	{ "carrier",             VALUE_STRING },
	{ "provider",            VALUE_STRING },
	{ "providerTransaction", VALUE_STRING },
	{ "isReturn",            VALUE_BOOLEAN },
};
static const struct fields TRACKING_FIELDS = FIELDS(TRACKING_ROWS);

static const struct field PARCEL_ROWS[] = {
	{ "id",        VALUE_STRING },
	{ "key",       VALUE_STRING },
	{ "createdAt", VALUE_DATE_TIME },
	OBJECT("trackingData", TRACKING_FIELDS),
	OBJECTS("items", DELIVERY_ITEM_FIELDS),
	CUSTOM_FIELD,
};
static const struct fields PARCEL_FIELDS = FIELDS(PARCEL_ROWS);

static const struct field DELIVERY_ROWS[] = {
	{ "id",        VALUE_STRING },
	{ "key",       VALUE_STRING },
	{ "createdAt", VALUE_DATE_TIME },
	OBJECT("address", ADDRESS_FIELDS),
	OBJECTS("items", DELIVERY_ITEM_FIELDS),
	OBJECTS("parcels", PARCEL_FIELDS),
	CUSTOM_FIELD,
};
static const struct fields DELIVERY_FIELDS = FIELDS(DELIVERY_ROWS);

static const struct field SHIPPING_INFO_ROWS[] = {
	{ "shippingMethodName",  VALUE_STRING },
	{ "shippingMethodState", VALUE_STRING },
	OBJECT("price", MONEY_FIELDS),
	OBJECT("shippingRate", SHIPPING_RATE_FIELDS),
	OBJECT("taxedPrice", TAXED_PRICE_FIELDS),
	OBJECT("taxRate", TAX_RATE_FIELDS),
	OBJECT("discountedPrice", DISCOUNTED_PRICE_FIELDS),
	OBJECTS("deliveries", DELIVERY_FIELDS),
	REFERENCE_FIELD("taxCategory"),
	REFERENCE_FIELD("shippingMethod"),
};
const struct fields SHIPPING_INFO_FIELDS = FIELDS(SHIPPING_INFO_ROWS);

static const struct field DISCOUNT_CODE_INFO_ROWS[] = {
	{ "state", VALUE_STRING },
	REFERENCE_FIELD("discountCode"),
};
const struct fields DISCOUNT_CODE_INFO_FIELDS = FIELDS(DISCOUNT_CODE_INFO_ROWS);

static const struct field DISCOUNT_ON_TOTAL_ROWS[] = {
	OBJECT("discountedAmount", MONEY_FIELDS),
	OBJECT("discountedNetAmount", MONEY_FIELDS),
	OBJECT("discountedGrossAmount", MONEY_FIELDS),
	OBJECTS("includedDiscounts", INCLUDED_DISCOUNT_FIELDS),
};
const struct fields DISCOUNT_ON_TOTAL_FIELDS = FIELDS(DISCOUNT_ON_TOTAL_ROWS);

static const struct field PAYMENT_INFO_ROWS[] = {
	REFERENCES_FIELD("payments"),
};
const struct fields PAYMENT_INFO_FIELDS = FIELDS(PAYMENT_INFO_ROWS);

static const char *const CART_STATES[] = { "Active", "Frozen", "Merged", "Ordered", NULL };

static const struct field CART_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",                   VALUE_STRING },
	{ "customerId",            VALUE_STRING },
	{ "customerEmail",         VALUE_STRING },
	{ "anonymousId",           VALUE_STRING },
	{ "country",               VALUE_STRING },
	{ "locale",                VALUE_STRING },
	{ "cartState",             VALUE_ENUM, .enum_name = "CartState", .enum_values = CART_STATES },
	{ "origin",                VALUE_STRING },
	{ "inventoryMode",         VALUE_STRING },
	{ "taxMode",               VALUE_STRING },
	{ "taxRoundingMode",       VALUE_STRING },
	{ "taxCalculationMode",    VALUE_STRING },
	{ "priceRoundingMode",     VALUE_STRING },
	{ "shippingMode",          VALUE_STRING },
	{ "shippingKey",           VALUE_STRING },
	{ "purchaseOrderNumber",   VALUE_STRING },
	{ "totalLineItemQuantity", VALUE_NUMBER },
	{ "deleteDaysAfterLastModification", VALUE_NUMBER },
	OBJECT("totalPrice", MONEY_FIELDS),
	OBJECT("taxedPrice", TAXED_PRICE_FIELDS),
	OBJECT("taxedShippingPrice", TAXED_PRICE_FIELDS),
	OBJECT("discountOnTotalPrice", DISCOUNT_ON_TOTAL_FIELDS),
	OBJECT("shippingAddress", ADDRESS_FIELDS),
	OBJECT("billingAddress", ADDRESS_FIELDS),
	OBJECT("shippingInfo", SHIPPING_INFO_FIELDS),
	OBJECT("paymentInfo", PAYMENT_INFO_FIELDS),
	OBJECT("store", KEY_REFERENCE_FIELDS),
	OBJECTS("lineItems", LINE_ITEM_FIELDS),
	OBJECTS("customLineItems", CUSTOM_LINE_ITEM_FIELDS),
	OBJECTS("itemShippingAddresses", ADDRESS_FIELDS),
	OBJECTS("discountCodes", DISCOUNT_CODE_INFO_FIELDS),
	REFERENCE_FIELD("customerGroup"),
	REFERENCES_FIELD("refusedGifts"),
	CUSTOM_FIELD,
};
const struct fields CART_FIELDS = FIELDS(CART_ROWS);
