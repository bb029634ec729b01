#include "lexer_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"

static const char NAME_CHARACTER[] = "SphereIdentifierChar";

void lexer_init(struct lexer *lexer, struct op *op, const char *parameter, const char *text)
{
	*lexer = (struct lexer){
		.op = op,
		.parameter = parameter,
		.text = text,
		.end = text + strlen(text),
		.at = text,
		.furthest = text,
	};
}

/* -- notes, and the error made of them -- */

static bool is_same(const struct expected *a, const struct expected *b)
{
	if (!a->label || !b->label)
		return a->label == b->label && a->letter == b->letter;
	return strcmp(a->label, b->label) == 0;
}

static bool note(struct lexer *lexer, const char *at, struct expected expected)
{
	if (!lexer->has_notes || at < lexer->furthest)
		return false;
	if (at > lexer->furthest)
		lexer->expected_count = 0;
	lexer->furthest = at;
	for (size_t i = 0; i < lexer->expected_count; i++)
		if (is_same(&lexer->expected[i], &expected))
			return false;
	if (lexer->expected_count < MAX_EXPECTED)
		lexer->expected[lexer->expected_count++] = expected;
	return false;
}

bool lexer_expect(struct lexer *lexer, const char *at, const char *label)
{
	return note(lexer, at, (struct expected){ .label = label });
}

/* "a, b or c" */
static const char *expected_text(const struct lexer *lexer)
{
	struct text_buffer buffer = { .arena = lexer->op->arena };

	for (size_t i = 0; i < lexer->expected_count; i++) {
		const struct expected *expected = &lexer->expected[i];

		if (i)
			text_append(&buffer, i + 1 == lexer->expected_count ? " or " : ", ");
		if (expected->label)
			text_append(&buffer, expected->label);
		else
			text_appendf(&buffer, "'%c'", expected->letter);
	}
	return buffer.text ? buffer.text : "";
}

/* What is wrong at the furthest place. */
static const char *found_text(const struct lexer *lexer)
{
	static const char CONTROLS[] = "\n\r\t\f";
	static const char *const NAMES[] = { "\\n", "\\r", "\\t", "\\f" };
	const char *at = lexer->furthest;
	uint32_t code;

	if (at == lexer->end)
		return "Unexpected end of input";
	const char *control = strchr(CONTROLS, *at);

	if (control)
		return arena_printf(lexer->op->arena, "Invalid input '%s'", NAMES[control - CONTROLS]);
	size_t bytes = text_utf8_char(at, (size_t)(lexer->end - at), &code);

	return arena_printf(lexer->op->arena, "Invalid input '%.*s'", (int)bytes, at);
}

static size_t count_characters(const char *start, const char *end)
{
	size_t count = 0;

	for (; start < end; start++)
		count += ((unsigned char)*start & 0xC0) != 0x80;
	return count;
}

bool lexer_fail(struct lexer *lexer)
{
	struct text_buffer message = { .arena = lexer->op->arena };
	const char *line = lexer->text;
	size_t line_number = 1;

	for (const char *at = lexer->text; at < lexer->furthest; at++) {
		if (*at == '\n') {
			line = at + 1;
			line_number++;
		}
	}
	size_t column = 1 + count_characters(line, lexer->furthest);

	text_appendf(&message, "Malformed parameter: %s: Syntax error while parsing '%s'. ",
	             lexer->parameter, lexer->parameter);
	text_appendf(&message, "%s, expected %s (line %zu, column %zu):\n", found_text(lexer),
	             expected_text(lexer), line_number, column);
	text_append_bytes(&message, line, strcspn(line, "\n"));
	text_append(&message, "\n");
	for (size_t i = 1; i < column; i++)
		text_append(&message, " ");
	text_append(&message, "^");
	return fail_invalid_input(lexer->op, "%s", message.text);
}

/* -- words -- */

/* The grammar's own list: no other white space, of Unicode or of ASCII, counts. */
static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

char lexer_peek(struct lexer *lexer)
{
	while (is_space(*lexer->at))
		lexer->at++;
	return *lexer->at;
}

bool lexer_mark(struct lexer *lexer, char mark, const char *label)
{
	if (lexer_peek(lexer) != mark)
		return lexer_expect(lexer, lexer->at, label);
	lexer->at++;
	return true;
}

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '-';
}

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Is this keyword here, and whole? If not, notes the letter that it breaks at. */
static bool is_word(struct lexer *lexer, const char *word)
{
	const char *at = lexer->at;
	size_t i = 0;

	while (word[i] && lower(at[i]) == word[i])
		i++;
	if (!i)
		return lexer_expect(lexer, at, word);
	if (word[i])
		return note(lexer, at + i, (struct expected){ .letter = word[i] });
	return !is_name_character(at[i]) || lexer_expect(lexer, at + i, "white space");
}

int lexer_keyword(struct lexer *lexer, const char *const *words, size_t count)
{
	int found = -1;

	(void)lexer_peek(lexer); /* for the white space */
	for (size_t i = 0; i < count; i++)
		if (is_word(lexer, words[i]))
			found = (int)i;
	if (found >= 0)
		lexer->at += strlen(words[found]);
	return found;
}

bool lexer_name(struct lexer *lexer, const char **ret_name, size_t *ret_bytes)
{
	const char *start = lexer->at;

	while (is_name_character(*lexer->at))
		lexer->at++;
	*ret_name = start;
	*ret_bytes = (size_t)(lexer->at - start);
	if (lexer->at == start)
		return false;
	lexer_expect(lexer, lexer->at, NAME_CHARACTER);
	return true;
}

bool lexer_comparison(struct lexer *lexer, enum comparison *ret_comparison, bool *ret_is_negated)
{
	static const struct {
		const char     *mark;
		enum comparison comparison;
		bool            is_negated;
	} MARKS[] = {
		/* Longest first. */
		{ "!=", COMPARE_EQUAL,    true  },
		{ "<>", COMPARE_EQUAL,    true  },
		{ "<=", COMPARE_AT_MOST,  false },
		{ ">=", COMPARE_AT_LEAST, false },
		{ "=",  COMPARE_EQUAL,    false },
		{ "<",  COMPARE_LESS,     false },
		{ ">",  COMPARE_GREATER,  false },
	};

	(void)lexer_peek(lexer); /* for the white space */
	for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
		size_t bytes = strlen(MARKS[i].mark);

		if (strncmp(lexer->at, MARKS[i].mark, bytes) == 0) {
			lexer->at += bytes;
			*ret_comparison = MARKS[i].comparison;
			*ret_is_negated = MARKS[i].is_negated;
			return true;
		}
	}
	if (*lexer->at == '!')
		return lexer_expect(lexer, lexer->at + 1, "'='");
	return lexer_expect(lexer, lexer->at, "comparison operator");
}

/* -- values -- */

static struct literal *make_literal(struct lexer *lexer, enum literal_kind kind, const char *text,
                                    size_t bytes)
{
	struct literal *literal = arena_alloc(lexer->op->arena, sizeof *literal);

	*literal = (struct literal){ .kind = kind, .text = text, .bytes = bytes };
	return literal;
}

/* Where the closing quote is, at the latest. */
static const char *text_limit(const struct lexer *lexer)
{
	const char *at = lexer->at + 1;

	while (at < lexer->end && *at != '"')
		at += *at == '\\' && at + 1 < lexer->end ? 2 : 1;
	return at;
}

/* Decodes an escape at *at. NUL is refused, as no stored text holds one that could be meant. */
static bool read_escape(struct lexer *lexer, const char **at, char *out, size_t *bytes)
{
	const char *start = *at;
	uint32_t code;

	if (!json_escape_read(at, lexer->end, &code))
		return lexer_expect(lexer, *at, "escape sequence");
	if (!code)
		return lexer_expect(lexer, start, "character");
	*bytes += text_utf8_write(code, out + *bytes);
	return true;
}

/* May this stand in a text as it is? Of the control characters, these three. */
static bool is_text_character(char c)
{
	return ((unsigned char)c >= ' ' && c != '\x7f') || c == '\t' || c == '\n' || c == '\r';
}

static struct literal *read_text(struct lexer *lexer)
{
	const char *at = lexer->at + 1;
	/* No escape is shorter than what it stands for. */
	char *text = arena_take(lexer->op->arena, (size_t)(text_limit(lexer) - lexer->at) + 1);
	size_t bytes = 0;

	while (at < lexer->end && *at != '"' && is_text_character(*at)) {
		if (*at != '\\')
			text[bytes++] = *at++;
		else if (!read_escape(lexer, &at, text, &bytes))
			return NULL;
	}
	if (*at != '"') {
		lexer_expect(lexer, at, "'\"'");
		return NULL;
	}
	text[bytes] = '\0';
	lexer->at = at + 1;
	return make_literal(lexer, LITERAL_TEXT, text, bytes);
}

/* Moves *at behind the digits there; false, and noted: there are none. */
static bool skip_digits(struct lexer *lexer, const char **at)
{
	const char *start = *at;

	while (**at >= '0' && **at <= '9')
		(*at)++;
	return *at > start || lexer_expect(lexer, *at, "digit");
}

/* Behind the digits at `at`; where the optional part began, if there are none. */
static const char *optional_digits(struct lexer *lexer, const char *start, const char *at)
{
	return skip_digits(lexer, &at) ? at : start;
}

/* Takes the longest number there is: of `5.` and `007`, the rest is left for others to refuse. */
static struct literal *read_number(struct lexer *lexer)
{
	const char *start = lexer->at;
	const char *at = start + (*start == '-');

	if (*at == '0')
		at++;
	else if (!skip_digits(lexer, &at))
		return NULL;
	if (*at == '.')
		at = optional_digits(lexer, at, at + 1);
	if (*at == 'e' || *at == 'E')
		at = optional_digits(lexer, at, at + 1 + (at[1] == '+' || at[1] == '-'));
	lexer->at = at;
	size_t bytes = (size_t)(at - start);

	return make_literal(lexer, LITERAL_NUMBER, arena_strndup(lexer->op->arena, start, bytes),
	                    bytes);
}

static struct literal *read_boolean(struct lexer *lexer)
{
	static const char *const WORDS[] = { "false", "true" };
	int word = lexer_keyword(lexer, WORDS, 2);

	if (word < 0)
		return NULL;
	struct literal *literal =
		make_literal(lexer, LITERAL_BOOLEAN, WORDS[word], strlen(WORDS[word]));

	literal->is_true = word == 1;
	return literal;
}

static struct literal *read_variable(struct lexer *lexer)
{
	const char *name;
	size_t bytes;

	lexer->at++;
	if (!lexer_name(lexer, &name, &bytes)) {
		lexer_expect(lexer, lexer->at, NAME_CHARACTER);
		return NULL;
	}
	return make_literal(lexer, LITERAL_VARIABLE, arena_strndup(lexer->op->arena, name, bytes),
	                    bytes);
}

struct literal *lexer_value(struct lexer *lexer)
{
	int first = lower(lexer_peek(lexer));

	lexer_expect(lexer, lexer->at, "input parameter");
	lexer_expect(lexer, lexer->at, "primitive value");
	if (first == ':')
		return read_variable(lexer);
	if (first == '"')
		return read_text(lexer);
	if (first == '-' || (first >= '0' && first <= '9'))
		return read_number(lexer);
	return first == 't' || first == 'f' ? read_boolean(lexer) : NULL;
}
