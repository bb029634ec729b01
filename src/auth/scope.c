#include "auth/scope.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/nearest.h"
#include "base/op.h"
#include "base/text.h"
#include "resource/caller.h"

/* Of a list that is refused: looking for what was meant costs, and a list may be long. */
enum { MAX_LOOKED_AT = 8 };

/* One item of a scope, cut into its parts; each part is a piece of the scope's text. */
struct item {
	const char *text;
	size_t      bytes;
	size_t      name_bytes;
	const char *project;
	size_t      project_bytes;
	const char *store;        /* NULL: not bound to a store */
	size_t      store_bytes;
};

/* Cuts off the next item. False: there is none left. */
static bool next_item(const char **cursor, struct item *ret_item)
{
	const char *start = *cursor + strspn(*cursor, " ");
	size_t bytes = strcspn(start, " ");

	if (!bytes)
		return false;
	*cursor = start + bytes;
	*ret_item = (struct item){ .text = start, .bytes = bytes, .name_bytes = bytes };
	const char *colon = memchr(start, ':', bytes);

	if (!colon)
		return true;
	ret_item->name_bytes = (size_t)(colon - start);
	ret_item->project = colon + 1;
	ret_item->project_bytes = bytes - ret_item->name_bytes - 1;
	colon = memchr(ret_item->project, ':', ret_item->project_bytes);
	if (!colon)
		return true;
	ret_item->store = colon + 1;
	ret_item->store_bytes = bytes - (size_t)(ret_item->store - start);
	ret_item->project_bytes = (size_t)(colon - ret_item->project);
	return true;
}

static bool is_text(const char *piece, size_t bytes, const char *text)
{
	return strlen(text) == bytes && memcmp(piece, text, bytes) == 0;
}

static bool is_name(const struct item *item)
{
	char name[64];

	if (item->name_bytes >= sizeof name)
		return false;
	memcpy(name, item->text, item->name_bytes);
	name[item->name_bytes] = '\0';
	return scope_is_known(name);
}

static bool is_key(const char *piece, size_t bytes)
{
	size_t letters =
		strspn(piece, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return bytes >= 2 && bytes <= 256 && letters >= bytes;
}

bool scope_is_well_formed(const char *scope, const char *project)
{
	struct item item;
	bool any = false;

	for (const char *cursor = scope; next_item(&cursor, &item); any = true)
		if (!is_name(&item) || !item.project ||
		    !is_text(item.project, item.project_bytes, project) ||
		    (item.store && !is_key(item.store, item.store_bytes)))
			return false;
	return any;
}

static bool holds(const char *scope, const struct item *wanted)
{
	struct item item;

	for (const char *cursor = scope; next_item(&cursor, &item);)
		if (item.bytes == wanted->bytes && memcmp(item.text, wanted->text, item.bytes) == 0)
			return true;
	return false;
}

bool scope_is_subset(const char *asked, const char *owned)
{
	struct item item;

	for (const char *cursor = asked; next_item(&cursor, &item);)
		if (!holds(owned, &item))
			return false;
	return true;
}

/* Names are separated by blanks, or by commas and blanks. */
static bool names_hold(const char *names, const char *piece, size_t bytes)
{
	while (*names) {
		size_t length = strcspn(names, ", ");

		if (length == bytes && memcmp(names, piece, bytes) == 0)
			return true;
		names += length;
		names += strspn(names, ", ");
	}
	return false;
}

static bool item_permits(const struct item *item, const char *names, const char *project,
                         const char *store_key)
{
	bool here = item->project && (is_text(item->project, item->project_bytes, project) ||
	                              is_text(item->project, item->project_bytes, ALL_PROJECTS));

	if (!here ||
	    (item->store && !(store_key && is_text(item->store, item->store_bytes, store_key))))
		return false;
	if (!item->store && is_text(item->text, item->name_bytes, "manage_project") &&
	    !strstr(names, "api_clients"))
		return true;
	return names_hold(names, item->text, item->name_bytes);
}

bool scope_permits(const char *owned, const char *names, const char *project, const char *store_key)
{
	struct item item;

	for (const char *cursor = owned; next_item(&cursor, &item);)
		if (item_permits(&item, names, project, store_key))
			return true;
	return false;
}

const char *scope_normalize(struct op *op, const char *scope)
{
	struct text_buffer buffer = { .arena = op->arena };
	struct item item;

	for (const char *cursor = scope; next_item(&cursor, &item);) {
		if (buffer.text && holds(buffer.text, &item))
			continue;
		if (buffer.bytes)
			text_append(&buffer, " ");
		text_append_bytes(&buffer, item.text, item.bytes);
	}
	return buffer.text ? buffer.text : "";
}

const char *scope_names(struct op *op, const char *scope)
{
	struct text_buffer names = { .arena = op->arena };
	struct item item;

	for (const char *cursor = scope; next_item(&cursor, &item);) {
		if (names.text && names_hold(names.text, item.text, item.name_bytes))
			continue;
		text_append(&names, names.bytes ? ", " : "");
		text_append_bytes(&names, item.text, item.name_bytes);
	}
	return names.text ? names.text : "";
}

const char *scope_project(struct op *op, const char *scope)
{
	struct item item;
	const char *cursor = scope;

	if (!next_item(&cursor, &item) || !item.project || !is_key(item.project, item.project_bytes))
		return NULL;
	return arena_strndup(op->arena, item.project, item.project_bytes);
}

static const char *const KNOWN[] = {
#define SCOPE(name) name,
#include "tables/scopes.def"
#undef SCOPE
	NULL,
};

bool scope_is_known(const char *name)
{
	for (const char *const *known = KNOWN; *known; known++)
		if (strcmp(*known, name) == 0)
			return true;
	return false;
}

const char *scope_complaint(struct op *op, const char *scope)
{
	const char *cursor = scope;
	struct item item;

	for (int items = 0; items < MAX_LOOKED_AT && next_item(&cursor, &item); items++) {
		const char *name = arena_strndup(op->arena, item.text, item.name_bytes);
		const char *nearest = scope_is_known(name) ? NULL : nearest_of(name, KNOWN);

		if (nearest)
			return arena_printf(op->arena, "unknown scope %s; did you mean %s?", name, nearest);
	}
	return arena_printf(op->arena, "not a list of name:%s[:storeKey]", op->project);
}
