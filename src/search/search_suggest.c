/* Source: API docs, "Search Term Suggestions". */
#include "search/search_suggest.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "catalog/product_projection.h"
#include "db/db.h"
#include "document/doc.h"
#include "document/stored_json.h"
#include "resource/resource.h"
#include "search/search_reader.h"
#include "search/search_run.h"
#include "search/search_value.h"
#include "search/search_words.h"

/* Columns of the queries that give documents. */
enum { POSITION, DOC };

enum {
	READ_PER_UNIT = 8, /* bytes of a document */
	LIKENESS_UNITS = 50,
	SCRATCH_DOCUMENTS = 256,
	SPACES_BYTES = 8, /* the longest white space that keywords are cut at */
};

/* What was typed, and what there is for it. */
struct wanted {
	const char *text;   /* folded */
	size_t      number; /* of the way to the keywords of the language */
	int         level;  /* of fuzziness */
	json_t     *found;  /* an array of {text} */
	json_t     *seen;   /* a set of the texts */
};

struct run {
	struct op                   *op;
	const struct search_suggest *suggest;
	struct search_reader        *reader;
	struct wanted               *wanted;
	struct arena                *scratch;
	int64_t                      documents;
	bool                         failed;
};

/* -- likeness -- */

/* The first letters of a text. */
static const char *first_letters(struct arena *arena, const char *text, size_t letters)
{
	const char *end = text;

	while (*end && letters > 0) {
		end++;
		while (((unsigned char)*end & 0xC0) == 0x80)
			end++;
		letters--;
	}
	return arena_strndup(arena, text, (size_t)(end - text));
}

/* Does an input begin with what was typed, or nearly so? */
static bool begins(struct run *run, const struct wanted *wanted, const char *input)
{
	if (!op_spend(run->op, LIKENESS_UNITS))
		return false;
	const char *folded = text_fold_case(run->scratch, input);
	size_t letters = search_words_letters(wanted->text);

	if (strncmp(folded, wanted->text, strlen(wanted->text)) == 0)
		return true;
	return wanted->level > 0 &&
	       search_words_distance(first_letters(run->scratch, folded, letters), wanted->text) <=
	           wanted->level;
}

/* -- keywords -- */

/* Is one of the words of a text what was typed? */
static bool any_word_begins(struct run *run, const struct wanted *wanted, const char *text)
{
	static const char SPACES[SPACES_BYTES] = " \t\r\n";

	for (text += strspn(text, SPACES); *text; text += strspn(text, SPACES)) {
		size_t bytes = strcspn(text, SPACES);

		if (begins(run, wanted, arena_strndup(run->scratch, text, bytes)))
			return true;
		text += bytes;
	}
	return false;
}

static bool any_input_begins(struct run *run, const struct wanted *wanted, const json_t *inputs)
{
	for (size_t i = 0; i < json_array_size(inputs); i++) {
		const char *input = json_string_value(json_array_get(inputs, i));

		if (input && begins(run, wanted, input))
			return true;
	}
	return false;
}

/* A keyword is found by its beginning, by that of each of its words, or by inputs of its own. */
static bool fits(struct run *run, const struct wanted *wanted, const json_t *keyword)
{
	const json_t *tokenizer = json_object_get(keyword, "suggestTokenizer");
	const char *text = doc_text(keyword, "text");

	if (!text)
		return false;
	if (doc_is(tokenizer, "type", "whitespace"))
		return any_word_begins(run, wanted, text);
	if (doc_is(tokenizer, "type", "custom"))
		return any_input_begins(run, wanted, json_object_get(tokenizer, "inputs"));
	return begins(run, wanted, text);
}

static void look_at_keyword(struct run *run, struct wanted *wanted, struct slice raw)
{
	if (!op_spend(run->op, (raw.end - raw.start) / DECODED_PER_UNIT))
		return;
	json_t *keyword =
		stored_json_read(run->scratch, raw.start, (size_t)(raw.end - raw.start));
	const char *text = doc_text(keyword, "text");

	if (fits(run, wanted, keyword) && doc_note(wanted->seen, text))
		json_array_append_new(wanted->found, json_pack("{s:s}", "text", text));
	json_decref(keyword);
}

static bool is_full(const struct run *run, const struct wanted *wanted)
{
	return json_array_size(wanted->found) >= (size_t)run->suggest->limit;
}

/* Do more documents have to be looked at? */
static bool look_at(struct run *run, const char *text, size_t bytes)
{
	bool is_open = false;

	search_reader_read(run->reader, text, bytes);
	for (size_t i = 0; i < run->suggest->phrase_count; i++) {
		struct wanted *wanted = &run->wanted[i];
		struct search_values values = search_reader_values(run->reader, wanted->number);

		for (size_t j = 0; j < values.count && !is_full(run, wanted); j++)
			if (slice_kind(values.items[j].raw) == SLICE_OBJECT)
				look_at_keyword(run, wanted, values.items[j].raw);
		is_open = is_open || !is_full(run, wanted);
	}
	return is_open;
}

static bool look_at_row(void *context, const struct db_value *columns)
{
	struct run *run = context;

	run->failed = !op_spend(run->op, ROW_UNITS + (int64_t)(columns[DOC].bytes / READ_PER_UNIT));
	if (run->failed)
		return false;
	if (++run->documents % SCRATCH_DOCUMENTS == 0) {
		arena_destroy(run->scratch);
		run->scratch = arena_create();
	}
	return look_at(run, columns[DOC].text, columns[DOC].bytes);
}

/* -- all of it -- */

static struct wanted want(struct run *run, const struct search_phrase *phrase)
{
	const struct search_way way = {
		.steps = { { STEP_NAME, "searchKeywords" }, { STEP_NAME, phrase->locale } },
		.count = 2,
	};

	return (struct wanted){
		.text = text_fold_case(run->op->arena, phrase->text),
		.number = search_reader_add(run->reader, &way),
		.level = run->suggest->is_fuzzy
		             ? search_words_fuzzy_level(search_words_letters(phrase->text))
		             : 0,
		.found = keep(run->op, json_array()),
		.seen = keep(run->op, json_object()),
	};
}

bool search_suggest_run(struct op *op, const struct search_suggest *suggest, json_t **ret_result)
{
	const struct resource_kind *kind =
		suggest->is_staged ? &STAGED_PRODUCT_PROJECTION_KIND : &PRODUCT_PROJECTION_KIND;
	struct run run = { .op = op,
		               .suggest = suggest,
		               .reader = search_reader_create(op->arena),
		               .wanted = arena_alloc(op->arena, (suggest->phrase_count + 1) *
		                                                    sizeof *run.wanted),
		               .scratch = arena_create() };

	for (size_t i = 0; i < suggest->phrase_count; i++)
		run.wanted[i] = want(&run, &suggest->phrases[i]);
	bool done = db_each(op, QUERY_SEARCH_SCAN,
	                    DB_VALUES(db_text(op->project), db_text(kind->name)), look_at_row, &run);

	arena_destroy(run.scratch);
	*ret_result = NULL;
	if (!done || run.failed || !op_spend(op, STEP_UNITS))
		return false;
	*ret_result = keep(op, json_object());
	for (size_t i = 0; i < suggest->phrase_count; i++)
		json_object_set(*ret_result,
		                arena_printf(op->arena, "searchKeywords.%s", suggest->phrases[i].locale),
		                run.wanted[i].found);
	return true;
}
