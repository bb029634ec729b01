#include "project/project_counts.h"

#include <string.h>

#include "base/op.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/resource.h"
#include "fixture_priv.h"

/* Columns of QUERY_PROJECT_COUNTS and QUERY_PROJECT_NAMES. */
enum { COUNTED_KIND, COUNT };
enum { NAMED_KIND, NAME, VALUE, ID };

/* By what people know a resource; an earlier one counts before a later one. */
static const char *const NAMES[] = { "key", "code", "lowercaseEmail", "orderNumber" };

enum { NAME_COUNT = sizeof NAMES / sizeof *NAMES };

/* Sections that are no kind of their own are not counted, but for the clients. */
static const char *kind_of(const struct fixture_section *section)
{
	if (section->kind)
		return section->kind->name;
	return strcmp(section->name, "clients") == 0 ? "api-client" : NULL;
}

/* NULL: no section is of this kind. */
static const char *section_of(const char *kind)
{
	for (size_t i = 0; i < FIXTURE_SECTION_COUNT; i++) {
		const char *name = kind_of(&FIXTURE_SECTIONS[i]);

		if (name && strcmp(name, kind) == 0)
			return FIXTURE_SECTIONS[i].name;
	}
	return NULL;
}

json_t *project_counts(struct op *op)
{
	json_t *counts = keep(op, json_object());
	struct db_row *row;

	if (!db_all(op, QUERY_PROJECT_COUNTS, DB_VALUES(db_text(op->project)), &row))
		return NULL;
	for (size_t i = 0; i < FIXTURE_SECTION_COUNT; i++)
		if (kind_of(&FIXTURE_SECTIONS[i]))
			doc_put(counts, FIXTURE_SECTIONS[i].name, json_integer(0));
	for (; row; row = row->next) {
		const char *section = section_of(row->columns[COUNTED_KIND].text);

		if (section)
			doc_put(counts, section, json_integer(row->columns[COUNT].integer));
	}
	return counts;
}

/* Adds the names that one index field gives; a resource that has one keeps it. */
static void add_names(json_t *ids, json_t *named, const struct db_row *row, const char *name)
{
	for (; row; row = row->next) {
		const char *section = section_of(row->columns[NAMED_KIND].text);
		const char *id = row->columns[ID].text;
		json_t *of_section = section ? json_object_get(ids, section) : NULL;

		if (!section || strcmp(row->columns[NAME].text, name) != 0 || json_object_get(named, id))
			continue;
		if (!of_section)
			json_object_set_new(ids, section, of_section = json_object());
		doc_put(named, id, json_true());
		doc_put_default(of_section, row->columns[VALUE].text, json_string(id));
	}
}

json_t *project_ids(struct op *op)
{
	json_t *ids = keep(op, json_object());
	json_t *named = keep(op, json_object());
	struct db_row *row;

	if (!db_all(op, QUERY_PROJECT_NAMES, DB_VALUES(db_text(op->project)), &row))
		return NULL;
	for (size_t i = 0; i < NAME_COUNT; i++)
		add_names(ids, named, row, NAMES[i]);
	return ids;
}
