/* A project in memory with what the tests of domain/ begin with. */
#ifndef SUPPORT_TEST_DOMAIN_H
#define SUPPORT_TEST_DOMAIN_H

#include <stdlib.h>
#include <string.h>

#include "customer/customer.h"
#include "customer/customer_draft.h"
#include "document/shape.h"
#include "project/kinds.h"
#include "project/seed.h"
#include "resource/caller.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "store/store.h"
#include "temp_db.h"

/* A caller that is a client of its own, neither customer nor visitor. */
static const struct caller TEST_CALLER = { .project = "demo",
	                                       .client_id = "tests",
	                                       .scope = "manage_project:demo" };

/* A test_op that knows all kinds. */
static inline struct test_op *test_kinds_create(void)
{
	struct test_op *test = test_op_create();

	test->env.kinds = KINDS;
	return test;
}

/* An op on a database whose project `demo` has the built-in seed: stores berlin and oslo, languages en and de,
 * customers alice and bob. For cmocka's setup and teardown. */
static inline int test_domain_setup(void **state)
{
	struct test_op *test = test_kinds_create();

	test->op.caller = &TEST_CALLER;
	if (!project_ensure(&test->op))
		abort();
	test_op_again(test, TEST_START_MS);
	*state = test;
	return 0;
}

static inline int test_domain_teardown(void **state)
{
	test_op_destroy(*state);
	return 0;
}

/* Forgets the recorded errors and says which code the first one had; "" if there was none. */
static inline const char *test_take_error(struct op *op)
{
	const char *code = test_error_code(op);

	op->errors = (struct api_errors){ 0 };
	return code;
}

/* A customer with this e-mail, bound to up to two stores (NULL: none), as it is loaded after it was stored. NULL:
 * refused, recorded. */
static inline struct resource *test_customer(struct op *op, const char *email, const char *store,
                                             const char *other_store)
{
	struct identifier *stores = arena_alloc(op->arena, 2 * sizeof *stores);
	struct customer_draft *draft = arena_alloc(op->arena, sizeof *draft);

	stores[0].key = store;
	stores[1].key = other_store;
	*draft = (struct customer_draft){
		.email = email,
		.password = "pw",
		.password_hash = "hash",
		.stores = { stores, store ? other_store ? 2 : 1 : 0 },
	};
	const struct resource *created = customer_create(op, draft);

	return created ? resource_get(op, &CUSTOMER_KIND, created->id) : NULL;
}

/* Decodes a body that must fit. */
static inline void *test_decode(struct op *op, const struct shape *shape, const char *body)
{
	void *input = NULL;

	if (!shape_decode_body(op, shape, body, strlen(body), &input)) {
		fprintf(stderr, "%s: %s\n", body, op->errors.reason);
		abort();
	}
	return input;
}

#endif
