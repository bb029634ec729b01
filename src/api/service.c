#include "api/service.h"

#include <string.h>

#include "api/listing.h"
#include "base/error.h"
#include "base/op.h"
#include "db/db.h"
#include "kind/update.h"
#include "resource/load.h"
#include "resource/project_settings.h"
#include "resource/save.h"
#include "resource/stored.h"

struct body project_get(struct op *op, const struct call *call)
{
	const char *text;
	size_t bytes;

	(void)call;
	if (!resource_text(op, &PROJECT_KIND, op->project, &text, &bytes))
		return NO_BODY;
	return body_text(text, bytes); /* that it exists was looked at when the caller was admitted */
}

struct body project_update(struct op *op, const struct call *call)
{
	struct resource *project = resource_get(op, &PROJECT_KIND, op->project);

	if (!project || !resource_update(op, project, call->input) ||
	    !resource_save_updated(op, project, call->input))
		return NO_BODY;
	return resource_body(op, call, project);
}

static const char OK_TEXT[] = "{\"status\":\"ok\"}";

struct body livez(struct op *op, const struct call *call)
{
	(void)op;
	(void)call;
	return body_text(OK_TEXT, strlen(OK_TEXT));
}

/* Ready means: reads and writes work. */
struct body readyz(struct op *op, const struct call *call)
{
	(void)call;
	const char *trouble = db_trouble(db_of(op->tx));
	struct db_row *row;

	if (!db_one(op, QUERY_META_GET, DB_VALUES(db_text("identity")), &row))
		return NO_BODY;
	if (!trouble)
		return body_text(OK_TEXT, strlen(OK_TEXT));
	fail_status(op, 503, trouble);
	return NO_BODY;
}
