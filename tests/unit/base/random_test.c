#include "base/random.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"

static void uuids_are_of_version_4(void **state)
{
	char text[UUID_TEXT_BYTES];
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		random_uuid(text);
		assert_true(check_uuid(text));
		assert_int_equal(strspn(text, "0123456789abcdef-"), 36);
		assert_int_equal(text[14], '4');
		assert_non_null(strchr("89ab", text[19]));
	}
}

static void the_same_name_gives_the_same_uuid(void **state)
{
	char text[UUID_TEXT_BYTES];

	(void)state;
	/* uuid5(uuid5(NAMESPACE_DNS, "standin"), "demo") */
	uuid_of_name("demo", text);
	assert_string_equal(text, "986024d7-8113-5150-a076-6935d89dc3ee");
	random_init();
	uuid_of_name("demo", text);
	assert_string_equal(text, "986024d7-8113-5150-a076-6935d89dc3ee");
}

static void address_ids_use_all_letters_and_digits(void **state)
{
	static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char text[ADDRESS_ID_BYTES];
	int seen[36] = { 0 };
	int i, k;

	(void)state;
	for (i = 0; i < 9000; i++) {
		random_address_id(text);
		assert_int_equal(strlen(text), 8);
		for (k = 0; k < 8; k++) {
			const char *letter = strchr(LETTERS, text[k]);

			assert_non_null(letter);
			seen[letter - LETTERS]++;
		}
	}
	/* 2000 of each are expected; the limits are more than ten standard deviations away. */
	for (i = 0; i < 36; i++)
		assert_in_range(seen[i], 1500, 2500);
}

static void bytes_are_filled_to_any_length(void **state)
{
	unsigned char bytes[2000];
	size_t count, i, zeroes;

	(void)state;
	random_bytes(bytes, 0);
	for (count = 1; count < sizeof(bytes) - 1; count = count * 2 + 1) {
		memset(bytes, 0, sizeof(bytes));
		random_bytes(bytes, count);
		assert_int_equal(bytes[count], 0);
		for (i = zeroes = 0; i < count; i++)
			zeroes += bytes[i] == 0;
		assert_true(count < 31 || zeroes < count / 4);
	}
}

static void *draw(void *bytes)
{
	random_bytes(bytes, 16);
	return NULL;
}

static void threads_draw_different_bytes(void **state)
{
	unsigned char bytes[4][16];
	pthread_t threads[4];
	size_t i, k;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, draw, bytes[i]), 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (i = 0; i < 4; i++)
		for (k = 0; k < i; k++)
			assert_memory_not_equal(bytes[i], bytes[k], 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uuids_are_of_version_4),
		cmocka_unit_test(the_same_name_gives_the_same_uuid),
		cmocka_unit_test(address_ids_use_all_letters_and_digits),
		cmocka_unit_test(bytes_are_filled_to_any_length),
		cmocka_unit_test(threads_draw_different_bytes),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
