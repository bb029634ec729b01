#include "resource/lookup.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/registry.h"
#include "resource/resource.h"

struct lookup {
	const struct resource_kind *kind;
	const char                 *id;
	const json_t               *doc;  /* NULL: there was none */
	unsigned                    run;  /* in which it was last known to be so */
	struct lookup              *next;
};

static struct lookup *find(const struct op *op, const struct resource_kind *kind, const char *id)
{
	struct lookup *known = op->lookups;

	while (known && (known->kind != kind || strcmp(known->id, id) != 0))
		known = known->next;
	return known;
}

static bool load(struct op *op, struct lookup *known)
{
	const char *text;
	size_t bytes;

	if (!resource_text(op, known->kind, known->id, &text, &bytes))
		return false;
	known->doc = text ? keep(op, json_loadb(text, bytes, 0, NULL)) : NULL;
	known->run = op->run;
	return !text || known->doc || fail_internal(op, "a stored document cannot be read");
}

static bool is_as_stored(struct op *op, const struct lookup *known, bool *ret_is)
{
	struct db_row *row;

	if (!db_one(op, QUERY_RESOURCE_VERSION,
	            DB_VALUES(db_text(op->project), db_text(known->kind->name), db_text(known->id)),
	            &row))
		return false;
	*ret_is = row ? known->doc && row->columns[0].integer == doc_int(known->doc, "version")
	              : !known->doc;
	return true;
}

bool lookup(struct op *op, const struct resource_kind *kind, const char *id, const json_t **ret_doc)
{
	struct lookup *known = find(op, kind, id);
	bool is_good = known && known->run == op->run;

	if (!known) {
		known = arena_alloc(op->arena, sizeof *known);
		*known = (struct lookup){ .kind = kind, .id = arena_strdup(op->arena, id) };
		known->next = op->lookups;
		op->lookups = known;
	} else if (!is_good && !is_as_stored(op, known, &is_good)) {
		return false;
	}
	if (!is_good && !load(op, known))
		return false;
	known->run = op->run;
	*ret_doc = known->doc;
	return true;
}

bool lookup_by(struct op *op, const struct resource_kind *kind, const char *field,
               const char *value, const json_t **ret_doc)
{
	const char *id;

	*ret_doc = NULL;
	if (!resource_id_by(op, kind, field, value, &id))
		return false;
	return !id || lookup(op, kind, id, ret_doc);
}

bool lookup_by_type(struct op *op, const char *type_id, const char *id, const json_t **ret_doc)
{
	const struct resource_kind *kind = kind_find(op, type_id);

	*ret_doc = NULL;
	return !kind || lookup(op, kind, id, ret_doc);
}

bool lookup_reference(struct op *op, const json_t *reference, const json_t **ret_doc)
{
	const char *type_id = doc_text(reference, "typeId");
	const char *id = doc_text(reference, "id");

	*ret_doc = NULL;
	return !type_id || !id || lookup_by_type(op, type_id, id, ret_doc);
}

json_t *lookup_all(struct op *op, const struct resource_kind *kind, const char *field,
                   const char *value)
{
	json_t *documents = keep(op, json_array());
	struct db_row *row = NULL;

	if (kind && field &&
	    !db_all(op, QUERY_RESOURCES_BY_SHARED_INDEX,
	            DB_VALUES(db_text(op->project), db_text(kind->name), db_text(field),
	                      db_text(value)),
	            &row))
		return NULL;
	if (kind && !field &&
	    !db_all(op, QUERY_RESOURCE_SCAN, DB_VALUES(db_text(op->project), db_text(kind->name)),
	            &row))
		return NULL;
	for (; row; row = row->next) {
		const struct db_value *stored = &row->columns[field ? 2 : 1];
		json_t *document = keep(op, json_loadb(stored->text, stored->bytes, 0, NULL));

		if (!document) {
			fail_internal(op, "a stored document cannot be read");
			return NULL;
		}
		json_array_append(documents, document);
	}
	return documents;
}
