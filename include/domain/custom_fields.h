/* Custom types and fields of a resource. */
#ifndef DOMAIN_CUSTOM_FIELDS_H
#define DOMAIN_CUSTOM_FIELDS_H

#include <stdbool.h>

#include <jansson.h>

struct custom_draft;
struct op;
struct resource;

/* Gives the resource a type with these fields; its old fields go. False: recorded. */
bool custom_set_type(struct op *op, struct resource *resource, const struct custom_draft *draft);

/* Sets one field; a NULL value removes it. False: recorded. */
bool custom_set_field(struct op *op, struct resource *resource, const char *name, json_t *value);

#endif
