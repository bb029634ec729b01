/* Facets of the product projection search: terms and how often they come up. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "engine/route.h"

#include "search/search.h"

/* A facet as it is asked for: `path[:values] [as name] [counting products]`. */
struct facet {
	struct search_filter filter;
	const char          *name;
	bool                 counts_products;
};

static bool facet_parse(struct op *op, const char *text, struct facet *ret_facet)
{
	const char *counting = strstr(text, " counting products");
	const char *alias = strstr(text, " as ");
	const char *end = alias ? alias : counting ? counting : text + strlen(text);
	const char *expression = arena_strndup(op->arena, text, (size_t)(end - text));

	*ret_facet = (struct facet){ .name = expression, .counts_products = counting != NULL };
	if (alias)
		ret_facet->name = arena_strndup(op->arena, alias + 4, strcspn(alias + 4, " "));
	if (!search_filter_parse(op, "facet", expression, &ret_facet->filter))
		return false;
	return !ret_facet->filter.ranges || fail_parameter_not_implemented(op, "facet (range)");
}

static void count_up(json_t *object, const char *member)
{
	doc_put(object, member, json_integer(doc_int(object, member) + 1));
}

/* The term of a value; a new one if there is none yet. */
static json_t *term_of(struct op *op, json_t *terms, const json_t *value)
{
	const char *text =
		json_is_string(value) ? json_string_value(value) : json_text(op, value);
	json_t *term = doc_find(terms, "term", text, NULL);

	if (term)
		return term;
	term = keep(op, json_pack("{s:s, s:i}", "term", text, "count", 0));
	json_array_append(terms, term);
	return term;
}

/* The terms that come up most come first. */
static json_t *by_count(struct op *op, json_t *terms)
{
	json_t *ordered = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(terms); i++) {
		json_t *term = json_array_get(terms, i);
		size_t at = json_array_size(ordered);

		while (at > 0 &&
		       doc_int(json_array_get(ordered, at - 1), "count") < doc_int(term, "count"))
			at--;
		json_array_insert(ordered, at, term);
	}
	return ordered;
}

static const char *data_type(const json_t *value)
{
	if (json_is_number(value))
		return "number";
	return json_is_boolean(value) ? "boolean" : "text";
}

static json_t *terms_facet(struct op *op, const struct facet *facet, const json_t *candidates)
{
	json_t *terms = keep(op, json_array());
	json_t *result = keep(op, json_pack("{s:s, s:s, s:i, s:i, s:i}", "type", "terms", "dataType",
	                                    "text", "missing", 0, "total", 0, "other", 0));

	for (size_t i = 0; i < json_array_size(candidates); i++) {
		json_t *values = keep(op, json_array());
		json_t *seen = keep(op, json_array());

		search_filter_collect(op, &facet->filter, json_array_get(candidates, i), values);
		if (json_array_size(values) == 0)
			count_up(result, "missing");
		for (size_t j = 0; j < json_array_size(values); j++) {
			json_t *term = term_of(op, terms, json_array_get(values, j));

			count_up(result, "total");
			count_up(term, "count");
			doc_put(result, "dataType", json_string(data_type(json_array_get(values, j))));
			if (facet->counts_products && !doc_find(seen, "term", doc_text(term, "term"), NULL))
				count_up(term, "productCount");
			json_array_append(seen, term);
		}
	}
	json_object_set(result, "terms", by_count(op, terms));
	return result;
}

static json_t *filter_facet(struct op *op, const struct facet *facet, const json_t *candidates)
{
	json_t *result = keep(op, json_pack("{s:s, s:i}", "type", "filter", "count", 0));

	for (size_t i = 0; i < json_array_size(candidates); i++) {
		if (!search_filter_matches(op, &facet->filter, json_array_get(candidates, i)))
			continue;
		count_up(result, "count");
		if (facet->counts_products)
			count_up(result, "productCount");
	}
	return result;
}

json_t *search_facets(struct op *op, const struct call *call, const json_t *candidates)
{
	const struct parameters *query = &call->query;
	json_t *facets = keep(op, json_object());

	for (size_t i = 0; i < query->count; i++) {
		struct facet facet;

		if (strcmp(query->items[i].name, "facet") != 0)
			continue;
		if (!facet_parse(op, query->items[i].value, &facet))
			return NULL;
		json_object_set(facets, facet.name,
		                facet.filter.values ? filter_facet(op, &facet, candidates)
		                                    : terms_facet(op, &facet, candidates));
	}
	return facets;
}
