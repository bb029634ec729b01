/* Reads the values of many fields out of the text of a projection, in one pass and without a tree. */
#ifndef SEARCH_SEARCH_READER_H
#define SEARCH_SEARCH_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document/json_reader.h"

struct arena;
struct search_reader;

/* One step of the way from a projection to a value. Arrays are gone into on the way. */
enum search_step_kind {
	STEP_NAME,          /* the member of this name */
	STEP_VARIANTS,      /* the variants, the master first */
	STEP_PRICES,        /* the embedded prices of a variant */
	STEP_SELECTED,      /* of them the one that is selected */
	STEP_CURRENT,       /* of a price: the discounted value, else the value */
	STEP_ATTRIBUTE,     /* of a list of attributes: the value of the one of this name */
	STEP_ANY_ATTRIBUTE, /* the value of each */
};

struct search_step {
	enum search_step_kind kind;
	const char           *name;
};

enum { SEARCH_STEPS = 16 }; /* the longest way */

/* What of the values at the end of the way is wanted. */
enum search_pick {
	PICK_VALUES,        /* texts, numbers and truths; of an enum its key; of other objects all of it */
	PICK_TEXTS,         /* texts, and of localized ones and labels those of a language */
	PICK_STOCKED_NAMES, /* of an object: the names of members that say `isOnStock` */
	PICK_DISCOUNTED,    /* of a price: whether it is discounted, a truth */
};

struct search_way {
	struct search_step steps[SEARCH_STEPS];
	size_t             count;
	enum search_pick   pick;
	const char        *locale; /* PICK_TEXTS only */
};

/* A value as it stands in the text: nothing empty, no array. */
struct search_value {
	struct slice raw;
	uint16_t     variant; /* whose it is: 0 the product's, else from 1, the master */
	uint16_t     price;   /* 0 of no embedded price, else from 1 */
};

struct search_values {
	const struct search_value *items;
	size_t                     count;
};

/* Says which price of an array is selected: its place in it, from 1; 0: none is. */
typedef uint16_t search_select_fn(void *context, struct slice prices);

/* Makes a reader in an arena. */
struct search_reader *search_reader_create(struct arena *arena);

/* Has prices selected by a function; without one, the first price of each variant is. */
void search_reader_select_by(struct search_reader *reader, search_select_fn *select, void *context);

/* Adds a way, which is copied, and gives the number under which its values are found. */
size_t search_reader_add(struct search_reader *reader, const struct search_way *way);

/* Reads no attribute of this name, whatever way leads to it. */
void search_reader_hide_attribute(struct search_reader *reader, const char *name);

/* Reads a document, the text of an object. What was read before is forgotten; what is read borrows
 * from the text. */
void search_reader_read(struct search_reader *reader, const char *text, size_t bytes);

/* The values of a way in the document that was read last. */
struct search_values search_reader_values(const struct search_reader *reader, size_t number);

/* How many variants it has, and how many prices a variant at most, as far as a way led there. */
uint16_t search_reader_variants(const struct search_reader *reader);
uint16_t search_reader_prices(const struct search_reader *reader);

#endif
