/* JSON bodies, as any client may send them, against the shapes of the API. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "api/account.h"
#include "api/customers.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "base/random.h"
#include "customer/customer_draft.h"
#include "kind/update.h"
#include "store/store.h"
#include "../support/fuzz.h"

static const struct shape *const SHAPES[] = {
	&MY_CUSTOMER_DRAFT_SHAPE, &CUSTOMER_DRAFT_SHAPE, &MY_UPDATE_INPUT, &CUSTOMER_UPDATE_INPUT,
	&MY_PASSWORD_INPUT,       &PASSWORD_INPUT,       &SIGN_IN_INPUT,   &RESET_INPUT,
	&EMAIL_TOKEN_INPUT,       &STORE_DRAFT,
};

/* What an error says is the client's fault and fit to be sent. */
static void check_error(struct op *op)
{
	json_t *body = errors_body(op, false);

	fuzz_check(op->errors.count == 1, "one misfit is reported, the first");
	fuzz_check(errors_status(&op->errors) == 400, "a body that does not fit is a 400");
	fuzz_check_error_body(json_text(op, body), 400);
}

/* What came out can be stored and sent again. */
static void check_draft(const struct customer_draft *draft)
{
	fuzz_check(draft->email != NULL, "a required text is there");
	fuzz_check(!draft->shipping_addresses.count || draft->shipping_addresses.items,
	           "a list has its items");
	if (!draft->addresses)
		return;
	char *text = json_dumps(draft->addresses, JSON_COMPACT);

	fuzz_check(text != NULL, "addresses can be printed");
	free(text);
	for (size_t i = 0; i < json_array_size(draft->addresses); i++)
		fuzz_check(json_is_string(json_object_get(json_array_get(draft->addresses, i), "country")),
		           "each address has a country");
}

static void check_update(const struct update_input *update)
{
	const struct action *actions = update->actions.items;

	fuzz_check(update->actions.count <= 500, "there are at most 500 actions");
	for (size_t i = 0; i < update->actions.count; i++)
		fuzz_check(actions[i].row && actions[i].input, "each action is known and has its input");
}

static void decode(const struct shape *shape, const char *body, size_t bytes)
{
	static const struct env ENV = { 0 };
	struct op op = { .arena = arena_create(), .env = &ENV, .project = "demo" };
	void *input = NULL;
	bool done = shape_decode_body(&op, shape, body, bytes, &input);

	fuzz_check(done != op_failed(&op), "false means that an error is recorded");
	if (!done)
		check_error(&op);
	else if (shape == &MY_CUSTOMER_DRAFT_SHAPE || shape == &CUSTOMER_DRAFT_SHAPE)
		check_draft(input);
	else if (shape == &MY_UPDATE_INPUT || shape == &CUSTOMER_UPDATE_INPUT)
		check_update(input);
	arena_destroy(op.arena);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	random_init();
	json_memory_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *body = fuzz_text(data, size);

	for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++)
		decode(SHAPES[i], body, size);
	free(body);
	return 0;
}
