#include "base/error.h"
#include "base/op.h"
#include "cart/shopping_list.h"
#include "document/doc.h"
#include "kind/common_actions.h"
#include "kind/index_values.h"
#include "kind/ownership.h"
#include "kind/update.h"

struct item_quantity {
	struct part_reference item;
	struct optional_int   quantity;
};

struct item_value {
	struct part_reference item;
	json_t               *value;
};

/* The list of items that a row is about. */
static const struct part_list *items_of(const struct update_action *row)
{
	return row->argument;
}

/* The list itself */

static bool set_delete_days(struct op *op, struct resource *list, const struct update_action *row,
                            const void *input)
{
	const json_t *days = json_object_get(input, row->field);
	json_int_t value = days ? json_integer_value(days) : SHOPPING_LIST_DELETE_DAYS;

	if (!list_check_delete_days(op, days))
		return false;
	if (doc_set(list->doc, row->field, keep(op, json_integer(value))))
		resource_touch(list);
	return true;
}

static bool set_slug(struct op *op, struct resource *list, const struct update_action *row,
                     const void *input)
{
	return slug_check(op, list, json_object_get(input, row->field)) &&
	       action_set_member(op, list, row, input);
}

/* Items */

static bool add_item(struct op *op, struct resource *list, const struct update_action *row,
                     const void *input)
{
	json_t *item;

	if (!list_item_add(op, list->doc, input, &item))
		return false;
	resource_touch(list);
	resource_emit(op, list, row->message,
	              keep(op, json_pack("{s:o}", "lineItem", json_deep_copy(item))));
	return true;
}

static bool add_text_item(struct op *op, struct resource *list, const struct update_action *row,
                          const void *input)
{
	(void)row;
	if (!list_text_item_add(op, list->doc, input))
		return false;
	resource_touch(list);
	return true;
}

/* 0 or less takes the item out. */
static void set_quantity(struct op *op, struct resource *list, const struct update_action *row,
                         size_t index, int64_t quantity)
{
	json_t *items = json_object_get(list->doc, items_of(row)->member);
	json_t *item = json_array_get(items, index);

	if (quantity > 0) {
		if (doc_set(item, "quantity", keep(op, json_integer(quantity))))
			resource_touch(list);
		return;
	}
	json_t *payload = keep(op, json_pack("{s:O}", "lineItem", item));

	json_array_remove(items, index);
	resource_touch(list);
	resource_emit(op, list, row->message, payload);
}

static bool change_quantity(struct op *op, struct resource *list, const struct update_action *row,
                            const void *input)
{
	const struct item_quantity *in = input;
	size_t index;

	if (!part_find(op, list->doc, items_of(row), &in->item, &index))
		return false;
	if (in->quantity.value < 0)
		return fail_invalid_field(op, "quantity", keep(op, json_integer(in->quantity.value)), NULL);
	set_quantity(op, list, row, index, in->quantity.value);
	return true;
}

static bool remove_item(struct op *op, struct resource *list, const struct update_action *row,
                        const void *input)
{
	const struct item_quantity *in = input;
	size_t index;
	const json_t *item = part_find(op, list->doc, items_of(row), &in->item, &index);

	if (!item)
		return false;
	if (in->quantity.given && in->quantity.value < 1)
		return fail_invalid_field(op, "quantity", keep(op, json_integer(in->quantity.value)), NULL);
	set_quantity(op, list, row, index,
	             in->quantity.given ? doc_int(item, "quantity") - in->quantity.value : 0);
	return true;
}

static bool change_order(struct op *op, struct resource *list, const struct update_action *row,
                         const void *input)
{
	return part_reorder(op, list, items_of(row), json_object_get(input, row->field));
}

static bool set_item_member(struct op *op, struct resource *list, const struct update_action *row,
                            const void *input)
{
	const struct item_value *in = input;
	json_t *item = part_find(op, list->doc, items_of(row), &in->item, NULL);

	if (!item)
		return false;
	change_member(op, list, item, row->field, in->value, row->field, row->message);
	return true;
}

static bool set_item_custom_type(struct op *op, struct resource *list,
                                 const struct update_action *row, const void *input)
{
	return part_set_custom_type(op, list, items_of(row), input);
}

static bool set_item_custom_field(struct op *op, struct resource *list,
                                  const struct update_action *row, const void *input)
{
	return part_set_custom_field(op, list, items_of(row), input);
}

/* clang-format off */
#define QUANTITY_OF(part, need) PART_SHAPE(struct item_quantity, 1, PART_MEMBERS(part), \
	{ "quantity", FIELD_INT, need, offsetof(struct item_quantity, quantity) })
#define MAP_OF(part, name, need) PART_SHAPE(struct item_value, 1, PART_MEMBERS(part), \
	{ name, FIELD_TEXT_MAP, need, offsetof(struct item_value, value) })
#define ORDER_OF(name)   ONE_MEMBER(name, FIELD_TEXTS, REQUIRED)
#define MAP(name, need)  ONE_MEMBER(name, FIELD_TEXT_MAP, need)
#define TEXT(name)       ONE_MEMBER(name, FIELD_TEXT, OPTIONAL)
#define DELETE_DAYS      "deleteDaysAfterLastModification"
#define CUSTOMER         ONE_MEMBER("customer", FIELD_CONVERTED, OPTIONAL, .argument = "customer", .decode = reference_decode)
#define STORE            ONE_MEMBER("store", FIELD_CONVERTED, OPTIONAL, .argument = "store", .decode = reference_decode)
#define ITEMS            &SHOPPING_LIST_ITEMS
#define TEXTS            &SHOPPING_LIST_TEXT_ITEMS

static const struct update_action ROWS[] = {
	/* action                                door          input                                          apply                    field                message                              items */
	{ "addLineItem",                         DOOR_ANY,     &LIST_ITEM_DRAFT,                              add_item,                NULL,                MESSAGE_ShoppingListLineItemAdded,   NULL },
	{ "addTextLineItem",                     DOOR_ANY,     &LIST_TEXT_ITEM_DRAFT,                         add_text_item,           NULL,                MESSAGE_NONE,                        NULL },
	{ "changeLineItemQuantity",              DOOR_ANY,     QUANTITY_OF("lineItem", REQUIRED),             change_quantity,         NULL,                MESSAGE_ShoppingListLineItemRemoved, ITEMS },
	{ "changeLineItemsOrder",                DOOR_ANY,     ORDER_OF("lineItemOrder"),                     change_order,            "lineItemOrder",     MESSAGE_NONE,                        ITEMS },
	{ "changeName",                          DOOR_ANY,     MAP("name", REQUIRED),                         action_set_member,       "name",              MESSAGE_NONE,                        NULL },
	{ "changeTextLineItemName",              DOOR_ANY,     MAP_OF("textLineItem", "name", REQUIRED),      set_item_member,         "name",              MESSAGE_NONE,                        TEXTS },
	{ "changeTextLineItemQuantity",          DOOR_ANY,     QUANTITY_OF("textLineItem", REQUIRED),         change_quantity,         NULL,                MESSAGE_NONE,                        TEXTS },
	{ "changeTextLineItemsOrder",            DOOR_ANY,     ORDER_OF("textLineItemOrder"),                 change_order,            "textLineItemOrder", MESSAGE_NONE,                        TEXTS },
	{ "removeLineItem",                      DOOR_ANY,     QUANTITY_OF("lineItem", OPTIONAL),             remove_item,             NULL,                MESSAGE_ShoppingListLineItemRemoved, ITEMS },
	{ "removeTextLineItem",                  DOOR_ANY,     QUANTITY_OF("textLineItem", OPTIONAL),         remove_item,             NULL,                MESSAGE_NONE,                        TEXTS },
	{ "setAnonymousId",                      DOOR_TRUSTED, TEXT("anonymousId"),                           action_set_anonymous_id, "anonymousId",       MESSAGE_NONE,                        NULL },
	ACTION_LEFT_OUT("setBusinessUnit", DOOR_TRUSTED),
	{ "setCustomField",                      DOOR_ANY,     &CUSTOM_FIELD_INPUT,                           action_set_custom_field, NULL,                MESSAGE_NONE,                        NULL },
	{ "setCustomType",                       DOOR_ANY,     &CUSTOM_TYPE_INPUT,                            action_set_custom_type,  NULL,                MESSAGE_NONE,                        NULL },
	{ "setCustomer",                         DOOR_TRUSTED, CUSTOMER,                                      action_set_customer,     "customer",          MESSAGE_NONE,                        NULL },
	{ "setDeleteDaysAfterLastModification",  DOOR_ANY,     ONE_MEMBER(DELETE_DAYS, FIELD_INT, OPTIONAL),  set_delete_days,         DELETE_DAYS,         MESSAGE_NONE,                        NULL },
	{ "setDescription",                      DOOR_ANY,     MAP("description", OPTIONAL),                  action_set_member,       "description",       MESSAGE_NONE,                        NULL },
	{ "setKey",                              DOOR_TRUSTED, TEXT("key"),                                   action_set_member,       "key",               MESSAGE_NONE,                        NULL },
	{ "setLineItemCustomField",              DOOR_ANY,     PART_CUSTOM_FIELD("lineItem"),                 set_item_custom_field,   NULL,                MESSAGE_NONE,                        ITEMS },
	{ "setLineItemCustomType",               DOOR_ANY,     PART_CUSTOM_TYPE("lineItem"),                  set_item_custom_type,    NULL,                MESSAGE_NONE,                        ITEMS },
	{ "setSlug",                             DOOR_TRUSTED, MAP("slug", OPTIONAL),                         set_slug,                "slug",              MESSAGE_NONE,                        NULL },
	{ "setStore",                            DOOR_TRUSTED, STORE,                                         action_set_member,       "store",             MESSAGE_NONE,                        NULL },
	{ "setTextLineItemCustomField",          DOOR_ANY,     PART_CUSTOM_FIELD("textLineItem"),             set_item_custom_field,   NULL,                MESSAGE_NONE,                        TEXTS },
	{ "setTextLineItemCustomType",           DOOR_ANY,     PART_CUSTOM_TYPE("textLineItem"),              set_item_custom_type,    NULL,                MESSAGE_NONE,                        TEXTS },
	{ "setTextLineItemDescription",          DOOR_ANY,     MAP_OF("textLineItem", "description", OPTIONAL), set_item_member,       "description",       MESSAGE_NONE,                        TEXTS },
};
static const struct update_actions MY_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, false };
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(MY_SHOPPING_LIST_UPDATE, MY_ACTIONS);
UPDATE_SHAPE(SHOPPING_LIST_UPDATE, ACTIONS);
/* clang-format on */
