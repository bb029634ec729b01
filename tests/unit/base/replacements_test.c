/* What was admitted before a project was replaced is known as such, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/key_table.h"
#include "base/replacements.h"

static void a_count_from_before_is_turned_away_and_one_from_after_is_not(void **state)
{
	struct replacements *replacements = replacements_create();
	uint64_t before = replacements_count(replacements);

	(void)state;
	assert_false(replacements_since(replacements, "shop", before));
	replacements_note(replacements, "shop");
	uint64_t between = replacements_count(replacements);

	assert_true(replacements_since(replacements, "shop", before));
	assert_false(replacements_since(replacements, "shop", between));
	replacements_note(replacements, "shop");
	assert_true(replacements_since(replacements, "shop", between));
	assert_false(replacements_since(replacements, "shop", replacements_count(replacements)));
	replacements_destroy(replacements);
}

static void other_projects_are_left_alone(void **state)
{
	struct replacements *replacements = replacements_create();
	uint64_t before = replacements_count(replacements);

	(void)state;
	replacements_note(replacements, "shop");
	replacements_note(replacements, "shop");
	assert_false(replacements_since(replacements, "other", before));
	replacements_destroy(replacements);
}

static void a_table_keeps_many_names_apart(void **state)
{
	struct key_table *table = key_table_create(sizeof(int));
	char name[16];

	(void)state;
	assert_null(key_table_get(table, "n1"));
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "n%d", i);
		*(int *)key_table_ensure(table, name) = i;
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "n%d", i);
		assert_int_equal(*(int *)key_table_get(table, name), i);
		assert_ptr_equal(key_table_ensure(table, name), key_table_get(table, name));
	}
	key_table_destroy(table);
}

static void destroying_nothing_is_fine(void **state)
{
	(void)state;
	key_table_destroy(NULL);
	replacements_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_count_from_before_is_turned_away_and_one_from_after_is_not),
		cmocka_unit_test(other_projects_are_left_alone),
		cmocka_unit_test(a_table_keeps_many_names_apart),
		cmocka_unit_test(destroying_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
