#include "catalog/category.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "document/doc.h"
#include "kind/kind.h"
#include "kind/update.h"
#include "resource/load.h"
#include "resource/save.h"
#include "../../support/test_domain.h"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* A stored category of this key below another one (NULL: a root). NULL: refused, recorded. */
static struct resource *create(struct op *op, const char *key, const char *parent)
{
	const char *below =
		parent ? arena_printf(op->arena, ",\"parent\":{\"typeId\":\"category\",\"key\":\"%s\"}",
	                          parent)
			   : "";
	const char *body =
		arena_printf(op->arena,
	                 "{\"key\":\"%s\",\"name\":{\"en\":\"%s\"},\"slug\":{\"en\":\"%s\"}%s}", key,
	                 key, key, below);
	struct resource *category =
		kind_start(op, &CATEGORY_KIND, test_decode(op, &CATEGORY_DRAFT, body), NULL);

	return category && resource_save(op, category) ? category : NULL;
}

/* Moves a category below another one. */
static bool move(struct op *op, const char *key, const char *parent)
{
	struct resource *category = resource_get_by_key(op, &CATEGORY_KIND, key);
	const char *body = arena_printf(
		op->arena,
		"{\"version\":%lld,\"actions\":[{\"action\":\"changeParent\",\"parent\":{\"typeId\":\"category\",\"key\":"
		"\"%s\"}}]}",
		(long long)category->version, parent);

	return resource_update(op, category, test_decode(op, &CATEGORY_UPDATE, body)) &&
	       CATEGORY_KIND.finish(op, category) && resource_save(op, category);
}

/* The keys of the ancestors of a category, one after the other. */
static const char *ancestors(struct op *op, const char *key)
{
	const json_t *list = json_object_get(
		resource_get_by_key(op, &CATEGORY_KIND, key)->doc, "ancestors");
	const char *keys = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *id = doc_text(json_array_get(list, i), "id");

		keys = arena_printf(op->arena, "%s/%s", keys,
		                    doc_text(resource_get(op, &CATEGORY_KIND, id)->doc, "key"));
	}
	return keys;
}

static void ancestors_lead_from_the_root_to_the_parent(void **state)
{
	struct op *op = op_of(state);

	create(op, "aa", NULL);
	create(op, "bb", "aa");
	create(op, "cc", "bb");
	assert_string_equal(ancestors(op, "aa"), "");
	assert_string_equal(ancestors(op, "cc"), "/aa/bb");
}

static void what_lies_below_moves_along(void **state)
{
	struct op *op = op_of(state);

	create(op, "aa", NULL);
	create(op, "bb", "aa");
	create(op, "cc", "bb");
	create(op, "dd", "cc");
	create(op, "xx", NULL);
	create(op, "yy", "xx");
	assert_true(move(op, "bb", "yy"));
	assert_string_equal(ancestors(op, "bb"), "/xx/yy");
	assert_string_equal(ancestors(op, "cc"), "/xx/yy/bb");
	assert_string_equal(ancestors(op, "dd"), "/xx/yy/bb/cc");
}

static void a_category_does_not_move_below_itself(void **state)
{
	struct op *op = op_of(state);

	create(op, "aa", NULL);
	create(op, "bb", "aa");
	create(op, "cc", "bb");
	assert_false(move(op, "aa", "cc"));
	assert_string_equal(test_take_error(op), "InvalidOperation");
	assert_false(move(op, "aa", "aa"));
	assert_string_equal(test_take_error(op), "InvalidOperation");
}

static void a_subtree_is_all_that_lies_below(void **state)
{
	struct op *op = op_of(state);
	const struct resource *top = create(op, "aa", NULL);
	const struct resource *leaf;

	create(op, "bb", "aa");
	leaf = create(op, "cc", "bb");
	create(op, "xx", NULL);
	assert_int_equal(json_array_size(category_subtree(op, top->id)), 3);
	assert_int_equal(json_array_size(category_subtree(op, leaf->id)), 1);
	assert_int_equal(json_array_size(category_subtree(op, "nonesuch")), 0);
}

static void what_lies_below_is_deleted_too(void **state)
{
	struct op *op = op_of(state);
	struct resource *left;

	create(op, "aa", NULL);
	create(op, "bb", "aa");
	create(op, "cc", "bb");
	assert_true(kind_delete(op, resource_get_by_key(op, &CATEGORY_KIND, "aa")));
	assert_true(resource_find_by(op, &CATEGORY_KIND, "key", "cc", &left));
	assert_null(left);
}

static void a_tree_has_no_more_levels_than_its_limit(void **state)
{
	struct op *op = op_of(state);
	const char *above = NULL;

	/* The root and 100 below it. */
	for (int level = 0; level <= 100; level++) {
		const char *key = arena_printf(op->arena, "level-%d", level);

		assert_non_null(create(op, key, above));
		above = key;
	}
	assert_null(create(op, "too-deep", above));
	assert_string_equal(test_take_error(op), "InvalidOperation");
	assert_non_null(create(op, "root", NULL));
	assert_false(move(op, "level-0", "root"));
	assert_string_equal(test_take_error(op), "InvalidOperation");
}

static void later_categories_come_later(void **state)
{
	struct op *op = op_of(state);
	const char *first = doc_text(create(op, "aa", NULL)->doc, "orderHint");

	op->now_ms++;
	assert_true(strcmp(first, doc_text(create(op, "bb", NULL)->doc, "orderHint")) < 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ancestors_lead_from_the_root_to_the_parent),
		TEST(what_lies_below_moves_along),
		TEST(a_category_does_not_move_below_itself),
		TEST(a_subtree_is_all_that_lies_below),
		TEST(what_lies_below_is_deleted_too),
		TEST(a_tree_has_no_more_levels_than_its_limit),
		TEST(later_categories_come_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
