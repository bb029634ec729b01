#include "project/project_reset.h"

#include <stddef.h>

#include "project/fixture.h"
#include "project/project_state.h"
#include "project/seed.h"

bool project_reset(struct op *op)
{
	struct snapshot *as_made;

	if (!snapshot_find(op, SNAPSHOT_AS_MADE, &as_made))
		return false;
	if (as_made)
		return snapshot_restore(op, as_made);
	/* It is older than snapshots are. */
	return project_clear(op, false) && seed_project(op);
}

bool project_empty(struct op *op)
{
	const struct fixture_set nothing = { .localities = seed_fixture(op)->localities };

	return project_clear(op, false) && fixture_load(op, &nothing, NULL);
}
