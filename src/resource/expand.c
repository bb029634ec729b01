#include "resource/expand.h"

#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/caller.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "resource/stored.h"

enum {
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
static bool expand_reference(struct op *op, json_t *value)
{
	const char *type_id = doc_text(value, "typeId");
	const char *id = doc_text(value, "id");
	const struct resource_kind *kind = type_id && id ? kind_find(op, type_id) : NULL;
	const char *text;
	size_t bytes;

	if (!kind || json_object_get(value, "obj"))
		return true;
	if (!resource_text(op, kind, id, &text, &bytes))
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

/* Goes on with the rest of the path, through at most MAX_REFERENCES. */
static bool walk(struct op *op, json_t *value, const char *path, int references);

static bool arrive(struct op *op, json_t *value, const char *rest, int references)
{
	if (op->expanded == MAX_STEPS)
		return true;
	op->expanded++;
	if (!expand_reference(op, value))
		return false;
	json_t *target = json_object_get(value, "obj");

	if (!*rest)
		return true;
	return target ? walk(op, target, rest, references + 1) : walk(op, value, rest, references);
}

static bool walk(struct op *op, json_t *value, const char *path, int references)
{
	struct segment segment;
	const char *rest = references < MAX_REFERENCES ? cut_segment(path, &segment) : NULL;

	if (!rest)
		return true;
	json_t *member = json_object_getn(value, segment.name, segment.bytes);

	if (segment.index == NONE)
		return !json_is_object(member) || arrive(op, member, rest, references);
	if (segment.index != ALL)
		return arrive(op, json_array_get(member, (size_t)segment.index), rest, references);
	for (size_t i = 0; i < json_array_size(member); i++)
		if (!arrive(op, json_array_get(member, i), rest, references))
			return false;
	return true;
}

/* Is it this name? */
static bool is_named(const struct segment *segment, const char *name)
{
	return strlen(name) == segment->bytes && strncmp(name, segment->name, segment->bytes) == 0;
}

static bool show_in(struct op *op, const struct shown_member *shown, const json_t *list, long index)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *part = json_array_get(list, i);

		if ((index == ALL || (size_t)index == i) && !json_object_get(part, shown->member) &&
		    !shown->show(op, part, shown->member))
			return false;
	}
	return true;
}

/* Adds what the document shows only because the path names it. */
static bool show(struct op *op, const struct shown_member *shown, const json_t *doc,
                 const char *path)
{
	struct segment list;
	struct segment member;
	const char *rest = cut_segment(path, &list);

	if (!rest || !*rest || list.index == NONE || !cut_segment(rest, &member))
		return true;
	for (; shown->list; shown++)
		if (is_named(&list, shown->list) && is_named(&member, shown->member) &&
		    !show_in(op, shown, json_object_get(doc, shown->list), list.index))
			return false;
	return true;
}

bool expand_shown(struct op *op, const struct resource_kind *kind, json_t *doc,
                  const char *const *paths, size_t count)
{
	const struct shown_member *shown = kind ? kind->shown : NULL;

	for (size_t i = 0; shown && i < count; i++)
		if (!show(op, shown, doc, paths[i]))
			return false;
	return true;
}

bool expand(struct op *op, json_t *doc, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!walk(op, doc, paths[i], 0))
			return false;
	return true;
}
