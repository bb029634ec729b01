#include "customer/customer_actions.h"

#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "customer/customer.h"
#include "customer/customer_authentication.h"
#include "customer/customer_group.h"
#include "customer/customer_token.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/member_actions.h"
#include "resource/reference.h"
#include "resource/save.h"
#include "store/store.h"
#include "customer_address_actions_priv.h"
#include "customer_group_actions_priv.h"

struct text_input {
	const char *text;
};

struct stores_input {
	const struct identifier *store;
	struct shape_list        stores;
};

/* Texts */

static bool set_text(struct op *op, struct resource *customer, const struct update_action *row,
                     const void *input)
{
	const struct text_input *in = input;

	if (!doc_set_text(customer->doc, row->field, in->text))
		return true;
	resource_touch(customer);
	resource_emit(op, customer, row->message, value_payload(op, customer->doc, row->field));
	return true;
}

static bool set_locale(struct op *op, struct resource *customer, const struct update_action *row,
                       const void *input)
{
	const struct text_input *in = input;

	if (in->text && *in->text && !customer_check_locale(op, in->text))
		return false;
	return set_text(op, customer, row, input);
}

static bool set_key(struct op *op, struct resource *customer, const struct update_action *row,
                    const void *input)
{
	const struct text_input *in = input;

	if (in->text && *in->text && !check_key(in->text))
		return fail_invalid_field(op, row->field, keep(op, json_string(in->text)), NULL);
	return set_text(op, customer, row, input);
}

static bool set_number(struct op *op, struct resource *customer,
                       const struct update_action *row, const void *input)
{
	const struct text_input *in = input;
	const char *before = doc_text(customer->doc, row->field);

	if (before && !(in->text && strcmp(before, in->text) == 0))
		return fail_invalid_operation(op,
		                              "A Customer number already exists and cannot be set again.");
	return set_text(op, customer, row, input);
}

static bool change_email(struct op *op, struct resource *customer, const struct update_action *row,
                         const void *input)
{
	const struct text_input *in = input;
	const char *before = doc_text(customer->doc, "email");

	if (!customer_check_email(op, in->text))
		return false;
	if (strcmp(before, in->text) == 0)
		return true;
	if (!customer_email_is_free(op, in->text, json_object_get(customer->doc, "stores"),
	                            customer->id) ||
	    !customer_tokens_drop(op, customer->id, TOKEN_OF_EMAIL))
		return false;
	json_t *payload = keep(op, json_pack("{s:s, s:s}", "email", in->text, "oldEmail", before));

	doc_set_text(customer->doc, "email", in->text);
	doc_put(customer->doc, "isEmailVerified", json_false());
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

/* Stores */

static bool replace_stores(struct op *op, struct resource *customer, json_t *stores,
                           const struct update_action *row)
{
	json_t *before = json_object_get(customer->doc, "stores");

	if (json_equal(before, stores))
		return true;
	json_t *payload = keep(op, json_pack("{s:O, s:O}", "stores", stores, "oldStores", before));

	if (!customer_may_join(op, stores, before) ||
	    !customer_email_is_free(op, doc_text(customer->doc, "email"), stores, customer->id))
		return false;
	json_object_set(customer->doc, "stores", stores);
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

static bool set_stores(struct op *op, struct resource *customer, const struct update_action *row,
                       const void *input)
{
	const struct stores_input *in = input;
	json_t *stores = store_references(op, &in->stores);

	return stores && replace_stores(op, customer, stores, row);
}

static bool add_store(struct op *op, struct resource *customer, const struct update_action *row,
                      const void *input)
{
	const struct stores_input *in = input;
	json_t *store = store_reference(op, in->store);
	json_t *stores = keep(op, json_copy(json_object_get(customer->doc, "stores")));

	if (!store)
		return false;
	if (!doc_find(stores, "key", doc_text(store, "key"), NULL))
		json_array_append(stores, store);
	return replace_stores(op, customer, stores, row);
}

static bool remove_store(struct op *op, struct resource *customer, const struct update_action *row,
                         const void *input)
{
	const struct stores_input *in = input;
	const json_t *store = store_reference(op, in->store);
	json_t *stores = keep(op, json_copy(json_object_get(customer->doc, "stores")));
	size_t index;

	if (!store)
		return false;
	if (doc_find(stores, "key", doc_text(store, "key"), &index))
		json_array_remove(stores, index);
	return replace_stores(op, customer, stores, row);
}

/* The table */

/* One text; "" and absence are the same. */
#define CHECKED_TEXT(input, name, check) \
	static const struct shape_field input##_FIELDS[] = { \
		{ name, FIELD_TEXT, OPTIONAL, offsetof(struct text_input, text), check } }; \
	static const struct shape input = { sizeof(struct text_input), 1, input##_FIELDS }
#define TEXT(input, name) CHECKED_TEXT(input, name, NULL)
CHECKED_TEXT(DATE_OF_BIRTH, "dateOfBirth", text_check_date_or_none);
CHECKED_TEXT(LOCALE, "locale", text_check_locale);
TEXT(COMPANY_NAME, "companyName");
TEXT(CUSTOMER_NUMBER, "customerNumber");
TEXT(EXTERNAL_ID, "externalId");
TEXT(FIRST_NAME, "firstName");
TEXT(KEY, "key");
TEXT(LAST_NAME, "lastName");
TEXT(MIDDLE_NAME, "middleName");
TEXT(SALUTATION, "salutation");
TEXT(TITLE, "title");
TEXT(VAT_ID, "vatId");
#undef CHECKED_TEXT
#undef TEXT

/* One member of another kind; without an offset: of a document. */
#define MEMBER(input, bytes, ...) \
	static const struct shape_field input##_FIELDS[] = { { __VA_ARGS__ } }; \
	static const struct shape input = { bytes, 1, input##_FIELDS }
#define REFERENCE .argument = "customer-group", .decode = reference_decode
#define GROUPS .inner = &GROUP_ASSIGNMENT_SHAPE
#define STORES_AT(member, decoder) offsetof(struct stores_input, member), NULL, "store", NULL, decoder
MEMBER(ASSIGNMENT, 0, "customerGroupAssignment", FIELD_DOCUMENT, REQUIRED, GROUPS);
MEMBER(ASSIGNMENTS, 0, "customerGroupAssignments", FIELD_DOCUMENTS, REQUIRED, GROUPS);
MEMBER(EMAIL, sizeof(struct text_input), "email", FIELD_TEXT, REQUIRED,
       offsetof(struct text_input, text));
MEMBER(GROUP, 0, "customerGroup", FIELD_CONVERTED, REQUIRED, REFERENCE);
MEMBER(MAYBE_GROUP, 0, "customerGroup", FIELD_CONVERTED, OPTIONAL, REFERENCE);
MEMBER(STORE, sizeof(struct stores_input), "store", FIELD_CUSTOM, REQUIRED,
       STORES_AT(store, identifier_decode));
MEMBER(STORES, sizeof(struct stores_input), "stores", FIELD_CUSTOM, REQUIRED,
       STORES_AT(stores, identifiers_decode));
#undef MEMBER
#undef REFERENCE
#undef GROUPS
#undef STORES_AT

#define MESSAGE_CustomerNothing MESSAGE_NONE

#define ROW(door, name, input, apply, field, event) { name, door, &input, apply, field, MESSAGE_Customer##event }
#define ANY(...) ROW(DOOR_ANY, __VA_ARGS__)
#define TRUSTED(...) ROW(DOOR_TRUSTED, __VA_ARGS__)
/* By subject, and sorted there. */
static const struct update_action ROWS[] = {
	/* action, input, apply, field or role, message about a customer */
	/* names and numbers */
	ANY(    "changeEmail",       EMAIL,           change_email, "email",          EmailChanged),
	ANY(    "setCompanyName",    COMPANY_NAME,    set_text,     "companyName",    CompanyNameSet),
	TRUSTED("setCustomerNumber", CUSTOMER_NUMBER, set_number,   "customerNumber", Nothing),
	ANY(    "setDateOfBirth",    DATE_OF_BIRTH,   set_text,     "dateOfBirth",    DateOfBirthSet),
	TRUSTED("setExternalId",     EXTERNAL_ID,     set_text,     "externalId",     ExternalIdSet),
	ANY(    "setFirstName",      FIRST_NAME,      set_text,     "firstName",      FirstNameSet),
	TRUSTED("setKey",            KEY,             set_key,      "key",            Nothing),
	ANY(    "setLastName",       LAST_NAME,       set_text,     "lastName",       LastNameSet),
	ANY(    "setLocale",         LOCALE,          set_locale,   "locale",         Nothing),
	ANY(    "setMiddleName",     MIDDLE_NAME,     set_text,     "middleName",     Nothing),
	ANY(    "setSalutation",     SALUTATION,      set_text,     "salutation",     Nothing),
	ANY(    "setTitle",          TITLE,           set_text,     "title",          TitleSet),
	ANY(    "setVatId",          VAT_ID,          set_text,     "vatId",          Nothing),
	/* custom fields of addresses */
	TRUSTED("setAddressCustomField", ADDRESS_CUSTOM_FIELD, address_set_custom_field, NULL, Nothing),
	TRUSTED("setAddressCustomType",  ADDRESS_CUSTOM_TYPE,  address_set_custom_type,  NULL, Nothing),
	/* addresses, and what they are for */
	ANY("addAddress",                ADDRESS_ADDED,  address_add,         NULL,       AddressAdded),
	ANY("addBillingAddressId",       ADDRESS_REF,    address_add_role,    "billing",  BillingAddressAdded),
	ANY("addShippingAddressId",      ADDRESS_REF,    address_add_role,    "shipping", ShippingAddressAdded),
	ANY("changeAddress",             ADDRESS_CHANGE, address_change,      NULL,       AddressChanged),
	ANY("removeAddress",             ADDRESS_REF,    address_remove,      NULL,       AddressRemoved),
	ANY("removeBillingAddressId",    ADDRESS_REF,    address_remove_role, "billing",  BillingAddressRemoved),
	ANY("removeShippingAddressId",   ADDRESS_REF,    address_remove_role, "shipping", ShippingAddressRemoved),
	ANY("setDefaultBillingAddress",  ADDRESS_REF,    address_set_default, "billing",  DefaultBillingAddressSet),
	ANY("setDefaultShippingAddress", ADDRESS_REF,    address_set_default, "shipping", DefaultShippingAddressSet),
	/* stores and groups */
	TRUSTED("addCustomerGroupAssignment",    ASSIGNMENT,  assignments_add,    NULL,            GroupAssignmentAdded),
	TRUSTED("addStore",                      STORE,       add_store,          NULL,            Nothing),
	TRUSTED("removeCustomerGroupAssignment", GROUP,       assignments_remove, NULL,            GroupAssignmentRemoved),
	TRUSTED("removeStore",                   STORE,       remove_store,       NULL,            Nothing),
	TRUSTED("setCustomerGroup",              MAYBE_GROUP, action_set_member,  "customerGroup", GroupSet),
	TRUSTED("setCustomerGroupAssignments",   ASSIGNMENTS, assignments_set,    NULL,            GroupAssignmentsSet),
	TRUSTED("setStores",                     STORES,      set_stores,         NULL,            StoresSet),
	/* signing in, and custom fields */
	TRUSTED("setAuthenticationMode", AUTHENTICATION_INPUT, customer_set_authentication_mode, NULL, Nothing),
	ANY(    "setCustomField",        CUSTOM_FIELD_INPUT,   action_set_custom_field,          NULL, Nothing),
	ANY(    "setCustomType",         CUSTOM_TYPE_INPUT,    action_set_custom_type,           NULL, Nothing),
};
#undef MESSAGE_CustomerNothing
#undef ROW
#undef ANY
#undef TRUSTED

const struct update_actions MY_CUSTOMER_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, false };
const struct update_actions TRUSTED_CUSTOMER_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
