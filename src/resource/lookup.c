#include "resource/lookup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "base/sanitizer.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/kept.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "resource/stored.h"

/* Columns of QUERY_RESOURCE_VERSION and of the queries for ids, and those with the documents of QUERY_RESOURCE_SCAN and
 * QUERY_RESOURCES_BY_SHARED_INDEX. */
enum { VERSION, ID = 0, DOC_OF_SCAN = 1, DOC_OF_SHARED = 2 };

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

/* Notes what a resource is now. */
static void note(struct op *op, const struct resource_kind *kind, const char *id, const json_t *doc)
{
	struct lookup **place = place_of(op, kind, id);

	if (!*place) {
		*place = arena_alloc(op->arena, sizeof **place);
		(*place)->kind = kind;
		(*place)->id = arena_strdup(op->arena, id);
	}
	(*place)->doc = doc;
	(*place)->run = op->run;
	(*place)->is_ahead = db_is_reading(op->tx);
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

#ifdef UNDER_ASAN
/* Is a document that is kept what the database says? On the writer, which must see what was committed last and what the
 * batch changed since; a reader may see what is newer than its snapshot. False: it cannot be read; recorded. */
static bool check_kept(struct op *op, const struct resource_kind *kind, const char *id,
                       const json_t *kept)
{
	const char *text;
	size_t bytes;

	if (!kept || db_is_reading(op->tx))
		return true;
	if (!resource_text(op, kind, id, &text, &bytes))
		return false;
	assert(text && json_equal(kept, stored_read(op, text, bytes)));
	return true;
}
#else
static bool check_kept(struct op *op, const struct resource_kind *kind, const char *id,
                       const json_t *kept)
{
	(void)op;
	(void)kind;
	(void)id;
	(void)kept;
	return true;
}
#endif

/* What is not there may be there soon, so that is not noted. */
static bool load(struct op *op, const struct resource_kind *kind, const char *id, const char *key,
                 const json_t **ret_doc)
{
	const char *text;
	size_t bytes;

	if (!resource_text(op, kind, id, &text, &bytes))
		return false;
	if (!text)
		return true;
	*ret_doc =
		db_is_reading(op->tx) ? kept_make(op, key, text, bytes) : stored_read(op, text, bytes);
	if (*ret_doc)
		note(op, kind, id, *ret_doc);
	return *ret_doc != NULL;
}

bool lookup(struct op *op, const struct resource_kind *kind, const char *id, const json_t **ret_doc)
{
	const struct lookup *known = *place_of(op, kind, id);
	bool is = known && known->run == op->run;

	*ret_doc = is ? known->doc : NULL;
	if (is)
		return true;
	const char *key = stored_key(op, kind, id);
	const json_t *kept = kept_find(op, key);

	if (!check_kept(op, kind, id, kept))
		return false;
	/* What an earlier run found is asked for once a run, and then as good as what this one finds. */
	if (!kept && known && known->is_ahead && !is_as_stored(op, known, &is))
		return false;
	*ret_doc = is ? known->doc : kept;
	if (*ret_doc) {
		note(op, kind, id, *ret_doc);
		return true;
	}
	lookup_forget(op, kind, id);
	return load(op, kind, id, key, ret_doc);
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

/* Where there are many, one query for all of them is better than one for each. */
enum { FEW = 64 };

static bool add_all_stored(struct op *op, const struct resource_kind *kind, const char *field,
                           const char *value, json_t *documents)
{
	const enum db_query query = field ? QUERY_RESOURCES_BY_SHARED_INDEX : QUERY_RESOURCE_SCAN;
	struct db_row *row;

	if (!db_all(op, query,
	            (struct db_value[]){ db_text(op->project), db_text(kind->name), db_text(field),
	                                 db_text(value) },
	            field ? 4 : 2, &row))
		return false;
	for (; row; row = row->next) {
		const struct db_value *stored = &row->columns[field ? DOC_OF_SHARED : DOC_OF_SCAN];
		json_t *document = stored_read(op, stored->text, stored->bytes);

		if (!document)
			return false;
		json_array_append(documents, document);
	}
	return true;
}

/* The ids of them in their order; NULL: there are more than a few. False: recorded. */
static bool find_ids(struct op *op, const struct resource_kind *kind, const char *field,
                     const char *value, struct db_row **ret_rows, bool *ret_few)
{
	const enum db_query query = field ? QUERY_RESOURCE_IDS_IN_ORDER : QUERY_RESOURCE_IDS;
	size_t count = 0;

	if (!db_all(op, query,
	            (struct db_value[]){ db_text(op->project), db_text(kind->name), db_text(field),
	                                 db_text(value) },
	            field ? 4 : 2, ret_rows))
		return false;
	for (const struct db_row *row = *ret_rows; row && count <= FEW; row = row->next)
		count++;
	*ret_few = count <= FEW;
	return true;
}

json_t *lookup_all(struct op *op, const struct resource_kind *kind, const char *field,
                   const char *value)
{
	json_t *documents = keep(op, json_array());
	struct db_row *row = NULL;
	bool few = true;

	if (!kind)
		return documents;
	if (!find_ids(op, kind, field, value, &row, &few))
		return NULL;
	if (!few)
		return add_all_stored(op, kind, field, value, documents) ? documents : NULL;
	for (; row; row = row->next) {
		const json_t *document;

		if (!lookup(op, kind, row->columns[ID].text, &document))
			return NULL;
		if (document)
			json_array_append(documents,
			                  (json_t *)(uintptr_t)document); /* jansson: no const here */
	}
	return documents;
}
