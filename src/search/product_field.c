/* Source: API docs, "Product Search", "Searchable Product fields". */
#include "search/product_field.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"

static const char SUBTREE[] = "categoriesSubTree";

/* Where fields are looked for: `N` is a member, `V` are variants, `P` embedded prices, `C` what is to be paid
 * of a price. */
#define N(name) { STEP_NAME, name }
#define V { STEP_VARIANTS, NULL }
#define P V, { STEP_PRICES, NULL }
#define C { STEP_CURRENT, NULL }
#define ID(name) N(name), N("id")
#define RATING(name) N("reviewRatingStatistics"), N(name)
#define STOCK(name) V, N("availability"), N(name)
#define STOCKED_NAMES STOCKED, PICK_STOCKED_NAMES
#define OTHER SEARCH_UNKNOWN

/* What a field needs: stock, or things that there are not here. */
enum need { ALWAYS, STOCKED, NEVER };

/* The name, the type, the steps that lead there, what it needs, what of the value is picked. Those that need
 * a language go on with it, and with what stands behind it. */
static const struct row {
	const char        *name;
	enum search_type   type;
	struct search_step steps[4];
	enum need          need;
	enum search_pick   pick;
	const char        *behind_language;
} FIELDS[] = {
	{ "categories",                                SEARCH_REFERENCE, { ID("categories") } },
	{ SUBTREE,                                     SEARCH_REFERENCE, { ID("categories") } },
	{ "createdAt",                                 SEARCH_DATE_TIME, { N("createdAt") } },
	{ "description",                               SEARCH_LTEXT,     { N("description") } },
	{ "hasStagedChanges",                          SEARCH_BOOLEAN,   { N("hasStagedChanges") } },
	{ "id",                                        SEARCH_TEXT,      { N("id") } },
	{ "key",                                       SEARCH_TEXT,      { N("key") } },
	{ "lastModifiedAt",                            SEARCH_DATE_TIME, { N("lastModifiedAt") } },
	{ "metaDescription",                           SEARCH_LTEXT,     { N("metaDescription") } },
	{ "metaKeywords",                              SEARCH_LTEXT,     { N("metaKeywords") } },
	{ "metaTitle",                                 SEARCH_LTEXT,     { N("metaTitle") } },
	{ "name",                                      SEARCH_LTEXT,     { N("name") } },
	{ "productSelections",                         SEARCH_TEXT,      { N("productSelections") }, NEVER },
	{ "productType",                               SEARCH_REFERENCE, { ID("productType") } },
	{ "published",                                 SEARCH_BOOLEAN,   { N("published") } },
	{ "reviewRatingStatistics.averageRating",      SEARCH_NUMBER,    { RATING("averageRating") } },
	{ "reviewRatingStatistics.count",              SEARCH_NUMBER,    { RATING("count") } },
	{ "reviewRatingStatistics.highestRating",      SEARCH_NUMBER,    { RATING("highestRating") } },
	{ "reviewRatingStatistics.lowestRating",       SEARCH_NUMBER,    { RATING("lowestRating") } },
	{ "searchKeywords",                            SEARCH_LTEXT,     { N("searchKeywords") }, 0, 0, "text" },
	{ "slug",                                      SEARCH_LTEXT,     { N("slug") } },
	{ "state",                                     SEARCH_REFERENCE, { ID("state") } },
	{ "stores",                                    SEARCH_TEXT,      { N("stores") }, NEVER },
	{ "taxCategory",                               SEARCH_REFERENCE, { ID("taxCategory") } },
	{ "variants.availability.availableQuantity",   SEARCH_NUMBER,    { STOCK("availableQuantity") }, STOCKED },
	{ "variants.availability.isOnStock",           SEARCH_BOOLEAN,   { STOCK("isOnStock") }, STOCKED },
	{ "variants.availability.isOnStockForChannel", SEARCH_TEXT,      { STOCK("channels") }, STOCKED_NAMES },
	{ "variants.availability.restockableInDays",   SEARCH_NUMBER,    { STOCK("restockableInDays") }, STOCKED },
	{ "variants.id",                               SEARCH_NUMBER,    { V, N("id") } },
	{ "variants.images",                           OTHER,            { V, N("images") } },
	{ "variants.key",                              SEARCH_TEXT,      { V, N("key") } },
	{ "variants.prices",                           OTHER,            { P } },
	{ "variants.prices.centAmount",                SEARCH_NUMBER,    { P, N("value"), N("centAmount") } },
	{ "variants.prices.channel",                   SEARCH_REFERENCE, { P, ID("channel") } },
	{ "variants.prices.country",                   SEARCH_TEXT,      { P, N("country") } },
	{ "variants.prices.currencyCode",              SEARCH_TEXT,      { P, N("value"), N("currencyCode") } },
	{ "variants.prices.currentCentAmount",         SEARCH_NUMBER,    { P, C, N("centAmount") } },
	{ "variants.prices.customerGroup",             SEARCH_REFERENCE, { P, ID("customerGroup") } },
	{ "variants.prices.discounted",                OTHER,            { P, N("discounted") } },
	{ "variants.prices.id",                        SEARCH_TEXT,      { P, N("id") } },
	{ "variants.prices.key",                       SEARCH_TEXT,      { P, N("key") } },
	{ "variants.prices.validFrom",                 SEARCH_DATE_TIME, { P, N("validFrom") } },
	{ "variants.prices.validUntil",                SEARCH_DATE_TIME, { P, N("validUntil") } },
	{ "variants.sku",                              SEARCH_TEXT,      { V, N("sku") } },
	{ "variants.stores",                           SEARCH_TEXT,      { N("stores") }, NEVER },
};

#undef N
#undef V
#undef P
#undef C
#undef ID
#undef RATING
#undef STOCK
#undef STOCKED_NAMES
#undef OTHER

const char *const PRODUCT_FIELD_TYPES[] = {
	"boolean",       "text",         "ltext",    "enum",         "lenum",     "number",
	"money",         "date",         "datetime", "time",         "reference", "set_boolean",
	"set_text",      "set_ltext",    "set_enum", "set_lenum",    "set_number", "set_money",
	"set_date",      "set_datetime", "set_time", "set_reference", NULL,
};

/* A field that is being found. */
struct finding {
	struct search_builder *builder;
	const struct product_field *given;
	bool                   needs_language;
	struct search_way      way;
	struct search_field   *field;
};

static bool fail_field(const struct finding *finding, const char *reason)
{
	return fail_invalid_input(finding->builder->op, "Field [%s]: %s", finding->given->name, reason);
}

static void step(struct finding *finding, enum search_step_kind kind, const char *name)
{
	finding->way.steps[finding->way.count++] = (struct search_step){ kind, name };
}

/* Goes into a localized text, if one language is meant. False: recorded. */
static bool step_language(struct finding *finding)
{
	const char *language = finding->given->language;

	if (language)
		step(finding, STEP_NAME, language);
	return language || !finding->needs_language || fail_field(finding, "Language is missing");
}

/* -- attributes -- */

/* What of a value of a type may be named. */
static const struct {
	enum search_type type;
	const char      *part;   /* "": the value itself */
	const char      *member; /* where that is; "": it is the value */
	enum search_type type_of_part;
} PARTS[] = {
	{ SEARCH_BOOLEAN,   "",             "",             SEARCH_BOOLEAN   },
	{ SEARCH_DATE,      "",             "",             SEARCH_DATE      },
	{ SEARCH_DATE_TIME, "",             "",             SEARCH_DATE_TIME },
	{ SEARCH_ENUM,      "",             "key",          SEARCH_TEXT      },
	{ SEARCH_ENUM,      "key",          "key",          SEARCH_TEXT      },
	{ SEARCH_ENUM,      "label",        "label",        SEARCH_TEXT      },
	{ SEARCH_LENUM,     "",             "key",          SEARCH_TEXT      },
	{ SEARCH_LENUM,     "key",          "key",          SEARCH_TEXT      },
	{ SEARCH_LENUM,     "label",        "label",        SEARCH_LTEXT     },
	{ SEARCH_LTEXT,     "",             "",             SEARCH_LTEXT     },
	{ SEARCH_MONEY,     "",             "",             SEARCH_MONEY     },
	{ SEARCH_MONEY,     "centAmount",   "centAmount",   SEARCH_NUMBER    },
	{ SEARCH_MONEY,     "currencyCode", "currencyCode", SEARCH_TEXT      },
	{ SEARCH_NUMBER,    "",             "",             SEARCH_NUMBER    },
	{ SEARCH_REFERENCE, "",             "id",           SEARCH_REFERENCE },
	{ SEARCH_REFERENCE, "id",           "id",           SEARCH_REFERENCE },
	{ SEARCH_REFERENCE, "typeId",       "typeId",       SEARCH_TEXT      },
	{ SEARCH_TEXT,      "",             "",             SEARCH_TEXT      },
	{ SEARCH_TIME,      "",             "",             SEARCH_TIME      },
};

static bool step_part(struct finding *finding, enum search_type type, const char *part)
{
	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
		if (PARTS[i].type != type || strcmp(PARTS[i].part, part) != 0)
			continue;
		finding->field->type = PARTS[i].type_of_part;
		if (*PARTS[i].member)
			step(finding, STEP_NAME, PARTS[i].member);
		return PARTS[i].type_of_part != SEARCH_LTEXT || step_language(finding);
	}
	return fail_field(finding, "The field does not exist");
}

/* The client says of what type an attribute is. */
static bool check_type(const struct finding *finding, const struct search_attribute *attribute)
{
	const char *type = finding->given->type;

	if (!type)
		return fail_field(finding, "Type is missing");
	return search_type_named(type, strlen(type)) == attribute->type ||
	       fail_field(finding, "Type does not match the type of the attribute");
}

/* `name` or `name.part` of an attribute, from `rest` on. */
static bool find_attribute(struct finding *finding, const char *rest)
{
	struct arena *arena = finding->builder->op->arena;
	size_t bytes = strcspn(rest, ".");
	const char *name = arena_strndup(arena, rest, bytes);
	const char *part = rest[bytes] ? rest + bytes + 1 : "";
	const struct search_attribute *attribute =
		search_attributes_find(finding->builder->attributes, name);

	if (!attribute || !attribute->is_searchable)
		return fail_field(finding, "The field does not exist");
	step(finding, STEP_NAME, "attributes");
	step(finding, STEP_ATTRIBUTE, name);
	return check_type(finding, attribute) && step_part(finding, attribute->type, part);
}

/* -- all fields -- */

/* What stands behind a beginning of the name; NULL: it is another. */
static const char *behind(const char *name, const char *beginning)
{
	size_t bytes = strlen(beginning);

	return strncmp(name, beginning, bytes) == 0 && name[bytes] ? name + bytes : NULL;
}

static bool take_row(struct finding *finding, const struct row *row)
{
	struct search_field *field = finding->field;

	field->type = row->type;
	field->is_nowhere = row->need == NEVER ||
	                    (row->need == STOCKED && !finding->builder->plan->view.has_stock);
	field->is_dressed = row->need == STOCKED;
	finding->way.pick = row->pick;
	for (size_t i = 0; i < sizeof row->steps / sizeof *row->steps; i++) {
		if (row->steps[i].kind == STEP_NAME && !row->steps[i].name)
			break;
		step(finding, row->steps[i].kind, row->steps[i].name);
	}
	if (row->type != SEARCH_LTEXT)
		return true;
	if (!step_language(finding))
		return false;
	if (finding->given->language && row->behind_language)
		step(finding, STEP_NAME, row->behind_language);
	return true;
}

static bool find(struct finding *finding)
{
	const char *rest;

	for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
		if (strcmp(FIELDS[i].name, finding->given->name) == 0)
			return take_row(finding, &FIELDS[i]);
	rest = behind(finding->given->name, "categoryOrderHints.");
	if (rest) {
		step(finding, STEP_NAME, "categoryOrderHints");
		step(finding, STEP_NAME, rest);
		finding->field->type = SEARCH_NUMBER;
		return true;
	}
	rest = behind(finding->given->name, "attributes.");
	if (rest)
		return find_attribute(finding, rest);
	rest = behind(finding->given->name, "variants.attributes.");
	if (!rest)
		return fail_field(finding, "The field does not exist");
	step(finding, STEP_VARIANTS, NULL);
	return find_attribute(finding, rest);
}

/* The way says what the field is about. */
static void note_level(const struct finding *finding)
{
	for (size_t i = 0; i < finding->way.count; i++) {
		if (finding->way.steps[i].kind == STEP_VARIANTS)
			finding->field->level = OF_VARIANT;
		if (finding->way.steps[i].kind == STEP_PRICES)
			finding->field->level = OF_PRICE;
	}
	finding->field->is_of_prices = finding->field->level == OF_PRICE;
}

bool product_field_is_of_subtree(const struct search_field *field)
{
	return strcmp(field->name, SUBTREE) == 0;
}

bool product_field_find(struct search_builder *builder, const struct product_field *given,
                        bool needs_language, struct search_field *ret_field)
{
	struct finding finding = { .builder = builder,
		                       .given = given,
		                       .needs_language = needs_language,
		                       .field = ret_field };

	*ret_field = (struct search_field){ .name = given->name };
	if (!find(&finding))
		return false;
	note_level(&finding);
	search_plan_add_field(builder, &finding.way, ret_field);
	return true;
}
