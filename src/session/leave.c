#include "session/leave.h"

#include <string.h>

#include "cart/cart.h"
#include "db/db.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/save.h"

/* Columns of resource_ids_after(). */
enum { ID };

/* What one step changes at most, so that others need not wait long for the writer. */
enum { STEP_CARTS = 200, STEP_BYTES = 1000 * 1000 };

static bool leave_cart(struct op *op, const char *id, size_t *bytes)
{
	struct resource *cart = resource_get(op, &CART_KIND, id);

	if (!cart)
		return false;
	json_object_del(cart->doc, "customerId");
	resource_touch(cart);
	if (!resource_save(op, cart))
		return false;
	*bytes += strlen(cart->text);
	return true;
}

bool customer_leave(struct op *op, const char *customer_id, bool *ret_is_end)
{
	size_t bytes = 0;
	int carts = 0;
	struct db_row *row;

	/* What is behind belongs to nobody any more, so each page is the first. */
	do {
		if (!resource_ids_after(op, &CART_KIND, "customerId", customer_id, "", &row))
			return false;
		for (struct db_row *next = row; next && carts < STEP_CARTS && bytes < STEP_BYTES;
		     next = next->next, carts++)
			if (!leave_cart(op, next->columns[ID].text, &bytes))
				return false;
	} while (row && carts < STEP_CARTS && bytes < STEP_BYTES);
	*ret_is_end = !row;
	return true;
}
