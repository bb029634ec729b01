/* Passwords: Argon2id hashes and their mask. Hashing and checking are slow: from prepare only, never on a thread that
 * serves others, and never while a snapshot is held: both end that of a read transaction, so what was found before may
 * have changed behind them. */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>

struct op;

/* The hash of a password at the process's cost; in the arena. NULL: recorded. Slow. */
const char *password_hash(struct op *op, const char *password);

/* Does the password belong to the hash? `hash` NULL: takes the same time and says no. Slow. */
bool password_matches(struct op *op, const char *hash, const char *password);

/* Is this the text of a hash that passwords can be checked against, whatever it costs? */
bool password_hash_is_valid(const char *hash);

/* What a customer shows of its password: `****` and four characters that change with the hash. */
const char *password_mask(struct op *op, const char *hash);

#endif
