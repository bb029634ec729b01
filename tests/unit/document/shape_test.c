#include "document/shape.h"
#include "document/text_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"
#include "../../support/test_base.h"

/* -- a shape with a field of every type -- */

struct inner {
	const char         *name;
	struct optional_int size;
};

struct outer {
	const char         *text;
	int64_t             whole;
	struct optional_int number;
	bool                truth;
	const struct inner *object;
	struct shape_list   list;
	json_t             *document;
	json_t             *documents;
	struct shape_list   ints;
	json_t             *texts;
	json_t             *map;
	json_t             *text_map;
	json_t             *raw;
	const char         *custom;
	const char         *date;
	const char         *locale;
	const char         *country;
	const char         *uuid;
	const char         *choice;
};

/* Takes the text `ok` only, and turns it into its argument. */
static bool decode_custom(struct op *op, json_t *value, const struct json_path *path,
                          const void *argument, void *target)
{
	const char *text = json_string_value(value);

	if (!text || strcmp(text, "ok") != 0)
		return fail_at(op, path, "is not ok");
	*(const char **)target = argument;
	return true;
}

static const char *const CHOICES[] = { "red", "green", NULL };

#define AT(member) offsetof(struct outer, member)
static const struct shape_field INNER_FIELDS[] = {
	{ "name", FIELD_TEXT, REQUIRED, offsetof(struct inner, name), NULL, NULL, NULL, NULL },
	{ "size", FIELD_INT,  OPTIONAL, offsetof(struct inner, size), NULL, NULL, NULL, NULL },
};
static const struct shape INNER = { sizeof(struct inner), 2, INNER_FIELDS };

static const struct shape_field DOCUMENT_FIELDS[] = {
	{ "name",   FIELD_TEXT,     REQUIRED, 0, NULL, NULL, NULL, NULL },
	{ "born",   FIELD_TEXT,     OPTIONAL, 0, text_check_date, NULL, NULL, NULL },
	{ "size",   FIELD_INT,      OPTIONAL, 0, NULL, NULL, NULL, NULL },
	{ "nested", FIELD_DOCUMENT, OPTIONAL, 0, NULL, NULL, &INNER, NULL },
};
static const struct shape DOCUMENT = { 0, 4, DOCUMENT_FIELDS };

static const struct shape_field OUTER_FIELDS[] = {
	{ "text",      FIELD_TEXT,      OPTIONAL, AT(text), NULL, NULL, NULL, NULL },
	{ "whole",     FIELD_LONG,      OPTIONAL, AT(whole), NULL, NULL, NULL, NULL },
	{ "number",    FIELD_INT,       OPTIONAL, AT(number), NULL, NULL, NULL, NULL },
	{ "truth",     FIELD_BOOL,      OPTIONAL, AT(truth), NULL, NULL, NULL, NULL },
	{ "object",    FIELD_OBJECT,    OPTIONAL, AT(object), NULL, NULL, &INNER, NULL },
	{ "list",      FIELD_LIST,      OPTIONAL, AT(list), NULL, NULL, &INNER, NULL },
	{ "document",  FIELD_DOCUMENT,  OPTIONAL, AT(document), NULL, NULL, &DOCUMENT, NULL },
	{ "documents", FIELD_DOCUMENTS, OPTIONAL, AT(documents), NULL, NULL, &DOCUMENT, NULL },
	{ "ints",      FIELD_INTS,      OPTIONAL, AT(ints), NULL, NULL, NULL, NULL },
	{ "texts",     FIELD_TEXTS,     OPTIONAL, AT(texts), NULL, NULL, NULL, NULL },
	{ "map",       FIELD_MAP,       OPTIONAL, AT(map), NULL, NULL, NULL, NULL },
	{ "textMap",   FIELD_TEXT_MAP,  OPTIONAL, AT(text_map), NULL, NULL, NULL, NULL },
	{ "raw",       FIELD_RAW,       OPTIONAL, AT(raw), NULL, NULL, NULL, NULL },
	{ "custom",    FIELD_CUSTOM,    OPTIONAL, AT(custom), NULL, "argument", NULL, decode_custom },
	{ "date",      FIELD_TEXT,      OPTIONAL, AT(date), text_check_date, NULL, NULL, NULL },
	{ "locale",    FIELD_TEXT,      OPTIONAL, AT(locale), text_check_locale, NULL, NULL, NULL },
	{ "country",   FIELD_TEXT,      OPTIONAL, AT(country), text_check_country, NULL, NULL, NULL },
	{ "uuid",      FIELD_TEXT,      OPTIONAL, AT(uuid), text_check_uuid, NULL, NULL, NULL },
	{ "choice",    FIELD_TEXT,      OPTIONAL, AT(choice), text_check_enum, CHOICES, NULL, NULL },
};
static const struct shape OUTER = { sizeof(struct outer), sizeof OUTER_FIELDS / sizeof *OUTER_FIELDS, OUTER_FIELDS };
#undef AT

/* -- decoding what fits -- */

static const struct outer *decode_bytes(struct op *op, const char *body, size_t bytes)
{
	void *input = NULL;

	return shape_decode_body(op, &OUTER, body, bytes, &input) ? input : NULL;
}

static const struct outer *decode(struct op *op, const char *body)
{
	const struct outer *outer = decode_bytes(op, body, strlen(body));

	if (!outer)
		print_error("%s: %s\n", body, misfit(op));
	assert_non_null(outer);
	assert_false(op_failed(op));
	return outer;
}

/* What is said of a body that does not fit. */
static const char *misfit_of(struct op *op, const char *body)
{
	assert_null(decode_bytes(op, body, strlen(body)));
	return misfit(op);
}

static void every_type_arrives_in_its_member(void **state)
{
	struct op *op = *state;
	const struct outer *outer = decode(
		op,
		"{\"text\":\"t\",\"whole\":-9223372036854775808,\"number\":2147483647,\"truth\":true,"
		"\"object\":{\"name\":\"o\",\"size\":-1},\"list\":[{\"name\":\"a\"},{\"name\":\"b\",\"size\":2}],"
		"\"ints\":[1,-2],\"texts\":[\"x\",\"y\"],\"map\":{\"a\":1},\"textMap\":{\"en\":\"E\"},\"raw\":[null],"
		"\"custom\":\"ok\"}");

	assert_string_equal(outer->text, "t");
	assert_true(outer->whole == INT64_MIN);
	assert_true(outer->number.given && outer->number.value == INT32_MAX);
	assert_true(outer->truth);
	assert_string_equal(outer->object->name, "o");
	assert_int_equal(outer->object->size.value, -1);
	const struct inner *list = outer->list.items;

	assert_int_equal(outer->list.count, 2);
	assert_string_equal(list[1].name, "b");
	assert_false(list[0].size.given);
	assert_true(list[1].size.given);
	assert_int_equal(outer->ints.count, 2);
	assert_int_equal(((const int64_t *)outer->ints.items)[1], -2);
	assert_string_equal(json_text(op, outer->texts), "[\"x\",\"y\"]");
	assert_string_equal(json_text(op, outer->map), "{\"a\":1}");
	assert_string_equal(json_text(op, outer->text_map), "{\"en\":\"E\"}");
	assert_string_equal(json_text(op, outer->raw), "[null]");
	assert_string_equal(outer->custom, "argument");
}

static void assert_all_absent(const struct outer *outer)
{
	assert_null(outer->text);
	assert_int_equal(outer->whole, 0);
	assert_false(outer->number.given);
	assert_false(outer->truth);
	assert_null(outer->object);
	assert_int_equal(outer->list.count, 0);
	assert_null(outer->document);
	assert_null(outer->documents);
	assert_int_equal(outer->ints.count, 0);
	assert_null(outer->texts);
	assert_null(outer->map);
	assert_null(outer->text_map);
	assert_null(outer->raw);
	assert_null(outer->custom);
	assert_null(outer->date);
}

static void what_is_absent_is_zero(void **state)
{
	assert_all_absent(decode(*state, "{}"));
}

static void null_is_absent(void **state)
{
	assert_all_absent(decode(
		*state,
		"{\"text\":null,\"whole\":null,\"number\":null,\"truth\":null,\"object\":null,\"list\":null,\"document\":null,"
		"\"documents\":null,\"ints\":null,\"texts\":null,\"map\":null,\"textMap\":null,\"raw\":null,\"custom\":null,"
		"\"date\":null}"));
}

static void an_optional_object_given_as_empty_is_absent(void **state)
{
	const struct outer *outer =
		decode(*state, "{\"object\":{},\"document\":{},\"textMap\":{},\"custom\":{}}");

	assert_null(outer->object);
	assert_null(outer->document);
	assert_null(outer->text_map);
	assert_null(outer->custom);
}

static void unknown_members_are_ignored(void **state)
{
	const struct outer *outer =
		decode(*state, "{\"nobody\":{\"knows\":[1]},\"text\":\"t\",\"Text\":5}");

	assert_string_equal(outer->text, "t");
}

static void an_empty_list_is_a_list(void **state)
{
	const struct outer *outer =
		decode(*state, "{\"list\":[],\"documents\":[],\"ints\":[],\"texts\":[]}");

	assert_non_null(outer->list.items);
	assert_int_equal(json_array_size(outer->documents), 0);
	assert_non_null(outer->documents);
	assert_non_null(outer->texts);
}

static void a_document_keeps_the_known_members_only(void **state)
{
	const struct outer *outer = decode(
		*state,
		"{\"document\":{\"name\":\"n\",\"x\":1,\"size\":3,\"born\":\"1990-2-9\",\"nested\":{\"name\":\"m\","
		"\"y\":2}}}");

	assert_string_equal(
		json_text(*state, outer->document),
		"{\"name\":\"n\",\"born\":\"1990-02-09\",\"size\":3,\"nested\":{\"name\":\"m\"}}");
}

static void documents_drop_absent_members(void **state)
{
	const struct outer *outer =
		decode(*state,
	           "{\"documents\":[{\"name\":\"a\",\"born\":null},{\"name\":\"b\",\"nested\":{}}]}");

	assert_string_equal(json_text(*state, outer->documents), "[{\"name\":\"a\"},{\"name\":\"b\"}]");
}

static void texts_are_put_into_canonical_form(void **state)
{
	static const struct {
		const char *body;
		const char *date;
		const char *locale;
	} ROWS[] = {
		{ "{\"date\":\"2020-1-9\"}", "2020-01-09", NULL },
		{ "{\"date\":\"2020-11\"}", "2020-11-01", NULL },
		{ "{\"date\":\"2020\"}", "2020-01-01", NULL },
		{ "{\"locale\":\"de-de\"}", NULL, "de-DE" },
		{ "{\"locale\":\"DE_de\"}", NULL, "de-DE" },
		{ "{\"locale\":\"\"}", NULL, "" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const struct outer *outer = decode(*state, ROWS[i].body);

		if (ROWS[i].date)
			assert_string_equal(outer->date, ROWS[i].date);
		if (ROWS[i].locale)
			assert_string_equal(outer->locale, ROWS[i].locale);
	}
}

static void checked_texts_that_are_right_pass(void **state)
{
	const struct outer *outer = decode(
		*state,
		"{\"country\":\"DE\",\"uuid\":\"0b6f7d3e-5a0e-4f0e-9f6b-0a8f1c2d3e4f\",\"choice\":\"green\"}");

	assert_string_equal(outer->country, "DE");
	assert_string_equal(outer->choice, "green");
}

/* -- what does not fit -- */

static const struct {
	const char *body;
	const char *misfit;
} MISFITS[] = {
	{ "{\"text\":1}",                                "text: JSON String expected." },
	{ "{\"text\":{}}",                               "text: JSON String expected." },
	{ "{\"date\":1}",                                "date: JSON string expected." },
	{ "{\"locale\":[]}",                             "locale: JSON string expected." },
	{ "{\"country\":true}",                          "country: JSON string expected." },
	{ "{\"uuid\":0}",                                "uuid: JSON string expected." },
	{ "{\"choice\":0}",                              "choice: JSON string expected." },
	{ "{\"whole\":\"1\"}",                           "whole: JSON Number in the range of a Long expected." },
	{ "{\"whole\":1.0}",                             "whole: JSON Number in the range of a Long expected." },
	{ "{\"whole\":1e3}",                             "whole: JSON Number in the range of a Long expected." },
	{ "{\"number\":\"1\"}",                          "number: JSON Number in the range of an Int expected." },
	{ "{\"number\":0.5}",                            "number: JSON Number in the range of an Int expected." },
	{ "{\"number\":2147483648}",                     "number: JSON Number in the range of an Int expected." },
	{ "{\"number\":-2147483649}",                    "number: JSON Number in the range of an Int expected." },
	{ "{\"truth\":\"true\"}",                        "truth: JSON Boolean expected" },
	{ "{\"truth\":1}",                               "truth: JSON Boolean expected" },
	{ "{\"object\":[]}",                             "object: JSON object expected." },
	{ "{\"object\":\"x\"}",                          "object: JSON object expected." },
	{ "{\"object\":{\"size\":1}}",                   "object -> name: Missing required value" },
	{ "{\"object\":{\"name\":null}}",                "object -> name: Missing required value" },
	{ "{\"object\":{\"name\":\"x\",\"size\":\"\"}}", "object -> size: JSON Number in the range of an Int expected." },
	{ "{\"list\":{}}",                               "list: JSON Array expected." },
	{ "{\"list\":[1]}",                              "list: JSON object expected." },
	{ "{\"list\":[null]}",                           "list: JSON object expected." },
	{ "{\"list\":[{\"name\":\"a\"},{\"name\":2}]}",  "list -> name: JSON String expected." },
	{ "{\"list\":[{}]}",                             "list -> name: Missing required value" },
	{ "{\"document\":1}",                            "document: JSON object expected." },
	{ "{\"document\":{\"size\":1}}",                 "document -> name: Missing required value" },
	{ "{\"document\":{\"name\":\"n\",\"nested\":{\"size\":1}}}", "document -> nested -> name: Missing required value" },
	{ "{\"document\":{\"name\":\"n\",\"born\":\"x\"}}", "document -> born: Failed to parse date: x" },
	{ "{\"documents\":{}}",                          "documents: JSON Array expected." },
	{ "{\"documents\":[[]]}",                        "documents: JSON object expected." },
	{ "{\"documents\":[{\"name\":\"n\"},{}]}",       "documents -> name: Missing required value" },
	{ "{\"ints\":1}",                                "ints: JSON Array expected." },
	{ "{\"ints\":[1,\"2\"]}",                        "ints: JSON Number in the range of an Int expected." },
	{ "{\"ints\":[null]}",                           "ints: JSON Number in the range of an Int expected." },
	{ "{\"texts\":\"a\"}",                           "texts: JSON Array expected." },
	{ "{\"texts\":[\"a\",1]}",                       "texts: JSON String expected." },
	{ "{\"map\":[]}",                                "map: JSON Object expected" },
	{ "{\"textMap\":\"a\"}",                         "textMap: JSON Object expected" },
	{ "{\"textMap\":{\"en\":1}}",                    "textMap -> en: JSON String expected." },
	{ "{\"custom\":\"no\"}",                         "custom: is not ok" },
	{ "{\"date\":\"2023-02-29\"}",                   "date: Failed to parse date: 2023-02-29" },
	{ "{\"date\":\"\"}",                             "date: Failed to parse date: " },
	{ "{\"date\":\"yesterday\"}",                    "date: Failed to parse date: yesterday" },
	{ "{\"locale\":\"1\"}",                          "locale: Invalid language tag: '1'" },
	{ "{\"uuid\":\"x\"}",                            "uuid: Invalid UUID: 'x'" },
	{ "{\"choice\":\"blue\"}",
	  "choice: Invalid enum value: 'blue'. Expected one of: 'red','green'" },
	{ "[]",                                          "JSON object expected." },
	{ "\"text\"",                                    "JSON object expected." },
	{ "1",                                           "JSON object expected." },
	{ "null",                                        "JSON object expected." },
	{ "",                                            "The request body is empty." },
};

static void assert_misfit(struct op *op, const char *body, size_t bytes, const char *expected)
{
	op->errors = (struct api_errors){ 0 };
	if (decode_bytes(op, body, bytes))
		print_error("taken: %.*s\n", (int)bytes, body);
	assert_int_equal(op->errors.count, 1);
	assert_int_equal(op->errors.items[0].code, ERROR_INVALID_JSON_INPUT);
	assert_string_equal(op->errors.items[0].message, "Request body does not contain valid JSON.");
	assert_string_equal(misfit(op), expected);
}

static void a_misfit_is_reported_with_path_and_text(void **state)
{
	for (size_t i = 0; i < sizeof MISFITS / sizeof *MISFITS; i++)
		assert_misfit(*state, MISFITS[i].body, strlen(MISFITS[i].body), MISFITS[i].misfit);
}

static void an_unassigned_country_is_reported_with_the_list(void **state)
{
	static const char START[] = "country: Invalid enum value: 'XX'. Expected one of: 'AD','AE',";
	struct op *op = *state;

	assert_null(decode_bytes(op, "{\"country\":\"XX\"}", 16));
	assert_int_equal(strncmp(misfit(op), START, strlen(START)), 0);
}

static void only_the_first_misfit_is_reported(void **state)
{
	static const char BODY[] = "{\"choice\":1,\"number\":\"\",\"text\":1}";

	assert_misfit(*state, BODY, strlen(BODY), "text: JSON String expected.");
}

/* -- numbers within bounds -- */

static void a_number_out_of_its_range_is_an_invalid_field(void **state)
{
	static const struct int_range RANGE = { 1, 90 };
	static const struct shape_field FIELDS[] = {
		{ "days", FIELD_CONVERTED, OPTIONAL, .argument = &RANGE, .decode = decode_int_in_range },
	};
	static const struct shape SHAPE = { 0, 1, FIELDS };
	static const struct {
		const char *body, *code;
	} ROWS[] = {
		{ "{}", NULL },
		{ "{\"days\":1}", NULL },
		{ "{\"days\":90}", NULL },
		{ "{\"days\":0}", "InvalidField" },
		{ "{\"days\":91}", "InvalidField" },
		{ "{\"days\":-1}", "InvalidField" },
		{ "{\"days\":2147483648}", "InvalidJsonInput" },
		{ "{\"days\":1.0}", "InvalidJsonInput" },
		{ "{\"days\":\"1\"}", "InvalidJsonInput" },
	};
	struct op *op = *state;
	void *input;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		op->errors = (struct api_errors){ 0 };
		bool fits = shape_decode_body(op, &SHAPE, ROWS[i].body, strlen(ROWS[i].body), &input);

		assert_int_equal(fits, ROWS[i].code == NULL);
		if (fits)
			assert_string_equal(json_text(op, input), ROWS[i].body);
		else
			assert_non_null(strstr(error_body_text(op, false), ROWS[i].code));
	}
}

/* -- the body as a whole -- */

static void a_body_that_is_no_json_is_refused(void **state)
{
	static const char *const BODIES[] = {
		"{",
		"{\"text\":}",
		"{'text':1}",
		"{\"text\":\"a}",
		"{} {}",
		"nul",
		"{\"text\":\"\\ud800\"}",
		"{\"text\":01}",
		"{\"text\":\"a\tb\"}",
		"{\"\\u0000\":1}",
		"{,}",
		"[1,]",
		"\xef\xbb\xbf{}",
	};
	struct op *op = *state;

	for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++) {
		op->errors = (struct api_errors){ 0 };
		if (decode_bytes(op, BODIES[i], strlen(BODIES[i])))
			print_error("taken: %s\n", BODIES[i]);
		assert_int_equal(op->errors.count, 1);
		assert_int_equal(op->errors.items[0].code, ERROR_INVALID_JSON_INPUT);
		assert_int_equal(strncmp(misfit(op), "Line 1, column ", 15), 0);
	}
}

static void a_body_that_is_no_utf8_is_refused_in_utf8(void **state)
{
	static const char *const BODIES[] = { "{\"text\":\"\xff\"}", "{\"text\":\"caf\xc3\"}",
		                                  "\xff\xfe", "{\"text\":\"\xed\xa0\x80\"}",
		                                  "{\"text\":\"\xc0\x80\"}" };
	struct op *op = *state;

	for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++) {
		op->errors = (struct api_errors){ 0 };
		assert_null(decode_bytes(op, BODIES[i], strlen(BODIES[i])));
		assert_true(text_is_utf8(misfit(op), strlen(misfit(op))));
		assert_int_not_equal(strlen(misfit(op)), 0);
	}
}

static void a_nul_in_a_body_is_refused(void **state)
{
	static const char RAW[] = "{\"text\":\"a\0b\"}";
	static const char ESCAPED[] = "{\"text\":\"a\\u0000b\"}";

	assert_null(decode_bytes(*state, RAW, sizeof RAW - 1));
	((struct op *)*state)->errors = (struct api_errors){ 0 };
	assert_null(decode_bytes(*state, ESCAPED, strlen(ESCAPED)));
	((struct op *)*state)->errors = (struct api_errors){ 0 };
	assert_null(decode_bytes(*state, "{}\0", 3));
}

static void a_duplicate_member_is_refused_at_any_depth(void **state)
{
	static const char *const BODIES[] = { "{\"text\":\"a\",\"text\":\"b\"}",
		                                  "{\"nobody\":[{\"a\":1,\"b\":2,\"a\":3}]}",
		                                  "{\"text\":\"a\",\"te\\u0078t\":\"b\"}" };
	struct op *op = *state;

	for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++) {
		op->errors = (struct api_errors){ 0 };
		assert_null(decode_bytes(op, BODIES[i], strlen(BODIES[i])));
		assert_non_null(strstr(misfit(op), "duplicate object key"));
	}
}

/* `{"raw":[[…]]}` with so many levels in all. */
static const char *nested(struct op *op, size_t depth)
{
	struct text_buffer body = { .arena = op->arena };

	text_append(&body, "{\"raw\":");
	for (size_t i = 1; i < depth; i++)
		text_append(&body, "[");
	for (size_t i = 1; i < depth; i++)
		text_append(&body, "]");
	text_append(&body, "}");
	return body.text;
}

static void a_body_may_be_64_levels_deep(void **state)
{
	const char *deep = nested(*state, 65);

	assert_non_null(decode(*state, nested(*state, 64))->raw);
	assert_misfit(*state, deep, strlen(deep), "The document is nested too deeply.");
}

static void brackets_inside_texts_are_no_levels(void **state)
{
	const char *body = arena_printf(((struct op *)*state)->arena,
	                                "{\"text\":\"\\\"%s\\\\\",\"raw\":[]}", nested(*state, 3) + 7);

	assert_int_equal(strncmp(decode(*state, body)->text, "\"[[]]}\\", 7), 0);
}

static void an_integer_beyond_64_bits_is_refused_where_it_stands(void **state)
{
	static const struct { const char *body, *misfit; } ROWS[] = {
		{ "{\"whole\":99999999999999999999}",           "whole: JSON Number in the range of a Long expected." },
		{ "{\"whole\":9223372036854775808}",            "whole: JSON Number in the range of a Long expected." },
		{ "{\"whole\":-99999999999999999999}",          "whole: JSON Number in the range of a Long expected." },
		{ "{\"number\":99999999999999999999}",          "number: JSON Number in the range of an Int expected." },
		{ "{\"ints\":[1, 99999999999999999999 ]}",      "ints: JSON Number in the range of an Int expected." },
		{ "{\"list\":[{\"name\":\"9\",\"size\":99999999999999999999}]}",
		  "list -> size: JSON Number in the range of an Int expected." },
		{ "{\"text\":99999999999999999999}",            "text: JSON String expected." },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_misfit(*state, ROWS[i].body, strlen(ROWS[i].body), ROWS[i].misfit);
}

static void an_integer_beyond_64_bits_that_nobody_reads_does_no_harm(void **state)
{
	const struct outer *outer = decode(
		*state,
		"{\"nobody\":99999999999999999999,\"text\":\"99999999999999999999 \\\"99999999999999999999\","
		"\"whole\":9223372036854775807,\"date\":\"2020-1-1\"}");

	assert_string_equal(outer->text, "99999999999999999999 \"99999999999999999999");
	assert_true(outer->whole == INT64_MAX);
	assert_string_equal(outer->date, "2020-01-01");
}

static void big_numbers_of_other_forms_stay_what_they_are(void **state)
{
	const struct outer *outer = decode(
		*state,
		"{\"nobody\":99999999999999999999,\"raw\":[0.12345678901234567890,12345678901234567890.5,"
		"12345678901234567890e2,1E+2,1234567890123456789]}");
	const json_t *last = json_array_get(outer->raw, 4);

	assert_int_equal(json_array_size(outer->raw), 5);
	assert_true(json_real_value(json_array_get(outer->raw, 0)) < 0.2);
	assert_true(json_real_value(json_array_get(outer->raw, 2)) > 1e21);
	assert_true(json_is_integer(last) && json_integer_value(last) == 1234567890123456789);
}

static void a_number_beyond_a_double_is_refused(void **state)
{
	struct op *op = *state;

	assert_null(decode_bytes(op, "{\"raw\":1e400}", 13));
	assert_int_equal(op->errors.items[0].code, ERROR_INVALID_JSON_INPUT);
}

/* -- without a body -- */

static void a_misfit_outside_any_member_has_no_path(void **state)
{
	struct op *op = *state;

	assert_false(fail_at(op, NULL, "text"));
	assert_string_equal(misfit(op), "text");
}

static void a_path_names_every_level(void **state)
{
	struct op *op = *state;
	const struct json_path a = { NULL, "a" }, b = { &a, "b" }, c = { &b, "c" };

	assert_false(fail_at(op, &c, "text"));
	assert_string_equal(misfit(op), "a -> b -> c: text");
}

static void a_misfit_has_a_pointer_with_indexes(void **state)
{
	struct op *op = *state;
	const struct json_path a = { NULL, "a/~", 0 }, second = { &a, NULL, 1 },
						   b = { &second, "b", 0 };

	assert_false(fail_at(op, &b, "text"));
	assert_string_equal(misfit(op), "a/~ -> b: text");
	assert_string_equal(op->errors.items[0].pointer, "/a~1~0/1/b");
}

static void a_misfit_in_a_list_points_to_the_element(void **state)
{
	struct op *op = *state;

	assert_string_equal(misfit_of(op, "{\"list\":[{\"name\":\"a\"},{\"name\":7}]}"),
	                    "list -> name: JSON String expected.");
	assert_string_equal(op->errors.items[0].pointer, "/list/1/name");
}

/* -- fixtures -- */

static void a_fixture_has_no_unknown_members(void **state)
{
	struct op *op = *state;

	op->strict = true;
	assert_string_equal(misfit_of(op, "{\"object\":{\"name\":\"a\",\"sise\":1}}"),
	                    "object -> sise: Unknown member; did you mean size?");
	assert_string_equal(op->errors.items[0].pointer, "/object/sise");
}

static void the_member_that_chose_a_shape_is_known(void **state)
{
	struct op *op = *state;
	const struct shape tagged = { 0, 0, NULL, "type" };
	const json_t *fits = keep(op, json_pack("{s:s}", "type", "none"));
	const json_t *misfits = keep(op, json_pack("{s:s, s:i}", "type", "none", "more", 1));
	void *input;

	op->strict = true;
	assert_true(shape_decode_input(op, &tagged, fits, NULL, &input));
	assert_false(shape_decode_input(op, &tagged, misfits, NULL, &input));
	assert_string_equal(misfit(op), "more: Unknown member");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(every_type_arrives_in_its_member),
		OP_TEST(what_is_absent_is_zero),
		OP_TEST(null_is_absent),
		OP_TEST(an_optional_object_given_as_empty_is_absent),
		OP_TEST(unknown_members_are_ignored),
		OP_TEST(an_empty_list_is_a_list),
		OP_TEST(a_document_keeps_the_known_members_only),
		OP_TEST(documents_drop_absent_members),
		OP_TEST(texts_are_put_into_canonical_form),
		OP_TEST(checked_texts_that_are_right_pass),
		OP_TEST(a_number_out_of_its_range_is_an_invalid_field),
		OP_TEST(a_misfit_is_reported_with_path_and_text),
		OP_TEST(an_unassigned_country_is_reported_with_the_list),
		OP_TEST(only_the_first_misfit_is_reported),
		OP_TEST(a_body_that_is_no_json_is_refused),
		OP_TEST(a_body_that_is_no_utf8_is_refused_in_utf8),
		OP_TEST(a_nul_in_a_body_is_refused),
		OP_TEST(a_duplicate_member_is_refused_at_any_depth),
		OP_TEST(a_body_may_be_64_levels_deep),
		OP_TEST(brackets_inside_texts_are_no_levels),
		OP_TEST(an_integer_beyond_64_bits_is_refused_where_it_stands),
		OP_TEST(an_integer_beyond_64_bits_that_nobody_reads_does_no_harm),
		OP_TEST(big_numbers_of_other_forms_stay_what_they_are),
		OP_TEST(a_number_beyond_a_double_is_refused),
		OP_TEST(a_misfit_outside_any_member_has_no_path),
		OP_TEST(a_path_names_every_level),
		OP_TEST(a_misfit_has_a_pointer_with_indexes),
		OP_TEST(a_misfit_in_a_list_points_to_the_element),
		OP_TEST(a_fixture_has_no_unknown_members),
		OP_TEST(the_member_that_chose_a_shape_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
