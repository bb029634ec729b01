/* A map from names to memory of its own that only grows: found without a lock, for what every request may ask. */
#ifndef BASE_KEY_TABLE_H
#define BASE_KEY_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct key_table;

/* Makes an empty table whose values have so many bytes. The caller destroys it. */
struct key_table *key_table_create(size_t value_bytes);

/* Accepts NULL. */
void key_table_destroy(struct key_table *table);

/* The value of a name, which lives as long as the table; NULL: there is none. Any thread, without a lock. */
void *key_table_get(const struct key_table *table, const char *name);

/* The same, made of zeros if there is none. Any thread. */
void *key_table_ensure(struct key_table *table, const char *name);

/* Visits every value. `visit` may not add any. Any thread. */
void key_table_each(const struct key_table *table,
                    void (*visit)(void *context, const char *name, void *value), void *context);

#endif
