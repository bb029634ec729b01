/* The addresses of a customer, what they are for, and their custom fields: for the table in
 * customer_actions.c. */
#ifndef CUSTOMER_CUSTOMER_ADDRESS_ACTIONS_PRIV_H
#define CUSTOMER_CUSTOMER_ADDRESS_ACTIONS_PRIV_H

#include "document/shape.h"
#include "kind/update.h"

apply_fn address_add;
apply_fn address_change;
apply_fn address_remove;

/* What an address is for: row->field is `shipping` or `billing`. */
apply_fn address_set_default;
apply_fn address_add_role;
apply_fn address_remove_role;

apply_fn address_set_custom_type;
apply_fn address_set_custom_field;

/* Inputs: which address; that and what takes its place; a new one. */
extern const struct shape ADDRESS_REF;
extern const struct shape ADDRESS_CHANGE;
extern const struct shape ADDRESS_ADDED;
extern const struct shape ADDRESS_CUSTOM_TYPE;
extern const struct shape ADDRESS_CUSTOM_FIELD;

#endif
