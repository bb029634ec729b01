#include "server/upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/allowance.h"
#include "base/memory.h"

enum { KILOBYTE = 1024, MEGABYTE = 1024 * KILOBYTE };

/* Feeds so many bytes in pieces of some size, each with another letter. */
static void feed(struct upload *upload, size_t bytes)
{
	char piece[10 * 1000];

	for (size_t sent = 0; sent < bytes;) {
		size_t count = bytes - sent < sizeof piece ? bytes - sent : sizeof piece;

		memset(piece, 'a' + (int)(sent / sizeof piece % 26), count);
		upload_take(upload, piece, count);
		sent += count;
	}
}

static void expect_text(struct upload *upload, size_t bytes)
{
	const char *text = upload_text(upload);

	assert_non_null(text);
	assert_int_equal(upload->bytes, bytes);
	assert_int_equal(strlen(text), bytes);
	for (size_t i = 0; i < bytes; i += 10 * 1000)
		assert_int_equal(text[i], 'a' + (int)(i / (10 * 1000) % 26));
}

static void a_body_is_as_it_was_sent_whatever_its_size(void **state)
{
	static const size_t SIZES[] = { 0, 1, 2047, 2048, 100 * KILOBYTE, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1,
		                            4096 * 300, 5 * MEGABYTE };
	const struct upload_rules rules = { .folder = "/tmp" };

	(void)state;
	for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
		struct upload upload;

		upload_begin(&upload, &rules, 16 * MEGABYTE);
		feed(&upload, SIZES[i]);
		expect_text(&upload, SIZES[i]);
		assert_int_equal(upload.fd >= 0, SIZES[i] > MEGABYTE);
		upload_drop(&upload);
		upload_drop(&upload);
	}
}

static void what_is_too_large_is_thrown_away_at_once(void **state)
{
	struct memory_pool memory = { 0 };
	const struct upload_rules rules = { .memory = &memory };
	struct upload upload;

	(void)state;
	upload_begin(&upload, &rules, 50 * KILOBYTE);
	feed(&upload, 50 * KILOBYTE);
	assert_int_equal(upload.fault, UPLOAD_FINE);
	upload_take(&upload, "x", 1);
	assert_int_equal(upload.fault, UPLOAD_TOO_LARGE);
	assert_null(upload_text(&upload));
	assert_int_equal(atomic_load(&memory.held_bytes), 0);
	upload_drop(&upload);
}

static void what_nobody_wants_is_not_kept(void **state)
{
	const struct upload_rules rules = { 0 };
	struct upload upload;

	(void)state;
	upload_begin(&upload, &rules, 0);
	feed(&upload, MEGABYTE);
	assert_string_equal(upload_text(&upload), "");
	assert_null(upload.text);
	upload_drop(&upload);
}

static void without_memory_of_all_large_bodies_go_to_files_and_small_ones_stay(void **state)
{
	struct memory_pool memory = { .limit_bytes = 300 * KILOBYTE };
	struct memory_pool files = { .limit_bytes = 2 * MEGABYTE };
	const struct upload_rules rules = { &memory, &files, "/nowhere" };
	struct upload large[3], small;

	(void)state;
	for (int i = 0; i < 3; i++) {
		upload_begin(&large[i], &rules, 16 * MEGABYTE);
		feed(&large[i], 900 * KILOBYTE);
	}
	upload_begin(&small, &rules, 16 * MEGABYTE);
	feed(&small, 8 * KILOBYTE);
	expect_text(&large[0], 900 * KILOBYTE);
	expect_text(&large[1], 900 * KILOBYTE);
	assert_int_equal(large[2].fault, UPLOAD_NO_ROOM);
	expect_text(&small, 8 * KILOBYTE);
	assert_in_range(atomic_load(&memory.held_bytes), 0, 150 * KILOBYTE);
	for (int i = 0; i < 3; i++)
		upload_drop(&large[i]);
	upload_drop(&small);
	assert_int_equal(atomic_load(&memory.held_bytes), 0);
	assert_int_equal(atomic_load(&files.held_bytes), 0);
}

static void a_body_that_cannot_have_memory_goes_to_a_file(void **state)
{
	const struct upload_rules rules = { 0 };
	struct upload upload;

	(void)state;
	upload_begin(&upload, &rules, MEGABYTE);
	memory_fail(1, UINT64_MAX);
	feed(&upload, 100);
	memory_fail(0, 0);
	expect_text(&upload, 100);
	upload_drop(&upload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_is_as_it_was_sent_whatever_its_size),
		cmocka_unit_test(what_is_too_large_is_thrown_away_at_once),
		cmocka_unit_test(what_nobody_wants_is_not_kept),
		cmocka_unit_test(without_memory_of_all_large_bodies_go_to_files_and_small_ones_stay),
		cmocka_unit_test(a_body_that_cannot_have_memory_goes_to_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
