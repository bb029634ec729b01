#include "resource/index.h"

#include <string.h>

#include "base/cache.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "document/doc.h"
#include "resource/resource.h"
#include "resource/stored.h"

/* Columns of the queries that give ids, and of those that count. */
enum { ID };
enum { COUNT };

json_t *index_of(struct op *op, const struct resource_kind *kind, const json_t *doc)
{
	json_t *index = keep(op, json_object());
	json_t *values = keep(op, json_array());

	for (const struct index_field *field = kind->index; field->name; field++) {
		if (field->values)
			field->values(op, doc, values);
		else
			doc_collect_texts(doc, field->path ? field->path : field->name, values);
		if (!json_array_size(values))
			continue;
		json_object_set(index, field->name, values);
		values = keep(op, json_array());
	}
	return index;
}

/* Writing */

/* i/PROJECT/KIND/FIELD/VALUE: what a search by a value finds. */
static const char *index_key(struct op *op, const struct resource_kind *kind, const char *field,
                             const char *value)
{
	const char *const pieces[] = { "i/", op->project, "/", kind->name, "/", field, "/", value };
	struct text_buffer key = { .arena = op->arena };

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		text_append(&key, pieces[i]);
	return key.text;
}

static bool index_add(struct op *op, const struct resource *resource,
                      const struct index_field *field, const char *value)
{
	int64_t affected;

	op_forget(op, index_key(op, resource->kind, field->name, value));
	if (!db_exec(op, QUERY_INDEX_INSERT,
	             DB_VALUES(db_text(op->project), db_text(resource->kind->name),
	                       db_text(field->name), db_text(value), db_text(resource->id),
	                       db_integer(field->unique)),
	             &affected))
		return false;
	return affected == 1 || fail_duplicate_field(op, field->name, value);
}

static bool index_drop(struct op *op, const struct resource *resource,
                       const struct index_field *field, const char *value)
{
	op_forget(op, index_key(op, resource->kind, field->name, value));
	return db_exec(op, QUERY_INDEX_DELETE_VALUE,
	               DB_VALUES(db_text(op->project), db_text(resource->kind->name),
	                         db_text(resource->id), db_text(field->name), db_text(value)),
	               NULL);
}

/* Drops what is in `before` and not in `after`, adds what is in `after` and not in `before`. */
static bool index_field_changed(struct op *op, const struct resource *resource,
                                const struct index_field *field, const json_t *after)
{
	for (size_t i = 0; i < json_array_size(json_object_get(resource->index_before, field->name));
	     i++) {
		const char *value = json_string_value(
			json_array_get(json_object_get(resource->index_before, field->name), i));

		if (!doc_list_holds(after, field->name, value) && !index_drop(op, resource, field, value))
			return false;
	}
	for (size_t i = 0; i < json_array_size(json_object_get(after, field->name)); i++) {
		const char *value =
			json_string_value(json_array_get(json_object_get(after, field->name), i));

		if (!doc_list_holds(resource->index_before, field->name, value) &&
		    !index_add(op, resource, field, value))
			return false;
	}
	return true;
}

/* Forgets what searches by the values found. */
static void forget_found(struct op *op, const struct resource *resource,
                         const struct index_field *field, const json_t *index)
{
	const json_t *values = json_object_get(index, field->name);

	for (size_t i = 0; i < json_array_size(values); i++)
		op_forget(op, index_key(op, resource->kind, field->name,
		                        json_string_value(json_array_get(values, i))));
}

bool index_changed(struct op *op, const struct resource *resource)
{
	const json_t *after = index_of(op, resource->kind, resource->doc);

	for (const struct index_field *field = resource->kind->index; field->name; field++) {
		if (field->by_age)
			forget_found(op, resource, field, after);
		if (!index_field_changed(op, resource, field, after))
			return false;
	}
	return true;
}

bool index_drop_all(struct op *op, const struct resource *resource)
{
	for (const struct index_field *field = resource->kind->index; field->name; field++)
		forget_found(op, resource, field, resource->index_before);
	return db_exec(op, QUERY_INDEX_DELETE,
	               DB_VALUES(db_text(op->project), db_text(resource->kind->name),
	                         db_text(resource->id)),
	               NULL);
}

static bool insert_values(struct op *op, const struct resource_kind *kind, const char *id,
                          const struct index_field *field, const json_t *values)
{
	for (size_t i = 0; i < json_array_size(values); i++)
		if (!db_exec(op, QUERY_INDEX_INSERT,
		             DB_VALUES(db_text(op->project), db_text(kind->name), db_text(field->name),
		                       db_text(json_string_value(json_array_get(values, i))), db_text(id),
		                       db_integer(field->unique)),
		             NULL))
			return false;
	return true;
}

bool index_renew(struct op *op, const struct resource_kind *kind, const char *id,
                 const json_t *doc)
{
	const json_t *index = index_of(op, kind, doc);

	if (!db_exec(op, QUERY_INDEX_DELETE,
	             DB_VALUES(db_text(op->project), db_text(kind->name), db_text(id)), NULL))
		return false;
	for (const struct index_field *field = kind->index; field->name; field++)
		if (!insert_values(op, kind, id, field, json_object_get(index, field->name)))
			return false;
	return true;
}

/* Searching by a value */

static bool found_before(struct op *op, const char *key, const char **ret_text)
{
	char *cached;
	size_t bytes;

	if (!db_is_reading(op->tx) || !cache_get(op->env->cache, op->arena, key, &cached, &bytes))
		return false;
	*ret_text = cached;
	return true;
}

static void keep_found(struct op *op, const char *key, const char *text)
{
	if (db_is_reading(op->tx))
		cache_put(op->env->cache, key, op->epoch, text, strlen(text));
}

struct id_list {
	struct text_buffer text;
	size_t             count;
	size_t             most;
};

/* False: there are too many. */
static bool add_id(void *context, const struct db_value *columns)
{
	struct id_list *ids = context;

	if (ids->count++ == ids->most)
		return false;
	text_append_bytes(&ids->text, columns[ID].text, columns[ID].bytes);
	text_append(&ids->text, "\n");
	return true;
}

/* Only of RESOURCES it is known when what was found is not so any more. */
bool index_ids(struct op *op, const struct resource_kind *kind, const struct index_field *field,
               const char *value, size_t most, const char **ret_ids)
{
	const struct collection *collection = kind->collection ? kind->collection : &RESOURCES;
	const char *key = kind->collection ? NULL : index_key(op, kind, field->name, value);
	struct id_list ids = { .text = { .arena = op->arena }, .most = most };

	if (key && found_before(op, key, ret_ids))
		return true;
	if (!db_each(op, field->unique ? collection->ids_by_unique : collection->ids_by_shared,
	             DB_VALUES(db_text(op->project), db_text(kind->name), db_text(field->name),
	                       db_text(value)),
	             add_id, &ids))
		return false;
	*ret_ids = ids.text.text ? ids.text.text : "";
	if (ids.count > most)
		*ret_ids = NULL;
	else if (key)
		keep_found(op, key, *ret_ids);
	return true;
}

bool index_last_written(struct op *op, const struct resource_kind *kind, const char *index_field,
                        const char *value, const char **ret_id)
{
	const struct db_value values[] = { db_text(op->project), db_text(kind->name),
		                               db_text(index_field), db_text(value) };
	const size_t count = sizeof values / sizeof *values;
	const char *key = index_key(op, kind, index_field, value);
	struct db_row *row;

	if (!found_before(op, key, ret_id)) {
		/* Which one was written last is behind the document of its row, and mostly there is one. */
		if (!db_all(op, QUERY_RESOURCE_IDS_BY_SHARED, values, count, &row) ||
		    (row && row->next && !db_one(op, QUERY_RESOURCE_LAST_WRITTEN, values, count, &row)))
			return false;
		*ret_id = row ? row->columns[ID].text : "";
		keep_found(op, key, *ret_id);
	}
	if (!**ret_id)
		*ret_id = NULL;
	return true;
}

bool resources_with(struct op *op, const struct resource_kind *kind, const char *index_field,
                    const char *value, struct db_row **ret_rows)
{
	return db_all(op, QUERY_RESOURCES_BY_SHARED_INDEX,
	              DB_VALUES(db_text(op->project), db_text(kind->name), db_text(index_field),
	                        db_text(value)),
	              ret_rows);
}

bool resource_ids_after(struct op *op, const struct resource_kind *kind, const char *index_field,
                        const char *value, const char *after_id, struct db_row **ret_rows)
{
	return db_all(op, QUERY_RESOURCE_IDS_AFTER_BY_SHARED,
	              DB_VALUES(db_text(op->project), db_text(kind->name), db_text(index_field),
	                        db_text(value), db_text(after_id)),
	              ret_rows);
}

bool resource_id_by(struct op *op, const struct resource_kind *kind, const char *field,
                    const char *value, const char **ret_id)
{
	struct db_row *row;

	if (!db_one(op, QUERY_RESOURCE_IDS_BY_UNIQUE,
	            DB_VALUES(db_text(op->project), db_text(kind->name), db_text(field),
	                      db_text(value)),
	            &row))
		return false;
	*ret_id = row ? row->columns[ID].text : NULL;
	return true;
}

bool resource_count(struct op *op, const struct resource_kind *kind, const char *index_field,
                    const char *value, int64_t *ret_count)
{
	struct db_value project = db_text(op->project);
	struct db_row *row;
	bool done;

	if (index_field)
		done = db_one(op, QUERY_RESOURCE_COUNT_INDEXED,
		              DB_VALUES(project, db_text(kind->name), db_text(index_field), db_text(value)),
		              &row);
	else
		done = db_one(op, QUERY_RESOURCE_COUNT, DB_VALUES(project, db_text(kind->name)), &row);
	if (done)
		*ret_count = row->columns[COUNT].integer;
	return done;
}
