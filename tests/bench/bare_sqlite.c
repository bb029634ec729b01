/* Durable rows per second of a bare SQLite loop: the yardstick for updates and for issued tokens.
 *
 * bare_sqlite update|token FILE [SECONDS [GROUP_ROWS [DOCUMENT_BYTES]]]
 *
 * One thread, WAL, synchronous=FULL, GROUP_ROWS rows per transaction. `update` reads a document and
 * its version by a text key, writes the next version and stores a message of 400 bytes; `token`
 * inserts one token. No HTTP, no JSON, no checks. Prints a line of JSON, with the syncs per row
 * that the VFS saw. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

enum { DOCUMENTS = 100, MESSAGE_BYTES = 400, CHECKPOINT_PAGES = 4000 };

static const char SCHEMA[] =
	"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864;"
	"CREATE TABLE resource (project TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,"
	" version INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (project, kind, id));"
	"CREATE TABLE message (id TEXT PRIMARY KEY, project TEXT NOT NULL,"
	" resource_id TEXT NOT NULL, sequence INTEGER NOT NULL, doc TEXT NOT NULL);"
	"CREATE TABLE token (hash TEXT PRIMARY KEY, project TEXT NOT NULL, client TEXT NOT NULL,"
	" scope TEXT NOT NULL, customer_id TEXT, anonymous_id TEXT, expires_ms INTEGER NOT NULL);";

enum statement { SELECT, UPDATE, MESSAGE, TOKEN, STATEMENTS };

static const char *const SQL[STATEMENTS] = {
	[SELECT] = "SELECT version, doc FROM resource WHERE project = ?1 AND kind = ?2 AND id = ?3",
	[UPDATE] = "UPDATE resource SET version = ?4 + 1, doc = ?5"
		   " WHERE project = ?1 AND kind = ?2 AND id = ?3 AND version = ?4",
	[MESSAGE] = "INSERT INTO message VALUES (?1, 'demo', ?2, ?3, ?4)",
	[TOKEN] = "INSERT INTO token VALUES (?1, 'demo', 'storefront', ?2, NULL, ?3, ?4)",
};

struct bench {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	char *document;
	int document_bytes;
	char message[MESSAGE_BYTES + 1];
	sqlite3_int64 rows;
};

/* The VFS of the platform with one difference: it counts the syncs. The files keep their methods,
 * but in a copied table whose xSync counts; SQLite's Unix VFS has a table per kind of locking. */

enum { METHOD_TABLES_MAX = 8 };

static sqlite3_vfs *platform_vfs;
static sqlite3_io_methods counting[METHOD_TABLES_MAX];
static const sqlite3_io_methods *originals[METHOD_TABLES_MAX];
static unsigned long syncs;

static int count_sync(sqlite3_file *file, int flags)
{
	syncs++;
	return originals[file->pMethods - counting]->xSync(file, flags);
}

static int count_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		      int *ret_flags)
{
	int status = platform_vfs->xOpen(platform_vfs, name, file, flags, ret_flags);
	size_t i = 0;

	(void)vfs;
	if (status != SQLITE_OK || !file->pMethods)
		return status;
	while (i < METHOD_TABLES_MAX - 1 && originals[i] && originals[i] != file->pMethods)
		i++;
	originals[i] = file->pMethods;
	counting[i] = *file->pMethods;
	counting[i].xSync = count_sync;
	file->pMethods = &counting[i];
	return status;
}

static void count_syncs(void)
{
	static sqlite3_vfs vfs;

	platform_vfs = sqlite3_vfs_find(NULL);
	vfs = *platform_vfs;
	vfs.zName = "counting";
	vfs.xOpen = count_open;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}

static double now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check(struct bench *bench, int status)
{
	if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW)
		return;
	(void)fprintf(stderr, "bare_sqlite: %s\n",
		      bench->db ? sqlite3_errmsg(bench->db) : sqlite3_errstr(status));
	exit(1);
}

static void execute(struct bench *bench, const char *sql)
{
	check(bench, sqlite3_exec(bench->db, sql, NULL, NULL, NULL));
}

static void text(struct bench *bench, enum statement which, int place, const char *value)
{
	check(bench, sqlite3_bind_text(bench->statements[which], place, value, -1, SQLITE_STATIC));
}

static void number(struct bench *bench, enum statement which, int place, sqlite3_int64 value)
{
	check(bench, sqlite3_bind_int64(bench->statements[which], place, value));
}

static void run(struct bench *bench, enum statement which)
{
	check(bench, sqlite3_step(bench->statements[which]));
	check(bench, sqlite3_reset(bench->statements[which]));
}

/* Writes a key with the length and the spread of a random id. */
static void random_id(char id[37])
{
	unsigned char bytes[16];

	sqlite3_randomness(sizeof bytes, bytes);
	for (size_t i = 0, at = 0; i < sizeof bytes; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			id[at++] = '-';
		at += (size_t)sprintf(id + at, "%02x", bytes[i]);
	}
}

static void document_id(char id[37], sqlite3_int64 number_of_document)
{
	(void)sqlite3_snprintf(37, id, "%08llx-5a0e-4f0e-9f6b-0a8f1c2d3e4f",
			       (number_of_document + 1) * 2654435761LL % 4294967296LL);
}

static void bind_key(struct bench *bench, enum statement which, const char *id)
{
	text(bench, which, 1, "demo");
	text(bench, which, 2, "customer");
	text(bench, which, 3, id);
}

static void row_update(struct bench *bench)
{
	char id[37], message_id[37];
	sqlite3_int64 version;
	sqlite3_stmt *select = bench->statements[SELECT];

	document_id(id, bench->rows % DOCUMENTS);
	random_id(message_id);
	bind_key(bench, SELECT, id);
	check(bench, sqlite3_step(select));
	version = sqlite3_column_int64(select, 0);
	memcpy(bench->document, sqlite3_column_text(select, 1), (size_t)bench->document_bytes);
	check(bench, sqlite3_reset(select));
	bench->document[bench->rows % bench->document_bytes] ^= 1;
	bind_key(bench, UPDATE, id);
	number(bench, UPDATE, 4, version);
	text(bench, UPDATE, 5, bench->document);
	run(bench, UPDATE);
	text(bench, MESSAGE, 1, message_id);
	text(bench, MESSAGE, 2, id);
	number(bench, MESSAGE, 3, version);
	text(bench, MESSAGE, 4, bench->message);
	run(bench, MESSAGE);
}

static void row_token(struct bench *bench)
{
	char hash[65], anonymous_id[37];

	random_id(hash);
	random_id(hash + 28); /* 64 characters, as 32 bytes in hexadecimal have */
	random_id(anonymous_id);
	text(bench, TOKEN, 1, hash);
	text(bench, TOKEN, 2,
	     "manage_my_profile:demo manage_my_orders:demo view_published_products:demo "
	     "create_anonymous_token:demo");
	text(bench, TOKEN, 3, anonymous_id);
	number(bench, TOKEN, 4, 1767225600000 + bench->rows);
	run(bench, TOKEN);
}

static void prepare(struct bench *bench, const char *file)
{
	static const char INSERT[] = "INSERT INTO resource VALUES ('demo', 'customer', ?1, 1, ?2)";
	sqlite3_stmt *insert;
	char id[37];

	count_syncs();
	check(bench,
	      sqlite3_open_v2(file, &bench->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL));
	execute(bench, SCHEMA);
	check(bench, sqlite3_wal_autocheckpoint(bench->db, CHECKPOINT_PAGES));
	for (int i = 0; i < STATEMENTS; i++)
		check(bench, sqlite3_prepare_v3(bench->db, SQL[i], -1, SQLITE_PREPARE_PERSISTENT,
						&bench->statements[i], NULL));
	check(bench, sqlite3_prepare_v2(bench->db, INSERT, -1, &insert, NULL));
	execute(bench, "BEGIN");
	for (int i = 0; i < DOCUMENTS; i++) {
		document_id(id, i);
		check(bench, sqlite3_bind_text(insert, 1, id, -1, SQLITE_STATIC));
		check(bench, sqlite3_bind_text(insert, 2, bench->document, -1, SQLITE_STATIC));
		check(bench, sqlite3_step(insert));
		check(bench, sqlite3_reset(insert));
	}
	execute(bench, "COMMIT");
	check(bench, sqlite3_finalize(insert));
}

static void finish(struct bench *bench)
{
	for (int i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(bench->statements[i]);
	(void)sqlite3_close(bench->db);
	free(bench->document);
}

static void measure(struct bench *bench, bool updates, double wished_s, unsigned group_rows)
{
	double started = now_s(), seconds;

	syncs = 0;
	do {
		execute(bench, "BEGIN IMMEDIATE");
		for (unsigned i = 0; i < group_rows; i++) {
			if (updates)
				row_update(bench);
			else
				row_token(bench);
			bench->rows++;
		}
		execute(bench, "COMMIT");
		seconds = now_s() - started;
	} while (seconds < wished_s);
	(void)printf("{\"group_rows\":%u,\"rows\":%lld,\"per_second\":%.1f,"
		     "\"syncs_per_row\":%.4f}\n",
		     group_rows, bench->rows, (double)bench->rows / seconds,
		     (double)syncs / (double)bench->rows);
}

int main(int argc, char **argv)
{
	struct bench bench = { .document_bytes = argc > 5 ? atoi(argv[5]) : 1024 };
	bool updates = argc > 1 && strcmp(argv[1], "update") == 0;
	double seconds = argc > 3 ? strtod(argv[3], NULL) : 3;
	unsigned group_rows = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 64;

	if (argc < 3 || (!updates && strcmp(argv[1], "token") != 0) || group_rows < 1 ||
	    bench.document_bytes < 1) {
		(void)fputs("usage: bare_sqlite update|token FILE"
			    " [SECONDS [GROUP_ROWS [DOCUMENT_BYTES]]]\n",
			    stderr);
		return 2;
	}
	bench.document = malloc((size_t)bench.document_bytes + 1);
	if (!bench.document)
		return 1;
	memset(bench.document, 'd', (size_t)bench.document_bytes);
	bench.document[bench.document_bytes] = '\0';
	memset(bench.message, 'm', MESSAGE_BYTES);
	prepare(&bench, argv[2]);
	measure(&bench, updates, seconds, group_rows);
	finish(&bench);
	return 0;
}
