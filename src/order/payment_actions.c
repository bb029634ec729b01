#include "order/payment_actions.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_actions.h"
#include "kind/member_actions.h"
#include "kind/ownership.h"
#include "kind/update.h"
#include "money/money.h"
#include "order/payment.h"
#include "resource/save.h"

struct transaction_input {
	struct part_reference transaction;
	const char           *text;
};

/* The payment itself */

static bool change_amount_planned(struct op *op, struct resource *payment,
                                  const struct update_action *row, const void *input)
{
	(void)op;
	if (doc_set(payment->doc, row->field, json_object_get(input, "amount")))
		resource_touch(payment);
	return true;
}

static bool set_interface_id(struct op *op, struct resource *payment,
                             const struct update_action *row, const void *input)
{
	const char *before = doc_text(payment->doc, row->field);
	json_t *value = json_object_get(input, row->field);

	if (before && strcmp(before, json_string_value(value)) != 0)
		return fail_invalid_operation(op, "The interfaceId cannot be changed once it is set.");
	change_member(op, payment, payment->doc, row->field, value, row->field, row->message);
	return true;
}

static bool add_interaction(struct op *op, struct resource *payment,
                            const struct update_action *row, const void *input)
{
	json_t *holder = keep(op, json_object());
	struct custom_change change;

	if (!custom_set_type(op, holder, "payment-interface-interaction", input, &change))
		return false;
	json_t *interaction = json_object_get(holder, "custom");

	json_array_append(json_object_get(payment->doc, row->field), interaction);
	resource_touch(payment);
	resource_emit(op, payment, row->message,
	              keep(op, json_pack("{s:O}", "interaction", interaction)));
	return true;
}

static bool set_status(struct op *op, struct resource *payment, const struct update_action *row,
                       const void *input)
{
	change_member(op, payment, json_object_get(payment->doc, "paymentStatus"), row->field,
	              json_object_get(input, row->field), row->field, row->message);
	return true;
}

/* The method */

static json_t *method_info(const struct resource *payment)
{
	return json_object_get(payment->doc, "paymentMethodInfo");
}

static bool set_method_info(struct op *op, struct resource *payment,
                            const struct update_action *row, const void *input)
{
	json_t *info = keep(op, json_deep_copy(input));

	if (!part_start_custom(op, info, "payment-method-info", input))
		return false;
	if (doc_set(payment->doc, row->field, info))
		resource_touch(payment);
	return true;
}

/* An action and its message call `interface` what the payment calls `paymentInterface`. */
static bool set_method_member(struct op *op, struct resource *payment,
                              const struct update_action *row, const void *input)
{
	bool is_interface = strcmp(row->field, "interface") == 0;

	change_member(op, payment, method_info(payment),
	              is_interface ? "paymentInterface" : row->field,
	              json_object_get(input, row->field), row->field, row->message);
	return true;
}

static const struct custom_messages METHOD_MESSAGES = {
	.type_set = MESSAGE_PaymentMethodInfoCustomTypeSet,
	.type_removed = MESSAGE_PaymentMethodInfoCustomTypeRemoved,
	.field_added = MESSAGE_PaymentMethodInfoCustomFieldAdded,
	.field_changed = MESSAGE_PaymentMethodInfoCustomFieldChanged,
	.field_removed = MESSAGE_PaymentMethodInfoCustomFieldRemoved,
	.previous_type_id = "oldTypeId",
	.previous_value = "oldValue",
};

static struct custom_holder method_holder(const struct resource *payment)
{
	return (struct custom_holder){
		.doc = method_info(payment),
		.type_id = "payment-method-info",
		.messages = &METHOD_MESSAGES,
	};
}

static bool set_method_type(struct op *op, struct resource *payment,
                                   const struct update_action *row, const void *input)
{
	struct custom_holder holder = method_holder(payment);

	(void)row;
	return change_custom_type(op, payment, &holder, input);
}

static bool set_method_field(struct op *op, struct resource *payment,
                                    const struct update_action *row, const void *input)
{
	struct custom_holder holder = method_holder(payment);

	(void)row;
	return change_custom_field(op, payment, &holder, input);
}

/* Transactions */

static bool add_transaction(struct op *op, struct resource *payment,
                            const struct update_action *row, const void *input)
{
	json_t *transaction = transaction_create(op, json_object_get(input, "transaction"));

	if (!transaction)
		return false;
	json_array_append(json_object_get(payment->doc, row->field), transaction);
	resource_touch(payment);
	resource_emit(op, payment, row->message,
	              keep(op, json_pack("{s:o}", "transaction", json_deep_copy(transaction))));
	return true;
}

static bool set_transaction_text(struct op *op, struct resource *payment,
                                 const struct update_action *row, const void *input)
{
	const struct transaction_input *in = input;
	json_t *transaction =
		part_find(op, payment->doc, &PAYMENT_TRANSACTIONS, &in->transaction, NULL);

	if (!transaction)
		return false;
	if (doc_set_text(transaction, row->field, in->text)) {
		resource_touch(payment);
		resource_emit(op, payment, row->message,
		              keep(op, json_pack("{s:s, s:s}", "transactionId", in->transaction.id,
		                                 row->field, in->text)));
	}
	return true;
}

static bool set_transaction_id(struct op *op, struct resource *payment,
                                         const struct update_action *row, const void *input)
{
	const struct transaction_input *in = input;
	json_t *transaction =
		part_find(op, payment->doc, &PAYMENT_TRANSACTIONS, &in->transaction, NULL);

	if (!transaction)
		return false;
	json_t *payload = keep(op, json_pack("{s:s, s:s*, s:s*}", "transactionId", in->transaction.id,
	                                     "newInterfaceId", in->text, "oldInterfaceId",
	                                     doc_text(transaction, row->field)));

	if (doc_set_text(transaction, row->field, in->text)) {
		resource_touch(payment);
		resource_emit(op, payment, row->message, payload);
	}
	return true;
}

static bool set_transaction_type(struct op *op, struct resource *payment,
                                        const struct update_action *row, const void *input)
{
	(void)row;
	return part_set_custom_type(op, payment, &PAYMENT_TRANSACTIONS, input);
}

static bool set_transaction_field(struct op *op, struct resource *payment,
                                         const struct update_action *row, const void *input)
{
	(void)row;
	return part_set_custom_field(op, payment, &PAYMENT_TRANSACTIONS, input);
}

static const struct shape_field TRANSITION_FIELDS[] = {
	{ "state", FIELD_CONVERTED, REQUIRED, .argument = "state", .decode = reference_decode },
	{ "force", FIELD_BOOL,      OPTIONAL },
};
static const struct shape TRANSITION_INPUT = { 0, 2, TRANSITION_FIELDS };

static const struct shape_field INTERACTION_FIELDS[] = {
	{ "type",   FIELD_CUSTOM, REQUIRED, offsetof(struct custom_draft, type), .argument = "type",
	  .decode = identifier_decode },
	{ "fields", FIELD_MAP,    OPTIONAL, offsetof(struct custom_draft, fields) },
};
static const struct shape INTERACTION_INPUT = { sizeof(struct custom_draft), 2, INTERACTION_FIELDS };

/* A transaction is named by its id alone. */
#define TRANSACTION_ID { "transactionId", FIELD_TEXT, REQUIRED, offsetof(struct part_reference, id) }
#define TRANSACTION_INPUT(...) &(const struct shape){ sizeof(struct transaction_input), 2, \
	(const struct shape_field[]){ TRANSACTION_ID, { __VA_ARGS__ } } }
#define TEXT_OF(name, need, ...) \
	TRANSACTION_INPUT(name, FIELD_TEXT, need, offsetof(struct transaction_input, text), __VA_ARGS__)

#define TYPE_AT(member) offsetof(struct part_custom_type, draft.member)
static const struct shape_field TRANSACTION_TYPE_FIELDS[] = {
	TRANSACTION_ID,
	{ "type",   FIELD_CUSTOM, OPTIONAL, TYPE_AT(type), .argument = "type", .decode = identifier_decode },
	{ "fields", FIELD_MAP,    OPTIONAL, TYPE_AT(fields) },
};
static const struct shape TRANSACTION_TYPE_INPUT = {
	sizeof(struct part_custom_type), 3, TRANSACTION_TYPE_FIELDS
};
static const struct shape_field TRANSACTION_FIELD_FIELDS[] = {
	TRANSACTION_ID,
	{ "name",   FIELD_TEXT,   REQUIRED, offsetof(struct part_custom_field, field.name) },
	{ "value",  FIELD_RAW,    OPTIONAL, offsetof(struct part_custom_field, field.value) },
};
static const struct shape TRANSACTION_FIELD_INPUT = {
	sizeof(struct part_custom_field), 3, TRANSACTION_FIELD_FIELDS
};

/* Inputs. */
#define AMOUNT            ONE_MEMBER("amount", FIELD_CONVERTED, REQUIRED, .decode = money_decode)
#define CUSTOMER          ONE_MEMBER("customer", FIELD_CONVERTED, OPTIONAL, .argument = "customer", \
                                     .decode = reference_decode)
#define FIELD             &CUSTOM_FIELD_INPUT
#define INTERACTION       &INTERACTION_INPUT
#define INTERACTION_ID    TEXT_OF("interactionId", REQUIRED)
#define OWN_ID            NEEDED("interfaceId")
#define INTERFACE_ID      TEXT_OF("interfaceId", OPTIONAL)
#define METHOD_INFO       &METHOD_INFO_DRAFT
#define MY_TRANSACTION    TRANSACTION_OF(MY_TRANSACTION_DRAFT)
#define NAME              ONE_MEMBER("name", FIELD_TEXT_MAP, OPTIONAL)
#define NEEDED(name)      ONE_MEMBER(name, FIELD_TEXT, REQUIRED)
#define STATE             TEXT_OF("state", REQUIRED, text_check_enum, TRANSACTION_STATES)
#define TEXT(name)        ONE_MEMBER(name, FIELD_TEXT, OPTIONAL)
#define TIMESTAMP         TEXT_OF("timestamp", REQUIRED, text_check_date_time, NULL)
#define TOKEN             ONE_MEMBER("token", FIELD_DOCUMENT, OPTIONAL, .inner = &METHOD_TOKEN)
#define TRANSACTION       TRANSACTION_OF(TRANSACTION_DRAFT)
#define TRANSACTION_FIELD &TRANSACTION_FIELD_INPUT
#define TRANSACTION_TYPE  &TRANSACTION_TYPE_INPUT
#define TRANSITION        &TRANSITION_INPUT
#define TYPE              &CUSTOM_TYPE_INPUT
#define TRANSACTION_OF(shape) ONE_MEMBER("transaction", FIELD_DOCUMENT, REQUIRED, .inner = &(shape))

/* Members of a payment. */
#define ACCOUNT           "interfaceAccount"
#define CODE              "interfaceCode"
#define INTERACTIONS      "interfaceInteractions"
#define INTERACTION_REF   "interactionId"
#define METHOD            "paymentMethodInfo"
#define TRANSACTIONS      "transactions"
#define WORDS             "interfaceText"

/* What is told, if anything. */
#define ACCOUNT_SET   MESSAGE_PaymentMethodInfoInterfaceAccountSet
#define ADDED         MESSAGE_PaymentTransactionAdded
#define CODE_SET      MESSAGE_PaymentStatusInterfaceCodeSet
#define ID_SET        MESSAGE_PaymentTransactionInterfaceIdSet
#define INTERACTED    MESSAGE_PaymentInteractionAdded
#define INTERFACE_SET MESSAGE_PaymentMethodInfoInterfaceSet
#define METHOD_SET    MESSAGE_PaymentMethodInfoMethodSet
#define NAME_SET      MESSAGE_PaymentMethodInfoNameSet
#define NONE          MESSAGE_NONE
#define OWN_ID_SET    MESSAGE_PaymentInterfaceIdSet
#define STATE_CHANGED MESSAGE_PaymentTransactionStateChanged
#define TOKEN_SET     MESSAGE_PaymentMethodInfoTokenSet

/* Rows by who may use the action. */
#define ANYBODY(name, input, apply, field, told) { name, DOOR_ANY, input, apply, field, told }
#define TRUSTED(name, input, apply, field, told) { name, DOOR_TRUSTED, input, apply, field, told }

static const struct update_action ROWS[] = {
	/*      action                           input               what it does            field         told */
	TRUSTED("addInterfaceInteraction",       INTERACTION,        add_interaction,        INTERACTIONS, INTERACTED),
	TRUSTED("addTransaction",                TRANSACTION,        add_transaction,        TRANSACTIONS, ADDED),
	ANYBODY("addTransaction",                MY_TRANSACTION,     add_transaction,        TRANSACTIONS, ADDED),
	ANYBODY("changeAmountPlanned",           AMOUNT,             change_amount_planned,  "amountPlanned", NONE),
	TRUSTED("changeTransactionInteractionId", INTERACTION_ID,    set_transaction_text,   INTERACTION_REF, NONE),
	TRUSTED("changeTransactionState",        STATE,              set_transaction_text,   "state",      STATE_CHANGED),
	TRUSTED("changeTransactionTimestamp",    TIMESTAMP,          set_transaction_text,   "timestamp",  NONE),
	TRUSTED("setAnonymousId",                TEXT("anonymousId"), action_set_anonymous_id, "anonymousId", NONE),
	ANYBODY("setCustomField",                FIELD,              action_set_custom_field, NULL,        NONE),
	TRUSTED("setCustomType",                 TYPE,               action_set_custom_type, NULL,         NONE),
	TRUSTED("setCustomer",                   CUSTOMER,           action_set_customer,    "customer",   NONE),
	TRUSTED("setInterfaceId",                OWN_ID,             set_interface_id,       "interfaceId", OWN_ID_SET),
	TRUSTED("setKey",                        TEXT("key"),        action_set_member,      "key",        NONE),
	TRUSTED("setMethodInfo",                 METHOD_INFO,        set_method_info,        METHOD,       NONE),
	ANYBODY("setMethodInfoCustomField",      FIELD,              set_method_field,       NULL,         NONE),
	ANYBODY("setMethodInfoCustomType",       TYPE,               set_method_type,        NULL,         NONE),
	ANYBODY("setMethodInfoInterface",        NEEDED("interface"), set_method_member,     "interface",  INTERFACE_SET),
	ANYBODY("setMethodInfoInterfaceAccount", TEXT(ACCOUNT),      set_method_member,      ACCOUNT,      ACCOUNT_SET),
	ANYBODY("setMethodInfoMethod",           TEXT("method"),     set_method_member,      "method",     METHOD_SET),
	ANYBODY("setMethodInfoName",             NAME,               set_method_member,      "name",       NAME_SET),
	TRUSTED("setMethodInfoToken",            TOKEN,              set_method_member,      "token",      TOKEN_SET),
	TRUSTED("setStatusInterfaceCode",        TEXT(CODE),         set_status,             CODE,         CODE_SET),
	TRUSTED("setStatusInterfaceText",        NEEDED(WORDS),      set_status,             WORDS,        NONE),
	ANYBODY("setTransactionCustomField",     TRANSACTION_FIELD,  set_transaction_field,  NULL,         NONE),
	TRUSTED("setTransactionCustomType",      TRANSACTION_TYPE,   set_transaction_type,   NULL,         NONE),
	TRUSTED("setTransactionInterfaceId",     INTERFACE_ID,       set_transaction_id,     "interfaceId", ID_SET),
	TRUSTED("transitionState",               TRANSITION,         action_name_missing,    NULL,         NONE),
};
static const struct update_actions MY_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, false };
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(MY_PAYMENT_UPDATE, MY_ACTIONS);
UPDATE_SHAPE(PAYMENT_UPDATE, ACTIONS);

bool payment_owner_may_update(struct op *op, const struct resource *payment,
                              const struct update_input *input)
{
	const struct action *actions = input->actions.items;
	bool has_transaction = json_array_size(json_object_get(payment->doc, "transactions")) > 0;

	for (size_t i = 0; i < input->actions.count; i++) {
		if (has_transaction && actions[i].row->apply != set_transaction_field) {
			fail_invalid_operation(
				op, "A payment that has a transaction cannot be updated by its owner.");
			update_blame(op, input, i);
			return false;
		}
		has_transaction = has_transaction || actions[i].row->apply == add_transaction;
	}
	return true;
}
