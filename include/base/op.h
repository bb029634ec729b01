/* One unit of work: the single parameter that walks straight down through the rooms. */
#ifndef BASE_OP_H
#define BASE_OP_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/budget.h"
#include "base/error.h"

struct arena;
struct caller;
struct db_tx;
struct env;
struct lookups;
struct resource;
struct product_discounts;
struct rule_cache;

/* From the moment it may touch data to the moment it is answered. Owned by one thread at a time. A
 * handler may be run twice, so a run starts with empty errors and its own `now_ms`. */
struct op {
	struct arena        *arena;     /* owns everything made during the request */
	struct api_errors    errors;    /* why it failed; empty = it has not */
	int64_t              now_ms;    /* UTC, ms since 1970; the only time the domain knows */
	struct db_tx        *tx;        /* the open transaction */
	const char          *target;    /* path and query as they were asked, still encoded; NULL: nobody asked */
	uint64_t             network;   /* where it comes from: an IPv4 address or half of an IPv6 one; 0: unknown */
	const char          *project;   /* the tenant: everything stored carries it */
	const char          *store_key; /* of an in-store path; NULL elsewhere */
	bool                 mine;      /* a path under /me: nothing exists but what the token owns */
	bool                 strict;    /* a fixture is decoded: see document/shape.h */
	bool                 thorough;  /* one is looked through: see resource/reference.h */
	struct budget        budget;    /* of the run: how much work it may be */
	const struct caller *caller;    /* who asks; NULL on public routes */
	const struct env    *env;       /* constant for the process */
	uint64_t             epoch;     /* of the cache, taken before the transaction's snapshot */
	uint64_t             documents_epoch; /* the same of env->documents */
	struct resource     *fetched;   /* a list, loaded ahead of the transaction: resource_fetch_ahead() */
	struct lookups      *lookups;   /* documents that were only looked at: resource/lookup.h */
	struct product_discounts *product_discounts; /* those in force: pricing/product_discounts.h */
	struct rule_cache   *rules;     /* what was compiled of discounts and their like: pricing/rule.h */
	unsigned             run;       /* counts the runs, so that what an earlier one saw is looked at again */
	int                  expanded;  /* the steps that expanding references took in this answer */
	struct stale_key    *stale;     /* cache keys to forget once the transaction is durable */
	bool                 has_news;  /* for those who wait for some of the project, once it is durable */
	struct stale_key    *replaced;  /* projects whose whole state is another one once it is */
	struct hint         *hints;     /* for the log, the newest first; of all runs */
	int                  guesses;   /* how often something was looked for that a hint could name */
};

/* Something that was taken, and that its sender may have meant otherwise. */
struct hint {
	const char  *text;
	struct hint *next;
};

/* A cache key that a run made stale; see op_forget(). */
struct stale_key {
	const char       *key;
	struct stale_key *next;
};

/* Starts a run: no errors, nothing stale, this time, this transaction. */
void op_begin(struct op *op, struct db_tx *tx, int64_t now_ms);

/* Notes work of so many units (base/budget.h). False: it is too much; recorded. */
static inline bool op_spend(struct op *op, int64_t units)
{
	return budget_spend(&op->budget, units) || fail_overspent(op);
}

/* Notes that the cached value of a key is wrong once the transaction is durable. `key` lives in the
 * arena. */
void op_forget(struct op *op, const char *key);

/* Settles what time it is when only the run itself has found out for which project: op->project. */
void op_set_time(struct op *op);

/* Notes that a project becomes another one as a whole: what was admitted for it before is not to be carried out any
 * more, and nothing that is cached may be of use. To be called on the writer. `project` lives in the arena. */
void op_replace_project(struct op *op, const char *project);

/* Removes from the caches what the run made stale. To be called after the commit and before anyone
 * is told. */
void op_drop_stale(struct op *op);

/* Adds a remark for the log: what the client does not get to hear, but who writes it should know. Never
 * what may be a secret. */
void op_hint(struct op *op, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* May another word be looked for among known names? Looking costs, and a client may send any number of
 * words; so only the first ones of a request are worth it. */
bool op_may_guess(struct op *op);

/* Ties a fresh JSON value to the arena: one json_decref when the request ends. NULL stays NULL. */
json_t *keep(struct op *op, json_t *json);

/* The compact text of a JSON value, in the arena. */
const char *json_text(struct op *op, const json_t *json);

/* The same with members sorted by name: equal values have equal texts. */
const char *json_sorted_text(struct op *op, const json_t *json);

#endif
