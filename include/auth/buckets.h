/* How often somebody did something lately: a table of fixed size, for those who must not do it without end. */
#ifndef AUTH_BUCKETS_H
#define AUTH_BUCKETS_H

#include <stdbool.h>
#include <stdint.h>

struct buckets;

/* So often at once, and then once in a while; who goes on nevertheless has to wait `most_ms` at most. */
struct bucket_rate {
	int64_t every_ms;
	int64_t at_once;
	int64_t most_ms;
};

/* Makes a table in which nobody did anything. The caller destroys it. */
struct buckets *buckets_create(void);

/* Accepts NULL. */
void buckets_destroy(struct buckets *buckets);

/* How long who has this name has to wait before it may do it again, in ms; 0: it may now. NULL limits nobody. A clock
 * that is set back makes nobody wait longer than `most_ms`. Any thread. */
int64_t buckets_wait_ms(struct buckets *buckets, const char *name, const struct bucket_rate *rate,
                        int64_t now_ms);

/* Did it do nothing for so long that nothing counts any more? Any thread. */
bool buckets_is_clean(struct buckets *buckets, const char *name, int64_t now_ms);

/* Counts that it did it. Of many names those are forgotten first that have the least to wait. Any thread. */
void buckets_count(struct buckets *buckets, const char *name, const struct bucket_rate *rate,
                   int64_t now_ms);

#endif
