/* The groups that a customer is assigned to: for the table in customer_actions.c. */
#ifndef CUSTOMER_CUSTOMER_GROUP_ACTIONS_PRIV_H
#define CUSTOMER_CUSTOMER_GROUP_ACTIONS_PRIV_H

#include "kind/update.h"

/* Inputs: documents with the assignments, one of them, or the group. */
apply_fn assignments_set;
apply_fn assignments_add;
apply_fn assignments_remove;

#endif
