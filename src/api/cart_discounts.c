#include "api/cart_discounts.h"

#include <string.h>

#include "api/resources.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "kind/update.h"
#include "pricing/cart_discount.h"
#include "resource/lookup.h"

/* A store may be taken from a discount without a say in its other stores. Source: API docs, "Update CartDiscount in
 * Store". */
static bool only_removes_stores(const struct update_input *input)
{
	const struct action *actions = input->actions.items;

	for (size_t i = 0; i < input->actions.count; i++)
		if (strcmp(actions[i].row->name, "removeStore") != 0)
			return false;
	return true;
}

/* What is not there, or not of this store, is left to the handler of kinds. False: recorded. */
static bool may_update(struct op *op, const struct call *call, const json_t *doc)
{
	return !doc || !kind_serves(op, call->kind, doc) || only_removes_stores(call->input) ||
	       cart_discount_permits(op, json_object_get(doc, "stores"));
}

struct body cart_discounts_update(struct op *op, const struct call *call)
{
	const json_t *doc = NULL;

	if (op->store_key &&
	    (!lookup(op, call->kind, call->argument, &doc) || !may_update(op, call, doc)))
		return NO_BODY;
	return kinds_update(op, call);
}

struct body cart_discounts_update_by_key(struct op *op, const struct call *call)
{
	const json_t *doc = NULL;

	if (op->store_key &&
	    (!lookup_by(op, call->kind, "key", call->argument, &doc) || !may_update(op, call, doc)))
		return NO_BODY;
	return kinds_update_by_key(op, call);
}
