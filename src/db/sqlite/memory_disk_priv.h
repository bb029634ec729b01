/* A file system for SQLite in the memory of this process. It knows locks and shared memory, so that a database on it
 * has a write-ahead log and many connections, which read what was committed and wait for nobody. It is gone with the
 * process, however that ends. */
#ifndef DB_MEMORY_DISK_PRIV_H
#define DB_MEMORY_DISK_PRIV_H

struct memory_disk;

/* Makes an empty one that SQLite knows by its name. NULL: SQLite refuses it. The caller destroys it. */
struct memory_disk *memory_disk_create(void);

/* What sqlite3_open_v2() calls it. As long as it lives. */
const char *memory_disk_name(const struct memory_disk *disk);

/* Forgets it with all that is on it. When its last connection is closed. Accepts NULL. */
void memory_disk_destroy(struct memory_disk *disk);

#endif
