/* What can be changed about an inventory entry: quantities, levels, limits and where it is. */
#include <stdint.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "inventory/inventory_entry.h"
#include "inventory/inventory_entry_actions.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/member_actions.h"
#include "kind/update.h"
#include "resource/reference.h"
#include "resource/save.h"

#include "inventory_entry_priv.h"

/* Quantities */

/* Did the stock fall from above a level to it or below? */
static bool fell_to(int64_t level, int64_t before, int64_t now)
{
	return before > level && now <= level;
}

static void emit_level(struct op *op, struct resource *entry, const char *level,
                       enum message_type message, int64_t before)
{
	json_t *set = json_object_get(json_object_get(entry->doc, "stockLevels"), level);
	json_t *now = json_object_get(entry->doc, "quantityOnStock");

	if (!set || !fell_to(json_integer_value(set), before, json_integer_value(now)))
		return;
	json_t *payload = inventory_entry_place(op, entry->doc);

	json_object_set(payload, "quantityOnStock", now);
	resource_emit(op, entry, message, payload);
}

/* Source: API docs, "Stock level notifications". */
static void emit_levels(struct op *op, struct resource *entry, int64_t before)
{
	emit_level(op, entry, "reorderPoint", MESSAGE_InventoryEntryReorderPoint, before);
	emit_level(op, entry, "safetyStock", MESSAGE_InventoryEntrySafetyStock, before);
	if (fell_to(0, before, doc_int(entry->doc, "quantityOnStock")))
		resource_emit(op, entry, MESSAGE_InventoryEntryOutOfStock,
		              inventory_entry_place(op, entry->doc));
}

/* Writes what a change of the stock makes of both quantities; what is reserved stays so. */
static bool add_quantity(struct op *op, json_t *entry, int64_t change)
{
	int64_t on_stock, available;

	if (__builtin_add_overflow(doc_int(entry, "quantityOnStock"), change, &on_stock) ||
	    __builtin_add_overflow(doc_int(entry, "availableQuantity"), change, &available))
		return fail_invalid_field(op, "quantity", keep(op, json_integer(change)), NULL);
	doc_put(entry, "quantityOnStock", json_integer(on_stock));
	doc_put(entry, "availableQuantity", json_integer(available));
	return true;
}

bool inventory_entry_change_stock(struct op *op, struct resource *entry, int64_t change)
{
	int64_t before = doc_int(entry->doc, "quantityOnStock");

	if (change == 0)
		return true;
	if (!add_quantity(op, entry->doc, change))
		return false;
	resource_touch(entry);
	emit_levels(op, entry, before);
	return true;
}

/* What the message says; `before` is a copy of what it was. */
static json_t *quantity_payload(struct op *op, const json_t *entry, const json_t *before)
{
	json_t *payload = inventory_entry_place(op, entry);

	json_object_set(payload, "oldQuantityOnStock", json_object_get(before, "quantityOnStock"));
	json_object_set(payload, "newQuantityOnStock", json_object_get(entry, "quantityOnStock"));
	json_object_set(payload, "oldAvailableQuantity", json_object_get(before, "availableQuantity"));
	json_object_set(payload, "newAvailableQuantity", json_object_get(entry, "availableQuantity"));
	return payload;
}

static bool change_by(struct op *op, struct resource *entry, int64_t change)
{
	const json_t *before = keep(op, json_copy(entry->doc));

	if (change == 0)
		return true;
	if (!add_quantity(op, entry->doc, change))
		return false;
	resource_touch(entry);
	resource_emit(op, entry, MESSAGE_InventoryEntryQuantitySet,
	              quantity_payload(op, entry->doc, before));
	emit_levels(op, entry, doc_int(before, "quantityOnStock"));
	return true;
}

static bool apply_add(struct op *op, struct resource *entry, const struct update_action *row,
                      const void *input)
{
	(void)row;
	return change_by(op, entry, doc_int(input, "quantity"));
}

static bool fail_quantity(struct op *op, const json_t *input)
{
	return fail_invalid_field(op, "quantity", json_object_get(input, "quantity"), NULL);
}

static bool apply_remove(struct op *op, struct resource *entry, const struct update_action *row,
                         const void *input)
{
	int64_t change;

	(void)row;
	if (__builtin_sub_overflow(0, doc_int(input, "quantity"), &change))
		return fail_quantity(op, input);
	return change_by(op, entry, change);
}

static bool apply_change(struct op *op, struct resource *entry, const struct update_action *row,
                         const void *input)
{
	int64_t change;

	(void)row;
	if (__builtin_sub_overflow(doc_int(input, "quantity"), doc_int(entry->doc, "quantityOnStock"),
	                           &change))
		return fail_quantity(op, input);
	return change_by(op, entry, change);
}

/* Levels, limits, reservations */

/* Sets the level that the row names; the resource's `finish` drops what is empty then. */
static bool set_level(struct op *op, struct resource *entry, const struct update_action *row,
                      const void *input)
{
	json_t *levels = keep(op, json_copy(json_object_get(entry->doc, "stockLevels")));

	if (!levels)
		levels = keep(op, json_object());
	if (!doc_set(levels, row->field, json_object_get(input, "quantity")))
		return true;
	json_object_set(entry->doc, "stockLevels", levels);
	resource_touch(entry);
	return true;
}

static bool set_limits(struct op *op, struct resource *entry, const struct update_action *row,
                       const void *input)
{
	static const char *const NAMES[] = { "minCartQuantity", "maxCartQuantity" };
	bool changed = false;

	(void)op;
	(void)row;
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		changed |= doc_set(entry->doc, NAMES[i], json_object_get(input, NAMES[i]));
	if (changed)
		resource_touch(entry);
	return true;
}

static bool set_reservation_minutes(struct op *op, struct resource *entry,
                                    const struct update_action *row, const void *input)
{
	json_t *before = keep(op, json_incref(json_object_get(entry->doc, row->field)));
	json_t *now = json_object_get(input, row->field);

	if (!doc_set(entry->doc, row->field, now))
		return true;
	resource_touch(entry);
	resource_emit(op, entry, row->message,
	              keep(op, json_pack("{s:O*, s:O*}", "newReservationExpirationInMinutes", now,
	                                 "oldReservationExpirationInMinutes", before)));
	return true;
}

#define QUANTITY ONE_MEMBER("quantity", FIELD_LONG, REQUIRED)
#define LEVEL ONE_MEMBER("quantity", FIELD_INT, OPTIONAL)
#define IN_RANGE(name, range) name, FIELD_CONVERTED, OPTIONAL, .argument = &(range), .decode = decode_int_in_range
#define LIMIT(name) { IN_RANGE(name, CART_QUANTITY) }
#define LIMITS MEMBERS(LIMIT("minCartQuantity"), LIMIT("maxCartQuantity"))
#define MINUTES ONE_MEMBER(IN_RANGE("reservationExpirationInMinutes", RESERVATION_MINUTES))
#define REFERENCE(type) FIELD_CONVERTED, OPTIONAL, .argument = type, .decode = reference_decode
#define CHANNEL ONE_MEMBER("supplyChannel", REFERENCE("channel"))
#define TIME ONE_MEMBER("expectedDelivery", FIELD_TEXT, OPTIONAL, 0, text_check_date_time)
#define KEY ONE_MEMBER("key", FIELD_TEXT, OPTIONAL)
#define DAYS ONE_MEMBER("restockableInDays", FIELD_LONG, OPTIONAL)
#define SET_MINUTES "setReservationExpirationInMinutes"
static const struct update_action ROWS[] = {
	/* action, door, input, apply, field, message */
	{ "addQuantity",          DOOR_TRUSTED, QUANTITY, apply_add, NULL, MESSAGE_NONE },
	{ "changeQuantity",       DOOR_TRUSTED, QUANTITY, apply_change, NULL, MESSAGE_NONE },
	{ "removeQuantity",       DOOR_TRUSTED, QUANTITY, apply_remove, NULL, MESSAGE_NONE },
	{ "setCustomField",       DOOR_TRUSTED, &CUSTOM_FIELD_INPUT, action_set_custom_field, NULL, MESSAGE_NONE },
	{ "setCustomType",        DOOR_TRUSTED, &CUSTOM_TYPE_INPUT, action_set_custom_type, NULL, MESSAGE_NONE },
	{ "setExpectedDelivery",  DOOR_TRUSTED, TIME, action_set_member, "expectedDelivery", MESSAGE_NONE },
	{ "setInventoryLimits",   DOOR_TRUSTED, LIMITS, set_limits, NULL, MESSAGE_NONE },
	{ "setKey",               DOOR_TRUSTED, KEY, action_set_member, "key", MESSAGE_NONE },
	{ "setReorderPoint",      DOOR_TRUSTED, LEVEL, set_level, "reorderPoint", MESSAGE_NONE },
	{ SET_MINUTES,            DOOR_TRUSTED, MINUTES, set_reservation_minutes, "reservationExpirationInMinutes",
	  MESSAGE_InventoryEntryReservationExpirationInMinutesSet },
	{ "setRestockableInDays", DOOR_TRUSTED, DAYS, action_set_member, "restockableInDays", MESSAGE_NONE },
	{ "setSafetyStock",       DOOR_TRUSTED, LEVEL, set_level, "safetyStock", MESSAGE_NONE },
	{ "setSupplyChannel",     DOOR_TRUSTED, CHANNEL, action_set_member, "supplyChannel", MESSAGE_NONE },
};
#undef QUANTITY
#undef LEVEL
#undef IN_RANGE
#undef LIMIT
#undef LIMITS
#undef MINUTES
#undef REFERENCE
#undef CHANNEL
#undef TIME
#undef KEY
#undef DAYS
#undef SET_MINUTES
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(INVENTORY_ENTRY_UPDATE, ACTIONS);
