#include "resource/query.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "base/text.h"
#include "db/db.h"
#include "predicate/predicate.h"
#include "resource/index.h"
#include "resource/resource.h"
#include "resource/stored.h"
#include "candidates_priv.h"
#include "restriction_priv.h"

/* Columns of what a collection gives: its documents and where they stand, and their number. */
enum { POSITION, DOC, WRITTEN };
enum { TOTAL };

enum {
	/* Up to so many documents are read by their ids, which the cache knows them by. */
	FEW_IDS = 100,
};

/* A search under way. */
struct search {
	struct op          *op;
	const struct query *query;
	struct predicate   *restriction;
	struct query_page  *page;
	const struct collection *collection;
	bool                is_over;     /* all is known, or it is too much work */
	int64_t             matched;
	struct candidates  *candidates;  /* when an order was asked for; else NULL */
};

/* Looking at one document */

static bool matches(const struct search *search, const char *text, size_t bytes)
{
	struct predicate *wanted = search->query->predicate;

	return (!search->restriction || predicate_matches(search->restriction, text, bytes)) &&
	       (!wanted || predicate_matches(wanted, text, bytes));
}

/* `is_kept`: the text is in the arena already. */
static void keep_document(struct search *search, const struct found *found, bool is_kept)
{
	struct query_page *page = search->page;
	const char *kept =
		is_kept ? found->text : arena_strndup(search->op->arena, found->text, found->bytes);

	page->documents[page->count++] = (struct query_document){ kept, found->bytes };
}

/* Is all known that the page needs? */
static bool is_complete(const struct search *search)
{
	const struct query *query = search->query;

	if (query->sort.count || search->matched < query->offset_rows + query->limit_rows)
		return false;
	return !query->with_total || (query->predicate && search->matched >= MAX_TOTAL);
}

/* Looks at a document. False: the search is over, or too much work. */
static bool look_at(struct search *search, const struct found *found, bool is_kept)
{
	const struct query *query = search->query;
	bool is_match = matches(search, found->text, found->bytes);

	if (!op_spend(search->op, STEP_UNITS))
		return false;
	if (!is_match)
		return true;
	if (search->candidates)
		candidates_add(search->candidates, found);
	else if (search->matched >= query->offset_rows &&
	         search->page->count < (size_t)query->limit_rows)
		keep_document(search, found, is_kept);
	search->matched++;
	return !is_complete(search);
}

static bool look_at_row(void *context, const struct db_value *columns)
{
	struct search *search = context;

	const struct found found = { columns[POSITION].integer, columns[WRITTEN].integer,
		                         columns[DOC].text, columns[DOC].bytes };

	search->is_over = !look_at(search, &found, false);
	return !search->is_over;
}

/* Ways to the documents */

/* Through all of them. */
static bool scan(struct search *search)
{
	const struct resource_kind *kind = search->query->kind;

	search->page->plan = "scan";
	return db_each(search->op, search->collection->scan,
	               DB_VALUES(db_text(search->op->project), db_text(kind->name)), look_at_row,
	               search);
}

/* The texts that the predicates demand of a field; false: they do not. */
static bool required(const struct search *search, const char *path, const char *const **ret_values,
                     size_t *ret_count)
{
	struct predicate *wanted = search->query->predicate;

	if (!path)
		return false;
	return (wanted && predicate_requires(wanted, path, ret_values, ret_count)) ||
	       (search->restriction &&
	        predicate_requires(search->restriction, path, ret_values, ret_count));
}

/* What was found so far, in any order: a list that grows in the arena. */
struct hits {
	struct search *search;
	struct found  *items;
	size_t         count;
	size_t         room;
};

static void add_hit(struct hits *hits, const struct found *hit)
{
	if (hits->count == hits->room) {
		size_t room = hits->room ? 2 * hits->room : 64;
		struct found *items = arena_take(hits->search->op->arena, room * sizeof *items);

		if (hits->count)
			memcpy(items, hits->items, hits->count * sizeof *items);
		hits->items = items;
		hits->room = room;
	}
	hits->items[hits->count++] = *hit;
}

static bool add_position(void *context, const struct db_value *columns)
{
	struct hits *hits = context;

	add_hit(hits, &(struct found){ .position = columns[POSITION].integer });
	return true;
}

static int compare_hits(const void *a, const void *b)
{
	const struct found *left = a;
	const struct found *right = b;

	return (left->position > right->position) - (left->position < right->position);
}

static bool look_at_hit(struct search *search, const struct found *hit)
{
	if (!hit->text)
		return db_each(search->op, search->collection->at_position,
		               DB_VALUES(db_text(search->op->project), db_text(search->query->kind->name),
		                         db_integer(hit->position)),
		               look_at_row, search);
	search->is_over = !look_at(search, hit, true);
	return true;
}

/* Looks at each document that was found once, in creation order. */
static bool look_at_hits(struct search *search, struct hits *hits)
{
	if (hits->count)
		qsort(hits->items, hits->count, sizeof *hits->items, compare_hits);
	for (size_t i = 0; i < hits->count && !search->is_over; i++) {
		if (i && hits->items[i].position == hits->items[i - 1].position)
			continue;
		if (!look_at_hit(search, &hits->items[i]))
			return false;
	}
	return true;
}

/* To the documents of these ids. */
static bool through_ids(struct search *search, const char *const *ids, size_t count)
{
	struct hits hits = { .search = search };
	struct found hit;

	for (size_t i = 0; i < count; i++) {
		if (!search->collection->by_id(search->op, search->query->kind, ids[i], &hit))
			return false;
		if (hit.text)
			add_hit(&hits, &hit);
	}
	return look_at_hits(search, &hits);
}

/* Some values of an index field. */
struct wanted {
	const struct index_field *field;
	const char *const        *values;
	size_t                    count;
	bool                      is_folded; /* they are to be lower-cased first */
};

/* Shows what a query finds by the values, until `take` has enough. */
static bool each_indexed(struct search *search, enum db_query query, const struct wanted *wanted,
                         db_row_fn *take, void *context)
{
	struct op *op = search->op;

	for (size_t i = 0; i < wanted->count; i++) {
		const char *value =
			wanted->is_folded ? text_fold_case(op->arena, wanted->values[i]) : wanted->values[i];

		if (!db_each(op, query,
		             DB_VALUES(db_text(op->project), db_text(search->query->kind->name),
		                       db_text(wanted->field->name), db_text(value)),
		             take, context))
			return false;
	}
	return true;
}

/* The ids of few documents. */
struct ids {
	const char *items[FEW_IDS];
	size_t      count;
};

/* Adds ids that end with a line feed each. False: that would be too many. */
static bool add_ids(struct op *op, struct ids *ids, const char *text)
{
	while (*text) {
		size_t bytes = strcspn(text, "\n");

		if (ids->count == FEW_IDS)
			return false;
		ids->items[ids->count++] = arena_strndup(op->arena, text, bytes);
		text += bytes + 1;
	}
	return true;
}

/* *ret_few: were all ids found, and were they few? False: recorded. */
static bool find_ids(struct search *search, const struct wanted *wanted, struct ids *ids,
                     bool *ret_few)
{
	struct op *op = search->op;
	const char *found = "";

	*ret_few = true;
	for (size_t i = 0; i < wanted->count && *ret_few; i++) {
		const char *value =
			wanted->is_folded ? text_fold_case(op->arena, wanted->values[i]) : wanted->values[i];

		if (!index_ids(op, search->query->kind, wanted->field, value, FEW_IDS, &found))
			return false;
		*ret_few = found && add_ids(op, ids, found);
	}
	return true;
}

/* Through an index, to the documents that have one of these values there. */
static bool through_index(struct search *search, const struct wanted *wanted)
{
	const struct collection *collection = search->collection;
	struct hits hits = { .search = search };
	struct ids ids = { .count = 0 };
	bool few;

	if (!find_ids(search, wanted, &ids, &few))
		return false;
	if (few)
		return through_ids(search, ids.items, ids.count);
	if (!each_indexed(search, wanted->field->unique ? collection->by_unique : collection->by_shared,
	                  wanted, add_position, &hits))
		return false;
	return look_at_hits(search, &hits);
}

/* Takes the shortest way that the predicates leave open: ids, then a unique index, then the first
 * one of the kind's other index fields. */
static bool search_best(struct search *search)
{
	struct wanted best = { 0 };
	struct wanted found = { 0 };

	if (required(search, "id", &found.values, &found.count)) {
		search->page->plan = "id";
		return through_ids(search, found.values, found.count);
	}
	for (found.field = search->query->kind->index; found.field->name; found.field++) {
		bool is_exact = required(search, found.field->path, &found.values, &found.count);

		if (!is_exact &&
		    !required(search, found.field->folded_path, &found.values, &found.count))
			continue;
		if (best.field && (best.field->unique || !found.field->unique))
			continue;
		best = found;
		best.is_folded = !is_exact;
	}
	if (!best.field)
		return scan(search);
	search->page->plan = arena_printf(search->op->arena, "index %s", best.field->name);
	return through_index(search, &best);
}

/* The page of an order */

static bool load_sorted(struct search *search)
{
	const struct query *query = search->query;
	const struct resource_kind *kind = query->kind;
	struct db_row *row;

	size_t count = candidates_sort(search->candidates);

	if (!op_spend(search->op, STEP_UNITS))
		return false;
	for (size_t i = (size_t)query->offset_rows; i < count; i++) {
		if (!db_one(search->op, search->collection->at_position,
		            DB_VALUES(db_text(search->op->project), db_text(kind->name),
		                      db_integer(candidates_position(search->candidates, i))),
		            &row))
			return false;
		if (row)
			search->page->documents[search->page->count++] =
				(struct query_document){ row->columns[DOC].text, row->columns[DOC].bytes };
	}
	return true;
}

static bool run_sorted(struct search *search)
{
	const struct query *query = search->query;

	search->candidates = candidates_create(search->op, &query->sort,
	                                       (size_t)(query->offset_rows + query->limit_rows));
	bool done = search_best(search) && load_sorted(search);

	candidates_destroy(search->candidates);
	return done;
}

/* Without predicate and order: the database knows where the page begins, and how many there are. */
static bool run_plain(struct search *search)
{
	const struct query *query = search->query;
	const struct collection *collection = search->collection;
	struct db_value project = db_text(search->op->project);
	struct db_value kind = db_text(query->kind->name);
	struct db_row *row;

	search->page->plan = "all";
	if (query->with_total) {
		if (!db_one(search->op, collection->count, DB_VALUES(project, kind), &row))
			return false;
		search->page->total = row->columns[TOTAL].integer;
	}
	if (!db_all(search->op, collection->page,
	            DB_VALUES(project, kind, db_integer(query->limit_rows),
	                      db_integer(query->offset_rows)),
	            &row))
		return false;
	for (; row; row = row->next)
		search->page->documents[search->page->count++] =
			(struct query_document){ row->columns[DOC].text, row->columns[DOC].bytes };
	return true;
}

bool query_run(struct op *op, const struct query *query, struct query_page *ret_page)
{
	const struct collection *collection = query->kind->collection;
	struct search search = { .op = op,
		                     .query = query,
		                     .page = ret_page,
		                     .collection = collection ? collection : &RESOURCES };

	*ret_page = (struct query_page){
		.documents = arena_alloc(op->arena,
		                         ((size_t)query->limit_rows + 1) * sizeof *ret_page->documents)
	};
	if (!restriction_compile(op, query->kind, &search.restriction))
		return false;
	if (!query->predicate && !search.restriction && !query->sort.count)
		return run_plain(&search);
	/* Of work that ended early, nothing is known. */
	bool done = (query->sort.count ? run_sorted(&search) : search_best(&search)) &&
	            op_spend(op, STEP_UNITS);

	if (query->with_total)
		ret_page->total =
			query->predicate && search.matched > MAX_TOTAL ? MAX_TOTAL : search.matched;
	return done;
}
