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

/* Columns of resource_ids_after(). */
enum { ID };

/* What one step gives at most, so that others need not wait long for the writer. */
enum { STEP_DOCUMENTS = 200, STEP_BYTES = 1000 * 1000 };

/* A step on its way. */
struct step {
	struct hand_over_place *place;
	int                     documents;
	size_t                  bytes;
};

static bool is_full(const struct step *step)
{
	return step->documents >= STEP_DOCUMENTS || step->bytes >= STEP_BYTES;
}

static bool takes_part(const struct hand_over *what, const struct resource *resource)
{
	const char *key = doc_text(json_object_get(resource->doc, "store"), "key");

	return !what->store_key || (key && strcmp(key, what->store_key) == 0);
}

static bool give_one(struct op *op, const struct resource_kind *kind, const struct hand_over *what,
                     const char *id, struct step *step)
{
	struct resource *resource = resource_get(op, kind, id);

	if (!resource)
		return false;
	step->documents++;
	if (!takes_part(what, resource))
		return true;
	if (kind == &CART_KIND)
		step->place->gave_carts = true;
	kind->give(resource->doc, what->customer);
	resource_touch(resource);
	if (!resource_save(op, resource))
		return false;
	step->bytes += strlen(resource->text);
	return true;
}

static bool is_excepted(const struct hand_over *what, const char *id)
{
	return what->except_id && strcmp(id, what->except_id) == 0;
}

/* Gives what there is of a kind after the place, as far as the step goes. */
static bool give_all(struct op *op, const struct resource_kind *kind, const struct hand_over *what,
                     struct step *step)
{
	struct hand_over_place *place = step->place;
	struct db_row *row;

	do {
		if (!resource_ids_after(op, kind, "anonymousId", what->anonymous_id, place->after_id, &row))
			return false;
		for (struct db_row *next = row; next && !is_full(step); next = next->next) {
			place->after_id = next->columns[ID].text;
			if (!is_excepted(what, place->after_id) &&
			    !give_one(op, kind, what, place->after_id, step))
				return false;
		}
	} while (row && !is_full(step));
	return true;
}

bool hand_over(struct op *op, const struct hand_over *what, struct hand_over_place *place)
{
	const struct resource_kind *const *kinds = kinds_all(op);
	struct step step = { .place = place };

	for (; kinds[place->kind]; place->kind++, place->after_id = "") {
		const struct resource_kind *kind = kinds[place->kind];

		if (!kind->give || (what->only && what->only != kind))
			continue;
		if (!give_all(op, kind, what, &step))
			return false;
		if (is_full(&step))
			return true;
	}
	place->is_end = true;
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
