#include "kind/kind.h"

#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/custom_fields.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/registry.h"
#include "resource/save.h"

/* Creating */

static bool check_draft_key(struct op *op, const json_t *draft)
{
	const char *key = doc_text(draft, "key");

	return !key || check_key(key) ||
	       fail_invalid_field(op, "key", json_object_get(draft, "key"), NULL);
}

static bool start_custom(struct op *op, struct resource *resource, const json_t *draft)
{
	const json_t *custom = json_object_get(draft, "custom");

	return !custom || !resource->kind->custom_type ||
	       custom_from_draft(op, resource->doc, resource->kind->custom_type, custom);
}

struct resource *kind_start(struct op *op, const struct resource_kind *kind, const json_t *draft,
                            const char *id)
{
	struct resource *resource = resource_start(op, kind, id);

	if (!check_draft_key(op, draft))
		return NULL;
	/* A handler may run twice, so the draft stays as it is. What looks like a reference in a custom
	 * field need not be one. */
	json_t *copy = keep(op, json_deep_copy(draft));

	json_object_del(copy, "custom");
	if (!references_resolve(op, copy))
		return NULL;
	json_object_update(resource->doc, copy);
	if (!start_custom(op, resource, draft) || (kind->fill && !kind->fill(op, resource, draft)))
		return NULL;
	return resource;
}

/* Finding */

bool kind_serves(struct op *op, const struct resource_kind *kind, const json_t *doc)
{
	return (!kind->is_visible || kind->is_visible(op, doc)) &&
	       (!kind->is_served || kind->is_served(op, doc));
}

struct resource *kind_get(struct op *op, const struct resource_kind *kind, const char *id)
{
	struct resource *resource = resource_get(op, kind, id);

	if (!resource || kind_serves(op, resource->kind, resource->doc))
		return resource;
	fail_subject_not_found(op, kind->name, id);
	return NULL;
}

struct resource *kind_get_by_key(struct op *op, const struct resource_kind *kind, const char *key)
{
	struct resource *resource = resource_get_by_key(op, kind, key);

	if (!resource || kind_serves(op, resource->kind, resource->doc))
		return resource;
	fail_subject_key_not_found(op, kind->name, key);
	return NULL;
}

/* Deleting */

/* What the other kind's references hold of this resource: its key or its id. */
static const char *referred_as(const struct resource *resource)
{
	return resource->kind->by_key ? doc_text(resource->doc, "key") : resource->id;
}

static bool check_references_from(struct op *op, const struct resource *resource,
                                  const struct resource_kind *other)
{
	int64_t count;

	for (const struct index_field *field = other->index; field->name; field++) {
		if (!field->references || strcmp(field->references, resource->kind->name) != 0)
			continue;
		if (!resource_count(op, other, field->name, referred_as(resource), &count))
			return false;
		if (count > 0)
			return fail_reference_exists(op, resource->kind->name, other->name);
	}
	return true;
}

bool kind_delete(struct op *op, struct resource *resource)
{
	for (const struct resource_kind *const *other = kinds_all(op); *other; other++)
		if (!check_references_from(op, resource, *other))
			return false;
	if (resource->kind->before_delete && !resource->kind->before_delete(op, resource))
		return false;
	return resource_delete(op, resource);
}
