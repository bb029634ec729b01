#include "api/owned.h"

#include "api/kinds.h"
#include "api/listing.h"
#include "base/arena.h"
#include "base/doc.h"
#include "base/op.h"
#include "db/db.h"
#include "domain/caller.h"
#include "domain/kind.h"
#include "domain/ownership.h"
#include "domain/payment.h"
#include "domain/update.h"

enum { EVERY_ROW = -1 };

/* Lists */

/* One owner has few of a kind, so that a page of those of one store is cut in memory. */
static struct db_row *of_store(struct op *op, struct db_row *rows, const struct paging *paging,
                               int64_t *ret_total)
{
	struct db_row *page = NULL;
	struct db_row **last = &page;
	int64_t total = 0;

	for (; rows; rows = rows->next) {
		const json_t *doc =
			keep(op, json_loadb(rows->columns[0].text, rows->columns[0].bytes, 0, NULL));

		if (!owned_is_visible(op, doc))
			continue;
		if (total >= paging->offset_rows && total < paging->offset_rows + paging->limit_rows) {
			*last = arena_alloc(op->arena, sizeof **last);
			(*last)->columns = rows->columns;
			last = &(*last)->next;
		}
		total++;
	}
	*ret_total = total;
	return page;
}

struct body owned_list(struct op *op, const struct call *call)
{
	const char *customer_id = op->caller->customer_id;
	const char *field = customer_id ? "customerId" : "anonymousId";
	const char *owner = customer_id ? customer_id : op->caller->anonymous_id;
	struct paging paging;
	struct db_row *rows;
	int64_t total;

	if (!op->mine)
		return list_kind(op, call, call->kind, op->store_key ? "storeKey" : NULL, op->store_key);
	if (!op->store_key)
		return list_kind(op, call, call->kind, field, owner);
	if (!listing_read(op, call, &paging) ||
	    !resource_list(op, call->kind, field, owner, EVERY_ROW, 0, &rows))
		return NO_BODY;
	rows = of_store(op, rows, &paging, &total);
	return paged_body(op, call, &paging, rows, total);
}

/* Payments under /me */

/* A MyPayment. */
static json_t *reduce(const json_t *payment)
{
	static const char *const SHOWN[] = { "id",           "version",       "customer",
		                                 "anonymousId",  "amountPlanned", "paymentMethodInfo",
		                                 "transactions", "custom" };
	json_t *shown = json_object();

	for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++)
		if (doc_has(payment, SHOWN[i]))
			json_object_set(shown, SHOWN[i], json_object_get(payment, SHOWN[i]));
	return shown;
}

/* What the owner sees of an answer that is a payment or a page of payments. */
static struct body reduced(struct op *op, struct body body)
{
	if (body.kind == BODY_FAILED)
		return body;
	json_t *doc = body.kind == BODY_TEXT ? keep(op, json_loadb(body.text, body.bytes, 0, NULL))
	                                     : body.document;
	json_t *results = json_object_get(doc, "results");

	if (!results)
		return body_document(keep(op, reduce(doc)));
	for (size_t i = 0; i < json_array_size(results); i++)
		json_array_set_new(results, i, reduce(json_array_get(results, i)));
	return body_document(doc);
}

struct body my_payments_list(struct op *op, const struct call *call)
{
	return reduced(op, owned_list(op, call));
}

struct body my_payments_create(struct op *op, const struct call *call)
{
	return reduced(op, kinds_create(op, call));
}

struct body my_payments_get(struct op *op, const struct call *call)
{
	return reduced(op, kinds_get(op, call));
}

struct body my_payments_update(struct op *op, const struct call *call)
{
	struct resource *payment = kind_get(op, call->kind, call->argument);
	const struct update_input *in = call->input;

	if (!payment || !resource_at_version(op, payment, in->version) ||
	    !payment_owner_may_update(op, payment, in) || !resource_update(op, payment, in) ||
	    !resource_save(op, payment))
		return NO_BODY;
	return reduced(op, resource_body(op, payment));
}

struct body my_payments_delete(struct op *op, const struct call *call)
{
	return reduced(op, kinds_delete(op, call));
}
