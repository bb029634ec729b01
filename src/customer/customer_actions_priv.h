/* The actions of a trusted client with a logic of their own, for the table in customer_actions.c. */
#ifndef CUSTOMER_CUSTOMER_ACTIONS_PRIV_H
#define CUSTOMER_CUSTOMER_ACTIONS_PRIV_H

#include "kind/update.h"

/* Documents with the assignments or the group. */
apply_fn customer_set_group_assignments;
apply_fn customer_add_group_assignment;
apply_fn customer_remove_group_assignment;

/* The custom fields of an address, and their inputs. */
apply_fn customer_set_address_custom_type;
apply_fn customer_set_address_custom_field;
extern const struct shape ADDRESS_CUSTOM_TYPE_INPUT;
extern const struct shape ADDRESS_CUSTOM_FIELD_INPUT;

apply_fn customer_set_authentication_mode;
extern const struct shape AUTHENTICATION_INPUT;

#endif
