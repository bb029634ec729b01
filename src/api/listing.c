#include "api/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "db/db.h"
#include "domain/resource.h"

enum { DEFAULT_LIMIT = 20, MAX_LIMIT = 500, MAX_OFFSET = 10000 };

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

static bool read_in_range(struct op *op, const struct call *call, const char *name, int64_t max,
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

bool paging_read(struct op *op, const struct call *call, struct paging *ret_paging)
{
	const char *with_total = parameters_get(&call->query, "withTotal");

	*ret_paging = (struct paging){ DEFAULT_LIMIT, 0, true };
	if (!read_in_range(op, call, "limit", MAX_LIMIT, &ret_paging->limit_rows) ||
	    !read_in_range(op, call, "offset", MAX_OFFSET, &ret_paging->offset_rows))
		return false;
	if (!with_total)
		return true;
	ret_paging->with_total = strcmp(with_total, "true") == 0;
	return ret_paging->with_total || strcmp(with_total, "false") == 0 ||
	       fail_invalid_input(
			   op, "Malformed parameter: withTotal: The value must be 'true' or 'false'.");
}

static bool refuse(struct op *op, const struct call *call, const char *name)
{
	if (!parameters_get(&call->query, name))
		return true;
	return fail_parameter_not_implemented(op, name);
}

bool listing_refuse_predicates(struct op *op, const struct call *call)
{
	return refuse(op, call, "where");
}

bool listing_refuse_sort(struct op *op, const struct call *call)
{
	return refuse(op, call, "sort");
}

bool listing_read(struct op *op, const struct call *call, struct paging *ret_paging)
{
	return paging_read(op, call, ret_paging) && listing_refuse_predicates(op, call) &&
	       listing_refuse_sort(op, call);
}

struct body paged_body(struct op *op, const struct call *call, const struct paging *paging,
                       const struct db_row *rows, int64_t total)
{
	struct text_buffer results = { .arena = op->arena };
	struct text_buffer page = { .arena = op->arena };
	long long count = 0;

	for (; rows; rows = rows->next, count++) {
		if (count)
			text_append(&results, ",");
		text_append_bytes(&results, rows->columns[0].text, rows->columns[0].bytes);
	}
	if (call->is_head && !count) {
		fail_uri_not_found(op, "no resource matches");
		return NO_BODY;
	}
	text_appendf(&page, "{\"limit\":%lld,\"offset\":%lld,\"count\":%lld,",
	             (long long)paging->limit_rows, (long long)paging->offset_rows, count);
	if (paging->with_total)
		text_appendf(&page, "\"total\":%lld,", (long long)total);
	text_append(&page, "\"results\":[");
	if (results.bytes)
		text_append_bytes(&page, results.text, results.bytes);
	text_append(&page, "]}");
	return body_text(page.text, page.bytes);
}

struct body list_kind(struct op *op, const struct call *call, const struct resource_kind *kind,
                      const char *index_field, const char *value)
{
	struct paging paging;
	struct db_row *rows;
	int64_t total = 0;

	if (!listing_read(op, call, &paging) ||
	    (paging.with_total && !resource_count(op, kind, index_field, value, &total)) ||
	    !resource_list(op, kind, index_field, value, paging.limit_rows, paging.offset_rows, &rows))
		return NO_BODY;
	return paged_body(op, call, &paging, rows, total);
}

struct body resource_body(struct op *op, const struct resource *resource)
{
	if (!resource)
		return NO_BODY;
	const char *text = resource->text ? resource->text : json_text(op, resource->doc);

	return body_text(text, strlen(text));
}

bool version_read(struct op *op, const struct call *call, int64_t *ret_version)
{
	const char *text = parameters_get(&call->query, "version");

	if (!text)
		return fail_missing_query_parameter(op, "version");
	return parse_integer(text, ret_version) ||
	       fail_invalid_input(op, "Malformed parameter: version: '%s' is not an integer.", text);
}
