/* A bounded map from keys to byte strings that many threads read and a writer invalidates.
 *
 * The rule that keeps answers fresh: a reader asks cache_epoch() *before* it opens its snapshot and
 * passes that to cache_put(); the writer calls cache_remove(key) after its commit and before
 * anybody is told of it. A value that was read before the commit then never enters, or leaves
 * before the answer to the write does. */
#ifndef BASE_CACHE_H
#define BASE_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct cache;

/* The head of an object that many threads read and nobody changes; who lets it go last destroys it. */
struct shared {
	atomic_int holders;
	void (*destroy)(struct shared *object);
};

/* Begins with one holder, the caller. */
void shared_init(struct shared *object, void (*destroy)(struct shared *object));

/* One holder less. Accepts NULL. Any thread. */
void shared_release(struct shared *object);

/* Makes a cache that holds at most about `capacity_bytes`, entries' overhead included. 0: it stays
 * empty. */
struct cache *cache_create(size_t capacity_bytes);

/* Accepts NULL. */
void cache_destroy(struct cache *cache);

/* Copies the value of a key into the arena (NUL-terminated). False if it is not there. Any
 * thread. */
bool cache_get(struct cache *cache, struct arena *arena, const char *key, char **ret_value,
               size_t *ret_bytes);

/* The number of removals so far; to be asked before a snapshot is opened. Any thread. */
uint64_t cache_epoch(struct cache *cache);

/* Stores a value, unless something was removed near the key (the same slot of a fixed table of
 * removal stamps) since `epoch`. Evicts what was not read of late. Any thread. */
void cache_put(struct cache *cache, const char *key, uint64_t epoch, const void *value,
               size_t bytes);

/* The object of a key, which the caller holds and releases; NULL: there is none. Any thread. */
struct shared *cache_hold(struct cache *cache, const char *key);

/* Stores an object of so many bytes under the rule of cache_put(), and holds it as long as it does. The caller's hold
 * stays. Any thread. */
void cache_share(struct cache *cache, const char *key, uint64_t epoch, struct shared *object,
                 size_t bytes);

/* Forgets a key. Any thread. */
void cache_remove(struct cache *cache, const char *key);

/* Forgets everything. Any thread. */
void cache_clear(struct cache *cache);

#endif
