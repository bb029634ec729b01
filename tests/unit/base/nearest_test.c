#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const NAMES[] = { "port",     "project",  "firstName", "lastName",
	                                 "lastNaem", "products", NULL };

static void expect(const char *word, const char *name)
{
	const char *found = nearest_of(word, NAMES);

	if (!name)
		assert_null(found);
	else
		assert_string_equal(found ? found : "nothing", name);
}

static void a_misspelt_word_leads_to_its_name(void **state)
{
	(void)state;
	expect("prot", "port");
	expect("prots", "port");
	expect("lastname", "lastName");
	expect("LASTNAME", "lastName");
	expect("fristName", "firstName");
	expect("projekt", "project");
	expect("product", "products");
}

static void of_names_that_are_equally_alike_the_first_one_counts(void **state)
{
	(void)state;
	expect("lastNam", "lastName");
	expect("lastNaem", "lastNaem");
}

static void a_word_of_another_kind_leads_to_nothing(void **state)
{
	char longest[200];

	(void)state;
	memset(longest, 'p', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	expect("", NULL);
	expect("x", NULL);
	expect("no", NULL);
	expect("hunter2", NULL);
	expect("password", NULL);
	expect(longest, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_misspelt_word_leads_to_its_name),
		cmocka_unit_test(of_names_that_are_equally_alike_the_first_one_counts),
		cmocka_unit_test(a_word_of_another_kind_leads_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
