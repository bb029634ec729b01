/* Databases for tests: in memory, or a file in a temporary folder that goes away with it. */
#ifndef SUPPORT_TEMP_DB_H
#define SUPPORT_TEMP_DB_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/env.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "db/db.h"
#include "db/db_sqlite.h"
#include "db/db_writer.h"
#include "test_seed.h"

/* The moment at which every test begins: 2023-11-14T22:13:20.000Z. */
static const int64_t TEST_START_MS = 1700000000000;

/* A folder with room for a database. */
struct temp_folder {
	char path[64];
	char file[96];  /* where the database goes; not there yet */
};

static inline void temp_folder_create(struct temp_folder *folder)
{
	snprintf(folder->path, sizeof folder->path, "/tmp/standin-unit-XXXXXX");
	if (!mkdtemp(folder->path))
		abort();
	snprintf(folder->file, sizeof folder->file, "%s/test.db", folder->path);
}

static inline void temp_folder_destroy(const struct temp_folder *folder)
{
	DIR *directory = opendir(folder->path);

	for (const struct dirent *entry; directory && (entry = readdir(directory));) {
		char file[sizeof folder->path + sizeof entry->d_name];

		snprintf(file, sizeof file, "%s/%s", folder->path, entry->d_name);
		(void)unlink(file); /* `.` and `..` stay, as they should */
	}
	if (directory)
		(void)closedir(directory);
	(void)rmdir(folder->path);
}

/* Opens a database that must open; `path` NULL: in memory. */
static inline struct db *temp_db_open(const char *path)
{
	struct db *db = NULL;
	const char *message = "";

	if (db_open(&DB_SQLITE, path, &db, &message) != DB_OPENED) {
		fprintf(stderr, "%s: %s\n", path ? path : "in memory", message);
		abort();
	}
	return db;
}

/* An env as cheap as possible, with short texts and a key that is the same every time. */
static inline struct env test_env(void)
{
	struct env env = {
		.password_cost = PASSWORD_COST_MIN,
		.clients = CLIENTS_AUTO,
		.auto_projects = true,
		.seed = test_seed(),
		.access_token_ttl_ms = 3600 * 1000,
		.refresh_token_ttl_ms = 7200 * 1000,
		.cache = cache_create(1024 * 1024),
	};

	json_memory_init(); /* kept documents are made in memory of their own */
	for (unsigned char i = 0; i < SECRET_KEY_BYTES; i++)
		env.token_key[i] = i;
	return env;
}

/* A database in memory with one unit of work on it, alone, so that what elsewhere merely reads may write here too, on
 * the test's own thread; nothing is ever rolled back. */
struct test_op {
	struct env env;
	struct db *db;
	struct op  op;
};

/* A new run of the op at a moment: what the last one made stale is forgotten. */
static inline struct op *test_op_again(struct test_op *test, int64_t now_ms)
{
	op_drop_stale(&test->op);
	op_begin(&test->op, test->op.tx, now_ms);
	return &test->op;
}

static inline struct test_op *test_op_create(void)
{
	struct test_op *test = calloc(1, sizeof *test);

	if (!test)
		abort();
	test->env = test_env();
	test->env.documents = cache_create(1024 * 1024);
	test->db = temp_db_open(NULL);
	test->op = (struct op){ .arena = arena_create(), .env = &test->env, .project = "demo" };
	op_begin(&test->op, db_alone(test->db), TEST_START_MS);
	return test;
}

static inline void test_op_destroy(struct test_op *test)
{
	db_read_end(test->op.tx);
	arena_destroy(test->op.arena);
	db_close(test->db);
	cache_destroy(test->env.cache);
	cache_destroy(test->env.documents);
	free(test);
}

/* The wire code of the first error; "" if there is none. */
static inline const char *test_error_code(struct op *op)
{
	if (!op_failed(op))
		return "";
	const json_t *errors = json_object_get(errors_body(op, false), "errors");
	const char *code = json_string_value(json_object_get(json_array_get(errors, 0), "code"));

	return code ? code : "";
}

/* The message of the first error; "" if there is none. */
static inline const char *test_error_message(const struct op *op)
{
	return op_failed(op) ? op->errors.items[0].message : "";
}

#endif
