#include "project/fixture.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/op.h"
#include "base/text.h"
#include "base/text_file.h"
#include "document/doc.h"
#include "document/json_error.h"
#include "document/shape.h"
#include "project/seed.h"
#include "resource/load.h"
#include "resource/project_settings.h"
#include "resource/resource.h"
#include "resource/save.h"
#include "fixture_priv.h"

/* One document of a section, in the order of loading. */
struct item {
	const struct text_file    *file;
	const struct fixture_section *section;
	const char                   *pointer;  /* of the document in its file */
	json_t                       *value;    /* as it stands in the file */
	const char                   *id;
	const char                   *name;
	bool                          is_loaded;
	bool                          is_refused;
	struct api_error              error;    /* why, if it is refused */
	struct item                  *next;
};

struct loading {
	struct op              *op;
	json_t                **roots;     /* one a file; NULL: not for this project, or unreadable */
	struct item            *items;
	struct fixture_mistakes mistakes;
};

/* Takes over the recorded error as a mistake. Returns false if it is none, but a failure of the
 * server; it stays recorded then. */
static bool take_error(struct loading *loading, const struct text_file *file, const char *base,
                       const json_t *value)
{
	struct op *op = loading->op;

	if (errors_status(&op->errors) >= 500)
		return false;
	fixture_note_error(&loading->mistakes, file, base, value, &op->errors.items[0]);
	op->errors = (struct api_errors){ 0 };
	return true;
}

/* Reading */

static json_t *parse(struct op *op, const struct text_file *file, json_error_t *error)
{
	return keep(op, json_loadb(file->text, file->bytes, JSON_REJECT_DUPLICATES, error));
}

static const char *project_key(const json_t *root)
{
	return doc_text(json_object_get(root, "project"), "key");
}

static const struct fixture_section *find_section(const char *name)
{
	for (size_t i = 0; i < FIXTURE_SECTION_COUNT; i++)
		if (strcmp(FIXTURE_SECTIONS[i].name, name) == 0)
			return &FIXTURE_SECTIONS[i];
	return NULL;
}

static const char *nearest_section(const char *name)
{
	struct nearest nearest = nearest_to(name);

	nearest_try(&nearest, "project");
	for (size_t i = 0; i < FIXTURE_SECTION_COUNT; i++)
		nearest_try(&nearest, FIXTURE_SECTIONS[i].name);
	return nearest.name;
}

/* What is said of a section that there is not. */
static const char *unknown_section(struct op *op, const char *name)
{
	const char *nearest = fixture_is_of_api("", name) ? NULL : nearest_section(name);
	struct text_buffer text = { .arena = op->arena };

	if (nearest)
		return arena_printf(op->arena, "Unknown member; did you mean %s?", nearest);
	if (fixture_is_of_api("", name))
		text_appendf(&text, "%s cannot be loaded; sections are", name);
	else
		text_append(&text, "Unknown member; sections are");
	for (size_t i = 0; i < FIXTURE_SECTION_COUNT; i++)
		text_appendf(&text, "%s %s", i ? "," : "", FIXTURE_SECTIONS[i].name);
	return text.text;
}

static void check_member(struct loading *loading, const struct text_file *file, const char *name,
                         const json_t *value)
{
	struct op *op = loading->op;
	const char *pointer = arena_printf(op->arena, "/%s", name);
	const char *expected = NULL;

	if (strcmp(name, "$schema") == 0 || strcmp(name, "project") == 0)
		return;
	if (strcmp(name, "standin") == 0)
		expected = json_integer_value(value) == 1 ? NULL : "expected 1, the version of the format";
	else if (find_section(name))
		expected = json_is_array(value) ? NULL : "expected an array";
	else
		fixture_note(&loading->mistakes, file, pointer, unknown_section(op, name), NULL);
	if (expected)
		fixture_note(&loading->mistakes, file, pointer, expected, fixture_found_at(op, value, ""));
}

/* A code of a country or a currency, and the name of the list that it stands in. */
static bool check_codes(struct op *op, const json_t *project, const char *name,
                        bool (*check)(const char *code))
{
	const json_t *codes = json_object_get(project, name);
	const struct json_path path = { NULL, name, 0 };

	for (size_t i = 0; i < json_array_size(codes); i++)
		if (!check(json_string_value(json_array_get(codes, i))))
			return fail_at(op, &(struct json_path){ &path, NULL, i },
			               "expected a code that exists");
	return true;
}

static bool check_project(struct op *op, const json_t *project)
{
	void *decoded;
	const char *key = doc_text(project, "key");

	op->strict = !doc_has(project, "version");
	bool fits = shape_decode_input(op, &FIXTURE_PROJECT, project, NULL, &decoded);

	op->strict = false;
	if (!fits)
		return false;
	if (key && !project_key_is_valid(key))
		return fail_at(
			op, &(struct json_path){ NULL, "key", 0 },
			"expected 2 to 256 letters, digits, - or _, and none of the server's own paths");
	return check_codes(op, project, "countries", check_country) &&
	       check_codes(op, project, "currencies", check_currency);
}

/* Why a file is no JSON. */
static const char *why_unreadable(struct op *op, const struct text_file *file,
                                  const json_error_t *error)
{
	static const char MARK[] = "\xEF\xBB\xBF";

	if (strncmp(file->text, MARK, strlen(MARK)) == 0)
		return "it begins with a byte order mark, which JSON has not; save it as UTF-8 without one";
	return arena_printf(op->arena, "line %d, column %d: %s", error->line, error->column,
	                    json_error_words(error));
}

/* Reads a file if it is for the project of the request. False: recorded, a failure of the
 * server. */
static bool read_file(struct loading *loading, const struct text_file *file, json_t **ret_root)
{
	struct op *op = loading->op;
	json_error_t error;
	json_t *root = parse(op, file, &error);
	const char *name;
	json_t *value;

	*ret_root = NULL;
	if (!root || !json_is_object(root)) {
		fixture_note(&loading->mistakes, file, "",
		             root ? "expected an object" : why_unreadable(op, file, &error), NULL);
		return true;
	}
	json_t *project = json_object_get(root, "project");

	if (project && !check_project(op, project))
		return take_error(loading, file, "/project", project);
	if (project_key(root) && strcmp(project_key(root), op->project) != 0)
		return true;
	*ret_root = root;
	json_object_foreach(root, name, value)
		check_member(loading, file, name, value);
	return true;
}

/* What a document is known by, if it has no key. */
static const char *name_of(struct op *op, const json_t *value, size_t index)
{
	const char *member = fixture_name_member(value);

	return member ? doc_text(value, member) : arena_printf(op->arena, "#%zu", index);
}

/* Appends the documents of one section of one file. `count`: how many the section has already. */
static struct item **add_items(struct loading *loading, const struct text_file *file,
                               const struct fixture_section *section, const json_t *values,
                               size_t *count, struct item **last)
{
	struct op *op = loading->op;

	for (size_t i = 0; i < json_array_size(values); i++) {
		struct item *item = arena_alloc(op->arena, sizeof *item);
		json_t *value = json_array_get(values, i);
		const char *id = doc_text(value, "id");

		*item = (struct item){ .file = file, .section = section, .value = value };
		item->pointer = arena_printf(op->arena, "/%s/%zu", section->name, i);
		item->name = name_of(op, value, (*count)++);
		item->id = id || !section->kind ? id : fixture_id(op, section->kind->name, item->name);
		*last = item;
		last = &item->next;
	}
	return last;
}

static void gather(struct loading *loading, const struct fixture_set *fixture)
{
	struct item **last = &loading->items;

	for (size_t s = 0; s < FIXTURE_SECTION_COUNT; s++) {
		const struct fixture_section *section = &FIXTURE_SECTIONS[s];
		size_t count = 0;

		for (size_t f = 0; f < fixture->count; f++)
			last = add_items(loading, &fixture->files[f], section,
			                 json_object_get(loading->roots[f], section->name), &count, last);
	}
}

/* Loading */

/* Members of objects come from the later documents. */
static void merge_settings(json_t *doc, const json_t *settings)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)settings, name, member) {
		json_t *before = json_object_get(doc, name);

		if (json_is_object(before) && json_is_object(member))
			json_object_update(before, member);
		else
			json_object_set(doc, name, member);
	}
}

static bool make_project(struct loading *loading, const struct fixture_set *fixture)
{
	struct op *op = loading->op;
	bool exists;

	if (!project_exists(op, &exists) || exists)
		return exists;
	struct resource *project = resource_start(op, &PROJECT_KIND, op->project);

	json_object_del(project->doc, "id");
	doc_put(project->doc, "key", json_string(op->project));
	doc_put(project->doc, "name", json_string(op->project));
	json_object_update(project->doc, project_defaults(op));
	for (size_t i = 0; i < fixture->count; i++) {
		json_t *settings = json_object_get(loading->roots[i], "project");
		void *known;

		if (!settings)
			continue;
		if (!shape_decode_input(op, &FIXTURE_PROJECT, settings, NULL, &known))
			return false;
		merge_settings(project->doc, known);
	}
	fixture_adapt_project(&fixture->localities, project->doc);
	return resource_save_silently(op, project);
}

static bool is_export(const json_t *value)
{
	return doc_has(value, "version") && doc_has(value, "createdAt");
}

static bool check_id(struct op *op, const json_t *value)
{
	const json_t *id = json_object_get(value, "id");

	return !id || (json_is_string(id) && check_uuid(json_string_value(id))) ||
	       fail_at(op, &(struct json_path){ NULL, "id", 0 }, "expected a UUID");
}

static bool load_item(struct op *op, const struct item *item)
{
	struct fixture_entry entry = { .section = item->section, .id = item->id, .name = item->name };

	if (!json_is_object(item->value))
		return fail_misfit(op, NULL, MISFIT_OBJECT);
	if (item->section->kind && !check_id(op, item->value))
		return false;
	entry.is_export = is_export(item->value);
	entry.draft = keep(op, json_deep_copy(item->value));
	if (item->section->kind)
		json_object_del(entry.draft, "id");
	fixture_settle(op, entry.draft);
	op->strict = !entry.is_export;
	bool loaded = fixture_entry_load(op, &entry);

	op->strict = false;
	return loaded;
}

static bool is_missing(const struct api_error *error)
{
	return error->code == ERROR_REFERENCED_RESOURCE_NOT_FOUND;
}

/* Loads what is not loaded yet. What refers to something that is not there may refer to something
 * that comes later, so it stays. False: recorded, a failure of the server. */
static bool pass(struct loading *loading, bool *ret_progress)
{
	struct op *op = loading->op;

	*ret_progress = false;
	for (struct item *item = loading->items; item; item = item->next) {
		if (item->is_loaded || item->is_refused)
			continue;
		item->is_loaded = load_item(op, item);
		if (item->is_loaded) {
			*ret_progress = true;
			continue;
		}
		if (errors_status(&op->errors) >= 500)
			return false;
		item->error = op->errors.items[0];
		item->is_refused = !is_missing(&item->error);
		op->errors = (struct api_errors){ 0 };
	}
	return true;
}

/* Is what an item misses in the fixture, but not loaded itself? */
static bool is_missed(const struct loading *loading, const struct item *item,
                      const struct api_error *error)
{
	const char *key = doc_text(error->extra, "key");
	const char *id = doc_text(error->extra, "id");
	const char *sku = doc_text(error->extra, "sku");

	if (item->is_loaded || !item->section->kind ||
	    !doc_is(error->extra, "typeId", item->section->kind->name))
		return false;
	return (key && (strcmp(item->name, key) == 0 || doc_is(item->value, "email", key))) ||
	       (id && item->id && strcmp(item->id, id) == 0) ||
	       (sku && fixture_point_to(loading->op, item->value, sku));
}

static bool misses_another(const struct loading *loading, const struct api_error *error)
{
	for (const struct item *item = loading->items; item; item = item->next)
		if (is_missed(loading, item, error))
			return true;
	return false;
}

/* Loads a document once more, in vain, to be told of everything that it refers to and that is not there. */
static struct api_errors look_through(struct op *op, const struct item *item)
{
	op->thorough = true;
	(void)load_item(op, item); /* it is known that it cannot be loaded */
	op->thorough = false;
	const struct api_errors errors = op->errors;

	op->errors = (struct api_errors){ 0 };
	return errors;
}

/* Was the same thing missed in a place that is known, and told there? */
static bool is_told(const struct api_errors *errors, const struct api_error *error)
{
	for (size_t i = 0; i < errors->count && !error->pointer; i++)
		if (errors->items[i].pointer && json_equal(errors->items[i].extra, error->extra))
			return true;
	return false;
}

/* A mistake that only follows from another one is not worth a line. What does not fit is told of a refused document
 * already. */
static bool is_worth_a_line(const struct loading *loading, const struct item *item,
                            const struct api_errors *errors, const struct api_error *error,
                            bool all)
{
	if (!is_missing(error))
		return error->misfit != MISFIT_NONE && !item->is_refused;
	return !is_told(errors, error) && (all || !misses_another(loading, error));
}

static void note_item(struct loading *loading, const struct item *item, bool all)
{
	const struct api_errors errors = look_through(loading->op, item);

	if (item->is_refused)
		fixture_note_error(&loading->mistakes, item->file, item->pointer, item->value,
		                   &item->error);
	for (size_t i = 0; i < errors.count; i++)
		if (is_worth_a_line(loading, item, &errors, &errors.items[i], all))
			fixture_note_error(&loading->mistakes, item->file, item->pointer, item->value,
			                   &errors.items[i]);
}

static void note_items(struct loading *loading, bool all)
{
	for (const struct item *item = loading->items; item; item = item->next)
		if (!item->is_loaded)
			note_item(loading, item, all);
}

static bool load_items(struct loading *loading)
{
	bool progress = true;

	while (progress)
		if (!pass(loading, &progress))
			return false;
	note_items(loading, false);
	if (!loading->mistakes.first)
		note_items(loading, true); /* if there are any, they wait for each other */
	return true;
}

static bool load(struct loading *loading, const struct fixture_set *fixture)
{
	struct op *op = loading->op;

	loading->roots = arena_alloc(op->arena, (fixture->count + 1) * sizeof *loading->roots);
	for (size_t i = 0; i < fixture->count; i++)
		if (!read_file(loading, &fixture->files[i], &loading->roots[i]))
			return false;
	fixture_adapt(op, &fixture->localities, loading->roots, fixture->count);
	gather(loading, fixture);
	return make_project(loading, fixture) && load_items(loading);
}

bool fixture_load(struct op *op, const struct fixture_set *fixture,
                  struct fixture_mistake **ret_mistakes)
{
	struct loading loading = { .op = op, .mistakes = { .op = op } };

	bool done = load(&loading, fixture);
	const struct fixture_mistake *first = loading.mistakes.first;

	if (ret_mistakes)
		*ret_mistakes = loading.mistakes.first;
	if (!done || !first)
		return done;
	return fail_internal(op, arena_printf(op->arena, "a mistake in %s at \"%s\": %s", first->file,
	                                      first->pointer, first->expected));
}

json_t *fixture_projects(struct op *op, const struct fixture_set *fixture)
{
	json_t *keys = keep(op, json_pack("{s:[]}", "keys"));
	json_error_t error;

	for (size_t i = 0; i < fixture->count; i++) {
		const char *key = project_key(parse(op, &fixture->files[i], &error));

		if (key && project_key_is_valid(key))
			doc_list_add(keys, "keys", key);
	}
	return json_object_get(keys, "keys");
}
