#include "search/search_categories.h"

#include "base/op.h"
#include "catalog/category.h"
#include "db/db.h"
#include "search/search_reader.h"
#include "search/search_value.h"

/* The columns of QUERY_SEARCH_SCAN. */
enum { POSITION, DOC };

/* Categories that are being read. */
struct reading {
	struct op            *op;
	struct search_reader *reader;
	size_t                id;        /* numbers of ways */
	size_t                ancestors;
	json_t               *found;
};

static bool read_category(void *context, const struct db_value *columns)
{
	struct reading *reading = context;
	struct arena *arena = reading->op->arena;

	search_reader_read(reading->reader, columns[DOC].text, columns[DOC].bytes);
	struct search_values id = search_reader_values(reading->reader, reading->id);
	struct search_values above = search_reader_values(reading->reader, reading->ancestors);

	if (id.count == 0 || above.count == 0)
		return true;
	json_t *ids = json_array();

	for (size_t i = 0; i < above.count; i++)
		json_array_append_new(ids, json_string(search_value_text(arena, above.items[i].raw)));
	json_object_set_new(reading->found, search_value_text(arena, id.items[0].raw), ids);
	return true;
}

bool search_categories_load(struct op *op, const json_t **ret_ancestors)
{
	static const struct search_way ID = { .steps = { { STEP_NAME, "id" } }, .count = 1 };
	static const struct search_way ANCESTORS = {
		.steps = { { STEP_NAME, "ancestors" }, { STEP_NAME, "id" } }, .count = 2
	};
	struct reading reading = { .op = op, .reader = search_reader_create(op->arena) };

	reading.id = search_reader_add(reading.reader, &ID);
	reading.ancestors = search_reader_add(reading.reader, &ANCESTORS);
	reading.found = keep(op, json_object());
	*ret_ancestors = reading.found;
	return db_each(op, QUERY_SEARCH_SCAN,
	               DB_VALUES(db_text(op->project), db_text(CATEGORY_KIND.name)), read_category,
	               &reading);
}
