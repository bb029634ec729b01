#include "search/search_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/budget.h"

enum { DOCUMENTS = 20000, DIFFERENT = 700 };

/* A number that looks random, and is none for some. */
static int number_of(int64_t position)
{
	return (int)(position * 7919 % DIFFERENT);
}

static bool has_number(int64_t position)
{
	return position % 10 != 0;
}

/* What has no number is last, equals are in the order of their positions. */
static int compare_positions(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	if (has_number(left) != has_number(right))
		return has_number(left) ? -1 : 1;
	if (has_number(left) && number_of(left) != number_of(right))
		return number_of(left) < number_of(right) ? -1 : 1;
	return left < right ? -1 : left > right;
}

static void add_all(struct search_page *page, const struct search_document *document)
{
	for (int64_t position = 0; position < DOCUMENTS; position++) {
		char text[64];

		(void)snprintf(text, sizeof text, has_number(position) ? "{\"n\":%d}" : "{\"m\":%d}",
		               number_of(position));
		search_reader_read(document->reader, text, strlen(text));
		search_page_add(page, position, 0, document);
	}
}

/* Compares a page with that of a list that is sorted as a whole. */
static void check_page(const struct search_order *order, size_t order_count,
                       const struct search_document *document, const int64_t *sorted,
                       int64_t limit, int64_t offset)
{
	struct search_page *page =
		search_page_create(order, order_count, limit, offset, document->budget);
	size_t count;

	add_all(page, document);
	const int64_t *positions = search_page_positions(document->scratch, page, &count);
	int64_t left = DOCUMENTS - offset;

	assert_int_equal(count, left < limit ? left : limit);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(positions[i], sorted[offset + (int64_t)i]);
	search_page_destroy(page);
}

static void a_page_is_that_of_everything_sorted(void **state)
{
	static const struct search_way WAY = { .steps = { { STEP_NAME, "n" } }, .count = 1 };
	static int64_t sorted[DOCUMENTS];
	struct arena *arena = arena_create();
	struct budget budget = { .end = BUDGET_OPEN };
	const struct search_document document = { .reader = search_reader_create(arena),
		                                      .scratch = arena,
		                                      .budget = &budget };
	struct search_order order = { .field = { .name = "n" } };

	(void)state;
	order.field.number = search_reader_add(document.reader, &WAY);
	for (int64_t i = 0; i < DOCUMENTS; i++)
		sorted[i] = i;
	check_page(NULL, 0, &document, sorted, 20, 0);
	check_page(NULL, 0, &document, sorted, 7, 9999);
	qsort(sorted, DOCUMENTS, sizeof *sorted, compare_positions);
	check_page(&order, 1, &document, sorted, 20, 0);
	check_page(&order, 1, &document, sorted, 500, 10000);
	check_page(&order, 1, &document, sorted, 0, 0);
	check_page(&order, 1, &document, sorted, 1, 3333);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_that_of_everything_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
