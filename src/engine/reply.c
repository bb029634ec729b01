#include "engine/reply.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/random.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "engine/exchange.h"
#include "engine/faults.h"
#include "engine/route.h"
#include "engine/router.h"
#include "engine/stage.h"
#include "resource/caller.h"

enum { MS_PER_S = 1000 };

/* PROJECT/PROCESS-COUNTER, the numbers of 6 and 4 bytes or more in hexadecimal; not by printf(), as each answer has
 * one. */
static const char *write_correlation_id(struct arena *arena, const char *project, uint64_t process,
                                        uint64_t counter)
{
	enum { PROJECT_BYTES = 64, PROCESS_BYTES = 6, COUNTER_BYTES = 8, LEAST_COUNTER_BYTES = 4 };
	unsigned char bytes[PROCESS_BYTES + COUNTER_BYTES];
	struct text_buffer text = { .arena = arena };
	char hex[2 * sizeof bytes];
	size_t skip = 0;

	for (size_t i = 0; i < PROCESS_BYTES; i++)
		bytes[i] = (unsigned char)(process >> 8 * (PROCESS_BYTES - 1 - i));
	for (size_t i = 0; i < COUNTER_BYTES; i++)
		bytes[PROCESS_BYTES + i] = (unsigned char)(counter >> 8 * (COUNTER_BYTES - 1 - i));
	text_write_hex(bytes, sizeof bytes, hex);
	while (skip < COUNTER_BYTES - LEAST_COUNTER_BYTES && !bytes[PROCESS_BYTES + skip])
		skip++;
	text_append_bytes(&text, project, strnlen(project, PROJECT_BYTES));
	text_append_bytes(&text, "/", 1);
	text_append_bytes(&text, hex, 2 * PROCESS_BYTES);
	text_append_bytes(&text, "-", 1);
	text_append_bytes(&text, hex + 2 * (PROCESS_BYTES + skip), 2 * (COUNTER_BYTES - skip));
	return text.text;
}

/* A correlation id of our own begins with the project, as the real service's does. */
static const char *make_correlation_id(const struct exchange *exchange)
{
	static _Atomic uint64_t counter;
	static _Atomic uint64_t process;
	uint64_t prefix = atomic_load_explicit(&process, memory_order_relaxed);
	const char *project = exchange->op.project ? exchange->op.project : "standin";

	if (!prefix) {
		uint64_t unset = 0;

		random_bytes(&prefix, sizeof prefix);
		prefix |= 1;
		if (!atomic_compare_exchange_strong(&process, &unset, prefix))
			prefix = unset;
	}
	return write_correlation_id(exchange->op.arena, project, prefix, atomic_fetch_add(&counter, 1));
}

/* How far the clock of the project is ahead, in whole seconds. NULL: it is not. */
static const char *clock_of(const struct op *op)
{
	const struct clock *clock = op->env ? op->env->clock : NULL; /* none has been met yet */

	if (!clock || !op->project || !clock_is_in_use(clock))
		return NULL;
	const struct clock_setting setting = clock_get(clock, op->project);

	if (!setting.is_set)
		return NULL;
	return arena_printf(op->arena, "%s%s", setting.offset_ms < 0 ? "" : "+",
	                    duration_text(op->arena, setting.offset_ms / MS_PER_S * MS_PER_S));
}

static const char *who(const struct op *op)
{
	const struct caller *caller = op->caller;
	struct text_buffer text = { .arena = op->arena };

	if (!caller)
		return NULL;
	text_append(&text, caller->customer_id    ? "customer:"
	                   : caller->anonymous_id ? "anonymous:"
	                                          : "client:");
	text_append(&text, caller->customer_id    ? caller->customer_id
	                   : caller->anonymous_id ? caller->anonymous_id
	                                          : caller->client_id);
	return text.text;
}

static void set_text(struct exchange_reply *reply, const char *text, size_t bytes)
{
	reply->text = text;
	reply->bytes = bytes;
}

/* Have errors the shape of the token endpoints? */
static bool is_oauth(const struct exchange *exchange)
{
	return exchange->table && exchange->table->is_oauth;
}

static void conclude_failure(struct exchange *exchange)
{
	struct exchange_reply *reply = &exchange->reply;
	struct op *op = &exchange->op;
	const char *text = json_text(op, errors_body(op, is_oauth(exchange)));

	reply->status = errors_status(&op->errors);
	reply->reason = errors_reason(op);
	reply->authenticate = reply->status == 401 && !is_oauth(exchange) ? "Bearer" : NULL;
	reply->retry_later = reply->status == 503;
	set_text(reply, text, strlen(text));
}

static void conclude_success(struct exchange *exchange)
{
	const struct body *body = &exchange->body;

	exchange->reply.status = body->status ? body->status : exchange->route->status;
	exchange->reply.is_picture = body->kind == BODY_PICTURE;
	if (body->kind == BODY_TEXT || body->kind == BODY_PICTURE)
		set_text(&exchange->reply, body->text, body->bytes);
	else if (body->kind == BODY_DOCUMENT)
		set_text(&exchange->reply, json_text(&exchange->op, body->document), 0);
	else
		set_text(&exchange->reply, "", 0);
	if (body->kind == BODY_DOCUMENT)
		exchange->reply.bytes = strlen(exchange->reply.text);
}

/* What every answer and its line in the log have. */
static bool identify(struct exchange *exchange)
{
	const struct exchange_request *request = &exchange->request;
	struct exchange_reply *reply = &exchange->reply;

	reply->log_path = router_log_path(&exchange->op, request->target ? request->target : "");
	reply->correlation_id =
		request->correlation_id ? request->correlation_id : make_correlation_id(exchange);
	return true;
}

/* What there is to say where nothing can be said any more: texts that need no memory. */
#define OVER_CAPACITY "The service is over capacity. Please try again later."
#define BODY(more) \
	"{\"statusCode\":503,\"message\":\"" OVER_CAPACITY "\",\"errors\":[{\"code\":\"OverCapacity\"," \
	"\"message\":\"" OVER_CAPACITY "\"}]" more "}"

static void identify_without_memory(struct exchange *exchange)
{
	const char *correlation_id = exchange->request.correlation_id;

	exchange->reply.correlation_id = correlation_id ? correlation_id : "standin/out-of-memory";
	exchange->reply.log_path = exchange->route ? exchange->route->path : "-";
}

static void conclude_without_memory(struct exchange *exchange)
{
	static const char API_TEXT[] = BODY("");
	static const char OAUTH_TEXT[] =
		BODY(",\"error\":\"OverCapacity\",\"error_description\":\"" OVER_CAPACITY "\"");

	exchange->reply = (struct exchange_reply){
		.status = 503,
		.no_store = is_oauth(exchange),
		.retry_later = true,
		.project = exchange->op.project,
		.reason = "there is no memory to answer",
	};
	if (is_oauth(exchange))
		set_text(&exchange->reply, OAUTH_TEXT, sizeof OAUTH_TEXT - 1);
	else
		set_text(&exchange->reply, API_TEXT, sizeof API_TEXT - 1);
	identify_without_memory(exchange);
}

#undef BODY
#undef OVER_CAPACITY

static bool conclude(struct exchange *exchange)
{
	struct exchange_reply *reply = &exchange->reply;
	struct op *op = &exchange->op;

	if (op_failed(op))
		conclude_failure(exchange);
	else
		conclude_success(exchange);
	reply->no_store = is_oauth(exchange);
	reply->project = op->project;
	if (exchange->fault)
		faults_conclude(exchange);
	reply->who = who(op);
	reply->clock = clock_of(op);
	return identify(exchange);
}

void reply_conclude(struct exchange *exchange)
{
	/* The second time it says why it did not go the first time. */
	if (!stage_run(exchange, conclude) && !stage_run(exchange, conclude))
		conclude_without_memory(exchange);
}

void reply_bare(struct exchange *exchange, int status)
{
	exchange->reply = (struct exchange_reply){ .status = status };
	if (!stage_run(exchange, identify))
		identify_without_memory(exchange);
}
