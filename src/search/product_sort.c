/* Source: API docs, "Product Search", "Sort". */
#include "search/product_sort.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "document/text_check.h"
#include "search/product_field.h"
#include "search/product_query.h"

struct sort {
	struct product_field field;
	const char          *order;
	const char          *mode;
	json_t              *filter;
};

static const char *const ORDERS[] = { "asc", "desc", NULL };
static const char *const MODES[] = {
	[MODE_MIN] = "min", [MODE_MAX] = "max", [MODE_AVERAGE] = "avg", [MODE_SUM] = "sum", NULL,
};

static const struct shape_field SORT_FIELDS[] = {
	PRODUCT_FIELD_ROWS(struct sort),
	{ "order",  FIELD_TEXT, OPTIONAL, offsetof(struct sort, order), text_check_enum, ORDERS },
	{ "mode",   FIELD_TEXT, OPTIONAL, offsetof(struct sort, mode), text_check_enum, MODES },
	{ "filter", FIELD_RAW,  OPTIONAL, offsetof(struct sort, filter) },
};

const struct shape PRODUCT_SORT_SHAPE = { sizeof(struct sort),
	                                      sizeof SORT_FIELDS / sizeof *SORT_FIELDS, SORT_FIELDS };

/* Of several values the one counts that comes first, unless something else is asked for. */
static enum search_mode mode_of(const struct sort *sort, bool is_descending)
{
	enum search_mode mode = is_descending ? MODE_MAX : MODE_MIN;

	for (size_t i = 0; sort->mode && MODES[i]; i++)
		if (strcmp(MODES[i], sort->mode) == 0)
			mode = (enum search_mode)i;
	return mode;
}

static bool read_sort(struct search_builder *builder, const struct sort *sort,
                      const struct json_path *place, struct search_order *order)
{
	const struct json_path filter = { place, "filter", 0 };
	bool is_score = strcmp(sort->field.name, "score") == 0;

	*order = (struct search_order){ .by_score = is_score, .is_descending = is_score };
	if (sort->order)
		order->is_descending = strcmp(sort->order, "desc") == 0;
	if (is_score)
		return true;
	order->mode = mode_of(sort, order->is_descending);
	if (!product_field_find(builder, &sort->field, true, &order->field))
		return false;
	order->is_number = order->field.type == SEARCH_NUMBER;
	return product_query_read(builder, sort->filter, &filter, &order->filter);
}

bool product_sort_read(struct search_builder *builder, const struct shape_list *sorts)
{
	static const struct json_path ROOT = { NULL, "sort", 0 };
	struct search_plan *plan = builder->plan;
	const struct sort *items = sorts->items;

	plan->order = arena_alloc(builder->op->arena, (sorts->count + 1) * sizeof *plan->order);
	for (size_t i = 0; i < sorts->count; i++) {
		const struct json_path place = { &ROOT, NULL, i };

		if (!read_sort(builder, &items[i], &place, &plan->order[plan->order_count++]))
			return false;
	}
	return true;
}
