/* Actions on the deliveries of an order and their parcels. */
#ifndef ORDER_ORDER_DELIVERIES_PRIV_H
#define ORDER_ORDER_DELIVERIES_PRIV_H

#include "document/shape.h"
#include "kind/update.h"
#include "order_part_priv.h"

extern const struct shape DELIVERY_DRAFT;
extern const struct shape ADD_PARCEL_INPUT;
extern const struct shape DELIVERY_ITEM;
extern const struct shape PARCEL_MEASUREMENTS;
extern const struct shape TRACKING_DATA;

/* The input is a document with the members of a delivery, its key called `deliveryKey`. */
apply_fn order_delivery_add;
apply_fn order_delivery_remove;
apply_fn order_parcel_add;
apply_fn order_parcel_remove;

/* Set row->field of a delivery, or of a parcel, to the value; the input is a struct part_value. */
apply_fn order_delivery_set;
apply_fn order_parcel_set;

apply_fn order_delivery_set_type;
apply_fn order_delivery_set_field;
apply_fn order_parcel_set_type;
apply_fn order_parcel_set_field;

#endif
