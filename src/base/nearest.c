#include "base/nearest.h"

#include <string.h>

#include "base/text.h"

/* What is longer is nobody's name. */
enum { WORD_BYTES = 64 };

struct nearest nearest_to(const char *word)
{
	return (struct nearest){ .word = word, .distance = (strlen(word) + 2) / 3 + 1 };
}

static void lower(const char *text, char lowered[WORD_BYTES])
{
	size_t i = 0;

	for (; text[i] && i < WORD_BYTES - 1; i++)
		lowered[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + ('a' - 'A')) : text[i];
	lowered[i] = '\0';
}

void nearest_try(struct nearest *nearest, const char *name)
{
	char word[WORD_BYTES], known[WORD_BYTES];

	if (strlen(nearest->word) >= WORD_BYTES || strlen(name) >= WORD_BYTES)
		return;
	lower(nearest->word, word);
	lower(name, known);
	size_t distance = text_distance(word, known);

	if (distance >= nearest->distance)
		return;
	nearest->distance = distance;
	nearest->name = name;
}

const char *nearest_of(const char *word, const char *const *names)
{
	struct nearest nearest = nearest_to(word);

	for (; *names; names++)
		nearest_try(&nearest, *names);
	return nearest.name;
}
