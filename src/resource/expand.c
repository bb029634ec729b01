#include "resource/expand.h"

#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/arena.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/caller.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "resource/stored.h"

enum {
	WALK_UNITS = 5,  /* a segment of a path */
	MAX_REFERENCES = 10, /* one behind the other */
	MAX_STEPS = 50000,  /* of all paths through one answer: lists that refer to lists multiply */
	ALL = -1,
	NONE = -2
};

/* One segment of a path: `name`, `name[*]`, `name[3]`. */
struct segment {
	const char *name;
	size_t      bytes;
	long        index;  /* which element; ALL; NONE: no brackets */
};

/* Cuts off the first segment. NULL: it has no sensible form. */
static const char *cut_segment(const char *path, struct segment *ret_segment)
{
	size_t bytes = strcspn(path, ".[");
	const char *at = path + bytes;

	*ret_segment = (struct segment){ path, bytes, NONE };
	if (strncmp(at, "[*]", 3) == 0) {
		ret_segment->index = ALL;
		at += 3;
	} else if (*at == '[') {
		size_t digits = strspn(at + 1, "0123456789");

		if (!digits || digits > 6 || at[1 + digits] != ']')
			return NULL;
		ret_segment->index = strtol(at + 1, NULL, 10);
		at += digits + 2;
	}
	if (!bytes || (*at && *at != '.'))
		return NULL;
	return *at ? at + 1 : at;
}

/* Does the document exist for who asks? A shopper's token sees under every path only what it owns, of
 * what somebody owns: a product that anyone may read may refer to a customer. */
static bool exists(struct op *op, const struct resource_kind *kind, const json_t *doc)
{
	const struct caller *caller = op->caller;
	const bool mine = op->mine;

	if (!kind->is_visible)
		return true;
	op->mine = mine || caller->customer_id || caller->anonymous_id;
	bool is_visible = kind->is_visible(op, doc);

	op->mine = mine;
	return is_visible;
}

/* Puts `obj` into a value that is a reference, unless it is there already. */
static bool expand_reference(struct op *op, const struct resource_kind *kind, json_t *value)
{
	const char *id = doc_text(value, "id");
	const char *text;
	size_t bytes;

	if (!kind || !id || json_object_get(value, "obj"))
		return true;
	if (!resource_text(op, kind, id, &text, &bytes) || !op_spend(op, ROW_UNITS + text_units(bytes)))
		return false;
	if (!text)
		return true;
	json_t *target = stored_read(op, text, bytes);

	if (!target || (op->env->show && !op->env->show(op, kind, target)))
		return false;
	if (exists(op, kind, target))
		json_object_set(value, "obj", target);
	return true;
}

/* Where a path has come to. */
struct place {
	const struct resource_kind *kind;       /* of the document; NULL: none */
	bool                        is_picked;  /* an element of it was picked by its number */
	int                         references; /* that were gone through */
};

/* Goes on with the rest of the path, through at most MAX_REFERENCES. */
static bool walk(struct op *op, json_t *value, const char *path, struct place place);

static bool arrive(struct op *op, json_t *value, const char *rest, struct place place)
{
	const char *type_id = doc_text(value, "typeId");
	const struct resource_kind *kind = type_id ? kind_find(op, type_id) : NULL;

	if (op->expanded == MAX_STEPS)
		return true;
	op->expanded++;
	if (!op_spend(op, WALK_UNITS))
		return false;
	if (!expand_reference(op, kind, value))
		return false;
	json_t *target = json_object_get(value, "obj");

	if (!*rest)
		return true;
	return target ? walk(op, target, rest, (struct place){ kind, false, place.references + 1 })
	              : walk(op, value, rest, place);
}

/* The member that a segment names, which may have to be put there. False: recorded. */
static bool find_member(struct op *op, json_t *value, const struct segment *segment,
                        const struct place *place, json_t **ret_member)
{
	*ret_member = json_object_getn(value, segment->name, segment->bytes);
	if (*ret_member || !place->kind || !place->kind->expand || place->is_picked ||
	    !json_is_object(value))
		return true;
	const char *name = arena_strndup(op->arena, segment->name, segment->bytes);

	if (!place->kind->expand(op, value, name))
		return false;
	*ret_member = json_object_get(value, name);
	return true;
}

static bool walk(struct op *op, json_t *value, const char *path, struct place place)
{
	struct segment segment;
	const char *rest = place.references < MAX_REFERENCES ? cut_segment(path, &segment) : NULL;
	json_t *member;

	if (!op_spend(op, WALK_UNITS))
		return false;
	if (!rest)
		return true;
	if (!find_member(op, value, &segment, &place, &member))
		return false;
	if (segment.index == NONE)
		return !json_is_object(member) || arrive(op, member, rest, place);
	if (segment.index != ALL) {
		place.is_picked = true;
		return arrive(op, json_array_get(member, (size_t)segment.index), rest, place);
	}
	for (size_t i = 0; i < json_array_size(member); i++)
		if (!arrive(op, json_array_get(member, i), rest, place))
			return false;
	return true;
}

bool expand(struct op *op, const struct resource_kind *kind, json_t *doc, const char *const *paths,
            size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!walk(op, doc, paths[i], (struct place){ kind, false, 0 }))
			return false;
	return true;
}
