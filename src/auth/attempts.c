#include "auth/attempts.h"

#include "auth/buckets.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"

/* every_ms, at_once, most_ms */
static const struct bucket_rate OF_ACCOUNT = { 1000, 20, 10 * 1000 };
static const struct bucket_rate OF_ADDRESS = { 1000, 60, 10 * 1000 };
static const struct bucket_rate OF_PROJECTS = { 200, 500, 1000 };

/* The name of whom the request comes from; NULL: nobody knows. */
static const char *address_name(struct op *op, const char *what)
{
	return op->network ? arena_printf(op->arena, "%s/%llx", what, (unsigned long long)op->network)
	                   : NULL;
}

static const char *account_name(struct op *op, const char *subject)
{
	return arena_printf(op->arena, "account/%s/%s", op->project, subject);
}

bool attempt_is_allowed(struct op *op, const char *subject)
{
	struct buckets *attempts = op->env->attempts;

	if (!attempts)
		return true;
	const char *address = address_name(op, "address");
	int64_t wait_ms = address ? buckets_wait_ms(attempts, address, &OF_ADDRESS, op->now_ms) : 0;

	if (!wait_ms && !(address && buckets_is_clean(attempts, address, op->now_ms)))
		wait_ms = buckets_wait_ms(attempts, account_name(op, subject), &OF_ACCOUNT, op->now_ms);
	return !wait_ms ||
	       fail_over_capacity(op, arena_printf(op->arena,
	                                           "too many wrong passwords or secrets; wait %lld ms",
	                                           (long long)wait_ms));
}

void attempt_failed(struct op *op, const char *subject)
{
	struct buckets *attempts = op->env->attempts;

	if (!attempts)
		return;
	const char *address = address_name(op, "address");

	buckets_count(attempts, account_name(op, subject), &OF_ACCOUNT, op->now_ms);
	if (address)
		buckets_count(attempts, address, &OF_ADDRESS, op->now_ms);
}

bool project_making_is_allowed(struct op *op)
{
	struct buckets *makers = op->env->project_makers;
	const char *address = makers ? address_name(op, "projects") : NULL;

	if (!address)
		return true;
	int64_t wait_ms = buckets_wait_ms(makers, address, &OF_PROJECTS, op->now_ms);

	if (wait_ms)
		return fail_over_capacity(
			op, arena_printf(op->arena,
		                     "project %s is not created: too many from one address; wait %lld ms",
		                     op->project, (long long)wait_ms));
	buckets_count(makers, address, &OF_PROJECTS, op->now_ms);
	return true;
}
