/* One request on its way through libmicrohttpd: headers, body, engine, reply, log line. */
#ifndef SERVER_HTTP_CALL_H
#define SERVER_HTTP_CALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/cors.h"
#include "server/upload.h"

struct MHD_Connection;
struct http_call;
struct engine;
struct intake;

/* What all calls share. */
struct call_rules {
	struct engine     *engine;
	struct cors_policy cors;
	size_t             body_limit_bytes;
	struct upload_rules uploads;
	atomic_bool        is_draining; /* every answer is the last one of its connection */
};

/* Starts a call: its request line has arrived. The caller finishes it. NULL: there is no memory for it. */
struct http_call *http_call_start(struct call_rules *rules, struct MHD_Connection *connection,
                                  struct intake *intake, const char *target);

/* Takes in the next thing that happens to a call: headers complete, a piece of body, the end,
 * the engine's answer. `bytes` of `piece` are used up. False: the connection cannot be saved. */
bool http_call_go_on(struct http_call *call, const char *method, const char *piece, size_t bytes);

/* Since when it has kept its thread busy, roughly; 0: it waited for another thread. Monotonic. */
int64_t http_call_active_us(const struct http_call *call);

/* Answers a request for which no call could be started with 503, if there is memory for that. False: there is not, and
 * the connection cannot be saved. */
bool http_call_turn_away(struct MHD_Connection *connection);

/* Writes the log line and frees. `complete`: the client has got the whole answer. */
void http_call_finish(struct http_call *call, bool complete);

#endif
