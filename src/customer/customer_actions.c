/* The update actions of a customer: a table of rows, and the few functions they share. */
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "customer/customer.h"
#include "customer/customer_group.h"
#include "customer/customer_token.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/common_actions.h"
#include "kind/custom_fields.h"
#include "resource/reference.h"
#include "store/store.h"
#include "customer_actions_priv.h"

/* Inputs */

struct text_input {
	const char *text;
};

struct address_input {
	struct address_reference reference;
	json_t                  *address;
};

struct store_input {
	const struct identifier *store;
};

struct stores_input {
	struct shape_list stores;
};

/* clang-format off */
/* A shape with one text under the given name; "" and absence are the same. */
#define TEXT_INPUT(name, check) &(const struct shape){ sizeof(struct text_input), 1, (const struct shape_field[]){ \
	{ name, FIELD_TEXT, OPTIONAL, offsetof(struct text_input, text), check } } }

static const struct shape_field EMAIL_FIELDS[] = {
	{ "email", FIELD_TEXT, REQUIRED, offsetof(struct text_input, text) },
};
static const struct shape_field ADDRESS_FIELDS[] = {
	{ "addressId",  FIELD_TEXT,     OPTIONAL, offsetof(struct address_input, reference.id) },
	{ "addressKey", FIELD_TEXT,     OPTIONAL, offsetof(struct address_input, reference.key) },
	{ "address",    FIELD_DOCUMENT, REQUIRED, offsetof(struct address_input, address), NULL, NULL, &ADDRESS_SHAPE },
};
static const struct shape_field DRAFT_FIELDS[] = {
	{ "addressId",  FIELD_TEXT,     OPTIONAL, offsetof(struct address_input, reference.id) },
	{ "addressKey", FIELD_TEXT,     OPTIONAL, offsetof(struct address_input, reference.key) },
	{ "address",    FIELD_DOCUMENT, REQUIRED, offsetof(struct address_input, address), NULL, NULL, &ADDRESS_DRAFT_SHAPE },
};
static const struct shape_field STORE_FIELDS[] = {
	{ "store", FIELD_CUSTOM, REQUIRED, offsetof(struct store_input, store), NULL, "store", NULL, identifier_decode },
};
static const struct shape_field STORES_FIELDS[] = {
	{ "stores", FIELD_CUSTOM, REQUIRED, offsetof(struct stores_input, stores), NULL, "store", NULL, identifiers_decode },
};

static const struct shape EMAIL_INPUT        = { sizeof(struct text_input), 1, EMAIL_FIELDS };
static const struct shape ADD_ADDRESS_INPUT  = { sizeof(struct address_input), 1, ADDRESS_FIELDS + 2 };
static const struct shape ADD_DRAFT_INPUT    = { sizeof(struct address_input), 1, DRAFT_FIELDS + 2 };
static const struct shape CHANGE_INPUT       = { sizeof(struct address_input), 3, ADDRESS_FIELDS };
static const struct shape CHANGE_DRAFT_INPUT = { sizeof(struct address_input), 3, DRAFT_FIELDS };
static const struct shape ADDRESS_REF_INPUT  = { sizeof(struct address_input), 2, ADDRESS_FIELDS };
static const struct shape STORE_INPUT        = { sizeof(struct store_input), 1, STORE_FIELDS };
static const struct shape STORES_INPUT       = { sizeof(struct stores_input), 1, STORES_FIELDS };
/* clang-format on */

/* A row's default address and list: the names for shipping or for billing. */
struct role {
	const char *list;
	const char *default_member;
};

static const struct role SHIPPING = { "shippingAddressIds", "defaultShippingAddressId" };
static const struct role BILLING = { "billingAddressIds", "defaultBillingAddressId" };

static const struct role *role_of(const struct update_action *row)
{
	return strcmp(row->field, "shipping") == 0 ? &SHIPPING : &BILLING;
}

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

static bool set_customer_number(struct op *op, struct resource *customer,
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

/* Addresses */

static json_t *address_payload(struct op *op, const json_t *address)
{
	return keep(op, json_pack("{s:o}", "address", json_deep_copy(address)));
}

static bool add_address(struct op *op, struct resource *customer, const struct update_action *row,
                        const void *input)
{
	const struct address_input *in = input;
	json_t *addresses = json_object_get(customer->doc, "addresses");
	json_t *address = address_create(op, in->address, NULL, addresses, json_array_size(addresses));

	if (!address)
		return false;
	json_array_append(addresses, address);
	resource_touch(customer);
	resource_emit(op, customer, row->message, address_payload(op, address));
	return true;
}

static bool change_address(struct op *op, struct resource *customer,
                           const struct update_action *row, const void *input)
{
	const struct address_input *in = input;
	json_t *addresses = json_object_get(customer->doc, "addresses");
	size_t index;
	json_t *before = address_find(op, customer->doc, &in->reference, &index);
	json_t *after =
		before ? address_create(op, in->address, doc_text(before, "id"), addresses, index) : NULL;

	if (!after)
		return false;
	/* Custom fields of addresses are not a customer's to write, so they are not theirs to drop. */
	if (op->mine)
		doc_set(after, "custom", json_object_get(before, "custom"));
	if (json_equal(before, after))
		return true;
	json_t *payload = address_payload(op, after);

	json_object_set(payload, "addressRoles",
	                address_roles(op, customer->doc, doc_text(after, "id")));
	json_array_set(addresses, index, after);
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

static void drop_role(json_t *doc, const struct role *role, const char *address_id)
{
	const char *default_id = doc_text(doc, role->default_member);

	doc_list_remove(doc, role->list, address_id);
	if (default_id && strcmp(default_id, address_id) == 0)
		doc_set_text(doc, role->default_member, NULL);
}

static bool remove_address(struct op *op, struct resource *customer,
                           const struct update_action *row, const void *input)
{
	const struct address_input *in = input;
	size_t index;
	const json_t *address = address_find(op, customer->doc, &in->reference, &index);

	if (!address)
		return false;
	const char *id = arena_strdup(op->arena, doc_text(address, "id"));
	json_t *payload = address_payload(op, address);

	json_object_set(payload, "addressRoles", address_roles(op, customer->doc, id));
	json_array_remove(json_object_get(customer->doc, "addresses"), index);
	drop_role(customer->doc, &SHIPPING, id);
	drop_role(customer->doc, &BILLING, id);
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

static bool set_default(struct op *op, struct resource *customer, const struct update_action *row,
                        const void *input)
{
	const struct address_input *in = input;
	const struct role *role = role_of(row);
	const json_t *address = address_find(op, customer->doc, &in->reference, NULL);

	if (!address)
		return false;
	bool is_new_default =
		doc_set_text(customer->doc, role->default_member, doc_text(address, "id"));

	if (!doc_list_add(customer->doc, role->list, doc_text(address, "id")) && !is_new_default)
		return true;
	resource_touch(customer);
	resource_emit(op, customer, row->message, address_payload(op, address));
	return true;
}

static bool add_role(struct op *op, struct resource *customer, const struct update_action *row,
                     const void *input)
{
	const struct address_input *in = input;
	const json_t *address = address_find(op, customer->doc, &in->reference, NULL);

	if (!address)
		return false;
	if (!doc_list_add(customer->doc, role_of(row)->list, doc_text(address, "id")))
		return true;
	resource_touch(customer);
	resource_emit(op, customer, row->message, address_payload(op, address));
	return true;
}

static bool remove_role(struct op *op, struct resource *customer, const struct update_action *row,
                        const void *input)
{
	const struct address_input *in = input;
	const json_t *address = address_find(op, customer->doc, &in->reference, NULL);

	if (!address)
		return false;
	if (!doc_list_holds(customer->doc, role_of(row)->list, doc_text(address, "id")))
		return true;
	drop_role(customer->doc, role_of(row), doc_text(address, "id"));
	resource_touch(customer);
	resource_emit(op, customer, row->message, address_payload(op, address));
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

	if (!customer_email_is_free(op, doc_text(customer->doc, "email"), stores, customer->id))
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
	const struct store_input *in = input;
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
	const struct store_input *in = input;
	const json_t *store = store_reference(op, in->store);
	json_t *stores = keep(op, json_copy(json_object_get(customer->doc, "stores")));
	size_t index;

	if (!store)
		return false;
	if (doc_find(stores, "key", doc_text(store, "key"), &index))
		json_array_remove(stores, index);
	return replace_stores(op, customer, stores, row);
}

/* clang-format off */
#define GROUP_INPUT(need)  ONE_MEMBER("customerGroup", FIELD_CONVERTED, need, .argument = "customer-group", .decode = reference_decode)
#define ASSIGNMENT_INPUT   ONE_MEMBER("customerGroupAssignment", FIELD_DOCUMENT, REQUIRED, .inner = &GROUP_ASSIGNMENT_SHAPE)
#define ASSIGNMENTS_INPUT  ONE_MEMBER("customerGroupAssignments", FIELD_DOCUMENTS, REQUIRED, .inner = &GROUP_ASSIGNMENT_SHAPE)

/* Of two rows with one name, the first is that of a trusted client. */
static const struct update_action ROWS[] = {
	/* action                          door          input                                       apply                              field / role               message */
	{ "addAddress",                    DOOR_TRUSTED, &ADD_DRAFT_INPUT,                           add_address,                       NULL,                      MESSAGE_CustomerAddressAdded },
	{ "addAddress",                    DOOR_ANY,     &ADD_ADDRESS_INPUT,                         add_address,                       NULL,                      MESSAGE_CustomerAddressAdded },
	{ "addBillingAddressId",           DOOR_ANY,     &ADDRESS_REF_INPUT,                         add_role,                          "billing",                 MESSAGE_CustomerBillingAddressAdded },
	{ "addCustomerGroupAssignment",    DOOR_TRUSTED, ASSIGNMENT_INPUT,                           customer_add_group_assignment,     "customerGroupAssignment", MESSAGE_CustomerGroupAssignmentAdded },
	{ "addShippingAddressId",          DOOR_ANY,     &ADDRESS_REF_INPUT,                         add_role,                          "shipping",                MESSAGE_CustomerShippingAddressAdded },
	{ "addStore",                      DOOR_TRUSTED, &STORE_INPUT,                               add_store,                         NULL,                      MESSAGE_NONE },
	{ "changeAddress",                 DOOR_TRUSTED, &CHANGE_DRAFT_INPUT,                        change_address,                    NULL,                      MESSAGE_CustomerAddressChanged },
	{ "changeAddress",                 DOOR_ANY,     &CHANGE_INPUT,                              change_address,                    NULL,                      MESSAGE_CustomerAddressChanged },
	{ "changeEmail",                   DOOR_ANY,     &EMAIL_INPUT,                               change_email,                      NULL,                      MESSAGE_CustomerEmailChanged },
	{ "removeAddress",                 DOOR_ANY,     &ADDRESS_REF_INPUT,                         remove_address,                    NULL,                      MESSAGE_CustomerAddressRemoved },
	{ "removeBillingAddressId",        DOOR_ANY,     &ADDRESS_REF_INPUT,                         remove_role,                       "billing",                 MESSAGE_CustomerBillingAddressRemoved },
	{ "removeCustomerGroupAssignment", DOOR_TRUSTED, GROUP_INPUT(REQUIRED),                      customer_remove_group_assignment,  "customerGroupAssignment", MESSAGE_CustomerGroupAssignmentRemoved },
	{ "removeShippingAddressId",       DOOR_ANY,     &ADDRESS_REF_INPUT,                         remove_role,                       "shipping",                MESSAGE_CustomerShippingAddressRemoved },
	{ "removeStore",                   DOOR_TRUSTED, &STORE_INPUT,                               remove_store,                      NULL,                      MESSAGE_NONE },
	{ "setAddressCustomField",         DOOR_TRUSTED, &ADDRESS_CUSTOM_FIELD_INPUT,                customer_set_address_custom_field, NULL,                      MESSAGE_NONE },
	{ "setAddressCustomType",          DOOR_TRUSTED, &ADDRESS_CUSTOM_TYPE_INPUT,                 customer_set_address_custom_type,  NULL,                      MESSAGE_NONE },
	{ "setAuthenticationMode",         DOOR_TRUSTED, &AUTHENTICATION_INPUT,                      customer_set_authentication_mode,  "authenticationMode",      MESSAGE_NONE },
	{ "setCompanyName",                DOOR_ANY,     TEXT_INPUT("companyName", NULL),            set_text,                          "companyName",             MESSAGE_CustomerCompanyNameSet },
	{ "setCustomerGroup",              DOOR_TRUSTED, GROUP_INPUT(OPTIONAL),                      action_set_member,                 "customerGroup",           MESSAGE_CustomerGroupSet },
	{ "setCustomerGroupAssignments",   DOOR_TRUSTED, ASSIGNMENTS_INPUT,                          customer_set_group_assignments,    NULL,                      MESSAGE_CustomerGroupAssignmentsSet },
	{ "setCustomerNumber",             DOOR_TRUSTED, TEXT_INPUT("customerNumber", NULL),         set_customer_number,               "customerNumber",          MESSAGE_NONE },
	{ "setCustomField",                DOOR_ANY,     &CUSTOM_FIELD_INPUT,                        action_set_custom_field,           NULL,                      MESSAGE_NONE },
	{ "setCustomType",                 DOOR_ANY,     &CUSTOM_TYPE_INPUT,                         action_set_custom_type,            NULL,                      MESSAGE_NONE },
	{ "setDateOfBirth",                DOOR_ANY,     TEXT_INPUT("dateOfBirth", text_check_date), set_text,                          "dateOfBirth",             MESSAGE_CustomerDateOfBirthSet },
	{ "setDefaultBillingAddress",      DOOR_ANY,     &ADDRESS_REF_INPUT,                         set_default,                       "billing",                 MESSAGE_CustomerDefaultBillingAddressSet },
	{ "setDefaultShippingAddress",     DOOR_ANY,     &ADDRESS_REF_INPUT,                         set_default,                       "shipping",                MESSAGE_CustomerDefaultShippingAddressSet },
	{ "setExternalId",                 DOOR_TRUSTED, TEXT_INPUT("externalId", NULL),             set_text,                          "externalId",              MESSAGE_CustomerExternalIdSet },
	{ "setFirstName",                  DOOR_ANY,     TEXT_INPUT("firstName", NULL),              set_text,                          "firstName",               MESSAGE_CustomerFirstNameSet },
	{ "setKey",                        DOOR_TRUSTED, TEXT_INPUT("key", NULL),                    set_key,                           "key",                     MESSAGE_NONE },
	{ "setLastName",                   DOOR_ANY,     TEXT_INPUT("lastName", NULL),               set_text,                          "lastName",                MESSAGE_CustomerLastNameSet },
	{ "setLocale",                     DOOR_ANY,     TEXT_INPUT("locale", text_check_locale),    set_locale,                        "locale",                  MESSAGE_NONE },
	{ "setMiddleName",                 DOOR_ANY,     TEXT_INPUT("middleName", NULL),             set_text,                          "middleName",              MESSAGE_NONE },
	{ "setSalutation",                 DOOR_ANY,     TEXT_INPUT("salutation", NULL),             set_text,                          "salutation",              MESSAGE_NONE },
	{ "setStores",                     DOOR_TRUSTED, &STORES_INPUT,                              set_stores,                        NULL,                      MESSAGE_CustomerStoresSet },
	{ "setTitle",                      DOOR_ANY,     TEXT_INPUT("title", NULL),                  set_text,                          "title",                   MESSAGE_CustomerTitleSet },
	{ "setVatId",                      DOOR_ANY,     TEXT_INPUT("vatId", NULL),                  set_text,                          "vatId",                   MESSAGE_NONE },
};
/* clang-format on */

const struct update_actions MY_CUSTOMER_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, false };
const struct update_actions TRUSTED_CUSTOMER_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
