#include "search/projection_field.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"

/* -- what there is -- */

/* Members whose type matters; others are texts, or what they are. */
static const struct {
	const char      *name;
	enum search_type type;
} PRODUCT_MEMBERS[] = {
	{ "attributes",             SEARCH_UNKNOWN   },
	{ "categories",             SEARCH_UNKNOWN   },
	{ "categoryOrderHints",     SEARCH_NUMBER    },
	{ "createdAt",              SEARCH_DATE_TIME },
	{ "description",            SEARCH_UNKNOWN   },
	{ "hasStagedChanges",       SEARCH_BOOLEAN   },
	{ "id",                     SEARCH_UNKNOWN   },
	{ "key",                    SEARCH_UNKNOWN   },
	{ "lastModifiedAt",         SEARCH_DATE_TIME },
	{ "metaDescription",        SEARCH_UNKNOWN   },
	{ "metaKeywords",           SEARCH_UNKNOWN   },
	{ "metaTitle",              SEARCH_UNKNOWN   },
	{ "name",                   SEARCH_UNKNOWN   },
	{ "priceMode",              SEARCH_UNKNOWN   },
	{ "productType",            SEARCH_UNKNOWN   },
	{ "published",              SEARCH_BOOLEAN   },
	{ "reviewRatingStatistics", SEARCH_UNKNOWN   },
	{ "searchKeywords",         SEARCH_UNKNOWN   },
	{ "slug",                   SEARCH_UNKNOWN   },
	{ "state",                  SEARCH_UNKNOWN   },
	{ "taxCategory",            SEARCH_UNKNOWN   },
	{ "version",                SEARCH_UNKNOWN   },
};

/* A path as it is walked. */
struct path {
	struct search_builder *builder;
	const char *const     *names;
	size_t                 count;
	size_t                 at;
	struct search_way      way;
	struct search_field   *field;
	bool                   is_known;
};

/* Is the next name this one? */
static bool is_next(const struct path *path, const char *name)
{
	return path->at < path->count && strcmp(path->names[path->at], name) == 0;
}

static void step(struct path *path, enum search_step_kind kind, const char *name)
{
	path->way.steps[path->way.count++] = (struct search_step){ kind, name };
}

/* The names that are left are those of members. */
static void step_members(struct path *path)
{
	for (; path->at < path->count; path->at++)
		step(path, STEP_NAME, path->names[path->at]);
}

/* -- attributes -- */

/* What the rest of the path is of a value of this type. */
static enum search_type type_within(const struct search_attribute *attribute, const char *rest)
{
	if (!attribute)
		return SEARCH_UNKNOWN;
	if (!rest)
		return attribute->type;
	return attribute->type == SEARCH_MONEY ? SEARCH_UNKNOWN : SEARCH_TEXT;
}

static void walk_attributes(struct path *path)
{
	step(path, STEP_NAME, "attributes");
	if (++path->at == path->count)
		return;
	const char *name = path->names[path->at++];
	const char *rest = path->at < path->count ? path->names[path->at] : NULL;

	path->field->type =
		type_within(search_attributes_find(path->builder->attributes, name), rest);
	step(path, STEP_ATTRIBUTE, name);
	step_members(path);
}

/* -- prices -- */

static bool is_of_money(const struct path *path)
{
	return is_next(path, "centAmount") || is_next(path, "currencyCode") ||
	       is_next(path, "fractionDigits") || is_next(path, "preciseAmount") ||
	       is_next(path, "type");
}

/* Goes to the price that is selected, or else the first one. */
static void step_selected(struct path *path)
{
	path->at++;
	path->field->is_of_prices = true;
	step(path, STEP_PRICES, NULL);
	step(path, STEP_SELECTED, NULL);
}

/* `variants.price.centAmount` is what is to be paid now. */
static void walk_price(struct path *path)
{
	step_selected(path);
	if (is_of_money(path))
		step(path, STEP_CURRENT, NULL);
	step_members(path);
}

static void walk_prices(struct path *path)
{
	path->at++;
	path->field->is_of_prices = true;
	step(path, STEP_PRICES, NULL);
	if (is_of_money(path))
		step(path, STEP_NAME, "value");
	step_members(path);
}

/* There are scoped prices only where prices are selected. */
static bool selects_prices(const struct path *path)
{
	return path->builder->plan->view.prices.currency != NULL;
}

static void walk_scoped_price(struct path *path)
{
	path->field->is_nowhere = !selects_prices(path);
	step_selected(path);
	if (is_next(path, "currentValue")) {
		path->at++;
		step(path, STEP_CURRENT, NULL);
	}
	step_members(path);
}

static void walk_scoped_price_discounted(struct path *path)
{
	path->field->is_nowhere = !selects_prices(path);
	path->field->type = SEARCH_BOOLEAN;
	path->way.pick = PICK_DISCOUNTED;
	step_selected(path);
	step_members(path);
}

/* -- stock -- */

static void walk_availability(struct path *path)
{
	path->field->is_dressed = true;
	path->field->is_nowhere = !path->builder->plan->view.has_stock;
	step(path, STEP_NAME, "availability");
	path->at++;
	if (is_next(path, "isOnStockInChannels")) {
		path->way.pick = PICK_STOCKED_NAMES;
		step(path, STEP_NAME, "channels");
		return;
	}
	step_members(path);
}

/* -- variants -- */

static const struct {
	const char *name;
	void      (*walk)(struct path *path);
} VARIANT_MEMBERS[] = {
	{ "assets",                step_members      },
	{ "attributes",            walk_attributes   },
	{ "availability",          walk_availability },
	{ "id",                    step_members      },
	{ "images",                step_members      },
	{ "key",                   step_members      },
	{ "price",                 walk_price        },
	{ "prices",                walk_prices       },
	{ "scopedPrice",           walk_scoped_price },
	{ "scopedPriceDiscounted", walk_scoped_price_discounted },
	{ "sku",                   step_members      },
};

static void walk_variants(struct path *path)
{
	path->field->level = OF_VARIANT;
	path->at++;
	step(path, STEP_VARIANTS, NULL);
	path->is_known = path->at == path->count;
	for (size_t i = 0; i < sizeof VARIANT_MEMBERS / sizeof *VARIANT_MEMBERS; i++)
		if (is_next(path, VARIANT_MEMBERS[i].name)) {
			path->is_known = true;
			VARIANT_MEMBERS[i].walk(path);
			return;
		}
	step_members(path);
}

static void walk_product(struct path *path)
{
	for (size_t i = 0; i < sizeof PRODUCT_MEMBERS / sizeof *PRODUCT_MEMBERS; i++)
		if (is_next(path, PRODUCT_MEMBERS[i].name)) {
			path->is_known = true;
			path->field->type = PRODUCT_MEMBERS[i].type;
		}
	if (is_next(path, "attributes"))
		walk_attributes(path);
	else
		step_members(path);
}

void projection_field(struct search_builder *builder, const char *text, const char *const *names,
                      size_t count, struct search_field *ret_field, bool *ret_is_known)
{
	struct path path = { .builder = builder, .names = names, .count = count, .field = ret_field };

	*ret_field = (struct search_field){ .name = text };
	if (is_next(&path, "variants"))
		walk_variants(&path);
	else
		walk_product(&path);
	search_plan_add_field(builder, &path.way, ret_field);
	if (ret_is_known)
		*ret_is_known = path.is_known;
}

/* -- texts -- */

/* What is searched for words, and how much a word there counts. */
static const struct {
	const char *names[4];
	int         weight;
	bool        is_of_locale; /* the language follows the first name */
} TEXTS[] = {
	{ { "name" },               4, true  },
	{ { "searchKeywords", "text" }, 3, true },
	{ { "slug" },               1, true  },
	{ { "description" },        1, true  },
	{ { "key" },                2, false },
	{ { "variants", "sku" },    3, false },
	{ { "variants", "key" },    2, false },
};

enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS, ATTRIBUTE_WEIGHT = 2 };

static struct search_field text_field(struct search_builder *builder, size_t row,
                                      const char *locale)
{
	const char *names[MOST_NAMES];
	struct search_field field;
	size_t count = 0;

	for (size_t i = 0; TEXTS[row].names[i]; i++) {
		names[count++] = TEXTS[row].names[i];
		if (i == 0 && TEXTS[row].is_of_locale)
			names[count++] = locale;
	}
	projection_field(builder, TEXTS[row].names[0], names, count, &field, NULL);
	return field;
}

static struct search_text attributes_text(struct search_builder *builder,
                                          const struct search_way *way)
{
	struct search_text text = { .weight = ATTRIBUTE_WEIGHT };

	text.field = (struct search_field){ .name = "attributes" };
	search_plan_add_field(builder, way, &text.field);
	return text;
}

const struct search_text *projection_texts(struct search_builder *builder, const char *locale,
                                           size_t *ret_count)
{
	const struct search_way of_product = {
		.steps = { { STEP_NAME, "attributes" }, { STEP_ANY_ATTRIBUTE, NULL } },
		.count = 2,
		.pick = PICK_TEXTS,
		.locale = locale,
	};
	const struct search_way of_variants = {
		.steps = { { STEP_VARIANTS, NULL },
		           { STEP_NAME, "attributes" },
		           { STEP_ANY_ATTRIBUTE, NULL } },
		.count = 3,
		.pick = PICK_TEXTS,
		.locale = locale,
	};
	struct search_text *texts = arena_alloc(builder->op->arena, (TEXT_COUNT + 2) * sizeof *texts);

	for (size_t i = 0; i < TEXT_COUNT; i++)
		texts[i] = (struct search_text){ text_field(builder, i, locale), TEXTS[i].weight };
	texts[TEXT_COUNT] = attributes_text(builder, &of_product);
	texts[TEXT_COUNT + 1] = attributes_text(builder, &of_variants);
	*ret_count = TEXT_COUNT + 2;
	return texts;
}
