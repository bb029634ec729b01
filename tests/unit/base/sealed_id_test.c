#include "base/sealed_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/env.h"
#include "base/random.h"
#include "../../support/test_base.h"

static const int64_t NUMBERS[] = { 0, 1, 255, 256, 65536, 123456789, ((int64_t)1 << 40) - 1 };

enum { NUMBER_COUNT = sizeof NUMBERS / sizeof *NUMBERS };

static struct op *op_of(void **state)
{
	return *state;
}

static void a_token_gives_its_number_and_hash_back(void **state)
{
	static const size_t SIZES[] = { ACCESS_TOKEN_BYTES, REFRESH_TOKEN_BYTES };
	struct op *op = op_of(state);

	for (size_t i = 0; i < 2 * NUMBER_COUNT; i++) {
		char hash[SEALED_HASH_TEXT_BYTES], again[SEALED_HASH_TEXT_BYTES];
		int64_t number = -1;
		const char *token = sealed_token(op, NUMBERS[i / 2], SIZES[i % 2], hash);

		assert_int_equal(strlen(token), i % 2 ? 43 : 32);
		assert_true(sealed_token_open(op, token, SIZES[i % 2], &number, again));
		assert_true(number == NUMBERS[i / 2]);
		assert_string_equal(hash, again);
		assert_true(sealed_hash_equal(hash, again));
	}
}

static void two_tokens_of_one_number_differ_in_everything(void **state)
{
	struct op *op = op_of(state);
	char hash[SEALED_HASH_TEXT_BYTES], other_hash[SEALED_HASH_TEXT_BYTES];
	const char *token = sealed_token(op, 7, ACCESS_TOKEN_BYTES, hash);
	const char *other = sealed_token(op, 7, ACCESS_TOKEN_BYTES, other_hash);

	assert_string_not_equal(token, other);
	assert_int_not_equal(strncmp(token, other, 6), 0); /* the number itself is hidden too */
	assert_false(sealed_hash_equal(hash, other_hash));
}

/* The next character of the alphabet that changes the bits that count. */
static char changed(char c)
{
	return c == 'A' ? 'Q' : 'A';
}

static void a_forged_token_has_another_number_or_hash(void **state)
{
	struct op *op = op_of(state);
	char hash[SEALED_HASH_TEXT_BYTES], forged_hash[SEALED_HASH_TEXT_BYTES];
	const char *token = sealed_token(op, 7, ACCESS_TOKEN_BYTES, hash);

	for (size_t i = 0; token[i]; i++) {
		char *forged = arena_strdup(op->arena, token);
		int64_t number = 7;

		forged[i] = changed(token[i]);
		assert_true(sealed_token_open(op, forged, ACCESS_TOKEN_BYTES, &number, forged_hash));
		assert_true(number != 7 || !sealed_hash_equal(hash, forged_hash));
	}
}

static void what_cannot_be_a_token_is_told_at_once(void **state)
{
	static const char *const TEXTS[] = { "",
		                                 "x",
		                                 "0123456789012345678901234567890",
		                                 "012345678901234567890123456789012",
		                                 "0123456789012345678901234567890!",
		                                 "0123456789012345678901234567890=",
		                                 "0123456789012345678901234567890\xc3" };
	char hash[SEALED_HASH_TEXT_BYTES];
	int64_t number;

	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		assert_false(sealed_token_open(op_of(state), TEXTS[i], ACCESS_TOKEN_BYTES, &number, hash));
}

static void another_key_reads_another_number(void **state)
{
	struct op *op = *state;
	struct env other_env = *op->env;
	char hash[SEALED_HASH_TEXT_BYTES], other_hash[SEALED_HASH_TEXT_BYTES];
	const char *token = sealed_token(op, 7, ACCESS_TOKEN_BYTES, hash);
	char uuid[UUID_TEXT_BYTES];
	int64_t number;

	sealed_uuid(op, 7, uuid);
	other_env.token_key[0] ^= 1;
	op->env = &other_env;
	assert_true(sealed_token_open(op, token, ACCESS_TOKEN_BYTES, &number, other_hash));
	assert_false(sealed_hash_equal(hash, other_hash));
	assert_true(sealed_uuid_open(op, uuid, &number));
	assert_int_not_equal(number, 7);
}

static void an_empty_hash_equals_nothing(void **state)
{
	(void)state;
	assert_false(sealed_hash_equal("", ""));
	assert_false(sealed_hash_equal("a", ""));
	assert_false(sealed_hash_equal("", "a"));
	assert_false(sealed_hash_equal("a", "ab"));
	assert_false(sealed_hash_equal("a", "b"));
	assert_true(sealed_hash_equal("ab", "ab"));
}

static void a_uuid_gives_its_number_back(void **state)
{
	struct op *op = op_of(state);

	for (size_t i = 0; i < NUMBER_COUNT; i++) {
		char uuid[UUID_TEXT_BYTES];
		int64_t number = -1;

		sealed_uuid(op, NUMBERS[i], uuid);
		assert_true(check_uuid(uuid));
		assert_int_equal(uuid[14], '4');
		assert_non_null(strchr("89ab", uuid[19]));
		assert_true(sealed_uuid_open(op, uuid, &number));
		assert_true(number == NUMBERS[i]);
	}
}

static void a_uuid_reads_the_same_in_capitals(void **state)
{
	struct op *op = op_of(state);
	char uuid[UUID_TEXT_BYTES];
	int64_t number = -1;

	sealed_uuid(op, 99, uuid);
	for (char *c = uuid; *c; c++)
		if (*c >= 'a' && *c <= 'f')
			*c = (char)(*c - 'a' + 'A');
	assert_true(sealed_uuid_open(op, uuid, &number));
	assert_int_equal(number, 99);
}

static void what_is_no_uuid_is_refused(void **state)
{
	static const char *const TEXTS[] = { "",
		                                 "7",
		                                 "0b6f7d3e-5a0e-4f0e-9f6b-0a8f1c2d3e4",
		                                 "0b6f7d3e-5a0e-4f0e-9f6b-0a8f1c2d3e4g",
		                                 "0b6f7d3e5a0e4f0e9f6b0a8f1c2d3e4f0000",
		                                 "+b6f7d3e-5a0e-4f0e-9f6b-0a8f1c2d3e4f" };
	int64_t number;

	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		assert_false(sealed_uuid_open(op_of(state), TEXTS[i], &number));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(a_token_gives_its_number_and_hash_back),
		OP_TEST(two_tokens_of_one_number_differ_in_everything),
		OP_TEST(a_forged_token_has_another_number_or_hash),
		OP_TEST(what_cannot_be_a_token_is_told_at_once),
		OP_TEST(another_key_reads_another_number),
		OP_TEST(an_empty_hash_equals_nothing),
		OP_TEST(a_uuid_gives_its_number_back),
		OP_TEST(a_uuid_reads_the_same_in_capitals),
		OP_TEST(what_is_no_uuid_is_refused),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
