#include "session/leave.h"

#include "cart/cart.h"
#include "db/db.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/save.h"

/* Columns of resources_with(). */
enum { ID };

bool customer_leave(struct op *op, const char *customer_id)
{
	struct db_row *row;

	if (!resources_with(op, &CART_KIND, "customerId", customer_id, &row))
		return false;
	for (; row; row = row->next) {
		struct resource *cart = resource_get(op, &CART_KIND, row->columns[ID].text);

		if (!cart)
			return false;
		json_object_del(cart->doc, "customerId");
		resource_touch(cart);
		if (!resource_save(op, cart))
			return false;
	}
	return true;
}
