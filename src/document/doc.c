#include "document/doc.h"

#include <assert.h>
#include <string.h>

const char *doc_text(const json_t *doc, const char *name)
{
	return json_string_value(json_object_get(doc, name));
}

int64_t doc_int(const json_t *doc, const char *name)
{
	return json_integer_value(json_object_get(doc, name));
}

bool doc_true(const json_t *doc, const char *name)
{
	return json_is_true(json_object_get(doc, name));
}

bool doc_has(const json_t *doc, const char *name)
{
	const json_t *value = json_object_get(doc, name);

	return value && !json_is_null(value);
}

bool doc_is(const json_t *doc, const char *name, const char *text)
{
	const char *value = doc_text(doc, name);

	return value && strcmp(value, text) == 0;
}

bool doc_same(const json_t *one, const json_t *other, const char *name)
{
	const json_t *left = json_object_get(one, name);
	const json_t *right = json_object_get(other, name);

	return left == right || json_equal(left, right);
}

bool doc_set_text(json_t *doc, const char *name, const char *text)
{
	const char *before = doc_text(doc, name);

	if (!text || !*text)
		return json_object_del(doc, name) == 0;
	if (before && strcmp(before, text) == 0)
		return false;
	json_object_set_new(doc, name, json_string(text));
	return true;
}

bool doc_set(json_t *doc, const char *name, json_t *value)
{
	json_t *before = json_object_get(doc, name);

	if (!value)
		return json_object_del(doc, name) == 0;
	if (before && json_equal(before, value))
		return false;
	json_object_set(doc, name, value);
	return true;
}

void doc_put(json_t *doc, const char *name, json_t *fresh)
{
	json_object_set_new(doc, name, fresh);
}

void doc_put_default(json_t *doc, const char *name, json_t *fresh)
{
	if (doc_has(doc, name))
		json_decref(fresh);
	else
		json_object_set_new(doc, name, fresh);
}

static bool list_index(const json_t *list, const char *text, size_t *ret_index)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *item = json_string_value(json_array_get(list, i));

		if (item && strcmp(item, text) == 0) {
			*ret_index = i;
			return true;
		}
	}
	return false;
}

bool doc_list_holds(const json_t *doc, const char *name, const char *text)
{
	size_t index;

	return list_index(json_object_get(doc, name), text, &index);
}

bool doc_list_add(json_t *doc, const char *name, const char *text)
{
	if (doc_list_holds(doc, name, text))
		return false;
	if (!json_is_array(json_object_get(doc, name)))
		doc_put(doc, name, json_array());
	json_array_append_new(json_object_get(doc, name), json_string(text));
	return true;
}

bool doc_list_remove(json_t *doc, const char *name, const char *text)
{
	json_t *list = json_object_get(doc, name);
	size_t index;

	if (!list_index(list, text, &index))
		return false;
	json_array_remove(list, index);
	return true;
}

bool doc_note(json_t *set, const char *text)
{
	if (json_object_get(set, text))
		return false;
	json_object_set_new(set, text, json_true());
	return true;
}

void doc_collect_texts(const json_t *doc, const char *path, json_t *texts)
{
	char name[64] = "";
	size_t bytes = strcspn(path, ".");
	size_t unused;

	for (size_t i = 0; i < json_array_size(doc); i++)
		doc_collect_texts(json_array_get(doc, i), path, texts);
	if (!bytes && json_is_string(doc) && !list_index(texts, json_string_value(doc), &unused))
		json_array_append_new(texts, json_string(json_string_value(doc)));
	if (!bytes || !json_is_object(doc))
		return;
	assert(bytes < sizeof name); /* paths are written by us */
	memcpy(name, path, bytes);
	doc_collect_texts(json_object_get(doc, name), path + bytes + (path[bytes] == '.'), texts);
}

json_t *doc_find(const json_t *array, const char *name, const char *text, size_t *ret_index)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		json_t *item = json_array_get(array, i);
		const char *value = doc_text(item, name);

		if (!value || strcmp(value, text) != 0)
			continue;
		if (ret_index)
			*ret_index = i;
		return item;
	}
	return NULL;
}
