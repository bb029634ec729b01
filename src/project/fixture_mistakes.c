/* Mistakes in fixtures: where they are, and what is said of them. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text_file.h"
#include "document/doc.h"
#include "project/fixture.h"
#include "fixture_priv.h"

/* What is said of each misfit that has a sentence of its own. */
static const char *const EXPECTED[] = {
#define MISFIT(name, text, expected) [MISFIT_##name] = expected,
#include "tables/misfits.def"
#undef MISFIT
};

/* Members that fixtures do not load though the API has them. */
static const struct {
	const char *where;
	const char *names;
} API_MEMBERS[] = {
#define API_MEMBERS(where, names) { where, names },
#include "tables/api_members.def"
#undef API_MEMBERS
};

static bool is_listed(const char *names, const char *name, size_t bytes)
{
	for (size_t length; *names; names += length + strspn(names + length, " ")) {
		length = strcspn(names, " ");
		if (length == bytes && strncmp(names, name, bytes) == 0)
			return true;
	}
	return false;
}

bool fixture_is_of_api(const char *where, const char *name)
{
	for (size_t i = 0; i < sizeof API_MEMBERS / sizeof *API_MEMBERS; i++)
		if (strcmp(API_MEMBERS[i].where, where) == 0)
			return is_listed(API_MEMBERS[i].names, name, strlen(name));
	return false;
}

/* What the member at a pointer stands in: `prices` of /products/0/masterVariant/prices/1/value. */
static const char *container(struct op *op, const char *pointer)
{
	char *copy = arena_strdup(op->arena, pointer);
	char *slash = strrchr(copy, '/');

	do {
		*slash = '\0';
		slash = strrchr(copy, '/');
	} while (slash && slash[1] >= '0' && slash[1] <= '9');
	return slash ? slash + 1 : "";
}

/* What other misfits and refusals say, without the full stop. */
static const char *in_words(struct op *op, const struct api_error *error)
{
	enum { SHOWN_BYTES = 200 };
	const char *detail = doc_text(error->extra, "detailedErrorMessage");
	const char *text = error->problem ? error->problem : detail ? detail : error->message;
	size_t bytes = strlen(text);

	if (bytes > SHOWN_BYTES) /* a long list of codes */
		bytes = strcspn(text, ".");
	return arena_strndup(op->arena, text, bytes && text[bytes - 1] == '.' ? bytes - 1 : bytes);
}

/* The member that an error names. An id that the document does not say itself comes from what it is known
 * by. */
static const char *taken_member(const json_t *value, const struct api_error *error)
{
	const char *field = doc_text(error->extra, "field");
	bool is_derived = error->code == ERROR_DUPLICATE_FIELD && field && strcmp(field, "id") == 0 &&
	                  !doc_has(value, "id");

	return is_derived ? fixture_name_member(value) : field;
}

static const char *expected_by(struct op *op, const json_t *value, const struct api_error *error)
{
	const char *field = taken_member(value, error);
	const char *type_id = doc_text(error->extra, "typeId");

	if (error->code == ERROR_REFERENCED_RESOURCE_NOT_FOUND && doc_has(error->extra, "sku"))
		return "expected the SKU of a product that exists";
	if (error->code == ERROR_REFERENCED_RESOURCE_NOT_FOUND && type_id)
		return arena_printf(op->arena, "expected the key or id of a %s that exists", type_id);
	if (error->code == ERROR_DUPLICATE_FIELD && field && strcmp(field, "email") != 0)
		return arena_printf(op->arena, "expected %s %s that is not taken",
		                    strchr("aeiou", field[0]) ? "an" : "a", field);
	if (error->code == ERROR_INVALID_FIELD && field && strcmp(field, "key") == 0)
		return "expected 2 to 256 letters, digits, - or _";
	if (error->misfit > MISFIT_UNKNOWN_MEMBER)
		return EXPECTED[error->misfit];
	return in_words(op, error);
}

static bool is_secret(const char *pointer)
{
	static const char *const NAMES[] = { "bearer", "clientSecret", "password", "passwordHash" };
	const char *name = strrchr(pointer, '/');

	for (size_t i = 0; name && i < sizeof NAMES / sizeof *NAMES; i++)
		if (strcmp(name + 1, NAMES[i]) == 0)
			return true;
	return false;
}

const char *fixture_found_at(struct op *op, const json_t *value, const char *pointer)
{
	enum { SHOWN_BYTES = 60 };
	const json_t *found = fixture_at(value, pointer);

	if (!found)
		return "nothing";
	if (json_is_object(found) || json_is_array(found))
		return json_is_object(found) ? "an object" : "an array";
	if (json_is_string(found) && is_secret(pointer))
		return "a secret";
	const char *text = json_text(op, found);

	return strlen(text) <= SHOWN_BYTES ? text : "a longer text";
}

/* The longest part of a pointer that leads somewhere; its last name may be that of what is missing. */
static const char *as_far_as_it_leads(struct op *op, const json_t *value, const char *pointer)
{
	char *copy = arena_strdup(op->arena, pointer);

	for (;;) {
		char *slash = strrchr(copy, '/');

		if (!slash)
			return "";
		*slash = '\0';
		if (json_is_object(fixture_at(value, copy)) || fixture_at(value, pointer)) {
			*slash = '/';
			return copy;
		}
	}
}

/* Where in the document an error is: where the shape says, else at the text that it names. */
static const char *locate(struct op *op, const json_t *value, const struct api_error *error)
{
	static const char *const NAMES[] = { "duplicateValue", "invalidValue", "key", "id" };
	const char *field = taken_member(value, error);

	if (error->pointer)
		return as_far_as_it_leads(op, value, error->pointer);
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		const char *text = doc_text(error->extra, NAMES[i]);
		const char *pointer = text ? fixture_point_to(op, value, text) : NULL;

		if (pointer)
			return pointer;
	}
	return field && doc_has(value, field) ? arena_printf(op->arena, "/%s", field) : "";
}

void fixture_note(struct fixture_mistakes *mistakes, const struct text_file *file,
                  const char *pointer, const char *expected, const char *found)
{
	struct fixture_mistake *mistake = arena_alloc(mistakes->op->arena, sizeof *mistake);

	*mistake = (struct fixture_mistake){ file->name, pointer, expected, found, NULL };
	if (mistakes->last)
		mistakes->last->next = mistake;
	else
		mistakes->first = mistake;
	mistakes->last = mistake;
}

void fixture_note_error(struct fixture_mistakes *mistakes, const struct text_file *file,
                        const char *base, const json_t *value, const struct api_error *error)
{
	struct op *op = mistakes->op;
	struct api_error located = *error;

	located.pointer = locate(op, value, error);
	const char *pointer = arena_printf(op->arena, "%s%s", base, located.pointer);
	const char *expected = expected_by(op, value, &located);

	/* Of a member that should not be there, its name is all that counts. */
	if (error->misfit != MISFIT_UNKNOWN_MEMBER)
		fixture_note(mistakes, file, pointer, expected,
		             fixture_found_at(op, value, located.pointer));
	else if (fixture_is_of_api(container(op, pointer), strrchr(pointer, '/') + 1))
		fixture_note(mistakes, file, pointer, "the API has this member, fixtures do not", NULL);
	else
		fixture_note(mistakes, file, pointer, expected, NULL);
}
