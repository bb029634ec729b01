#include "store/zone.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/index_values.h"
#include "kind/member_actions.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

/* A country or a state as one text. */
static const char *location_text(struct op *op, const json_t *location)
{
	const char *state = doc_text(location, "state");
	const char *country = doc_text(location, "country");

	return state ? arena_printf(op->arena, "%s/%s", country, state) : country;
}

static void index_locations(struct op *op, const json_t *doc, json_t *values)
{
	const json_t *locations = json_object_get(doc, "locations");

	for (size_t i = 0; i < json_array_size(locations); i++)
		index_add_text(values, location_text(op, json_array_get(locations, i)));
}

/* A location is in one zone at most. */
static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "locations", .unique = true, .values = index_locations },
	{ 0 },
};

static const struct field LOCATION_ROWS[] = {
	{ "country", VALUE_STRING },
	{ "state",   VALUE_STRING },
};
static const struct fields LOCATION_FIELDS = FIELDS(LOCATION_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",         VALUE_STRING },
	{ "name",        VALUE_STRING },
	{ "description", VALUE_STRING },
	{ "locations",   VALUE_OBJECT, true, &LOCATION_FIELDS },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* Where in the list a location is; its size: nowhere. */
static size_t location_index(const json_t *locations, const json_t *location)
{
	size_t i = 0;

	while (i < json_array_size(locations) && !json_equal(json_array_get(locations, i), location))
		i++;
	return i;
}

/* The same location twice is the same as once. */
static bool fill(struct op *op, struct resource *zone, const json_t *draft)
{
	const json_t *given = json_object_get(draft, "locations");
	json_t *locations = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(given); i++) {
		json_t *location = json_array_get(given, i);

		if (location_index(locations, location) == json_array_size(locations))
			json_array_append_new(locations, json_deep_copy(location));
	}
	json_object_set(zone->doc, "locations", locations);
	return true;
}

const struct resource_kind ZONE_KIND = {
	.name = "zone",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
};

static bool add_location(struct op *op, struct resource *zone, const struct update_action *row,
                         const void *input)
{
	json_t *locations = json_object_get(zone->doc, "locations");
	const json_t *location = json_object_get(input, "location");

	(void)row;
	if (location_index(locations, location) < json_array_size(locations))
		return fail_duplicate_field(op, "locations", location_text(op, location));
	json_array_append_new(locations, json_deep_copy(location));
	resource_touch(zone);
	return true;
}

static bool remove_location(struct op *op, struct resource *zone, const struct update_action *row,
                            const void *input)
{
	json_t *locations = json_object_get(zone->doc, "locations");
	const json_t *location = json_object_get(input, "location");
	size_t index = location_index(locations, location);

	(void)row;
	if (index == json_array_size(locations))
		return fail_invalid_operation(op, "The location '%s' is not in the zone.",
		                              location_text(op, location));
	json_array_remove(locations, index);
	resource_touch(zone);
	return true;
}

static const struct shape_field LOCATION_SHAPE_FIELDS[] = {
	{ "country", FIELD_TEXT, REQUIRED, 0, text_check_country },
	{ "state",   FIELD_TEXT, OPTIONAL },
};
static const struct shape LOCATION = { 0, 2, LOCATION_SHAPE_FIELDS };

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",         FIELD_TEXT,      OPTIONAL },
	{ "name",        FIELD_TEXT,      REQUIRED },
	{ "description", FIELD_TEXT,      OPTIONAL },
	{ "locations",   FIELD_DOCUMENTS, OPTIONAL, .inner = &LOCATION },
};
const struct shape ZONE_DRAFT = { 0, 4, DRAFT_FIELDS };

#define ONE_LOCATION     ONE_MEMBER("location", FIELD_DOCUMENT, REQUIRED, .inner = &LOCATION)
#define TEXT(name, need) ONE_MEMBER(name, FIELD_TEXT, need)

static const struct update_action ROWS[] = {
	/* action           door          input                          apply                 member */
	{ "addLocation",    DOOR_TRUSTED, ONE_LOCATION,                  add_location,         NULL },
	{ "changeName",     DOOR_TRUSTED, TEXT("name", REQUIRED),        action_change_member, "name" },
	{ "removeLocation", DOOR_TRUSTED, ONE_LOCATION,                  remove_location,      NULL },
	{ "setDescription", DOOR_TRUSTED, TEXT("description", OPTIONAL), action_set_member,    "description" },
	{ "setKey",         DOOR_TRUSTED, TEXT("key", OPTIONAL),         action_set_member,    "key" },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(ZONE_UPDATE, ACTIONS);
