/* Rules in drafts and update actions. */
#ifndef PRICING_RULE_ACTION_PRIV_H
#define PRICING_RULE_ACTION_PRIV_H

#include "kind/update.h"
#include "pricing/rule.h"

/* Sets the member `row->field`, a rule about the subject that row->argument points to; "" removes one that may be
 * absent. */
apply_fn action_set_rule;

/* What row->argument is. */
extern const enum rule_subject RULE_ABOUT_CART;
extern const enum rule_subject RULE_ABOUT_PRICE;

#endif
