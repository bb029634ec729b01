#include "admin/outbox.h"

#include <string.h>
#include <strings.h>

#include "admin/control.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "customer/outbox.h"
#include "document/doc.h"

enum { LONGEST_WAIT_MS = 60 * 1000 };

/* What is asked for. */
struct search {
	const char *to;    /* NULL: whoever */
	const char *type;  /* NULL: whatever */
	int64_t     since; /* a position; 0: from the start */
	bool        has_since;
	int64_t     wait_ms;
	size_t      limit;
};

static bool is_type(const char *type)
{
	const char *const *known = LETTER_TYPES;

	while (*known && strcmp(*known, type) != 0)
		known++;
	return *known != NULL;
}

static bool read_search(struct op *op, const struct call *call, struct search *ret_search)
{
	const char *since = parameters_get(&call->query, "since");
	const char *wait = parameters_get(&call->query, "wait");
	struct search search = { .to = parameters_get(&call->query, "to"),
		                     .type = parameters_get(&call->query, "type"),
		                     .has_since = since && *since };

	if (search.type && !is_type(search.type))
		return fail_invalid_input(
			op, "Malformed parameter: type: expected EmailVerification or PasswordReset.");
	if (search.has_since && !outbox_position(op, since, &search.since))
		return fail_invalid_input(op, "Malformed parameter: since: expected the id of a message.");
	if (wait && !duration_parse(wait, &search.wait_ms))
		return fail_invalid_input(
			op, "Malformed parameter: wait: expected a duration such as 5s, at most 60s.");
	if (search.wait_ms > LONGEST_WAIT_MS)
		search.wait_ms = LONGEST_WAIT_MS;
	if (!control_limit(op, call, &search.limit))
		return false;
	*ret_search = search;
	return true;
}

static bool is_wanted(const struct search *search, const struct kept_letter *letter)
{
	return (!search->to || strcasecmp(search->to, letter->to) == 0) &&
	       (!search->type || strcmp(search->type, letter->type) == 0);
}

/* What a shop puts into such a letter: the template of its type with the token in its place. NULL: there is none. */
static const char *link_of(struct op *op, const struct kept_letter *letter)
{
	static const char PLACE[] = "{token}";
	const size_t bytes = strlen(letter->type);
	const char *template = NULL;

	/* The last one counts, so that one's own beats the default. */
	for (const char *const *one = op->env->link_templates; one && *one; one++)
		if (strncmp(*one, letter->type, bytes) == 0 && (*one)[bytes] == '=')
			template = *one + bytes + 1;
	if (!template)
		return NULL;
	struct text_buffer link = { .arena = op->arena };
	const char *place;

	for (; (place = strstr(template, PLACE)); template = place + strlen(PLACE)) {
		text_append_bytes(&link, template, (size_t)(place - template));
		text_append(&link, letter->token_value);
	}
	text_append(&link, template);
	return link.text;
}

static json_t *shown(struct op *op, const struct kept_letter *letter)
{
	json_t *message = keep(op, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:b}",
	                                     "id", letter->id,
	                                     "createdAt", timestamp_text(op->arena, letter->created_ms),
	                                     "type", letter->type,
	                                     "to", letter->to,
	                                     "customerId", letter->customer_id,
	                                     "tokenValue", letter->token_value,
	                                     "expiresAt", timestamp_text(op->arena, letter->expires_ms),
	                                     "link", link_of(op, letter),
	                                     "used", letter->is_used));

	doc_set_text(message, "storeKey", letter->store_key);
	return message;
}

/* Whoever goes on from an id gets the next ones; anybody else the newest. */
static void cut(json_t *list, const struct search *search)
{
	if (!search->has_since)
		control_cut(list, search->limit);
	while (json_array_size(list) > search->limit)
		json_array_remove(list, json_array_size(list) - 1);
}

struct body outbox_list(struct op *op, const struct call *call)
{
	json_t *list = keep(op, json_array());
	struct kept_letter *letters;
	struct search search;
	size_t count;

	if (!control_project(op) || !read_search(op, call, &search) ||
	    !outbox_after(op, search.since, &letters, &count))
		return NO_BODY;
	for (size_t i = 0; i < count; i++)
		if (is_wanted(&search, &letters[i]))
			json_array_append(list, shown(op, &letters[i]));
	if (!json_array_size(list) && search.wait_ms && !call->has_waited && op->env->waiting)
		return (struct body){ .kind = BODY_WAITING, .wait_ms = search.wait_ms };
	cut(list, &search);
	return body_document(keep(op, json_pack("{s:O}", "messages", list)));
}

struct body outbox_clear(struct op *op, const struct call *call)
{
	int64_t started_us = monotonic_us();
	struct kept_letter *letters;
	struct search search;
	size_t count, deleted = 0;

	if (!control_project(op) || !read_search(op, call, &search) ||
	    !outbox_after(op, search.since, &letters, &count))
		return NO_BODY;
	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(&search, &letters[i]))
			continue;
		if (!outbox_delete(op, &letters[i]))
			return NO_BODY;
		deleted++;
	}
	return body_document(keep(op, json_pack("{s:{s:I}, s:o}", "counts", "messages",
	                                        (json_int_t)deleted, "ms", control_ms(started_us))));
}
