/* Actions on the deliveries and returns of an order, for its table of actions. */
#ifndef ORDER_ORDER_PRIV_H
#define ORDER_ORDER_PRIV_H

#include "kind/part.h"
#include "kind/update.h"

/* A part of an order and a value for it. */
struct part_value {
	struct part_reference part;
	json_t               *value;
};

extern const struct shape DELIVERY_DRAFT;
extern const struct shape ADD_PARCEL_INPUT;
extern const struct shape DELIVERY_ITEM;
extern const struct shape PARCEL_MEASUREMENTS;
extern const struct shape TRACKING_DATA;
extern const struct shape RETURN_INFO_DRAFT;
extern const char *const RETURN_SHIPMENT_STATES[];
extern const char *const RETURN_PAYMENT_STATES[];

/* The input is a document with the members of a delivery, its key called `deliveryKey`. */
apply_fn order_add_delivery;
apply_fn order_remove_delivery;
/* Sets row->field of a delivery, or of a parcel, to the value. */
apply_fn order_set_delivery_member;
apply_fn order_set_parcel_member;
apply_fn order_add_parcel;
apply_fn order_remove_parcel;
apply_fn order_set_delivery_custom_type;
apply_fn order_set_delivery_custom_field;
apply_fn order_set_parcel_custom_type;
apply_fn order_set_parcel_custom_field;

apply_fn order_add_return_info;
apply_fn order_set_return_info;
/* Sets row->field, a state, of a returned item. */
apply_fn order_set_return_state;

#endif
