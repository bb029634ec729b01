#include "base/clock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/key_table.h"
#include "base/memory.h"

/* Of a project whose clock was set at some time. Zeros: it follows the system's. */
struct project_clock {
	_Atomic int64_t offset_ms; /* ahead of the system's time */
	_Atomic int64_t frozen_ms; /* 0: it goes */
};

struct clock {
	atomic_bool       is_set; /* was any ever? What every request asks */
	struct key_table *projects;
};

static int64_t read_us(clockid_t id)
{
	struct timespec now = { 0 };

	(void)clock_gettime(id, &now); /* fails only for a clock that does not exist */
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct clock *clock_create(void)
{
	struct clock *clock = xcalloc(1, sizeof *clock);

	clock->projects = key_table_create(sizeof(struct project_clock));
	return clock;
}

void clock_destroy(struct clock *clock)
{
	if (!clock)
		return;
	key_table_destroy(clock->projects);
	free(clock);
}

bool clock_is_in_use(const struct clock *clock)
{
	return atomic_load_explicit(&clock->is_set, memory_order_acquire);
}

struct clock_setting clock_get(const struct clock *clock, const char *project)
{
	const struct project_clock *of_project = NULL;
	int64_t system_ms = system_now_ms();

	if (project && clock_is_in_use(clock))
		of_project = key_table_get(clock->projects, project);
	if (!of_project)
		return (struct clock_setting){ .now_ms = system_ms };
	int64_t frozen_ms = atomic_load(&of_project->frozen_ms);
	int64_t offset_ms = frozen_ms ? frozen_ms - system_ms : atomic_load(&of_project->offset_ms);

	return (struct clock_setting){ system_ms + offset_ms, offset_ms, frozen_ms != 0,
		                           frozen_ms || offset_ms };
}

int64_t clock_now_ms(const struct clock *clock, const char *project)
{
	return clock_get(clock, project).now_ms;
}

void clock_set(struct clock *clock, const char *project, int64_t now_ms, bool is_frozen)
{
	struct project_clock *of_project = key_table_ensure(clock->projects, project);

	atomic_store(&of_project->offset_ms, now_ms - system_now_ms());
	atomic_store(&of_project->frozen_ms, is_frozen ? now_ms : 0);
	atomic_store_explicit(&clock->is_set, true, memory_order_release);
}

void clock_clear(struct clock *clock, const char *project)
{
	struct project_clock *of_project = key_table_get(clock->projects, project);

	if (!of_project)
		return;
	atomic_store(&of_project->offset_ms, 0);
	atomic_store(&of_project->frozen_ms, 0);
}

int64_t system_now_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t monotonic_ms(void)
{
	return monotonic_us() / 1000;
}

int64_t monotonic_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}
