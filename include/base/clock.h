/* The source of time. The domain never asks it: it is read once per run into op->now_ms. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct clock;

/* Makes a clock that follows the system's real time. */
struct clock *clock_create(void);

/* Accepts NULL. */
void clock_destroy(struct clock *clock);

/* UTC, milliseconds since 1970. Any thread. */
int64_t clock_now_ms(const struct clock *clock);

/* The system's real time, for those that have no clock, such as the log: UTC, milliseconds since
 * 1970. Any thread. */
int64_t system_now_ms(void);

/* Milliseconds that only grow, for measuring how long something took; unrelated to the date. Any
 * thread. */
int64_t monotonic_ms(void);

/* The same in microseconds. */
int64_t monotonic_us(void);

#endif
