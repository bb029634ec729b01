#include "session/hand_over.h"

#include <string.h>

#include "base/op.h"
#include "cart/cart.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/registry.h"
#include "resource/save.h"

/* Columns of resources_with(). */
enum { ID };

static bool takes_part(const struct hand_over *what, const struct resource *resource)
{
	const char *key = doc_text(json_object_get(resource->doc, "store"), "key");

	return !what->store_key || (key && strcmp(key, what->store_key) == 0);
}

static bool give_one(struct op *op, const struct resource_kind *kind, const struct hand_over *what,
                     const char *id, bool *ret_any)
{
	struct resource *resource = resource_get(op, kind, id);

	if (!resource)
		return false;
	if (!takes_part(what, resource))
		return true;
	*ret_any = true;
	kind->give(resource->doc, what->customer);
	resource_touch(resource);
	return resource_save(op, resource);
}

static bool give_all(struct op *op, const struct resource_kind *kind, const struct hand_over *what,
                     bool *ret_any)
{
	struct db_row *row;

	if (!resources_with(op, kind, "anonymousId", what->anonymous_id, &row))
		return false;
	for (; row; row = row->next) {
		const char *id = row->columns[ID].text;

		if (what->except_id && strcmp(id, what->except_id) == 0)
			continue;
		if (!give_one(op, kind, what, id, ret_any))
			return false;
	}
	return true;
}

bool hand_over(struct op *op, const struct hand_over *what, bool *ret_carts)
{
	bool ignored = false;

	*ret_carts = false;
	for (const struct resource_kind *const *kind = kinds_all(op); *kind; kind++)
		if ((*kind)->give && (!what->only || what->only == *kind) &&
		    !give_all(op, *kind, what, *kind == &CART_KIND ? ret_carts : &ignored))
			return false;
	return true;
}

bool anonymous_id_owns(struct op *op, const char *anonymous_id, bool *ret_owns)
{
	int64_t count = 0;

	for (const struct resource_kind *const *kind = kinds_all(op); !count && *kind; kind++)
		if ((*kind)->give && !resource_count(op, *kind, "anonymousId", anonymous_id, &count))
			return false;
	*ret_owns = count > 0;
	return true;
}
