#include "cart/shopping_list_actions.h"

#include "base/error.h"
#include "base/op.h"
#include "cart/shopping_list.h"
#include "document/doc.h"
#include "kind/custom_actions.h"
#include "kind/index_values.h"
#include "kind/member_actions.h"
#include "kind/ownership.h"
#include "kind/update.h"
#include "resource/save.h"

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

static bool set_item_type(struct op *op, struct resource *list,
                                 const struct update_action *row, const void *input)
{
	return part_set_custom_type(op, list, items_of(row), input);
}

static bool set_item_field(struct op *op, struct resource *list,
                                  const struct update_action *row, const void *input)
{
	return part_set_custom_field(op, list, items_of(row), input);
}

/* Inputs of actions on the whole list. */
#define CUSTOMER         ONE_MEMBER("customer", FIELD_CONVERTED, OPTIONAL, .argument = "customer", \
                                    .decode = reference_decode)
#define DAYS             ONE_MEMBER(DELETE_DAYS, FIELD_INT, OPTIONAL)
#define FIELD            &CUSTOM_FIELD_INPUT
#define MAP(name)        ONE_MEMBER(name, FIELD_TEXT_MAP, OPTIONAL)
#define NAME             ONE_MEMBER("name", FIELD_TEXT_MAP, REQUIRED)
#define STORE            ONE_MEMBER("store", FIELD_CONVERTED, OPTIONAL, .argument = "store", \
                                    .decode = reference_decode)
#define TEXT(name)       ONE_MEMBER(name, FIELD_TEXT, OPTIONAL)
#define TYPE             &CUSTOM_TYPE_INPUT

/* Inputs of actions on items. */
#define QUANTITY_OF(part, need) PART_SHAPE(struct item_quantity, 1, PART_MEMBERS(part), \
	{ "quantity", FIELD_INT, need, offsetof(struct item_quantity, quantity) })
#define MAP_OF(part, name, need) PART_SHAPE(struct item_value, 1, PART_MEMBERS(part), \
	{ name, FIELD_TEXT_MAP, need, offsetof(struct item_value, value) })
#define ITEM             &LIST_ITEM_DRAFT
#define ITEM_FIELD       PART_CUSTOM_FIELD("lineItem")
#define ITEM_LESS        QUANTITY_OF("lineItem", OPTIONAL)
#define ITEM_QUANTITY    QUANTITY_OF("lineItem", REQUIRED)
#define ITEM_SEQUENCE    ONE_MEMBER(ITEM_ORDER, FIELD_TEXTS, REQUIRED)
#define ITEM_TYPE        PART_CUSTOM_TYPE("lineItem")
#define TEXT_DESCRIBED   MAP_OF("textLineItem", "description", OPTIONAL)
#define TEXT_FIELD       PART_CUSTOM_FIELD("textLineItem")
#define TEXT_ITEM        &LIST_TEXT_ITEM_DRAFT
#define TEXT_LESS        QUANTITY_OF("textLineItem", OPTIONAL)
#define TEXT_NAMED       MAP_OF("textLineItem", "name", REQUIRED)
#define TEXT_QUANTITY    QUANTITY_OF("textLineItem", REQUIRED)
#define TEXT_SEQUENCE    ONE_MEMBER(TEXT_ORDER, FIELD_TEXTS, REQUIRED)
#define TEXT_TYPE        PART_CUSTOM_TYPE("textLineItem")

/* Members of a list, and its lists of items. */
#define ANONYMOUS        "anonymousId"
#define DELETE_DAYS      "deleteDaysAfterLastModification"
#define DESCRIPTION      "description"
#define ITEM_ORDER       "lineItemOrder"
#define TEXT_ORDER       "textLineItemOrder"
#define ITEMS            &SHOPPING_LIST_ITEMS
#define TEXTS            &SHOPPING_LIST_TEXT_ITEMS

/* What is told, if anything. */
#define ADDED MESSAGE_ShoppingListLineItemAdded
#define GONE  MESSAGE_ShoppingListLineItemRemoved
#define NONE  MESSAGE_NONE

/* Rows by who may use the action. */
#define ANYBODY(name, input, apply, field, told, items) { name, DOOR_ANY, input, apply, field, told, items }
#define TRUSTED(name, input, apply, field, told, items) { name, DOOR_TRUSTED, input, apply, field, told, items }

static const struct update_action ROWS[] = {
	/*      action                                input            what it does             field         told  items */
	ANYBODY("addLineItem",                        ITEM,            add_item,                NULL,         ADDED, NULL),
	ANYBODY("addTextLineItem",                    TEXT_ITEM,       add_text_item,           NULL,         NONE, NULL),
	ANYBODY("changeLineItemQuantity",             ITEM_QUANTITY,   change_quantity,         NULL,         GONE, ITEMS),
	ANYBODY("changeLineItemsOrder",               ITEM_SEQUENCE,   change_order,            ITEM_ORDER,   NONE, ITEMS),
	ANYBODY("changeName",                         NAME,            action_set_member,       "name",       NONE, NULL),
	ANYBODY("changeTextLineItemName",             TEXT_NAMED,      set_item_member,         "name",       NONE, TEXTS),
	ANYBODY("changeTextLineItemQuantity",         TEXT_QUANTITY,   change_quantity,         NULL,         NONE, TEXTS),
	ANYBODY("changeTextLineItemsOrder",           TEXT_SEQUENCE,   change_order,            TEXT_ORDER,   NONE, TEXTS),
	ANYBODY("removeLineItem",                     ITEM_LESS,       remove_item,             NULL,         GONE, ITEMS),
	ANYBODY("removeTextLineItem",                 TEXT_LESS,       remove_item,             NULL,         NONE, TEXTS),
	TRUSTED("setAnonymousId",                     TEXT(ANONYMOUS), action_set_anonymous_id, ANONYMOUS,    NONE, NULL),
	ACTION_LEFT_OUT("setBusinessUnit", DOOR_TRUSTED),
	ANYBODY("setCustomField",                     FIELD,           action_set_custom_field, NULL,         NONE, NULL),
	ANYBODY("setCustomType",                      TYPE,            action_set_custom_type,  NULL,         NONE, NULL),
	TRUSTED("setCustomer",                        CUSTOMER,        action_set_customer,     "customer",   NONE, NULL),
	ANYBODY("setDeleteDaysAfterLastModification", DAYS,            set_delete_days,         DELETE_DAYS,  NONE, NULL),
	ANYBODY("setDescription",                     MAP(DESCRIPTION), action_set_member,      DESCRIPTION,  NONE, NULL),
	TRUSTED("setKey",                             TEXT("key"),     action_set_member,       "key",        NONE, NULL),
	ANYBODY("setLineItemCustomField",             ITEM_FIELD,      set_item_field,          NULL,         NONE, ITEMS),
	ANYBODY("setLineItemCustomType",              ITEM_TYPE,       set_item_type,           NULL,         NONE, ITEMS),
	TRUSTED("setSlug",                            MAP("slug"),     set_slug,                "slug",       NONE, NULL),
	TRUSTED("setStore",                           STORE,           action_set_member,       "store",      NONE, NULL),
	ANYBODY("setTextLineItemCustomField",         TEXT_FIELD,      set_item_field,          NULL,         NONE, TEXTS),
	ANYBODY("setTextLineItemCustomType",          TEXT_TYPE,       set_item_type,           NULL,         NONE, TEXTS),
	ANYBODY("setTextLineItemDescription",         TEXT_DESCRIBED,  set_item_member,         DESCRIPTION,  NONE, TEXTS),
};
static const struct update_actions MY_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, false };
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(MY_SHOPPING_LIST_UPDATE, MY_ACTIONS);
UPDATE_SHAPE(SHOPPING_LIST_UPDATE, ACTIONS);
