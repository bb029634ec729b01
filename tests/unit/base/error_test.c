#include "base/error.h"
#include "base/error_oauth.h"
#include "base/error_commerce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/test_base.h"

/* Is the body of what was recorded this one? Forgets it then. */
static void assert_body(struct op *op, bool oauth, int status, const char *expected)
{
	json_t *json = keep(op, json_loads(expected, 0, NULL));

	assert_non_null(json);
	assert_int_equal(errors_status(&op->errors), status);
	if (!json_equal(errors_body(op, oauth), json))
		print_error("%s\ninstead of\n%s\n", error_body_text(op, oauth), expected);
	assert_true(json_equal(errors_body(op, oauth), json));
	op->errors = (struct api_errors){ 0 };
}

/* The same where the body has one error of a code and a message and nothing else. */
static void assert_plain(struct op *op, int status, const char *code, const char *message)
{
	const char *expected =
		json_text(op,
	              keep(op, json_pack("{s:i, s:s, s:[{s:s, s:s}]}", "statusCode", status, "message",
	                                                        message, "errors", "code", code, "message", message)));

	assert_body(op, false, status, expected);
}

static void nothing_recorded_is_no_failure(void **state)
{
	struct op *op = *state;

	assert_false(op_failed(op));
	assert_false(fail_invalid_operation(op, "no"));
	assert_true(op_failed(op));
}

static void an_error_without_more_has_code_and_message(void **state)
{
	struct op *op = *state;

	fail_invalid_input(op, "The number of %s is %d.", "actions", 501);
	assert_plain(op, 400, "InvalidInput", "The number of actions is 501.");
	fail_query_too_complex(op, "More than %d items.", 500);
	assert_plain(op, 400, "QueryComplexityLimitExceeded", "More than 500 items.");
	fail_invalid_operation(op, "no address with the id %s.", "x");
	assert_plain(op, 400, "InvalidOperation", "no address with the id x.");
	fail_invalid_credentials(op);
	assert_plain(op, 400, "InvalidCredentials", "Account with the given credentials not found.");
	fail_invalid_current_password(op);
	assert_plain(op, 400, "InvalidCurrentPassword", "The given current password does not match.");
	fail_expired_email_token(op);
	assert_plain(op, 400, "ExpiredCustomerEmailToken", "The given email token has expired.");
	fail_expired_password_token(op);
	assert_plain(op, 400, "ExpiredCustomerPasswordToken", "The given password token has expired.");
	fail_resource_too_large(op);
	assert_plain(op, 400, "ResourceSizeLimitExceeded",
	             "The resource size exceeds the maximal allowed size of 16 MB.");
	fail_money_overflow(op);
	assert_plain(op, 400, "MoneyOverflow",
	             "The resulting money value overflows the 64-bit integer range.");
}

static void what_is_not_found_is_a_404(void **state)
{
	struct op *op = *state;

	fail_not_found(op, "7");
	assert_plain(op, 404, "ResourceNotFound", "The Resource with ID '7' was not found.");
	fail_key_not_found(op, "k");
	assert_plain(op, 404, "ResourceNotFound", "The Resource with key 'k' was not found.");
	fail_email_not_found(op, "a@b");
	assert_plain(op, 404, "ResourceNotFound", "The Customer with ID 'a@b' was not found.");
	fail_token_not_found(op, "v");
	assert_plain(op, 404, "ResourceNotFound", "The Customer with ID 'Token(v)' was not found.");
	fail_subject_not_found(op, "cart", "7");
	assert_plain(op, 404, "ResourceNotFound", "The cart with ID '7' was not found.");
	fail_subject_key_not_found(op, "product-type", "k");
	assert_plain(op, 404, "ResourceNotFound", "The product-type with key 'k' was not found.");
	fail_uri_not_found(op, "/x");
	assert_plain(op, 404, "ResourceNotFound", "URI not found: /x");
	op->target = "/demo/orders/order-number=A%20b?expand=cart";
	fail_lookup_not_found(op);
	assert_plain(op, 404, "ResourceNotFound", "URI not found: /demo/orders/order-number=A%20b");
}

static void an_action_is_named_where_it_can_be_to_blame(void **state)
{
	struct op *op = *state;
	json_t *action = keep(op, json_pack("{s:s}", "action", "setKey"));

	fail_invalid_operation(op, "no");
	fail_json(op, "why");
	fail_concurrent_modification(op, "7", 1, 2);
	errors_name_action(op, action, 3);
	const json_t *errors = json_object_get(errors_body(op, false), "errors");

	assert_ptr_equal(json_object_get(json_array_get(errors, 0), "action"), action);
	assert_int_equal(
		json_integer_value(json_object_get(json_array_get(errors, 0), "actionIndex")), 3);
	for (size_t i = 1; i < 3; i++)
		assert_null(json_object_get(json_array_get(errors, i), "actionIndex"));
}

static void further_members_come_with_the_error(void **state)
{
	struct op *op = *state;
	json_t *value = keep(op, json_string("x y"));

	fail_json(op, "why");
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"Request body does not contain valid JSON.\",\"errors\":[{\"code\":"
		"\"InvalidJsonInput\",\"message\":\"Request body does not contain valid JSON.\",\"detailedErrorMessage\":"
		"\"why\"}]}");
	fail_duplicate_email(op, "Ann@x");
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"There is already an existing customer with the provided email.\","
		"\"errors\":[{\"code\":\"DuplicateField\",\"message\":\"There is already an existing customer with the "
		"provided email.\",\"duplicateValue\":\"Ann@x\",\"field\":\"email\"}]}");
	fail_duplicate_field(op, "key", "k");
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"A duplicate value '\\\"k\\\"' exists for field 'key'.\",\"errors\":"
		"[{\"code\":\"DuplicateField\",\"message\":\"A duplicate value '\\\"k\\\"' exists for field 'key'.\","
		"\"duplicateValue\":\"k\",\"field\":\"key\"}]}");
	fail_required_field(op, "f");
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"A value is required for field 'f'.\",\"errors\":[{\"code\":"
		"\"RequiredField\",\"message\":\"A value is required for field 'f'.\",\"field\":\"f\"}]}");
	fail_invalid_field(op, "key", value, keep(op, json_pack("[s]", "z")));
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"The value '\\\"x y\\\"' is not valid for field 'key'. Allowed values are: "
		"\\\"z\\\".\",\"errors\":[{\"code\":\"InvalidField\",\"message\":\"The value '\\\"x y\\\"' is not valid for "
		"field 'key'. Allowed values are: \\\"z\\\".\",\"field\":\"key\",\"invalidValue\":\"x y\",\"allowedValues\":"
		"[\"z\"]}]}");
	fail_reference_exists(op, "store", "customer");
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"Can not delete a store while it is referenced by at least one customer.\","
		"\"errors\":[{\"code\":\"ReferenceExists\",\"message\":\"Can not delete a store while it is referenced by at "
		"least one customer.\",\"referencedBy\":\"customer\"}]}");
}

static void a_missing_reference_names_its_id_or_key(void **state)
{
	struct op *op = *state;

	fail_reference_not_found(op, "store", NULL, "x");
	assert_int_equal(strncmp(op->errors.items[0].message,
	                         "The referenced object of type 'store' with key 'x' was not found.",
	                         65),
	                 0);
	assert_string_equal(json_text(op, op->errors.items[0].extra),
	                    "{\"typeId\":\"store\",\"key\":\"x\"}");
	op->errors = (struct api_errors){ 0 };
	fail_reference_not_found(op, "type", "7", NULL);
	assert_int_equal(strncmp(op->errors.items[0].message,
	                         "The referenced object of type 'type' with identifier '7' was", 60),
	                 0);
	assert_string_equal(json_text(op, op->errors.items[0].extra),
	                    "{\"typeId\":\"type\",\"id\":\"7\"}");
	assert_int_equal(errors_status(&op->errors), 400);
}

static void a_missing_price_names_what_was_asked(void **state)
{
	struct op *op = *state;
	const struct unpriced_variant all = { "p-1", 1, "MUG-1", "EUR", "FR", "cg-1", "ch-1" };
	const struct unpriced_variant least = { .product_id = "p-1",
		                                    .variant_id = 2,
		                                    .currency = "JPY" };
	const struct unpriced_variant some = { "p-1", 1, "MUG-1", "EUR", "FR", NULL, NULL };

	fail_matching_price_not_found(op, &all);
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"The variant '1' with SKU 'MUG-1' of product 'p-1' does not contain a price "
		"for currency 'EUR' country 'FR', customer group 'cg-1' and channel 'ch-1'.\",\"errors\":[{\"code\":"
		"\"MatchingPriceNotFound\",\"message\":\"The variant '1' with SKU 'MUG-1' of product 'p-1' does not contain a "
		"price for currency 'EUR' country 'FR', customer group 'cg-1' and channel 'ch-1'.\",\"productId\":\"p-1\","
		"\"variantId\":1,\"currency\":\"EUR\",\"country\":\"FR\",\"customerGroup\":{\"typeId\":\"customer-group\","
		"\"id\":\"cg-1\"},\"channel\":{\"typeId\":\"channel\",\"id\":\"ch-1\"}}]}");
	fail_matching_price_not_found(op, &least);
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"The variant '2' of product 'p-1' does not contain a price for currency "
		"'JPY' all countries, all customer groups and all channels.\",\"errors\":[{\"code\":"
		"\"MatchingPriceNotFound\",\"message\":\"The variant '2' of product 'p-1' does not contain a price for "
		"currency 'JPY' all countries, all customer groups and all channels.\",\"productId\":\"p-1\",\"variantId\":2,"
		"\"currency\":\"JPY\"}]}");
	fail_matching_price_not_found(op, &some);
	assert_string_equal(
		op->errors.items[0].message,
		"The variant '1' with SKU 'MUG-1' of product 'p-1' does not contain a price for currency 'EUR' country 'FR', "
		"all customer groups and all channels.");
}

static void a_missing_tax_rate_names_country_and_state(void **state)
{
	struct op *op = *state;

	fail_missing_tax_rate(op, "tc-1", "GB", NULL);
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"Tax category 'tc-1' is missing a tax rate for country 'GB'.\",\"errors\":[{"
		"\"code\":\"MissingTaxRateForCountry\",\"message\":\"Tax category 'tc-1' is missing a tax rate for country "
		"'GB'.\",\"taxCategoryId\":\"tc-1\",\"country\":\"GB\"}]}");
	fail_missing_tax_rate(op, "tc-1", "GB", "Kent");
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"Tax category 'tc-1' is missing a tax rate for country 'GB' and state "
		"'Kent'.\",\"errors\":[{\"code\":\"MissingTaxRateForCountry\",\"message\":\"Tax category 'tc-1' is missing a "
		"tax rate for country 'GB' and state 'Kent'.\",\"taxCategoryId\":\"tc-1\",\"country\":\"GB\",\"state\":"
		"\"Kent\"}]}");
}

static void a_conflict_carries_the_current_version_as_a_number(void **state)
{
	struct op *op = *state;

	fail_concurrent_modification(op, "i", 1, 4);
	assert_body(
		op, false, 409,
		"{\"statusCode\":409,\"message\":\"Object i has a different version than expected. Expected: 1 - Actual: "
		"4.\",\"errors\":[{\"code\":\"ConcurrentModification\",\"message\":\"Object i has a different version than "
		"expected. Expected: 1 - Actual: 4.\",\"currentVersion\":4}]}");
}

static void errors_of_401_and_403_carry_the_oauth_members(void **state)
{
	struct op *op = *state;

	fail_insufficient_scope(op, "manage_my_profile");
	assert_body(
		op, false, 403,
		"{\"statusCode\":403,\"message\":\"Insufficient scope. One of the following scopes is missing: "
		"manage_my_profile.\",\"errors\":[{\"code\":\"insufficient_scope\",\"message\":\"Insufficient scope. One of "
		"the following scopes is missing: manage_my_profile.\"}],\"error\":\"insufficient_scope\","
		"\"error_description\":\"Insufficient scope. One of the following scopes is missing: manage_my_profile.\"}");
	fail_needs_customer(op);
	assert_int_equal(errors_status(&op->errors), 403);
	assert_string_equal(json_string_value(json_object_get(errors_body(op, false), "error")),
	                    "insufficient_token_grant_type");
	op->errors = (struct api_errors){ 0 };
	fail_access_denied(op);
	assert_int_equal(errors_status(&op->errors), 401);
	assert_string_equal(json_string_value(json_object_get(errors_body(op, false), "error")),
	                    "access_denied");
}

static void an_invalid_token_has_no_description(void **state)
{
	struct op *op = *state;

	fail_invalid_token(op, "expired 3 s ago");
	assert_string_equal(op->errors.reason, "expired 3 s ago");
	assert_body(
		op, false, 401,
		"{\"statusCode\":401,\"message\":\"invalid_token\",\"errors\":[{\"code\":\"invalid_token\",\"message\":"
		"\"invalid_token\"}],\"error\":\"invalid_token\"}");
}

static void a_405_has_no_list_of_errors(void **state)
{
	fail_method_not_allowed(*state);
	assert_body(*state, false, 405, "{\"statusCode\":405,\"message\":\"Method Not Allowed\"}");
}

static void every_error_of_a_token_endpoint_has_the_merged_shape(void **state)
{
	static const struct { int status; const char *code, *message; } ROWS[] = {
		{ 401, "invalid_client", "Please provide valid client credentials using HTTP Basic Authentication." },
		{ 400, "invalid_customer_account_credentials", "Customer account with the given credentials not found." },
		{ 400, "invalid_scope", "Malformed parameter: scope: Invalid scope." },
		{ 400, "invalid_grant", "The refresh token was not found. It may have expired." },
		{ 400, "invalid_request", "Missing required parameter: username." },
		{ 400, "unsupported_grant_type", "Invalid parameter: grant_type: Invalid grant type: x" },
		{ 400, "invalid_request", "The anonymousId is already in use." },
	};
	struct op *op = *state;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		switch (i) {
		case 0: fail_invalid_client(op, "why"); break;
		case 1: fail_customer_account(op, "why"); break;
		case 2: fail_invalid_scope(op, "why"); break;
		case 3: fail_invalid_grant(op, "why"); break;
		case 4: fail_missing_parameter(op, "username"); break;
		case 5: fail_grant_type(op, "x"); break;
		default: fail_anonymous_id_in_use(op); break;
		}
		const char *expected =
			json_text(op,
		              keep(op, json_pack("{s:i, s:s, s:[{s:s, s:s}], s:s, s:s}", "statusCode",
		                                 ROWS[i].status, "message", ROWS[i].message, "errors",
		                                 "code", ROWS[i].code, "message", ROWS[i].message, "error",
		                           ROWS[i].code, "error_description", ROWS[i].message)));

		assert_body(op, true, ROWS[i].status, expected);
	}
}

static void what_is_not_implemented_is_a_501_by_name(void **state)
{
	struct op *op = *state;

	fail_not_implemented(op, "GET /{projectKey}/carts");
	assert_int_equal(errors_status(&op->errors), 501);
	assert_non_null(strstr(op->errors.items[0].message, "'GET /{projectKey}/carts'"));
	op->errors = (struct api_errors){ 0 };
	fail_parameter_not_implemented(op, "where");
	assert_int_equal(errors_status(&op->errors), 501);
	assert_non_null(strstr(op->errors.items[0].message, "'where'"));
}

static void the_client_does_not_learn_why_the_server_failed(void **state)
{
	struct op *op = *state;

	fail_over_capacity(op, "disk full");
	assert_string_equal(op->errors.reason, "disk full");
	assert_null(strstr(error_body_text(op, false), "disk"));
	assert_int_equal(errors_status(&op->errors), 503);
	op->errors = (struct api_errors){ 0 };
	fail_internal(op, "bad sql");
	assert_null(strstr(error_body_text(op, false), "sql"));
	assert_int_equal(errors_status(&op->errors), 500);
}

static void what_the_wire_made_impossible_has_its_own_code(void **state)
{
	static const struct {
		int status;
		const char *code;
	} ROWS[] = {
		{ 400, "InvalidInput" }, { 413, "ContentTooLarge" }, { 414, "InvalidInput" },
		{ 500, "General" },      { 503, "OverCapacity" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		fail_status(*state, ROWS[i].status, "M");
		assert_plain(*state, ROWS[i].status, ROWS[i].code, "M");
	}
}

static void the_first_error_gives_status_and_message(void **state)
{
	struct op *op = *state;

	fail_invalid_input(op, "first");
	fail_invalid_operation(op, "second");
	assert_body(
		op, false, 400,
		"{\"statusCode\":400,\"message\":\"first\",\"errors\":[{\"code\":\"InvalidInput\",\"message\":\"first\"},"
		"{\"code\":\"InvalidOperation\",\"message\":\"second\"}]}");
}

static void more_errors_than_there_is_room_for_are_dropped(void **state)
{
	struct op *op = *state;

	for (int i = 0; i < MAX_ERRORS + 5; i++)
		fail_invalid_input(op, "error %d", i);
	assert_int_equal(op->errors.count, MAX_ERRORS);
	assert_int_equal(json_array_size(json_object_get(errors_body(op, false), "errors")),
	                 MAX_ERRORS);
	assert_string_equal(op->errors.items[0].message, "error 0");
}

static void a_reason_is_for_the_log_only(void **state)
{
	struct op *op = *state;

	fail_not_found(op, "7");
	assert_false(fail_reason(op, "customer %d is not of store %s", 7, "oslo"));
	assert_string_equal(op->errors.reason, "customer 7 is not of store oslo");
	assert_null(strstr(error_body_text(op, false), "oslo"));
}

static void a_token_that_is_not_found_does_not_reach_the_log(void **state)
{
	struct op *op = *state;

	fail_token_not_found(op, "secret");
	assert_null(strstr(op->errors.reason, "secret"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(nothing_recorded_is_no_failure),
		OP_TEST(an_error_without_more_has_code_and_message),
		OP_TEST(what_is_not_found_is_a_404),
		OP_TEST(an_action_is_named_where_it_can_be_to_blame),
		OP_TEST(further_members_come_with_the_error),
		OP_TEST(a_missing_reference_names_its_id_or_key),
		OP_TEST(a_missing_price_names_what_was_asked),
		OP_TEST(a_missing_tax_rate_names_country_and_state),
		OP_TEST(a_conflict_carries_the_current_version_as_a_number),
		OP_TEST(errors_of_401_and_403_carry_the_oauth_members),
		OP_TEST(an_invalid_token_has_no_description),
		OP_TEST(a_405_has_no_list_of_errors),
		OP_TEST(every_error_of_a_token_endpoint_has_the_merged_shape),
		OP_TEST(what_is_not_implemented_is_a_501_by_name),
		OP_TEST(the_client_does_not_learn_why_the_server_failed),
		OP_TEST(what_the_wire_made_impossible_has_its_own_code),
		OP_TEST(the_first_error_gives_status_and_message),
		OP_TEST(more_errors_than_there_is_room_for_are_dropped),
		OP_TEST(a_reason_is_for_the_log_only),
		OP_TEST(a_token_that_is_not_found_does_not_reach_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
