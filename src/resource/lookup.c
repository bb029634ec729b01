#include "resource/lookup.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "resource/stored.h"

/* Columns of QUERY_RESOURCE_VERSION, and those with the documents of QUERY_RESOURCE_SCAN and
 * QUERY_RESOURCES_BY_SHARED_INDEX. */
enum { VERSION, DOC_OF_SCAN = 1, DOC_OF_SHARED = 2 };

struct lookup {
	const struct resource_kind *kind;
	const char                 *id;
	const json_t               *doc;
	unsigned                    run;      /* in which it was last known to be so */
	bool                        is_ahead; /* it was committed when it was read, and not changed by a run since */
	struct lookup              *next;
};

enum { BUCKETS = 256 };

/* Of a fixture that is loaded, thousands are looked up. */
struct lookups {
	struct lookup *buckets[BUCKETS];
};

/* Where the entry for a resource is, or has to be put. FNV-1a. */
static struct lookup **place_of(struct op *op, const struct resource_kind *kind, const char *id)
{
	uint32_t hash = 2166136261U;

	if (!op->lookups)
		op->lookups = arena_alloc(op->arena, sizeof *op->lookups);
	for (const char *at = id; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619U;
	struct lookup **place = &op->lookups->buckets[hash % BUCKETS];

	while (*place && ((*place)->kind != kind || strcmp((*place)->id, id) != 0))
		place = &(*place)->next;
	return place;
}

void lookup_forget(struct op *op, const struct resource_kind *kind, const char *id)
{
	struct lookup **place = place_of(op, kind, id);

	if (*place)
		*place = (*place)->next;
}

static bool is_as_stored(struct op *op, const struct lookup *known, bool *ret_is)
{
	struct db_row *row;

	if (!db_one(op, QUERY_RESOURCE_VERSION,
	            DB_VALUES(db_text(op->project), db_text(known->kind->name), db_text(known->id)),
	            &row))
		return false;
	*ret_is = row && row->columns[VERSION].integer == doc_int(known->doc, "version");
	return true;
}

/* What an earlier run found is asked for once a run, and then as good as what this one finds. */
static bool is_good(struct op *op, struct lookup *known, bool *ret_is)
{
	*ret_is = known->run == op->run;
	if (*ret_is || !known->is_ahead)
		return true;
	known->run = op->run;
	return is_as_stored(op, known, ret_is);
}

/* What is not there may be there soon, so that is not kept. */
static bool load(struct op *op, const struct resource_kind *kind, const char *id,
                 const json_t **ret_doc)
{
	const char *text;
	size_t bytes;

	if (!resource_text(op, kind, id, &text, &bytes))
		return false;
	if (!text)
		return true;
	*ret_doc = stored_read(op, text, bytes);
	if (!*ret_doc)
		return false;
	struct lookup *known = arena_alloc(op->arena, sizeof *known);

	*known = (struct lookup){ .kind = kind,
		                      .id = arena_strdup(op->arena, id),
		                      .doc = *ret_doc,
		                      .run = op->run,
		                      .is_ahead = db_is_reading(op->tx) };
	*place_of(op, kind, id) = known;
	return true;
}

bool lookup(struct op *op, const struct resource_kind *kind, const char *id, const json_t **ret_doc)
{
	struct lookup *known = *place_of(op, kind, id);
	bool is = false;

	*ret_doc = NULL;
	if (known && !is_good(op, known, &is))
		return false;
	if (is) {
		*ret_doc = known->doc;
		return true;
	}
	lookup_forget(op, kind, id);
	return load(op, kind, id, ret_doc);
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
		const struct db_value *stored = &row->columns[field ? DOC_OF_SHARED : DOC_OF_SCAN];
		json_t *document = stored_read(op, stored->text, stored->bytes);

		if (!document)
			return NULL;
		json_array_append(documents, document);
	}
	return documents;
}
