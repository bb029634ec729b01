/* Update actions of carts that change their addresses, and the custom fields of those. */
#ifndef CART_CART_ADDRESS_ACTIONS_PRIV_H
#define CART_CART_ADDRESS_ACTIONS_PRIV_H

#include "document/shape.h"
#include "kind/update.h"

apply_fn cart_address_set_billing;
apply_fn cart_address_set_shipping;

/* On addresses of items. */
apply_fn cart_address_add_item;
apply_fn cart_address_remove_item;
apply_fn cart_address_update_item;

/* On custom fields; `row->field` says of which address, or addresses. */
apply_fn cart_address_set_type;
apply_fn cart_address_set_field;

/* The inputs of the last two: of addresses by key, of one address. */
extern const struct shape KEYED_CUSTOM_TYPE_INPUT;
extern const struct shape KEYED_CUSTOM_FIELD_INPUT;
extern const struct shape PLAIN_CUSTOM_TYPE_INPUT;
extern const struct shape PLAIN_CUSTOM_FIELD_INPUT;

#endif
