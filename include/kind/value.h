/* Values of the types that custom fields and attributes of products have in common. */
#ifndef KIND_VALUE_H
#define KIND_VALUE_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Gives the form in which a value of a type is stored, kept by the arena. `field` is what errors call it. NULL: it does
 * not fit; recorded only if there is more to say than value_refuse() does. */
typedef json_t *value_fn(struct op *op, const json_t *type, json_t *value, const char *field);

/* Records that a value does not fit, with the keys that an enum allows; an InvalidField. Returns false. */
bool value_refuse(struct op *op, const json_t *type, json_t *value, const char *field);

/* Of these, the name says all. */
value_fn value_boolean;
value_fn value_date;
value_fn value_date_time;
value_fn value_localized_text;
value_fn value_money;
value_fn value_number;
value_fn value_text;
value_fn value_time;

/* An array of values of the type's `elementType`, each once; `read` takes that type. The first element that does not
 * fit is recorded. */
json_t *value_set(struct op *op, const json_t *type, json_t *value, const char *field,
                  value_fn *read);

#endif
