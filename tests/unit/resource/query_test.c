#include "resource/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/text.h"
#include "customer/customer_group.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "predicate/predicate.h"
#include "resource/load.h"
#include "resource/message.h"
#include "resource/save.h"
#include "../../support/test_domain.h"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static const struct resource *group(struct op *op, const char *key, const char *name)
{
	const json_t *draft = keep(op, json_pack("{s:s, s:s}", "key", key, "groupName", name));
	struct resource *made = kind_start(op, &CUSTOMER_GROUP_KIND, draft, NULL);

	assert_true(made && resource_save(op, made));
	return made;
}

static void groups(struct op *op, int count)
{
	char key[32];

	for (int i = 0; i < count; i++) {
		snprintf(key, sizeof key, "group-%04d", i);
		group(op, key, key);
	}
}

/* A query for groups; `where` and `sort` may be NULL. */
static struct query query_of(struct op *op, const char *where, const char *sort)
{
	const struct predicate_source source = {
		.parameter = "where", .texts = &where, .text_count = 1, .fields = CUSTOMER_GROUP_KIND.fields
	};
	struct query query = { .kind = &CUSTOMER_GROUP_KIND,
		                   .predicate = where ? predicate_compile(op, &source) : NULL,
		                   .limit_rows = 20,
		                   .with_total = true };

	assert_true(!where || query.predicate);
	assert_true(sort_compile(op, &sort, sort ? 1 : 0, CUSTOMER_GROUP_KIND.fields, &query.sort));
	return query;
}

static struct query_page find(struct op *op, const char *where, const char *sort,
                              int64_t limit_rows, int64_t offset_rows)
{
	struct query query = query_of(op, where, sort);
	struct query_page page;

	query.limit_rows = limit_rows;
	query.offset_rows = offset_rows;
	assert_true(query_run(op, &query, &page));
	return page;
}

/* The keys of a page, each followed by a space. */
static const char *keys(struct op *op, const struct query_page *page)
{
	char *text = arena_alloc(op->arena, 64 * (page->count + 1));

	for (size_t i = 0; i < page->count; i++) {
		const json_t *doc =
			keep(op, json_loadb(page->documents[i].text, page->documents[i].bytes, 0, NULL));

		strcat(strcat(text, doc_text(doc, "key")), " ");
	}
	return text;
}

static void a_search_narrows_through_the_best_index(void **state)
{
	struct op *op = op_of(state);
	const char *id = group(op, "k1", "one")->id;

	group(op, "k2", "two");
	const struct { const char *where; const char *plan; const char *keys; } ROWS[] = {
		{ "key = \"k2\"",                                 "index key",  "k2 " },
		{ "key in (\"k2\", \"k1\", \"k2\", \"k9\")",      "index key",  "k1 k2 " },
		{ "name = \"one\" and key = \"k2\"",              "index key",  "" },
		{ "version = 1 and (name = \"one\")",             "index name", "k1 " },
		{ "name = \"one\" or key = \"k2\"",               "scan",       "k1 k2 " },
		{ "not key = \"k2\"",                             "scan",       "k1 " },
		{ "key != \"k2\"",                                "scan",       "k1 " },
		{ "key > \"k1\"",                                 "scan",       "k2 " },
		{ "id = \"no-uuid\"",                             "id",         "" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const struct query_page page = find(op, ROWS[i].where, NULL, 20, 0);

		if (strcmp(page.plan, ROWS[i].plan) != 0 || strcmp(keys(op, &page), ROWS[i].keys) != 0)
			fail_msg("%s: %s, %s", ROWS[i].where, page.plan, keys(op, &page));
	}
	const struct query_page by_id =
		find(op, arena_printf(op->arena, "id = \"%s\" and name = \"one\"", id), NULL, 20, 0);

	assert_string_equal(by_id.plan, "id");
	assert_string_equal(keys(op, &by_id), "k1 ");
}

/* Few documents are read by id, many by position. */
static void an_index_finds_few_and_many_in_creation_order(void **state)
{
	struct op *op = op_of(state);
	struct text_buffer where = { .arena = op->arena };

	groups(op, 150);
	text_append(&where, "key in (\"group-0149\"");
	for (int i = 148; i >= 1; i--) {
		text_appendf(&where, ", \"group-%04d\"", i);
		if (i != 148 && i != 1)
			continue;
		struct query_page page =
			find(op, arena_printf(op->arena, "%s)", where.text), NULL, 2, 0);

		assert_string_equal(page.plan, "index key");
		assert_string_equal(keys(op, &page), i == 148 ? "group-0148 group-0149 "
		                                              : "group-0001 group-0002 ");
		assert_int_equal(page.total, i == 148 ? 2 : 149);
	}
}

static void a_page_of_a_predicate_is_cut_behind_the_matches(void **state)
{
	struct op *op = op_of(state);

	groups(op, 10);
	struct query_page page = find(op, "key >= \"group-0003\"", NULL, 2, 1);

	assert_string_equal(keys(op, &page), "group-0004 group-0005 ");
	assert_int_equal(page.total, 7);
	page = find(op, "key >= \"group-0003\"", NULL, 5, 6);
	assert_string_equal(keys(op, &page), "group-0009 ");
	page = find(op, "key >= \"group-0003\"", NULL, 0, 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.total, 7);
	page = find(op, "key >= \"group-0003\"", NULL, 5, 10000);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.total, 7);
}

static void equal_keys_are_in_the_order_of_creation_as_the_last_key_directs(void **state)
{
	struct op *op = op_of(state);

	group(op, "k1", "b");
	group(op, "k2", "a");
	group(op, "k3", "c");
	struct query_page page = find(op, NULL, "name", 20, 0);

	assert_string_equal(keys(op, &page), "k2 k1 k3 ");
	page = find(op, NULL, "name desc", 1, 1);
	assert_string_equal(keys(op, &page), "k1 ");
	page = find(op, NULL, "version", 20, 0);
	assert_string_equal(keys(op, &page), "k1 k2 k3 ");
	page = find(op, NULL, "version desc", 20, 0);
	assert_string_equal(keys(op, &page), "k3 k2 k1 ");
	page = find(op, NULL, "createdAt desc", 1, 0);
	assert_string_equal(keys(op, &page), "k3 ");
	page = find(op, NULL, "custom.fields.nothing", 20, 0);
	assert_string_equal(keys(op, &page), "k1 k2 k3 ");
}

/* About a millisecond's work. */
static void be_quick(struct op *op)
{
	budget_begin(&op->budget, &(struct budget_limits){ .pause_units = UNITS_PER_MS });
}

static void be_slow(struct op *op)
{
	budget_begin(&op->budget, &(struct budget_limits){ .pause_units = 0 });
}

/* It ends early, as work that is too much for a thread that others wait for. */
static void expect_too_much_of(struct op *op, const struct query *query)
{
	struct query_page page;

	be_quick(op);
	assert_false(query_run(op, query, &page));
	assert_int_equal(op->budget.end, BUDGET_PAUSED);
	assert_int_equal(op->errors.count, 1);
	op->errors = (struct api_errors){ 0 };
	be_slow(op);
}

static void expect_too_much(struct op *op, const char *where, const char *sort)
{
	struct query query = query_of(op, where, sort);

	expect_too_much_of(op, &query);
}

static void a_long_search_is_postponed_to_where_it_may_take_its_time(void **state)
{
	struct op *op = op_of(state);

	groups(op, 1001);
	expect_too_much(op, "name = \"x\" or name = \"y\"", NULL);
	expect_too_much(op, NULL, "name desc");
	be_quick(op);
	assert_int_equal(find(op, NULL, NULL, 20, 0).count, 20);
	be_slow(op);
	struct query_page page = find(op, "name = \"x\" or name = \"group-1000\"", NULL, 20, 0);

	assert_string_equal(keys(op, &page), "group-1000 ");
	page = find(op, NULL, "name desc", 2, 0);
	assert_string_equal(keys(op, &page), "group-1000 group-0999 ");
}

static void an_index_that_finds_very_many_is_postponed_too(void **state)
{
	enum { MANY = 10001 };
	struct op *op = op_of(state);
	const struct message_subject subject = { .type_id = "customer", .id = "c", .version = 1 };
	const char *where = "resource(id = \"c\")";
	const struct predicate_source source = {
		.parameter = "where", .texts = &where, .text_count = 1, .fields = MESSAGE_KIND.fields
	};
	const struct query query = { .kind = &MESSAGE_KIND,
		                         .predicate = predicate_compile(op, &source),
		                         .limit_rows = 1 };
	struct query_page page;

	for (int i = 0; i < MANY; i++)
		assert_true(message_store(op, MESSAGE_CustomerEmailVerified, &subject, NULL));
	expect_too_much_of(op, &query);
	assert_true(query_run(op, &query, &page));
	assert_int_equal(page.count, 1);
}

/* So many that the candidates are thinned out on the way, in the order that makes it hardest. */
static void the_furthest_page_of_an_order_is_right_however_many_there_are(void **state)
{
	enum { MANY = 22000 };
	struct op *op = op_of(state);
	char key[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(key, sizeof key, "g-%06d", MANY - i);
		group(op, key, key);
	}
	struct query_page page = find(op, NULL, "key", 2, 10000);

	assert_string_equal(keys(op, &page), "g-010001 g-010002 ");
	assert_int_equal(page.total, MANY);
}

static void a_total_of_a_predicate_is_capped(void **state)
{
	struct op *op = op_of(state);

	groups(op, MAX_TOTAL + 5);
	assert_int_equal(find(op, "version = 1", NULL, 1, 0).total, MAX_TOTAL);
	assert_int_equal(find(op, NULL, NULL, 1, 0).total, MAX_TOTAL + 5);
}

static void a_total_of_what_exists_for_who_asks_is_not_capped(void **state)
{
	struct op *op = op_of(state);
	struct resource_kind of_stores = CUSTOMER_GROUP_KIND;
	const struct query query = { .kind = &of_stores, .limit_rows = 1, .with_total = true };
	struct query_page page;

	of_stores.of_store = "version = 1";
	groups(op, MAX_TOTAL + 5);
	op->store_key = "berlin";
	assert_true(query_run(op, &query, &page));
	assert_int_equal(page.count, 1);
	assert_int_equal(page.total, MAX_TOTAL + 5);
}

static int64_t customers(struct op *op)
{
	const struct query query = { .kind = &CUSTOMER_KIND, .limit_rows = 20, .with_total = true };
	struct query_page page;

	assert_true(query_run(op, &query, &page));
	return page.total;
}

static void nothing_is_found_but_what_exists_for_who_asks(void **state)
{
	struct op *op = op_of(state);
	const struct resource *ann = test_customer(op, "ann@x", "berlin", NULL);
	const struct caller caller = { .project = "demo", .customer_id = ann->id };
	const struct caller visitor = { .project = "demo", .anonymous_id = ann->id };

	assert_int_equal(customers(op), 3);
	op->store_key = "berlin";
	assert_int_equal(customers(op), 1);
	op->store_key = NULL;
	op->mine = true;
	op->caller = &caller;
	assert_int_equal(customers(op), 1);
	op->store_key = "oslo";
	assert_int_equal(customers(op), 0);
	op->store_key = NULL;
	op->caller = &visitor;
	assert_int_equal(customers(op), 0);
	op->caller = &TEST_CALLER;
	assert_int_equal(customers(op), 0);
}

static void nothing_is_found_of_another_project(void **state)
{
	struct op *op = op_of(state);

	groups(op, 3);
	op->project = "elsewhere";
	assert_int_equal(find(op, "version = 1", NULL, 20, 0).total, 0);
	assert_int_equal(find(op, "key = \"group-0001\"", NULL, 20, 0).total, 0);
	assert_int_equal(find(op, NULL, "key", 20, 0).total, 0);
}

/* The keys that a search for a name finds, by a run of its own. */
static const char *named(struct test_op *test, const char *name)
{
	struct op *op = test_op_again(test, TEST_START_MS);
	const struct query_page page =
		find(op, arena_printf(op->arena, "name = \"%s\"", name), NULL, 20, 0);

	assert_string_equal(page.plan, "index name");
	return keys(op, &page);
}

static void what_an_index_found_is_not_kept_longer_than_it_is_so(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;

	assert_string_equal(named(test, "vip"), "");
	group(op, "k1", "vip");
	assert_string_equal(named(test, "vip"), "k1 ");
	struct resource *loaded = resource_get_by_key(op, &CUSTOMER_GROUP_KIND, "k1");

	doc_set_text(loaded->doc, "name", "regular");
	resource_touch(loaded);
	assert_true(resource_save(op, loaded));
	assert_string_equal(named(test, "vip"), "");
	assert_string_equal(named(test, "regular"), "k1 ");
	loaded = resource_get_by_key(op, &CUSTOMER_GROUP_KIND, "k1");
	assert_true(resource_delete(op, loaded));
	assert_string_equal(named(test, "regular"), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_search_narrows_through_the_best_index),
		TEST(an_index_finds_few_and_many_in_creation_order),
		TEST(a_page_of_a_predicate_is_cut_behind_the_matches),
		TEST(equal_keys_are_in_the_order_of_creation_as_the_last_key_directs),
		TEST(a_long_search_is_postponed_to_where_it_may_take_its_time),
		TEST(an_index_that_finds_very_many_is_postponed_too),
		TEST(the_furthest_page_of_an_order_is_right_however_many_there_are),
		TEST(a_total_of_a_predicate_is_capped),
		TEST(a_total_of_what_exists_for_who_asks_is_not_capped),
		TEST(nothing_is_found_but_what_exists_for_who_asks),
		TEST(nothing_is_found_of_another_project),
		TEST(what_an_index_found_is_not_kept_longer_than_it_is_so),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
