/* The way a customer signs in: with a password of this server, or elsewhere. */
#ifndef CUSTOMER_CUSTOMER_AUTHENTICATION_H
#define CUSTOMER_CUSTOMER_AUTHENTICATION_H

#include <stdbool.h>

#include "document/shape.h"
#include "kind/update.h"

struct op;

/* `setAuthenticationMode`, and its input. */
apply_fn customer_set_authentication_mode;
extern const struct shape AUTHENTICATION_INPUT;

/* Is there a password in the actions that has to be hashed? */
bool customer_update_is_slow(const struct update_input *input);

/* A copy of the input that has the hashes of its passwords. Slow: from prepare only. NULL:
 * recorded. */
struct update_input *customer_update_prepare(struct op *op, const struct update_input *input);

#endif
