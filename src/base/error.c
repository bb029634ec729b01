#include "base/error.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "base/text.h"
#include "error_priv.h"

struct error_row {
	const char *wire;
	int status;
};

static const struct error_row ERRORS[] = {
#define ERROR(name, wire, status) [ERROR_##name] = { wire, status },
#include "tables/errors.def"
#undef ERROR
};

enum error_code error_code_of(const char *wire)
{
	enum error_code code = 0;

	while (code < ERROR_COUNT && strcmp(ERRORS[code].wire, wire) != 0)
		code++;
	return code;
}

bool op_failed(const struct op *op)
{
	return op->errors.count > 0;
}

int errors_status(const struct api_errors *errors)
{
	return errors->count ? ERRORS[errors->items[0].code].status : 500;
}

const char *errors_reason(struct op *op)
{
	const struct api_error *first = &op->errors.items[0];

	return arena_printf(op->arena, "%s: %s", ERRORS[first->code].wire,
	                    op->errors.reason ? op->errors.reason : first->message);
}

static json_t *error_object(const struct api_error *error)
{
	json_t *object =
		json_pack("{s:s, s:s}", "code", ERRORS[error->code].wire, "message", error->message);

	if (error->extra)
		json_object_update(object, error->extra);
	return object;
}

/* 401 and 403 of the API carry the OAuth members too; only a plain invalid_token has no
 * description. */
static void add_oauth_members(json_t *body, const struct api_error *error, bool oauth)
{
	int status = ERRORS[error->code].status;

	if (!oauth && status != 401 && status != 403)
		return;
	json_object_set_new(body, "error", json_string(ERRORS[error->code].wire));
	if (error->code != ERROR_INVALID_TOKEN)
		json_object_set_new(body, "error_description", json_string(error->message));
}

json_t *errors_body(struct op *op, bool oauth)
{
	const struct api_errors *errors = &op->errors;
	const struct api_error *first = &errors->items[0];
	json_t *body = keep(op, json_pack("{s:i, s:s}", "statusCode", errors_status(errors), "message",
	                                  first->message));

	if (first->code == ERROR_METHOD_NOT_ALLOWED)
		return body;
	json_t *list = json_array();

	for (size_t i = 0; i < errors->count; i++)
		json_array_append_new(list, error_object(&errors->items[i]));
	json_object_set_new(body, "errors", list);
	add_oauth_members(body, first, oauth);
	return body;
}

bool error_record(struct op *op, enum error_code code, const char *message, json_t *extra)
{
	keep(op, extra);
	if (op->errors.count == MAX_ERRORS)
		return false;
	op->errors.items[op->errors.count++] =
		(struct api_error){ .code = code, .message = message, .extra = extra };
	return false;
}

bool error_record_because(struct op *op, enum error_code code, const char *message,
                          const char *reason)
{
	if (!op->errors.reason)
		op->errors.reason = reason;
	return error_record(op, code, message, NULL);
}

bool fail_as(struct op *op, enum error_code code, json_t *extra, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return error_record(op, code, message, extra);
}

bool fail_reason(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	op->errors.reason = arena_vprintf(op->arena, format, arguments);
	va_end(arguments);
	return false;
}

void errors_name_action(struct op *op, json_t *action, size_t place)
{
	for (size_t i = 0; i < op->errors.count; i++) {
		struct api_error *error = &op->errors.items[i];

		if (error->code == ERROR_INVALID_JSON_INPUT || error->code == ERROR_CONCURRENT_MODIFICATION)
			continue;
		if (!error->extra)
			error->extra = keep(op, json_object());
		json_object_set(error->extra, "action", action);
		json_object_set_new(error->extra, "actionIndex", json_integer((json_int_t)place));
	}
}

bool fail_json(struct op *op, const char *detail)
{
	op->errors.reason = detail;
	return error_record(op, ERROR_INVALID_JSON_INPUT, "Request body does not contain valid JSON.",
	                    json_pack("{s:s}", "detailedErrorMessage", detail));
}

bool fail_json_at(struct op *op, const char *path, const char *text)
{
	return fail_json(op, *path ? arena_printf(op->arena, "%s: %s", path, text) : text);
}

bool fail_invalid_input(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return error_record(op, ERROR_INVALID_INPUT, message, NULL);
}

bool fail_query_too_complex(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return error_record(op, ERROR_QUERY_COMPLEXITY_LIMIT_EXCEEDED, message, NULL);
}

/* Source: SDK, QueryTimedOutError; API release notes of 6 October 2020: a Bad Request. */
bool fail_query_timed_out(struct op *op)
{
	return error_record(
		op, ERROR_QUERY_TIMED_OUT,
		"The query timed out. If your query constantly times out, please check that it "
		"follows the performance best practices (see "
		"https://docs.commercetools.com/api/predicates/query#performance-considerations).",
		NULL);
}

bool fail_syntax(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return error_record(op, ERROR_SYNTAX_ERROR, message, NULL);
}

bool fail_semantic(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return error_record(op, ERROR_SEMANTIC_ERROR, message, NULL);
}

bool fail_invalid_operation(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return error_record(op, ERROR_INVALID_OPERATION, message, NULL);
}

bool fail_invalid_field(struct op *op, const char *field, json_t *value, json_t *allowed_values)
{
	const char *message = arena_printf(op->arena, "The value '%s' is not valid for field '%s'.",
	                                   json_text(op, value), field);
	json_t *extra = json_pack("{s:s, s:O}", "field", field, "invalidValue", value);

	if (allowed_values) {
		const char *list = json_text(op, allowed_values); /* ["red","green"] */

		message = arena_printf(op->arena, "%s Allowed values are: %.*s.", message,
		                       (int)strlen(list) - 2, list + 1);
		json_object_set(extra, "allowedValues", allowed_values);
	}
	return error_record(op, ERROR_INVALID_FIELD, message, extra);
}

bool fail_required_field(struct op *op, const char *field)
{
	return error_record(op, ERROR_REQUIRED_FIELD,
	                    arena_printf(op->arena, "A value is required for field '%s'.", field),
	                    json_pack("{s:s}", "field", field));
}

bool fail_duplicate_field(struct op *op, const char *field, const char *value)
{
	return error_record(op, ERROR_DUPLICATE_FIELD,
	                    arena_printf(op->arena, "A duplicate value '\"%s\"' exists for field '%s'.",
	                                 value, field),
	                    json_pack("{s:s, s:s}", "duplicateValue", value, "field", field));
}

bool fail_duplicate_email(struct op *op, const char *email)
{
	return error_record(op, ERROR_DUPLICATE_FIELD,
	                    "There is already an existing customer with the provided email.",
	                    json_pack("{s:s, s:s}", "duplicateValue", email, "field", "email"));
}

bool fail_not_found(struct op *op, const char *id)
{
	return error_record(op, ERROR_RESOURCE_NOT_FOUND,
	                    arena_printf(op->arena, "The Resource with ID '%s' was not found.", id),
	                    NULL);
}

bool fail_key_not_found(struct op *op, const char *key)
{
	return error_record(op, ERROR_RESOURCE_NOT_FOUND,
	                    arena_printf(op->arena, "The Resource with key '%s' was not found.", key),
	                    NULL);
}

bool fail_subject_not_found(struct op *op, const char *type_id, const char *id)
{
	return error_record(op, ERROR_RESOURCE_NOT_FOUND,
	                    arena_printf(op->arena, "The %s with ID '%s' was not found.", type_id, id),
	                    NULL);
}

bool fail_subject_key_not_found(struct op *op, const char *type_id, const char *key)
{
	return error_record(op, ERROR_RESOURCE_NOT_FOUND,
	                    arena_printf(op->arena, "The %s with key '%s' was not found.", type_id,
	                                 key),
	                    NULL);
}

bool fail_email_not_found(struct op *op, const char *email)
{
	return error_record(op, ERROR_RESOURCE_NOT_FOUND,
	                    arena_printf(op->arena, "The Customer with ID '%s' was not found.", email),
	                    NULL);
}

bool fail_token_not_found(struct op *op, const char *value)
{
	op->errors.reason = "the e-mail or password token is unknown, used or invalidated";
	return error_record(op, ERROR_RESOURCE_NOT_FOUND,
	                    arena_printf(op->arena, "The Customer with ID 'Token(%s)' was not found.",
	                                 value),
	                    NULL);
}

bool fail_uri_not_found(struct op *op, const char *path)
{
	return error_record(op, ERROR_RESOURCE_NOT_FOUND,
	                    arena_printf(op->arena, "URI not found: %s", path), NULL);
}

bool fail_lookup_not_found(struct op *op)
{
	const char *target = op->target ? op->target : "";

	return fail_uri_not_found(op, arena_strndup(op->arena, target, strcspn(target, "?")));
}

bool fail_reference_not_found(struct op *op, const char *type_id, const char *id, const char *key)
{
	const char *message = arena_printf(
		op->arena,
		"The referenced object of type '%s' with %s '%s' was not found. It either doesn't exist, or it can't be "
		"accessed from this endpoint (e.g., if the endpoint filters by store or customer account).",
		type_id, id ? "identifier" : "key", id ? id : key);

	return error_record(op, ERROR_REFERENCED_RESOURCE_NOT_FOUND, message,
	                    json_pack("{s:s, s:s}", "typeId", type_id, id ? "id" : "key",
	                              id ? id : key));
}

bool fail_reference_exists(struct op *op, const char *type_id, const char *by_type_id)
{
	return error_record(
		op, ERROR_REFERENCE_EXISTS,
		arena_printf(op->arena, "Can not delete a %s while it is referenced by at least one %s.",
	                 type_id, by_type_id),
		json_pack("{s:s}", "referencedBy", by_type_id));
}

bool fail_project_languages(struct op *op, json_t *languages)
{
	return error_record(op, ERROR_PROJECT_LANGUAGES,
	                    "The project is not configured for given languages.",
	                    json_pack("{s:O}", "languages", languages));
}

bool fail_language_used_in_stores(struct op *op)
{
	return error_record(
		op, ERROR_LANGUAGE_USED_IN_STORES,
		"Language(s) in use by a store cannot be deleted. Remove them in all the stores of this project first.",
		NULL);
}

bool fail_concurrent_modification(struct op *op, const char *id, int64_t expected, int64_t actual)
{
	const char *message = arena_printf(
		op->arena,
		"Object %s has a different version than expected. Expected: %lld - Actual: %lld.", id,
		(long long)expected, (long long)actual);

	return error_record(op, ERROR_CONCURRENT_MODIFICATION, message,
	                    json_pack("{s:I}", "currentVersion", (json_int_t)actual));
}

bool fail_replaced(struct op *op)
{
	return error_record(
		op, ERROR_CONCURRENT_MODIFICATION,
		"The project was reset while the request was on its way; nothing of it was done.", NULL);
}

bool fail_no_matching_product_discount(struct op *op, const char *product_id, int64_t variant_id,
                                       const json_t *price)
{
	return error_record(
		op, ERROR_NO_MATCHING_PRODUCT_DISCOUNT,
		arena_printf(
			op->arena,
			"Couldn't find a matching product discount for: productId=%s, variantId=%lld, price=%s.",
			product_id, (long long)variant_id, json_text(op, price)),
		NULL);
}

bool fail_action_not_implemented(struct op *op, const char *action)
{
	return error_record(op, ERROR_NOT_IMPLEMENTED,
	                    arena_printf(op->arena, "The update action '%s' is not implemented.",
	                                 action),
	                    NULL);
}

bool fail_invalid_credentials(struct op *op)
{
	return error_record(op, ERROR_INVALID_CREDENTIALS,
	                    "Account with the given credentials not found.", NULL);
}

bool fail_invalid_current_password(struct op *op)
{
	return error_record(op, ERROR_INVALID_CURRENT_PASSWORD,
	                    "The given current password does not match.", NULL);
}

bool fail_expired_email_token(struct op *op)
{
	return error_record(op, ERROR_EXPIRED_EMAIL_TOKEN, "The given email token has expired.", NULL);
}

bool fail_expired_password_token(struct op *op)
{
	return error_record(op, ERROR_EXPIRED_PASSWORD_TOKEN, "The given password token has expired.",
	                    NULL);
}

bool fail_resource_too_large(struct op *op)
{
	return error_record(op, ERROR_RESOURCE_SIZE_LIMIT_EXCEEDED,
	                    "The resource size exceeds the maximal allowed size of 16 MB.", NULL);
}

bool fail_access_denied(struct op *op)
{
	return error_record(
		op, ERROR_ACCESS_DENIED,
		"This endpoint requires an access token. You can get one from the authorization server.",
		NULL);
}

bool fail_invalid_token(struct op *op, const char *reason)
{
	return error_record_because(op, ERROR_INVALID_TOKEN, "invalid_token", reason);
}

bool fail_insufficient_scope(struct op *op, const char *names)
{
	return error_record(
		op, ERROR_INSUFFICIENT_SCOPE,
		arena_printf(op->arena, "Insufficient scope. One of the following scopes is missing: %s.",
	                 names),
		NULL);
}

bool fail_needs_customer(struct op *op)
{
	return error_record(
		op, ERROR_INSUFFICIENT_TOKEN_GRANT_TYPE,
		"This endpoint requires an access token issued with the 'Resource Owner Password Credentials Grant'.",
		NULL);
}

bool fail_needs_owner(struct op *op)
{
	return error_record(
		op, ERROR_INSUFFICIENT_TOKEN_GRANT_TYPE,
		"This endpoint requires an access token issued either with the 'Resource Owner Password Credentials Grant' "
		"or with the 'Anonymous Session Grant'.",
		NULL);
}

bool fail_method_not_allowed(struct op *op)
{
	return error_record(op, ERROR_METHOD_NOT_ALLOWED, "Method Not Allowed", NULL);
}

bool fail_not_implemented(struct op *op, const char *endpoint)
{
	return error_record(
		op, ERROR_NOT_IMPLEMENTED,
		arena_printf(op->arena,
	                 "The endpoint '%s' exists in the real API, but is not implemented here.",
	                 endpoint),
		NULL);
}

bool fail_parameter_not_implemented(struct op *op, const char *name)
{
	return error_record(
		op, ERROR_NOT_IMPLEMENTED,
		arena_printf(
			op->arena,
			"The query parameter '%s' exists in the real API, but is not implemented here.", name),
		NULL);
}

bool fail_over_capacity(struct op *op, const char *reason)
{
	return error_record_because(op, ERROR_OVER_CAPACITY,
	                            "The service is over capacity. Please try again later.", reason);
}

bool fail_internal(struct op *op, const char *reason)
{
	return error_record_because(op, ERROR_GENERAL,
	                            "An internal error occurred. Please try again later.", reason);
}

bool fail_status(struct op *op, int status, const char *message)
{
	switch (status) {
	case 413: return error_record(op, ERROR_CONTENT_TOO_LARGE, message, NULL);
	case 414: return error_record(op, ERROR_URI_TOO_LONG, message, NULL);
	case 431: return error_record(op, ERROR_HEADERS_TOO_LONG, message, NULL);
	case 505: return error_record(op, ERROR_HTTP_VERSION_NOT_SUPPORTED, message, NULL);
	case 503: return error_record(op, ERROR_OVER_CAPACITY, message, NULL);
	case 500: return error_record(op, ERROR_GENERAL, message, NULL);
	default: return error_record(op, ERROR_INVALID_INPUT, message, NULL);
	}
}

bool fail_overspent(struct op *op)
{
	if (op_failed(op))
		return false;
	switch (op->budget.end) {
	case BUDGET_TIMED_OUT:
		return fail_query_timed_out(op);
	case BUDGET_STOPPED:
		return fail_over_capacity(op, "the server is stopping");
	case BUDGET_OPEN:
	case BUDGET_PAUSED:
		break;
	}
	/* Nobody is told that: it is asked again where it may take its time. */
	return fail_over_capacity(op, "it takes too long for this thread");
}
