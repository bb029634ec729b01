/* The functions of rules. Source: API docs, "Cart predicates". */
#include "rule_function_priv.h"

#include <string.h>

/* name, kind, what the argument is about, type of the result, needs no argument, depends on taxes */
static const struct rule_function FUNCTIONS[] = {
	{ "customLineItemCount",      RULE_COUNT,       RULE_OF_CUSTOM_LINE_ITEM, RULE_TYPE_NUMBER },
	{ "customLineItemExists",     RULE_EXISTS,      RULE_OF_CUSTOM_LINE_ITEM, RULE_TYPE_BOOLEAN },
	{ "customLineItemGrossTotal", RULE_GROSS_TOTAL, RULE_OF_CUSTOM_LINE_ITEM, RULE_TYPE_MONEY, false, true },
	{ "customLineItemNetTotal",   RULE_NET_TOTAL,   RULE_OF_CUSTOM_LINE_ITEM, RULE_TYPE_MONEY, false, true },
	{ "customLineItemTotal",      RULE_TOTAL,       RULE_OF_CUSTOM_LINE_ITEM, RULE_TYPE_MONEY },
	{ "forAllCustomLineItems",    RULE_FOR_ALL,     RULE_OF_CUSTOM_LINE_ITEM, RULE_TYPE_BOOLEAN },
	{ "forAllLineItems",          RULE_FOR_ALL,     RULE_OF_LINE_ITEM,        RULE_TYPE_BOOLEAN },
	{ "lineItemCount",            RULE_COUNT,       RULE_OF_LINE_ITEM,        RULE_TYPE_NUMBER },
	{ "lineItemExists",           RULE_EXISTS,      RULE_OF_LINE_ITEM,        RULE_TYPE_BOOLEAN },
	{ "lineItemGrossTotal",       RULE_GROSS_TOTAL, RULE_OF_LINE_ITEM,        RULE_TYPE_MONEY, false, true },
	{ "lineItemNetTotal",         RULE_NET_TOTAL,   RULE_OF_LINE_ITEM,        RULE_TYPE_MONEY, false, true },
	{ "lineItemTotal",            RULE_TOTAL,       RULE_OF_LINE_ITEM,        RULE_TYPE_MONEY },
	{ "shippingInfoExists",       RULE_EXISTS,      RULE_OF_SHIPPING,         RULE_TYPE_BOOLEAN, true },
};

const struct rule_function *rule_function_find(const char *name)
{
	for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
		if (strcmp(FUNCTIONS[i].name, name) == 0)
			return &FUNCTIONS[i];
	return NULL;
}
