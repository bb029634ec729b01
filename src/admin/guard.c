#include "admin/guard.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/secret.h"
#include "engine/exchange.h"

static const char DIGITS[] = "0123456789";

/* Does a text begin with so many characters of a name, whatever their case? */
static bool is_name(const char *text, size_t bytes, const char *name)
{
	return bytes == strlen(name) && strncasecmp(text, name, bytes) == 0;
}

/* Is this an address of 127.0.0.0/8, four numbers with dots between them? */
static bool is_loopback_address(const char *host, size_t bytes)
{
	const char *end = host + bytes;
	int numbers = 0;

	if (strncmp(host, "127.", 4) != 0)
		return false;
	while (host < end) {
		size_t digits = strspn(host, DIGITS);

		if (digits == 0 || digits > 3)
			return false;
		host += digits;
		numbers++;
		if (host < end && *host++ != '.')
			return false;
	}
	return numbers == 4 && end[-1] != '.';
}

static bool is_port_or_end(const char *rest)
{
	return !*rest || (*rest == ':' && rest[1] && !rest[1 + strspn(rest + 1, DIGITS)]);
}

bool authority_is_loopback(const char *authority)
{
	static const char IPV6[] = "[::1]";

	if (strncmp(authority, IPV6, strlen(IPV6)) == 0)
		return is_port_or_end(authority + strlen(IPV6));
	size_t bytes = strcspn(authority, ":");

	return is_port_or_end(authority + bytes) &&
	       (is_name(authority, bytes, "localhost") || is_loopback_address(authority, bytes));
}

/* The port that an authority does not name is the one that the scheme stands for. */
static const char *without_port(const char *authority, const char *port)
{
	size_t bytes = strlen(authority), port_bytes = strlen(port);

	return bytes >= port_bytes && strcmp(authority + bytes - port_bytes, port) == 0
	           ? authority + bytes - port_bytes
	                                                                              : authority + bytes;
}

bool authority_is_of_url(const char *authority, const char *url)
{
	const char *scheme_end = url ? strstr(url, "://") : NULL;

	if (!scheme_end)
		return false;
	const char *own = scheme_end + strlen("://");
	size_t own_bytes = strcspn(own, "/");
	const char *port = strncasecmp(url, "https:", strlen("https:")) == 0 ? ":443" : ":80";
	size_t port_bytes = strlen(port);
	size_t bytes = (size_t)(without_port(authority, port) - authority);

	if (own_bytes >= port_bytes && strncmp(own + own_bytes - port_bytes, port, port_bytes) == 0)
		own_bytes -= port_bytes;
	return bytes == own_bytes && strncasecmp(authority, own, bytes) == 0;
}

static bool is_ours(const struct op *op, const char *authority)
{
	return authority_is_loopback(authority) || authority_is_of_url(authority, op->env->public_url);
}

/* An origin is scheme and authority; `null` is that of a page which may be anybody's. */
static bool origin_is_ours(const struct op *op, const char *origin)
{
	static const char *const SCHEMES[] = { "http://", "https://" };

	for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++)
		if (strncasecmp(origin, SCHEMES[i], strlen(SCHEMES[i])) == 0)
			return is_ours(op, origin + strlen(SCHEMES[i]));
	return false;
}

static bool refuse(struct op *op, const char *why)
{
	return fail_as(op, ERROR_UNAUTHORIZED, NULL, "%s", why);
}

/* Compared by their hashes, so that how long it takes says nothing. */
static bool is_token(const struct op *op, const char *given)
{
	unsigned char hashes[2][SECRET_HASH_BYTES];
	const char *const texts[] = { given, op->env->admin_token };

	for (size_t i = 0; i < 2; i++)
		secret_hash(op->env->token_key, texts[i], strlen(texts[i]), hashes[i]);
	return secret_equal(hashes[0], hashes[1], SECRET_HASH_BYTES);
}

static bool check_token(struct op *op, const char *authorization)
{
	static const char SCHEME[] = "Bearer ";

	if (!authorization)
		return fail_access_denied(op);
	if (strncasecmp(authorization, SCHEME, strlen(SCHEME)) != 0 ||
	    !is_token(op, authorization + strlen(SCHEME) + strspn(authorization + strlen(SCHEME), " ")))
		return fail_invalid_token(op, "not the token of --admin-token");
	return true;
}

bool control_enter(struct exchange *exchange)
{
	const struct exchange_request *request = &exchange->request;
	struct op *op = &exchange->op;

	if (!op->env->has_admin)
		return fail_uri_not_found(op, arena_strndup(op->arena, request->target,
		                                            strcspn(request->target, "?")));
	if (!request->host || !is_ours(op, request->host))
		return refuse(op,
		              "The Host header names neither this machine nor the host of --public-url.");
	if (request->origin && !origin_is_ours(op, request->origin))
		return refuse(op, "Pages of another origin may do nothing here.");
	if (op->env->admin_token)
		return check_token(op, request->authorization);
	return request->is_from_loopback ||
	       refuse(op, "Only this machine may do this; --admin-token lets others do it.");
}
