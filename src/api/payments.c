#include "api/payments.h"

#include "api/listing.h"
#include "api/resources.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "kind/update.h"
#include "order/payment.h"
#include "order/payment_actions.h"
#include "resource/load.h"
#include "resource/save.h"
#include "resource/stored.h"

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
	if (body.kind != BODY_TEXT && body.kind != BODY_DOCUMENT)
		return body;
	json_t *doc =
		body.kind == BODY_TEXT ? stored_read(op, body.text, body.bytes) : body.document;
	json_t *results = json_object_get(doc, "results");

	if (!doc)
		return NO_BODY;
	if (!results)
		return body_document(keep(op, reduce(doc)));
	for (size_t i = 0; i < json_array_size(results); i++)
		json_array_set_new(results, i, reduce(json_array_get(results, i)));
	return body_document(doc);
}

struct body my_payments_list(struct op *op, const struct call *call)
{
	return reduced(op, kinds_list(op, call));
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
	    !resource_save_updated(op, payment, in))
		return NO_BODY;
	return reduced(op, resource_body(op, call, payment));
}

struct body my_payments_delete(struct op *op, const struct call *call)
{
	return reduced(op, kinds_delete(op, call));
}
