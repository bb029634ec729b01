#include "search/search_words.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/text.h"

/* How well a word of the text is what is searched for. */
enum grade {
	GRADE_NONE = 0,
	GRADE_NEAR_2 = 1, /* two edits away */
	GRADE_NEAR_1 = 2,
	GRADE_BEGINS = 4,
	GRADE_STEM = 6,   /* the same but for a plural s */
	GRADE_EQUAL = 8,
};

enum { LONGEST_FUZZY = 40, BLOCK = 64 };

enum {
	FOLDED_PER_UNIT = 4,     /* bytes that are lower-cased and cut into words */
	SCANNED_PER_UNIT = 32,   /* bytes that are looked through for a word */
	FUZZY_UNITS = 5,         /* a look at the lengths */
	DISTANCES_PER_UNIT = 4,  /* pairs of letters */
};

struct word {
	const char *text; /* folded */
	size_t      bytes;
	size_t      stem_bytes;
	bool        is_ascii;
	int         level; /* of fuzziness */
	int         best;  /* score in the document */
};

struct search_words {
	struct arena *arena;
	struct word   items[MOST_WORDS];
	size_t        count;
	struct search_words_options options;
	struct budget *budget; /* since search_words_begin() */
	char         *buffer; /* for one text */
	size_t        room;
};

/* -- cutting -- */

static bool is_letter(char c)
{
	unsigned char byte = (unsigned char)c;

	return byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/* The next word from *at on, which is moved behind it. False: there is none. */
static bool next_word(const char **at, const char *end, const char **ret_word, size_t *ret_bytes)
{
	const char *start = *at;

	while (start < end && !is_letter(*start))
		start++;
	const char *stop = start;

	while (stop < end && is_letter(*stop))
		stop++;
	*at = stop;
	*ret_word = start;
	*ret_bytes = (size_t)(stop - start);
	return stop > start;
}

/* Without a final s, unless the word is short or ends with two. */
static size_t stem_bytes(const char *word, size_t bytes)
{
	return bytes > 3 && word[bytes - 1] == 's' && word[bytes - 2] != 's' ? bytes - 1 : bytes;
}

int search_words_fuzzy_level(size_t letters)
{
	if (letters <= 2)
		return 0;
	return letters <= 5 ? 1 : 2;
}

static size_t letters_in(const char *text, size_t bytes)
{
	size_t letters = 0;

	for (size_t i = 0; i < bytes; i++)
		letters += ((unsigned char)text[i] & 0xC0) != 0x80;
	return letters;
}

size_t search_words_letters(const char *text)
{
	return letters_in(text, strlen(text));
}

static bool is_ascii(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if ((unsigned char)text[i] >= 0x80)
			return false;
	return true;
}

struct search_words *search_words_create(struct arena *arena, const char *text,
                                         const struct search_words_options *options)
{
	struct search_words *words = arena_alloc(arena, sizeof *words);
	const char *folded = text_fold_case(arena, text);
	const char *end = folded + strlen(folded);
	const char *word;
	size_t bytes;

	words->arena = arena;
	words->options = *options;
	while (words->count < MOST_WORDS && next_word(&folded, end, &word, &bytes)) {
		int allowed = search_words_fuzzy_level(letters_in(word, bytes));

		words->items[words->count++] = (struct word){
			.text = arena_strndup(arena, word, bytes),
			.bytes = bytes,
			.stem_bytes = stem_bytes(word, bytes),
			.is_ascii = is_ascii(word, bytes),
			.level = options->fuzzy_level < allowed ? options->fuzzy_level : allowed,
		};
	}
	return words;
}

/* -- likeness -- */

/* The letters of a word as code points; 0 if it is too long to be compared. */
static size_t code_points(const char *text, size_t bytes, uint32_t codes[LONGEST_FUZZY])
{
	size_t count = 0;

	for (size_t at = 0; at < bytes; count++) {
		uint32_t code;
		size_t used = text_utf8_char(text + at, bytes - at, &code);

		if (count == LONGEST_FUZZY)
			return 0;
		codes[count] = used ? code : (unsigned char)text[at];
		at += used ? used : 1;
	}
	return count;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* How many edits (insert, delete, replace, swap neighbours) lead from one to the other. */
static int distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
	int rows[3][LONGEST_FUZZY + 1];

	for (size_t j = 0; j <= b_count; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= a_count; i++) {
		int *row = rows[i % 3];
		const int *above = rows[(i - 1) % 3];
		const int *two_above = rows[(i + 1) % 3];

		row[0] = (int)i;
		for (size_t j = 1; j <= b_count; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a_count % 3][b_count];
}

int search_words_distance(const char *a, const char *b)
{
	uint32_t first[LONGEST_FUZZY];
	uint32_t second[LONGEST_FUZZY];
	size_t first_count = code_points(a, strlen(a), first);
	size_t second_count = code_points(b, strlen(b), second);

	return first_count && second_count ? distance(first, first_count, second, second_count)
	                                   : LONGEST_FUZZY;
}

static enum grade fuzzy_grade(const struct word *word, const char *text, size_t bytes,
                              struct budget *budget)
{
	uint32_t wanted[LONGEST_FUZZY];
	uint32_t found[LONGEST_FUZZY];

	/* A letter takes at most four bytes, so most words are told apart by their lengths. */
	if (!budget_spend(budget, FUZZY_UNITS) ||
	    bytes > 4 * (word->bytes + (size_t)word->level))
		return GRADE_NONE;
	size_t wanted_count = code_points(word->text, word->bytes, wanted);
	size_t found_count = code_points(text, bytes, found);
	size_t more = wanted_count > found_count ? wanted_count - found_count
	                                         : found_count - wanted_count;

	if (!wanted_count || !found_count || more > (size_t)word->level ||
	    !budget_spend(budget, (int64_t)(wanted_count * found_count / DISTANCES_PER_UNIT)))
		return GRADE_NONE;
	int edits = distance(wanted, wanted_count, found, found_count);

	if (edits > word->level)
		return GRADE_NONE;
	return edits == 1 ? GRADE_NEAR_1 : GRADE_NEAR_2;
}

static enum grade grade_of(const struct word *word, const char *text, size_t bytes,
                           const struct search_words *words)
{
	size_t stem = stem_bytes(text, bytes);

	if (bytes >= word->stem_bytes && memcmp(text, word->text, word->stem_bytes) == 0) {
		if (bytes == word->bytes && memcmp(text, word->text, bytes) == 0)
			return GRADE_EQUAL;
		if (stem == word->stem_bytes)
			return GRADE_STEM;
		if (words->options.may_continue && bytes > word->bytes &&
		    memcmp(text, word->text, word->bytes) == 0)
			return GRADE_BEGINS;
	}
	return word->level > 0 ? fuzzy_grade(word, text, bytes, words->budget) : GRADE_NONE;
}

/* -- looking -- */

void search_words_begin(struct search_words *words, struct budget *budget)
{
	words->budget = budget;
	for (size_t i = 0; i < words->count; i++)
		words->items[i].best = 0;
}

/* The text decoded and folded, in the buffer. */
static size_t fold(struct search_words *words, struct slice value)
{
	struct slice raw = slice_inside(value);
	size_t bytes = (size_t)(raw.end - raw.start);
	size_t decoded;

	if (words->room < 3 * bytes + 1) {
		words->room = 6 * bytes + 64;
		words->buffer = arena_take(words->arena, words->room);
	}
	char *buffer = words->buffer;

	if (!memchr(raw.start, '\\', bytes))
		return text_fold_bytes(raw.start, bytes, buffer);
	/* Folding at most doubles, so what is decoded stands behind where it is folded to. */
	char *tail = buffer + words->room - bytes;

	return slice_decode(raw, tail, bytes, &decoded) ? text_fold_bytes(tail, decoded, buffer) : 0;
}

void search_words_look_at(struct search_words *words, struct slice text, int weight)
{
	if (slice_kind(text) != SLICE_TEXT ||
	    !budget_spend(words->budget, STEP_UNITS + (text.end - text.start) / FOLDED_PER_UNIT))
		return;
	size_t folded_bytes = fold(words, text);
	const char *at = words->buffer;
	const char *end = at + folded_bytes;
	const char *found;
	size_t bytes;

	while (next_word(&at, end, &found, &bytes) &&
	       budget_spend(words->budget, STEP_UNITS + (int64_t)words->count))
		for (size_t i = 0; i < words->count; i++) {
			struct word *word = &words->items[i];
			int score = weight * (int)grade_of(word, found, bytes, words);

			if (score > word->best)
				word->best = score;
		}
}

int search_words_score(const struct search_words *words)
{
	int score = 0;

	for (size_t i = 0; i < words->count; i++) {
		if (!words->items[i].best && !words->options.any)
			return -1;
		score += words->items[i].best;
	}
	return score > 0 || words->count == 0 ? score : -1;
}

/* -- the quick look -- */

/* Lower-cases letters, and more that does not matter here. */
static unsigned char lowered(char c)
{
	return (unsigned char)c | 0x20;
}

static bool begins_here(const char *at, const struct word *word)
{
	for (size_t i = 0; i < word->stem_bytes; i++)
		if (lowered(at[i]) != lowered(word->text[i]))
			return false;
	return true;
}

/* Compares blocks without branches, so that the compiler can do many bytes at once: of the documents
 * of a large catalogue, most are told apart here. */
static bool is_in(const struct word *word, const char *text, size_t bytes)
{
	const unsigned char first = lowered(word->text[0]);
	const unsigned char second = lowered(word->text[1]);
	const unsigned char third = lowered(word->text[2]);
	size_t last = bytes - word->stem_bytes; /* where it may begin */
	size_t at = 0;

	for (; at + BLOCK + 2 <= bytes && at + BLOCK <= last + 1; at += BLOCK) {
		unsigned char hits = 0;

		for (size_t i = 0; i < BLOCK; i++)
			hits |= (unsigned char)((unsigned)(lowered(text[at + i]) == first) &
			                        (unsigned)(lowered(text[at + i + 1]) == second) &
			                        (unsigned)(lowered(text[at + i + 2]) == third));
		for (size_t i = 0; hits && i < BLOCK; i++)
			if (begins_here(text + at + i, word))
				return true;
	}
	for (; at <= last; at++)
		if (begins_here(text + at, word))
			return true;
	return false;
}

bool search_words_may_be_in(const struct search_words *words, const char *document, size_t bytes,
                            struct budget *budget)
{
	bool found_any = words->count == 0;

	for (size_t i = 0; i < words->count; i++) {
		const struct word *word = &words->items[i];
		bool can_tell = word->is_ascii && word->level == 0 && word->stem_bytes >= 3;
		bool found = !can_tell || !budget_spend(budget, (int64_t)(bytes / SCANNED_PER_UNIT)) ||
		             (bytes >= word->stem_bytes && is_in(word, document, bytes));

		if (!found && !words->options.any)
			return false;
		found_any = found_any || found;
	}
	return found_any;
}
