/* Reading and comparing single values of rules. */
#include "rule_value_priv.h"

#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "money/money.h"

enum { MAX_DIGITS = 18, TIME_MIN_BYTES = 16, DATE_BYTES = 10 };

/* -- numbers -- */

/* Appends a digit. False: there are too many. */
static bool add_digit(struct decimal *number, int digit)
{
	if (number->coefficient > (INT64_MAX - 9) / 10)
		return false;
	number->coefficient = number->coefficient * 10 + digit;
	return true;
}

/* Reads `12.50`, at most MAX_DIGITS behind the point. Gives the bytes that were read; 0: it is no number. */
static size_t read_digits(const char *text, size_t bytes, struct decimal *number)
{
	bool has_point = false;
	size_t i = 0;

	for (; i < bytes; i++) {
		if (text[i] == '.' && !has_point && i > 0 && i + 1 < bytes) {
			has_point = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			break;
		if (has_point && number->scale == MAX_DIGITS)
			return 0;
		number->scale += has_point;
		if (!add_digit(number, text[i] - '0'))
			return 0;
	}
	return i > 0 && text[i - 1] == '.' ? 0 : i;
}

/* Moves the point by an exponent. False: it goes too far. */
static bool move_point(struct decimal *number, int exponent)
{
	for (; exponent > 0 && number->scale > 0; exponent--)
		number->scale--;
	for (; exponent > 0; exponent--)
		if (!add_digit(number, 0))
			return false;
	number->scale -= exponent;
	return number->scale <= DECIMAL_MAX_SCALE;
}

/* Reads what follows an `e`. False: it is no exponent of at most two digits. */
static bool read_exponent(const char *text, size_t bytes, int *ret_exponent)
{
	bool is_negative = bytes > 0 && text[0] == '-';
	size_t start = bytes > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
	int exponent = 0;

	if (bytes == start || bytes - start > 2)
		return false;
	for (size_t i = start; i < bytes; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		exponent = exponent * 10 + (text[i] - '0');
	}
	*ret_exponent = is_negative ? -exponent : exponent;
	return true;
}

bool rule_number_read(const char *text, size_t bytes, struct decimal *ret_number)
{
	struct decimal number = { 0 };
	size_t sign = bytes > 0 && text[0] == '-' ? 1 : 0;
	size_t used = read_digits(text + sign, bytes - sign, &number);
	size_t rest = sign + used;
	int exponent = 0;

	if (used == 0)
		return false;
	if (rest < bytes && ((text[rest] | 0x20) != 'e' ||
	                     !read_exponent(text + rest + 1, bytes - rest - 1, &exponent)))
		return false;
	if (!move_point(&number, exponent))
		return false;
	if (sign)
		number.coefficient = -number.coefficient;
	*ret_number = number;
	return true;
}

/* -- texts -- */

/* `8.00 EUR`. False: the text does not say money. */
static bool read_money(const char *text, struct rule_value *value)
{
	const char *space = strchr(text, ' ');

	if (!space || !check_currency(space + 1) || memchr(text, 'e', (size_t)(space - text)) ||
	    memchr(text, 'E', (size_t)(space - text)) ||
	    !rule_number_read(text, (size_t)(space - text), &value->number))
		return false;
	value->currency = space + 1;
	return true;
}

static bool looks_like_time(const char *text)
{
	return strnlen(text, TIME_MIN_BYTES) == TIME_MIN_BYTES && text[4] == '-' &&
	       text[DATE_BYTES] == 'T';
}

struct rule_value rule_value_of_text(const char *text)
{
	struct rule_value value = { .kind = RULE_VALUE_TEXT, .text = text };

	if (looks_like_time(text))
		value.is_time = timestamp_parse(text, &value.time_ms);
	else if ((text[0] >= '0' && text[0] <= '9') || text[0] == '-')
		(void)read_money(text, &value); /* most texts do not say money */
	return value;
}

/* -- documents -- */

/* Of high precision, the precise amount counts. */
static struct rule_value value_of_money(const json_t *money)
{
	const char *currency = money_currency(money);
	bool is_precise = doc_has(money, "preciseAmount");
	int digits =
		is_precise ? (int)doc_int(money, "fractionDigits") : currency_fraction_digits(currency);

	if (digits < 0 || digits > DECIMAL_MAX_SCALE)
		return (struct rule_value){ .kind = RULE_VALUE_OBJECT };
	return (struct rule_value){
		.kind = RULE_VALUE_MONEY,
		.currency = currency,
		.number = { is_precise ? doc_int(money, "preciseAmount") : money_cents(money), digits },
	};
}

static struct rule_value value_of_object(const json_t *object)
{
	const char *text = doc_text(object, "key") ? doc_text(object, "key") : doc_text(object, "id");

	if (money_currency(object))
		return value_of_money(object);
	if (money_currency(json_object_get(object, "value")))
		return value_of_money(json_object_get(object, "value"));
	return text ? rule_value_of_text(text) : (struct rule_value){ .kind = RULE_VALUE_OBJECT };
}

struct rule_value rule_value_of_json(const json_t *json)
{
	struct rule_value value = { .kind = RULE_VALUE_NUMBER };

	if (json_is_string(json))
		return rule_value_of_text(json_string_value(json));
	if (json_is_number(json) && decimal_read(json, &value.number))
		return value;
	if (json_is_boolean(json))
		return (struct rule_value){ .kind = RULE_VALUE_BOOLEAN, .truth = json_is_true(json) };
	return json_is_object(json) ? value_of_object(json)
	                            : (struct rule_value){ .kind = RULE_VALUE_OBJECT };
}

/* -- comparing -- */

static int compare_texts(const struct rule_value *value, const struct rule_value *constant)
{
	if (value->is_time && constant->is_time)
		return (value->time_ms > constant->time_ms) - (value->time_ms < constant->time_ms);
	return strcmp(value->text, constant->text);
}

bool rule_value_compare(const struct rule_value *value, const struct rule_value *constant,
                        int *ret_order)
{
	bool is_money = value->kind == RULE_VALUE_MONEY && constant->currency &&
	                strcmp(value->currency, constant->currency) == 0;

	if (!is_money && (value->kind != constant->kind || value->kind == RULE_VALUE_MONEY))
		return false;
	switch (value->kind) {
	case RULE_VALUE_TEXT:
		*ret_order = compare_texts(value, constant);
		return true;
	case RULE_VALUE_BOOLEAN:
		*ret_order = value->truth - constant->truth;
		return true;
	case RULE_VALUE_NUMBER:
	case RULE_VALUE_MONEY:
		*ret_order = decimal_compare(value->number, constant->number);
		return true;
	case RULE_VALUE_OBJECT:
		break;
	}
	return false;
}
