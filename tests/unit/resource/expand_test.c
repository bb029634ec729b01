#include "resource/expand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/op.h"
#include "base/random.h"
#include "customer/customer_group.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "resource/save.h"
#include "../../support/test_domain.h"

enum { MOST = 50000 };

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* A document with `count` references to a group in `groups`. */
static json_t *with_groups(struct op *op, size_t count)
{
	const json_t *draft = keep(op, json_pack("{s:s}", "groupName", "vip"));
	struct resource *group = kind_start(op, &CUSTOMER_GROUP_KIND, draft, NULL);
	json_t *references = keep(op, json_array());

	assert_true(group && resource_save(op, group));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(references, json_pack("{s:s, s:s}", "typeId", "customer-group", "id",
		                                            group->id));
	return keep(op, json_pack("{s:O}", "groups", references));
}

static bool is_expanded(const json_t *doc, size_t index)
{
	return doc_has(json_array_get(json_object_get(doc, "groups"), index), "obj");
}

static void each_element_is_expanded(void **state)
{
	struct op *op = op_of(state);
	json_t *doc = with_groups(op, 3);

	assert_true(expand(op, NULL, doc, (const char *const[]){ "groups[1]" }, 1));
	assert_false(is_expanded(doc, 0));
	assert_true(is_expanded(doc, 1));
	assert_true(expand(op, NULL, doc, (const char *const[]){ "nothing[*]", "groups[*]" }, 2));
	assert_true(is_expanded(doc, 0));
	assert_true(is_expanded(doc, 2));
}

static void an_answer_is_not_expanded_without_end(void **state)
{
	struct op *op = op_of(state);
	json_t *doc = with_groups(op, MOST + 2);

	assert_true(expand(op, NULL, doc, (const char *const[]){ "groups[*]", "groups[50001]" }, 2));
	assert_true(is_expanded(doc, 0));
	assert_true(is_expanded(doc, MOST - 1));
	assert_false(is_expanded(doc, MOST));
	assert_false(is_expanded(doc, MOST + 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_element_is_expanded),
		TEST(an_answer_is_not_expanded_without_end),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
