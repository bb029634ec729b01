#include "search/search_reader.h"

#include <string.h>

#include "base/arena.h"

enum {
	MOST_VARIANTS = 10000, /* further ones count as the last */
	DEPTH = 32,            /* of values within values */
	FIRST_ROOM = 16,       /* for values of a way */
};

/* The end of a way. */
struct leaf {
	size_t           number;
	enum search_pick pick;
	const char      *locale;
	size_t           locale_bytes;
	struct leaf     *next;
};

/* A step that ways have in common. */
struct node {
	enum search_step_kind kind;
	const char           *name;
	size_t                bytes;
	bool                  has_current;    /* among its children */
	bool                  has_selected;
	bool                  has_attributes; /* its children are attributes */
	struct leaf          *leaves;
	struct node          *children;
	struct node          *next;
};

/* The values of a way. */
struct list {
	struct search_value *items;
	size_t               count;
	size_t               room;
};

/* An attribute that is not read. */
struct hidden {
	const char    *name;
	size_t         bytes;
	struct hidden *next;
};

struct search_reader {
	struct arena *arena;
	struct node   root;
	struct list  *lists;
	size_t        count;
	size_t        room;
	struct hidden *hidden;
	search_select_fn *select; /* NULL: the first price is selected */
	void         *select_context;
	uint16_t      selected;   /* of the prices that are read */
	uint16_t      variants;
	uint16_t      prices;
};

/* Where the reader is in the document. */
struct place {
	uint16_t variant;
	uint16_t price;
	unsigned depth;
};

/* -- ways -- */

struct search_reader *search_reader_create(struct arena *arena)
{
	struct search_reader *reader = arena_alloc(arena, sizeof *reader);

	reader->arena = arena;
	return reader;
}

void search_reader_select_by(struct search_reader *reader, search_select_fn *select, void *context)
{
	reader->select = select;
	reader->select_context = context;
}

/* The child that is this step; a new one if there is none. */
static struct node *child_of(struct search_reader *reader, struct node *node,
                             const struct search_step *step)
{
	const char *name = step->name ? step->name : "";

	for (struct node *child = node->children; child; child = child->next)
		if (child->kind == step->kind && strcmp(child->name, name) == 0)
			return child;
	struct node *child = arena_alloc(reader->arena, sizeof *child);

	child->kind = step->kind;
	child->name = arena_strdup(reader->arena, name);
	child->bytes = strlen(name);
	child->next = node->children;
	node->children = child;
	node->has_current = node->has_current || step->kind == STEP_CURRENT;
	node->has_selected = node->has_selected || step->kind == STEP_SELECTED;
	node->has_attributes = node->has_attributes || step->kind == STEP_ATTRIBUTE ||
	                       step->kind == STEP_ANY_ATTRIBUTE;
	return child;
}

static size_t new_list(struct search_reader *reader)
{
	if (reader->count == reader->room) {
		size_t room = reader->room ? 2 * reader->room : FIRST_ROOM;
		struct list *lists = arena_alloc(reader->arena, room * sizeof *lists);

		if (reader->count)
			memcpy(lists, reader->lists, reader->count * sizeof *lists);
		reader->lists = lists;
		reader->room = room;
	}
	return reader->count++;
}

size_t search_reader_add(struct search_reader *reader, const struct search_way *way)
{
	struct node *node = &reader->root;

	for (size_t i = 0; i < way->count; i++)
		node = child_of(reader, node, &way->steps[i]);
	for (const struct leaf *leaf = node->leaves; leaf; leaf = leaf->next)
		if (leaf->pick == way->pick &&
		    (way->pick != PICK_TEXTS || strcmp(leaf->locale, way->locale) == 0))
			return leaf->number;
	struct leaf *leaf = arena_alloc(reader->arena, sizeof *leaf);

	*leaf = (struct leaf){ .number = new_list(reader),
		                   .pick = way->pick,
		                   .locale = arena_strdup(reader->arena, way->locale),
		                   .locale_bytes = way->locale ? strlen(way->locale) : 0,
		                   .next = node->leaves };
	node->leaves = leaf;
	return leaf->number;
}

void search_reader_hide_attribute(struct search_reader *reader, const char *name)
{
	struct hidden *hidden = arena_alloc(reader->arena, sizeof *hidden);

	*hidden = (struct hidden){ arena_strdup(reader->arena, name), strlen(name), reader->hidden };
	reader->hidden = hidden;
}

/* -- values -- */

static void add(struct search_reader *reader, const struct leaf *leaf, struct slice raw,
                struct place place)
{
	struct list *list = &reader->lists[leaf->number];

	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : FIRST_ROOM;
		struct search_value *items = arena_take(reader->arena, room * sizeof *items);

		if (list->count)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = (struct search_value){ raw, place.variant, place.price };
}

static struct slice member(struct slice object, const char *name, size_t bytes)
{
	struct slice_walk walk = slice_enter(object);
	struct slice found_name, value;

	while (slice_next_member(&walk, &found_name, &value))
		if (slice_equals(found_name, name, bytes))
			return value;
	return (struct slice){ NULL, NULL };
}

static struct slice object_member(struct slice value, const char *name)
{
	return slice_kind(value) == SLICE_OBJECT ? member(value, name, strlen(name))
	                                         : (struct slice){ NULL, NULL };
}

static bool is_empty(struct slice value)
{
	struct slice_walk walk = slice_enter(value);
	struct slice name, inner;

	if (slice_kind(value) == SLICE_TEXT)
		return value.end - value.start == 2;
	return !slice_next_member(&walk, &name, &inner);
}

/* The texts of a value, and those of a localized text or a label in the leaf's language. */
static void pick_texts(struct search_reader *reader, const struct leaf *leaf, struct slice value,
                       struct place place)
{
	struct slice localized;

	switch (slice_kind(value)) {
	case SLICE_TEXT:
		add(reader, leaf, value, place);
		break;
	case SLICE_OBJECT:
		localized = member(value, leaf->locale, leaf->locale_bytes);
		if (slice_kind(localized) == SLICE_TEXT)
			add(reader, leaf, localized, place);
		localized = object_member(value, "label");
		if (slice_kind(localized) == SLICE_OBJECT)
			localized = member(localized, leaf->locale, leaf->locale_bytes);
		if (slice_kind(localized) == SLICE_TEXT)
			add(reader, leaf, localized, place);
		break;
	default: break;
	}
}

static void pick_stocked_names(struct search_reader *reader, const struct leaf *leaf,
                               struct slice value, struct place place)
{
	struct slice_walk walk = slice_enter(value);
	struct slice name, channel;

	if (slice_kind(value) != SLICE_OBJECT)
		return;
	while (slice_next_member(&walk, &name, &channel))
		if (slice_kind(object_member(channel, "isOnStock")) == SLICE_TRUE)
			add(reader, leaf, (struct slice){ name.start - 1, name.end + 1 }, place);
}

static void pick_discounted(struct search_reader *reader, const struct leaf *leaf,
                            struct slice price, struct place place)
{
	bool is = slice_kind(object_member(price, "discounted")) == SLICE_OBJECT;
	const char *truth = is ? "true" : "false";

	add(reader, leaf, (struct slice){ truth, truth + strlen(truth) }, place);
}

static void pick_value(struct search_reader *reader, const struct leaf *leaf, struct slice value,
                       struct place place)
{
	enum slice_kind kind = slice_kind(value);

	if (kind == SLICE_ABSENT)
		return;
	if (kind == SLICE_OBJECT) {
		struct slice key = object_member(value, "key");

		if (slice_kind(key) == SLICE_TEXT)
			value = key;
	}
	if ((kind != SLICE_OBJECT && kind != SLICE_TEXT) || !is_empty(value))
		add(reader, leaf, value, place);
}

static void pick(struct search_reader *reader, const struct leaf *leaf, struct slice value,
                 struct place place)
{
	struct slice_walk walk;
	struct slice item;

	if (slice_kind(value) == SLICE_ARRAY) {
		if (place.depth++ >= DEPTH)
			return;
		walk = slice_enter(value);
		while (slice_next_item(&walk, &item))
			pick(reader, leaf, item, place);
		return;
	}
	switch (leaf->pick) {
	case PICK_VALUES: pick_value(reader, leaf, value, place); break;
	case PICK_TEXTS: pick_texts(reader, leaf, value, place); break;
	case PICK_STOCKED_NAMES: pick_stocked_names(reader, leaf, value, place); break;
	case PICK_DISCOUNTED: pick_discounted(reader, leaf, value, place); break;
	}
}

/* -- the pass -- */

static bool read_next(struct search_reader *reader, const struct node *node,
                      struct slice_walk *walk, struct place place);

static void read_slice(struct search_reader *reader, const struct node *node, struct slice value,
                       struct place place)
{
	struct slice_walk walk = { .at = value.start, .end = value.end };

	(void)read_next(reader, node, &walk, place); /* a slice is there, or nothing is read */
}

/* The child that a member's name leads to; NULL: none. */
static const struct node *child_named(const struct node *node, struct slice name,
                                      struct place *place)
{
	for (const struct node *child = node->children; child; child = child->next) {
		switch (child->kind) {
		case STEP_NAME:
			if (slice_equals(name, child->name, child->bytes))
				return child;
			break;
		case STEP_PRICES:
			if (slice_equals(name, "prices", strlen("prices")))
				return child;
			break;
		case STEP_VARIANTS:
			if (slice_equals(name, "variants", strlen("variants")))
				return child;
			if (slice_equals(name, "masterVariant", strlen("masterVariant"))) {
				place->variant = 1;
				return child;
			}
			break;
		default: break;
		}
	}
	return NULL;
}

static void count_place(struct search_reader *reader, struct place place)
{
	if (place.variant > reader->variants)
		reader->variants = place.variant;
	if (place.price > reader->prices)
		reader->prices = place.price;
}

static bool read_members(struct search_reader *reader, const struct node *node,
                         struct slice_walk *walk, struct place place)
{
	struct slice name;

	count_place(reader, place);
	while (slice_next_name(walk, &name)) {
		struct place inner = place;
		const struct node *child = child_named(node, name, &inner);

		if (child ? !read_next(reader, child, walk, inner) : !slice_skip(walk))
			return false;
	}
	return true;
}

static bool is_hidden(const struct search_reader *reader, struct slice name)
{
	for (const struct hidden *hidden = reader->hidden; hidden; hidden = hidden->next)
		if (slice_equals(name, hidden->name, hidden->bytes))
			return true;
	return false;
}

/* Of `{name, value}`, the value, if somebody wants it. */
static void read_attribute(struct search_reader *reader, const struct node *node,
                           struct slice attribute, struct place place)
{
	struct slice name = object_member(attribute, "name");
	struct slice value = object_member(attribute, "value");

	if (slice_kind(name) != SLICE_TEXT || slice_kind(value) == SLICE_ABSENT ||
	    is_hidden(reader, slice_inside(name)))
		return;
	for (const struct node *child = node->children; child; child = child->next)
		if (child->kind == STEP_ANY_ATTRIBUTE ||
		    (child->kind == STEP_ATTRIBUTE &&
		     slice_equals(slice_inside(name), child->name, child->bytes)))
			read_slice(reader, child, value, place);
}

static bool read_items(struct search_reader *reader, const struct node *node,
                       struct slice_walk *walk, struct place place)
{
	for (uint16_t i = 1; slice_next_element(walk); i = (uint16_t)(i + (i < MOST_VARIANTS))) {
		struct slice attribute;

		if (node->kind == STEP_VARIANTS)
			place.variant = (uint16_t)(i + 1);
		if (node->kind == STEP_PRICES)
			place.price = i;
		if (!node->has_attributes) {
			if (!read_next(reader, node, walk, place))
				return false;
			continue;
		}
		if (!slice_take(walk, &attribute))
			return false;
		read_attribute(reader, node, attribute, place);
	}
	return true;
}

static bool read_inside(struct search_reader *reader, const struct node *node,
                        struct slice_walk *walk, struct place place)
{
	enum slice_kind kind = slice_next_kind(walk);

	if ((kind != SLICE_OBJECT && kind != SLICE_ARRAY) || place.depth++ >= DEPTH)
		return slice_skip(walk);
	struct slice_walk inner = slice_enter_next(walk);
	bool done = kind == SLICE_OBJECT ? read_members(reader, node, &inner, place)
	                                 : read_items(reader, node, &inner, place);

	return done && slice_leave(walk, &inner);
}

/* What is to be paid for a price now. */
static void read_current(struct search_reader *reader, const struct node *node, struct slice price,
                         struct place place)
{
	struct slice value = object_member(object_member(price, "discounted"), "value");

	if (slice_kind(value) == SLICE_ABSENT)
		value = object_member(price, "value");
	for (const struct node *child = node->children; child; child = child->next)
		if (child->kind == STEP_CURRENT && slice_kind(value) != SLICE_ABSENT)
			read_slice(reader, child, value, place);
}

/* Finds out which of the prices before which a walk stands is selected. False: no JSON. */
static bool select_price(struct search_reader *reader, struct slice_walk walk)
{
	struct slice prices;

	if (!slice_take(&walk, &prices))
		return false;
	reader->selected = reader->select ? reader->select(reader->select_context, prices) : 1;
	return true;
}

static void read_selected(struct search_reader *reader, const struct node *node,
                          struct slice price, struct place place)
{
	for (const struct node *child = node->children; child; child = child->next)
		if (child->kind == STEP_SELECTED && place.price == reader->selected)
			read_slice(reader, child, price, place);
}

/* Reads the value that a walk stands before. False: no JSON. */
static bool read_next(struct search_reader *reader, const struct node *node,
                      struct slice_walk *walk, struct place place)
{
	bool is_list = node->kind == STEP_VARIANTS || node->kind == STEP_PRICES;
	struct slice whole;

	if (!node->leaves && !node->has_current && !node->has_selected)
		return read_inside(reader, node, walk, place);
	/* Of variants and prices, each one is looked at as a whole, in its own place. */
	if (is_list && slice_next_kind(walk) == SLICE_ARRAY)
		return (!node->has_selected || select_price(reader, *walk)) &&
		       read_inside(reader, node, walk, place);
	if (!slice_take(walk, &whole))
		return false;
	count_place(reader, place);
	for (const struct leaf *leaf = node->leaves; leaf; leaf = leaf->next)
		pick(reader, leaf, whole, place);
	if (node->has_current)
		read_current(reader, node, whole, place);
	if (node->has_selected)
		read_selected(reader, node, whole, place);
	if (node->children) {
		struct slice_walk again = { .at = whole.start, .end = whole.end };

		(void)read_inside(reader, node, &again, place); /* it was taken whole */
	}
	return true;
}

void search_reader_read(struct search_reader *reader, const char *text, size_t bytes)
{
	struct slice document = slice_document(text, bytes);
	struct slice_walk walk = { .at = document.start, .end = document.end };

	for (size_t i = 0; i < reader->count; i++)
		reader->lists[i].count = 0;
	reader->variants = 0;
	reader->prices = 0;
	(void)read_inside(reader, &reader->root, &walk, (struct place){ 0 }); /* as far as it is JSON */
}

struct search_values search_reader_values(const struct search_reader *reader, size_t number)
{
	const struct list *list = &reader->lists[number];

	return (struct search_values){ list->items, list->count };
}

uint16_t search_reader_variants(const struct search_reader *reader)
{
	return reader->variants;
}

uint16_t search_reader_prices(const struct search_reader *reader)
{
	return reader->prices;
}
