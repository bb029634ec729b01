#include "customer/customer_draft.h"

#include <string.h>

#include "auth/password.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "customer/credential.h"
#include "customer/customer.h"
#include "customer/customer_fields.h"
#include "customer/customer_group.h"
#include "document/doc.h"
#include "document/shape.h"
#include "document/text_check.h"
#include "kind/address.h"
#include "kind/custom_fields.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/save.h"
#include "store/store.h"

/* Shapes */

/* name, type, need, place in the struct; what the type asks for */
#define AT(member) offsetof(struct customer_draft, member)
#define TEXT(name, member) { name, FIELD_TEXT, OPTIONAL, AT(member) }
#define SHARED_FIELDS \
	{ "email",                  FIELD_TEXT,      REQUIRED, AT(email) }, \
	TEXT("firstName",           first_name), \
	TEXT("lastName",            last_name), \
	TEXT("middleName",          middle_name), \
	TEXT("title",               title), \
	TEXT("salutation",          salutation), \
	TEXT("companyName",         company_name), \
	TEXT("vatId",               vat_id), \
	{ "dateOfBirth",            FIELD_TEXT,      OPTIONAL, AT(date_of_birth), text_check_date }, \
	{ "addresses",              FIELD_DOCUMENTS, OPTIONAL, AT(addresses), NULL, NULL, &ADDRESS_SHAPE }, \
	{ "defaultShippingAddress", FIELD_INT,       OPTIONAL, AT(default_shipping_address) }, \
	{ "defaultBillingAddress",  FIELD_INT,       OPTIONAL, AT(default_billing_address) }, \
	{ "shippingAddresses",      FIELD_INTS,      OPTIONAL, AT(shipping_addresses) }, \
	{ "billingAddresses",       FIELD_INTS,      OPTIONAL, AT(billing_addresses) }, \
	{ "locale",                 FIELD_TEXT,      OPTIONAL, AT(locale), text_check_locale }, \
	{ "stores",                 FIELD_CUSTOM,    OPTIONAL, AT(stores), NULL, "store", NULL, identifiers_decode }, \
	TEXT("key",                 key), \
	{ "custom",                 FIELD_OBJECT,    IF_GIVEN, AT(custom), NULL, NULL, &CUSTOM_DRAFT_SHAPE }

static const struct shape_field MY_CUSTOMER_DRAFT_FIELDS[] = {
	SHARED_FIELDS,
	{ "password",               FIELD_TEXT,      REQUIRED, AT(password) },
};

#define MODE        text_check_enum, AUTHENTICATION_MODES
#define GROUP       NULL, "customer-group", NULL, reference_decode
#define ASSIGNMENTS NULL, NULL, &GROUP_ASSIGNMENT_SHAPE
static const struct shape_field CUSTOMER_DRAFT_FIELDS[] = {
	SHARED_FIELDS,
	TEXT("password",            password),
	TEXT("customerNumber",      customer_number),
	TEXT("externalId",          external_id),
	{ "anonymousCart",          FIELD_CUSTOM,    OPTIONAL, AT(anonymous_cart), NULL, "cart", NULL, identifier_decode },
	TEXT("anonymousCartId",     anonymous_cart_id),
	TEXT("anonymousId",         anonymous_id),
	{ "authenticationMode",     FIELD_TEXT,      OPTIONAL, AT(authentication_mode), MODE },
	{ "customerGroup",          FIELD_CONVERTED, OPTIONAL, AT(customer_group), GROUP },
	{ "customerGroupAssignments", FIELD_DOCUMENTS, OPTIONAL, AT(customer_group_assignments), ASSIGNMENTS },
	{ "isEmailVerified",        FIELD_BOOL,      OPTIONAL, AT(is_email_verified) },
};
#undef MODE
#undef GROUP
#undef ASSIGNMENTS
#undef SHARED_FIELDS
#undef TEXT
#undef AT

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
const struct shape MY_CUSTOMER_DRAFT_SHAPE = { sizeof(struct customer_draft),
	                                           COUNT(MY_CUSTOMER_DRAFT_FIELDS),
	                                           MY_CUSTOMER_DRAFT_FIELDS };
const struct shape CUSTOMER_DRAFT_SHAPE = { sizeof(struct customer_draft),
	                                        COUNT(CUSTOMER_DRAFT_FIELDS), CUSTOMER_DRAFT_FIELDS };
#undef COUNT

/* Creating */

static json_t *draft_stores(struct op *op, const struct customer_draft *draft)
{
	const struct identifier path_store = { .key = op->store_key };
	const struct shape_list default_stores = { &path_store, op->store_key ? 1 : 0 };

	return store_references(op, draft->stores.count ? &draft->stores : &default_stores);
}

static bool is_external(const struct customer_draft *draft)
{
	return draft->authentication_mode && strcmp(draft->authentication_mode, "ExternalAuth") == 0;
}

static bool check_draft(struct op *op, const struct customer_draft *draft)
{
	if (!customer_check_email(op, draft->email))
		return false;
	if (!is_external(draft) && !draft->password)
		return fail_misfit(op, &(struct json_path){ NULL, "password", 0 }, MISFIT_MISSING);
	if (!is_external(draft) && !*draft->password)
		return fail_invalid_operation(op, "'password' should not be empty.");
	if (draft->locale && *draft->locale && !customer_check_locale(op, draft->locale))
		return false;
	if (draft->key && !check_key(draft->key))
		return fail_invalid_field(op, "key", keep(op, json_string(draft->key)), NULL);
	return true;
}

/* Adds the address at an index of the draft to the list of one role, unless it is there. NULL:
 * recorded; there is no such address. */
static const char *add_to_role(struct op *op, const json_t *addresses, int64_t index, json_t *ids,
                               json_t *seen)
{
	if (index < 0 || (size_t)index >= json_array_size(addresses)) {
		fail_invalid_operation(op, "Customer does not contain an address at index '%lld'.",
		                       (long long)index);
		return NULL;
	}
	const char *id = doc_text(json_array_get(addresses, (size_t)index), "id");

	if (doc_note(seen, id))
		json_array_append_new(ids, json_string(id));
	return id;
}

/* Sets the default address and the list of one role from the draft's indexes: the default first,
 * each once. False: recorded, once for each index that is out of range. */
static bool set_role(struct op *op, json_t *doc, const char *list, const char *default_member,
                     const struct optional_int *default_index, const struct shape_list *indexes)
{
	const json_t *addresses = json_object_get(doc, "addresses");
	const int64_t *items = indexes->items;
	json_t *ids = keep(op, json_array());
	json_t *seen = keep(op, json_object());
	bool all = true;

	json_object_set(doc, list, ids);
	if (default_index->given) {
		const char *id = add_to_role(op, addresses, default_index->value, ids, seen);

		all = id != NULL;
		doc_set_text(doc, default_member, id);
	}
	for (size_t i = 0; i < indexes->count; i++)
		all &= add_to_role(op, addresses, items[i], ids, seen) != NULL;
	return all;
}

static bool set_addresses(struct op *op, json_t *doc, const struct customer_draft *draft)
{
	json_t *addresses = addresses_create(op, draft->addresses);

	if (!addresses)
		return false;
	json_object_set(doc, "addresses", addresses);
	bool shipping = set_role(op, doc, "shippingAddressIds", "defaultShippingAddressId",
	                         &draft->default_shipping_address, &draft->shipping_addresses);
	bool billing = set_role(op, doc, "billingAddressIds", "defaultBillingAddressId",
	                        &draft->default_billing_address, &draft->billing_addresses);

	return shipping && billing;
}

/* A handler may run twice, so the draft stays as it is. */
static bool set_groups(struct op *op, json_t *doc, const struct customer_draft *draft)
{
	json_t *group = keep(op, json_deep_copy(draft->customer_group));
	json_t *assignments = group_assignments_create(op, draft->customer_group_assignments);

	if (!assignments || !references_resolve(op, group))
		return false;
	doc_set(doc, "customerGroup", group);
	json_object_set(doc, "customerGroupAssignments", assignments);
	return true;
}

static void set_texts(json_t *doc, const struct customer_draft *draft)
{
	doc_set_text(doc, "key", draft->key);
	doc_set_text(doc, "customerNumber", draft->customer_number);
	doc_set_text(doc, "externalId", draft->external_id);
	doc_put(doc, "email", json_string(draft->email));
	doc_set_text(doc, "firstName", draft->first_name);
	doc_set_text(doc, "lastName", draft->last_name);
	doc_set_text(doc, "middleName", draft->middle_name);
	doc_set_text(doc, "title", draft->title);
	doc_set_text(doc, "salutation", draft->salutation);
	doc_set_text(doc, "dateOfBirth", draft->date_of_birth);
	doc_set_text(doc, "companyName", draft->company_name);
	doc_set_text(doc, "vatId", draft->vat_id);
	doc_set_text(doc, "locale", draft->locale);
}

static bool fill(struct op *op, struct resource *customer, const struct customer_draft *draft,
                 json_t *stores)
{
	json_t *doc = customer->doc;

	set_texts(doc, draft);
	if (draft->password_hash && !is_external(draft))
		doc_set_text(doc, "password", password_mask(op, draft->password_hash));
	if (!set_addresses(op, doc, draft))
		return false;
	doc_put(doc, "isEmailVerified", json_boolean(draft->is_email_verified));
	if (!set_groups(op, doc, draft))
		return false;
	json_object_set(doc, "stores", stores);
	doc_put(doc, "authenticationMode",
	        json_string(is_external(draft) ? "ExternalAuth" : "Password"));
	struct custom_change change;

	return !draft->custom || custom_set_type(op, doc, "customer", draft->custom, &change);
}

struct resource *customer_start(struct op *op, const struct customer_draft *draft, const char *id)
{
	json_t *stores = draft_stores(op, draft);

	if (!stores || !check_draft(op, draft))
		return NULL;
	struct resource *customer = resource_start(op, &CUSTOMER_KIND, id);

	if (!fill(op, customer, draft, stores) ||
	    !customer_email_is_free(op, draft->email, stores, NULL))
		return NULL;
	return customer;
}

struct resource *customer_create(struct op *op, const struct customer_draft *draft)
{
	struct resource *customer = customer_start(op, draft, NULL);

	if (!customer || !customer_may_join(op, json_object_get(customer->doc, "stores"), NULL))
		return NULL;
	resource_emit(op, customer, MESSAGE_CustomerCreated,
	              keep(op, json_pack("{s:O}", "customer", customer->doc)));
	if (!resource_save(op, customer))
		return NULL;
	if (!is_external(draft) && !credential_insert(op, customer->id, draft->password_hash))
		return NULL;
	return customer;
}
