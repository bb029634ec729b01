#include "store/channel.h"

#include <stdint.h>

#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/address.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/member_actions.h"
#include "resource/lookup.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

static const struct index_field INDEX[] = {
	ADDRESS_TYPE_INDEX("addressTypeId", "address"),
	CUSTOM_TYPE_INDEX,
	{ .name = "key", .unique = true, .path = "key" },
	{ 0 },
};

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",         VALUE_STRING },
	{ "roles",       VALUE_STRING, true },
	{ "name",        VALUE_MAP },
	{ "description", VALUE_MAP },
	{ "address",     VALUE_OBJECT, .inner = &ADDRESS_FIELDS },
	{ "geoLocation", VALUE_POINT },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

static const char *const ROLES[] = { "InventorySupply",     "OrderExport", "OrderImport", "Primary",
	                                 "ProductDistribution", NULL };

/* Each once. */
static void roles_add(json_t *channel, const json_t *roles)
{
	for (size_t i = 0; i < json_array_size(roles); i++) /* already there is fine */
		(void)doc_list_add(channel, "roles", json_string_value(json_array_get(roles, i)));
}

static bool fail_no_roles(struct op *op)
{
	return fail_invalid_operation(op, "A channel must have at least one role.");
}

/* NULL: recorded. */
static json_t *address_of(struct op *op, const json_t *draft)
{
	return address_create(op, draft, NULL, NULL, 0);
}

static bool fill(struct op *op, struct resource *channel, const json_t *draft)
{
	const json_t *roles = json_object_get(draft, "roles");
	const json_t *address = json_object_get(draft, "address");

	if (roles && json_array_size(roles) == 0)
		return fail_no_roles(op);
	doc_put(channel->doc, "roles", json_array());
	if (!roles)
		doc_list_add(channel->doc, "roles", "InventorySupply");
	roles_add(channel->doc, roles);
	if (!address)
		return true;
	json_t *fresh = address_of(op, address);

	return fresh && json_object_set(channel->doc, "address", fresh) == 0;
}

const struct resource_kind CHANNEL_KIND = {
	.name = "channel",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.custom_type = "channel",
};

/* -- update actions -- */

bool channel_check_role(struct op *op, const json_t *reference, const char *role)
{
	const json_t *channel;

	if (!lookup_reference(op, reference, &channel))
		return false;
	return doc_list_holds(channel, "roles", role) ||
	       fail_missing_role(op, doc_text(reference, "id"), role);
}

/* Puts a changed list of roles into place. Unlike elsewhere, an action that changes nothing is a mistake. */
static bool set_roles(struct op *op, struct resource *channel, const json_t *changed)
{
	json_t *roles = json_object_get(changed, "roles");

	if (json_array_size(roles) == 0)
		return fail_no_roles(op);
	if (!doc_set(channel->doc, "roles", roles))
		return fail_invalid_operation(op, "The roles of the channel would stay as they are.");
	resource_touch(channel);
	return true;
}

static bool add_roles(struct op *op, struct resource *channel, const struct update_action *row,
                      const void *input)
{
	json_t *roles = keep(op, json_copy(json_object_get(channel->doc, "roles")));
	json_t *changed = keep(op, json_pack("{s:O}", "roles", roles));

	(void)row;
	roles_add(changed, json_object_get(input, "roles"));
	return set_roles(op, channel, changed);
}

static bool replace_roles(struct op *op, struct resource *channel, const struct update_action *row,
                          const void *input)
{
	json_t *changed = keep(op, json_pack("{s:[]}", "roles"));

	(void)row;
	roles_add(changed, json_object_get(input, "roles"));
	return set_roles(op, channel, changed);
}

static bool remove_roles(struct op *op, struct resource *channel, const struct update_action *row,
                         const void *input)
{
	const json_t *roles = json_object_get(input, "roles");
	json_t *left = keep(op, json_copy(json_object_get(channel->doc, "roles")));
	json_t *changed = keep(op, json_pack("{s:O}", "roles", left));

	(void)row;
	for (size_t i = 0; i < json_array_size(roles); i++)
		(void)doc_list_remove(changed, "roles", json_string_value(json_array_get(roles, i)));
	return set_roles(op, channel, changed);
}

/* `changeName`, `changeDescription`, `changeKey`: to something else, and to something at all. */
static bool change_to_other(struct op *op, struct resource *channel,
                            const struct update_action *row, const void *input)
{
	json_t *value = json_object_get(input, row->field);

	if (json_is_string(value) ? json_string_length(value) == 0 : json_object_size(value) == 0)
		return fail_invalid_operation(op, "The %s of a channel must not be empty.", row->field);
	if (json_is_object(value) && json_equal(value, json_object_get(channel->doc, row->field)))
		return fail_invalid_operation(op, "The %s of the channel would stay as it is.", row->field);
	return action_set_member(op, channel, row, input);
}

static bool set_address(struct op *op, struct resource *channel, const struct update_action *row,
                        const void *input)
{
	const json_t *draft = json_object_get(input, "address");
	json_t *address = draft ? address_of(op, draft) : NULL;

	(void)row;
	if (draft && !address)
		return false;
	if (doc_set(channel->doc, "address", address))
		resource_touch(channel);
	return true;
}

/* NULL: recorded. */
static json_t *its_address(struct op *op, const struct resource *channel)
{
	json_t *address = json_object_get(channel->doc, "address");

	if (!address)
		fail_invalid_input(op, "The channel has no address.");
	return address;
}

static bool set_address_type(struct op *op, struct resource *channel,
                             const struct update_action *row, const void *input)
{
	struct custom_holder holder = { .doc = its_address(op, channel), .type_id = "address" };

	(void)row;
	return change_custom_type(op, channel, &holder, input);
}

static bool set_address_field(struct op *op, struct resource *channel,
                              const struct update_action *row, const void *input)
{
	struct custom_holder holder = { .doc = its_address(op, channel), .type_id = "address" };

	(void)row;
	return change_custom_field(op, channel, &holder, input);
}

/* A GeoJSON point: [longitude, latitude]. */
static bool point_decode(struct op *op, json_t *value, const struct json_path *path,
                         const void *argument, void *target)
{
	static const char *const TYPES[] = { "Point", NULL };
	const json_t *coordinates = json_object_get(value, "coordinates");
	const char *type = doc_text(value, "type");

	(void)argument;
	if (!type)
		return fail_misfit(op, &(struct json_path){ path, "type" }, MISFIT_MISSING);
	const char *problem = text_check_enum(op, TYPES, &type);

	if (problem)
		return fail_at(op, &(struct json_path){ path, "type" }, problem);
	if (json_array_size(coordinates) != 2 || !json_is_number(json_array_get(coordinates, 0)) ||
	    !json_is_number(json_array_get(coordinates, 1)))
		return fail_at(op, &(struct json_path){ path, "coordinates" },
		               "JSON Array of two numbers expected.");
	*(json_t **)target = keep(
		op, json_pack("{s:s, s:O}", "type", type, "coordinates", (json_t *)(uintptr_t)coordinates));
	return true;
}

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",         FIELD_TEXT,      REQUIRED },
	{ "roles",       FIELD_CONVERTED, OPTIONAL, .decode = decode_texts_of_enum, .argument = ROLES },
	{ "name",        FIELD_TEXT_MAP,  OPTIONAL },
	{ "description", FIELD_TEXT_MAP,  OPTIONAL },
	{ "address",     FIELD_DOCUMENT,  OPTIONAL, .inner = &ADDRESS_SHAPE },
	{ "geoLocation", FIELD_CONVERTED, OPTIONAL, .decode = point_decode },
	{ "custom",      FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape CHANNEL_DRAFT = { 0, 7, DRAFT_FIELDS };

#define KEY         ONE_MEMBER("key", FIELD_TEXT, REQUIRED)
#define SOME_ROLES  ONE_MEMBER("roles", FIELD_CONVERTED, REQUIRED, .decode = decode_texts_of_enum, .argument = ROLES)
#define TEXTS(name) ONE_MEMBER(name, FIELD_TEXT_MAP, REQUIRED)
#define ADDRESS     ONE_MEMBER("address", FIELD_DOCUMENT, OPTIONAL, .inner = &ADDRESS_SHAPE)
#define LOCATION    ONE_MEMBER("geoLocation", FIELD_CONVERTED, OPTIONAL, .decode = point_decode)

static const struct update_action ROWS[] = {
	/* action                  door          input                 apply                    member */
	{ "addRoles",              DOOR_TRUSTED, SOME_ROLES,           add_roles,               NULL },
	{ "changeDescription",     DOOR_TRUSTED, TEXTS("description"), change_to_other,         "description" },
	{ "changeKey",             DOOR_TRUSTED, KEY,                  change_to_other,         "key" },
	{ "changeName",            DOOR_TRUSTED, TEXTS("name"),        change_to_other,         "name" },
	{ "removeRoles",           DOOR_TRUSTED, SOME_ROLES,           remove_roles,            NULL },
	{ "setAddress",            DOOR_TRUSTED, ADDRESS,              set_address,             NULL },
	{ "setAddressCustomField", DOOR_TRUSTED, &CUSTOM_FIELD_INPUT,  set_address_field,       NULL },
	{ "setAddressCustomType",  DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,   set_address_type,        NULL },
	{ "setCustomField",        DOOR_TRUSTED, &CUSTOM_FIELD_INPUT,  action_set_custom_field, NULL },
	{ "setCustomType",         DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,   action_set_custom_type,  NULL },
	{ "setGeoLocation",        DOOR_TRUSTED, LOCATION,             action_set_member,       "geoLocation" },
	{ "setRoles",              DOOR_TRUSTED, SOME_ROLES,           replace_roles,           NULL },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(CHANNEL_UPDATE, ACTIONS);
