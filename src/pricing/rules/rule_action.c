/* Setting rules: nothing is set that is no rule. */
#include "rule_action_priv.h"

#include "document/doc.h"
#include "kind/member_actions.h"

const enum rule_subject RULE_ABOUT_CART = RULE_OF_CART;
const enum rule_subject RULE_ABOUT_PRICE = RULE_OF_PRICE;

bool action_set_rule(struct op *op, struct resource *resource, const struct update_action *row,
                     const void *input)
{
	const enum rule_subject *subject = row->argument;
	const char *text = doc_text(input, row->field);
	bool is_required = row->input->fields->need == REQUIRED;

	if (text && *text && !rule_check(op, row->field, text, *subject, NULL))
		return false;
	return is_required ? action_change_member(op, resource, row, input)
	                   : action_set_member(op, resource, row, input);
}
