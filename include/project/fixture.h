/* Fixtures: JSON documents that say what is in a project. They hold drafts of the API under their
 * plural names, with references by key. */
#ifndef PROJECT_FIXTURE_H
#define PROJECT_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct op;
struct text_file;

/* What a project is for; arrays of codes that end with NULL. NULL or empty: as its documents say. */
struct localities {
	const char *const *languages;
	const char *const *currencies;
	const char *const *countries;
};

/* Documents that are loaded together and may refer to each other; constant once made. */
struct fixture_set {
	const struct text_file *files;
	size_t                  count;
	struct localities       localities; /* what they are fitted to */
};

/* Something in a document that cannot be loaded. Lives in the arena. */
struct fixture_mistake {
	const char             *file;
	const char             *pointer;   /* RFC 6901; "" is the whole document */
	const char             *expected;  /* a sentence, or "expected …" */
	const char             *found;     /* the value at the pointer, cut; NULL: none, or a secret */
	struct fixture_mistake *next;
};

/* Makes the project of the request, if it does not exist, and everything that the documents hold
 * for it: those that name no project, and those that name this one. No messages. Goes on after a
 * mistake, so that all are found, but then nothing of it may be committed. *ret_mistakes (may be
 * NULL): them, in order of the documents. Runs inside op->tx. False: recorded, also a mistake. */
bool fixture_load(struct op *op, const struct fixture_set *fixture,
                  struct fixture_mistake **ret_mistakes);

/* The keys of the projects that the documents name, each once: an array of texts; kept by the arena.
 * What cannot be read names none. */
json_t *fixture_projects(struct op *op, const struct fixture_set *fixture);

#endif
