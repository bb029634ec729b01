#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

struct clock {
	int64_t offset_ms; /* ahead of the system's time */
};

static int64_t read_us(clockid_t id)
{
	struct timespec now = { 0 };

	(void)clock_gettime(id, &now); /* fails only for a clock that does not exist */
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct clock *clock_create(void)
{
	return xcalloc(1, sizeof(struct clock));
}

void clock_destroy(struct clock *clock)
{
	free(clock);
}

int64_t clock_now_ms(const struct clock *clock)
{
	return system_now_ms() + clock->offset_ms;
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
