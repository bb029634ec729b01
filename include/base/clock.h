/* The source of time. The domain never asks it: it is read once per run into op->now_ms. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock;

/* How the clock of a project goes. */
struct clock_setting {
	int64_t now_ms;
	int64_t offset_ms; /* ahead of the system's time */
	bool    is_frozen;
	bool    is_set;    /* false: it is the system's time */
};

/* Makes a clock that follows the system's real time. */
struct clock *clock_create(void);

/* Accepts NULL. */
void clock_destroy(struct clock *clock);

/* What time it is for a project, the one function that says so: UTC, milliseconds since 1970. NULL: for none, which is
 * the system's time. Any thread. */
int64_t clock_now_ms(const struct clock *clock, const char *project);

/* How the clock of a project goes. Any thread. */
struct clock_setting clock_get(const struct clock *clock, const char *project);

/* Was the clock of any project ever set? Any thread. */
bool clock_is_in_use(const struct clock *clock);

/* From now on it is this time in the project, and goes on from there or, frozen, not at all. Any thread. */
void clock_set(struct clock *clock, const char *project, int64_t now_ms, bool is_frozen);

/* Lets the clock of a project follow the system's time again. Any thread. */
void clock_clear(struct clock *clock, const char *project);

/* The system's real time, for those that have no clock, such as the log: UTC, milliseconds since
 * 1970. Any thread. */
int64_t system_now_ms(void);

/* Milliseconds that only grow, for measuring how long something took; unrelated to the date. Any
 * thread. */
int64_t monotonic_ms(void);

/* The same in microseconds. */
int64_t monotonic_us(void);

#endif
