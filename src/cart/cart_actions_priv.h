/* The update actions of carts, and what their two files share. */
#ifndef CART_CART_ACTIONS_PRIV_H
#define CART_CART_ACTIONS_PRIV_H

#include <jansson.h>

#include "cart/cart_refresh.h"
#include "document/shape.h"
#include "kind/update.h"

struct op;

/* The refresh that an update ends with: one that `recalculate` may ask for more. */
struct cart_refresh cart_refresh_wanted(const struct update_input *input);

/* Actions on lines. `row->field` says on which: `lineItems` or `customLineItems`. */
apply_fn cart_apply_line_shipping_delta;
apply_fn cart_change_line_quantity;
apply_fn cart_remove_line;
apply_fn cart_set_line_custom_field;
apply_fn cart_set_line_custom_type;
apply_fn cart_set_line_shipping_details;
apply_fn cart_set_line_tax_rate;
apply_fn cart_set_line_tax_amount;

/* On line items, on custom ones. */
apply_fn cart_add_line_item;
apply_fn cart_add_shopping_list;
apply_fn cart_change_line_items_order;
apply_fn cart_set_line_distribution_channel;
apply_fn cart_set_line_supply_channel;
apply_fn cart_set_line_inventory_mode;
apply_fn cart_set_line_price;
apply_fn cart_set_line_total_price;
apply_fn cart_add_custom_line_item;
apply_fn cart_change_custom_line_money;
apply_fn cart_change_custom_line_price_mode;

/* On custom fields of addresses; `row->field` says of which. */
apply_fn cart_set_address_custom_type;
apply_fn cart_set_address_custom_field;

/* The inputs of the last two: of addresses by key, of one address. */
extern const struct shape KEYED_CUSTOM_TYPE_INPUT;
extern const struct shape KEYED_CUSTOM_FIELD_INPUT;
extern const struct shape PLAIN_CUSTOM_TYPE_INPUT;
extern const struct shape PLAIN_CUSTOM_FIELD_INPUT;

#endif
