#include "kind/ownership.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/member_actions.h"
#include "resource/caller.h"

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

const char *owner_customer_id(const json_t *doc)
{
	const char *id = doc_text(doc, "customerId");

	return id ? id : doc_text(json_object_get(doc, "customer"), "id");
}

bool owned_by_caller(struct op *op, const json_t *doc)
{
	const struct caller *caller = op->caller;

	return !op->mine || same(caller->customer_id, owner_customer_id(doc)) ||
	       same(caller->anonymous_id, doc_text(doc, "anonymousId"));
}

bool owned_is_visible(struct op *op, const json_t *doc)
{
	return owned_by_caller(op, doc) &&
	       (!op->store_key || same(op->store_key, doc_text(json_object_get(doc, "store"), "key")));
}

void owner_customer_values(struct op *op, const json_t *doc, json_t *values)
{
	const char *id = owner_customer_id(doc);

	(void)op;
	if (id)
		json_array_append_new(values, json_string(id));
}

void owner_store_values(struct op *op, const json_t *doc, json_t *values)
{
	const char *key = doc_text(json_object_get(doc, "store"), "key");

	(void)op;
	if (key)
		json_array_append_new(values, json_string(key));
}

void owner_set_from_caller(struct op *op, json_t *doc)
{
	doc_set_text(doc, "customerId", op->caller->customer_id);
	doc_set_text(doc, "anonymousId", op->caller->anonymous_id);
}

json_t *owner_reference(struct op *op, const char *customer_id)
{
	return keep(op, json_pack("{s:s, s:s}", "typeId", "customer", "id", customer_id));
}

void owner_give_by_reference(json_t *doc, const json_t *customer)
{
	doc_put(doc, "customer",
	        json_pack("{s:s, s:O}", "typeId", "customer", "id", json_object_get(customer, "id")));
	json_object_del(doc, "anonymousId");
}

void owner_refer_to_caller(struct op *op, json_t *doc)
{
	if (op->caller->customer_id)
		doc_set(doc, "customer", owner_reference(op, op->caller->customer_id));
	doc_set_text(doc, "anonymousId", op->caller->anonymous_id);
}

bool owner_start(struct op *op, json_t *doc)
{
	if (op->mine)
		owner_refer_to_caller(op, doc);
	if (op->store_key)
		doc_put(doc, "store", json_pack("{s:s, s:s}", "typeId", "store", "key", op->store_key));
	return !doc_has(doc, "customer") || !doc_has(doc, "anonymousId") ||
	       fail_invalid_operation(op, "Only one of 'customer' and 'anonymousId' can be set.");
}

bool action_set_anonymous_id(struct op *op, struct resource *resource,
                             const struct update_action *row, const void *input)
{
	if (doc_has(resource->doc, "customer"))
		return fail_invalid_operation(op, "The resource is already associated with a customer.");
	return action_set_member(op, resource, row, input);
}

bool action_set_customer(struct op *op, struct resource *resource, const struct update_action *row,
                         const void *input)
{
	if (!action_set_member(op, resource, row, input))
		return false;
	if (doc_has(resource->doc, "customer"))
		json_object_del(resource->doc, "anonymousId");
	return true;
}
