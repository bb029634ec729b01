/* The update actions of a customer. */
#ifndef CUSTOMER_CUSTOMER_ACTIONS_H
#define CUSTOMER_CUSTOMER_ACTIONS_H

#include "kind/update.h"

/* As /me shows them, and as a trusted client sees them. */
extern const struct update_actions MY_CUSTOMER_ACTIONS;
extern const struct update_actions TRUSTED_CUSTOMER_ACTIONS;

#endif
