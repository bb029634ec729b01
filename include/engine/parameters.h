/* Parameters of a query string or a form. */
#ifndef ENGINE_PARAMETERS_H
#define ENGINE_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct parameter {
	const char *name;
	const char *value;
};

struct parameters {
	struct parameter *items;
	size_t            count;
};

/* How strictly the text is read. */
enum parameters_mode {
	PARAMETERS_STRICT,   /* a broken escape is an error */
	PARAMETERS_LENIENT,  /* it stays as it is: the official client sends some values unencoded */
};

/* Cuts `a=1&b=2` into decoded parameters; '+' is a space. False: it cannot be read (NUL, no UTF-8,
 * too many). */
bool parameters_parse(struct arena *arena, const char *text, size_t bytes,
                      enum parameters_mode mode, struct parameters *ret_parameters);

/* The first value of a name; NULL if it is not there. */
const char *parameters_get(const struct parameters *parameters, const char *name);

#endif
