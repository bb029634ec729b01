#include "customer/customer.h"

#include <string.h>

#include "auth/password.h"
#include "auth/grant.h"
#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "customer/credential.h"
#include "customer/customer_group.h"
#include "customer/customer_token.h"
#include "db/db.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/common_actions.h"
#include "kind/custom_fields.h"
#include "resource/caller.h"
#include "resource/project_settings.h"
#include "resource/reference.h"
#include "store/store.h"

/* The kind */

static void lowercase_email_values(struct op *op, const json_t *doc, json_t *values)
{
	json_array_append_new(values, json_string(text_fold_case(op->arena, doc_text(doc, "email"))));
}

/* Whether an e-mail is free depends on the stores (customer_email_is_free), so its index is a
 * shared one. */
static const struct index_field CUSTOMER_INDEX[] = {
	{ .name = "customerNumber", .unique = true, .path = "customerNumber" },
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "lowercaseEmail", .values = lowercase_email_values, .path = "lowercaseEmail", .folded_path = "email" },
	{ .name = "storeKey", .path = "stores.key", .references = "store" },
	{ .name = "customerGroupId", .path = "customerGroup.id", .references = "customer-group" },
	{ .name = "customerGroupAssignmentId", .path = "customerGroupAssignments.customerGroup.id", .references = "customer-group" },
	CUSTOM_TYPE_INDEX,
	{ .name = "addressTypeId", .path = "addresses.custom.type.id", .references = "type" },
	{ 0 },
};

/* A customer token sees its own customer; a store sees its own customers and the global ones. */
static bool is_visible(struct op *op, const json_t *doc)
{
	const char *self_id = op->mine ? op->caller->customer_id : NULL;

	return customer_is_in_store(op, doc) &&
	       (!op->mine || (self_id && strcmp(self_id, doc_text(doc, "id")) == 0));
}

static const struct custom_messages CUSTOM_MESSAGES = {
	.type_set = MESSAGE_CustomerCustomTypeSet,
	.type_removed = MESSAGE_CustomerCustomTypeRemoved,
	.field_added = MESSAGE_CustomerCustomFieldAdded,
	.field_changed = MESSAGE_CustomerCustomFieldChanged,
	.field_removed = MESSAGE_CustomerCustomFieldRemoved,
	.previous_type_id = "previousTypeId",
	.previous_value = "previousValue",
};

/* What goes with a customer. */
static bool before_delete(struct op *op, struct resource *customer)
{
	json_t *payload =
		keep(op, json_pack("{s:O}", "email", json_object_get(customer->doc, "email")));

	resource_emit(op, customer, MESSAGE_CustomerDeleted, payload);
	return credential_delete(op, customer->id) &&
	       customer_tokens_drop(op, customer->id, TOKEN_OF_EMAIL) &&
	       customer_tokens_drop(op, customer->id, TOKEN_OF_PASSWORD) &&
	       grants_orphan(op, customer->id);
}

/* Fixtures know customers by their e-mail address too. */
static bool find_by_alias(struct op *op, const char *alias, const char **ret_id)
{
	struct resource *customer = NULL;

	if (strchr(alias, '@') && !customer_find_by_any_email(op, alias, &customer))
		return false;
	*ret_id = customer ? customer->id : NULL;
	return true;
}

static const char *const IDENTIFIERS[] = { "externalId", "customerNumber", NULL };

const struct resource_kind CUSTOMER_KIND = {
	.name = "customer",
	.index = CUSTOMER_INDEX,
	.fields = &CUSTOMER_FIELDS,
	.before_delete = before_delete,
	.is_visible = is_visible,
	.find_by_alias = find_by_alias,
	.identifiers = IDENTIFIERS,
	.custom_type = "customer",
	.custom_messages = &CUSTOM_MESSAGES,
	.of_customer = "id = :owner",
	.of_store = "stores(key = :store)",
};

/* Drafts */

const char *const AUTHENTICATION_MODES[] = { "Password", "ExternalAuth", NULL };

/* clang-format off */
#define AT(member) offsetof(struct customer_draft, member)
#define TEXT(name, member) { name, FIELD_TEXT, OPTIONAL, AT(member) }
#define FIELDS_WITH(address_shape) \
	{ "email",                  FIELD_TEXT,      REQUIRED, AT(email) }, \
	TEXT("firstName",           first_name), \
	TEXT("lastName",            last_name), \
	TEXT("middleName",          middle_name), \
	TEXT("title",               title), \
	TEXT("salutation",          salutation), \
	TEXT("companyName",         company_name), \
	TEXT("vatId",               vat_id), \
	{ "dateOfBirth",            FIELD_TEXT,      OPTIONAL, AT(date_of_birth), text_check_date }, \
	{ "addresses",              FIELD_DOCUMENTS, OPTIONAL, AT(addresses), NULL, NULL, &(address_shape) }, \
	{ "defaultShippingAddress", FIELD_INT,       OPTIONAL, AT(default_shipping_address) }, \
	{ "defaultBillingAddress",  FIELD_INT,       OPTIONAL, AT(default_billing_address) }, \
	{ "shippingAddresses",      FIELD_INTS,      OPTIONAL, AT(shipping_addresses) }, \
	{ "billingAddresses",       FIELD_INTS,      OPTIONAL, AT(billing_addresses) }, \
	{ "locale",                 FIELD_TEXT,      OPTIONAL, AT(locale), text_check_locale }, \
	{ "stores",                 FIELD_CUSTOM,    OPTIONAL, AT(stores), NULL, "store", NULL, identifiers_decode }, \
	TEXT("key",                 key), \
	{ "custom",                 FIELD_OBJECT,    OPTIONAL, AT(custom), NULL, NULL, &CUSTOM_DRAFT_SHAPE }

static const struct shape_field MY_CUSTOMER_DRAFT_FIELDS[] = {
	FIELDS_WITH(ADDRESS_SHAPE),
	{ "password",               FIELD_TEXT,      REQUIRED, AT(password) },
};

static const struct shape_field CUSTOMER_DRAFT_FIELDS[] = {
	FIELDS_WITH(ADDRESS_DRAFT_SHAPE),
	TEXT("password",            password),
	TEXT("customerNumber",      customer_number),
	TEXT("externalId",          external_id),
	{ "anonymousCart",          FIELD_CUSTOM,    OPTIONAL, AT(anonymous_cart), NULL, "cart", NULL, identifier_decode },
	{ "anonymousCartId",        FIELD_TEXT,      OPTIONAL, AT(anonymous_cart_id), text_check_uuid },
	TEXT("anonymousId",         anonymous_id),
	{ "authenticationMode",     FIELD_TEXT,      OPTIONAL, AT(authentication_mode), text_check_enum, AUTHENTICATION_MODES },
	{ "customerGroup",          FIELD_CONVERTED, OPTIONAL, AT(customer_group), NULL, "customer-group", NULL, reference_decode },
	{ "customerGroupAssignments", FIELD_DOCUMENTS, OPTIONAL, AT(customer_group_assignments), NULL, NULL, &GROUP_ASSIGNMENT_SHAPE },
	{ "isEmailVerified",        FIELD_BOOL,      OPTIONAL, AT(is_email_verified) },
};
#undef FIELDS_WITH
#undef TEXT
#undef AT
/* clang-format on */

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
const struct shape MY_CUSTOMER_DRAFT_SHAPE = { sizeof(struct customer_draft),
	                                           COUNT(MY_CUSTOMER_DRAFT_FIELDS),
	                                           MY_CUSTOMER_DRAFT_FIELDS };
const struct shape CUSTOMER_DRAFT_SHAPE = { sizeof(struct customer_draft),
	                                        COUNT(CUSTOMER_DRAFT_FIELDS), CUSTOMER_DRAFT_FIELDS };
#undef COUNT

/* Rules for single values */

bool customer_check_email(struct op *op, const char *email)
{
	return check_email(email) ||
	       fail_invalid_operation(op, "The provided value is not a valid email");
}

bool customer_check_locale(struct op *op, const char *locale)
{
	bool is_known;

	if (!project_has_language(op, locale, &is_known))
		return false;
	return is_known ||
	       fail_invalid_input(op, "The locale '%s' is not supported by the project.", locale);
}

static bool share_a_store(const json_t *stores, const json_t *others)
{
	for (size_t i = 0; i < json_array_size(stores); i++)
		if (doc_find(others, "key", doc_text(json_array_get(stores, i), "key"), NULL))
			return true;
	return false;
}

static bool with_email(struct op *op, const char *email, struct db_row **ret_rows)
{
	return resources_with(op, &CUSTOMER_KIND, "lowercaseEmail", text_fold_case(op->arena, email),
	                      ret_rows);
}

static json_t *stores_of(struct op *op, const struct db_value *stored)
{
	const json_t *doc = keep(op, json_loadb(stored->text, stored->bytes, 0, NULL));

	return json_object_get(doc, "stores");
}

/* One e-mail: once among the global customers, once in each store, and never both global and in a
 * store. */
bool customer_email_is_free(struct op *op, const char *email, const json_t *stores,
                            const char *self_id)
{
	struct db_row *row;

	if (!with_email(op, email, &row))
		return false;
	for (; row; row = row->next) {
		if (self_id && strcmp(row->columns[0].text, self_id) == 0)
			continue;
		const json_t *others = stores_of(op, &row->columns[2]);

		if (json_array_size(stores) == 0 || json_array_size(others) == 0 ||
		    share_a_store(stores, others))
			return fail_duplicate_email(op, email);
	}
	return true;
}

bool customer_is_in_store(struct op *op, const json_t *customer)
{
	const json_t *stores = json_object_get(customer, "stores");

	return !op->store_key || json_array_size(stores) == 0 ||
	       doc_find(stores, "key", op->store_key, NULL);
}

bool customer_find_by_email(struct op *op, const char *email, struct resource **ret_customer)
{
	struct db_row *row;

	*ret_customer = NULL;
	if (!with_email(op, email, &row))
		return false;
	for (; row; row = row->next) {
		const json_t *stores = stores_of(op, &row->columns[2]);
		bool is_global = json_array_size(stores) == 0;

		if (is_global || (op->store_key && doc_find(stores, "key", op->store_key, NULL)))
			return resource_find(op, &CUSTOMER_KIND, row->columns[0].text, ret_customer);
	}
	return true;
}

bool customer_find_by_any_email(struct op *op, const char *email, struct resource **ret_customer)
{
	struct db_row *row;

	if (!customer_find_by_email(op, email, ret_customer))
		return false;
	if (*ret_customer || op->store_key)
		return true;
	if (!with_email(op, email, &row))
		return false;
	return !row || resource_find(op, &CUSTOMER_KIND, row->columns[0].text, ret_customer);
}

bool customer_has_password(const struct resource *customer)
{
	return doc_has(customer->doc, "password");
}

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
		return fail_json_at(op, "password", "Missing required value");
	if (!is_external(draft) && !*draft->password)
		return fail_invalid_operation(op, "'password' should not be empty.");
	if (draft->locale && *draft->locale && !customer_check_locale(op, draft->locale))
		return false;
	if (draft->key && !check_key(draft->key))
		return fail_invalid_field(op, "key", keep(op, json_string(draft->key)), NULL);
	return true;
}

static const char *address_id_at(struct op *op, const json_t *addresses, int64_t index)
{
	if (index < 0 || (size_t)index >= json_array_size(addresses)) {
		fail_invalid_input(op, "Address with ID '%lld' not found.", (long long)index);
		return NULL;
	}
	return doc_text(json_array_get(addresses, (size_t)index), "id");
}

/* Adds the address at an index of the draft to the list of one role, unless it is there. NULL:
 * recorded; there is no such address. */
static const char *add_to_role(struct op *op, const json_t *addresses, int64_t index, json_t *ids,
                               json_t *seen)
{
	const char *id = address_id_at(op, addresses, index);

	if (id && doc_note(seen, id))
		json_array_append_new(ids, json_string(id));
	return id;
}

/* Sets the default address and the list of one role from the draft's indexes: the default first,
 * each once. */
static bool set_role(struct op *op, json_t *doc, const char *list, const char *default_member,
                     const struct optional_int *default_index, const struct shape_list *indexes)
{
	const json_t *addresses = json_object_get(doc, "addresses");
	const int64_t *items = indexes->items;
	json_t *ids = keep(op, json_array());
	json_t *seen = keep(op, json_object());

	json_object_set(doc, list, ids);
	if (default_index->given) {
		const char *id = add_to_role(op, addresses, default_index->value, ids, seen);

		if (!id)
			return false;
		doc_set_text(doc, default_member, id);
	}
	for (size_t i = 0; i < indexes->count; i++)
		if (!add_to_role(op, addresses, items[i], ids, seen))
			return false;
	return true;
}

static bool set_addresses(struct op *op, json_t *doc, const struct customer_draft *draft)
{
	json_t *addresses = addresses_create(op, draft->addresses);

	if (!addresses)
		return false;
	json_object_set(doc, "addresses", addresses);
	return set_role(op, doc, "shippingAddressIds", "defaultShippingAddressId",
	                &draft->default_shipping_address, &draft->shipping_addresses) &&
	       set_role(op, doc, "billingAddressIds", "defaultBillingAddressId",
	                &draft->default_billing_address, &draft->billing_addresses);
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

	if (!customer)
		return NULL;
	resource_emit(op, customer, MESSAGE_CustomerCreated,
	              keep(op, json_pack("{s:O}", "customer", customer->doc)));
	if (!resource_save(op, customer))
		return NULL;
	if (!is_external(draft) && !credential_insert(op, customer->id, draft->password_hash))
		return NULL;
	return customer;
}

/* Finding */

static struct resource *in_store(struct op *op, struct resource *customer)
{
	if (!customer || customer_is_in_store(op, customer->doc))
		return customer;
	fail_not_found(op, customer->id);
	fail_reason(op, "customer %s is not of store %s", customer->id, op->store_key);
	return NULL;
}

struct resource *customer_get(struct op *op, const char *id)
{
	return in_store(op, resource_get(op, &CUSTOMER_KIND, id));
}

struct resource *customer_get_by_key(struct op *op, const char *key)
{
	struct resource *customer = resource_get_by_key(op, &CUSTOMER_KIND, key);

	if (!customer || customer_is_in_store(op, customer->doc))
		return customer;
	fail_key_not_found(op, key);
	return NULL;
}

struct resource *my_customer(struct op *op)
{
	return customer_get(op, op->caller->customer_id);
}

bool customer_text(struct op *op, const char *id, const char **ret_text, size_t *ret_bytes)
{
	if (!resource_text(op, &CUSTOMER_KIND, id, ret_text, ret_bytes))
		return false;
	if (!*ret_text)
		return fail_not_found(op, id);
	if (!op->store_key)
		return true;
	const json_t *doc = keep(op, json_loadb(*ret_text, *ret_bytes, 0, NULL));

	return customer_is_in_store(op, doc) || fail_not_found(op, id);
}

bool my_customer_text(struct op *op, const char **ret_text, size_t *ret_bytes)
{
	return customer_text(op, op->caller->customer_id, ret_text, ret_bytes);
}

/* Changing as a whole */

bool customer_set_password(struct op *op, struct resource *customer, const char *hash,
                           bool is_reset)
{
	doc_set_text(customer->doc, "password", password_mask(op, hash));
	resource_touch(customer);
	resource_emit(op, customer, MESSAGE_CustomerPasswordUpdated,
	              keep(op, json_pack("{s:b}", "reset", is_reset)));
	return credential_replace(op, customer->id, hash) &&
	       grants_revoke_of_customer(op, customer->id) && resource_save(op, customer);
}

void customer_verify_email(struct op *op, struct resource *customer)
{
	if (!doc_set(customer->doc, "isEmailVerified", json_true()))
		return;
	resource_touch(customer);
	resource_emit(op, customer, MESSAGE_CustomerEmailVerified, NULL);
}
