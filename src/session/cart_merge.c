#include "session/cart_merge.h"

#include <string.h>

#include "base/op.h"
#include "cart/custom_line_item.h"
#include "cart/line_item.h"
#include "document/doc.h"
#include "kind/store_references.h"
#include "money/money.h"
#include "resource/lookup.h"

/* May they be merged? */

static bool same_currency(const json_t *target, const json_t *source)
{
	const char *one = money_currency(json_object_get(target, "totalPrice"));
	const char *other = money_currency(json_object_get(source, "totalPrice"));

	return one && other && strcmp(one, other) == 0;
}

bool cart_merge_obstacle(struct op *op, const json_t *target, const json_t *source,
                         const char **ret_obstacle)
{
	const json_t *reference =
		json_object_get(json_object_get(source, "shippingInfo"), "shippingMethod");
	const json_t *method;

	*ret_obstacle = NULL;
	if (!lookup_reference(op, reference, &method))
		return false;
	if (!same_currency(target, source))
		*ret_obstacle = "Carts of different currencies cannot be merged.";
	else if (reference && !doc_true(method, "active"))
		*ret_obstacle = "The shipping method of the anonymous cart is not active.";
	else if (reference && !stores_allow(method, source))
		*ret_obstacle = "The shipping method of the anonymous cart is for another store.";
	return true;
}

/* Which line is which? */

static bool same_variant(const json_t *one, const json_t *other)
{
	return !line_is_gift(one) && doc_same(one, other, "productId") &&
	       doc_same(json_object_get(one, "variant"), json_object_get(other, "variant"), "id");
}

static bool same_wishes(const json_t *one, const json_t *other)
{
	return doc_same(one, other, "supplyChannel") && doc_same(one, other, "distributionChannel") &&
	       doc_same(one, other, "custom");
}

/* A list of lines, and what makes two of them one. */
struct line_list {
	const char *member;
	bool (*is_match)(const json_t *one, const json_t *other);
	bool (*is_best)(const json_t *one, const json_t *other); /* NULL: any match will do */
	const char *unique;                                      /* a member that no two lines have alike */
};

static const struct line_list LINE_ITEMS = { "lineItems", same_variant, same_wishes, NULL };
static const struct line_list CUSTOM_LINE_ITEMS = { "customLineItems", custom_line_items_equal, NULL,
	                                                "slug" };

/* Is there another thing's line with what only one may have? */
static bool is_taken(const struct line_list *list, const json_t *lines, const json_t *line)
{
	return list->unique && doc_find(lines, list->unique, doc_text(line, list->unique), NULL);
}

/* The line that stands for the same: the one with the key, else the first, one with the same wishes
 * going before others. -1: none. *ret_clash: the key, or the slug, is that of another thing's line. */
static long find_match(const struct line_list *list, const json_t *lines, const json_t *line,
                       bool *ret_clash)
{
	const char *key = doc_text(line, "key");
	size_t with_key;
	long found = -1;

	*ret_clash = false;
	if (key && doc_find(lines, "key", key, &with_key)) {
		*ret_clash = !list->is_match(json_array_get(lines, with_key), line);
		return *ret_clash ? -1 : (long)with_key;
	}
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *other = json_array_get(lines, i);

		if (!list->is_match(other, line))
			continue;
		if (!list->is_best || list->is_best(other, line))
			return (long)i;
		if (found < 0)
			found = (long)i;
	}
	*ret_clash = found < 0 && is_taken(list, lines, line);
	return found;
}

/* Merging */

/* The line of the target goes on with all it has, except how many there are and where they go. */
static bool take_larger(struct op *op, json_t *target, const struct line_list *list, size_t index,
                        const json_t *line)
{
	json_t *kept = json_array_get(json_object_get(target, list->member), index);

	if (doc_int(kept, "quantity") >= doc_int(line, "quantity"))
		return true;
	doc_set(kept, "shippingDetails",
	        keep(op, json_deep_copy(json_object_get(line, "shippingDetails"))));
	return line_set_quantity(op, target, list->member, index, doc_int(line, "quantity"));
}

static bool merge_line(struct op *op, json_t *target, const struct line_list *list,
                       const json_t *line)
{
	json_t *lines = json_object_get(target, list->member);
	bool is_clash;
	long index = find_match(list, lines, line, &is_clash);

	if (index >= 0)
		return take_larger(op, target, list, (size_t)index, line);
	if (!is_clash)
		json_array_append(lines, line_item_copy(op, keep(op, json_deep_copy(line))));
	return true;
}

static bool merge_lines(struct op *op, json_t *target, const json_t *source,
                        const struct line_list *list)
{
	const json_t *lines = json_object_get(source, list->member);

	for (size_t i = 0; i < json_array_size(lines); i++)
		if (!line_is_gift(json_array_get(lines, i)) &&
		    !merge_line(op, target, list, json_array_get(lines, i)))
			return false;
	return true;
}

static void merge_addresses(json_t *target, const json_t *source)
{
	json_t *addresses = json_object_get(target, "itemShippingAddresses");
	size_t index;
	json_t *address;

	json_array_foreach(json_object_get(source, "itemShippingAddresses"), index, address)
		if (!doc_find(addresses, "key", doc_text(address, "key"), NULL))
			json_array_append_new(addresses, json_deep_copy(address));
}

bool cart_merge(struct op *op, json_t *target, const json_t *source)
{
	merge_addresses(target, source);
	return merge_lines(op, target, source, &LINE_ITEMS) &&
	       merge_lines(op, target, source, &CUSTOM_LINE_ITEMS);
}
