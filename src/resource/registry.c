#include "resource/registry.h"

#include <string.h>

#include "base/env.h"
#include "base/op.h"
#include "resource/resource.h"

const struct resource_kind *const *kinds_all(const struct op *op)
{
	static const struct resource_kind *const NONE[] = { NULL };

	return op->env->kinds ? op->env->kinds : NONE;
}

const struct resource_kind *kind_find(const struct op *op, const char *type_id)
{
	for (const struct resource_kind *const *kind = kinds_all(op); *kind; kind++)
		if (strcmp((*kind)->name, type_id) == 0)
			return *kind;
	return NULL;
}
