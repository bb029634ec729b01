/* Whoever guesses passwords is slowed, per account and per address, without locking anybody out. */
#ifndef AUTH_ATTEMPTS_H
#define AUTH_ATTEMPTS_H

#include <stdbool.h>

struct op;

/* May somebody try now whether a password or a secret is the right one? `subject`: whose it is. Asked before anything
 * is hashed. False: recorded as a 503, also for the right one, until a while has passed. Whoever guessed wrongly at
 * nothing lately is not asked to wait for what others guess. */
bool attempt_is_allowed(struct op *op, const char *subject);

/* Counts a wrong one. */
void attempt_failed(struct op *op, const char *subject);

/* May this request make a project? Nobody's are, but so many at once and then some a second from one address. False:
 * recorded as a 503. */
bool project_making_is_allowed(struct op *op);

#endif
