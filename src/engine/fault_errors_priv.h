/* Errors of the table, raised because somebody asked for them. */
#ifndef ENGINE_FAULT_ERRORS_PRIV_H
#define ENGINE_FAULT_ERRORS_PRIV_H

#include <stdbool.h>

struct exchange;

/* Records the error of a code with the members that it has on the wire. Returns false. */
bool fault_fail(struct exchange *exchange, const char *code);

#endif
