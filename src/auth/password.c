#include "auth/password.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/op.h"
#include "db/db.h"

struct cost {
	unsigned long long operations;
	size_t             memory_bytes;
	const char        *dummy;  /* a hash of nobody's password: an unknown e-mail takes as long */
};

/* Indexed by enum password_cost. */
static const struct cost COSTS[] = {
	[PASSWORD_COST_MIN] = {
		crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN,
		"$argon2id$v=19$m=8,t=1,p=1$gHPr8iWDDhiMBhWqV9MJdQ$c0RpBw+5fie+gF2yD9rXevXO+MnUtJsdMgIr5sO2QlI",
	},
	[PASSWORD_COST_STANDARD] = {
		2, (size_t)19 * 1024 * 1024,
		"$argon2id$v=19$m=19456,t=2,p=1$ufIuQjoZb9OoY2piiHpZDw$UhgLlObRM3hmNCD9bf8tCnEK5SO15QeoUXXjH5ghjeg",
	},
};

const char *password_hash(struct op *op, const char *password)
{
	const struct cost *cost = &COSTS[op->env->password_cost];
	char *hash = arena_alloc(op->arena, crypto_pwhash_STRBYTES);

	db_read_rest(op);
	if (crypto_pwhash_str(hash, password, strlen(password), cost->operations, cost->memory_bytes) ==
	    0)
		return hash;
	fail_over_capacity(op, "no memory for a password hash");
	return NULL;
}

/* libsodium says the same of a wrong password and of no memory to look at it; whoever cannot have it now could not have
 * it then. */
static void expect_memory(size_t bytes)
{
	void *memory = memory_try(bytes);

	if (!memory)
		memory_exhausted(bytes);
	free(memory);
}

bool password_matches(struct op *op, const char *hash, const char *password)
{
	const char *compared = hash ? hash : COSTS[op->env->password_cost].dummy;

	db_read_rest(op);
	bool matches = crypto_pwhash_str_verify(compared, password, strlen(password)) == 0;

	if (!matches)
		expect_memory(COSTS[op->env->password_cost].memory_bytes);
	return matches && hash;
}

bool password_hash_is_valid(const char *hash)
{
	const struct cost *cost = &COSTS[PASSWORD_COST_STANDARD];

	return strlen(hash) < crypto_pwhash_STRBYTES &&
	       crypto_pwhash_str_needs_rehash(hash, cost->operations, cost->memory_bytes) >= 0;
}

const char *password_mask(struct op *op, const char *hash)
{
	unsigned char digest[crypto_generichash_BYTES];
	char text[sodium_base64_ENCODED_LEN(crypto_generichash_BYTES, sodium_base64_VARIANT_ORIGINAL)];

	crypto_generichash(digest, sizeof digest, (const unsigned char *)hash, strlen(hash), NULL, 0);
	sodium_bin2base64(text, sizeof text, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
	return arena_printf(op->arena, "****%s", text + strlen(text) - 4);
}
