/* The text search of product projections: words, and how far they may be misspelt. */
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "base/text.h"
#include "document/doc.h"

#include "search/search.h"

static const char SEPARATORS[] = " \t\r\n.,;:!?\"'()[]{}/\\|<>+*=&%#@~`^";

static void append_text(struct text_buffer *buffer, const json_t *value)
{
	if (!json_is_string(value))
		return;
	text_append(buffer, json_string_value(value));
	text_append(buffer, " ");
}

/* The texts of a value, and those of a localized text in this language only. */
static void append_value(struct text_buffer *buffer, const json_t *value, const char *locale)
{
	const json_t *label = json_object_get(value, "label");

	append_text(buffer, value);
	append_text(buffer, json_object_get(value, locale));
	append_text(buffer, label);
	append_text(buffer, json_object_get(label, locale));
	for (size_t i = 0; i < json_array_size(value); i++)
		append_value(buffer, json_array_get(value, i), locale);
}

static void append_variant(struct text_buffer *buffer, const json_t *variant, const char *locale)
{
	const json_t *attributes = json_object_get(variant, "attributes");

	append_text(buffer, json_object_get(variant, "sku"));
	for (size_t i = 0; i < json_array_size(attributes); i++)
		append_value(buffer, json_object_get(json_array_get(attributes, i), "value"), locale);
}

/* All that is searched in a projection, lower-cased. */
static char *searched_text(struct op *op, const json_t *projection, const char *locale)
{
	struct text_buffer buffer = { .arena = op->arena };
	const json_t *variants = json_object_get(projection, "variants");
	const json_t *keywords =
		json_object_get(json_object_get(projection, "searchKeywords"), locale);

	text_append(&buffer, " ");
	append_value(&buffer, json_object_get(projection, "name"), locale);
	append_value(&buffer, json_object_get(projection, "description"), locale);
	for (size_t i = 0; i < json_array_size(keywords); i++)
		append_text(&buffer, json_object_get(json_array_get(keywords, i), "text"));
	append_variant(&buffer, json_object_get(projection, "masterVariant"), locale);
	for (size_t i = 0; i < json_array_size(variants); i++)
		append_variant(&buffer, json_array_get(variants, i), locale);
	return text_fold_case(op->arena, buffer.text);
}

/* As the API documents it: words of up to 2 characters must be right, of up to 5 may have one
 * mistake, longer ones two. */
static size_t mistakes_allowed(const char *word, bool fuzzy)
{
	size_t bytes = strlen(word);

	if (!fuzzy || bytes <= 2)
		return 0;
	return bytes <= 5 ? 1 : 2;
}

/* Does a word begin with this one, or is it nearly this one? `words`: cut at the separators. */
static bool has_word(json_t *words, const char *wanted, bool fuzzy)
{
	size_t allowed = mistakes_allowed(wanted, fuzzy);

	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *word = json_string_value(json_array_get(words, i));

		if (strncmp(word, wanted, strlen(wanted)) == 0 ||
		    (allowed > 0 && text_distance(word, wanted) <= allowed))
			return true;
	}
	return false;
}

static json_t *words_of(struct op *op, const char *text)
{
	json_t *words = keep(op, json_array());

	for (text += strspn(text, SEPARATORS); *text; text += strspn(text, SEPARATORS)) {
		size_t bytes = strcspn(text, SEPARATORS);

		json_array_append(words, keep(op, json_stringn(text, bytes)));
		text += bytes;
	}
	return words;
}

bool search_text_matches(struct op *op, const json_t *projection, const char *locale,
                         const char *text, bool fuzzy)
{
	json_t *words = words_of(op, searched_text(op, projection, locale));
	const json_t *wanted = words_of(op, text_fold_case(op->arena, text));

	for (size_t i = 0; i < json_array_size(wanted); i++)
		if (!has_word(words, json_string_value(json_array_get(wanted, i)), fuzzy))
			return false;
	return true;
}
