#include "kind/typed.h"

#include <string.h>

#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"

static bool fail_type(struct op *op, const struct typed *rows, const struct json_path *path,
                      const char *type)
{
	const struct json_path here = { path, "type" };
	const char *names[TYPED_MAX + 1] = { NULL };

	for (size_t i = 0; rows[i].type; i++)
		names[i] = rows[i].type;
	return fail_at(op, &here, text_check_enum(op, names, &type));
}

bool typed_decode(struct op *op, const struct typed *rows, const json_t *value,
                  const struct json_path *path, void *target)
{
	const char *type = doc_text(value, "type");
	const struct typed *row = rows;
	void *members;

	if (!type)
		return fail_misfit(op, &(struct json_path){ path, "type" }, MISFIT_MISSING);
	while (row->type && strcmp(row->type, type) != 0)
		row++;
	if (!row->type)
		return fail_type(op, rows, path, type);
	struct shape shape = *row->shape;

	shape.tag = "type";
	if (!shape_decode_input(op, &shape, value, path, &members))
		return false;
	doc_put(members, "type", json_string(type));
	*(json_t **)target = members;
	return true;
}

bool typed_list_decode(struct op *op, const struct typed *rows, const json_t *value,
                       const struct json_path *path, void *target)
{
	json_t *list = keep(op, json_array());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *element;

		if (!typed_decode(op, rows, json_array_get(value, i), path, &element))
			return false;
		json_array_append(list, element);
	}
	*(json_t **)target = list;
	return true;
}
