/* A unit of work without a database, for what needs nothing but its arena and its errors. */
#ifndef SUPPORT_TEST_BASE_H
#define SUPPORT_TEST_BASE_H

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/op.h"

/* An op on its own arena. */
static inline struct op *bare_op_create(void)
{
	static const struct env ENV = { .default_project = "demo" };
	struct arena *arena = arena_create();
	struct op *op = arena_alloc(arena, sizeof *op);

	*op = (struct op){ .arena = arena, .env = &ENV, .project = "demo", .now_ms = 1700000000000 };
	return op;
}

/* Frees it with everything made through it. */
static inline void bare_op_destroy(struct op *op)
{
	arena_destroy(op->arena);
}

/* The body of the recorded errors as compact text. */
static inline const char *error_body_text(struct op *op, bool oauth)
{
	return json_text(op, errors_body(op, oauth));
}

/* What a misfit of a JSON body says; "" if none was recorded. */
static inline const char *misfit(const struct op *op)
{
	const json_t *extra = op->errors.count ? op->errors.items[0].extra : NULL;
	const char *detail = json_string_value(json_object_get(extra, "detailedErrorMessage"));

	return detail ? detail : "";
}

#endif
