#include "base/error.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "base/text.h"

struct error_row {
	const char *wire;
	int         status;
};

static const struct error_row ERRORS[] = {
#define ERROR(name, wire, status) [ERROR_##name] = { wire, status },
#include "tables/errors.def"
#undef ERROR
};

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

/* `extra` is a fresh object that the arena takes over, or NULL. */
static bool fail(struct op *op, enum error_code code, const char *message, json_t *extra)
{
	keep(op, extra);
	if (op->errors.count == MAX_ERRORS)
		return false;
	op->errors.items[op->errors.count++] =
		(struct api_error){ .code = code, .message = message, .extra = extra };
	return false;
}

static bool fail_because(struct op *op, enum error_code code, const char *message,
                         const char *reason)
{
	if (!op->errors.reason)
		op->errors.reason = reason;
	return fail(op, code, message, NULL);
}

bool fail_as(struct op *op, enum error_code code, json_t *extra, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return fail(op, code, message, extra);
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
	return fail(op, ERROR_INVALID_JSON_INPUT, "Request body does not contain valid JSON.",
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
	return fail(op, ERROR_INVALID_INPUT, message, NULL);
}

bool fail_query_too_complex(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return fail(op, ERROR_QUERY_COMPLEXITY_LIMIT_EXCEEDED, message, NULL);
}

bool fail_syntax(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return fail(op, ERROR_SYNTAX_ERROR, message, NULL);
}

bool fail_semantic(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return fail(op, ERROR_SEMANTIC_ERROR, message, NULL);
}

bool fail_invalid_operation(struct op *op, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = arena_vprintf(op->arena, format, arguments);

	va_end(arguments);
	return fail(op, ERROR_INVALID_OPERATION, message, NULL);
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
	return fail(op, ERROR_INVALID_FIELD, message, extra);
}

bool fail_required_field(struct op *op, const char *field)
{
	return fail(op, ERROR_REQUIRED_FIELD,
	            arena_printf(op->arena, "A value is required for field '%s'.", field),
	            json_pack("{s:s}", "field", field));
}

bool fail_duplicate_field(struct op *op, const char *field, const char *value)
{
	return fail(op, ERROR_DUPLICATE_FIELD,
	            arena_printf(op->arena, "A duplicate value '\"%s\"' exists for field '%s'.", value,
	                         field),
	            json_pack("{s:s, s:s}", "duplicateValue", value, "field", field));
}

bool fail_duplicate_sku(struct op *op, const char *sku, const char *channel_id)
{
	const char *where =
		channel_id
			? arena_printf(op->arena, " in combination with channel:\"%s\"", channel_id)
			: "";

	return fail(op, ERROR_DUPLICATE_FIELD,
	            arena_printf(op->arena, "A duplicate value '\"%s\"' exists for field 'sku'%s.", sku,
	                         where),
	            json_pack("{s:s, s:s}", "duplicateValue", sku, "field", "sku"));
}

bool fail_duplicate_email(struct op *op, const char *email)
{
	return fail(op, ERROR_DUPLICATE_FIELD,
	            "There is already an existing customer with the provided email.",
	            json_pack("{s:s, s:s}", "duplicateValue", email, "field", "email"));
}

bool fail_not_found(struct op *op, const char *id)
{
	return fail(op, ERROR_RESOURCE_NOT_FOUND,
	            arena_printf(op->arena, "The Resource with ID '%s' was not found.", id), NULL);
}

bool fail_key_not_found(struct op *op, const char *key)
{
	return fail(op, ERROR_RESOURCE_NOT_FOUND,
	            arena_printf(op->arena, "The Resource with key '%s' was not found.", key), NULL);
}

bool fail_subject_not_found(struct op *op, const char *type_id, const char *id)
{
	return fail(op, ERROR_RESOURCE_NOT_FOUND,
	            arena_printf(op->arena, "The %s with ID '%s' was not found.", type_id, id), NULL);
}

bool fail_subject_key_not_found(struct op *op, const char *type_id, const char *key)
{
	return fail(op, ERROR_RESOURCE_NOT_FOUND,
	            arena_printf(op->arena, "The %s with key '%s' was not found.", type_id, key), NULL);
}

bool fail_email_not_found(struct op *op, const char *email)
{
	return fail(op, ERROR_RESOURCE_NOT_FOUND,
	            arena_printf(op->arena, "The Customer with ID '%s' was not found.", email), NULL);
}

bool fail_token_not_found(struct op *op, const char *value)
{
	op->errors.reason = "the e-mail or password token is unknown, used or invalidated";
	return fail(op, ERROR_RESOURCE_NOT_FOUND,
	            arena_printf(op->arena, "The Customer with ID 'Token(%s)' was not found.", value),
	            NULL);
}

bool fail_uri_not_found(struct op *op, const char *path)
{
	return fail(op, ERROR_RESOURCE_NOT_FOUND, arena_printf(op->arena, "URI not found: %s", path),
	            NULL);
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
		"The referenced object of type '%s' with %s '%s' was not found. It either doesn't exist, or it can't be accessed "
		"from this endpoint (e.g., if the endpoint filters by store or customer account).",
		type_id, id ? "identifier" : "key", id ? id : key);

	return fail(op, ERROR_REFERENCED_RESOURCE_NOT_FOUND, message,
	            json_pack("{s:s, s:s}", "typeId", type_id, id ? "id" : "key", id ? id : key));
}

bool fail_reference_exists(struct op *op, const char *type_id, const char *by_type_id)
{
	return fail(op, ERROR_REFERENCE_EXISTS,
	            arena_printf(op->arena,
	                         "Can not delete a %s while it is referenced by at least one %s.",
	                         type_id, by_type_id),
	            json_pack("{s:s}", "referencedBy", by_type_id));
}

bool fail_project_languages(struct op *op, json_t *languages)
{
	return fail(op, ERROR_PROJECT_LANGUAGES,
	            "The project is not configured for given languages.",
	            json_pack("{s:O}", "languages", languages));
}

bool fail_language_used_in_stores(struct op *op)
{
	return fail(
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

	return fail(op, ERROR_CONCURRENT_MODIFICATION, message,
	            json_pack("{s:I}", "currentVersion", (json_int_t)actual));
}

/* "country 'DE'", or "all countries" where the question had none. */
static const char *part_of_question(struct op *op, const char *name, const char *value,
                                    const char *absent)
{
	return value ? arena_printf(op->arena, "%s '%s'", name, value) : absent;
}

static void add_reference(json_t *extra, const char *member, const char *type_id, const char *id)
{
	if (id)
		json_object_set_new(extra, member, json_pack("{s:s, s:s}", "typeId", type_id, "id", id));
}

bool fail_matching_price_not_found(struct op *op, const struct unpriced_variant *variant)
{
	const char *sku = variant->sku ? arena_printf(op->arena, " with SKU '%s'", variant->sku) : "";
	const char *message = arena_printf(
		op->arena,
		"The variant '%lld'%s of product '%s' does not contain a price for currency '%s' %s, %s and %s.",
		(long long)variant->variant_id, sku, variant->product_id, variant->currency,
		part_of_question(op, "country", variant->country, "all countries"),
		part_of_question(op, "customer group", variant->customer_group_id, "all customer groups"),
		part_of_question(op, "channel", variant->channel_id, "all channels"));
	json_t *extra =
		json_pack("{s:s, s:I, s:s, s:s*}", "productId", variant->product_id, "variantId",
	              (json_int_t)variant->variant_id, "currency", variant->currency, "country",
	              variant->country);

	add_reference(extra, "customerGroup", "customer-group", variant->customer_group_id);
	add_reference(extra, "channel", "channel", variant->channel_id);
	return fail(op, ERROR_MATCHING_PRICE_NOT_FOUND, message, extra);
}

bool fail_missing_tax_rate(struct op *op, const char *tax_category_id, const char *country,
                           const char *state)
{
	const char *and_state = state ? arena_printf(op->arena, " and state '%s'", state) : "";
	const char *message = arena_printf(
		op->arena, "Tax category '%s' is missing a tax rate for country '%s'%s.", tax_category_id,
		country, and_state);

	return fail(op, ERROR_MISSING_TAX_RATE_FOR_COUNTRY, message,
	            json_pack("{s:s, s:s, s:s*}", "taxCategoryId", tax_category_id, "country", country,
	                      "state", state));
}

bool fail_money_overflow(struct op *op)
{
	return fail(op, ERROR_MONEY_OVERFLOW,
	            "The resulting money value overflows the 64-bit integer range.", NULL);
}

/* Storefronts compare the sentence about an unknown code. */
bool fail_discount_code(struct op *op, const struct refused_code *refused)
{
	bool is_unknown = strcmp(refused->reason, "DoesNotExist") == 0;
	const char *message =
		arena_printf(op->arena, is_unknown ? "The discount code '%s' was not found."
	                                       : "The discount code '%s' cannot be applied to the cart.",
	                 refused->code);

	return fail(op, ERROR_DISCOUNT_CODE_NON_APPLICABLE, message,
	            json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "discountCode", refused->code, "reason",
	                      refused->reason, "validFrom", refused->valid_from, "validUntil",
	                      refused->valid_until, "validityCheckTime", refused->checked_at));
}

bool fail_discount_code_unusable(struct op *op, const char *code, const char *discount_code_id)
{
	return fail(op, ERROR_DISCOUNT_CODE_NON_APPLICABLE,
	            arena_printf(op->arena, "The discountCode %s cannot be applied to the cart.",
	                         discount_code_id),
	            json_pack("{s:s, s:s}", "discountCode", code, "discountCodeId", discount_code_id));
}

bool fail_discount_code_state(struct op *op, const char *discount_code_id)
{
	return fail(op, ERROR_DISCOUNT_CODE_NON_APPLICABLE,
	            arena_printf(op->arena, "The discountCode %s cannot be applied to the cart.",
	                         discount_code_id),
	            json_pack("{s:s}", "discountCodeId", discount_code_id));
}

bool fail_no_matching_product_discount(struct op *op, const char *product_id, int64_t variant_id,
                                       const json_t *price)
{
	return fail(
		op, ERROR_NO_MATCHING_PRODUCT_DISCOUNT,
		arena_printf(
			op->arena,
			"Couldn't find a matching product discount for: productId=%s, variantId=%lld, price=%s.",
			product_id, (long long)variant_id, json_text(op, price)),
		NULL);
}

bool fail_price_changed(struct op *op, json_t *line_item_ids, bool shipping)
{
	const char *message =
		json_array_size(line_item_ids)
			? arena_printf(
				  op->arena,
				  "The price or tax of some line items changed at the time of placing the order: %s.",
				  json_text(op, line_item_ids))
			: "The shipping rate changed at the time of placing the order.";

	return fail(op, ERROR_PRICE_CHANGED, message,
	            json_pack("{s:O, s:b}", "lineItems", line_item_ids, "shipping", shipping));
}

/* The texts of an array, with a comma between them. */
static const char *listed(struct op *op, const json_t *texts)
{
	struct text_buffer buffer = { .arena = op->arena };

	for (size_t i = 0; i < json_array_size(texts); i++)
		text_appendf(&buffer, "%s%s", i ? ", " : "",
		             json_string_value(json_array_get(texts, i)));
	return buffer.text ? buffer.text : "";
}

bool fail_out_of_stock(struct op *op, json_t *line_item_ids, json_t *skus)
{
	return fail(op, ERROR_OUT_OF_STOCK,
	            arena_printf(
					op->arena,
					"Some line items are out of stock at the time of placing the order: %s.",
					listed(op, json_array_size(skus) ? skus : line_item_ids)),
	            json_pack("{s:O, s:O}", "lineItems", line_item_ids, "skus", skus));
}

bool fail_quantity_above_limit(struct op *op, int64_t quantity, int64_t limit, const char *line_id)
{
	return fail(op, ERROR_LINE_ITEM_QUANTITY_ABOVE_LIMIT,
	            arena_printf(op->arena, "Quantity '%lld' greater than maximum '%lld'.",
	                         (long long)quantity, (long long)limit),
	            json_pack("{s:I, s:I, s:s*}", "quantity", (json_int_t)quantity, "maxCartQuantity",
	                      (json_int_t)limit, "lineItem", line_id));
}

bool fail_quantity_below_limit(struct op *op, int64_t quantity, int64_t limit, const char *line_id)
{
	return fail(op, ERROR_LINE_ITEM_QUANTITY_BELOW_LIMIT,
	            arena_printf(op->arena, "Quantity '%lld' less than minimum '%lld'.",
	                         (long long)quantity, (long long)limit),
	            json_pack("{s:I, s:I, s:s*}", "quantity", (json_int_t)quantity, "minCartQuantity",
	                      (json_int_t)limit, "lineItem", line_id));
}

bool fail_shipping_method_mismatch(struct op *op)
{
	return fail(op, ERROR_SHIPPING_METHOD_DOES_NOT_MATCH_CART,
	            "The predicate does not match the cart.", NULL);
}

bool fail_country_not_in_store(struct op *op, const char *country, const char *store_key,
                               json_t *store_countries)
{
	return fail(op, ERROR_COUNTRY_NOT_CONFIGURED_IN_STORE,
	            arena_printf(op->arena, "The country '%s' is not configured in the store '%s'.",
	                         country, store_key),
	            json_pack("{s:O, s:s}", "storeCountries", store_countries, "country", country));
}

bool fail_item_shipping_details(struct op *op, const char *subject, const char *item_id)
{
	return fail(op, ERROR_INVALID_ITEM_SHIPPING_DETAILS,
	            arena_printf(op->arena, "%s with ID '%s' has invalid shippingDetails.", subject,
	                         item_id),
	            json_pack("{s:s, s:s}", "subject", subject, "itemId", item_id));
}

bool fail_missing_role(struct op *op, const char *channel_id, const char *role)
{
	return fail(op, ERROR_MISSING_ROLE_ON_CHANNEL,
	            arena_printf(op->arena, "The channel '%s' does not have the role '%s'.", channel_id,
	                         role),
	            json_pack("{s:{s:s, s:s}, s:s}", "channel", "typeId", "channel", "id", channel_id,
	                      "missingRole", role));
}

bool fail_action_not_implemented(struct op *op, const char *action)
{
	return fail(op, ERROR_NOT_IMPLEMENTED,
	            arena_printf(op->arena, "The update action '%s' is not implemented.", action),
	            NULL);
}

bool fail_invalid_credentials(struct op *op)
{
	return fail(op, ERROR_INVALID_CREDENTIALS, "Account with the given credentials not found.",
	            NULL);
}

bool fail_invalid_current_password(struct op *op)
{
	return fail(op, ERROR_INVALID_CURRENT_PASSWORD, "The given current password does not match.",
	            NULL);
}

bool fail_expired_email_token(struct op *op)
{
	return fail(op, ERROR_EXPIRED_EMAIL_TOKEN, "The given email token has expired.", NULL);
}

bool fail_expired_password_token(struct op *op)
{
	return fail(op, ERROR_EXPIRED_PASSWORD_TOKEN, "The given password token has expired.", NULL);
}

bool fail_resource_too_large(struct op *op)
{
	return fail(op, ERROR_RESOURCE_SIZE_LIMIT_EXCEEDED,
	            "The resource size exceeds the maximal allowed size of 16 MB.", NULL);
}

bool fail_access_denied(struct op *op)
{
	return fail(
		op, ERROR_ACCESS_DENIED,
		"This endpoint requires an access token. You can get one from the authorization server.",
		NULL);
}

bool fail_invalid_token(struct op *op, const char *reason)
{
	return fail_because(op, ERROR_INVALID_TOKEN, "invalid_token", reason);
}

bool fail_insufficient_scope(struct op *op, const char *names)
{
	return fail(op, ERROR_INSUFFICIENT_SCOPE,
	            arena_printf(op->arena,
	                         "Insufficient scope. One of the following scopes is missing: %s.",
	                         names),
	            NULL);
}

bool fail_needs_customer(struct op *op)
{
	return fail(
		op, ERROR_INSUFFICIENT_TOKEN_GRANT_TYPE,
		"This endpoint requires an access token issued with the 'Resource Owner Password Credentials Grant'.",
		NULL);
}

bool fail_needs_owner(struct op *op)
{
	return fail(
		op, ERROR_INSUFFICIENT_TOKEN_GRANT_TYPE,
		"This endpoint requires an access token issued either with the 'Resource Owner Password Credentials Grant' "
		"or with the 'Anonymous Session Grant'.",
		NULL);
}

bool fail_method_not_allowed(struct op *op)
{
	return fail(op, ERROR_METHOD_NOT_ALLOWED, "Method Not Allowed", NULL);
}

bool fail_not_implemented(struct op *op, const char *endpoint)
{
	return fail(
		op, ERROR_NOT_IMPLEMENTED,
		arena_printf(op->arena,
	                 "The endpoint '%s' exists in the real API, but is not implemented here.",
	                 endpoint),
		NULL);
}

bool fail_parameter_not_implemented(struct op *op, const char *name)
{
	return fail(op, ERROR_NOT_IMPLEMENTED,
	            arena_printf(
					op->arena,
					"The query parameter '%s' exists in the real API, but is not implemented here.",
					name),
	            NULL);
}

bool fail_over_capacity(struct op *op, const char *reason)
{
	return fail_because(op, ERROR_OVER_CAPACITY,
	                    "The service is over capacity. Please try again later.", reason);
}

bool fail_search_deactivated(struct op *op)
{
	return fail(op, ERROR_SEARCH_DEACTIVATED, "The search is deactivated for this project.", NULL);
}

bool fail_product_search_inactive(struct op *op)
{
	return fail(op, ERROR_OBJECT_NOT_FOUND, "The product search is not active for this project.",
	            NULL);
}

bool fail_facet_path_not_found(struct op *op, const char *path)
{
	return fail(op, ERROR_SEARCH_FACET_PATH_NOT_FOUND,
	            arena_printf(op->arena, "The facet path '%s' was not found.", path), NULL);
}

bool fail_internal(struct op *op, const char *reason)
{
	return fail_because(op, ERROR_GENERAL, "An internal error occurred. Please try again later.",
	                    reason);
}

bool fail_status(struct op *op, int status, const char *message)
{
	switch (status) {
	case 413:
		return fail(op, ERROR_CONTENT_TOO_LARGE, message, NULL);
	case 414:
		return fail(op, ERROR_URI_TOO_LONG, message, NULL);
	case 503:
		return fail(op, ERROR_OVER_CAPACITY, message, NULL);
	case 500:
		return fail(op, ERROR_GENERAL, message, NULL);
	default:
		return fail(op, ERROR_INVALID_INPUT, message, NULL);
	}
}

bool fail_invalid_client(struct op *op, const char *reason)
{
	return fail_because(op, ERROR_INVALID_CLIENT,
	                    "Please provide valid client credentials using HTTP Basic Authentication.",
	                    reason);
}

bool fail_unknown_client(struct op *op, const char *id)
{
	return fail(op, ERROR_INVALID_CLIENT,
	            arena_printf(op->arena, "The client '%s' is not declared in any project.", id),
	            NULL);
}

bool fail_customer_account(struct op *op, const char *reason)
{
	return fail_because(op, ERROR_INVALID_CUSTOMER_ACCOUNT,
	                    "Customer account with the given credentials not found.", reason);
}

bool fail_invalid_scope(struct op *op, const char *reason)
{
	return fail_because(op, ERROR_INVALID_SCOPE, "Malformed parameter: scope: Invalid scope.",
	                    reason);
}

bool fail_scope_exceeded(struct op *op, const char *names)
{
	return fail(op, ERROR_INVALID_SCOPE,
	            arena_printf(op->arena,
	                         "Permissions exceeded. Only the following permissions can be requested: %s",
	                         names),
	            NULL);
}

bool fail_invalid_grant(struct op *op, const char *reason)
{
	return fail_because(op, ERROR_INVALID_GRANT,
	                    "The refresh token was not found. It may have expired.", reason);
}

bool fail_missing_parameter(struct op *op, const char *name)
{
	return fail(op, ERROR_INVALID_REQUEST,
	            arena_printf(op->arena, "Missing required parameter: %s.", name), NULL);
}

bool fail_invalid_parameter(struct op *op, const char *name)
{
	return fail(op, ERROR_INVALID_REQUEST, arena_printf(op->arena, "Invalid parameter: %s.", name),
	            NULL);
}

bool fail_empty_parameter(struct op *op, const char *name)
{
	return fail(op, ERROR_INVALID_REQUEST,
	            arena_printf(op->arena, "Invalid parameter: %s: Must not be empty.", name), NULL);
}

bool fail_missing_query_parameter(struct op *op, const char *name)
{
	return fail(op, ERROR_INVALID_INPUT,
	            arena_printf(op->arena, "Missing required parameter: %s", name), NULL);
}

bool fail_grant_type(struct op *op, const char *value)
{
	op->errors.reason = "not a grant type of this endpoint";
	return fail(op, ERROR_UNSUPPORTED_GRANT_TYPE,
	            arena_printf(op->arena, "Invalid parameter: grant_type: Invalid grant type: %s",
	                         value),
	            NULL);
}

bool fail_anonymous_id_in_use(struct op *op)
{
	return fail(op, ERROR_INVALID_REQUEST, "The anonymousId is already in use.", NULL);
}
