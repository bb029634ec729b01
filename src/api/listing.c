#include "api/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/error_oauth.h"
#include "base/log.h"
#include "base/nearest.h"
#include "base/op.h"
#include "base/text.h"
#include "kind/kind.h"
#include "predicate/predicate.h"
#include "resource/expand.h"
#include "resource/load.h"
#include "resource/resource.h"
#include "resource/save.h"
#include "resource/stored.h"

enum {
	MAX_LIMIT = 500,
	MAX_OFFSET = 10000,
	HEAD_BYTES = 128, /* of a page: what stands before and behind its results */
};

/* A whole number in plain decimal digits. */
static bool parse_integer(const char *text, int64_t *ret_value)
{
	const char *digits = *text == '-' ? text + 1 : text;
	char *end;

	if (!*digits || strspn(digits, "0123456789") != strlen(digits))
		return false;
	errno = 0;
	*ret_value = strtoll(text, &end, 10);
	return errno == 0;
}

bool parameter_in_range(struct op *op, const struct call *call, const char *name, int64_t max,
                        int64_t *value)
{
	const char *text = parameters_get(&call->query, name);

	if (!text)
		return true;
	if (!parse_integer(text, value) || *value < 0 || *value > max)
		return fail_invalid_input(
			op, "Malformed parameter: %s: The %s parameter must be in the range of [0..%lld]", name,
			name, (long long)max);
	return true;
}

bool listing_read_paging(struct op *op, const struct call *call, struct query *query)
{
	const char *with_total = parameters_get(&call->query, "withTotal");

	if (!parameter_in_range(op, call, "limit", MAX_LIMIT, &query->limit_rows) ||
	    !parameter_in_range(op, call, "offset", MAX_OFFSET, &query->offset_rows))
		return false;
	if (!with_total)
		return true;
	query->with_total = strcmp(with_total, "true") == 0;
	return query->with_total || strcmp(with_total, "false") == 0 ||
	       fail_invalid_input(
			   op, "Malformed parameter: withTotal: The value must be 'true' or 'false'.");
}

/* Every value of a repeatable parameter, in order. */
static const char *const *all_values(struct op *op, const struct call *call, const char *name,
                                     size_t *ret_count)
{
	const struct parameters *query = &call->query;
	const char **values = arena_alloc(op->arena, (query->count + 1) * sizeof *values);

	*ret_count = 0;
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, name) == 0)
			values[(*ret_count)++] = query->items[i].value;
	return values;
}

/* Is this a name that a predicate can spell? */
static bool is_variable_name(const char *name)
{
	static const char LETTERS[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	return *name && !name[strspn(name, LETTERS)];
}

/* Variables are the parameters `var.name`. Those without `var.` stand in for what is missing: clients
 * forget it, and the service does not mind. */
static const struct predicate_variable *variables(struct op *op, const struct call *call,
                                                  size_t *ret_count)
{
	static const char PREFIX[] = "var.";
	const struct parameters *query = &call->query;
	struct predicate_variable *found =
		arena_alloc(op->arena, (query->count + 1) * sizeof *found);

	*ret_count = 0;
	for (int is_fallback = 0; is_fallback <= 1; is_fallback++)
		for (size_t i = 0; i < query->count; i++) {
			bool is_proper = strncmp(query->items[i].name, PREFIX, strlen(PREFIX)) == 0;
			const char *name = query->items[i].name + (is_proper ? strlen(PREFIX) : 0);

			if (is_proper != is_fallback && is_variable_name(name))
				found[(*ret_count)++] =
					(struct predicate_variable){ name, query->items[i].value, is_fallback };
		}
	return found;
}

static bool read_where(struct op *op, const struct call *call, const struct fields *fields,
                       struct predicate **ret_predicate)
{
	struct predicate_source source = { .parameter = "where", .fields = fields };

	source.texts = all_values(op, call, "where", &source.text_count);
	if (!source.text_count)
		return true;
	source.variables = variables(op, call, &source.variable_count);
	*ret_predicate = predicate_compile(op, &source);
	return *ret_predicate != NULL;
}

/* What lists know; some take more. */
static const char *const PARAMETERS[] = { "expand", "limit",     "offset", "sort",
	                                      "where",  "withTotal", NULL };

static bool is_known(const char *name)
{
	for (const char *const *known = PARAMETERS; *known; known++)
		if (strcmp(*known, name) == 0)
			return true;
	return strncmp(name, "var.", strlen("var.")) == 0;
}

/* Says for the log which parameters were left aside though they resemble those of a list. */
static void hint_at_unknown(struct op *op, const struct call *call)
{
	for (size_t i = 0; i < call->query.count; i++) {
		const char *name = call->query.items[i].name;

		if (is_known(name))
			continue;
		if (!op_may_guess(op))
			return;
		const char *nearest = nearest_of(name, PARAMETERS);

		if (nearest && !parameters_get(&call->query, nearest))
			op_hint(op, "ignored parameter '%s'; did you mean %s?", name, nearest);
	}
}

bool listing_read(struct op *op, const struct call *call, const struct resource_kind *kind,
                  struct query *ret_query)
{
	const char *const *keys;
	size_t count;

	*ret_query = (struct query){ .kind = kind, .limit_rows = DEFAULT_LIMIT, .with_total = true };
	if (!call->query.count)
		return true;
	hint_at_unknown(op, call);
	keys = all_values(op, call, "sort", &count);
	return listing_read_paging(op, call, ret_query) &&
	       sort_compile(op, keys, count, kind->fields, &ret_query->sort) &&
	       read_where(op, call, kind->fields, &ret_query->predicate);
}

/* Answers */

struct body expanded_body(struct op *op, const struct call *call, json_t *document)
{
	size_t count;
	const char *const *paths = all_values(op, call, "expand", &count);

	if (!document || !expand(op, call->kind, document, paths, count))
		return NO_BODY;
	return body_document(document);
}

struct body stored_body(struct op *op, const struct call *call, const char *text, size_t bytes)
{
	if (!parameters_get(&call->query, "expand"))
		return body_text(text, bytes);
	return expanded_body(op, call, stored_read(op, text, bytes));
}

struct body resource_body(struct op *op, const struct call *call, const struct resource *resource)
{
	if (!resource)
		return NO_BODY;
	const char *text = resource_current_text(op, resource);

	return stored_body(op, call, text, strlen(text));
}

/* Appends the documents of a page, separated by commas. False: recorded. */
static bool append_results(struct op *op, const struct call *call, const struct query_page *page,
                           struct text_buffer *text)
{
	for (size_t i = 0; i < page->count; i++) {
		struct body body =
			stored_body(op, call, page->documents[i].text, page->documents[i].bytes);

		if (body.kind == BODY_FAILED)
			return false;
		if (body.kind == BODY_DOCUMENT) {
			body.text = json_text(op, body.document);
			body.bytes = strlen(body.text);
		}
		if (i)
			text_append(text, ",");
		text_append_bytes(text, body.text, body.bytes);
	}
	return true;
}

static struct body paged_body(struct op *op, const struct call *call, const struct query *query,
                              const struct query_page *page)
{
	struct text_buffer text = { .arena = op->arena };
	size_t bytes = HEAD_BYTES;

	for (size_t i = 0; i < page->count; i++)
		bytes += page->documents[i].bytes + 1;
	text_reserve(&text, bytes);
	text_appendf(&text, "{\"limit\":%lld,\"offset\":%lld,\"count\":%zu,",
	             (long long)query->limit_rows, (long long)query->offset_rows, page->count);
	if (query->with_total)
		text_appendf(&text, "\"total\":%lld,", (long long)page->total);
	text_append(&text, "\"results\":[");
	if (!append_results(op, call, page, &text))
		return NO_BODY;
	text_append(&text, "]}");
	return body_text(text.text, text.bytes);
}

/* Whether there is anything is all that a HEAD asks. */
static struct body head_body(struct op *op, const struct query_page *page)
{
	if (page->count)
		return EMPTY_BODY;
	fail_lookup_not_found(op);
	return NO_BODY;
}

struct body listing_body(struct op *op, const struct call *call, const struct query *query)
{
	struct query asked = *query;
	struct query_page page;

	if (call->is_head) {
		asked.limit_rows = 1;
		asked.offset_rows = 0;
		asked.with_total = false;
		asked.sort.count = 0;
	}
	if (!query_run(op, &asked, &page))
		return NO_BODY;
	log_event(LOG_LEVEL_DEBUG, "explain", "%s of %s: %s", query->kind->name, op->project,
	          page.plan);
	return call->is_head ? head_body(op, &page) : paged_body(op, call, query, &page);
}

struct body empty_listing_body(struct op *op, const struct call *call, const struct query *query)
{
	const struct query_page nothing = { 0 };

	return call->is_head ? head_body(op, &nothing) : paged_body(op, call, query, &nothing);
}

struct body list_kind(struct op *op, const struct call *call, const struct resource_kind *kind)
{
	struct query query;

	if (!listing_read(op, call, kind, &query))
		return NO_BODY;
	return listing_body(op, call, &query);
}

bool version_read(struct op *op, const struct call *call, int64_t *ret_version)
{
	const char *text = parameters_get(&call->query, "version");

	if (!text)
		return fail_missing_query_parameter(op, "version");
	return parse_integer(text, ret_version) ||
	       fail_invalid_input(op, "Malformed parameter: version: '%s' is not an integer.", text);
}

struct resource *deleted(struct op *op, const struct call *call, load_fn *load)
{
	int64_t version;

	if (!version_read(op, call, &version))
		return NULL;
	struct resource *resource = load(op, call);

	if (!resource || !resource_at_version(op, resource, version) || !kind_delete(op, resource))
		return NULL;
	return resource;
}

struct body delete_loaded(struct op *op, const struct call *call, load_fn *load)
{
	return resource_body(op, call, deleted(op, call, load));
}
