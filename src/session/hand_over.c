#include "session/hand_over.h"

#include <string.h>

#include "base/op.h"
#include "cart/cart.h"
#include "cart/shopping_list.h"
#include "db/db.h"
#include "document/doc.h"
#include "kind/ownership.h"
#include "order/order.h"
#include "order/payment.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/save.h"

/* How a kind names its customer. */
typedef void give_fn(struct op *op, json_t *doc, const json_t *customer);

static void give_by_id(struct op *op, json_t *doc, const json_t *customer)
{
	(void)op;
	cart_give_to_customer(doc, customer);
}

static void give_by_reference(struct op *op, json_t *doc, const json_t *customer)
{
	doc_set(doc, "customer", owner_reference(op, doc_text(customer, "id")));
	json_object_del(doc, "anonymousId");
}

/* Sorted by name. */
static const struct owned_kind {
	const struct resource_kind *kind;
	give_fn                    *give;
} OWNED_KINDS[] = {
	{ &CART_KIND,          give_by_id },
	{ &ORDER_KIND,         give_by_id },
	{ &PAYMENT_KIND,       give_by_reference },
	{ &SHOPPING_LIST_KIND, give_by_reference },
};

/* Payments are of no store, so they go along whatever the store is. */
static bool takes_part(const struct op *op, const struct resource *resource)
{
	const char *key = doc_text(json_object_get(resource->doc, "store"), "key");

	return !op->store_key || !resource->kind->of_store ||
	       (key && strcmp(key, op->store_key) == 0);
}

static bool give_one(struct op *op, const struct owned_kind *owned, const struct hand_over *what,
                     const char *id, bool *ret_any)
{
	struct resource *resource = resource_get(op, owned->kind, id);

	if (!resource)
		return false;
	if (!takes_part(op, resource))
		return true;
	*ret_any = true;
	owned->give(op, resource->doc, what->customer);
	resource_touch(resource);
	return resource_save(op, resource);
}

static bool give_all(struct op *op, const struct owned_kind *owned, const struct hand_over *what,
                     bool *ret_any)
{
	struct db_row *row;

	if (!resources_with(op, owned->kind, "anonymousId", what->anonymous_id, &row))
		return false;
	for (; row; row = row->next) {
		const char *id = row->columns[0].text;

		if (what->except_id && strcmp(id, what->except_id) == 0)
			continue;
		if (!give_one(op, owned, what, id, ret_any))
			return false;
	}
	return true;
}

bool hand_over(struct op *op, const struct hand_over *what, bool *ret_carts)
{
	bool ignored = false;

	*ret_carts = false;
	for (size_t i = 0; i < sizeof OWNED_KINDS / sizeof *OWNED_KINDS; i++) {
		const struct owned_kind *owned = &OWNED_KINDS[i];

		if ((!what->only || what->only == owned->kind) &&
		    !give_all(op, owned, what, owned->kind == &CART_KIND ? ret_carts : &ignored))
			return false;
	}
	return true;
}
