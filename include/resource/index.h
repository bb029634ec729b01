/* The index of resources: what it holds of a document, kept in step with it, and searched by a value. */
#ifndef RESOURCE_INDEX_H
#define RESOURCE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct db_row;
struct index_field;
struct op;
struct resource;
struct resource_kind;

/* What the index must hold of a document: an object of arrays of texts, by field name; fields that have none, as most
 * do, are not in it. Kept by the arena. */
json_t *index_of(struct op *op, const struct resource_kind *kind, const json_t *doc);

/* Brings the index in step with the document of a resource that was just stored. False: recorded, for example a value
 * that another resource has. */
bool index_changed(struct op *op, const struct resource *resource);

/* Removes a resource from the index. False: recorded. */
bool index_drop_all(struct op *op, const struct resource *resource);

/* Writes what the index holds of a stored resource anew. A value that another resource has by now is left out. False:
 * recorded. */
bool index_renew(struct op *op, const struct resource_kind *kind, const char *id,
                 const json_t *doc);

/* The id of the resource with this value of a unique index field, for what is only looked at. True
 * with *ret_id == NULL: there is none. False: recorded. */
bool resource_id_by(struct op *op, const struct resource_kind *kind, const char *field,
                    const char *value, const char **ret_id);

/* The resources that have a value under a shared index field, in creation order: rows of id, version
 * and stored document. False: recorded. */
bool resources_with(struct op *op, const struct resource_kind *kind, const char *index_field,
                    const char *value, struct db_row **ret_rows);

/* The first 100 ids after this one of the resources that have a value under a shared index field, in their order: rows
 * of ids. False: recorded. */
bool resource_ids_after(struct op *op, const struct resource_kind *kind, const char *index_field,
                        const char *value, const char *after_id, struct db_row **ret_rows);

/* The ids of the resources that have a value under an index field, each followed by a line feed, in
 * the arena; NULL if there are more than `most`. From the cache if they are there. False:
 * recorded. */
bool index_ids(struct op *op, const struct resource_kind *kind, const struct index_field *field,
               const char *value, size_t most, const char **ret_ids);

/* The id of the resource that was written last of those that have a value under a shared index field
 * which is `by_age`. From the cache if it is there. True with *ret_id == NULL: there is none. False:
 * recorded. */
bool index_last_written(struct op *op, const struct resource_kind *kind, const char *index_field,
                        const char *value, const char **ret_id);

/* How many resources of a kind there are: all, or those that have this value under a shared index
 * field, if one is named. False: recorded. */
bool resource_count(struct op *op, const struct resource_kind *kind, const char *index_field,
                    const char *value, int64_t *ret_count);

#endif
