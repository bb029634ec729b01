#include "api/orders.h"

#include "api/listing.h"
#include "base/op.h"
#include "kind/update.h"
#include "order/order.h"
#include "order/order_create.h"
#include "resource/save.h"

struct body orders_create(struct op *op, const struct call *call)
{
	return resource_body(op, call, order_create(op, call->input));
}

struct body orders_get_by_number(struct op *op, const struct call *call)
{
	return resource_body(op, call, order_get_by_number(op, call->argument));
}

struct body orders_update_by_number(struct op *op, const struct call *call)
{
	struct resource *order = order_get_by_number(op, call->argument);

	if (!order || !resource_update(op, order, call->input) ||
	    !resource_save_updated(op, order, call->input))
		return NO_BODY;
	return resource_body(op, call, order);
}

static struct resource *load_by_number(struct op *op, const struct call *call)
{
	return order_get_by_number(op, call->argument);
}

struct body orders_delete_by_number(struct op *op, const struct call *call)
{
	return delete_loaded(op, call, load_by_number);
}
