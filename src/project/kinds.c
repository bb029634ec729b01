#include "project/kinds.h"

#include "cart/cart.h"
#include "cart/shopping_list.h"
#include "catalog/category.h"
#include "catalog/product.h"
#include "catalog/product_projection.h"
#include "catalog/product_type.h"
#include "catalog/standalone_price.h"
#include "customer/customer.h"
#include "customer/customer_group.h"
#include "inventory/inventory_entry.h"
#include "kind/type.h"
#include "order/order.h"
#include "order/payment.h"
#include "pricing/cart_discount.h"
#include "pricing/discount_code.h"
#include "pricing/product_discount.h"
#include "pricing/shipping_method.h"
#include "store/channel.h"
#include "store/store.h"
#include "store/tax_category.h"
#include "store/zone.h"

const struct resource_kind *const KINDS[] = {
	&CART_KIND,
	&CART_DISCOUNT_KIND,
	&CATEGORY_KIND,
	&CHANNEL_KIND,
	&CUSTOMER_KIND,
	&CUSTOMER_GROUP_KIND,
	&DISCOUNT_CODE_KIND,
	&INVENTORY_ENTRY_KIND,
	&ORDER_KIND,
	&PAYMENT_KIND,
	&PRODUCT_KIND,
	&PRODUCT_DISCOUNT_KIND,
	&PRODUCT_PROJECTION_KIND,
	&STAGED_PRODUCT_PROJECTION_KIND,
	&PRODUCT_TYPE_KIND,
	&SHIPPING_METHOD_KIND,
	&STANDALONE_PRICE_KIND,
	&SHOPPING_LIST_KIND,
	&STORE_KIND,
	&TAX_CATEGORY_KIND,
	&TYPE_KIND,
	&ZONE_KIND,
	NULL,
};
