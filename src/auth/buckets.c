#include "auth/buckets.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/secret.h"

/* A name has its place in one of some slots of a set. */
enum { SETS = 1024, SLOTS = 4 };

struct bucket {
	uint64_t hash;      /* of the name */
	int64_t  clean_ms;  /* from then on nothing counts any more */
};

struct buckets {
	unsigned char   key[SHORT_KEY_BYTES];
	pthread_mutex_t mutex; /* guards the slots */
	struct bucket   slots[SETS][SLOTS];
};

struct buckets *buckets_create(void)
{
	struct buckets *buckets = xcalloc(1, sizeof *buckets);

	random_bytes(buckets->key, sizeof buckets->key);
	(void)pthread_mutex_init(&buckets->mutex, NULL); /* cannot fail with default attributes */
	return buckets;
}

void buckets_destroy(struct buckets *buckets)
{
	if (!buckets)
		return;
	(void)pthread_mutex_destroy(&buckets->mutex);
	free(buckets);
}

/* The slot of a name, or the one that it would get. The caller holds the mutex. */
static struct bucket *slot_of(struct buckets *buckets, const char *name)
{
	uint64_t hash = secret_short_hash(buckets->key, name, strlen(name));
	struct bucket *set = buckets->slots[hash % SETS];
	struct bucket *slot = set;

	for (size_t i = 0; i < SLOTS; i++) {
		if (set[i].hash == hash)
			return &set[i];
		if (set[i].clean_ms < slot->clean_ms)
			slot = &set[i];
	}
	return slot;
}

static bool is_of(const struct buckets *buckets, const struct bucket *slot, const char *name)
{
	return slot->hash == secret_short_hash(buckets->key, name, strlen(name));
}

/* When nothing counts any more, but no later than can be: a clock may have been set back. */
static int64_t clean_ms(const struct bucket *slot, const struct bucket_rate *rate, int64_t now_ms)
{
	int64_t last_ms = now_ms + rate->at_once * rate->every_ms + rate->most_ms;

	return slot->clean_ms < last_ms ? slot->clean_ms : last_ms;
}

int64_t buckets_wait_ms(struct buckets *buckets, const char *name, const struct bucket_rate *rate,
                        int64_t now_ms)
{
	int64_t wait_ms = 0;

	if (!buckets)
		return 0;
	pthread_mutex_lock(&buckets->mutex);
	const struct bucket *slot = slot_of(buckets, name);

	if (is_of(buckets, slot, name))
		wait_ms = clean_ms(slot, rate, now_ms) - now_ms - (rate->at_once - 1) * rate->every_ms;
	pthread_mutex_unlock(&buckets->mutex);
	return wait_ms > rate->most_ms ? rate->most_ms : wait_ms > 0 ? wait_ms : 0;
}

bool buckets_is_clean(struct buckets *buckets, const char *name, int64_t now_ms)
{
	if (!buckets)
		return true;
	pthread_mutex_lock(&buckets->mutex);
	const struct bucket *slot = slot_of(buckets, name);
	bool is_clean = !is_of(buckets, slot, name) || slot->clean_ms <= now_ms;

	pthread_mutex_unlock(&buckets->mutex);
	return is_clean;
}

void buckets_count(struct buckets *buckets, const char *name, const struct bucket_rate *rate,
                   int64_t now_ms)
{
	if (!buckets)
		return;
	pthread_mutex_lock(&buckets->mutex);
	struct bucket *slot = slot_of(buckets, name);

	if (!is_of(buckets, slot, name))
		*slot = (struct bucket){ secret_short_hash(buckets->key, name, strlen(name)), 0 };
	if (slot->clean_ms < now_ms)
		slot->clean_ms = now_ms;
	slot->clean_ms += rate->every_ms;
	slot->clean_ms = clean_ms(slot, rate, now_ms);
	pthread_mutex_unlock(&buckets->mutex);
}
