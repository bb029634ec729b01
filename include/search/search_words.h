/* Words: how texts are cut into them, and which ones a text is searched for. */
#ifndef SEARCH_SEARCH_WORDS_H
#define SEARCH_SEARCH_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "document/json_reader.h"

struct arena;
struct budget;
struct search_words;

/* How words are compared. */
struct search_words_options {
	bool may_continue; /* a word of the text may go on behind what is searched */
	bool any;          /* one of the words will do; else all must be there */
	int  fuzzy_level;  /* so many edits at most, and no more than the word's length allows */
};

enum { MOST_WORDS = 32, MOST_FUZZY_LEVEL = 2 };

/* Cuts what is searched for into words. Further ones than MOST_WORDS are not looked at. */
struct search_words *search_words_create(struct arena *arena, const char *text,
                                         const struct search_words_options *options);

/* How many edits a word of so many letters may be away by default. Source: API docs, "Fuzzy
 * search". */
int search_words_fuzzy_level(size_t letters);

/* The letters of a UTF-8 text. */
size_t search_words_letters(const char *text);

/* How many edits (insert, delete, replace, swap neighbours) lead from one text to the other; texts that are
 * too long to be compared are far away. */
int search_words_distance(const char *a, const char *b);

/* Forgets what was found, before another document is looked at. Looking spends the budget. */
void search_words_begin(struct search_words *words, struct budget *budget);

/* Looks for the words in a text, a JSON value of a document; what is found counts `weight` times. */
void search_words_look_at(struct search_words *words, struct slice text, int weight);

/* The score of what was found since the beginning; less than 0: too few words were. */
int search_words_score(const struct search_words *words);

/* Could the words be in this document at all? A quick look at its bytes, in which, as in all that is stored,
 * no letter of ASCII is escaped. */
bool search_words_may_be_in(const struct search_words *words, const char *document, size_t bytes,
                            struct budget *budget);

#endif
