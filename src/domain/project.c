#include "domain/project.h"

#include <string.h>

#include "base/check.h"
#include "base/doc.h"
#include "base/error.h"
#include "base/op.h"
#include "domain/seed.h"

static const struct index_field PROJECT_INDEX[] = {
	{ 0 },
};

const struct resource_kind PROJECT_KIND = { .name = "project", .index = PROJECT_INDEX };

/* The first segments of paths that belong to the server itself. */
static const char *const RESERVED_KEYS[] = { "_admin", "_assets", "healthz", "livez", "oauth", "readyz" };

bool project_key_is_valid(const char *key)
{
	for (size_t i = 0; i < sizeof RESERVED_KEYS / sizeof *RESERVED_KEYS; i++)
		if (strcmp(key, RESERVED_KEYS[i]) == 0)
			return false;
	return check_key(key);
}

/* The text comes from the cache on all but the first request, so this is cheap. */
bool project_exists(struct op *op, bool *ret_exists)
{
	const char *text;
	size_t bytes;

	if (!resource_text(op, &PROJECT_KIND, op->project, &text, &bytes))
		return false;
	*ret_exists = text != NULL;
	return true;
}

bool project_has_language(struct op *op, const char *language, bool *ret_is)
{
	const struct resource *project = resource_get(op, &PROJECT_KIND, op->project);

	if (!project)
		return false;
	*ret_is = doc_list_holds(project->doc, "languages", language);
	return true;
}

bool project_ensure(struct op *op)
{
	bool exists;

	return project_exists(op, &exists) && (exists || seed_project(op));
}
