/* Numbers as they are written in decimal, compared exactly, without floating point. */
#ifndef PREDICATE_NUMBER_PRIV_H
#define PREDICATE_NUMBER_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0.DIGITS × 10^magnitude. The digits are those of the text, which must outlive this. */
struct number {
	bool        is_negative; /* never for zero */
	bool        is_real;     /* written with a point or an exponent */
	const char *digits;      /* the first that is not 0; a point may stand among them */
	const char *end;         /* behind the last that is not 0; == digits: the number is zero */
	int64_t     magnitude;
};

/* Reads a number of the form that JSON and the query language share. False if it is anything else.
 * Exponents beyond ±10^17 count as that. Source: RFC 8259 §6. */
bool number_read(const char *text, size_t bytes, struct number *ret_number);

/* Less than, equal to or greater than 0, as a is less than, equal to or greater than b. */
int number_compare(const struct number *a, const struct number *b);

/* How many digits it takes to write the number, leading and final zeroes left out. */
size_t number_digits(const struct number *number);

#endif
