#include "route_nearest_priv.h"

#include <string.h>

#include "base/text.h"
#include "route_index_priv.h"

enum { SEGMENT_BYTES = 48 };

/* What lies between a path and a pattern. */
struct difference {
	size_t edits;
	size_t letters; /* of the path, that the pattern wants to be certain ones */
};

static void lower(const char *text, size_t bytes, char lowered[SEGMENT_BYTES])
{
	size_t i = 0;

	for (; i < bytes && i < SEGMENT_BYTES - 1; i++)
		lowered[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + ('a' - 'A')) : text[i];
	lowered[i] = '\0';
}

/* Adds what lies between a segment and that of a pattern. What a pattern captures may be anything. */
static void add_segment(struct difference *difference, const char *pattern, size_t pattern_bytes,
                        const char *segment)
{
	const char *brace = memchr(pattern, '{', pattern_bytes);
	size_t literal_bytes = brace ? (size_t)(brace - pattern) : pattern_bytes;
	size_t segment_bytes = strlen(segment);
	const char *equals = brace ? strchr(segment, '=') : NULL;
	char wanted[SEGMENT_BYTES], found[SEGMENT_BYTES];

	if (!literal_bytes) {
		difference->edits += equals ? segment_bytes : 0; /* `{id}` is none that has a name */
		return;
	}
	if (equals)
		segment_bytes = (size_t)(equals - segment) + 1;
	lower(pattern, literal_bytes, wanted);
	lower(segment, segment_bytes, found);
	difference->edits += text_distance(wanted, found);
	difference->letters += segment_bytes;
}

static struct difference differ(const char *pattern, const char *const *segments)
{
	struct difference difference = { 0, 0 };

	for (size_t i = 0; *pattern == '/' && pattern[1]; i++) {
		size_t bytes = strcspn(pattern + 1, "/");

		add_segment(&difference, pattern + 1, bytes, segments[i]);
		pattern += 1 + bytes;
	}
	return difference;
}

/* The nearest so far. */
struct search {
	const char *path;
	size_t      edits;
};

static void try_route(struct search *search, const struct indexed_route *row,
                      const struct asked_path *path, size_t skip)
{
	if (row->segments != path->count - skip || path->count == skip)
		return;
	struct difference difference = differ(row->route->path, path->segments + skip);

	if (difference.edits > (difference.letters + 2) / 3 ||
	    (search->path && difference.edits >= search->edits))
		return;
	*search = (struct search){ row->route->path, difference.edits };
}

const char *route_nearest(const struct route_index *index, const struct asked_path *path)
{
	struct search search = { NULL, 0 };

	for (size_t g = 0; g < index->count; g++) {
		const struct route_group *group = &index->groups[g];

		for (size_t r = 0; r < group->count; r++) {
			try_route(&search, &group->routes[r], path, path->skip);
			if (group->is_rooted && path->skip)
				try_route(&search, &group->routes[r], path, 0);
		}
	}
	return search.path;
}
