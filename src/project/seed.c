#include "project/seed.h"

#include "base/env.h"
#include "base/op.h"
#include "project/fixture.h"
#include "resource/project_settings.h"

const char DEMO_PROJECT[] = "demo";

const char *const SEED_LANGUAGES[] = { "en", "de", "en-US", NULL };

bool seed_project(struct op *op)
{
	const struct fixture_set built_in = { SEED_FILES,
		                                  SEED_FILE_COUNT,
		                                  { .languages = SEED_LANGUAGES } };

	return fixture_load(op, op->env->seed ? op->env->seed : &built_in, NULL);
}

bool project_ensure(struct op *op)
{
	bool exists;

	return project_exists(op, &exists) && (exists || seed_project(op));
}
