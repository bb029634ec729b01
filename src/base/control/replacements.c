#include "base/replacements.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/key_table.h"
#include "base/memory.h"

struct replacements {
	atomic_uint_fast64_t count;
	struct key_table    *last; /* the count that the last one of a project made it */
};

struct replacements *replacements_create(void)
{
	struct replacements *replacements = xcalloc(1, sizeof *replacements);

	replacements->last = key_table_create(sizeof(atomic_uint_fast64_t));
	return replacements;
}

void replacements_destroy(struct replacements *replacements)
{
	if (!replacements)
		return;
	key_table_destroy(replacements->last);
	free(replacements);
}

uint64_t replacements_count(const struct replacements *replacements)
{
	return atomic_load(&replacements->count);
}

void replacements_note(struct replacements *replacements, const char *project)
{
	atomic_uint_fast64_t *last = key_table_ensure(replacements->last, project);

	/* Above every number that was asked for so far, and seen as such by whoever asks for the next one. */
	atomic_store(last, atomic_load(&replacements->count) + 1);
	atomic_fetch_add(&replacements->count, 1);
}

bool replacements_since(const struct replacements *replacements, const char *project,
                        uint64_t count)
{
	if (atomic_load(&replacements->count) == count)
		return false;
	const atomic_uint_fast64_t *last = key_table_get(replacements->last, project);

	return last && atomic_load(last) > count;
}
