/* Customers, as the query language sees them. */
#ifndef SUPPORT_PREDICATE_CUSTOMER_FIELDS_H
#define SUPPORT_PREDICATE_CUSTOMER_FIELDS_H

#include "predicate/fields.h"

#define FIELDS(name, rows) static const struct fields name = { rows, sizeof rows / sizeof *rows }

static const struct field REFERENCE_ROWS[] = {
	/* name   type */
	{ "id",     VALUE_STRING },
	{ "typeId", VALUE_STRING },
};
FIELDS(REFERENCE_FIELDS, REFERENCE_ROWS);

static const struct field KEY_REFERENCE_ROWS[] = {
	{ "key",    VALUE_STRING },
	{ "typeId", VALUE_STRING },
};
FIELDS(KEY_REFERENCE_FIELDS, KEY_REFERENCE_ROWS);

static const struct field GROUP_ASSIGNMENT_ROWS[] = {
	{ "customerGroup", VALUE_OBJECT, .inner = &REFERENCE_FIELDS },
};
FIELDS(GROUP_ASSIGNMENT_FIELDS, GROUP_ASSIGNMENT_ROWS);

static const struct field CHANGED_BY_ROWS[] = {
	{ "anonymousId",      VALUE_STRING },
	{ "associate",        VALUE_OBJECT, .inner = &REFERENCE_FIELDS },
	{ "clientId",         VALUE_STRING },
	{ "customer",         VALUE_OBJECT, .inner = &REFERENCE_FIELDS },
	{ "externalUserId",   VALUE_STRING },
	{ "isPlatformClient", VALUE_BOOLEAN },
};
FIELDS(CHANGED_BY_FIELDS, CHANGED_BY_ROWS);

static const struct field CUSTOM_ROWS[] = {
	{ "fields", VALUE_MAP },
	{ "type",   VALUE_OBJECT, .inner = &REFERENCE_FIELDS },
};
FIELDS(CUSTOM_FIELDS, CUSTOM_ROWS);

static const struct field ADDRESS_ROWS[] = {
	{ "additionalAddressInfo", VALUE_STRING },
	{ "additionalStreetInfo",  VALUE_STRING },
	{ "apartment",             VALUE_STRING },
	{ "building",              VALUE_STRING },
	{ "city",                  VALUE_STRING },
	{ "company",               VALUE_STRING },
	{ "country",               VALUE_STRING },
	{ "custom",                VALUE_OBJECT, .inner = &CUSTOM_FIELDS },
	{ "department",            VALUE_STRING },
	{ "email",                 VALUE_STRING },
	{ "externalId",            VALUE_STRING },
	{ "fax",                   VALUE_STRING },
	{ "firstName",             VALUE_STRING },
	{ "id",                    VALUE_STRING },
	{ "key",                   VALUE_STRING },
	{ "lastName",              VALUE_STRING },
	{ "mobile",                VALUE_STRING },
	{ "pOBox",                 VALUE_STRING },
	{ "phone",                 VALUE_STRING },
	{ "postalCode",            VALUE_STRING },
	{ "region",                VALUE_STRING },
	{ "salutation",            VALUE_STRING },
	{ "state",                 VALUE_STRING },
	{ "streetName",            VALUE_STRING },
	{ "streetNumber",          VALUE_STRING },
	{ "title",                 VALUE_STRING },
};
FIELDS(ADDRESS_FIELDS, ADDRESS_ROWS);

static const char *const AUTHENTICATION_MODES[] = { "Password", "ExternalAuth", NULL };

static const struct field CUSTOMER_ROWS[] = {
	{ "addresses",                 VALUE_OBJECT, true, &ADDRESS_FIELDS },
	{ "authenticationMode",        VALUE_ENUM,   false, NULL, "AuthenticationMode", AUTHENTICATION_MODES },
	{ "billingAddressIds",         VALUE_STRING, true },
	{ "companyName",               VALUE_STRING },
	{ "createdAt",                 VALUE_DATE_TIME },
	{ "createdBy",                 VALUE_OBJECT, .inner = &CHANGED_BY_FIELDS },
	{ "custom",                    VALUE_OBJECT, .inner = &CUSTOM_FIELDS },
	{ "customerGroup",             VALUE_OBJECT, .inner = &REFERENCE_FIELDS },
	{ "customerGroupAssignments",  VALUE_OBJECT, true, &GROUP_ASSIGNMENT_FIELDS },
	{ "customerNumber",            VALUE_STRING },
	{ "dateOfBirth",               VALUE_STRING },
	{ "defaultBillingAddressId",   VALUE_STRING },
	{ "defaultShippingAddressId",  VALUE_STRING },
	{ "email",                     VALUE_STRING },
	{ "externalId",                VALUE_STRING },
	{ "firstName",                 VALUE_STRING },
	{ "id",                        VALUE_STRING },
	{ "isEmailVerified",           VALUE_BOOLEAN },
	{ "key",                       VALUE_STRING },
	{ "lastMessageSequenceNumber", VALUE_NUMBER },
	{ "lastModifiedAt",            VALUE_DATE_TIME },
	{ "lastModifiedBy",            VALUE_OBJECT, .inner = &CHANGED_BY_FIELDS },
	{ "lastName",                  VALUE_STRING },
	{ "locale",                    VALUE_STRING },
	{ "lowercaseEmail",            VALUE_STRING },
	{ "middleName",                VALUE_STRING },
	{ "salutation",                VALUE_STRING },
	{ "shippingAddressIds",        VALUE_STRING, true },
	{ "stores",                    VALUE_OBJECT, true, &KEY_REFERENCE_FIELDS },
	{ "title",                     VALUE_STRING },
	{ "vatId",                     VALUE_STRING },
	{ "version",                   VALUE_NUMBER },
};
FIELDS(CUSTOMER_FIELDS, CUSTOMER_ROWS);

#undef FIELDS

#endif
