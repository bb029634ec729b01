/* Errors of the table, raised because somebody asked for them. */
#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "engine/exchange.h"
#include "engine/route.h"
#include "fault_errors_priv.h"

/* As if somebody had been faster: the version is one more than the one that is expected. */
static bool fail_conflict(struct exchange *exchange)
{
	struct op *op = &exchange->op;
	const struct exchange_request *request = &exchange->request;
	const json_t *body = keep(op, json_loadb(request->body, request->body_bytes, 0, NULL));
	const char *in_query = parameters_get(&exchange->call->query, "version");
	int64_t version = doc_has(body, "version") ? doc_int(body, "version") : 1;
	const char *id = exchange->call->argument ? exchange->call->argument : op->project;

	for (; in_query && *in_query >= '0' && *in_query <= '9' && version < INT32_MAX; in_query++)
		version = in_query == parameters_get(&exchange->call->query, "version") ? *in_query - '0'
		                                                                      : version * 10 + *in_query - '0';
	return fail_concurrent_modification(op, id, version, version + 1);
}

bool fault_fail(struct exchange *exchange, const char *code)
{
	struct op *op = &exchange->op;

	switch (error_code_of(code)) {
	case ERROR_CONCURRENT_MODIFICATION:
		return fail_conflict(exchange);
	case ERROR_ACCESS_DENIED:
		return fail_access_denied(op);
	case ERROR_INVALID_TOKEN:
		return fail_invalid_token(op, "a fault");
	case ERROR_INSUFFICIENT_SCOPE:
		return fail_insufficient_scope(op, exchange->route->scope ? exchange->route->scope
		                                                          : "manage_project");
	case ERROR_OVER_CAPACITY: return fail_over_capacity(op, "a fault");
	case ERROR_GENERAL: return fail_internal(op, "a fault");
	case ERROR_RESOURCE_NOT_FOUND: return fail_lookup_not_found(op);
	default: return fail_as(op, error_code_of(code), NULL, "%s, as a fault wants it.", code);
	}
}
