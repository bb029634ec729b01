/* Mistakes in fixtures as errors of the API. */
#ifndef ADMIN_FIXTURE_ERRORS_PRIV_H
#define ADMIN_FIXTURE_ERRORS_PRIV_H

#include <stdbool.h>

struct fixture_mistake;
struct op;

/* Records what is wrong with a document in the words of --seed, a 400 with an error for each mistake and its place as
 * `pointer`, in the place of what is recorded. NULL: what is recorded stays. Returns false. */
bool control_fail_fixture(struct op *op, const struct fixture_mistake *mistakes);

#endif
