#include "engine/faults.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/client.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/key_table.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/timestamp.h"
#include "engine/exchange.h"
#include "engine/route.h"
#include "resource/caller.h"
#include "fault_errors_priv.h"

enum { PERMYRIAD = 10000, MAX_EXPIRED = 10000 };

struct kept_rule {
	struct fault_rule rule;
	struct arena     *arena;   /* the rule and its texts */
	char              id[FAULT_ID_BYTES];
	uint64_t          random;  /* the state of its generator */
	int64_t           matches;
	int64_t           hits;
	struct kept_rule *next;
};

/* An Authorization header that counts as expired. */
struct expired {
	struct expired *next;
	char            text[];
};

struct project_faults {
	struct kept_rule *first;
	size_t            count;
	struct expired   *expired;
	size_t            expired_count;
};

struct faults {
	struct delay       latency;
	atomic_bool        are_used; /* was there ever a rule? What every request asks */
	pthread_mutex_t    mutex;    /* guards all projects */
	struct key_table  *projects;
};

/* Making and keeping */

static void free_rules(struct project_faults *of)
{
	struct kept_rule *next;

	for (struct kept_rule *one = of->first; one; one = next) {
		next = one->next;
		arena_destroy(one->arena);
	}
	of->first = NULL;
	of->count = 0;
}

static void free_expired(struct project_faults *of)
{
	struct expired *next;

	for (struct expired *one = of->expired; one; one = next) {
		next = one->next;
		free(one);
	}
	of->expired = NULL;
	of->expired_count = 0;
}

static void free_project(void *context, const char *name, void *value)
{
	(void)context;
	(void)name;
	free_rules(value);
	free_expired(value);
}

struct faults *faults_create(struct delay latency)
{
	struct faults *faults = xcalloc(1, sizeof *faults);

	faults->latency = latency;
	faults->projects = key_table_create(sizeof(struct project_faults));
	(void)pthread_mutex_init(&faults->mutex, NULL); /* on Linux it cannot fail */
	return faults;
}

void faults_destroy(struct faults *faults)
{
	if (!faults)
		return;
	key_table_each(faults->projects, free_project, NULL);
	key_table_destroy(faults->projects);
	(void)pthread_mutex_destroy(&faults->mutex);
	free(faults);
}

bool faults_are_in_use(const struct faults *faults)
{
	return faults->latency.ms || faults->latency.jitter_ms ||
	       atomic_load_explicit(&faults->are_used, memory_order_acquire);
}

static void copy_effect(struct arena *arena, struct fault_effect *effect)
{
	effect->error = arena_strdup(arena, effect->error);
	if (effect->body)
		effect->body = arena_strndup(arena, effect->body, effect->body_bytes);
	for (struct reply_header *header = effect->headers; header->name; header++) {
		header->name = arena_strdup(arena, header->name);
		header->value = arena_strdup(arena, header->value);
	}
}

static struct kept_rule *keep_rule(const struct fault_rule *rule)
{
	struct arena *arena = arena_create();
	struct kept_rule *kept = arena_alloc(arena, sizeof *kept);
	struct fault_match *match = &kept->rule.match;

	kept->rule = *rule;
	kept->arena = arena;
	match->method = arena_strdup(arena, match->method);
	match->path = arena_strdup(arena, match->path);
	match->customer_id = arena_strdup(arena, match->customer_id);
	match->anonymous_id = arena_strdup(arena, match->anonymous_id);
	match->client_id = arena_strdup(arena, match->client_id);
	copy_effect(arena, &kept->rule.effect);
	kept->rule.definition = arena_strdup(arena, rule->definition);
	random_uuid(kept->id);
	if (rule->has_seed)
		kept->random = rule->seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
	else
		random_bytes(&kept->random, sizeof kept->random);
	kept->random |= 1;
	arena_disown(arena); /* it outlives the request */
	return kept;
}

bool faults_add(struct faults *faults, const char *project, const struct fault_rule *rule,
                char id[FAULT_ID_BYTES])
{
	(void)pthread_mutex_lock(&faults->mutex);
	struct project_faults *of = key_table_ensure(faults->projects, project);
	struct kept_rule **last = &of->first;
	bool has_room = of->count < MAX_FAULTS;

	if (has_room) {
		while (*last)
			last = &(*last)->next;
		*last = keep_rule(rule);
		of->count++;
		memcpy(id, (*last)->id, FAULT_ID_BYTES);
		atomic_store_explicit(&faults->are_used, true, memory_order_release);
	}
	(void)pthread_mutex_unlock(&faults->mutex);
	return has_room;
}

struct fault_shown *faults_list(struct faults *faults, const char *project, struct arena *arena,
                                size_t *ret_count)
{
	struct fault_shown *shown = NULL;
	size_t count = 0;

	(void)pthread_mutex_lock(&faults->mutex);
	const struct project_faults *of = key_table_get(faults->projects, project);

	if (of)
		shown = arena_alloc(arena, (of->count + 1) * sizeof *shown);
	for (const struct kept_rule *one = of ? of->first : NULL; one; one = one->next)
		shown[count++] = (struct fault_shown){ arena_strdup(arena, one->id),
			                                   arena_strdup(arena, one->rule.definition), one->hits };
	(void)pthread_mutex_unlock(&faults->mutex);
	*ret_count = count;
	return shown;
}

size_t faults_remove(struct faults *faults, const char *project, const char *id)
{
	size_t removed = 0;

	(void)pthread_mutex_lock(&faults->mutex);
	struct project_faults *of = key_table_get(faults->projects, project);
	struct kept_rule **place = of ? &of->first : NULL;

	while (place && *place) {
		struct kept_rule *one = *place;

		if (id && strcmp(one->id, id) != 0) {
			place = &one->next;
			continue;
		}
		*place = one->next;
		of->count--;
		removed++;
		arena_destroy(one->arena);
	}
	(void)pthread_mutex_unlock(&faults->mutex);
	return removed;
}

void faults_reset(struct faults *faults, const char *project)
{
	(void)faults_remove(faults, project, NULL);
	(void)pthread_mutex_lock(&faults->mutex);
	struct project_faults *of = key_table_get(faults->projects, project);

	if (of)
		free_expired(of);
	(void)pthread_mutex_unlock(&faults->mutex);
}

/* Chance */

static uint64_t next_random(uint64_t *state)
{
	/* xorshift64: its state is never 0. */
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static int64_t sample(const struct delay *delay, uint64_t random)
{
	int64_t spread = delay->jitter_ms ? (int64_t)(random % (uint64_t)(2 * delay->jitter_ms + 1)) -
	                                        delay->jitter_ms
	                                  : 0;
	int64_t ms = delay->ms + spread;

	return ms > 0 ? ms : 0;
}

bool delay_parse(const char *text, struct delay *ret_delay)
{
	static const char *const MARKS[] = { "±", "~" };
	enum { PART_BYTES = 32 };
	char first[PART_BYTES];
	const char *mark = NULL;
	size_t mark_bytes = 0;

	for (size_t i = 0; !mark && i < sizeof MARKS / sizeof *MARKS; i++) {
		mark = strstr(text, MARKS[i]);
		mark_bytes = strlen(MARKS[i]);
	}
	*ret_delay = (struct delay){ 0 };
	if (!mark)
		return duration_parse(text, &ret_delay->ms);
	if ((size_t)(mark - text) >= sizeof first ||
	    !duration_parse(mark + mark_bytes, &ret_delay->jitter_ms))
		return false;
	snprintf(first, sizeof first, "%.*s", (int)(mark - text), text);
	return !*first || duration_parse(first, &ret_delay->ms);
}

/* Matching */

/* A `*` takes one segment, at the end everything below. */
static bool path_fits(const char *pattern, const char *path)
{
	for (; *pattern; pattern++) {
		if (*pattern == '*' && !pattern[1])
			return *path != '\0';
		if (*pattern == '*') {
			size_t bytes = strcspn(path, "/");

			if (!bytes)
				return false;
			path += bytes;
			continue;
		}
		if (*path++ != *pattern)
			return false;
	}
	return !*path;
}

/* What comes behind so many segments of a path. */
static const char *behind(const char *path, int segments)
{
	while (segments-- > 0 && *path)
		path += 1 + strcspn(path + 1, "/");
	return path;
}

/* Who asks, and for what: the path below the project, without the store; of token endpoints also as it is. */
struct question {
	const char *method;
	const char *paths[2];
	const char *customer_id;
	const char *anonymous_id;
	const char *client_id;
};

static const char *client_of(struct op *op, const char *authorization)
{
	struct api_errors errors = op->errors;
	struct client_credentials credentials;
	bool is_client = authorization && client_credentials_read(op, authorization, &credentials);

	op->errors = errors;
	return is_client ? credentials.id : NULL;
}

static struct question question_of(struct exchange *exchange)
{
	struct op *op = &exchange->op;
	const char *target = exchange->request.target;
	const char *path = arena_strndup(op->arena, target, strcspn(target, "?"));
	const struct caller *caller = op->caller;
	struct question question = { .method = exchange->request.method, .paths = { path, path } };
	bool is_rooted = exchange->table->is_rooted;

	/* /oauth/{projectKey}/in-store/key=…/customers/token counts as /oauth/customers/token too. */
	if (!is_rooted)
		question.paths[0] = question.paths[1] = behind(path, op->store_key ? 3 : 1);
	else if (strchr(exchange->route->path, '{'))
		question.paths[1] =
			arena_printf(op->arena, "/oauth%s", behind(path, op->store_key ? 4 : 2));
	if (caller) {
		question.customer_id = caller->customer_id;
		question.anonymous_id = caller->anonymous_id;
		question.client_id = caller->client_id;
	} else {
		question.client_id = client_of(op, exchange->request.authorization);
	}
	return question;
}

static bool text_fits(const char *wanted, const char *text)
{
	return !wanted || (text && strcmp(wanted, text) == 0);
}

static bool fits(const struct fault_match *match, const struct question *question)
{
	return (!match->method || strcasecmp(match->method, question->method) == 0) &&
	       (!match->path || path_fits(match->path, question->paths[0]) ||
	        path_fits(match->path, question->paths[1])) &&
	       text_fits(match->customer_id, question->customer_id) &&
	       text_fits(match->anonymous_id, question->anonymous_id) &&
	       text_fits(match->client_id, question->client_id);
}

/* Is it this one's turn? Counts the match. */
static bool strikes(struct kept_rule *rule)
{
	int64_t turn = rule->matches++ - rule->rule.skip;

	if (turn < 0 || (rule->rule.times >= 0 && turn >= rule->rule.times))
		return false;
	return rule->rule.permyriad >= PERMYRIAD ||
	       (int64_t)(next_random(&rule->random) % PERMYRIAD) < rule->rule.permyriad;
}

/* The first rule that fits; NULL: none strikes. One whose turns are over stands in nobody's way. */
static struct kept_rule *find(struct project_faults *of, const struct question *question)
{
	for (struct kept_rule *one = of->first; one; one = one->next) {
		bool is_over = one->rule.times >= 0 && one->matches >= one->rule.skip + one->rule.times;

		if (!is_over && fits(&one->rule.match, question))
			return strikes(one) ? one : NULL;
	}
	return NULL;
}

/* Tokens that count as expired */

static bool is_expired(const struct project_faults *of, const char *authorization)
{
	const struct expired *one = authorization ? of->expired : NULL;

	while (one && strcmp(one->text, authorization) != 0)
		one = one->next;
	return one != NULL;
}

static void expire(struct project_faults *of, const char *authorization)
{
	if (!authorization || of->expired_count == MAX_EXPIRED || is_expired(of, authorization))
		return;
	struct expired *one = xmalloc(sizeof *one + strlen(authorization) + 1);

	strcpy(one->text, authorization);
	one->next = of->expired;
	of->expired = one;
	of->expired_count++;
}

/* Asking */

/* Fills *fault with what happens. Gives whether the token has been expired by a rule. */
static bool ask_rules(struct faults *faults, struct exchange *exchange, struct fault *fault)
{
	const struct question question = question_of(exchange);
	const char *authorization = exchange->request.authorization;
	uint64_t random;

	random_bytes(&random, sizeof random);
	fault->delay_ms = sample(&faults->latency, random);
	(void)pthread_mutex_lock(&faults->mutex);
	struct project_faults *of = key_table_get(faults->projects, exchange->op.project);
	struct kept_rule *rule = of ? find(of, &question) : NULL;

	if (rule) {
		rule->hits++;
		fault->id = arena_strdup(exchange->op.arena, rule->id);
		fault->effect = rule->rule.effect;
		copy_effect(exchange->op.arena, &fault->effect);
		fault->delay_ms += sample(&rule->rule.effect.delay, next_random(&rule->random));
		if (fault->effect.expires_token)
			expire(of, authorization);
	}
	bool token_is_expired = of && is_expired(of, authorization);

	(void)pthread_mutex_unlock(&faults->mutex);
	return token_is_expired;
}

/* What a rule does before anything is done. False: recorded. */
static bool strike(struct exchange *exchange, bool token_is_expired)
{
	const struct fault *fault = exchange->fault;
	struct op *op = &exchange->op;

	if (fault->effect.error || fault->effect.status || fault->effect.resets)
		op->errors = (struct api_errors){ 0 };
	if (fault->effect.error)
		return fault_fail(exchange, fault->effect.error);
	if (fault->effect.status || fault->effect.resets)
		return fail_internal(op, "as a fault wants it");
	if (token_is_expired && !op_failed(op))
		return fail_invalid_token(op, "expired by a fault");
	return !op_failed(op);
}

bool faults_ask(struct exchange *exchange)
{
	struct op *op = &exchange->op;
	struct faults *faults = op->env->faults;

	if (exchange->fault) /* asked before, and the delay is over */
		return strike(exchange, exchange->fault_expired_token);
	exchange->fault = arena_alloc(op->arena, sizeof *exchange->fault);
	exchange->fault_expired_token = ask_rules(faults, exchange, exchange->fault);
	if (exchange->fault->delay_ms) {
		op->errors = (struct api_errors){ 0 }; /* admission starts again after it */
		return true;
	}
	return strike(exchange, exchange->fault_expired_token);
}

void faults_conclude(struct exchange *exchange)
{
	struct exchange_reply *reply = &exchange->reply;
	const struct fault *fault = exchange->fault;
	const struct fault_effect *effect = &fault->effect;

	reply->fault = fault->id;
	reply->breaks = effect->resets || effect->resets_after;
	reply->is_cut = effect->truncates;
	reply->cut_bytes = (size_t)effect->truncate;
	if (!effect->status)
		return;
	reply->status = effect->status;
	reply->text = effect->body ? effect->body : "";
	reply->bytes = effect->body_bytes;
	reply->headers = effect->headers;
	reply->authenticate = NULL;
	reply->retry_later = false;
}
