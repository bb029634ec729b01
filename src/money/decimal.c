#include "money/decimal.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The product of two 64-bit integers. */
typedef __int128 wide_int;
typedef unsigned __int128 wide_uint;

static const int64_t POWERS_OF_TEN[DECIMAL_MAX_SCALE + 1] = {
	1,
	10,
	100,
	1000,
	10000,
	100000,
	1000000,
	10000000,
	100000000,
	1000000000,
	10000000000,
	100000000000,
	1000000000000,
	10000000000000,
	100000000000000,
	1000000000000000,
	10000000000000000,
	100000000000000000,
	1000000000000000000,
};

const char *const ROUNDING_MODES[] = {
	[ROUND_HALF_EVEN] = "HalfEven",
	[ROUND_HALF_UP] = "HalfUp",
	[ROUND_HALF_DOWN] = "HalfDown",
	NULL,
};

const char *rounding_mode_name(enum rounding_mode mode)
{
	return ROUNDING_MODES[mode];
}

bool rounding_mode_parse(const char *name, enum rounding_mode *ret_mode)
{
	for (size_t i = 0; name && ROUNDING_MODES[i]; i++)
		if (strcmp(ROUNDING_MODES[i], name) == 0) {
			*ret_mode = (enum rounding_mode)i;
			return true;
		}
	return false;
}

/* Brings a scale into range, without loss. */
static bool normalize(int64_t coefficient, int scale, struct decimal *ret_decimal)
{
	if (coefficient == 0)
		scale = 0;
	if (scale > DECIMAL_MAX_SCALE || scale < -DECIMAL_MAX_SCALE)
		return false;
	if (scale < 0 && __builtin_mul_overflow(coefficient, POWERS_OF_TEN[-scale], &coefficient))
		return false;
	*ret_decimal = (struct decimal){ coefficient, scale > 0 ? scale : 0 };
	return true;
}

/* Reads what "%.15g" wrote: -0.19, 15, 1e-07. No more than 15 digits count, so nothing overflows. */
static bool parse(const char *text, struct decimal *ret_decimal)
{
	const char *at = *text == '-' ? text + 1 : text;
	int64_t coefficient = 0;
	bool behind_point = false;
	int scale = 0;

	for (; *at && *at != 'e'; at++) {
		if (*at == '.') {
			behind_point = true;
			continue;
		}
		if (*at < '0' || *at > '9')
			return false;
		coefficient = coefficient * 10 + (*at - '0');
		scale += behind_point;
	}
	if (*at == 'e')
		scale -= (int)strtol(at + 1, NULL, 10);
	return normalize(*text == '-' ? -coefficient : coefficient, scale, ret_decimal);
}

/* Reads a number with few decimals without writing it: if a quotient of whole numbers that a double holds without loss
 * is the number, its digits are those of "%.15g", as both tell decimals of 15 digits apart. */
static bool read_short(double number, struct decimal *ret_decimal)
{
	static const double LARGEST = 1e9, POWERS[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
	const double size = number < 0 ? -number : number;

	if (!(size < LARGEST))
		return false;
	for (int scale = 0; scale < (int)(sizeof POWERS / sizeof *POWERS); scale++) {
		int64_t coefficient = (int64_t)(size * POWERS[scale] + 0.5);

		if ((double)coefficient / POWERS[scale] != size)
			continue;
		*ret_decimal = (struct decimal){ number < 0 ? -coefficient : coefficient, scale };
		return true;
	}
	return false;
}

/* The parser of JSON has made a double of 0.19, which is not 0.19. But a double tells all decimals
 * of 15 significant digits apart (DBL_DIG), so writing it with 15 gives back the digits that the
 * client wrote. It is the only place where a double is looked at; all that follows is exact. The
 * point is a point because nothing here calls setlocale(). */
bool decimal_read(const json_t *number, struct decimal *ret_decimal)
{
	char text[32];

	if (json_is_integer(number)) {
		*ret_decimal = (struct decimal){ json_integer_value(number), 0 };
		return true;
	}
	if (!json_is_real(number))
		return false;
	if (read_short(json_real_value(number), ret_decimal))
		return true;
	snprintf(text, sizeof text, "%.15g", json_real_value(number));
	return parse(text, ret_decimal);
}

int decimal_compare(struct decimal a, struct decimal b)
{
	wide_int left = (wide_int)a.coefficient * POWERS_OF_TEN[b.scale];
	wide_int right = (wide_int)b.coefficient * POWERS_OF_TEN[a.scale];

	return (left > right) - (left < right);
}

bool decimal_rescale(struct decimal value, int scale, int64_t *ret_coefficient)
{
	assert(value.scale <= scale && scale <= DECIMAL_MAX_SCALE);
	return !__builtin_mul_overflow(value.coefficient, POWERS_OF_TEN[scale - value.scale],
	                               ret_coefficient);
}

bool decimal_add(struct decimal a, struct decimal b, struct decimal *ret_sum)
{
	int scale = a.scale > b.scale ? a.scale : b.scale;
	int64_t left;
	int64_t right;

	if (!decimal_rescale(a, scale, &left) || !decimal_rescale(b, scale, &right))
		return false;
	ret_sum->scale = scale;
	return !__builtin_add_overflow(left, right, &ret_sum->coefficient);
}

/* Does a value go to the integer farther from zero? `rest` is what it lies above the nearer one,
 * and `gap` what it lacks to the farther, in the same unit. */
static bool rounds_away(wide_uint rest, wide_uint gap, bool is_odd, enum rounding_mode mode)
{
	if (rest != gap)
		return rest > gap;
	switch (mode) {
	case ROUND_HALF_EVEN:
		return is_odd;
	case ROUND_HALF_UP:
		return true;
	case ROUND_HALF_DOWN:
		return false;
	}
	return false;
}

static wide_uint magnitude(wide_int value)
{
	return value < 0 ? -(wide_uint)value : (wide_uint)value;
}

static bool divide(wide_int numerator, wide_int denominator, enum rounding_mode mode,
                   int64_t *ret_quotient)
{
	assert(denominator != 0);
	bool is_negative = (numerator < 0) != (denominator < 0);
	wide_uint divisor = magnitude(denominator);
	wide_uint quotient = magnitude(numerator) / divisor;
	wide_uint rest = magnitude(numerator) % divisor;

	quotient += rounds_away(rest, divisor - rest, quotient % 2 == 1, mode);
	if (quotient > (wide_uint)INT64_MAX + is_negative)
		return false;
	*ret_quotient = (int64_t)(is_negative ? -(wide_int)quotient : (wide_int)quotient);
	return true;
}

bool decimal_multiply(int64_t amount, struct decimal factor, enum rounding_mode mode,
                      int64_t *ret_product)
{
	return divide((wide_int)amount * factor.coefficient, POWERS_OF_TEN[factor.scale], mode,
	              ret_product);
}

bool decimal_divide(int64_t amount, struct decimal divisor, enum rounding_mode mode,
                    int64_t *ret_quotient)
{
	return divide((wide_int)amount * POWERS_OF_TEN[divisor.scale], divisor.coefficient, mode,
	              ret_quotient);
}

bool decimal_proportion(int64_t amount, int64_t numerator, int64_t denominator,
                        enum rounding_mode mode, int64_t *ret_part)
{
	return divide((wide_int)amount * numerator, denominator, mode, ret_part);
}
