/* Fills a database that the server has made with copies of one customer, cart or product, far faster than
 * its API could.
 *
 * fill FILE COUNT customer|cart|product ID
 *
 * The document with this id, which the API has created, is stored COUNT times more, as the server
 * stores it: the document and its rows in the index. A copy of a customer has another id, e-mail,
 * customer number, first name and city in place of its own; one of a cart another id and owner. All
 * customers but the owner of the cart get one of the copies, taken evenly; the other copies belong
 * to customers that there are not. One of a product, its projections included, has another id, key, slug and
 * SKU, and other words in its name, another brand, colour, size and price. No server may run. Prints a line of
 * JSON: for the first SAMPLES copies of a customer, taken evenly, [id, e-mail]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

enum { SAMPLES = 10000 };

/* Speed before safety: the file is thrown away after the run. */
static const char BEGIN[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
							"PRAGMA cache_size = -1048576; PRAGMA temp_store = MEMORY; BEGIN;";

/* What differs from copy to copy. Ids have the spread of random ones, so that index pages are as full
 * as they would be. There are 10 000 pairs of a first name and a city. */
static const char CUSTOMER_COPIES[] =
	"CREATE TEMP TABLE copies AS"
	" WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2),"
	" old AS MATERIALIZED (SELECT json_extract(doc, '$.email') AS old_email,"
	"  json_extract(doc, '$.customerNumber') AS old_number,"
	"  json_extract(doc, '$.firstName') AS old_name,"
	"  json_extract(doc, '$.addresses[0].city') AS old_city"
	"  FROM resources WHERE kind = 'customer' AND id = ?1)"
	" SELECT i, ?1 AS old_id, old.*,"
	"  printf('%08x-5a0e-4f0e-9f6b-0a8f1c2d3e4f', i * 2654435761 % 4294967296) AS id,"
	"  printf('bench-%08d@example.org', i) AS email, printf('N-%08d', i) AS number,"
	"  printf('Augusta-%02d', i % 100) AS name, printf('Berlin-%02d', i / 100 % 100) AS city"
	" FROM numbers, old";

static const char CUSTOMER_RESOURCES[] =
	"INSERT INTO resources (project, kind, id, version, created_ms, modified_ms, position, doc)"
	" SELECT project, kind, c.id, version, created_ms, modified_ms, r.position + c.i,"
	"  replace(replace(replace(replace(replace(doc, old_id, c.id), old_email, email),"
	"   old_number, number), '\"' || old_name || '\"', '\"' || name || '\"'),"
	"   '\"' || old_city || '\"', '\"' || city || '\"')"
	" FROM copies AS c, resources AS r WHERE r.kind = 'customer' AND r.id = old_id"
	" ORDER BY c.i";

static const char CUSTOMER_INDEX[] =
	"INSERT INTO resource_index (project, kind, name, value, id, is_unique)"
	" SELECT project, kind, x.name,"
	"  CASE value WHEN old_email THEN email WHEN old_number THEN number ELSE value END, c.id,"
	"  is_unique"
	" FROM copies AS c, resource_index AS x WHERE x.kind = 'customer' AND x.id = old_id"
	" ORDER BY c.i";

static const char CUSTOMER_SAMPLE[] =
	"SELECT json_group_array(json_array(id, email)) FROM copies"
	" WHERE i % max(1, (SELECT max(i) FROM copies) / ?1) = 0";

/* A customer's only cart of the kind is its active one. */
static const char CART_COPIES[] =
	"CREATE TEMP TABLE copies AS"
	" WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2),"
	" old AS MATERIALIZED (SELECT json_extract(doc, '$.customerId') AS old_owner"
	"  FROM resources WHERE kind = 'cart' AND id = ?1),"
	" owners AS MATERIALIZED (SELECT id AS owner,"
	"  row_number() OVER (ORDER BY position) * max(1, ?2 / count(*) OVER ()) AS number"
	"  FROM resources, old WHERE kind = 'customer' AND id <> old_owner)"
	" SELECT i, ?1 AS old_id, old_owner,"
	"  printf('%08x-5a0e-4f0e-9f6b-0a8f1c2d3e4f', i * 2654435761 % 4294967296) AS id,"
	"  coalesce(owner, printf('%08x-0b0d-4f0e-9f6b-0a8f1c2d3e4f', i * 2654435761 % 4294967296))"
	"   AS owner"
	" FROM old, numbers LEFT JOIN owners ON number = i";

static const char CART_RESOURCES[] =
	"INSERT INTO resources"
	" (project, kind, id, version, created_ms, modified_ms, position, written, doc)"
	" SELECT project, kind, c.id, version, created_ms, modified_ms, r.position + c.i,"
	"  r.written + c.i, replace(replace(doc, old_id, c.id), old_owner, owner)"
	" FROM copies AS c, resources AS r WHERE r.kind = 'cart' AND r.id = old_id ORDER BY c.i";

static const char CART_INDEX[] =
	"INSERT INTO resource_index (project, kind, name, value, id, is_unique)"
	" SELECT project, kind, x.name, replace(value, old_owner, owner), c.id, is_unique"
	" FROM copies AS c, resource_index AS x WHERE x.kind = 'cart' AND x.id = old_id"
	" ORDER BY c.i";

/* 60 nouns, 24 adjectives, 12 colours, 200 brands and 40 sizes, so that each comes with each. */
static const char PRODUCT_COPIES[] =
	"CREATE TEMP TABLE copies AS"
	" WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2)"
	" SELECT i, ?1 AS old_id,"
	"  printf('%08x-5a0e-4f0e-9f6b-0a8f1c2d3e4f', i * 2654435761 % 4294967296) AS id,"
	"  printf('bench-%08d', i) AS key, printf('noun%02d', i % 60) AS noun,"
	"  printf('adjective%02d', i / 60 % 24) AS adjective, printf('colour%02d', i / 7 % 12) AS colour,"
	"  printf('brand%03d', i / 11 % 200) AS brand, 30 + i / 13 % 40 AS size,"
	"  100 + i * 7919 % 100000 AS price FROM numbers";

static const char PRODUCT_RESOURCES[] =
	"INSERT INTO resources"
	" (project, kind, id, version, created_ms, modified_ms, position, written, doc)"
	" SELECT project, kind, c.id, version, created_ms, modified_ms, r.position + 3 * c.i,"
	"  r.written + 3 * c.i, replace(replace(replace(replace(replace(replace(replace(replace("
	"   doc, old_id, c.id), 'bench-key', key), 'bench-noun', noun), 'bench-adjective', adjective),"
	"   'bench-colour', colour), 'bench-brand', brand), '777777', size), '888888', price)"
	" FROM copies AS c, resources AS r WHERE r.id = old_id"
	"  AND r.kind IN ('product', 'product-projection', 'product-projection-staged')"
	" ORDER BY c.i, r.position";

static const char PRODUCT_INDEX[] =
	"INSERT INTO resource_index (project, kind, name, value, id, is_unique)"
	" SELECT project, kind, x.name, replace(value, 'bench-key', key), c.id, is_unique"
	" FROM copies AS c, resource_index AS x WHERE x.id = old_id ORDER BY c.i";

/* How a kind is copied. */
static const struct plan {
	const char *kind;
	int         rows;      /* of each copy */
	const char *copies;    /* ?1: the id, ?2: how many */
	const char *resources;
	const char *index;
	const char *sample;    /* ?1: how many; NULL: nothing to print */
} PLANS[] = {
	{ "customer", 1, CUSTOMER_COPIES, CUSTOMER_RESOURCES, CUSTOMER_INDEX, CUSTOMER_SAMPLE },
	{ "cart",     1, CART_COPIES,     CART_RESOURCES,     CART_INDEX,     NULL            },
	{ "product",  3, PRODUCT_COPIES,  PRODUCT_RESOURCES,  PRODUCT_INDEX,  NULL            },
};

static sqlite3 *db;

static void check(int status)
{
	if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW)
		return;
	(void)fprintf(stderr, "fill: %s\n", db ? sqlite3_errmsg(db) : sqlite3_errstr(status));
	exit(1);
}

static void execute(const char *sql)
{
	check(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* An index is made far faster at once than row by row. Gives the statements that make those of the
 * filled tables, and drops them; to be freed with sqlite3_free(). */
static char *drop_indexes(void)
{
	static const char FIND[] =
		"SELECT group_concat(sql, ';'), group_concat('DROP INDEX ' || name, ';') FROM sqlite_master"
		" WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('resources', 'resource_index')";
	sqlite3_stmt *statement;
	char *create, *drop;

	check(sqlite3_prepare_v2(db, FIND, -1, &statement, NULL));
	check(sqlite3_step(statement));
	create = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
	drop = sqlite3_mprintf("%s", sqlite3_column_text(statement, 1));
	check(sqlite3_finalize(statement));
	execute(drop);
	sqlite3_free(drop);
	return create;
}

static void copy(const struct plan *plan, const char *id, sqlite3_int64 count)
{
	sqlite3_stmt *statement;

	check(sqlite3_prepare_v2(db, plan->copies, -1, &statement, NULL));
	check(sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC));
	check(sqlite3_bind_int64(statement, 2, count));
	check(sqlite3_step(statement));
	check(sqlite3_finalize(statement));
	execute(plan->resources);
	if (sqlite3_changes64(db) != plan->rows * count) {
		(void)fprintf(stderr, "fill: there is no such %s\n", plan->kind);
		exit(1);
	}
	execute(plan->index);
}

static void print_samples(const struct plan *plan)
{
	sqlite3_stmt *statement;

	if (!plan->sample)
		return;
	check(sqlite3_prepare_v2(db, plan->sample, -1, &statement, NULL));
	check(sqlite3_bind_int64(statement, 1, SAMPLES));
	check(sqlite3_step(statement));
	(void)puts((const char *)sqlite3_column_text(statement, 0));
	check(sqlite3_finalize(statement));
}

static const struct plan *find_plan(const char *kind)
{
	for (size_t i = 0; i < sizeof PLANS / sizeof *PLANS; i++)
		if (strcmp(PLANS[i].kind, kind) == 0)
			return &PLANS[i];
	return NULL;
}

int main(int argc, char **argv)
{
	sqlite3_int64 count = argc == 5 ? atoll(argv[2]) : 0;
	const struct plan *plan = argc == 5 ? find_plan(argv[3]) : NULL;
	char *create;

	if (count < 1 || !plan) {
		(void)fputs("usage: fill FILE COUNT customer|cart|product ID\n", stderr);
		return 2;
	}
	check(sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL));
	execute(BEGIN);
	create = drop_indexes();
	copy(plan, argv[4], count);
	execute(create);
	sqlite3_free(create);
	execute("COMMIT");
	print_samples(plan);
	check(sqlite3_close(db));
	return 0;
}
