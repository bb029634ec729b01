/* Mistakes in fixtures as errors of the API. */
#include <stddef.h>

#include <jansson.h>

#include "base/error.h"
#include "base/op.h"
#include "project/fixture.h"
#include "fixture_errors_priv.h"

bool control_fail_fixture(struct op *op, const struct fixture_mistake *mistakes)
{
	if (!mistakes)
		return false;
	op->errors = (struct api_errors){ 0 };
	for (const struct fixture_mistake *one = mistakes; one; one = one->next)
		fail_as(op, ERROR_INVALID_INPUT, json_pack("{s:s}", "pointer", one->pointer), "%s%s%s%s%s",
		        one->pointer, *one->pointer ? ": " : "", one->expected,
		        one->found ? ", found " : "", one->found ? one->found : "");
	return false;
}
