#include "api/resources.h"

#include "api/listing.h"
#include "base/error.h"
#include "base/op.h"
#include "kind/kind.h"
#include "kind/update.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/save.h"
#include "resource/stored.h"

struct body kinds_list(struct op *op, const struct call *call)
{
	return list_kind(op, call, call->kind);
}

struct body kinds_create(struct op *op, const struct call *call)
{
	struct resource *resource = kind_start(op, call->kind, call->input, NULL);

	if (!resource || !resource_save(op, resource))
		return NO_BODY;
	return resource_body(op, call, resource);
}

/* Looks into a stored document only if that can matter. */
static bool is_served(struct op *op, const struct resource_kind *kind, const char *text,
                      size_t bytes)
{
	if (!kind->is_visible && !kind->is_served)
		return true;
	const json_t *doc = stored_read(op, text, bytes);

	return doc && kind_serves(op, kind, doc);
}

/* The stored text, sent as it is, even if it has to be looked into first. Failed without a record: it does not exist
 * for who asks. */
static struct body stored(struct op *op, const struct call *call, const char *id)
{
	const struct resource_kind *kind = call->kind;
	const char *text;
	size_t bytes;

	if (!resource_text(op, kind, id, &text, &bytes) || !text)
		return NO_BODY;
	return is_served(op, kind, text, bytes) ? stored_body(op, call, text, bytes) : NO_BODY;
}

struct body kinds_get(struct op *op, const struct call *call)
{
	struct body body = stored(op, call, call->argument);

	if (body.kind == BODY_FAILED && !op_failed(op))
		fail_not_found(op, call->argument);
	return body;
}

struct body kinds_get_by_key(struct op *op, const struct call *call)
{
	const char *id;

	if (!resource_id_by(op, call->kind, "key", call->argument, &id))
		return NO_BODY;
	struct body body = id ? stored(op, call, id) : NO_BODY;

	if (body.kind == BODY_FAILED && !op_failed(op))
		fail_key_not_found(op, call->argument);
	return body;
}

bool kinds_fetch(struct op *op, struct call *call)
{
	return resource_fetch_ahead(op, call->kind, call->argument, NULL);
}

static struct body update(struct op *op, const struct call *call, struct resource *resource)
{
	if (!resource || !resource_update(op, resource, call->input) ||
	    !resource_save_updated(op, resource, call->input))
		return NO_BODY;
	return resource_body(op, call, resource);
}

struct body kinds_update(struct op *op, const struct call *call)
{
	return update(op, call, kind_get(op, call->kind, call->argument));
}

struct body kinds_update_by_key(struct op *op, const struct call *call)
{
	return update(op, call, kind_get_by_key(op, call->kind, call->argument));
}

static struct resource *load(struct op *op, const struct call *call)
{
	return kind_get(op, call->kind, call->argument);
}

static struct resource *load_by_key(struct op *op, const struct call *call)
{
	return kind_get_by_key(op, call->kind, call->argument);
}

struct body kinds_delete(struct op *op, const struct call *call)
{
	return delete_loaded(op, call, load);
}

struct body kinds_delete_by_key(struct op *op, const struct call *call)
{
	return delete_loaded(op, call, load_by_key);
}
