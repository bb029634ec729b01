#include "customer/customer.h"

#include <string.h>

#include "auth/grant.h"
#include "auth/password.h"
#include "auth/scope.h"
#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "customer/credential.h"
#include "customer/customer_fields.h"
#include "db/db.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "resource/caller.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/project_settings.h"
#include "resource/save.h"
#include "resource/stored.h"

/* The kind */

static void lowercase_email_values(struct op *op, const json_t *doc, json_t *values)
{
	json_array_append_new(values, json_string(text_fold_case(op->arena, doc_text(doc, "email"))));
}

/* Whether an e-mail is free depends on the stores (customer_email_is_free), so its index is a
 * shared one. */
#define EMAIL_INDEX \
	{ .name = "lowercaseEmail", .values = lowercase_email_values, .path = "lowercaseEmail", .folded_path = "email" }
static const struct index_field BY_EMAIL = EMAIL_INDEX;

static const struct index_field CUSTOMER_INDEX[] = {
	{ .name = "customerNumber", .unique = true, .path = "customerNumber" },
	{ .name = "key", .unique = true, .path = "key" },
	EMAIL_INDEX,
	{ .name = "storeKey", .path = "stores.key", .references = "store" },
	{ .name = "customerGroupId", .path = "customerGroup.id", .references = "customer-group" },
	{ .name = "customerGroupAssignmentId", .path = "customerGroupAssignments.customerGroup.id",
	  .references = "customer-group" },
	CUSTOM_TYPE_INDEX,
	ADDRESS_TYPE_INDEX("addressTypeId", "addresses"),
	{ 0 },
};

/* Columns of resources_with(). */
enum { ID, VERSION, DOCUMENT };

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

/* One e-mail: once among the global customers, once in each store, and never both global and in a
 * store. */
bool customer_email_is_free(struct op *op, const char *email, const json_t *stores,
                            const char *self_id)
{
	struct db_row *row;

	if (!with_email(op, email, &row))
		return false;
	for (; row; row = row->next) {
		const struct db_value *stored = &row->columns[DOCUMENT];
		const json_t *other = stored_read(op, stored->text, stored->bytes);
		const json_t *others = json_object_get(other, "stores");

		if (!other)
			return false;
		if (self_id && strcmp(row->columns[ID].text, self_id) == 0)
			continue;
		if (json_array_size(stores) == 0 || json_array_size(others) == 0 ||
		    share_a_store(stores, others))
			return fail_duplicate_email(op, email);
	}
	return true;
}

/* A token may be good for some stores only. */
bool customer_may_join(struct op *op, const json_t *stores, const json_t *joined)
{
	const char *names = op->mine ? "manage_my_profile" : "manage_customers";

	for (size_t i = 0; i < json_array_size(stores); i++) {
		const char *key = doc_text(json_array_get(stores, i), "key");

		if (!doc_find(joined, "key", key, NULL) &&
		    !scope_permits(op->caller->scope, names, op->project, key)) {
			fail_insufficient_scope(op, names);
			return fail_reason(op, "the token is not good for store %s", key);
		}
	}
	return true;
}

bool customer_is_in_store(struct op *op, const json_t *customer)
{
	const json_t *stores = json_object_get(customer, "stores");

	return !op->store_key || json_array_size(stores) == 0 ||
	       doc_find(stores, "key", op->store_key, NULL);
}

static bool may_sign_in(const struct op *op, const json_t *customer)
{
	const json_t *stores = json_object_get(customer, "stores");

	return json_array_size(stores) == 0 ||
	       (op->store_key && doc_find(stores, "key", op->store_key, NULL));
}

bool customer_find_by_email(struct op *op, const char *email, const json_t **ret_customer)
{
	const char *ids;

	*ret_customer = NULL;
	if (!index_ids(op, &CUSTOMER_KIND, &BY_EMAIL, text_fold_case(op->arena, email), SIZE_MAX, &ids))
		return false;
	while (*ids) {
		size_t bytes = strcspn(ids, "\n");
		const json_t *customer;

		if (!lookup(op, &CUSTOMER_KIND, arena_strndup(op->arena, ids, bytes), &customer))
			return false;
		if (customer && may_sign_in(op, customer)) {
			*ret_customer = customer;
			return true;
		}
		ids += bytes + 1;
	}
	return true;
}

bool customer_find_by_any_email(struct op *op, const char *email, struct resource **ret_customer)
{
	const json_t *customer;
	struct db_row *row;

	*ret_customer = NULL;
	if (!customer_find_by_email(op, email, &customer))
		return false;
	if (customer)
		return resource_find(op, &CUSTOMER_KIND, doc_text(customer, "id"), ret_customer);
	if (op->store_key)
		return true;
	if (!with_email(op, email, &row))
		return false;
	return !row || resource_find(op, &CUSTOMER_KIND, row->columns[ID].text, ret_customer);
}

bool customer_has_password(const struct resource *customer)
{
	return doc_has(customer->doc, "password");
}

/* Finding */

struct resource *customer_get(struct op *op, const char *id)
{
	struct resource *customer = resource_get(op, &CUSTOMER_KIND, id);

	if (!customer || customer_is_in_store(op, customer->doc))
		return customer;
	fail_subject_not_found(op, CUSTOMER_KIND.name, id);
	fail_reason(op, "customer %s is not of store %s", id, op->store_key);
	return NULL;
}

struct resource *customer_get_by_key(struct op *op, const char *key)
{
	struct resource *customer = resource_get_by_key(op, &CUSTOMER_KIND, key);

	if (!customer || customer_is_in_store(op, customer->doc))
		return customer;
	fail_subject_key_not_found(op, CUSTOMER_KIND.name, key);
	return NULL;
}

struct resource *customer_get_by_token(struct op *op, const char *value, enum token_purpose purpose)
{
	struct customer_token token;
	struct resource *customer = NULL;

	if (!customer_token_find(op, value, purpose, &token) ||
	    (token.customer_id && !resource_find(op, &CUSTOMER_KIND, token.customer_id, &customer)))
		return NULL;
	if (!customer || !customer_is_in_store(op, customer->doc)) {
		fail_token_not_found(op, value);
		return NULL;
	}
	if (token.expires_ms > op->now_ms)
		return customer;
	if (purpose == TOKEN_OF_EMAIL)
		fail_expired_email_token(op);
	else
		fail_expired_password_token(op);
	return NULL;
}

struct resource *my_customer(struct op *op)
{
	const char *id = op->caller->customer_id;
	struct resource *customer;

	if (!resource_find(op, &CUSTOMER_KIND, id, &customer))
		return NULL;
	if (customer && customer_is_in_store(op, customer->doc))
		return customer;
	fail_not_found(op, id);
	if (customer)
		fail_reason(op, "customer %s is not of store %s", id, op->store_key);
	return NULL;
}

/* *ret_text NULL: the customer does not exist for the store of the path. */
static bool text_in_store(struct op *op, const char *id, const char **ret_text, size_t *ret_bytes)
{
	const json_t *customer;

	*ret_text = NULL;
	if (op->store_key && !lookup(op, &CUSTOMER_KIND, id, &customer))
		return false;
	if (op->store_key && !customer_is_in_store(op, customer))
		return true;
	return resource_text(op, &CUSTOMER_KIND, id, ret_text, ret_bytes);
}

bool customer_text(struct op *op, const char *id, const char **ret_text, size_t *ret_bytes)
{
	return text_in_store(op, id, ret_text, ret_bytes) && (*ret_text || fail_not_found(op, id));
}

bool customer_text_by_key(struct op *op, const char *key, const char **ret_text, size_t *ret_bytes)
{
	const char *id;

	*ret_text = NULL;
	if (!resource_id_by(op, &CUSTOMER_KIND, "key", key, &id) ||
	    (id && !text_in_store(op, id, ret_text, ret_bytes)))
		return false;
	return *ret_text || fail_key_not_found(op, key);
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
