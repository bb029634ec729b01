/* Loading a document as any kind is made from its draft. */
#include "document/shape.h"
#include "kind/kind.h"
#include "resource/save.h"
#include "fixture_priv.h"

bool fixture_load_kind(struct op *op, const struct fixture_entry *entry)
{
	void *draft;

	if (!shape_decode_input(op, entry->section->shape, entry->draft, NULL, &draft))
		return false;
	struct resource *resource = kind_start(op, entry->section->kind, draft, entry->id);

	return resource && resource_save_silently(op, resource);
}
