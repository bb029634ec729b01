/* Finding the fields that rules name. */
#include "rule_path_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "base/text.h"

/* Slots for paths whose names a client is free to choose; the values of any more of them are looked up each time. */
enum { MAX_TAIL_SLOTS = 64 };

const struct rule_field *rule_path_field(const struct rule_path *path)
{
	return path->fields[path->field_count - 1];
}

const char *rule_path_name(struct op *op, const struct rule_operand *operand, const char *separator)
{
	struct text_buffer buffer = { .arena = op->arena };

	for (size_t i = 0; i < operand->segment_count; i++) {
		text_append(&buffer, i > 0 ? separator : "");
		text_append(&buffer, operand->segments[i]);
	}
	return buffer.text;
}

static size_t bucket_of(const char *key)
{
	size_t hash = 5381;

	for (; *key; key++)
		hash = hash * 33 + (unsigned char)*key;
	return hash % RULE_PATH_BUCKETS;
}

static bool has_free_members(const struct rule_field *field)
{
	return field->type == RULE_TYPE_CUSTOM || field->type == RULE_TYPE_ATTRIBUTES ||
	       field->type == RULE_TYPE_LOCALIZED;
}

/* Follows the names as far as the tables have them; the rest is the tail. False: a name is in no table. */
static bool follow(struct rule_path *path, const struct rule_operand *operand,
                   const char **ret_unknown)
{
	const struct rule_fields *fields = rule_fields_of(path->subject);
	size_t i = 0;

	for (; i < operand->segment_count; i++) {
		const struct rule_field *field = rule_field_find(fields, operand->segments[i]);

		if (!field) {
			*ret_unknown = operand->segments[i];
			return false;
		}
		if (field->is_of_cart)
			path->field_count = 0;
		path->fields[path->field_count++] = field;
		path->is_list = path->is_list || field->is_list;
		path->is_taxed = path->is_taxed || field->is_taxed;
		fields = field->inner;
		if (has_free_members(field))
			break;
	}
	path->tail_count = operand->segment_count - (i < operand->segment_count ? i + 1 : i);
	path->tail = operand->segments + (operand->segment_count - path->tail_count);
	return true;
}

static void give_slot(struct rule_paths *paths, struct rule_path *path)
{
	path->has_slot = path->tail_count == 0 || paths->tail_slots < MAX_TAIL_SLOTS;
	if (!path->has_slot)
		return;
	path->slot = paths->slot_counts[path->subject]++;
	paths->tail_slots += path->tail_count > 0;
}

const struct rule_path *rule_path_find(struct op *op, struct rule_paths *paths,
                                       enum rule_subject subject,
                                       const struct rule_operand *operand, const char **ret_unknown)
{
	const char *key = rule_path_name(op, operand, "`"); /* which no name can have in it */
	struct rule_path **bucket = &paths->buckets[bucket_of(key)];
	struct rule_path *path = *bucket;

	while (path && (path->subject != subject || strcmp(path->key, key) != 0))
		path = path->next;
	if (path)
		return path;
	path = arena_alloc(op->arena, sizeof *path);
	*path = (struct rule_path){ .key = key, .subject = subject };
	if (!follow(path, operand, ret_unknown))
		return NULL;
	give_slot(paths, path);
	path->next = *bucket;
	*bucket = path;
	return path;
}
