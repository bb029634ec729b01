#include "kind/value.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "money/money.h"

json_t *value_boolean(struct op *op, const json_t *type, json_t *value, const char *field)
{
	(void)op;
	(void)type;
	(void)field;
	return json_is_boolean(value) ? value : NULL;
}

json_t *value_number(struct op *op, const json_t *type, json_t *value, const char *field)
{
	(void)op;
	(void)type;
	(void)field;
	return json_is_number(value) ? value : NULL;
}

json_t *value_text(struct op *op, const json_t *type, json_t *value, const char *field)
{
	(void)op;
	(void)type;
	(void)field;
	return json_is_string(value) ? value : NULL;
}

json_t *value_date(struct op *op, const json_t *type, json_t *value, const char *field)
{
	char date[DATE_TEXT_BYTES];

	(void)type;
	(void)field;
	if (!json_is_string(value) || !date_normalize(json_string_value(value), date))
		return NULL;
	return keep(op, json_string(date));
}

json_t *value_time(struct op *op, const json_t *type, json_t *value, const char *field)
{
	char time[DATE_TEXT_BYTES];

	(void)type;
	(void)field;
	if (!json_is_string(value) || !time_normalize(json_string_value(value), time))
		return NULL;
	return keep(op, json_string(time));
}

json_t *value_date_time(struct op *op, const json_t *type, json_t *value, const char *field)
{
	int64_t time_ms;

	(void)type;
	(void)field;
	if (!json_is_string(value) || !timestamp_parse(json_string_value(value), &time_ms))
		return NULL;
	return keep(op, json_string(timestamp_text(op->arena, time_ms)));
}

json_t *value_localized_text(struct op *op, const json_t *type, json_t *value, const char *field)
{
	json_t *texts = keep(op, json_object());
	const char *locale;
	json_t *text;
	char *tag;

	(void)type;
	(void)field;
	if (!json_is_object(value))
		return NULL;
	json_object_foreach(value, locale, text) {
		if (!json_is_string(text) || !check_locale(op->arena, locale, &tag))
			return NULL;
		json_object_set(texts, tag, text);
	}
	return texts;
}

json_t *value_money(struct op *op, const json_t *type, json_t *value, const char *field)
{
	const char *currency = doc_text(value, "currencyCode");
	const json_t *cents = json_object_get(value, "centAmount");
	const char *precision = doc_text(value, "type");

	(void)type;
	(void)field;
	if (!currency || !check_currency(currency) || !json_is_integer(cents))
		return NULL;
	if (doc_has(value, "type") && !(precision && strcmp(precision, "centPrecision") == 0))
		return NULL;
	return money_create(op, currency, json_integer_value(cents));
}

/* Equal elements have equal texts: 1 and 1.0, and localized texts in any order. */
static const char *element_text(struct op *op, const json_t *element)
{
	if (json_is_real(element))
		return arena_printf(op->arena, "%.17g", json_real_value(element));
	return json_sorted_text(op, element);
}

/* The keys of an enum; NULL: it is another type. */
static json_t *allowed_values(struct op *op, const json_t *type)
{
	const json_t *values = json_object_get(type, "values");
	json_t *keys = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(values); i++)
		json_array_append(keys, json_object_get(json_array_get(values, i), "key"));
	return values ? keys : NULL;
}

bool value_refuse(struct op *op, const json_t *type, json_t *value, const char *field)
{
	return fail_invalid_field(op, field, value, allowed_values(op, type));
}

json_t *value_set(struct op *op, const json_t *type, json_t *value, const char *field,
                  value_fn *read)
{
	const json_t *element_type = json_object_get(type, "elementType");
	json_t *elements = keep(op, json_array());
	json_t *seen = keep(op, json_object());

	if (!json_is_array(value))
		return NULL;
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *given = json_array_get(value, i);
		json_t *element = read(op, element_type, given, field);

		if (!element) {
			(void)(op_failed(op) ||
			       value_refuse(op, element_type, given, field)); /* recorded either way */
			return NULL;
		}
		if (doc_note(seen, element_text(op, element)))
			json_array_append(elements, element);
	}
	return elements;
}
