/* Update actions of carts that change their lines. */
#ifndef CART_CART_LINE_ACTIONS_PRIV_H
#define CART_CART_LINE_ACTIONS_PRIV_H

#include "kind/update.h"

/* `row->field` says on which: `lineItems` or `customLineItems`. */
apply_fn cart_line_add_targets;
apply_fn cart_line_change_quantity;
apply_fn cart_line_remove;
apply_fn cart_line_set_field;
apply_fn cart_line_set_type;
apply_fn cart_line_set_details;
apply_fn cart_line_set_tax_rate;
apply_fn cart_line_set_tax_amount;

/* On line items. `row->field` says which channel is set. */
apply_fn cart_line_add;
apply_fn cart_line_add_list;
apply_fn cart_line_change_order;
apply_fn cart_line_set_channel;
apply_fn cart_line_set_inventory;
apply_fn cart_line_set_price;
apply_fn cart_line_set_total_price;

/* On custom line items. */
apply_fn cart_line_add_custom;
apply_fn cart_line_change_money;
apply_fn cart_line_change_price_mode;

#endif
