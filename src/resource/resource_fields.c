#include "resource/resource_fields.h"

static const struct field REFERENCE_ROWS[] = {
	{ "typeId", VALUE_STRING },
	{ "id",     VALUE_STRING },
};
const struct fields REFERENCE_FIELDS = FIELDS(REFERENCE_ROWS);

static const struct field KEY_REFERENCE_ROWS[] = {
	{ "typeId", VALUE_STRING },
	{ "key",    VALUE_STRING },
};
const struct fields KEY_REFERENCE_FIELDS = FIELDS(KEY_REFERENCE_ROWS);

static const struct field LOGGING_ROWS[] = {
	{ "clientId",         VALUE_STRING },
	{ "isPlatformClient", VALUE_BOOLEAN },
	{ "externalUserId",   VALUE_STRING },
	{ "anonymousId",      VALUE_STRING },
	REFERENCE_FIELD("customer"),
	REFERENCE_FIELD("associate"),
};
const struct fields LOGGING_FIELDS = FIELDS(LOGGING_ROWS);

static const struct field CUSTOM_ROWS[] = {
	REFERENCE_FIELD("type"),
	{ "fields", VALUE_MAP },
};
const struct fields CUSTOM_FIELDS = FIELDS(CUSTOM_ROWS);

static const struct field ADDRESS_ROWS[] = {
	{ "id",                    VALUE_STRING },
	{ "key",                   VALUE_STRING },
	{ "country",               VALUE_STRING },
	{ "title",                 VALUE_STRING },
	{ "salutation",            VALUE_STRING },
	{ "firstName",             VALUE_STRING },
	{ "lastName",              VALUE_STRING },
	{ "streetName",            VALUE_STRING },
	{ "streetNumber",          VALUE_STRING },
	{ "additionalStreetInfo",  VALUE_STRING },
	{ "postalCode",            VALUE_STRING },
	{ "city",                  VALUE_STRING },
	{ "region",                VALUE_STRING },
	{ "state",                 VALUE_STRING },
	{ "company",               VALUE_STRING },
	{ "department",            VALUE_STRING },
	{ "building",              VALUE_STRING },
	{ "apartment",             VALUE_STRING },
	{ "pOBox",                 VALUE_STRING },
	{ "phone",                 VALUE_STRING },
	{ "mobile",                VALUE_STRING },
	{ "email",                 VALUE_STRING },
	{ "fax",                   VALUE_STRING },
	{ "additionalAddressInfo", VALUE_STRING },
	{ "externalId",            VALUE_STRING },
	CUSTOM_FIELD,
};
const struct fields ADDRESS_FIELDS = FIELDS(ADDRESS_ROWS);

static const struct field MONEY_ROWS[] = {
	{ "type",           VALUE_STRING },
	{ "currencyCode",   VALUE_STRING },
	{ "centAmount",     VALUE_NUMBER },
	{ "preciseAmount",  VALUE_NUMBER },
	{ "fractionDigits", VALUE_NUMBER },
};
const struct fields MONEY_FIELDS = FIELDS(MONEY_ROWS);
