/* Whole requests against the engine, on a database in memory.
 *
 * An input is a text of world.h.
 *
 * Whatever changed the database is undone before the next input, so that a finding needs no other input. */
#include "../support/world.h"

enum { MAX_REQUESTS = 8 };

static bool is_status(int status)
{
	static const int STATUSES[] = { 200, 201, 400, 401, 403, 404, 405, 409, 501 };

	for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++)
		if (STATUSES[i] == status)
			return true;
	return false;
}

static void check_success(const struct exchange *exchange)
{
	const struct exchange_reply *reply = &exchange->reply;
	json_t *body = json_loadb(reply->text, reply->bytes, 0, NULL);

	fuzz_check(reply->status == exchange->route->status, "a success has the status of its route");
	fuzz_check(body || strcmp(exchange->request.method, "HEAD") == 0 ||
	               strcmp(exchange->route->path, "/oauth/token/revoke") == 0,
	           "a success has a body of valid JSON");
	fuzz_check(!json_object_get(body, "statusCode"), "a success does not look like an error");
	remember(body);
	json_decref(body);
}

static void check_reply(const struct exchange *exchange)
{
	const struct exchange_reply *reply = &exchange->reply;
	bool is_api_401 = reply->status == 401 && !(exchange->table && exchange->table->is_oauth);

	fuzz_check(is_status(reply->status), "the status is one that the client can have caused");
	fuzz_check(reply->text && strlen(reply->text) == reply->bytes, "a body has no NUL inside");
	fuzz_check((reply->status == 405) == (reply->allow != NULL), "Allow goes with a 405");
	fuzz_check(is_api_401 == (reply->authenticate != NULL),
	           "WWW-Authenticate goes with a 401 of the API");
	fuzz_check(reply->correlation_id && reply->log_path,
	           "every reply has a correlation id and a path for the log");
	fuzz_check((reply->status >= 400) == (reply->reason != NULL),
	           "a failure has a reason for the log");
	if (reply->status >= 400)
		fuzz_check_error_body(reply->text, reply->status);
	else
		check_success(exchange);
}

static void send_one(struct arena *arena, const char **cursor, const char *end)
{
	struct exchange *exchange = next_request(arena, cursor, end);

	loopback_answer(world.loopback, exchange);
	check_reply(exchange);
	if (exchange->want_project || (exchange->reply.status < 400 && exchange->route->lane == WRITE))
		world.is_dirty = true;
	exchange_destroy(exchange);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	random_init();
	json_memory_init();
	snapshot_watch();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	const char *cursor = text;
	struct arena *arena = arena_create();

	if (!world.loopback)
		world_create();
	for (int i = 0; i < MAX_REQUESTS && cursor < text + size; i++)
		send_one(arena, &cursor, text + size);
	if (world.is_dirty)
		world_clean();
	arena_destroy(arena);
	free(text);
	return 0;
}
