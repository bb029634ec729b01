#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/random.h"

static void a_hash_is_keyed_blake2b(void **state)
{
	static const unsigned char EXPECTED[SECRET_HASH_BYTES] = {
		0xd6, 0x3a, 0x32, 0xd3, 0xe4, 0x47, 0x38, 0xd7, 0x90, 0x7f, 0x96,
		0x43, 0x16, 0xc2, 0x41, 0xad, 0xab, 0xa0, 0xab, 0xfe, 0xab, 0xc3,
		0x23, 0x49, 0x67, 0x75, 0x78, 0xa1, 0x5a, 0x20, 0x3f, 0x7f,
	};
	unsigned char key[SECRET_KEY_BYTES];
	unsigned char hash[SECRET_HASH_BYTES];
	unsigned char i;

	(void)state;
	for (i = 0; i < SECRET_KEY_BYTES; i++)
		key[i] = i;
	secret_hash(key, "abc", 3, hash);
	assert_memory_equal(hash, EXPECTED, sizeof(hash));
	assert_true(secret_equal(hash, EXPECTED, sizeof(hash)));
	key[0] = 1;
	secret_hash(key, "abc", 3, hash);
	assert_false(secret_equal(hash, EXPECTED, sizeof(hash)));
}

static void a_short_hash_depends_on_key_and_bytes(void **state)
{
	unsigned char key[SHORT_KEY_BYTES] = { 0 };
	uint64_t hash = secret_short_hash(key, "abc", 3);

	(void)state;
	assert_int_equal(secret_short_hash(key, "abc", 3), hash);
	assert_int_not_equal(secret_short_hash(key, "abd", 3), hash);
	key[15] = 1;
	assert_int_not_equal(secret_short_hash(key, "abc", 3), hash);
}

static void encoding_and_decoding_are_inverse(void **state)
{
	struct arena *arena = arena_create();
	unsigned char bytes[64], back[64];
	size_t count;

	(void)state;
	for (count = 0; count <= sizeof(bytes); count++) {
		char *text;

		random_bytes(bytes, count);
		text = secret_encode(arena, bytes, count);
		assert_int_equal(strlen(text), (count * 4 + 2) / 3);
		assert_true(secret_decode(text, back, count));
		assert_memory_equal(back, bytes, count);
	}
	assert_string_equal(secret_encode(arena, "\xFB\xFF\xFE", 3), "-__-");
	arena_destroy(arena);
}

static void other_texts_are_not_decoded(void **state)
{
	unsigned char bytes[4];

	(void)state;
	assert_false(secret_decode("", bytes, 3));
	assert_false(secret_decode("AAAA", bytes, 2));
	assert_false(secret_decode("AAAA", bytes, 4));
	assert_false(secret_decode("AAA", bytes, 3));
	assert_false(secret_decode("AA==", bytes, 1));
	assert_false(secret_decode("AB", bytes, 1)); /* stray bits: a second text for the same bytes */
	assert_false(secret_decode("A A", bytes, 2));
	assert_false(secret_decode("+/+/", bytes, 3));
	assert_false(secret_decode("A", bytes, 0));
}

/* Decodes and compares; NULL as `expected`: it must be refused. */
static void check_base64(const char *text, const char *expected)
{
	struct arena *arena = arena_create();
	char *bytes;
	size_t count;

	assert_int_equal(base64_decode(arena, text, &bytes, &count), !!expected);
	if (expected) {
		assert_int_equal(count, strlen(expected));
		assert_string_equal(bytes, expected);
	}
	arena_destroy(arena);
}

static void base64_is_decoded_with_and_without_padding(void **state)
{
	(void)state;
	check_base64("", "");
	check_base64("Zg==", "f");
	check_base64("Zg", "f");
	check_base64("Zm8=", "fo");
	check_base64("Zm8", "fo");
	check_base64("Zm9v", "foo");
	check_base64("aWQ6c2VjcmV0", "id:secret");
	check_base64("++//", "\xFB\xEF\xFF");
}

static void broken_base64_is_refused(void **state)
{
	(void)state;
	check_base64("Z", NULL);
	check_base64("Zg=", NULL);
	check_base64("Zg===", NULL);
	check_base64("=", NULL);
	check_base64("Zm9v=", NULL);
	check_base64("Zm 9v", NULL);
	check_base64("Zm9v\n", NULL);
	check_base64("--__", NULL);
	check_base64("Zh==", NULL);
	check_base64("\xC3\xA4", NULL);
}

static void wiping_leaves_zeroes(void **state)
{
	char text[] = "secret";

	(void)state;
	secret_wipe(text, sizeof(text));
	assert_memory_equal(text, "\0\0\0\0\0\0", sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_is_keyed_blake2b),
		cmocka_unit_test(a_short_hash_depends_on_key_and_bytes),
		cmocka_unit_test(encoding_and_decoding_are_inverse),
		cmocka_unit_test(other_texts_are_not_decoded),
		cmocka_unit_test(base64_is_decoded_with_and_without_padding),
		cmocka_unit_test(broken_base64_is_refused),
		cmocka_unit_test(wiping_leaves_zeroes),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
