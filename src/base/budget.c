#include "base/budget.h"

#include "base/clock.h"

/* So much work is done between two looks at the clock: about a millisecond. */
enum { LOOK_UNITS = UNITS_PER_MS };

void budget_begin(struct budget *budget, const struct budget_limits *limits)
{
	*budget = (struct budget){ .limits = *limits };
}

void budget_tighten(struct budget *budget, int64_t pause_units)
{
	budget->limits.pause_units = pause_units;
	budget->next_look = 0;
}

static enum budget_end end_of(const struct budget *budget)
{
	const struct budget_limits *limits = &budget->limits;

	if (limits->stop && atomic_load(limits->stop))
		return BUDGET_STOPPED;
	if (limits->pause_units && budget->spent >= limits->pause_units)
		return BUDGET_PAUSED;
	if (limits->end_us && monotonic_us() >= limits->end_us)
		return BUDGET_TIMED_OUT;
	return BUDGET_OPEN;
}

bool budget_look(struct budget *budget)
{
	const int64_t pause_units = budget->limits.pause_units;

	if (!budget->end)
		budget->end = end_of(budget);
	if (budget->end) {
		budget->next_look = 0; /* look again, whatever is spent: the answer is ready */
		return false;
	}
	budget->next_look = budget->spent + LOOK_UNITS;
	if (pause_units && pause_units < budget->next_look)
		budget->next_look = pause_units;
	return true;
}
