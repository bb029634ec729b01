/* What is looked at: read once a run, and never older than what the run itself stored. */
#include "resource/lookup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "document/doc.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/save.h"
#include "../../support/test_domain.h"

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true },
	{ 0 },
};
static const struct resource_kind THING = { .name = "thing", .index = INDEX };

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* In memory the transaction is one that reads, so the cache is asked here as it is not on the writer. */
static void save(struct op *op, struct resource *thing)
{
	assert_true(resource_save(op, thing));
	op_drop_stale(op);
}

static const char *create(struct op *op, const char *id, const char *key)
{
	struct resource *thing = resource_start(op, &THING, id);

	doc_set_text(thing->doc, "key", key);
	save(op, thing);
	return thing->id;
}

static void change_key(struct op *op, const char *id, const char *key)
{
	struct resource *thing = resource_get(op, &THING, id);

	doc_set_text(thing->doc, "key", key);
	resource_touch(thing);
	save(op, thing);
}

static const json_t *look(struct op *op, const char *id)
{
	const json_t *doc;

	assert_true(lookup(op, &THING, id, &doc));
	return doc;
}

static void a_document_is_read_once_a_run(void **state)
{
	struct op *op = op_of(state);
	const char *id = create(op, NULL, "k1");
	const json_t *by_key;

	assert_string_equal(doc_text(look(op, id), "key"), "k1");
	assert_true(lookup_by(op, &THING, "key", "k1", &by_key));
	assert_ptr_equal(by_key, look(op, id));
}

static void what_the_run_stores_is_what_it_looks_at(void **state)
{
	struct op *op = op_of(state);
	const char *id = create(op, NULL, "k1");

	assert_string_equal(doc_text(look(op, id), "key"), "k1");
	change_key(op, id, "k2");
	assert_string_equal(doc_text(look(op, id), "key"), "k2");
	assert_true(resource_delete(op, resource_get(op, &THING, id)));
	op_drop_stale(op);
	assert_null(look(op, id));
}

static void what_was_not_there_is_looked_for_again(void **state)
{
	struct op *op = op_of(state);

	assert_null(look(op, "later"));
	create(op, "later", "k1");
	assert_string_equal(doc_text(look(op, "later"), "key"), "k1");
}

static void what_was_found_ahead_is_good_as_long_as_its_version_is(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;
	const char *id = create(op, NULL, "k1");
	const json_t *ahead = look(op, id);

	test_op_again(test, TEST_START_MS);
	assert_ptr_equal(look(op, id), ahead);
	struct op other = *op;

	other.lookups = NULL;
	change_key(&other, id, "k2");
	test_op_again(test, TEST_START_MS);
	assert_string_equal(doc_text(look(op, id), "key"), "k2");
}

static void a_reference_is_looked_at_and_not_loaded(void **state)
{
	struct op *op = op_of(state);
	const struct identifier by_key = { .type_id = "thing", .key = "k1" };
	const struct identifier unknown = { .type_id = "thing", .key = "k2" };
	const char *id = create(op, NULL, "k1");

	assert_ptr_equal(reference_look(op, &THING, &by_key), look(op, id));
	assert_ptr_not_equal(reference_load(op, &THING, &by_key)->doc, look(op, id));
	assert_null(reference_look(op, &THING, &unknown));
	assert_string_equal(test_take_error(op), "ReferencedResourceNotFound");
	assert_null(reference_load(op, &THING, &unknown));
	assert_string_equal(test_take_error(op), "ReferencedResourceNotFound");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_document_is_read_once_a_run),
		TEST(what_the_run_stores_is_what_it_looks_at),
		TEST(what_was_not_there_is_looked_for_again),
		TEST(what_was_found_ahead_is_good_as_long_as_its_version_is),
		TEST(a_reference_is_looked_at_and_not_loaded),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
