#include "domain/ownership.h"

#include <string.h>

#include "base/doc.h"
#include "base/op.h"
#include "domain/caller.h"

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

const char *owner_customer_id(const json_t *doc)
{
	const char *id = doc_text(doc, "customerId");

	return id ? id : doc_text(json_object_get(doc, "customer"), "id");
}

bool owned_is_visible(struct op *op, const json_t *doc)
{
	const struct caller *caller = op->caller;

	if (op->mine && !same(caller->customer_id, owner_customer_id(doc)) &&
	    !same(caller->anonymous_id, doc_text(doc, "anonymousId")))
		return false;
	return !op->store_key ||
	       same(op->store_key, doc_text(json_object_get(doc, "store"), "key"));
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

void owner_refer_to_caller(struct op *op, json_t *doc)
{
	if (op->caller->customer_id)
		doc_set(doc, "customer", owner_reference(op, op->caller->customer_id));
	doc_set_text(doc, "anonymousId", op->caller->anonymous_id);
}
