/* How much work a request may do. Work is counted, not timed: in units of about ten nanoseconds of a core, so that what
 * is too much for a thread that others wait for is so however busy the machine is. Only a limit of time looks at the
 * clock, and now and then. */
#ifndef BASE_BUDGET_H
#define BASE_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What work costs, in units. Measured on one core of the machine that the README's figures are from. */
enum {
	UNITS_PER_MS = 100 * 1000,
	STEP_UNITS = 1,        /* a condition looked at, a member or an element stepped over */
	ROW_UNITS = 100,       /* a row of the database */
	COMPARISON_UNITS = 10, /* two values put into an order */
	BYTES_PER_UNIT = 16,   /* of stored text that is looked through */
	DECODED_PER_UNIT = 2,  /* bytes of stored text that become a document */
};

/* Why nothing more may be done. */
enum budget_end {
	BUDGET_OPEN,      /* it may */
	BUDGET_PAUSED,    /* it takes too long for this thread */
	BUDGET_TIMED_OUT, /* it takes too long */
	BUDGET_STOPPED,   /* everything ends */
};

/* The limits of a run; what is 0 or NULL is none. */
struct budget_limits {
	int64_t            pause_units; /* for more than that another thread is the right one */
	int64_t            end_us;      /* on the monotonic clock */
	const atomic_bool *stop;        /* becomes true when everything ends; outlives the budget */
};

/* A budget that is all zeros has no limits. Owned by one thread at a time. */
struct budget {
	struct budget_limits limits;
	int64_t              spent;     /* units */
	int64_t              next_look; /* when so much is spent, the limits are looked at */
	enum budget_end      end;
};

/* Begins a run with nothing spent. */
void budget_begin(struct budget *budget, const struct budget_limits *limits);

/* Lets it end earlier: for more than so many units another thread is the right one. */
void budget_tighten(struct budget *budget, int64_t pause_units);

/* Looks at the limits. False: one is reached, and will stay so; budget->end says which. */
bool budget_look(struct budget *budget);

/* Notes work that was done, or is about to be. False: enough; leave what is under way as soon as it can be left. */
static inline bool budget_spend(struct budget *budget, int64_t units)
{
	budget->spent += units;
	return budget->spent < budget->next_look || budget_look(budget);
}

/* What it costs to look through stored text. */
static inline int64_t text_units(uint64_t bytes)
{
	return STEP_UNITS + (int64_t)(bytes / BYTES_PER_UNIT);
}

#endif
