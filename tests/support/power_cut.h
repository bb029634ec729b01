/* A disk that loses its power: SQLite writes through it as ever, and at one operation it is remembered what a disk
 * would hold if the power had gone then. What was synced is there; of what was not, each sector of 512 bytes is there
 * or not, as a seed decides. Nothing is really synced, so it is quick. One database at a time. */
#ifndef SUPPORT_POWER_CUT_H
#define SUPPORT_POWER_CUT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

enum { POWER_FILES = 8, POWER_SECTOR = 512, POWER_PATH = 256 };

/* Something that was done to a file and is not durable: a write or, with no bytes, a truncation to `at`. */
struct power_change {
	struct power_change *next;
	size_t               at;
	size_t               bytes;
	unsigned char        data[];
};

struct power_image {
	unsigned char *bytes;
	size_t         size;
};

struct power_file {
	char                  path[POWER_PATH]; /* "": unused */
	bool                  is_there;         /* for those who look at it; its end may not be durable */
	bool                  is_durable;       /* its name is on disk */
	bool                  syncs_folder;     /* a log or a journal: SQLite does when it has made one */
	struct power_image    durable;
	struct power_change  *first, *last;
};

/* What stands on disk after the cut. */
struct power_survivor {
	char               path[POWER_PATH];
	struct power_image image;
};

static struct {
	pthread_mutex_t       mutex;
	sqlite3_vfs           vfs;
	sqlite3_vfs          *real;
	struct power_file     files[POWER_FILES];
	struct power_survivor survivors[POWER_FILES];
	size_t                survivor_count;
	uint64_t              operations;
	uint64_t              cut_at;   /* 0: never */
	atomic_bool           is_cut;
	uint64_t              random;
	void                (*when_cut)(void *context); /* at that moment, on the thread that writes */
	void                 *context;
} power = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static inline uint64_t power_random(void)
{
	power.random ^= power.random << 13;
	power.random ^= power.random >> 7;
	power.random ^= power.random << 17;
	return power.random;
}

static inline void *power_memory(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* Images */

static inline void power_resize(struct power_image *image, size_t size)
{
	if (size > image->size) {
		image->bytes = power_memory(realloc(image->bytes, size));
		memset(image->bytes + image->size, 0, size - image->size);
	}
	image->size = size;
}

static inline void power_put(struct power_image *image, size_t at, const unsigned char *data,
                             size_t bytes)
{
	if (at + bytes > image->size)
		power_resize(image, at + bytes);
	if (bytes)
		memcpy(image->bytes + at, data, bytes);
}

static inline void power_apply(struct power_image *image, const struct power_change *change)
{
	if (change->bytes)
		power_put(image, change->at, change->data, change->bytes);
	else
		power_resize(image, change->at);
}

/* Applies it as far as it has reached the disk. */
static inline void power_tear(struct power_image *image, const struct power_change *change)
{
	if (!change->bytes) {
		if (power_random() % 2)
			power_apply(image, change);
		return;
	}
	for (size_t done = 0; done < change->bytes;) {
		size_t room = POWER_SECTOR - (change->at + done) % POWER_SECTOR;
		size_t bytes = change->bytes - done < room ? change->bytes - done : room;

		if (power_random() % 2)
			power_put(image, change->at + done, change->data + done, bytes);
		done += bytes;
	}
}

/* Files */

static inline struct power_file *power_find(const char *path)
{
	struct power_file *unused = NULL;

	for (size_t i = 0; i < POWER_FILES; i++) {
		if (strcmp(power.files[i].path, path) == 0)
			return &power.files[i];
		if (!*power.files[i].path && !unused)
			unused = &power.files[i];
	}
	power_memory(unused);
	snprintf(unused->path, sizeof unused->path, "%s", path);
	return unused;
}

static inline void power_drop_changes(struct power_file *file)
{
	while (file->first) {
		struct power_change *change = file->first;

		file->first = change->next;
		free(change);
	}
	file->last = NULL;
}

static inline void power_survive(const struct power_file *file)
{
	struct power_survivor *survivor = &power.survivors[power.survivor_count];

	/* A name that is new or gone, and no folder was synced since: it is there or not. */
	if (!*file->path || (!file->is_there && !file->is_durable) ||
	    (file->is_there != file->is_durable && power_random() % 2))
		return;
	power.survivor_count++;
	snprintf(survivor->path, sizeof survivor->path, "%s", file->path);
	survivor->image = (struct power_image){ 0 };
	power_put(&survivor->image, 0,
	          file->durable.bytes ? file->durable.bytes : (const unsigned char *)"",
	          file->durable.size);
	for (const struct power_change *change = file->first; change; change = change->next)
		power_tear(&survivor->image, change);
}

/* Counts an operation that is about to happen; before one of them the power goes. The caller holds the mutex. */
static inline void power_count(void)
{
	if (++power.operations != power.cut_at || power.is_cut)
		return;
	power.is_cut = true;
	for (size_t i = 0; i < POWER_FILES; i++)
		power_survive(&power.files[i]);
	if (power.when_cut)
		power.when_cut(power.context);
}

static inline void power_note(struct power_file *file, size_t at, const void *data, size_t bytes)
{
	struct power_change *change = power_memory(malloc(sizeof *change + bytes));

	*change = (struct power_change){ .at = at, .bytes = bytes };
	if (bytes)
		memcpy(change->data, data, bytes);
	if (file->last)
		file->last->next = change;
	else
		file->first = change;
	file->last = change;
}

/* The VFS */

struct power_handle {
	sqlite3_file       base;
	struct power_file *file;  /* NULL: one that is nobody's business */
	sqlite3_file      *real;
};

static inline struct power_handle *power_handle(sqlite3_file *file)
{
	return (struct power_handle *)(void *)file;
}

static inline sqlite3_file *power_real(sqlite3_file *file)
{
	return power_handle(file)->real;
}

static inline int power_close(sqlite3_file *file)
{
	return power_real(file)->pMethods->xClose(power_real(file));
}

static inline int power_read(sqlite3_file *file, void *data, int bytes, sqlite3_int64 at)
{
	return power_real(file)->pMethods->xRead(power_real(file), data, bytes, at);
}

static inline int power_write(sqlite3_file *file, const void *data, int bytes, sqlite3_int64 at)
{
	if (power_handle(file)->file) {
		pthread_mutex_lock(&power.mutex);
		power_count();
		power_note(power_handle(file)->file, (size_t)at, data, (size_t)bytes);
		pthread_mutex_unlock(&power.mutex);
	}
	return power_real(file)->pMethods->xWrite(power_real(file), data, bytes, at);
}

static inline int power_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	if (power_handle(file)->file) {
		pthread_mutex_lock(&power.mutex);
		power_count();
		power_note(power_handle(file)->file, (size_t)size, NULL, 0);
		pthread_mutex_unlock(&power.mutex);
	}
	return power_real(file)->pMethods->xTruncate(power_real(file), size);
}

static inline void power_forget(struct power_file *file)
{
	file->is_durable = false;
	file->durable.size = 0;
	power_drop_changes(file);
}

/* What became of names is durable now. */
static inline void power_sync_folder(void)
{
	for (size_t i = 0; i < POWER_FILES; i++) {
		struct power_file *file = &power.files[i];

		if (file->is_there)
			file->is_durable = true;
		else
			power_forget(file);
	}
}

static inline int power_sync(sqlite3_file *file, int flags)
{
	struct power_file *synced = power_handle(file)->file;

	(void)flags;
	if (!synced)
		return SQLITE_OK;
	pthread_mutex_lock(&power.mutex);
	power_count();
	for (const struct power_change *change = synced->first; change; change = change->next)
		power_apply(&synced->durable, change);
	power_drop_changes(synced);
	if (!synced->is_durable && synced->syncs_folder)
		power_sync_folder();
	pthread_mutex_unlock(&power.mutex);
	return SQLITE_OK;
}

static inline int power_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
	return power_real(file)->pMethods->xFileSize(power_real(file), ret_size);
}

static inline int power_lock(sqlite3_file *file, int level)
{
	return power_real(file)->pMethods->xLock(power_real(file), level);
}

static inline int power_unlock(sqlite3_file *file, int level)
{
	return power_real(file)->pMethods->xUnlock(power_real(file), level);
}

static inline int power_check_lock(sqlite3_file *file, int *ret_reserved)
{
	return power_real(file)->pMethods->xCheckReservedLock(power_real(file), ret_reserved);
}

static inline int power_control(sqlite3_file *file, int what, void *argument)
{
	return power_real(file)->pMethods->xFileControl(power_real(file), what, argument);
}

static inline int power_sector_size(sqlite3_file *file)
{
	return power_real(file)->pMethods->xSectorSize(power_real(file));
}

static inline int power_characteristics(sqlite3_file *file)
{
	return power_real(file)->pMethods->xDeviceCharacteristics(power_real(file));
}

static inline int power_shm_map(sqlite3_file *file, int page, int bytes, int extends,
                                void volatile **ret_memory)
{
	return power_real(file)->pMethods->xShmMap(power_real(file), page, bytes, extends, ret_memory);
}

static inline int power_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	return power_real(file)->pMethods->xShmLock(power_real(file), offset, count, flags);
}

static inline void power_shm_barrier(sqlite3_file *file)
{
	power_real(file)->pMethods->xShmBarrier(power_real(file));
}

static inline int power_shm_unmap(sqlite3_file *file, int deletes)
{
	return power_real(file)->pMethods->xShmUnmap(power_real(file), deletes);
}

static const sqlite3_io_methods POWER_METHODS = {
	.iVersion = 2,
	.xClose = power_close,
	.xRead = power_read,
	.xWrite = power_write,
	.xTruncate = power_truncate,
	.xSync = power_sync,
	.xFileSize = power_size,
	.xLock = power_lock,
	.xUnlock = power_unlock,
	.xCheckReservedLock = power_check_lock,
	.xFileControl = power_control,
	.xSectorSize = power_sector_size,
	.xDeviceCharacteristics = power_characteristics,
	.xShmMap = power_shm_map,
	.xShmLock = power_shm_lock,
	.xShmBarrier = power_shm_barrier,
	.xShmUnmap = power_shm_unmap,
};

static inline int power_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                             int *ret_flags)
{
	struct power_handle *handle = power_handle(file);

	(void)vfs;
	*handle = (struct power_handle){ .real = (sqlite3_file *)(handle + 1) };
	int code = power.real->xOpen(power.real, path, handle->real, flags, ret_flags);

	if (code != SQLITE_OK)
		return code;
	handle->base.pMethods = &POWER_METHODS;
	if (path && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) {
		pthread_mutex_lock(&power.mutex);
		handle->file = power_find(path);
		if (!handle->file->is_there)
			power_forget(handle->file); /* another one of that name */
		handle->file->is_there = true;
		handle->file->syncs_folder = !(flags & SQLITE_OPEN_MAIN_DB);
		pthread_mutex_unlock(&power.mutex);
	}
	return SQLITE_OK;
}

static inline int power_delete(sqlite3_vfs *vfs, const char *path, int syncs_folder)
{
	(void)vfs;
	pthread_mutex_lock(&power.mutex);
	power_count();
	struct power_file *file = power_find(path);

	file->is_there = false;
	if (syncs_folder)
		power_sync_folder();
	pthread_mutex_unlock(&power.mutex);
	return power.real->xDelete(power.real, path, syncs_folder);
}

/* From now on what opens a database gets this disk; the power goes before operation `cut_at`, 0: never. `when_cut` may
 * be NULL. */
static inline void power_on(uint64_t seed, uint64_t cut_at, void (*when_cut)(void *context),
                            void *context)
{
	if (!power.real) {
		power.real = sqlite3_vfs_find(NULL);
		power.vfs = *power.real;
		power.vfs.zName = "power";
		power.vfs.szOsFile = (int)sizeof(struct power_handle) + power.real->szOsFile;
		power.vfs.xOpen = power_open;
		power.vfs.xDelete = power_delete;
	}
	power.random = seed * 0x9E3779B97F4A7C15u + 1;
	power.cut_at = cut_at;
	power.operations = 0;
	power.is_cut = false;
	power.when_cut = when_cut;
	power.context = context;
	sqlite3_vfs_register(&power.vfs, 1);
}

/* Back to the real disk, after everything was closed. Gives how many operations there were. */
static inline uint64_t power_off(void)
{
	for (size_t i = 0; i < POWER_FILES; i++) {
		power_drop_changes(&power.files[i]);
		free(power.files[i].durable.bytes);
		power.files[i] = (struct power_file){ 0 };
	}
	sqlite3_vfs_unregister(&power.vfs);
	sqlite3_vfs_register(power.real, 1);
	return power.operations;
}

/* Writes what has survived to `path` and what lies beside it, in the place of what was at `from`; forgets it. */
static inline void power_recover(const char *from, const char *path)
{
	for (size_t i = 0; i < power.survivor_count; i++) {
		struct power_survivor *survivor = &power.survivors[i];
		char name[2 * POWER_PATH];

		snprintf(name, sizeof name, "%s%s", path, survivor->path + strlen(from));
		FILE *file = power_memory(fopen(name, "wb"));

		size_t size = survivor->image.size;

		if ((size && fwrite(survivor->image.bytes, 1, size, file) != size) || fclose(file) != 0)
			abort();
		free(survivor->image.bytes);
	}
	power.survivor_count = 0;
}

#endif
