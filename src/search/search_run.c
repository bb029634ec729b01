#include "search/search_run.h"

#include <string.h>

#include "base/arena.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "db/db.h"
#include "resource/resource.h"
#include "resource/stored.h"
#include "search/search_dress.h"

/* Columns of the queries that give documents. */
enum { POSITION, DOC };

enum {
	/* A document of so many bytes is as much work as two. */
	STEP_BYTES = 4096,
	/* A document that has to be dressed is as much work as so many others. */
	DRESSING_STEPS = 20,
	/* One of which only that is to be found out. */
	TRYING_STEPS = 5,
	/* What is found has to be read as a whole, and shown. */
	SHOWING_STEPS = 10,
	/* So often is memory given back that single documents needed. */
	SCRATCH_DOCUMENTS = 128,
};

/* A search under way. */
struct run {
	struct op             *op;
	struct arena          *arena;      /* of what is kept */
	struct search_plan    *plan;
	struct search_found   *found;
	struct search_page    *page;
	struct search_document document;
	struct lookups *lookups;    /* of the scratch arena */
	int64_t                documents;
	bool                   counts_all; /* some facet looks at what is not found, too */
	bool                   failed;     /* recorded */
};

/* -- memory of single documents -- */

/* Where an op makes everything. */
struct ground {
	struct arena  *arena;
	struct lookups *lookups;
};

/* Lets the op stand on other ground, and gives that on which it stood. */
static struct ground stand_on(struct op *op, struct ground ground)
{
	const struct ground before = { op->arena, op->lookups };

	op->arena = ground.arena;
	op->lookups = ground.lookups;
	if (json_memory_is_arena())
		json_memory_enter(ground.arena);
	return before;
}

static void renew_scratch(struct run *run)
{
	if (++run->documents % SCRATCH_DOCUMENTS != 0)
		return;
	arena_destroy(run->document.scratch);
	run->document.scratch = arena_create();
	run->lookups = NULL;
}

/* -- documents -- */

static void count_facets(struct run *run, bool is_found)
{
	struct search_plan *plan = run->plan;

	for (size_t i = 0; i < plan->facet_count; i++)
		if (is_found || plan->facets[i].counts_all)
			search_facet_count(run->arena, &plan->facets[i], &run->document);
}

/* Could a document be found or counted, as far as what is stored tells? */
static bool may_be_found(const struct run *run)
{
	const struct search_plan *plan = run->plan;

	if (run->counts_all)
		return true;
	return search_query_may_hold(plan->query, &run->document) &&
	       (plan->facet_count > 0 || search_query_may_hold(plan->post_filter, &run->document));
}

/* May the search go on? False: recorded. */
static bool take_steps(struct run *run, int64_t steps)
{
	return op_spend(run->op, steps * SEARCH_STEP_UNITS);
}

/* Lets the reader read a document as it is shown. False: recorded. */
static bool dress(struct run *run, const char *text, size_t bytes)
{
	bool is_dressed;

	if (!search_dress(run->op, run->plan, text, bytes, &is_dressed))
		return false;
	run->document.serial++; /* another text, as far as queries know */
	return take_steps(run, is_dressed ? DRESSING_STEPS : TRYING_STEPS);
}

/* Looks at a document. False: recorded. */
static bool look_at(struct run *run, int64_t position, const char *text, size_t bytes)
{
	struct search_plan *plan = run->plan;

	if (!run->counts_all && !search_query_may_be_in(plan->query, text, bytes, &run->op->budget))
		return true;
	search_reader_read(plan->reader, text, bytes);
	if (search_dress_may_matter(plan, text, bytes)) {
		if (!may_be_found(run))
			return true;
		if (!dress(run, text, bytes))
			return false;
	}
	double score = search_query_score(plan->query, &run->document);

	if (plan->facet_count > 0)
		count_facets(run, score >= 0);
	if (score < 0 || search_query_score(plan->post_filter, &run->document) < 0)
		return true;
	run->found->total++;
	search_page_add(run->page, position, score, &run->document);
	return true;
}

static bool look_at_row(void *context, const struct db_value *columns)
{
	struct run *run = context;

	int64_t size = 1 + (int64_t)(columns[DOC].bytes / STEP_BYTES);

	run->failed = !take_steps(run, run->plan->document_steps * size);
	if (run->failed)
		return false;
	run->document.serial++;
	renew_scratch(run);
	/* What is looked up on the way is found again until the arena is thrown away. */
	struct ground before =
		stand_on(run->op, (struct ground){ run->document.scratch, run->lookups });

	run->failed =
		!look_at(run, columns[POSITION].integer, columns[DOC].text, columns[DOC].bytes);
	run->lookups = stand_on(run->op, before).lookups;
	return !run->failed;
}

static bool any_counts_all(const struct search_plan *plan)
{
	for (size_t i = 0; i < plan->facet_count; i++)
		if (plan->facets[i].counts_all)
			return true;
	return false;
}

bool search_run(struct op *op, struct search_plan *plan, struct search_found *ret_found)
{
	struct run run = { .op = op,
		               .arena = op->arena,
		               .plan = plan,
		               .found = ret_found,
		               .page = search_page_create(plan->order, plan->order_count, plan->limit,
		                                          plan->offset, &op->budget),
		               .document = { .reader = plan->reader,
		                             .scratch = arena_create(),
		                             .budget = &op->budget },
		               .counts_all = any_counts_all(plan) };

	*ret_found = (struct search_found){ 0 };
	bool done = db_each(op, QUERY_SEARCH_SCAN,
	                    DB_VALUES(db_text(op->project), db_text(plan->kind->name)), look_at_row,
	                    &run) &&
	            !run.failed;

	if (done) {
		ret_found->positions = search_page_positions(op->arena, run.page, &ret_found->count);
		done = take_steps(&run, (int64_t)ret_found->count * SHOWING_STEPS);
	}
	search_page_destroy(run.page);
	/* What was recorded may be told in it. */
	arena_adopt(op->arena, run.document.scratch);
	return done;
}

/* -- the page -- */

json_t *search_load(struct op *op, struct search_plan *plan, int64_t position,
                    struct search_document *ret_document)
{
	struct db_row *row;
	bool is_dressed;

	if (!db_one(op, QUERY_RESOURCE_AT,
	            DB_VALUES(db_text(op->project), db_text(plan->kind->name), db_integer(position)),
	            &row))
		return NULL;
	if (!row) {
		fail_internal(op, "a document that was found is not there");
		return NULL;
	}
	json_t *doc = stored_read(op, row->columns[DOC].text, row->columns[DOC].bytes);

	if (!doc)
		return NULL;
	search_reader_read(plan->reader, row->columns[DOC].text, row->columns[DOC].bytes);
	*ret_document = (struct search_document){ plan->reader, op->arena,
		                                      UINT64_MAX - (uint64_t)position, &op->budget };
	if (search_dress_may_matter(plan, row->columns[DOC].text, row->columns[DOC].bytes) &&
	    !search_dress(op, plan, row->columns[DOC].text, row->columns[DOC].bytes, &is_dressed))
		return NULL;
	return doc;
}
