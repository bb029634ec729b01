/* What a search asks of a projection, as a tree of tests: the common form of filters, texts and the query
 * language. */
#ifndef SEARCH_SEARCH_QUERY_H
#define SEARCH_SEARCH_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "search/search_attributes.h"
#include "search/search_reader.h"
#include "search/search_value.h"

struct arena;
struct budget;
struct search_words;

/* What a field says something of. */
enum search_level { OF_PRODUCT, OF_VARIANT, OF_PRICE };

/* A field that a search names. */
struct search_field {
	const char       *name;         /* as the client has it */
	size_t            number;       /* of its way in the reader */
	enum search_level level;
	enum search_type  type;         /* as far as it is known */
	bool              is_dressed;   /* depends on stock, which is not stored in it */
	bool              is_of_prices; /* is about prices, which may be standalone ones */
	bool              is_nowhere;   /* no product has it here */
	const json_t     *ancestors;    /* of categories, which count as values too; NULL: none do */
};

/* A projection that is looked at. */
struct search_document {
	struct search_reader *reader; /* has read it */
	struct arena         *scratch; /* for what is not needed behind this document */
	uint64_t              serial; /* differs from document to document */
	struct budget        *budget; /* asking spends it; once it has ended, answers mean nothing */
};

enum search_test_kind {
	TEST_EXISTS,
	TEST_MISSING,
	TEST_EQUALS, /* one of the constants */
	TEST_WITHIN, /* one of the ranges */
	TEST_BEGINS, /* with the constant */
	TEST_FITS,   /* the constant as a pattern */
	TEST_WORDS,
};

/* A field that is searched for words, and what a word in it counts. */
struct search_text {
	struct search_field field;
	int                 weight;
};

struct search_test {
	enum search_test_kind          kind;
	struct search_field            field;   /* of all but words */
	struct search_constant *const *constants;
	size_t                         constant_count;
	const struct search_range     *ranges;
	size_t                         range_count;
	bool                           ignores_case;
	struct search_words           *words;
	const struct search_text      *texts;
	size_t                         text_count;
	double                         boost;   /* of the score */
};

enum search_match {
	MATCH_TEST,
	MATCH_ALL,    /* parts, for the same variant and the same price */
	MATCH_ANY,
	MATCH_NONE,
	MATCH_FILTER, /* like MATCH_ALL, without a score */
	MATCH_EACH,   /* parts, each for whichever variant and price */
};

struct search_query {
	enum search_match     match;
	struct search_test    test;
	struct search_query **parts;
	size_t                part_count;
	/* Set by search_query_finish(): */
	enum search_level     level;
	bool                  is_dressed;
	bool                  is_of_prices;
	uint64_t              known_serial; /* of the document that the score is known of */
	double                known_score;
};

/* Makes an empty query that parts can be added to, or that is one test; in an arena. */
struct search_query *search_query_create(struct arena *arena, enum search_match match);
void search_query_add(struct arena *arena, struct search_query *query, struct search_query *part);

/* Works out what the parts say of the whole; to be called once, when all are there. */
void search_query_finish(struct search_query *query);

/* How well a document fits; less than 0: it does not. NULL fits everything. */
double search_query_score(struct search_query *query, const struct search_document *document);

/* Does it fit for a variant (0: any) and one of its prices (0: any)? */
bool search_query_holds(struct search_query *query, const struct search_document *document,
                        uint16_t variant, uint16_t price);

/* Could a document fit, as far as what is stored tells? Asked before it is dressed. */
bool search_query_may_hold(struct search_query *query, const struct search_document *document);

/* Could it, as far as its bytes tell? Asked before it is read. */
bool search_query_may_be_in(const struct search_query *query, const char *text, size_t bytes,
                            struct budget *budget);

#endif
