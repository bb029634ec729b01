#include "base/key_table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BUCKETS = 1024 };

struct named {
	struct named *next;
	void         *value;
	char          name[];
};

/* Entries are put in front of their bucket, never moved and never taken out. */
struct key_table {
	_Atomic(struct named *) buckets[BUCKETS];
	size_t                  value_bytes;
	pthread_mutex_t         mutex; /* of those who add */
};

/* FNV-1a. */
static size_t bucket_of(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return (hash ^ hash >> 16) % BUCKETS;
}

struct key_table *key_table_create(size_t value_bytes)
{
	struct key_table *table = xcalloc(1, sizeof *table);

	table->value_bytes = value_bytes;
	(void)pthread_mutex_init(&table->mutex, NULL); /* on Linux it cannot fail */
	return table;
}

void key_table_destroy(struct key_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct named *next;

		for (struct named *one = atomic_load(&table->buckets[i]); one; one = next) {
			next = one->next;
			free(one->value);
			free(one);
		}
	}
	(void)pthread_mutex_destroy(&table->mutex);
	free(table);
}

void *key_table_get(const struct key_table *table, const char *name)
{
	const struct named *one =
		atomic_load_explicit(&table->buckets[bucket_of(name)], memory_order_acquire);

	while (one && strcmp(one->name, name) != 0)
		one = one->next;
	return one ? one->value : NULL;
}

void *key_table_ensure(struct key_table *table, const char *name)
{
	(void)pthread_mutex_lock(&table->mutex);
	void *value = key_table_get(table, name);

	if (!value) {
		_Atomic(struct named *) *bucket = &table->buckets[bucket_of(name)];
		struct named *added = xmalloc(sizeof *added + strlen(name) + 1);

		strcpy(added->name, name);
		added->next = atomic_load(bucket);
		added->value = value = xcalloc(1, table->value_bytes);
		atomic_store_explicit(bucket, added, memory_order_release);
	}
	(void)pthread_mutex_unlock(&table->mutex);
	return value;
}

void key_table_each(const struct key_table *table,
                    void (*visit)(void *context, const char *name, void *value), void *context)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (const struct named *one =
		         atomic_load_explicit(&table->buckets[i], memory_order_acquire);
		     one; one = one->next)
			visit(context, one->name, one->value);
}
