/* Recording errors, shared by the files of constructors. */
#ifndef BASE_ERROR_PRIV_H
#define BASE_ERROR_PRIV_H

#include "base/error.h"

/* Records an error. `extra` is a fresh object that the arena takes over, or NULL. Returns false. */
bool error_record(struct op *op, enum error_code code, const char *message, json_t *extra);

/* The same with a reason for the log, unless there is one already. */
bool error_record_because(struct op *op, enum error_code code, const char *message,
                          const char *reason);

#endif
