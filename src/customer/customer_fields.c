#include "customer/customer_fields.h"

#include "resource/resource_fields.h"
#include <stddef.h>


const char *const AUTHENTICATION_MODES[] = { "Password", "ExternalAuth", NULL };

static const struct field ASSIGNMENT_ROWS[] = {
	REFERENCE_FIELD("customerGroup"),
};
static const struct fields ASSIGNMENT_FIELDS = FIELDS(ASSIGNMENT_ROWS);

/* The password is not among them. */
static const struct field ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",                      VALUE_STRING },
	{ "customerNumber",           VALUE_STRING },
	{ "externalId",               VALUE_STRING },
	{ "email",                    VALUE_STRING },
	{ "lowercaseEmail",           VALUE_STRING, .folded_from = "email" },
	{ "firstName",                VALUE_STRING },
	{ "lastName",                 VALUE_STRING },
	{ "middleName",               VALUE_STRING },
	{ "title",                    VALUE_STRING },
	{ "salutation",               VALUE_STRING },
	{ "dateOfBirth",              VALUE_STRING },
	{ "companyName",              VALUE_STRING },
	{ "vatId",                    VALUE_STRING },
	{ "addresses",                VALUE_OBJECT, true, &ADDRESS_FIELDS },
	{ "defaultShippingAddressId", VALUE_STRING },
	{ "shippingAddressIds",       VALUE_STRING, true },
	{ "defaultBillingAddressId",  VALUE_STRING },
	{ "billingAddressIds",        VALUE_STRING, true },
	{ "isEmailVerified",          VALUE_BOOLEAN },
	REFERENCE_FIELD("customerGroup"),
	{ "customerGroupAssignments", VALUE_OBJECT, true, &ASSIGNMENT_FIELDS },
	CUSTOM_FIELD,
	{ "locale",                   VALUE_STRING },
	{ "stores",                   VALUE_OBJECT, true, &KEY_REFERENCE_FIELDS },
	{ "authenticationMode",       VALUE_ENUM, .enum_name = "AuthenticationMode", .enum_values = AUTHENTICATION_MODES },
};
const struct fields CUSTOMER_FIELDS = FIELDS(ROWS);
