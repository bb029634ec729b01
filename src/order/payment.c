#include "order/payment.h"

#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/ownership.h"
#include "money/money.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

const struct part_list PAYMENT_TRANSACTIONS = { "transactions", "transaction", "transaction" };

/* The kind */

/* The id that the interface gave a payment is unique only among those of this interface. */
static void interface_id_values(struct op *op, const json_t *doc, json_t *values)
{
	const char *interface_id = doc_text(doc, "interfaceId");
	const char *name = doc_text(json_object_get(doc, "paymentMethodInfo"), "paymentInterface");

	(void)op;
	if (interface_id && name)
		json_array_append_new(values, json_sprintf("%s/%s", name, interface_id));
}

static const struct index_field INDEX[] = {
	OWNER_INDEX("customer.id"),
	CUSTOM_TYPE_INDEX,
	{ .name = "interfaceId", .unique = true, .values = interface_id_values },
	{ .name = "key", .unique = true, .path = "key" },
	{ 0 },
};

static const struct field TOKEN_ROWS[] = {
	{ "value", VALUE_STRING },
};
static const struct fields TOKEN_FIELDS = FIELDS(TOKEN_ROWS);

static const struct field METHOD_INFO_ROWS[] = {
	{ "paymentInterface", VALUE_STRING },
	{ "method",           VALUE_STRING },
	{ "name",             VALUE_MAP },
	{ "token",            VALUE_OBJECT, .inner = &TOKEN_FIELDS },
	{ "interfaceAccount", VALUE_STRING },
	CUSTOM_FIELD,
};
static const struct fields METHOD_INFO_FIELDS = FIELDS(METHOD_INFO_ROWS);

static const struct field STATUS_ROWS[] = {
	{ "interfaceCode", VALUE_STRING },
	{ "interfaceText", VALUE_STRING },
	REFERENCE_FIELD("state"),
};
static const struct fields STATUS_FIELDS = FIELDS(STATUS_ROWS);

static const struct field TRANSACTION_ROWS[] = {
	{ "id",            VALUE_STRING },
	{ "timestamp",     VALUE_DATE_TIME },
	{ "type",          VALUE_STRING },
	{ "amount",        VALUE_OBJECT, .inner = &MONEY_FIELDS },
	{ "interactionId", VALUE_STRING },
	{ "state",         VALUE_STRING },
	{ "interfaceId",   VALUE_STRING },
	CUSTOM_FIELD,
};
static const struct fields TRANSACTION_FIELDS = FIELDS(TRANSACTION_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",                   VALUE_STRING },
	REFERENCE_FIELD("customer"),
	{ "anonymousId",           VALUE_STRING },
	{ "interfaceId",           VALUE_STRING },
	{ "amountPlanned",         VALUE_OBJECT, .inner = &MONEY_FIELDS },
	{ "paymentMethodInfo",     VALUE_OBJECT, .inner = &METHOD_INFO_FIELDS },
	{ "paymentStatus",         VALUE_OBJECT, .inner = &STATUS_FIELDS },
	{ "transactions",          VALUE_OBJECT, true, &TRANSACTION_FIELDS },
	{ "interfaceInteractions", VALUE_OBJECT, true, &CUSTOM_FIELDS },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* Drafts */

const char *const TRANSACTION_STATES[] = { "Failure", "Initial", "Pending", "Success", NULL };
static const char *const TRANSACTION_TYPES[] = { "Authorization", "CancelAuthorization", "Charge",
	                                             "Chargeback", "Refund", NULL };
static const char *const MY_TRANSACTION_TYPES[] = { "Authorization", "Charge", NULL };

static const struct shape_field TOKEN_SHAPE_FIELDS[] = {
	{ "value", FIELD_TEXT, REQUIRED },
};
const struct shape METHOD_TOKEN = { 0, 1, TOKEN_SHAPE_FIELDS };

static const struct shape_field METHOD_INFO_DRAFT_FIELDS[] = {
	{ "paymentInterface", FIELD_TEXT,      OPTIONAL },
	{ "method",           FIELD_TEXT,      OPTIONAL },
	{ "name",             FIELD_TEXT_MAP,  OPTIONAL },
	{ "token",            FIELD_DOCUMENT,  OPTIONAL, .inner = &METHOD_TOKEN },
	{ "interfaceAccount", FIELD_TEXT,      OPTIONAL },
	{ "custom",           FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape METHOD_INFO_DRAFT = { 0, 6, METHOD_INFO_DRAFT_FIELDS };

#define TRANSACTION_FIELDS_OF(types) \
	{ "timestamp",     FIELD_TEXT,      OPTIONAL, .check = text_check_date_time }, \
	{ "type",          FIELD_TEXT,      REQUIRED, .check = text_check_enum, .argument = (types) }, \
	{ "amount",        FIELD_CONVERTED, REQUIRED, .decode = money_decode }, \
	{ "interactionId", FIELD_TEXT,      OPTIONAL }, \
	{ "interfaceId",   FIELD_TEXT,      OPTIONAL }, \
	{ "custom",        FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode }
static const struct shape_field MY_TRANSACTION_DRAFT_FIELDS[] = {
	TRANSACTION_FIELDS_OF(MY_TRANSACTION_TYPES),
};
static const struct shape_field TRANSACTION_DRAFT_FIELDS[] = {
	TRANSACTION_FIELDS_OF(TRANSACTION_TYPES),
	{ "state",         FIELD_TEXT,      OPTIONAL, .check = text_check_enum, .argument = TRANSACTION_STATES },
};
#undef TRANSACTION_FIELDS_OF
const struct shape TRANSACTION_DRAFT = { 0, 7, TRANSACTION_DRAFT_FIELDS };
const struct shape MY_TRANSACTION_DRAFT = { 0, 6, MY_TRANSACTION_DRAFT_FIELDS };

static const struct shape_field STATUS_DRAFT_FIELDS[] = {
	{ "interfaceCode", FIELD_TEXT,      OPTIONAL },
	{ "interfaceText", FIELD_TEXT,      OPTIONAL },
	{ "state",         FIELD_CONVERTED, OPTIONAL, .argument = "state", .decode = reference_decode },
};
static const struct shape STATUS_DRAFT = { 0, 3, STATUS_DRAFT_FIELDS };

#define SHARED_DRAFT_FIELDS \
	{ "amountPlanned",         FIELD_CONVERTED, REQUIRED, .decode = money_decode }, \
	{ "paymentMethodInfo",     FIELD_DOCUMENT,  OPTIONAL, .inner = &METHOD_INFO_DRAFT }, \
	{ "custom",                FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode }
static const struct shape_field MY_PAYMENT_DRAFT_FIELDS[] = {
	SHARED_DRAFT_FIELDS,
	{ "transaction",           FIELD_DOCUMENT,  OPTIONAL, .inner = &MY_TRANSACTION_DRAFT },
};
static const struct shape_field PAYMENT_DRAFT_FIELDS[] = {
	SHARED_DRAFT_FIELDS,
	{ "customer",              FIELD_CONVERTED, OPTIONAL, .argument = "customer", .decode = reference_decode },
	{ "anonymousId",           FIELD_TEXT,      OPTIONAL },
	{ "interfaceId",           FIELD_TEXT,      OPTIONAL },
	{ "paymentStatus",         FIELD_DOCUMENT,  OPTIONAL, .inner = &STATUS_DRAFT },
	{ "transactions",          FIELD_DOCUMENTS, OPTIONAL, .inner = &TRANSACTION_DRAFT },
	{ "interfaceInteractions", FIELD_LIST,      OPTIONAL, .inner = &CUSTOM_DRAFT_SHAPE },
	{ "key",                   FIELD_TEXT,      OPTIONAL },
};
#undef SHARED_DRAFT_FIELDS

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
const struct shape MY_PAYMENT_DRAFT = { 0, COUNT(MY_PAYMENT_DRAFT_FIELDS),
	                                    MY_PAYMENT_DRAFT_FIELDS };
const struct shape PAYMENT_DRAFT = { 0, COUNT(PAYMENT_DRAFT_FIELDS), PAYMENT_DRAFT_FIELDS };
#undef COUNT

/* Creating */

json_t *transaction_create(struct op *op, const json_t *draft)
{
	json_t *transaction = part_create(op, &PAYMENT_TRANSACTIONS, draft);

	if (transaction)
		doc_put_default(transaction, "state", json_string("Initial"));
	return transaction;
}

static bool fill_transaction(struct op *op, json_t *transactions, const json_t *draft)
{
	json_t *transaction = transaction_create(op, draft);

	json_array_append(transactions, transaction);
	return transaction != NULL;
}

/* /me gives one transaction at most, a trusted client any number. */
static bool fill_transactions(struct op *op, json_t *payment, const json_t *draft)
{
	const json_t *single = json_object_get(draft, "transaction");
	const json_t *drafts = json_object_get(draft, "transactions");
	json_t *transactions = json_array();

	json_object_del(payment, "transaction");
	doc_put(payment, "transactions", transactions);
	if (single && !fill_transaction(op, transactions, single))
		return false;
	for (size_t i = 0; i < json_array_size(drafts); i++)
		if (!fill_transaction(op, transactions, json_array_get(drafts, i)))
			return false;
	return true;
}

static bool fill_interactions(struct op *op, json_t *payment, const json_t *draft)
{
	const json_t *drafts = json_object_get(draft, "interfaceInteractions");
	json_t *interactions = json_array();

	doc_put(payment, "interfaceInteractions", interactions);
	for (size_t i = 0; i < json_array_size(drafts); i++) {
		json_t *holder = keep(op, json_object());

		if (!custom_from_draft(op, holder, "payment-interface-interaction",
		                       json_array_get(drafts, i)))
			return false;
		json_array_append(interactions, json_object_get(holder, "custom"));
	}
	return true;
}

static bool fill(struct op *op, struct resource *payment, const json_t *draft)
{
	json_t *doc = payment->doc;

	doc_put_default(doc, "paymentMethodInfo", json_object());
	doc_put_default(doc, "paymentStatus", json_object());
	if (!owner_start(op, doc) ||
	    !part_start_custom(op, json_object_get(doc, "paymentMethodInfo"), "payment-method-info",
	                       json_object_get(draft, "paymentMethodInfo")) ||
	    !fill_transactions(op, doc, draft) || !fill_interactions(op, doc, draft))
		return false;
	resource_emit(op, payment, MESSAGE_PaymentCreated,
	              keep(op, json_pack("{s:O}", "payment", doc)));
	return true;
}

const struct resource_kind PAYMENT_KIND = {
	.name = "payment",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.is_visible = owned_by_caller,
	OWNED_BY_REFERENCE,
	.custom_type = "payment",
};
