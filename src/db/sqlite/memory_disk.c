/* Source: SQLite, "The OS Interface" and the comments of sqlite3_io_methods; what locks mean is as in its own
 * os_unix.c, with processes left out. */
#include "memory_disk_priv.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/memory.h"

enum {
	NAME_BYTES = 32,
	PATH_BYTES = 64,          /* of a file: database, log or journal */
	CHUNK_BYTES = 256 * 1024, /* files grow by that, and nothing of them ever moves */
	CHUNKS_PER_BLOCK = 1024,
	BLOCKS = 1024,            /* 256 GiB */
	SHARED_REGIONS = 1024,    /* of the log's index: 32 KiB for 16 MiB of log */
	SECTOR_BYTES = 4096,
};

struct block {
	_Atomic(unsigned char *) chunks[CHUNKS_PER_BLOCK];
};

/* Reads and writes of its bytes need no mutex: SQLite writes nothing that somebody may be reading. */
struct memory_file {
	char                    path[PATH_BYTES]; /* "": of one connection, gone when that closes it */
	unsigned                users;
	bool                    is_deleted;
	_Atomic int64_t         size;
	_Atomic(struct block *) blocks[BLOCKS];
	/* The rest is guarded by the disk's mutex. */
	unsigned                shared;       /* connections that read, or more */
	bool                    is_reserved;  /* one of them is going to write */
	bool                    is_pending;   /* it waits for the others to leave */
	void                   *regions[SHARED_REGIONS];
	int                     readers[SQLITE_SHM_NLOCK]; /* of each lock; -1: one has it alone */
	struct memory_file     *next;
};

struct memory_disk {
	sqlite3_vfs         vfs; /* first */
	char                name[NAME_BYTES];
	pthread_mutex_t     mutex;
	struct memory_file *files;
};

/* A file as one connection has it open. */
struct handle {
	sqlite3_file        base; /* first */
	struct memory_disk *disk;
	struct memory_file *file;
	int                 lock;
	unsigned            shared_locks; /* bits: of the shared memory, by this connection */
	unsigned            lone_locks;
};

static struct handle *handle_of(sqlite3_file *base)
{
	return (struct handle *)base;
}

/* -- bytes -- */

static unsigned char *chunk_at(struct memory_file *file, int64_t index)
{
	struct block *block = atomic_load(&file->blocks[index / CHUNKS_PER_BLOCK]);

	return block ? atomic_load(&block->chunks[index % CHUNKS_PER_BLOCK]) : NULL;
}

/* The same, made if it is not there. Of a file, one thread at a time writes. NULL: no memory. */
static unsigned char *make_chunk(struct memory_file *file, int64_t index)
{
	if (index / CHUNKS_PER_BLOCK >= BLOCKS)
		return NULL;
	struct block *block = atomic_load(&file->blocks[index / CHUNKS_PER_BLOCK]);
	unsigned char *chunk = chunk_at(file, index);

	if (!block) {
		block = calloc(1, sizeof *block);
		if (!block)
			return NULL;
		atomic_store(&file->blocks[index / CHUNKS_PER_BLOCK], block);
	}
	if (!chunk) {
		chunk = calloc(1, CHUNK_BYTES);
		if (chunk)
			atomic_store(&block->chunks[index % CHUNKS_PER_BLOCK], chunk);
	}
	return chunk;
}

static void free_bytes(struct memory_file *file)
{
	for (size_t i = 0; i < BLOCKS; i++) {
		struct block *block = atomic_load(&file->blocks[i]);

		for (size_t j = 0; block && j < CHUNKS_PER_BLOCK; j++)
			free(atomic_load(&block->chunks[j]));
		free(block);
	}
}

/* How much of `bytes` bytes at `offset` is in the same chunk. */
static size_t bytes_in_chunk(int64_t offset, size_t bytes)
{
	size_t left = (size_t)(CHUNK_BYTES - offset % CHUNK_BYTES);

	return bytes < left ? bytes : left;
}

static int read_bytes(sqlite3_file *base, void *out, int count, sqlite3_int64 offset)
{
	struct memory_file *file = handle_of(base)->file;
	int64_t size = atomic_load(&file->size);
	size_t wanted = (size_t)count;
	size_t there = offset >= size ? 0 : (size_t)(size - offset);
	unsigned char *target = out;

	if (there > wanted)
		there = wanted;
	memset(target + there, 0, wanted - there);
	for (size_t done = 0; done < there;) {
		int64_t at = offset + (int64_t)done;
		size_t bytes = bytes_in_chunk(at, there - done);
		const unsigned char *chunk = chunk_at(file, at / CHUNK_BYTES);

		if (chunk)
			memcpy(target + done, chunk + at % CHUNK_BYTES, bytes);
		else
			memset(target + done, 0, bytes); /* behind the end of what was written */
		done += bytes;
	}
	return there < wanted ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int write_bytes(sqlite3_file *base, const void *from, int count, sqlite3_int64 offset)
{
	struct memory_file *file = handle_of(base)->file;
	const unsigned char *source = from;
	size_t wanted = (size_t)count;

	for (size_t done = 0; done < wanted;) {
		int64_t at = offset + (int64_t)done;
		size_t bytes = bytes_in_chunk(at, wanted - done);
		unsigned char *chunk = make_chunk(file, at / CHUNK_BYTES);

		if (!chunk)
			return SQLITE_FULL;
		memcpy(chunk + at % CHUNK_BYTES, source + done, bytes);
		done += bytes;
	}
	if (offset + count > atomic_load(&file->size))
		atomic_store(&file->size, offset + count);
	return SQLITE_OK;
}

/* The memory is kept for what is written next. SQLite fills what it makes longer. */
static int truncate_file(sqlite3_file *base, sqlite3_int64 size)
{
	struct memory_file *file = handle_of(base)->file;

	if (size < atomic_load(&file->size))
		atomic_store(&file->size, size);
	return SQLITE_OK;
}

static int sync_file(sqlite3_file *base, int flags)
{
	(void)base, (void)flags; /* nothing outlives the process */
	return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *ret_size)
{
	*ret_size = atomic_load(&handle_of(base)->file->size);
	return SQLITE_OK;
}

/* -- locks -- */

static int reserve(struct handle *handle)
{
	struct memory_file *file = handle->file;

	if (handle->lock < SQLITE_LOCK_RESERVED && file->is_reserved)
		return SQLITE_BUSY;
	file->is_reserved = true;
	handle->lock = SQLITE_LOCK_RESERVED;
	return SQLITE_OK;
}

static int lock_alone(struct handle *handle)
{
	struct memory_file *file = handle->file;

	if (handle->lock < SQLITE_LOCK_RESERVED && reserve(handle) != SQLITE_OK)
		return SQLITE_BUSY;
	file->is_pending = true;
	handle->lock = file->shared > 1 ? SQLITE_LOCK_PENDING : SQLITE_LOCK_EXCLUSIVE;
	return file->shared > 1 ? SQLITE_BUSY : SQLITE_OK;
}

static int lock_shared(struct handle *handle)
{
	if (handle->file->is_pending)
		return SQLITE_BUSY;
	handle->file->shared++;
	handle->lock = SQLITE_LOCK_SHARED;
	return SQLITE_OK;
}

static int lock_file(sqlite3_file *base, int lock)
{
	struct handle *handle = handle_of(base);
	int result = SQLITE_OK;

	if (lock <= handle->lock)
		return SQLITE_OK;
	pthread_mutex_lock(&handle->disk->mutex);
	if (lock == SQLITE_LOCK_SHARED)
		result = lock_shared(handle);
	else if (lock == SQLITE_LOCK_RESERVED)
		result = reserve(handle);
	else
		result = lock_alone(handle);
	pthread_mutex_unlock(&handle->disk->mutex);
	return result;
}

static int unlock_file(sqlite3_file *base, int lock)
{
	struct handle *handle = handle_of(base);
	struct memory_file *file = handle->file;

	if (lock >= handle->lock)
		return SQLITE_OK;
	pthread_mutex_lock(&handle->disk->mutex);
	if (handle->lock >= SQLITE_LOCK_RESERVED) {
		file->is_reserved = false;
		file->is_pending = false;
	}
	if (lock == SQLITE_LOCK_NONE)
		file->shared--;
	handle->lock = lock;
	pthread_mutex_unlock(&handle->disk->mutex);
	return SQLITE_OK;
}

static int check_reserved(sqlite3_file *base, int *ret_is)
{
	struct handle *handle = handle_of(base);

	pthread_mutex_lock(&handle->disk->mutex);
	*ret_is = handle->file->is_reserved;
	pthread_mutex_unlock(&handle->disk->mutex);
	return SQLITE_OK;
}

/* -- the shared memory of a log -- */

static int map_shared(sqlite3_file *base, int index, int bytes, int may_make,
                      void volatile **ret_memory)
{
	struct handle *handle = handle_of(base);
	int result = SQLITE_OK;

	*ret_memory = NULL;
	if (index < 0 || index >= SHARED_REGIONS)
		return SQLITE_FULL;
	pthread_mutex_lock(&handle->disk->mutex);
	void **region = &handle->file->regions[index];

	if (!*region && may_make) {
		*region = calloc(1, (size_t)bytes);
		if (!*region)
			result = SQLITE_NOMEM;
	}
	*ret_memory = *region;
	pthread_mutex_unlock(&handle->disk->mutex);
	return result;
}

static unsigned mask_of(int first, int count)
{
	return ((1U << count) - 1U) << first;
}

static void unlock_shared(struct handle *handle, int first, int count)
{
	int *readers = handle->file->readers;

	for (int i = first; i < first + count; i++) {
		unsigned bit = mask_of(i, 1);

		if (handle->lone_locks & bit)
			readers[i] = 0;
		else if (handle->shared_locks & bit)
			readers[i]--;
	}
	handle->lone_locks &= ~mask_of(first, count);
	handle->shared_locks &= ~mask_of(first, count);
}

/* Of locks that are taken alone, all or none. */
static int take_lone(struct handle *handle, int first, int count)
{
	int *readers = handle->file->readers;

	for (int i = first; i < first + count; i++)
		if (readers[i] != 0 && !(handle->lone_locks & mask_of(i, 1)))
			return SQLITE_BUSY;
	for (int i = first; i < first + count; i++)
		readers[i] = -1;
	handle->lone_locks |= mask_of(first, count);
	return SQLITE_OK;
}

static int take_shared(struct handle *handle, int lock)
{
	if (handle->shared_locks & mask_of(lock, 1))
		return SQLITE_OK;
	if (handle->file->readers[lock] < 0)
		return SQLITE_BUSY;
	handle->file->readers[lock]++;
	handle->shared_locks |= mask_of(lock, 1);
	return SQLITE_OK;
}

static int lock_shared_memory(sqlite3_file *base, int first, int count, int flags)
{
	struct handle *handle = handle_of(base);
	int result = SQLITE_OK;

	pthread_mutex_lock(&handle->disk->mutex);
	if (flags & SQLITE_SHM_UNLOCK)
		unlock_shared(handle, first, count);
	else if (flags & SQLITE_SHM_SHARED)
		result = take_shared(handle, first);
	else
		result = take_lone(handle, first, count);
	pthread_mutex_unlock(&handle->disk->mutex);
	return result;
}

/* Whoever comes through it sees what was written before somebody else came through. */
static void barrier(sqlite3_file *base)
{
	pthread_mutex_lock(&handle_of(base)->disk->mutex);
	pthread_mutex_unlock(&handle_of(base)->disk->mutex);
}

/* The memory stays with the file, whether or not anybody looks at it. */
static int unmap_shared(sqlite3_file *base, int is_deleted)
{
	struct handle *handle = handle_of(base);

	(void)is_deleted;
	pthread_mutex_lock(&handle->disk->mutex);
	unlock_shared(handle, 0, SQLITE_SHM_NLOCK);
	pthread_mutex_unlock(&handle->disk->mutex);
	return SQLITE_OK;
}

/* -- what files are like -- */

static int control(sqlite3_file *base, int what, void *argument)
{
	(void)base, (void)what, (void)argument;
	return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base)
{
	(void)base;
	return SECTOR_BYTES;
}

static int characteristics(sqlite3_file *base)
{
	(void)base;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_SAFE_APPEND | SQLITE_IOCAP_SEQUENTIAL;
}

/* -- files -- */

static void free_file(struct memory_file *file)
{
	free_bytes(file);
	for (size_t i = 0; i < SHARED_REGIONS; i++)
		free(file->regions[i]);
	free(file);
}

/* Where a file hangs, or NULL does. With the mutex held. */
static struct memory_file **place_of(struct memory_disk *disk, const char *path)
{
	struct memory_file **place = &disk->files;

	while (*place && strcmp((*place)->path, path) != 0)
		place = &(*place)->next;
	return place;
}

static int close_file(sqlite3_file *base)
{
	struct handle *handle = handle_of(base);
	struct memory_file *file = handle->file;

	(void)unlock_file(base, SQLITE_LOCK_NONE);
	pthread_mutex_lock(&handle->disk->mutex);
	bool is_gone = --file->users == 0 && file->is_deleted;

	pthread_mutex_unlock(&handle->disk->mutex);
	if (is_gone)
		free_file(file);
	return SQLITE_OK;
}

static const sqlite3_io_methods METHODS = {
	.iVersion = 2,
	.xClose = close_file,
	.xRead = read_bytes,
	.xWrite = write_bytes,
	.xTruncate = truncate_file,
	.xSync = sync_file,
	.xFileSize = file_size,
	.xLock = lock_file,
	.xUnlock = unlock_file,
	.xCheckReservedLock = check_reserved,
	.xFileControl = control,
	.xSectorSize = sector_size,
	.xDeviceCharacteristics = characteristics,
	.xShmMap = map_shared,
	.xShmLock = lock_shared_memory,
	.xShmBarrier = barrier,
	.xShmUnmap = unmap_shared,
};

static struct memory_disk *disk_of(sqlite3_vfs *vfs)
{
	return (struct memory_disk *)vfs;
}

static struct memory_file *make_file(const char *path)
{
	struct memory_file *file = calloc(1, sizeof *file);

	if (file)
		snprintf(file->path, sizeof file->path, "%s", path);
	return file;
}

/* The file of a path, made if it may be; NULL: it is not there, or there is no memory. */
static struct memory_file *find_file(struct memory_disk *disk, const char *path, bool may_make)
{
	struct memory_file **place = place_of(disk, path);

	if (!*place && may_make)
		*place = make_file(path);
	return *place;
}

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags,
                     int *ret_flags)
{
	struct memory_disk *disk = disk_of(vfs);
	struct handle *handle = handle_of(base);

	*handle = (struct handle){ .disk = disk };
	pthread_mutex_lock(&disk->mutex);
	handle->file =
		path ? find_file(disk, path, flags & SQLITE_OPEN_CREATE) : make_file("");
	if (handle->file) {
		handle->file->users++;
		handle->file->is_deleted = handle->file->is_deleted || !path;
	}
	pthread_mutex_unlock(&disk->mutex);
	if (!handle->file)
		return SQLITE_CANTOPEN;
	handle->base.pMethods = &METHODS;
	if (ret_flags)
		*ret_flags = flags;
	return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int is_durable)
{
	struct memory_disk *disk = disk_of(vfs);

	(void)is_durable;
	pthread_mutex_lock(&disk->mutex);
	struct memory_file **place = place_of(disk, path);
	struct memory_file *file = *place;
	bool is_gone = file && file->users == 0;

	if (file) {
		*place = file->next;
		file->is_deleted = true;
	}
	pthread_mutex_unlock(&disk->mutex);
	if (is_gone)
		free_file(file);
	return file ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

static int look_for_file(sqlite3_vfs *vfs, const char *path, int flags, int *ret_is)
{
	struct memory_disk *disk = disk_of(vfs);

	(void)flags;
	pthread_mutex_lock(&disk->mutex);
	*ret_is = *place_of(disk, path) != NULL;
	pthread_mutex_unlock(&disk->mutex);
	return SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *path, int room, char *out)
{
	(void)vfs;
	return snprintf(out, (size_t)room, "%s", path) < room ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* -- the disk -- */

struct memory_disk *memory_disk_create(void)
{
	struct memory_disk *disk = xcalloc(1, sizeof *disk);

	disk->vfs = *sqlite3_vfs_find(NULL); /* time, chance and sleep are the system's */
	disk->vfs.iVersion = 2;
	disk->vfs.pNext = NULL;
	disk->vfs.szOsFile = sizeof(struct handle);
	disk->vfs.mxPathname = PATH_BYTES - 1;
	disk->vfs.zName = disk->name;
	disk->vfs.xOpen = open_file;
	disk->vfs.xDelete = delete_file;
	disk->vfs.xAccess = look_for_file;
	disk->vfs.xFullPathname = full_path;
	snprintf(disk->name, sizeof disk->name, "memory-%p", (void *)disk);
	pthread_mutex_init(&disk->mutex, NULL);
	if (sqlite3_vfs_register(&disk->vfs, 0) == SQLITE_OK)
		return disk;
	memory_disk_destroy(disk);
	return NULL;
}

const char *memory_disk_name(const struct memory_disk *disk)
{
	return disk->name;
}

void memory_disk_destroy(struct memory_disk *disk)
{
	if (!disk)
		return;
	sqlite3_vfs_unregister(&disk->vfs);
	while (disk->files) {
		struct memory_file *file = disk->files;

		disk->files = file->next;
		free_file(file);
	}
	pthread_mutex_destroy(&disk->mutex);
	free(disk);
}
