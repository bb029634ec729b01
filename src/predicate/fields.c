#include "predicate/fields.h"

#include <string.h>

const struct field *fields_find(const struct fields *fields, const char *name, size_t name_bytes)
{
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *field = &fields->rows[i];

		if (*field->name == *name && strncmp(field->name, name, name_bytes) == 0 &&
		    !field->name[name_bytes])
			return field;
	}
	return NULL;
}
