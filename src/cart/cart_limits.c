#include "cart/cart_limits.h"

#include <jansson.h>

#include "base/error.h"
#include "base/op.h"

bool line_check_quantity(struct op *op, int64_t quantity, int64_t least)
{
	return (quantity >= least && quantity <= MAX_LINE_QUANTITY) ||
	       fail_invalid_field(op, "quantity", keep(op, json_integer(quantity)), NULL);
}
