#include "resource/resource.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/message.h"
#include "resource/save.h"
#include "resource/stored.h"
#include "../../support/test_domain.h"
#include "../../support/test_query.h"

/* A kind of our own: a unique key, and labels that several may share. */
static void labels(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	for (size_t i = 0; i < json_array_size(json_object_get(doc, "labels")); i++)
		json_array_append(values, json_array_get(json_object_get(doc, "labels"), i));
}

static const struct index_field INDEX[] = {
	{ "key", true, NULL },
	{ "label", false, labels },
	{ NULL, false, NULL },
};

static const char *const IDENTIFIERS[] = { "externalId", NULL };

static const struct resource_kind THING = { .name = "thing",
	                                        .index = INDEX,
	                                        .identifiers = IDENTIFIERS };
static const struct resource_kind OTHER = { .name = "other", .index = INDEX };

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* `labels` as JSON; NULL: none. */
static struct resource *start(struct op *op, const char *key, const char *labels_text)
{
	struct resource *thing = resource_start(op, &THING, NULL);

	doc_set_text(thing->doc, "key", key);
	if (labels_text)
		doc_put(thing->doc, "labels", json_loads(labels_text, 0, NULL));
	return thing;
}

static const char *create(struct op *op, const char *key, const char *labels_text)
{
	struct resource *thing = start(op, key, labels_text);

	assert_true(resource_save(op, thing));
	return thing->id;
}

static struct resource *load(struct op *op, const char *id)
{
	struct resource *thing = resource_get(op, &THING, id);

	assert_non_null(thing);
	return thing;
}

static int64_t count_label(struct op *op, const char *label)
{
	int64_t count = -1;

	assert_true(resource_count(op, &THING, "label", label, &count));
	return count;
}

/* -- starting and saving -- */

static void a_new_resource_has_the_members_of_every_resource(void **state)
{
	struct op *op = op_of(state);
	const struct resource *thing = resource_start(op, &THING, NULL);

	assert_int_equal(strlen(thing->id), 36);
	assert_string_equal(doc_text(thing->doc, "id"), thing->id);
	assert_int_equal(doc_int(thing->doc, "version"), 1);
	assert_string_equal(doc_text(thing->doc, "createdAt"), "2023-11-14T22:13:20.000Z");
	assert_string_equal(doc_text(thing->doc, "lastModifiedAt"), "2023-11-14T22:13:20.000Z");
	assert_string_equal(doc_text(json_object_get(thing->doc, "createdBy"), "clientId"), "tests");
	assert_string_equal(resource_start(op, &THING, "own")->id, "own");
}

static void what_was_fetched_ahead_is_taken_once(void **state)
{
	struct op *op = op_of(state);
	const char *first = create(op, "first", NULL), *second = create(op, "second", NULL);
	const json_t *doc;

	assert_true(resource_fetch_ahead(op, &THING, "missing", &doc));
	assert_null(doc);
	assert_true(resource_fetch_ahead(op, &THING, second, NULL));
	assert_true(resource_fetch_ahead(op, &THING, first, &doc));
	assert_string_equal(doc_text(load(op, second)->doc, "key"), "second");
	assert_ptr_equal(load(op, first)->doc, doc);
	assert_ptr_not_equal(load(op, first)->doc, doc);
}

static void what_was_fetched_ahead_and_changed_since_is_loaded_again(void **state)
{
	struct op *op = op_of(state);
	const char *id = create(op, "old", NULL);
	struct resource *changed = load(op, id);

	assert_true(resource_fetch_ahead(op, &THING, id, NULL));
	doc_set_text(changed->doc, "key", "new");
	resource_touch(changed);
	assert_true(resource_save(op, changed));
	assert_string_equal(doc_text(load(op, id)->doc, "key"), "new");
}

static void an_id_is_found_by_a_unique_value(void **state)
{
	struct op *op = op_of(state);
	const char *created = create(op, "mine", NULL);
	const char *id;

	assert_true(resource_id_by(op, &THING, "key", "mine", &id));
	assert_string_equal(id, created);
	assert_true(resource_id_by(op, &THING, "key", "none", &id));
	assert_null(id);
}

static void nothing_is_stored_before_it_is_saved(void **state)
{
	struct op *op = op_of(state);
	struct resource *thing = start(op, "k1", NULL);
	struct resource *found;

	assert_true(resource_find(op, &THING, thing->id, &found));
	assert_null(found);
	assert_true(resource_save(op, thing));
	assert_true(resource_find(op, &THING, thing->id, &found));
	assert_true(json_equal(found->doc, thing->doc));
	assert_int_equal(found->version, 1);
}

static void saving_what_did_not_change_does_nothing(void **state)
{
	struct test_op *test = *state;
	const char *id = create(&test->op, "k1", NULL);
	struct op *op = test_op_again(test, TEST_START_MS + 5);

	assert_true(resource_save(op, load(op, id)));
	assert_string_equal(doc_text(load(op, id)->doc, "lastModifiedAt"), "2023-11-14T22:13:20.000Z");
	assert_int_equal(load(op, id)->version, 1);
}

static void each_effective_change_counts_in_the_version(void **state)
{
	struct test_op *test = *state;
	const char *id = create(&test->op, "k1", NULL);
	struct op *op = test_op_again(test, TEST_START_MS + 5);
	struct resource *thing = load(op, id);

	resource_touch(thing);
	resource_touch(thing);
	assert_true(resource_save(op, thing));
	thing = load(op, id);
	assert_int_equal(thing->version, 3);
	assert_int_equal(doc_int(thing->doc, "version"), 3);
	assert_string_equal(doc_text(thing->doc, "createdAt"), "2023-11-14T22:13:20.000Z");
	assert_string_equal(doc_text(thing->doc, "lastModifiedAt"), "2023-11-14T22:13:20.005Z");
	assert_string_equal(doc_text(thing->doc, "versionModifiedAt"), "2023-11-14T22:13:20.005Z");
}

static void another_version_than_the_expected_one_is_a_conflict(void **state)
{
	struct op *op = op_of(state);
	const struct resource *thing = start(op, "k1", NULL);

	assert_true(resource_at_version(op, thing, 1));
	for (int64_t version = -1; version <= 2; version += version == 0 ? 2 : 1) {
		assert_false(resource_at_version(op, thing, version));
		assert_int_equal(doc_int(op->errors.items[0].extra, "currentVersion"), 1);
		assert_string_equal(test_take_error(op), "ConcurrentModification");
	}
}

static void what_is_not_there_is_a_404(void **state)
{
	struct op *op = op_of(state);

	assert_null(resource_get(op, &THING, "nope"));
	assert_string_equal(test_error_message(op), "The thing with ID 'nope' was not found.");
	assert_string_equal(test_take_error(op), "ResourceNotFound");
	assert_null(resource_get_by_key(op, &THING, "nope"));
	assert_string_equal(test_error_message(op), "The thing with key 'nope' was not found.");
	assert_string_equal(test_take_error(op), "ResourceNotFound");
}

static void a_document_of_more_than_16_mb_is_refused(void **state)
{
	enum { BYTES = 16 * 1024 * 1024 };
	struct op *op = op_of(state);
	struct resource *thing = start(op, "k1", NULL);
	char *text = arena_alloc(op->arena, BYTES + 1);

	memset(text, 'x', BYTES);
	doc_put(thing->doc, "text", json_string(text));
	assert_false(resource_save(op, thing));
	assert_string_equal(test_take_error(op), "ResourceSizeLimitExceeded");
}

/* -- the index -- */

static void a_unique_value_is_taken_once_per_kind_and_project(void **state)
{
	struct op *op = op_of(state);
	struct resource *other = resource_start(op, &OTHER, NULL);

	create(op, "same", NULL);
	assert_false(resource_save(op, start(op, "same", NULL)));
	assert_string_equal(doc_text(op->errors.items[0].extra, "field"), "key");
	assert_string_equal(test_take_error(op), "DuplicateField");
	doc_set_text(other->doc, "key", "same");
	assert_true(resource_save(op, other));
	assert_true(resource_save(op, start(op, "SAME", NULL)));
	op->project = "elsewhere";
	create(op, "same", NULL);
}

static void resources_without_a_key_do_not_collide(void **state)
{
	struct op *op = op_of(state);

	create(op, NULL, NULL);
	create(op, NULL, NULL);
}

static void a_resource_is_found_by_its_key(void **state)
{
	struct op *op = op_of(state);
	const char *id = create(op, "k1", NULL);
	struct resource *found;

	assert_string_equal(resource_get_by_key(op, &THING, "k1")->id, id);
	assert_true(
		resource_find_by(op, &THING, "label", "k1", &found)); /* a shared field finds nobody */
	assert_null(found);
}

static void the_index_follows_the_document(void **state)
{
	struct op *op = op_of(state);
	const char *id = create(op, "k1", "[\"a\",\"b\"]");
	struct resource *thing = load(op, id);

	assert_int_equal(count_label(op, "a"), 1);
	doc_set_text(thing->doc, "key", "k2");
	doc_put(thing->doc, "labels", json_pack("[s, s]", "b", "c"));
	resource_touch(thing);
	assert_true(resource_save(op, thing));
	assert_int_equal(count_label(op, "a"), 0);
	assert_int_equal(count_label(op, "b"), 1);
	assert_int_equal(count_label(op, "c"), 1);
	assert_string_equal(resource_get_by_key(op, &THING, "k2")->id, id);
	create(op, "k1", NULL); /* free again */
}

static void taking_a_value_that_another_has_is_refused_on_update_too(void **state)
{
	struct op *op = op_of(state);
	struct resource *thing;

	create(op, "k1", NULL);
	thing = load(op, create(op, "k2", NULL));
	doc_set_text(thing->doc, "key", "k1");
	resource_touch(thing);
	assert_false(resource_save(op, thing));
	assert_string_equal(test_take_error(op), "DuplicateField");
}

static void a_deleted_resource_leaves_nothing_in_the_index(void **state)
{
	struct op *op = op_of(state);
	const char *id = create(op, "k1", "[\"a\"]");
	struct resource *found;

	assert_true(resource_delete(op, load(op, id)));
	assert_true(resource_find(op, &THING, id, &found));
	assert_null(found);
	assert_int_equal(count_label(op, "a"), 0);
	create(op, "k1", NULL);
}

static void a_list_is_in_order_of_creation(void **state)
{
	struct op *op = op_of(state);

	create(op, "k1", "[\"a\"]");
	create(op, "k2", NULL);
	create(op, "k3", "[\"a\",\"b\"]");
	const struct query_page page = test_page(op, &THING, 2, 1);

	assert_int_equal(page.count, 2);
	assert_int_equal(page.total, 3);
	assert_non_null(strstr(page.documents[0].text, "\"k2\""));
	assert_non_null(strstr(page.documents[1].text, "\"k3\""));
	assert_int_equal(count_label(op, "a"), 2);
	op->project = "elsewhere";
	assert_int_equal(test_page(op, &THING, 10, 0).total, 0);
}

/* -- the cache -- */

static const char *text_of(struct op *op, const char *id)
{
	const char *text;
	size_t bytes;

	assert_true(resource_text(op, &THING, id, &text, &bytes));
	if (text)
		assert_int_equal(strlen(text), bytes);
	return text;
}

static void the_text_is_what_was_saved(void **state)
{
	struct test_op *test = *state;
	struct resource *thing = start(&test->op, "k1", NULL);

	assert_true(resource_save(&test->op, thing));
	struct op *op = test_op_again(test, TEST_START_MS);

	assert_string_equal(text_of(op, thing->id), thing->text);
	assert_string_equal(text_of(op, thing->id), thing->text); /* now out of the cache */
	assert_null(text_of(op, "nope"));
}

static void a_text_is_never_older_than_the_last_change(void **state)
{
	struct test_op *test = *state;
	const char *id = create(&test->op, "k1", NULL);
	struct op *op = test_op_again(test, TEST_START_MS);

	assert_non_null(strstr(text_of(op, id), "\"k1\""));
	struct resource *thing = load(op, id);

	doc_set_text(thing->doc, "key", "k2");
	resource_touch(thing);
	assert_true(resource_save(op, thing));
	op = test_op_again(test, TEST_START_MS);
	assert_non_null(strstr(text_of(op, id), "\"k2\""));
	assert_true(resource_delete(op, load(op, id)));
	op = test_op_again(test, TEST_START_MS);
	assert_null(text_of(op, id));
}

static void a_text_read_before_a_change_is_not_cached_after_it(void **state)
{
	struct test_op *test = *state;
	const char *id = create(&test->op, "k1", NULL);
	struct op *op = test_op_again(test, TEST_START_MS);
	uint64_t before = op->epoch;
	struct resource *thing = load(op, id);

	doc_set_text(thing->doc, "key", "k2");
	resource_touch(thing);
	cache_remove(op->env->cache,
	             arena_printf(op->arena, "r/demo/thing/%s", id)); /* another's commit */
	op->epoch = before;
	assert_non_null(strstr(text_of(op, id), "\"k1\""));
	assert_true(resource_save(op, thing));
	op->stale = NULL; /* so that only the epoch can keep the old text out */
	assert_non_null(strstr(text_of(op, id), "\"k2\""));
}

/* -- messages -- */

static const json_t *message(struct op *op, int64_t index)
{
	const struct query_page page = test_page(op, &MESSAGE_KIND, 1, index);

	return page.count ? keep(op, json_loads(page.documents[0].text, 0, NULL)) : NULL;
}

static void messages_are_numbered_per_resource_without_gaps(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;
	struct resource *thing = start(op, "k1", NULL);
	const char *id = thing->id;

	resource_emit(op, thing, MESSAGE_CustomerCreated, NULL);
	assert_true(resource_save(op, thing));
	create(op, "between", NULL);
	op = test_op_again(test, TEST_START_MS + 1);
	thing = load(op, id);
	resource_touch(thing);
	resource_emit(op, thing, MESSAGE_CustomerTitleSet,
	              keep(op, json_pack("{s:s}", "title", "Dr.")));
	resource_emit(op, thing, MESSAGE_NONE, NULL);
	resource_touch(thing);
	resource_emit(op, thing, MESSAGE_CustomerFirstNameSet, NULL);
	assert_true(resource_save(op, thing));
	for (int64_t i = 0; i < 3; i++) {
		assert_int_equal(doc_int(message(op, i), "sequenceNumber"), i + 1);
		assert_int_equal(doc_int(message(op, i), "resourceVersion"), i + 1);
		assert_string_equal(doc_text(json_object_get(message(op, i), "resource"), "id"), id);
	}
	assert_null(message(op, 3));
	assert_string_equal(doc_text(message(op, 1), "type"), "CustomerTitleSet");
	assert_string_equal(doc_text(message(op, 1), "title"), "Dr.");
	assert_int_equal(doc_int(load(op, id)->doc, "lastMessageSequenceNumber"), 3);
}

/* -- a clock that steps back -- */

enum { STEP_BACK_MS = 3600 * 1000 };

static void a_change_is_never_earlier_than_the_one_before(void **state)
{
	struct test_op *test = *state;
	const char *id = create(&test->op, "k1", NULL);

	for (int64_t i = 1; i <= 2; i++) {
		struct op *op = test_op_again(test, TEST_START_MS - i * STEP_BACK_MS);
		struct resource *thing = load(op, id);

		resource_touch(thing);
		resource_emit(op, thing, MESSAGE_CustomerTitleSet, NULL);
		assert_true(resource_save(op, thing));
		assert_string_equal(doc_text(thing->doc, "createdAt"), "2023-11-14T22:13:20.000Z");
		assert_string_equal(doc_text(thing->doc, "lastModifiedAt"), "2023-11-14T22:13:20.000Z");
		assert_string_equal(doc_text(thing->doc, "versionModifiedAt"), "2023-11-14T22:13:20.000Z");
		assert_string_equal(doc_text(message(op, i - 1), "createdAt"), "2023-11-14T22:13:20.000Z");
	}
	struct op *op = test_op_again(test, TEST_START_MS - STEP_BACK_MS);
	struct resource *thing = load(op, id);

	resource_emit(op, thing, MESSAGE_CustomerDeleted, NULL);
	assert_true(resource_delete(op, thing));
	assert_string_equal(doc_text(message(op, 2), "createdAt"), "2023-11-14T22:13:20.000Z");
}

static void what_was_written_last_does_not_depend_on_the_clock(void **state)
{
	struct test_op *test = *state;
	const char *first = create(&test->op, "k1", "[\"mine\"]");
	struct op *op = test_op_again(test, TEST_START_MS - STEP_BACK_MS);
	const char *second = create(op, "k2", "[\"mine\"]");
	const char *last;

	assert_true(index_last_written(op, &THING, "label", "mine", &last));
	assert_string_equal(last, second);
	op = test_op_again(test, TEST_START_MS - 2 * STEP_BACK_MS);
	struct resource *thing = load(op, first);

	resource_touch(thing);
	assert_true(resource_save(op, thing));
	assert_true(index_last_written(op, &THING, "label", "mine", &last));
	assert_string_equal(last, first);
}

static void the_last_message_of_a_resource_comes_with_its_deletion(void **state)
{
	struct op *op = op_of(state);
	struct resource *thing = start(op, "k1", NULL);

	resource_emit(op, thing, MESSAGE_CustomerCreated, NULL);
	assert_true(resource_save(op, thing));
	thing = load(op, thing->id);
	resource_emit(op, thing, MESSAGE_CustomerDeleted, NULL);
	assert_true(resource_delete(op, thing));
	assert_int_equal(doc_int(message(op, 1), "sequenceNumber"), 2);
	assert_string_equal(doc_text(message(op, 1), "type"), "CustomerDeleted");
}

static void a_message_names_what_the_user_named(void **state)
{
	struct op *op = op_of(state);
	struct resource *thing = start(op, "k1", NULL);

	doc_set_text(thing->doc, "externalId", "x7");
	resource_emit(op, thing, MESSAGE_CustomerCreated, NULL);
	doc_set_text(thing->doc, "key", NULL);
	resource_emit(op, thing, MESSAGE_CustomerTitleSet, NULL);
	assert_true(resource_save(op, thing));
	assert_string_equal(json_text(op, json_object_get(message(op, 0),
	                                                  "resourceUserProvidedIdentifiers")),
	                    "{\"key\":\"k1\",\"externalId\":\"x7\"}");
	assert_string_equal(json_text(op, json_object_get(message(op, 1),
	                                                  "resourceUserProvidedIdentifiers")),
	                    "{\"externalId\":\"x7\"}");
}

static void a_message_is_found_by_its_id(void **state)
{
	struct op *op = op_of(state);
	struct resource *thing = start(op, NULL, NULL);
	const char *text;
	size_t bytes;

	resource_emit(op, thing, MESSAGE_CustomerCreated, NULL);
	assert_true(resource_save(op, thing));
	const char *id = doc_text(message(op, 0), "id");

	assert_true(message_text(op, id, &text, &bytes));
	assert_non_null(strstr(text, id));
	assert_false(message_text(op, thing->id, &text, &bytes));
	assert_string_equal(test_take_error(op), "ResourceNotFound");
	op->project = "elsewhere";
	assert_false(message_text(op, id, &text, &bytes));
	assert_string_equal(test_take_error(op), "ResourceNotFound");
}

static void a_seed_tells_nobody(void **state)
{
	struct op *op = op_of(state);
	struct resource *thing = start(op, "k1", NULL);

	resource_emit(op, thing, MESSAGE_CustomerCreated, NULL);
	assert_true(resource_save_silently(op, thing));
	assert_null(message(op, 0));
	assert_int_equal(doc_int(load(op, thing->id)->doc, "lastMessageSequenceNumber"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_resource_has_the_members_of_every_resource),
		TEST(what_was_fetched_ahead_is_taken_once),
		TEST(what_was_fetched_ahead_and_changed_since_is_loaded_again),
		TEST(an_id_is_found_by_a_unique_value),
		TEST(nothing_is_stored_before_it_is_saved),
		TEST(saving_what_did_not_change_does_nothing),
		TEST(each_effective_change_counts_in_the_version),
		TEST(another_version_than_the_expected_one_is_a_conflict),
		TEST(what_is_not_there_is_a_404),
		TEST(a_document_of_more_than_16_mb_is_refused),
		TEST(a_unique_value_is_taken_once_per_kind_and_project),
		TEST(resources_without_a_key_do_not_collide),
		TEST(a_resource_is_found_by_its_key),
		TEST(the_index_follows_the_document),
		TEST(taking_a_value_that_another_has_is_refused_on_update_too),
		TEST(a_deleted_resource_leaves_nothing_in_the_index),
		TEST(a_list_is_in_order_of_creation),
		TEST(the_text_is_what_was_saved),
		TEST(a_text_is_never_older_than_the_last_change),
		TEST(a_text_read_before_a_change_is_not_cached_after_it),
		TEST(messages_are_numbered_per_resource_without_gaps),
		TEST(a_change_is_never_earlier_than_the_one_before),
		TEST(what_was_written_last_does_not_depend_on_the_clock),
		TEST(the_last_message_of_a_resource_comes_with_its_deletion),
		TEST(a_message_names_what_the_user_named),
		TEST(a_message_is_found_by_its_id),
		TEST(a_seed_tells_nobody),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
