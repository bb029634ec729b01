#include "api/dressed.h"

#include <string.h>

#include "api/listing.h"
#include "base/arena.h"
#include "base/op.h"
#include "resource/stored.h"

/* The document of an answer, to be changed. NULL: it failed. */
static json_t *document_of(struct op *op, const struct body *body)
{
	if (body->kind == BODY_TEXT)
		return stored_read(op, body->text, body->bytes);
	return body->document ? keep(op, json_deep_copy(body->document)) : NULL;
}

/* A call that expands nothing. */
static struct call unexpanded(struct op *op, const struct call *call)
{
	struct call plain = *call;

	plain.query.count = 0;
	plain.query.items =
		arena_alloc(op->arena, (call->query.count + 1) * sizeof *plain.query.items);
	for (size_t i = 0; i < call->query.count; i++)
		if (strcmp(call->query.items[i].name, "expand") != 0)
			plain.query.items[plain.query.count++] = call->query.items[i];
	return plain;
}

struct body dressed_body(struct op *op, const struct call *call, handler_fn *handle,
                         dress_fn *dress, const void *view)
{
	const struct call plain = unexpanded(op, call);
	struct body body = handle(op, &plain);

	if (body.kind != BODY_TEXT && body.kind != BODY_DOCUMENT)
		return body;
	json_t *doc = document_of(op, &body);
	const json_t *results = json_object_get(doc, "results");

	if (doc && !results)
		return dress(op, doc, view) ? expanded_body(op, call, doc) : NO_BODY;
	for (size_t i = 0; i < json_array_size(results); i++) {
		json_t *result = json_array_get(results, i);

		if (!dress(op, result, view) || expanded_body(op, call, result).kind == BODY_FAILED)
			return NO_BODY;
	}
	return body_document(doc);
}
