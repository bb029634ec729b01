#include "project/seed.h"

#include "base/arena.h"
#include "base/env.h"
#include "base/op.h"
#include "project/fixture.h"
#include "project/project_state.h"
#include "resource/project_settings.h"

const char DEMO_PROJECT[] = "demo";

const char *const SEED_LANGUAGES[] = { "en", "de", "en-US", NULL };

const struct fixture_set *seed_fixture(struct op *op)
{
	struct fixture_set *built_in;

	if (op->env->seed)
		return op->env->seed;
	built_in = arena_alloc(op->arena, sizeof *built_in);
	*built_in =
		(struct fixture_set){ SEED_FILES, SEED_FILE_COUNT, { .languages = SEED_LANGUAGES } };
	return built_in;
}

bool project_make(struct op *op, const struct fixture_set *fixture,
                  struct fixture_mistake **ret_mistakes)
{
	return fixture_load(op, fixture, ret_mistakes) && project_keep_as_made(op);
}

bool seed_project(struct op *op)
{
	return project_make(op, seed_fixture(op), NULL);
}

bool project_ensure(struct op *op)
{
	bool exists;

	return project_exists(op, &exists) && (exists || seed_project(op));
}
