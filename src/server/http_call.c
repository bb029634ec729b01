#include "server/http_call.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/exchange.h"
#include "engine/faults.h"
#include "engine/reply.h"
#include "server/gate.h"
#include "server/intake.h"
#include "server/upload.h"
#include "server/watch.h"
#include "server/wire_headers.h"

enum {
	CORRELATION_ID_BYTES = 256,
	CUT_PIECE_BYTES = 4096,
	/* A chunked body that grew too large is read to its end, so that its sender hears about it;
	 * but not for ever. */
	SURPLUS_LIMIT_BYTES = 16 * 1024 * 1024,
	FORM_LIMIT_BYTES = 1024 * 1024,
	/* So much of a body that nobody wants is waited for, so that its connection can be kept. */
	SMALL_BODY_BYTES = 16 * 1024,
};

/* AWAITS_REST: the answer is decided, and waits for the end of a small body. */
enum stage { AWAITS_HEADERS, AWAITS_BODY, AWAITS_REST, AWAITS_ENGINE, ANSWERED };

struct http_call {
	struct call_rules     *rules;
	struct MHD_Connection *connection;
	struct intake         *intake;
	struct peer           *peer;
	struct exchange       *exchange;
	size_t                 number;        /* among the requests of its connection */
	struct wire_headers    headers;
	struct upload          upload;
	size_t                 lost_bytes;    /* of body that were thrown away, beyond what was wanted */
	enum stage             stage;
	bool                   closes;        /* the answer is the last one of its connection */
};

/* -- the reply -- */

static void add(struct MHD_Response *response, const char *name, const char *value)
{
	/* A value that libmicrohttpd refuses has control characters; the answer is better off
	 * without it. */
	if (value)
		(void)MHD_add_response_header(response, name, value);
}

/* Gives the bytes of a body up to where it is cut, and then ends the connection. */
static ssize_t read_cut(void *context, uint64_t position, char *buffer, size_t room)
{
	const struct exchange_reply *reply = context;
	size_t end = reply->cut_bytes < reply->bytes ? reply->cut_bytes : reply->bytes;
	size_t left = position < end ? end - (size_t)position : 0;
	size_t bytes = left < room ? left : room;

	if (!bytes)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	memcpy(buffer, reply->text + position, bytes);
	return (ssize_t)bytes;
}

static struct MHD_Response *response_of(const struct exchange_reply *reply)
{
	bool has_body = reply->status != MHD_HTTP_NO_CONTENT && reply->text;

	if (has_body && reply->is_cut && reply->bytes)
		return MHD_create_response_from_callback(reply->bytes, CUT_PIECE_BYTES, read_cut,
		                                         (void *)(uintptr_t)reply, NULL);
	/* Not copied: the text lives as long as the exchange, and that ends after the response. */
	return MHD_create_response_from_buffer(has_body ? reply->bytes : 0,
	                                       has_body ? (void *)(uintptr_t)reply->text : NULL,
	                                       MHD_RESPMEM_PERSISTENT);
}

static const char *cache_control(const struct exchange_reply *reply)
{
	if (reply->no_store)
		return "no-store";
	return reply->is_picture ? "public, max-age=3600" : NULL;
}

static bool has_header(const struct exchange_reply *reply, const char *name)
{
	const struct reply_header *header = reply->headers;

	while (header && header->name && strcasecmp(header->name, name) != 0)
		header++;
	return header && header->name;
}

static void add_headers(const struct http_call *call, struct MHD_Response *response)
{
	const struct exchange_reply *reply = &call->exchange->reply;

	for (const struct reply_header *header = reply->headers; header && header->name; header++)
		add(response, header->name, header->value);
	if (reply->status != MHD_HTTP_NO_CONTENT && !has_header(reply, "Content-Type"))
		add(response, "Content-Type",
		    reply->is_picture ? "image/svg+xml" : "application/json; charset=utf-8");
	add(response, "X-Correlation-ID", reply->correlation_id);
	add(response, "X-Standin-Project", reply->project);
	add(response, "Allow", reply->allow);
	add(response, "WWW-Authenticate", reply->authenticate);
	add(response, "Cache-Control", cache_control(reply));
	add(response, "Retry-After", reply->retry_later ? "1" : NULL);
	cors_add_headers(&call->rules->cors, &call->headers, response);
	if (call->closes || atomic_load_explicit(&call->rules->is_draining, memory_order_relaxed))
		add(response, "Connection", "close");
}

/* What a proxy that gives up does: the client gets no answer, but a reset. */
static bool break_connection(struct http_call *call)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	call->stage = ANSWERED;
	call->exchange->reply.reason = "reset by a fault";
	if (info)
		(void)connect(info->connect_fd, &nowhere, sizeof nowhere); /* dissolves the connection */
	return false;
}

/* Queues the answer; `now_ms` is when the client could begin to take it, or a little before. */
static bool answer(struct http_call *call, int64_t now_ms)
{
	const struct exchange_reply *reply = &call->exchange->reply;
	struct MHD_Response *response;
	enum MHD_Result queued;

	if (reply->breaks)
		return break_connection(call);
	response = response_of(reply);

	if (!response)
		return false;
	add_headers(call, response);
	if (reply->status == MHD_HTTP_NO_CONTENT && !strcmp(call->exchange->request.method, "OPTIONS"))
		cors_add_preflight_headers(&call->rules->cors, &call->headers, response);
	call->stage = ANSWERED;
	peer_takes_reply(call->peer, now_ms);
	queued = MHD_queue_response(call->connection, (unsigned)reply->status, response);
	MHD_destroy_response(response);
	return queued == MHD_YES;
}

/* Answers what the wire made impossible and gives the connection up: nobody knows where the next
 * request begins. */
static bool refuse(struct http_call *call, int status, const char *message)
{
	call->closes = true;
	peer_set_lingers(call->peer);
	engine_refuse(call->exchange, status, message);
	return answer(call, call->exchange->started_us / 1000);
}

/* Says what a browser may do, before anybody asks who it is. */
static void conclude_options(struct exchange *exchange)
{
	reply_bare(exchange, MHD_HTTP_NO_CONTENT);
	exchange->reply.allow = CORS_METHODS;
}

static bool is_options(const struct http_call *call)
{
	return strcmp(call->exchange->request.method, "OPTIONS") == 0;
}

/* -- the request -- */

/* A text of libmicrohttpd's that a call keeps a copy of. */
struct line {
	struct http_call *call;
	const char       *text;
};

static void take_target(void *context)
{
	const struct line *line = context;
	struct exchange *exchange = line->call->exchange;

	const char *path = gate_path(line->text);

	/* The path and query, whatever form the target has. */
	exchange->request.target = *path == '?' ? arena_printf(exchange->op.arena, "/%s", path)
	                                        : arena_strdup(exchange->op.arena, path);
}

struct http_call *http_call_start(struct call_rules *rules, struct MHD_Connection *connection,
                                  struct intake *intake, const char *target)
{
	struct exchange *exchange = exchange_create();
	struct http_call *call;

	if (!exchange)
		return NULL;
	call = arena_alloc(exchange->op.arena,
	                   sizeof *call); /* beside the exchange, where there is room */
	*call = (struct http_call){
		.rules = rules,
		.connection = connection,
		.intake = intake,
		.peer = intake_peer(intake),
		.number = intake_next_request(intake),
		.exchange = exchange,
	};
	exchange->owner = call;
	upload_begin(&call->upload, &rules->uploads, 0);
	exchange->started_us = monotonic_us();
	peer_sends_request(call->peer, exchange->started_us / 1000);
	if (guard_run(NULL, take_target, &(struct line){ call, target }) == GUARD_RETURNED)
		return call;
	exchange_destroy(exchange);
	return NULL;
}

/* The type of MHD_KeyValueIteratorN fixes the parameters. */
static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_bytes, const char *value, size_t value_bytes)
{
	(void)kind, (void)value_bytes;
	wire_headers_take(context, name, name_bytes, value ? value : "");
	return MHD_YES;
}

/* A copy without trailing white space, which libmicrohttpd leaves in. */
static const char *copy_value(const struct exchange *exchange, const char *value)
{
	size_t bytes = value ? strlen(value) : 0;

	while (bytes && (value[bytes - 1] == ' ' || value[bytes - 1] == '\t'))
		bytes--;
	return bytes ? arena_strndup(exchange->op.arena, value, bytes) : NULL;
}

/* Is the other end of the connection on this machine? */
static bool is_from_loopback(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct sockaddr_storage address = { 0 };
	socklen_t bytes = sizeof address;

	if (!info || getpeername(info->connect_fd, (struct sockaddr *)&address, &bytes) != 0)
		return false;
	if (address.ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)&address)->sin_addr.s_addr) >> 24 ==
		       IN_LOOPBACKNET;
	if (address.ss_family != AF_INET6)
		return false;
	const struct in6_addr *ip = &((const struct sockaddr_in6 *)&address)->sin6_addr;

	return IN6_IS_ADDR_LOOPBACK(ip) ||
	       (IN6_IS_ADDR_V4MAPPED(ip) && ip->s6_addr[12] == IN_LOOPBACKNET);
}

/* What only the server's own paths ask. One that is spelt otherwise is from nowhere, and refused. */
static void fill_control_request(const struct http_call *call)
{
	static const char PATH[] = "/_admin";
	struct exchange_request *request = &call->exchange->request;
	struct arena *arena = call->exchange->op.arena;

	if (strncmp(request->target, PATH, strlen(PATH)) != 0)
		return;
	request->host = arena_strdup(arena, call->headers.host);
	request->origin = arena_strdup(arena, call->headers.origin);
	request->is_from_loopback = is_from_loopback(call->connection);
}

static void fill_request(void *context)
{
	const struct line *line = context;
	const struct http_call *call = line->call;
	struct exchange_request *request = &call->exchange->request;
	const char *correlation_id = copy_value(call->exchange, call->headers.correlation_id);
	const char *external_user_id = copy_value(call->exchange, call->headers.external_user_id);

	fill_control_request(call);
	request->method = arena_strdup(call->exchange->op.arena, line->text);
	request->network = peer_network(call->peer);
	request->authorization = copy_value(call->exchange, call->headers.authorization);
	if (correlation_id && wire_is_printable(correlation_id, CORRELATION_ID_BYTES))
		request->correlation_id = correlation_id;
	if (external_user_id && text_is_utf8(external_user_id, strlen(external_user_id)))
		request->external_user_id = external_user_id;
}

/* Answers what the intake has let through only for that. */
static bool refuse_if_faulty(struct http_call *call, bool *ret_could)
{
	int status;
	const char *fault = intake_fault(call->intake, call->number, &status);

	if (fault)
		*ret_could = refuse(call, status, fault);
	return fault;
}

static size_t upload_limit(const struct http_call *call, enum engine_body body)
{
	size_t limit = call->rules->body_limit_bytes;

	switch (body) {
	case ENGINE_BODY_IGNORED: return 0;
	case ENGINE_BODY_FORM: return limit < FORM_LIMIT_BYTES ? limit : FORM_LIMIT_BYTES;
	case ENGINE_BODY_JSON: break;
	}
	return limit;
}

/* The answer is there before the body. A small one is let pass by, so that its client keeps its connection; of others
 * nobody knows whether they come, and how much of them: the client gets its answer, and the connection ends. */
static bool answer_early(struct http_call *call)
{
	bool is_small = !call->headers.transfer_encoding &&
	                wire_headers_body_bytes(&call->headers) <= SMALL_BODY_BYTES;

	if (is_small && !call->headers.expect) {
		call->stage = AWAITS_REST;
		return true;
	}
	call->closes = true;
	peer_set_lingers(call->peer);
	return answer(call, call->exchange->started_us / 1000);
}

/* A body follows, and is only taken in if its request is one that may be made. */
static bool meet(struct http_call *call)
{
	enum engine_body body = ENGINE_BODY_IGNORED;

	if (is_options(call)) {
		conclude_options(call->exchange);
		return answer_early(call);
	}
	if (!engine_meet(call->rules->engine, call->exchange, &body))
		return answer_early(call);
	upload_begin(&call->upload, &call->rules->uploads, upload_limit(call, body));
	call->stage = AWAITS_BODY;
	if (call->upload.limit_bytes &&
	    wire_headers_body_bytes(&call->headers) > call->upload.limit_bytes)
		return refuse(call, MHD_HTTP_CONTENT_TOO_LARGE, "The request body is too large.");
	return true;
}

static bool take_headers(struct http_call *call, const char *method)
{
	bool could;

	(void)MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND, take_header,
	                                  &call->headers);
	if (guard_run(NULL, fill_request, &(struct line){ call, method }) != GUARD_RETURNED)
		return refuse(call, MHD_HTTP_SERVICE_UNAVAILABLE, "There is no memory for it.");
	if (refuse_if_faulty(call, &could))
		return could;
	if (wire_headers_body_bytes(&call->headers) > call->rules->body_limit_bytes)
		return refuse(call, MHD_HTTP_CONTENT_TOO_LARGE, "The request body is too large.");
	if (call->headers.transfer_encoding || wire_headers_body_bytes(&call->headers))
		return meet(call);
	call->stage = AWAITS_BODY;
	return true;
}

/* What is thrown away is bounded, too. */
static bool take_body(struct http_call *call, const char *piece, size_t bytes)
{
	upload_take(&call->upload, piece, bytes);
	if (call->upload.fault || !call->upload.limit_bytes)
		call->lost_bytes += bytes;
	return call->lost_bytes <= SURPLUS_LIMIT_BYTES;
}

/* -- the engine -- */

/* Called by the last lane, on its thread. */
static void hand_back(struct exchange *exchange)
{
	struct http_call *call = exchange->owner;

	MHD_resume_connection(call->connection);
}

static void drop_body(struct exchange *exchange)
{
	struct http_call *call = exchange->owner;

	upload_drop(&call->upload);
	exchange->request.body = "";
	exchange->request.body_bytes = 0;
}

/* False: it could not be kept, and was answered as far as that goes. */
static bool take_upload(struct http_call *call, bool *ret_is_answered)
{
	struct exchange_request *request = &call->exchange->request;
	bool is_large = call->lost_bytes > call->rules->body_limit_bytes;

	request->body = call->upload.limit_bytes ? upload_text(&call->upload) : "";
	request->body_bytes = call->upload.limit_bytes ? call->upload.bytes : 0;
	request->drop_body = drop_body;
	if (request->body && !is_large)
		return true;
	*ret_is_answered =
		is_large || call->upload.fault == UPLOAD_TOO_LARGE
			? refuse(call, MHD_HTTP_CONTENT_TOO_LARGE, "The request body is too large.")
			: refuse(call, MHD_HTTP_SERVICE_UNAVAILABLE,
	                 "The service is over capacity. Please try again later.");
	return false;
}

static bool admit(struct http_call *call)
{
	struct exchange *exchange = call->exchange;
	enum engine_next next;
	bool is_answered;

	if (refuse_if_faulty(call, &is_answered))
		return is_answered;
	if (is_options(call)) {
		conclude_options(exchange);
		return answer(call, exchange->started_us / 1000);
	}
	if (!take_upload(call, &is_answered))
		return is_answered;
	exchange->handed_back = hand_back;
	next = engine_admit(call->rules->engine, exchange);
	if (next == ENGINE_REPLY)
		return answer(call, exchange->started_us / 1000);
	call->stage = AWAITS_ENGINE;
	peer_is_worked_for(call->peer);
	/* First suspended, then handed over: the other thread may be done before this one returns. */
	MHD_suspend_connection(call->connection);
	engine_dispatch(exchange, next);
	return true;
}

/* What was handed back is answered, unless it waits for something that has not happened yet. */
static bool go_on_with_engine(struct http_call *call)
{
	enum engine_next next = engine_resume(call->exchange);

	if (next == ENGINE_REPLY)
		return answer(call, monotonic_ms());
	MHD_suspend_connection(call->connection);
	engine_dispatch(call->exchange, next);
	return true;
}

int64_t http_call_active_us(const struct http_call *call)
{
	return call->stage == AWAITS_ENGINE ? 0 : call->exchange->started_us;
}

bool http_call_go_on(struct http_call *call, const char *method, const char *piece, size_t bytes)
{
	switch (call->stage) {
	case AWAITS_HEADERS:
		return take_headers(call, method);
	case AWAITS_BODY:
		return bytes ? take_body(call, piece, bytes) : admit(call);
	case AWAITS_REST:
		return bytes || answer(call, call->exchange->started_us / 1000);
	case AWAITS_ENGINE:
		return go_on_with_engine(call);
	case ANSWERED:
		break;
	}
	return true;
}

bool http_call_turn_away(struct MHD_Connection *connection)
{
	static const char TEXT[] =
		"{\"statusCode\":503,\"message\":\"The service is over capacity. Please try again later.\","
		"\"errors\":[{\"code\":\"OverCapacity\","
		"\"message\":\"The service is over capacity. Please try again later.\"}]}";
	struct MHD_Response *response = MHD_create_response_from_buffer(
		sizeof TEXT - 1, (void *)(uintptr_t)TEXT, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result queued;

	if (!response)
		return false;
	add(response, "Content-Type", "application/json; charset=utf-8");
	add(response, "Retry-After", "1");
	add(response, "Connection", "close");
	queued = MHD_queue_response(connection, MHD_HTTP_SERVICE_UNAVAILABLE, response);
	MHD_destroy_response(response);
	return queued == MHD_YES;
}

/* -- the end -- */

/* What libmicrohttpd itself has refused: its answer is not ours, but the log line is. */
static void note_foreign_answer(struct http_call *call)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_HTTP_STATUS);

	peer_set_lingers(call->peer);
	reply_bare(call->exchange, info ? (int)info->http_status : 0);
	call->exchange->reply.reason = "malformed request";
}

/* What its sender may have meant otherwise; in the order in which it was seen. */
static void write_hints(const struct exchange *exchange, const struct hint *hint)
{
	if (!hint)
		return;
	write_hints(exchange, hint->next);
	log_event(LOG_LEVEL_WARNING, "hint", "%s %s: %s (correlation %s)", exchange->request.method,
	          exchange->reply.log_path, hint->text, exchange->reply.correlation_id);
}

static void write_log(const struct exchange *exchange, int64_t now_us)
{
	const struct exchange_reply *reply = &exchange->reply;

	write_hints(exchange, exchange->op.hints);
	if (!log_wants(reply->status < 500 ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR))
		return;
	log_write_request(&(struct log_request){
	    .time_ms = system_now_ms(),
	    .status = reply->status,
	    .method = exchange->request.method ? exchange->request.method : "-",
	    .path = reply->log_path,
	    .duration_us = now_us - exchange->started_us,
	    .project = reply->project,
	    .who = reply->who,
	    .correlation_id = reply->correlation_id,
	    .fault = reply->fault,
	    .clock = reply->clock,
	    .reason = reply->reason,
	});
}

void http_call_finish(struct http_call *call, bool complete)
{
	struct exchange *exchange = call->exchange;
	struct peer *peer = call->peer;
	int64_t now_us = monotonic_us();

	if (call->stage != ANSWERED)
		note_foreign_answer(call);
	else if (!complete && !exchange->reply.reason)
		exchange->reply.reason = "the client has gone";
	if (exchange->reply.status)
		write_log(exchange, now_us);
	else
		log_event(LOG_LEVEL_DEBUG, "cut off", "%s: the request never became complete",
		          exchange->reply.log_path);
	upload_drop(&call->upload);
	exchange_destroy(exchange); /* and the call, which is in its arena */
	peer_idles(peer, now_us / 1000);
}
