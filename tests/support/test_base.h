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
	static const struct env ENV = { 0 };
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

/* cmocka's fixture for a test whose state is such an op. */
static inline int bare_op_setup(void **state)
{
	*state = bare_op_create();
	return 0;
}

static inline int bare_op_teardown(void **state)
{
	bare_op_destroy(*state);
	return 0;
}

#define OP_TEST(name) cmocka_unit_test_setup_teardown(name, bare_op_setup, bare_op_teardown)

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
