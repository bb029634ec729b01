/* Which of the known names somebody may have meant. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* A search for the name that is most like a word. */
struct nearest {
	const char *word;
	const char *name;     /* the most alike so far; NULL: none is alike */
	size_t      distance; /* of that one */
};

/* Starts a search. The word outlives it. */
struct nearest nearest_to(const char *word);

/* Looks at one more name, which outlives the search. Of two that are equally alike the first one stays.
 * Capitals count as small letters; a third of the word may be edited, so what is wholly different is
 * not found, and a word that was not meant for us is never answered with a guess. */
void nearest_try(struct nearest *nearest, const char *name);

/* The same for a list of names that ends with NULL. */
const char *nearest_of(const char *word, const char *const *names);

#endif
