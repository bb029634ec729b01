#include "pricing/discount_code_use.h"

#include "base/arena.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/registry.h"

/* The id of a code; an order has only codes that took something off. */
static const char *applied_code(const json_t *order, size_t index)
{
	const json_t *info = json_array_get(json_object_get(order, "discountCodes"), index);

	return doc_text(json_object_get(info, "discountCode"), "id");
}

void discount_code_values(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	for (size_t i = 0; i < json_array_size(json_object_get(doc, "discountCodes")); i++)
		if (applied_code(doc, i))
			json_array_append_new(values, json_string(applied_code(doc, i)));
}

static const char *of_customer(struct op *op, const char *code_id, const char *customer_id)
{
	return arena_printf(op->arena, "%s/%s", code_id, customer_id);
}

void discount_code_of_customer_values(struct op *op, const json_t *doc, json_t *values)
{
	const char *customer_id = doc_text(doc, "customerId");

	for (size_t i = 0; i < json_array_size(json_object_get(doc, "discountCodes")); i++)
		if (customer_id && applied_code(doc, i))
			json_array_append_new(values,
			                      json_string(of_customer(op, applied_code(doc, i), customer_id)));
}

/* Is the number of orders with this value below the limit that a member of the code sets? */
static bool is_below(struct op *op, const json_t *code, const char *limit, const char *field,
                     const char *value, bool *ret_is_left)
{
	const struct resource_kind *orders = kind_find(op, "order");
	int64_t count = 0;

	if (!doc_has(code, limit))
		return true;
	if (orders && !resource_count(op, orders, field, value, &count))
		return false;
	*ret_is_left = count < doc_int(code, limit);
	return true;
}

bool discount_code_is_left(struct op *op, const json_t *code, const json_t *cart, bool *ret_is_left)
{
	const char *id = doc_text(code, "id");
	const char *customer_id = doc_text(cart, "customerId");

	*ret_is_left = true;
	if (!is_below(op, code, "maxApplications", "discountCodeId", id, ret_is_left))
		return false;
	return !*ret_is_left || !customer_id ||
	       is_below(op, code, "maxApplicationsPerCustomer", "discountCodeOfCustomer",
	                of_customer(op, id, customer_id), ret_is_left);
}
