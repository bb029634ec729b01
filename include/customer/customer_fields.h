/* What predicates and sort may name of a customer. */
#ifndef CUSTOMER_CUSTOMER_FIELDS_H
#define CUSTOMER_CUSTOMER_FIELDS_H

struct fields;

extern const struct fields CUSTOMER_FIELDS;

/* `Password` and `ExternalAuth`; ends with NULL. */
extern const char *const AUTHENTICATION_MODES[];

#endif
