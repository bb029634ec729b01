#include "number_priv.h"

#include <string.h>

/* Large enough for every number there is, and far from what would overflow with the digits of a text
 * added. */
static const int64_t LARGEST_EXPONENT = 100000000000000000;

static const char *skip_digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* [eE][+-]?[0-9]+, from the letter on. NULL if it is not that. */
static const char *read_exponent(const char *at, const char *end, int64_t *ret_exponent)
{
	int64_t exponent = 0;
	bool is_negative = ++at < end && *at == '-';

	if (at < end && (*at == '-' || *at == '+'))
		at++;
	const char *start = at;

	for (; at < end && *at >= '0' && *at <= '9'; at++)
		if (exponent < LARGEST_EXPONENT / 10)
			exponent = exponent * 10 + (*at - '0');
		else
			exponent = LARGEST_EXPONENT;
	*ret_exponent = is_negative ? -exponent : exponent;
	return at > start ? at : NULL;
}

/* Fills in digits, end and magnitude from what stands between the sign and the exponent. */
static void trim(struct number *number, const char *start, const char *point, const char *end)
{
	while (start < end && (*start == '0' || *start == '.'))
		start++;
	while (end > start && (end[-1] == '0' || end[-1] == '.'))
		end--;
	number->digits = start;
	number->end = end;
	number->magnitude = start < point ? point - start : point - start + 1;
}

bool number_read(const char *text, size_t bytes, struct number *ret_number)
{
	const char *end = text + bytes;
	bool is_negative = bytes > 0 && *text == '-';
	const char *start = text + is_negative;
	const char *point = skip_digits(start, end);
	const char *at = point;
	int64_t exponent = 0;

	if (point == start || (*start == '0' && point - start > 1))
		return false;
	if (at < end && *at == '.') {
		at = skip_digits(point + 1, end);
		if (at == point + 1)
			return false;
	}
	const char *digits_end = at;

	if (at < end && (*at == 'e' || *at == 'E'))
		at = read_exponent(at, end, &exponent);
	if (at != end)
		return false;
	*ret_number = (struct number){ .is_real = point < end };
	trim(ret_number, start, point, digits_end);
	ret_number->magnitude += exponent;
	ret_number->is_negative = is_negative && ret_number->digits < ret_number->end;
	return true;
}

/* The next digit; 0 behind the last. */
static int next_digit(const char **at, const char *end)
{
	if (*at < end && **at == '.')
		(*at)++;
	return *at < end ? *(*at)++ - '0' : 0;
}

/* Compares without regard to the sign. */
static int compare_sizes(const struct number *a, const struct number *b)
{
	const char *a_at = a->digits;
	const char *b_at = b->digits;

	if (a->digits == a->end || b->digits == b->end)
		return (a->digits < a->end) - (b->digits < b->end);
	if (a->magnitude != b->magnitude)
		return a->magnitude < b->magnitude ? -1 : 1;
	while (a_at < a->end || b_at < b->end) {
		int difference = next_digit(&a_at, a->end) - next_digit(&b_at, b->end);

		if (difference)
			return difference;
	}
	return 0;
}

int number_compare(const struct number *a, const struct number *b)
{
	if (a->is_negative != b->is_negative)
		return a->is_negative ? -1 : 1;
	return a->is_negative ? compare_sizes(b, a) : compare_sizes(a, b);
}

size_t number_digits(const struct number *number)
{
	size_t bytes = (size_t)(number->end - number->digits);

	return bytes && memchr(number->digits, '.', bytes) ? bytes - 1 : bytes;
}
