#include "base/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/guard.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/secret.h"

enum {
	SHARDS = 16,
	STAMPS = 256,         /* per shard; a removal also turns away puts of keys sharing its stamp */
	FIRST_BUCKETS = 64,   /* a power of two, as all later numbers are */
	MALLOC_OVERHEAD = 16, /* what malloc keeps for itself per entry */
	CACHE_LINE_BYTES = 64,
	GET_TRIES = 3
};

/* A key and its value, each ended by NUL, in one piece; or an object in place of the value. */
struct entry {
	struct entry *chain;  /* the next one in the bucket */
	struct entry *older;  /* the ring of all entries of the shard, in which the hand moves */
	struct entry *newer;
	uint64_t      hash;
	size_t        key_bytes;
	size_t        value_bytes;
	struct shared *object;     /* NULL: there is a value */
	size_t        weight;
	bool          used; /* read since the hand passed */
	char          text[];
};

/* A part of the cache with a lock of its own. */
struct shard {
	_Alignas(CACHE_LINE_BYTES) pthread_mutex_t mutex;
	struct entry **buckets;
	size_t         bucket_count;
	size_t         entry_count;
	size_t         bytes; /* what the entries weigh */
	struct entry  *hand;  /* where the search for something to evict goes on; NULL: empty */
	uint64_t       stamps[STAMPS]; /* the epoch that the last removal of such a key began */
};

struct cache {
	struct shard            shards[SHARDS];
	size_t                  shard_bytes; /* the most that the entries of a shard may weigh */
	unsigned char           hash_key[SHORT_KEY_BYTES]; /* secret, as clients choose the keys */
	_Alignas(CACHE_LINE_BYTES) atomic_uint_fast64_t epoch; /* the number of removals */
};

/* A key with what is computed from it once per call. */
struct lookup {
	struct shard *shard;
	const char   *key;
	size_t        key_bytes;
	uint64_t      hash;
};

static struct lookup look_up(struct cache *cache, const char *key)
{
	size_t bytes = strlen(key);
	uint64_t hash = secret_short_hash(cache->hash_key, key, bytes);

	/* The uppermost bits choose the shard, those below the stamp, the lowest ones the bucket. */
	return (struct lookup){ &cache->shards[hash >> 60], key, bytes, hash };
}

static uint64_t *stamp_of(const struct lookup *lookup)
{
	return &lookup->shard->stamps[lookup->hash >> 52 & (STAMPS - 1)];
}

static size_t weight(size_t key_bytes, size_t value_bytes)
{
	return sizeof(struct entry) + key_bytes + value_bytes + 2 + MALLOC_OVERHEAD +
	       sizeof(struct entry *);
}

/* -- what is shared -- */

void shared_init(struct shared *object, void (*destroy)(struct shared *object))
{
	atomic_init(&object->holders, 1);
	object->destroy = destroy;
}

void shared_release(struct shared *object)
{
	if (object && atomic_fetch_sub(&object->holders, 1) == 1)
		object->destroy(object);
}

struct cache *cache_create(size_t capacity_bytes)
{
	struct cache *cache = aligned_alloc(CACHE_LINE_BYTES, sizeof(*cache));
	size_t i;

	if (!cache)
		memory_exhausted(sizeof(*cache));
	memset(cache, 0, sizeof(*cache));
	cache->shard_bytes = capacity_bytes / SHARDS;
	random_bytes(cache->hash_key, sizeof(cache->hash_key));
	for (i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];

		(void)pthread_mutex_init(&shard->mutex, NULL); /* on Linux it cannot fail */
		shard->bucket_count = FIRST_BUCKETS;
		shard->buckets = xcalloc(FIRST_BUCKETS, sizeof(struct entry *));
	}
	return cache;
}

/* -- everything here needs the mutex of the shard -- */

static void lock(struct shard *shard)
{
	(void)pthread_mutex_lock(&shard->mutex);
	guard_lock_taken();
}

static void unlock(struct shard *shard)
{
	guard_lock_given();
	(void)pthread_mutex_unlock(&shard->mutex);
}

/* Gives the place that points to the entry of a key; it holds NULL if there is none. */
static struct entry **find(const struct lookup *wanted)
{
	const struct shard *shard = wanted->shard;
	struct entry **place = &shard->buckets[wanted->hash & (shard->bucket_count - 1)];

	for (; *place; place = &(*place)->chain) {
		const struct entry *entry = *place;

		if (entry->hash == wanted->hash && entry->key_bytes == wanted->key_bytes &&
		    memcmp(entry->text, wanted->key, wanted->key_bytes) == 0)
			break;
	}
	return place;
}

/* Takes the entry out that *place points to, and frees it. */
static void drop(struct shard *shard, struct entry **place)
{
	struct entry *entry = *place;

	*place = entry->chain;
	entry->older->newer = entry->newer;
	entry->newer->older = entry->older;
	if (shard->hand == entry)
		shard->hand = entry->newer == entry ? NULL : entry->newer;
	shard->entry_count--;
	shard->bytes -= entry->weight;
	shared_release(entry->object);
	free(entry);
}

/* The place that points to an entry. */
static struct entry **place_of(struct shard *shard, const struct entry *entry)
{
	struct entry **place = &shard->buckets[entry->hash & (shard->bucket_count - 1)];

	while (*place != entry)
		place = &(*place)->chain;
	return place;
}

/* Evicts the first entry that was not read since the hand last passed it. */
static void evict_one(struct shard *shard)
{
	while (shard->hand->used) {
		shard->hand->used = false;
		shard->hand = shard->hand->newer;
	}
	drop(shard, place_of(shard, shard->hand));
}

/* Without memory the buckets just become fuller. */
static void grow(struct shard *shard)
{
	size_t count = shard->bucket_count * 2;
	struct entry **buckets = memory_try_zeroed(count * sizeof(*buckets));
	struct entry *entry = shard->hand;
	size_t i;

	if (!buckets)
		return;

	for (i = 0; i < shard->entry_count; i++) {
		struct entry **bucket = &buckets[entry->hash & (count - 1)];

		entry->chain = *bucket;
		*bucket = entry;
		entry = entry->newer;
	}
	free(shard->buckets);
	shard->buckets = buckets;
	shard->bucket_count = count;
}

/* Puts an entry into its bucket and behind the hand, where it is looked at last. */
static void insert(struct shard *shard, struct entry *entry)
{
	struct entry **bucket;

	if (shard->entry_count >= shard->bucket_count)
		grow(shard);
	bucket = &shard->buckets[entry->hash & (shard->bucket_count - 1)];
	entry->chain = *bucket;
	*bucket = entry;
	if (!shard->hand) {
		shard->hand = entry->older = entry->newer = entry;
	} else {
		entry->newer = shard->hand;
		entry->older = shard->hand->older;
		entry->older->newer = entry;
		entry->newer->older = entry;
	}
	shard->entry_count++;
	shard->bytes += entry->weight;
}

/* -- what other modules call -- */

void cache_destroy(struct cache *cache)
{
	size_t i;

	if (!cache)
		return;
	for (i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];

		while (shard->hand)
			evict_one(shard);
		free(shard->buckets);
		(void)pthread_mutex_destroy(&shard->mutex);
	}
	secret_wipe(cache->hash_key, sizeof(cache->hash_key));
	free(cache);
}

/* Copies the value of a key and gives its size. With the lock held no memory is asked for: *ret_value is NULL if there
 * was no room, or no entry. */
static size_t copy_entry(const struct lookup *wanted, struct arena *arena, char **ret_value,
                         bool *ret_is_there)
{
	struct entry *entry;
	size_t bytes = 0;

	*ret_value = NULL;
	lock(wanted->shard);
	entry = *find(wanted);
	if (entry && entry->object)
		entry = NULL;
	*ret_is_there = entry;
	if (entry) {
		entry->used = true;
		bytes = entry->value_bytes;
		if (arena_fits(arena, bytes + 1))
			*ret_value = arena_strndup(arena, entry->text + entry->key_bytes + 1, bytes);
	}
	unlock(wanted->shard);
	return bytes;
}

bool cache_get(struct cache *cache, struct arena *arena, const char *key, char **ret_value,
               size_t *ret_bytes)
{
	struct lookup wanted = look_up(cache, key);

	for (int tries = 0; tries < GET_TRIES; tries++) {
		bool is_there;
		size_t bytes = copy_entry(&wanted, arena, ret_value, &is_there);

		if (!is_there || *ret_value) {
			*ret_bytes = bytes;
			return is_there;
		}
		arena_reserve(arena, bytes + 1);
	}
	return false; /* it grows faster than room is made for it */
}

uint64_t cache_epoch(struct cache *cache)
{
	/* Who sees the number of a removal sees the commit before it as well. */
	return atomic_load(&cache->epoch);
}

struct shared *cache_hold(struct cache *cache, const char *key)
{
	struct lookup wanted = look_up(cache, key);
	struct shared *object = NULL;

	lock(wanted.shard);
	struct entry *entry = *find(&wanted);

	if (entry && entry->object) {
		entry->used = true;
		object = entry->object;
		atomic_fetch_add(&object->holders, 1);
	}
	unlock(wanted.shard);
	return object;
}

/* NULL: there is no memory. */
static struct entry *make_entry(const struct lookup *wanted, const void *value, size_t bytes)
{
	struct entry *entry = memory_try(sizeof(*entry) + wanted->key_bytes + bytes + 2);
	char *copy;

	if (!entry)
		return NULL;
	copy = entry->text + wanted->key_bytes + 1;
	*entry = (struct entry){
		.hash = wanted->hash,
		.key_bytes = wanted->key_bytes,
		.value_bytes = bytes,
		.weight = weight(wanted->key_bytes, bytes),
	};
	memcpy(entry->text, wanted->key, wanted->key_bytes + 1);
	if (bytes)
		memcpy(copy, value, bytes);
	copy[bytes] = '\0';
	return entry;
}

/* Takes the entry over, if there is one: it is stored, or it was read before the last removal and is not. */
static void put(struct cache *cache, const struct lookup *wanted, uint64_t epoch,
                struct entry *entry)
{
	struct shard *shard = wanted->shard;
	struct entry **place;

	if (!entry)
		return;
	lock(shard);
	bool is_fresh = *stamp_of(wanted) <= epoch;

	if (is_fresh) {
		place = find(wanted);
		if (*place)
			drop(shard, place);
		while (shard->bytes + entry->weight > cache->shard_bytes)
			evict_one(shard);
		insert(shard, entry);
	}
	unlock(shard);
	if (is_fresh)
		return;
	shared_release(entry->object);
	free(entry);
}

void cache_put(struct cache *cache, const char *key, uint64_t epoch, const void *value,
               size_t bytes)
{
	struct lookup wanted = look_up(cache, key);

	if (bytes > cache->shard_bytes || weight(wanted.key_bytes, bytes) > cache->shard_bytes)
		return;
	/* Made outside the lock, as it is the slow part. */
	put(cache, &wanted, epoch, make_entry(&wanted, value, bytes));
}

void cache_share(struct cache *cache, const char *key, uint64_t epoch, struct shared *object,
                 size_t bytes)
{
	struct lookup wanted = look_up(cache, key);

	if (bytes > cache->shard_bytes || weight(wanted.key_bytes, bytes) > cache->shard_bytes)
		return;
	struct entry *entry = make_entry(&wanted, NULL, 0);

	if (!entry)
		return;
	entry->object = object;
	entry->weight += bytes;
	atomic_fetch_add(&object->holders, 1);
	put(cache, &wanted, epoch, entry);
}

void cache_remove(struct cache *cache, const char *key)
{
	struct lookup wanted = look_up(cache, key);
	struct entry **place;

	lock(wanted.shard);
	/* Even if the key is not there: a reader may be about to put what has just become stale. */
	*stamp_of(&wanted) = atomic_fetch_add(&cache->epoch, 1) + 1;
	place = find(&wanted);
	if (*place)
		drop(wanted.shard, place);
	unlock(wanted.shard);
}

void cache_clear(struct cache *cache)
{
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];

		(void)pthread_mutex_lock(&shard->mutex);
		uint64_t stamp = atomic_fetch_add(&cache->epoch, 1) + 1;

		for (size_t s = 0; s < STAMPS; s++)
			shard->stamps[s] = stamp;
		while (shard->hand)
			drop(shard, place_of(shard, shard->hand));
		(void)pthread_mutex_unlock(&shard->mutex);
	}
}
