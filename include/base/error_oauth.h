/* Errors of the token endpoints. Source: RFC 6749 §5.2. */
#ifndef BASE_ERROR_OAUTH_H
#define BASE_ERROR_OAUTH_H

#include <stdbool.h>

struct op;

/* Constructors, as those of base/error.h. */
bool fail_invalid_client(struct op *op, const char *reason);
bool fail_unknown_client(struct op *op, const char *id);
bool fail_customer_account(struct op *op, const char *reason);
bool fail_invalid_scope(struct op *op, const char *reason);
bool fail_scope_exceeded(struct op *op, const char *names);
bool fail_invalid_grant(struct op *op, const char *reason);
bool fail_missing_parameter(struct op *op, const char *name);
bool fail_invalid_parameter(struct op *op, const char *name);
bool fail_empty_parameter(struct op *op, const char *name);
bool fail_missing_query_parameter(struct op *op, const char *name);
bool fail_grant_type(struct op *op, const char *value);
bool fail_anonymous_id_in_use(struct op *op);

#endif
