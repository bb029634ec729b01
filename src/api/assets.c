#include "api/assets.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"

struct body assets_get(struct op *op, const struct call *call)
{
	for (size_t i = 0; i < ASSET_FILE_COUNT; i++)
		if (strcmp(ASSET_FILES[i].name, call->argument) == 0)
			return body_picture(ASSET_FILES[i].text, ASSET_FILES[i].bytes);
	fail_uri_not_found(op, arena_printf(op->arena, "/_assets/%s", call->argument));
	return NO_BODY;
}
