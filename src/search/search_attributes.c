#include "search/search_attributes.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "catalog/product_type.h"
#include "db/db.h"
#include "document/json_reader.h"

/* Columns of the queries that give documents. */
enum { POSITION, DOC };

/* -- types -- */

static const struct {
	const char      *name;
	enum search_type type;
} TYPES[] = {
	{ "boolean",   SEARCH_BOOLEAN   },
	{ "date",      SEARCH_DATE      },
	{ "datetime",  SEARCH_DATE_TIME },
	{ "enum",      SEARCH_ENUM      },
	{ "lenum",     SEARCH_LENUM     },
	{ "ltext",     SEARCH_LTEXT     },
	{ "money",     SEARCH_MONEY     },
	{ "number",    SEARCH_NUMBER    },
	{ "reference", SEARCH_REFERENCE },
	{ "text",      SEARCH_TEXT      },
	{ "time",      SEARCH_TIME      },
};

enum search_type search_type_named(const char *name, size_t bytes)
{
	if (bytes > strlen("set_") && strncmp(name, "set_", strlen("set_")) == 0)
		return search_type_named(name + strlen("set_"), bytes - strlen("set_"));
	for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
		if (strlen(TYPES[i].name) == bytes && strncmp(TYPES[i].name, name, bytes) == 0)
			return TYPES[i].type;
	return SEARCH_UNKNOWN;
}

/* -- reading -- */

struct reading {
	struct op               *op;
	struct search_attribute *first;
};

static struct slice member(struct slice object, const char *name)
{
	struct slice_walk walk = { 0 };
	struct slice found;
	struct slice value;

	if (slice_kind(object) == SLICE_OBJECT)
		walk = slice_enter(object);
	while (walk.at && slice_next_member(&walk, &found, &value))
		if (slice_equals(found, name, strlen(name)))
			return value;
	return (struct slice){ NULL, NULL };
}

static enum search_type type_of(struct slice type)
{
	struct slice name = member(type, "name");

	if (slice_kind(name) != SLICE_TEXT)
		return SEARCH_UNKNOWN;
	name = slice_inside(name);
	return search_type_named(name.start, (size_t)(name.end - name.start));
}

static struct search_attribute *attribute_named(struct reading *reading, struct slice name)
{
	for (struct search_attribute *known = reading->first; known;
	     known = (struct search_attribute *)(uintptr_t)known->next)
		if (slice_equals(name, known->name, strlen(known->name)))
			return known;
	struct search_attribute *fresh = arena_alloc(reading->op->arena, sizeof *fresh);

	fresh->name =
		arena_strndup(reading->op->arena, name.start, (size_t)(name.end - name.start));
	fresh->next = reading->first;
	reading->first = fresh;
	return fresh;
}

static void read_definition(struct reading *reading, struct slice definition)
{
	struct slice name = member(definition, "name");
	struct slice type = member(definition, "type");
	struct slice element = member(type, "elementType");
	bool is_set = slice_kind(element) == SLICE_OBJECT;

	if (slice_kind(name) != SLICE_TEXT)
		return;
	struct search_attribute *attribute = attribute_named(reading, slice_inside(name));

	attribute->type = type_of(is_set ? element : type);
	attribute->is_set = is_set;
	if (slice_kind(member(definition, "isSearchable")) != SLICE_FALSE)
		attribute->is_searchable = true;
}

static bool read_product_type(void *context, const struct db_value *columns)
{
	struct slice attributes =
		member(slice_document(columns[DOC].text, columns[DOC].bytes), "attributes");
	struct slice_walk walk = { 0 };
	struct slice definition;

	if (slice_kind(attributes) == SLICE_ARRAY)
		walk = slice_enter(attributes);
	while (walk.at && slice_next_item(&walk, &definition))
		read_definition(context, definition);
	return true;
}

bool search_attributes_load(struct op *op, const struct search_attribute **ret_first)
{
	struct reading reading = { .op = op };

	if (!db_each(op, QUERY_RESOURCE_SCAN,
	             DB_VALUES(db_text(op->project), db_text(PRODUCT_TYPE_KIND.name)),
	             read_product_type, &reading))
		return false;
	*ret_first = reading.first;
	return true;
}

const struct search_attribute *search_attributes_find(const struct search_attribute *first,
                                                      const char *name)
{
	while (first && strcmp(first->name, name) != 0)
		first = first->next;
	return first;
}
