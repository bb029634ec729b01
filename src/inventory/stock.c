/* Takes what is ordered out of stock, all of it or nothing. */
#include "inventory/stock.h"

#include <string.h>

#include "base/arena.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "document/doc.h"
#include "inventory/inventory_entry.h"
#include "inventory/inventory_entry_actions.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/save.h"

/* What is taken from one entry, by any number of lines. */
struct demand {
	struct resource *entry;
	int64_t          quantity;
};

/* The demands of an order, and what cannot be had. */
struct taking {
	struct op     *op;
	const json_t  *order;
	struct demand *demands;    /* room for one a line */
	size_t         count;
	json_t        *line_ids;   /* of what is out of stock */
	json_t        *skus;
};

static const char *mode_of(const json_t *order, const json_t *line)
{
	const char *mode = doc_text(line, "inventoryMode");

	if (!mode)
		mode = doc_text(order, "inventoryMode");
	return mode ? mode : "None";
}

static bool is_tracked(const json_t *order, const json_t *line)
{
	return strcmp(mode_of(order, line), "None") != 0;
}

static const char *sku_of(const json_t *line)
{
	return doc_text(json_object_get(line, "variant"), "sku");
}

/* *ret_id NULL: there is no entry for the line. */
static bool entry_of_line(struct op *op, const json_t *line, const char **ret_id)
{
	const char *sku = sku_of(line);

	*ret_id = NULL;
	return !sku || inventory_entry_id(op, sku, json_object_get(line, "supplyChannel"), ret_id);
}

static void refuse(struct taking *taking, const json_t *line)
{
	json_t *sku = json_object_get(json_object_get(line, "variant"), "sku");

	json_array_append(taking->line_ids, json_object_get(line, "id"));
	if (sku)
		json_array_append(taking->skus, sku);
}

/* The demand on an entry; NULL: recorded. */
static struct demand *demand_of(struct taking *taking, const char *entry_id)
{
	struct resource *entry;

	for (size_t i = 0; i < taking->count; i++)
		if (strcmp(taking->demands[i].entry->id, entry_id) == 0)
			return &taking->demands[i];
	if (!resource_find(taking->op, &INVENTORY_ENTRY_KIND, entry_id, &entry))
		return NULL;
	struct demand *demand = &taking->demands[taking->count++];

	*demand = (struct demand){ .entry = entry };
	return demand;
}

/* What is tracked only may be sold out, and what comes again, too. */
static bool may_be_missing(const struct taking *taking, const json_t *line, const json_t *entry)
{
	return strcmp(mode_of(taking->order, line), "TrackOnly") == 0 ||
	       doc_has(entry, "restockableInDays");
}

static bool add_line(struct taking *taking, const json_t *line)
{
	int64_t quantity = doc_int(line, "quantity");
	int64_t sum;
	const char *entry_id;

	if (!is_tracked(taking->order, line))
		return true;
	if (!entry_of_line(taking->op, line, &entry_id))
		return false;
	struct demand *demand = entry_id ? demand_of(taking, entry_id) : NULL;

	if (entry_id && !demand)
		return false;
	if (!demand || __builtin_add_overflow(demand->quantity, quantity, &sum) ||
	    (sum > doc_int(demand->entry->doc, "availableQuantity") &&
	     !may_be_missing(taking, line, demand->entry->doc)))
		refuse(taking, line);
	else
		demand->quantity = sum;
	return true;
}

static bool take_all(const struct taking *taking)
{
	struct op *op = taking->op;

	for (size_t i = 0; i < taking->count; i++)
		if (!inventory_entry_change_stock(op, taking->demands[i].entry,
		                                  -taking->demands[i].quantity) ||
		    !resource_save(op, taking->demands[i].entry))
			return false;
	return true;
}

bool stock_take(struct op *op, const json_t *order)
{
	const json_t *lines = json_object_get(order, "lineItems");
	struct taking taking = {
		.op = op,
		.order = order,
		.demands = arena_alloc(op->arena, (json_array_size(lines) + 1) * sizeof(struct demand)),
		.line_ids = keep(op, json_array()),
		.skus = keep(op, json_array()),
	};

	for (size_t i = 0; i < json_array_size(lines); i++)
		if (!add_line(&taking, json_array_get(lines, i)))
			return false;
	if (json_array_size(taking.line_ids))
		return fail_out_of_stock(op, taking.line_ids, taking.skus);
	return take_all(&taking);
}

bool stock_put_back(struct op *op, const json_t *order, const json_t *line, int64_t quantity)
{
	struct resource *entry;
	const char *entry_id;

	if (!is_tracked(order, line))
		return true;
	if (!entry_of_line(op, line, &entry_id))
		return false;
	if (!entry_id)
		return true;
	return resource_find(op, &INVENTORY_ENTRY_KIND, entry_id, &entry) &&
	       inventory_entry_change_stock(op, entry, quantity) && resource_save(op, entry);
}

bool stock_check_limits(struct op *op, const json_t *line)
{
	int64_t quantity = doc_int(line, "quantity");
	const json_t *entry = NULL;
	const char *entry_id;

	if (!entry_of_line(op, line, &entry_id) ||
	    (entry_id && !lookup(op, &INVENTORY_ENTRY_KIND, entry_id, &entry)))
		return false;
	if (doc_has(entry, "minCartQuantity") && quantity < doc_int(entry, "minCartQuantity"))
		return fail_quantity_below_limit(op, quantity, doc_int(entry, "minCartQuantity"),
		                                 doc_text(line, "id"));
	if (doc_has(entry, "maxCartQuantity") && quantity > doc_int(entry, "maxCartQuantity"))
		return fail_quantity_above_limit(op, quantity, doc_int(entry, "maxCartQuantity"),
		                                 doc_text(line, "id"));
	return true;
}
