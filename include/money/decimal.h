/* Exact decimals, and the one place where something is rounded: what lies between a number on the
 * wire and a total. */
#ifndef MONEY_DECIMAL_H
#define MONEY_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* 10^18 is the largest power of ten in 64 bits. */
enum { DECIMAL_MAX_SCALE = 18 };

/* coefficient / 10^scale; 0.19 is 19 / 10^2. 0 <= scale <= DECIMAL_MAX_SCALE. */
struct decimal {
	int64_t coefficient;
	int     scale;
};

/* What becomes of a value between two integers; the modes differ only halfway. Signs are put aside
 * first, so up means away from zero and down towards it. */
enum rounding_mode { ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_HALF_DOWN };

/* Their names on the wire, in the order of the enum, ending with NULL; an argument for
 * text_check_enum. */
extern const char *const ROUNDING_MODES[];

/* The name of a mode. Static. */
const char *rounding_mode_name(enum rounding_mode mode);

/* The mode of this name. False if there is none (or `name` is NULL). */
bool rounding_mode_parse(const char *name, enum rounding_mode *ret_mode);

/* Reads a JSON number as it was written, if it had at most 15 significant digits; of a longer one,
 * the first 15, rounded. False if it is no number, or needs more than 64 bits or
 * DECIMAL_MAX_SCALE. */
bool decimal_read(const json_t *number, struct decimal *ret_decimal);

/* Less than, equal to or greater than 0, as a is to b; 1.50 equals 1.5. */
int decimal_compare(struct decimal a, struct decimal b);

/* The coefficient that a value has with a scale that is not smaller than its own. False if it does
 * not fit. */
bool decimal_rescale(struct decimal value, int scale, int64_t *ret_coefficient);

/* Adds exactly. False if the sum does not fit. */
bool decimal_add(struct decimal a, struct decimal b, struct decimal *ret_sum);

/* amount * factor, amount / divisor (not zero), and amount * numerator / denominator (not zero),
 * rounded once, at the end. False if the result does not fit. */
bool decimal_multiply(int64_t amount, struct decimal factor, enum rounding_mode mode,
                      int64_t *ret_product);
bool decimal_divide(int64_t amount, struct decimal divisor, enum rounding_mode mode,
                    int64_t *ret_quotient);
bool decimal_proportion(int64_t amount, int64_t numerator, int64_t denominator,
                        enum rounding_mode mode, int64_t *ret_part);

#endif
