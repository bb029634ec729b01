/* Applies the embedded schema files once each, in order; the schema version is the number of files
 * applied. */
#include "db/schema.h"
#include "db_priv.h"

static bool apply(struct db *db, size_t index)
{
	const struct db_driver *driver = db->driver;
	struct db_connection *connection = db->writing.connection;

	if (driver->run(connection, "begin immediate") != DB_DONE)
		return false;
	if (driver->run(connection, SCHEMA_FILES[index].text) == DB_DONE &&
	    driver->set_version(connection, (int64_t)index + 1) &&
	    driver->run(connection, "commit") == DB_DONE)
		return true;
	(void)driver->run(connection, "rollback"); /* the failure is already known */
	return false;
}

enum db_open_result migrate(struct db *db, const char **ret_message)
{
	struct db_connection *connection = db->writing.connection;
	bool empty;
	int64_t version;

	*ret_message = "it cannot be read";
	if (!db->driver->identify(connection, &empty, &version))
		return DB_CANNOT_OPEN;
	if (version < 0 || (size_t)version > SCHEMA_FILE_COUNT) {
		*ret_message = "it was written by a newer version of this server";
		return DB_NEWER;
	}
	*ret_message = "its schema cannot be brought up to date";
	if (empty && !db->driver->adopt(connection))
		return DB_CANNOT_OPEN;
	if (!db->driver->make_durable(connection))
		return DB_CANNOT_OPEN;
	for (size_t i = (size_t)version; i < SCHEMA_FILE_COUNT; i++)
		if (!apply(db, i))
			return DB_CANNOT_OPEN;
	return DB_OPENED;
}
