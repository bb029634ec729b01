#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/common_actions.h"
#include "kind/ownership.h"
#include "kind/update.h"
#include "money/money.h"
#include "order/payment.h"

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

static bool transition_state(struct op *op, struct resource *payment,
                             const struct update_action *row, const void *input)
{
	json_t *copy = keep(op, json_deep_copy(input));

	if (!references_resolve(op, copy))
		return false;
	json_t *state = json_object_get(copy, "state");

	if (!doc_set(json_object_get(payment->doc, "paymentStatus"), "state", state))
		return true;
	resource_touch(payment);
	resource_emit(op, payment, row->message,
	              keep(op, json_pack("{s:O, s:b}", "state", state, "force",
	                                 doc_true(input, "force"))));
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

static bool set_method_custom_type(struct op *op, struct resource *payment,
                                   const struct update_action *row, const void *input)
{
	struct custom_holder holder = method_holder(payment);

	(void)row;
	return change_custom_type(op, payment, &holder, input);
}

static bool set_method_custom_field(struct op *op, struct resource *payment,
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

static bool set_transaction_interface_id(struct op *op, struct resource *payment,
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

static bool set_transaction_custom_type(struct op *op, struct resource *payment,
                                        const struct update_action *row, const void *input)
{
	(void)row;
	return part_set_custom_type(op, payment, &PAYMENT_TRANSACTIONS, input);
}

static bool set_transaction_custom_field(struct op *op, struct resource *payment,
                                         const struct update_action *row, const void *input)
{
	(void)row;
	return part_set_custom_field(op, payment, &PAYMENT_TRANSACTIONS, input);
}

/* clang-format off */
static const struct shape_field TRANSITION_FIELDS[] = {
	{ "state", FIELD_CONVERTED, REQUIRED, .argument = "state", .decode = reference_decode },
	{ "force", FIELD_BOOL,      OPTIONAL },
};
static const struct shape TRANSITION_INPUT = { 0, 2, TRANSITION_FIELDS };

static const struct shape_field INTERACTION_FIELDS[] = {
	{ "type",   FIELD_CUSTOM, REQUIRED, offsetof(struct custom_draft, type), NULL, "type", NULL, identifier_decode },
	{ "fields", FIELD_MAP,    OPTIONAL, offsetof(struct custom_draft, fields) },
};
static const struct shape INTERACTION_INPUT = { sizeof(struct custom_draft), 2, INTERACTION_FIELDS };

/* A transaction is named by its id alone. */
#define TRANSACTION_ID { "transactionId", FIELD_TEXT, REQUIRED, offsetof(struct part_reference, id) }
#define TRANSACTION_INPUT(...) &(const struct shape){ sizeof(struct transaction_input), 2, (const struct shape_field[]){ \
	TRANSACTION_ID, { __VA_ARGS__ } } }
#define TEXT_OF(name, need, ...) name, FIELD_TEXT, need, offsetof(struct transaction_input, text), __VA_ARGS__

static const struct shape_field TRANSACTION_TYPE_FIELDS[] = {
	TRANSACTION_ID,
	{ "type",   FIELD_CUSTOM, OPTIONAL, offsetof(struct part_custom_type, draft.type), NULL, "type", NULL, identifier_decode },
	{ "fields", FIELD_MAP,    OPTIONAL, offsetof(struct part_custom_type, draft.fields) },
};
static const struct shape TRANSACTION_TYPE_INPUT = { sizeof(struct part_custom_type), 3, TRANSACTION_TYPE_FIELDS };
static const struct shape_field TRANSACTION_FIELD_FIELDS[] = {
	TRANSACTION_ID,
	{ "name",   FIELD_TEXT,   REQUIRED, offsetof(struct part_custom_field, field.name) },
	{ "value",  FIELD_RAW,    OPTIONAL, offsetof(struct part_custom_field, field.value) },
};
static const struct shape TRANSACTION_FIELD_INPUT = { sizeof(struct part_custom_field), 3, TRANSACTION_FIELD_FIELDS };

#define AMOUNT      ONE_MEMBER("amount", FIELD_CONVERTED, REQUIRED, .decode = money_decode)
#define CUSTOMER    ONE_MEMBER("customer", FIELD_CONVERTED, OPTIONAL, .argument = "customer", .decode = reference_decode)
#define TRANSACTION(shape) ONE_MEMBER("transaction", FIELD_DOCUMENT, REQUIRED, .inner = &(shape))
#define TEXT(name)  ONE_MEMBER(name, FIELD_TEXT, OPTIONAL)
#define STATE       TRANSACTION_INPUT(TEXT_OF("state", REQUIRED, text_check_enum, TRANSACTION_STATES))
#define TIMESTAMP   TRANSACTION_INPUT(TEXT_OF("timestamp", REQUIRED, text_check_date_time, NULL))
#define NAME        ONE_MEMBER("name", FIELD_TEXT_MAP, OPTIONAL)
#define TOKEN       ONE_MEMBER("token", FIELD_DOCUMENT, OPTIONAL, .inner = &METHOD_TOKEN)

static const struct update_action ROWS[] = {
	/* action                          door          input                                                apply                         field                    message */
	{ "addInterfaceInteraction",       DOOR_TRUSTED, &INTERACTION_INPUT,                                  add_interaction,              "interfaceInteractions", MESSAGE_PaymentInteractionAdded },
	{ "addTransaction",                DOOR_TRUSTED, TRANSACTION(TRANSACTION_DRAFT),                      add_transaction,              "transactions",          MESSAGE_PaymentTransactionAdded },
	{ "addTransaction",                DOOR_ANY,     TRANSACTION(MY_TRANSACTION_DRAFT),                   add_transaction,              "transactions",          MESSAGE_PaymentTransactionAdded },
	{ "changeAmountPlanned",           DOOR_ANY,     AMOUNT,                                              change_amount_planned,        "amountPlanned",         MESSAGE_NONE },
	{ "changeTransactionInteractionId", DOOR_TRUSTED, TRANSACTION_INPUT(TEXT_OF("interactionId", REQUIRED)), set_transaction_text,      "interactionId",         MESSAGE_NONE },
	{ "changeTransactionState",        DOOR_TRUSTED, STATE,                                               set_transaction_text,         "state",                 MESSAGE_PaymentTransactionStateChanged },
	{ "changeTransactionTimestamp",    DOOR_TRUSTED, TIMESTAMP,                                           set_transaction_text,         "timestamp",             MESSAGE_NONE },
	{ "setAnonymousId",                DOOR_TRUSTED, TEXT("anonymousId"),                                 action_set_anonymous_id,      "anonymousId",           MESSAGE_NONE },
	{ "setCustomField",                DOOR_ANY,     &CUSTOM_FIELD_INPUT,                                 action_set_custom_field,      NULL,                    MESSAGE_NONE },
	{ "setCustomType",                 DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,                                  action_set_custom_type,       NULL,                    MESSAGE_NONE },
	{ "setCustomer",                   DOOR_TRUSTED, CUSTOMER,                                            action_set_customer,          "customer",              MESSAGE_NONE },
	{ "setInterfaceId",                DOOR_TRUSTED, ONE_MEMBER("interfaceId", FIELD_TEXT, REQUIRED),     set_interface_id,             "interfaceId",           MESSAGE_PaymentInterfaceIdSet },
	{ "setKey",                        DOOR_TRUSTED, TEXT("key"),                                         action_set_member,            "key",                   MESSAGE_NONE },
	{ "setMethodInfo",                 DOOR_TRUSTED, &METHOD_INFO_DRAFT,                                  set_method_info,              "paymentMethodInfo",     MESSAGE_NONE },
	{ "setMethodInfoCustomField",      DOOR_ANY,     &CUSTOM_FIELD_INPUT,                                 set_method_custom_field,      NULL,                    MESSAGE_NONE },
	{ "setMethodInfoCustomType",       DOOR_ANY,     &CUSTOM_TYPE_INPUT,                                  set_method_custom_type,       NULL,                    MESSAGE_NONE },
	{ "setMethodInfoInterface",        DOOR_ANY,     ONE_MEMBER("interface", FIELD_TEXT, REQUIRED),       set_method_member,            "interface",             MESSAGE_PaymentMethodInfoInterfaceSet },
	{ "setMethodInfoInterfaceAccount", DOOR_ANY,     TEXT("interfaceAccount"),                            set_method_member,            "interfaceAccount",      MESSAGE_PaymentMethodInfoInterfaceAccountSet },
	{ "setMethodInfoMethod",           DOOR_ANY,     TEXT("method"),                                      set_method_member,            "method",                MESSAGE_PaymentMethodInfoMethodSet },
	{ "setMethodInfoName",             DOOR_ANY,     NAME,                                                set_method_member,            "name",                  MESSAGE_PaymentMethodInfoNameSet },
	{ "setMethodInfoToken",            DOOR_TRUSTED, TOKEN,                                               set_method_member,            "token",                 MESSAGE_PaymentMethodInfoTokenSet },
	{ "setStatusInterfaceCode",        DOOR_TRUSTED, TEXT("interfaceCode"),                               set_status,                   "interfaceCode",         MESSAGE_PaymentStatusInterfaceCodeSet },
	{ "setStatusInterfaceText",        DOOR_TRUSTED, ONE_MEMBER("interfaceText", FIELD_TEXT, REQUIRED),   set_status,                   "interfaceText",         MESSAGE_NONE },
	{ "setTransactionCustomField",     DOOR_ANY,     &TRANSACTION_FIELD_INPUT,                            set_transaction_custom_field, NULL,                    MESSAGE_NONE },
	{ "setTransactionCustomType",      DOOR_TRUSTED, &TRANSACTION_TYPE_INPUT,                             set_transaction_custom_type,  NULL,                    MESSAGE_NONE },
	{ "setTransactionInterfaceId",     DOOR_TRUSTED, TRANSACTION_INPUT(TEXT_OF("interfaceId", OPTIONAL)), set_transaction_interface_id, "interfaceId",           MESSAGE_PaymentTransactionInterfaceIdSet },
	{ "transitionState",               DOOR_TRUSTED, &TRANSITION_INPUT,                                   transition_state,             NULL,                    MESSAGE_PaymentStatusStateTransition },
};
static const struct update_actions MY_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, false };
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(MY_PAYMENT_UPDATE, MY_ACTIONS);
UPDATE_SHAPE(PAYMENT_UPDATE, ACTIONS);
/* clang-format on */

bool payment_owner_may_update(struct op *op, const struct resource *payment,
                              const struct update_input *input)
{
	const struct action *actions = input->actions.items;
	bool has_transaction = json_array_size(json_object_get(payment->doc, "transactions")) > 0;

	for (size_t i = 0; i < input->actions.count; i++) {
		if (has_transaction && actions[i].row->apply != set_transaction_custom_field)
			return fail_invalid_operation(
				op, "A payment that has a transaction cannot be updated by its owner.");
		has_transaction = has_transaction || actions[i].row->apply == add_transaction;
	}
	return true;
}
