#include "api/listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/test_domain.h"
#include "base/random.h"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static struct call call_of(struct op *op, const char *query)
{
	struct call call = { .is_head = false };

	op->errors = (struct api_errors){ 0 };
	assert_true(parameters_parse(op->arena, query, strlen(query), PARAMETERS_STRICT, &call.query));
	return call;
}

static void paging_has_defaults_and_ranges(void **state)
{
	static const struct { const char *query; bool fits; int64_t limit, offset; bool with_total; } ROWS[] = {
		{ "",                            true,  20,  0,     true },
		{ "limit=1",                     true,  1,   0,     true },
		{ "limit=500&offset=10000",      true,  500, 10000, true },
		{ "limit=0",                     true,  0,   0,     true },
		{ "withTotal=false",             true,  20,  0,     false },
		{ "withTotal=true&x=y",          true,  20,  0,     true },
		{ "limit=007",                   true,  7,   0,     true },
		{ "limit=501",                   false, 0,   0,     false },
		{ "limit=-1",                    false, 0,   0,     false },
		{ "limit=",                      false, 0,   0,     false },
		{ "limit=1.0",                   false, 0,   0,     false },
		{ "limit=%2B1",                  false, 0,   0,     false },
		{ "limit=%201",                  false, 0,   0,     false },
		{ "limit=99999999999999999999",  false, 0,   0,     false },
		{ "offset=10001",                false, 0,   0,     false },
		{ "offset=-",                    false, 0,   0,     false },
		{ "withTotal=",                  false, 0,   0,     false },
		{ "withTotal=TRUE",              false, 0,   0,     false },
	};
	struct op *op = op_of(state);

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct call call = call_of(op, ROWS[i].query);
		struct query query;

		if (listing_read(op, &call, &CUSTOMER_KIND, &query) != ROWS[i].fits)
			fail_msg("'%s'", ROWS[i].query);
		if (ROWS[i].fits) {
			assert_int_equal(query.limit_rows, ROWS[i].limit);
			assert_int_equal(query.offset_rows, ROWS[i].offset);
			assert_int_equal(query.with_total, ROWS[i].with_total);
		}
		assert_string_equal(test_take_error(op), ROWS[i].fits ? "" : "InvalidInput");
	}
}

/* What the first error of a list with these parameters says; "" if there is none. */
static const char *fault(struct op *op, const char *query)
{
	struct call call = call_of(op, query);
	struct query read;

	listing_read(op, &call, &CUSTOMER_KIND, &read);
	return test_error_message(op);
}

static void the_first_fault_of_the_parameters_wins(void **state)
{
	struct op *op = op_of(state);

	assert_string_equal(
		fault(op, "sort=nickName&limit=501&where=x"),
		"Malformed parameter: limit: The limit parameter must be in the range of [0..500]");
	assert_string_equal(fault(op, "where=nickName%3D1&withTotal=x"),
	                    "Malformed parameter: withTotal: The value must be 'true' or 'false'.");
	assert_non_null(strstr(fault(op, "where=nickName%3D1&sort=nickName"),
	                       "Malformed parameter: sort: Invalid query field 'nickName' in sort path. "
	                       "Sortable fields are: `addresses`, `authenticationMode`, "));
	assert_string_equal(fault(op, "where=nickName%3D1"),
	                    "Malformed parameter: where: The field 'nickName' does not exist.");
}

static void a_direction_is_asc_or_desc_in_any_case(void **state)
{
	struct op *op = op_of(state);

	assert_string_equal(fault(op, "sort=email"), "");
	assert_string_equal(fault(op, "sort=email+asc&sort=createdAt%20DESC"), "");
	assert_string_equal(fault(op, "sort=custom.fields.points+desc"), "");
	assert_non_null(strstr(fault(op, "sort=email+up"), "Malformed parameter: sort: "));
	assert_non_null(strstr(fault(op, "sort=email+asc+x"), "Malformed parameter: sort: "));
	assert_non_null(strstr(fault(op, "sort="), "Malformed parameter: sort: "));
	assert_non_null(strstr(fault(op, "sort=email..x"), "Malformed parameter: sort: "));
	assert_non_null(strstr(fault(op, "sort=.email"), "Malformed parameter: sort: "));
}

static void a_variable_is_named_as_a_field_is(void **state)
{
	struct op *op = op_of(state);

	assert_string_equal(fault(op, "where=email%3D:x1&var.x1=a"), "");
	assert_string_equal(fault(op, "where=email%3D:x-1_&var.x-1_=a"), "");
	assert_string_equal(fault(op, "where=email%3D:x&var.=a&var.y=b"),
	                    "Malformed parameter: where: Missing parameter value for x");
}

static const json_t *page(struct op *op, const char *query)
{
	struct call call = call_of(op, query);
	struct body body = list_kind(op, &call, &CUSTOMER_KIND);

	assert_int_equal(body.kind, BODY_TEXT);
	assert_int_equal(strlen(body.text), body.bytes);
	const json_t *document = keep(op, json_loadb(body.text, body.bytes, 0, NULL));

	assert_non_null(document);
	return document;
}

static int64_t number(const json_t *document, const char *name)
{
	const json_t *value = json_object_get(document, name);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

static void a_page_says_where_it_stands(void **state)
{
	struct op *op = op_of(state);
	const json_t *document = page(op, "limit=1&offset=1");

	assert_int_equal(number(document, "limit"), 1);
	assert_int_equal(number(document, "offset"), 1);
	assert_int_equal(number(document, "count"), 1);
	assert_int_equal(number(document, "total"), 2);
	const json_t *bob = json_array_get(json_object_get(document, "results"), 0);

	assert_string_equal(json_string_value(json_object_get(bob, "key")), "bob");
}

static void a_page_without_total_does_not_count(void **state)
{
	const json_t *document = page(op_of(state), "withTotal=false");

	assert_null(json_object_get(document, "total"));
	assert_int_equal(number(document, "count"), 2);
}

static void a_page_beyond_the_end_is_empty(void **state)
{
	const json_t *document = page(op_of(state), "offset=50");

	assert_int_equal(number(document, "count"), 0);
	assert_int_equal(number(document, "total"), 2);
	assert_int_equal(json_array_size(json_object_get(document, "results")), 0);
}

static void a_page_of_a_store_holds_its_own_customers(void **state)
{
	struct op *op = op_of(state);

	assert_non_null(test_customer(op, "a@x", "berlin", NULL));
	op->store_key = "berlin";
	assert_int_equal(number(page(op, ""), "total"), 1);
	op->store_key = "oslo";
	assert_int_equal(number(page(op, ""), "total"), 0);
}

static enum body_kind head(struct op *op, const char *query)
{
	struct call call = call_of(op, query);

	call.is_head = true;
	return list_kind(op, &call, &CUSTOMER_KIND).kind;
}

static void a_head_asks_whether_anything_matches(void **state)
{
	struct op *op = op_of(state);

	assert_int_equal(head(op, ""), BODY_EMPTY);
	assert_int_equal(head(op, "offset=50&limit=0"), BODY_EMPTY);
	assert_int_equal(head(op, "where=key%3D%22bob%22"), BODY_EMPTY);
	assert_int_equal(head(op, "where=key%3D%22nobody%22"), BODY_FAILED);
	assert_int_equal(errors_status(&op->errors), 404);
}

static void the_version_of_a_deletion_is_a_whole_number(void **state)
{
	static const struct { const char *query; int64_t version; const char *message; } ROWS[] = {
		{ "version=3",                    3,  "" },
		{ "version=-3",                   -3, "" },
		{ "a=b",                          0,  "Missing required parameter: version" },
		{ "version=",                     0,  "Malformed parameter: version: '' is not an integer." },
		{ "version=1x",                   0,  "Malformed parameter: version: '1x' is not an integer." },
		{ "version=9223372036854775808",  0,
		  "Malformed parameter: version: '9223372036854775808' is not an integer." },
	};
	struct op *op = op_of(state);

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct call call = call_of(op, ROWS[i].query);
		int64_t version = 0;

		assert_int_equal(version_read(op, &call, &version), !*ROWS[i].message);
		assert_string_equal(test_error_message(op), ROWS[i].message);
		if (!*ROWS[i].message)
			assert_int_equal(version, ROWS[i].version);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paging_has_defaults_and_ranges),
		TEST(the_first_fault_of_the_parameters_wins),
		TEST(a_direction_is_asc_or_desc_in_any_case),
		TEST(a_variable_is_named_as_a_field_is),
		TEST(a_page_says_where_it_stands),
		TEST(a_page_without_total_does_not_count),
		TEST(a_page_beyond_the_end_is_empty),
		TEST(a_page_of_a_store_holds_its_own_customers),
		TEST(a_head_asks_whether_anything_matches),
		TEST(the_version_of_a_deletion_is_a_whole_number),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
