/* Why a request failed: the list of errors, one typed constructor per error, and the bodies on the
 * wire.
 *
 * `false` or NULL from a function that takes an op means: the reason is recorded here, just
 * return. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct op;

enum error_code {
#define ERROR(name, wire, status) ERROR_##name,
#include "tables/errors.def"
#undef ERROR
	ERROR_COUNT
};

/* How a value does not fit where it stands. */
enum misfit {
	MISFIT_NONE,           /* it is another error */
	MISFIT_OTHER,          /* as its text says */
	MISFIT_UNKNOWN_MEMBER, /* nobody asked for it */
#define MISFIT(name, text, expected) MISFIT_##name,
#include "tables/misfits.def"
#undef MISFIT
};

enum { MAX_ERRORS = 16 };

struct api_error {
	enum error_code code;
	const char     *message;
	json_t         *extra;   /* further members of the error object; NULL if none */
	const char     *pointer; /* where in what was decoded, as RFC 6901 has it; NULL: unknown */
	enum misfit     misfit;
	const char     *problem; /* of a misfit, in words; else NULL */
};

struct api_errors {
	struct api_error items[MAX_ERRORS];
	size_t           count;
	const char      *reason;  /* for the log only; NULL: the message will do */
};

/* The error of a code on the wire, the first one that has it; ERROR_COUNT: none has. */
enum error_code error_code_of(const char *wire);

/* Has something been recorded? */
bool op_failed(const struct op *op);

/* The HTTP status of the first error. */
int errors_status(const struct api_errors *errors);

/* The body of an API error, or the merged body of the token endpoints if `oauth`. Kept by the
 * arena. */
json_t *errors_body(struct op *op, bool oauth);

/* What the log says of a failure: its code, and why; in the arena. Never what a client may not know
 * of others, nor what may be a secret. */
const char *errors_reason(struct op *op);

/* Adds a remark for the log: why, in words that the client does not get. Returns false, so it can
 * end a function. */
bool fail_reason(struct op *op, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Records an error that has further members: `extra`, a fresh object, which the arena takes over. Returns false. For
 * errors that only one room knows; what several rooms say has a constructor below. */
bool fail_as(struct op *op, enum error_code code, json_t *extra, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Says in every error that was recorded which update action raised it (borrowed), and its place,
 * counted from 1. Errors of shape and of version name none. */
void errors_name_action(struct op *op, json_t *action, size_t place);

/* The constructors. Each records one error and returns false. `path` is what stands before the
 * colon of detailedErrorMessage. */
bool fail_json(struct op *op, const char *detail);
bool fail_json_at(struct op *op, const char *path, const char *text);
bool fail_invalid_input(struct op *op, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool fail_query_too_complex(struct op *op, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool fail_query_timed_out(struct op *op);
/* Why the op's budget has ended, unless it has failed already. */
bool fail_overspent(struct op *op);
bool fail_invalid_operation(struct op *op, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool fail_syntax(struct op *op, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool fail_semantic(struct op *op, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool fail_invalid_field(struct op *op, const char *field, json_t *value, json_t *allowed_values);
bool fail_required_field(struct op *op, const char *field);
bool fail_duplicate_field(struct op *op, const char *field, const char *value);
bool fail_duplicate_email(struct op *op, const char *email);
bool fail_not_found(struct op *op, const char *id);
bool fail_key_not_found(struct op *op, const char *key);
/* The same of what was to be changed or deleted: its kind (a typeId) is named. */
bool fail_subject_not_found(struct op *op, const char *type_id, const char *id);
bool fail_subject_key_not_found(struct op *op, const char *type_id, const char *key);
bool fail_email_not_found(struct op *op, const char *email);
bool fail_token_not_found(struct op *op, const char *value);
bool fail_uri_not_found(struct op *op, const char *path);
/* Of a look-up by a value in the path: the path as it was asked. */
bool fail_lookup_not_found(struct op *op);
bool fail_reference_not_found(struct op *op, const char *type_id, const char *id, const char *key);
bool fail_reference_exists(struct op *op, const char *type_id, const char *by_type_id);
bool fail_project_languages(struct op *op, json_t *languages);
bool fail_language_used_in_stores(struct op *op);
bool fail_concurrent_modification(struct op *op, const char *id, int64_t expected, int64_t actual);
/* The project became another one, by a reset for example, while the request was on its way. */
bool fail_replaced(struct op *op);
bool fail_no_matching_product_discount(struct op *op, const char *product_id, int64_t variant_id,
                                       const json_t *price);
bool fail_action_not_implemented(struct op *op, const char *action);
bool fail_invalid_credentials(struct op *op);
bool fail_invalid_current_password(struct op *op);
bool fail_expired_email_token(struct op *op);
bool fail_expired_password_token(struct op *op);
bool fail_resource_too_large(struct op *op);
bool fail_access_denied(struct op *op);
bool fail_invalid_token(struct op *op, const char *reason);
bool fail_insufficient_scope(struct op *op, const char *names);
bool fail_needs_customer(struct op *op);
bool fail_needs_owner(struct op *op);
bool fail_method_not_allowed(struct op *op);
bool fail_not_implemented(struct op *op, const char *endpoint);
bool fail_parameter_not_implemented(struct op *op, const char *name);
bool fail_over_capacity(struct op *op, const char *reason);
bool fail_internal(struct op *op, const char *reason);
bool fail_status(struct op *op, int status, const char *message);

#endif
