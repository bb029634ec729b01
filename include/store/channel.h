/* Channels: where goods come from and where they are sold. */
#ifndef STORE_CHANNEL_H
#define STORE_CHANNEL_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind CHANNEL_KIND;
extern const struct shape CHANNEL_DRAFT;
extern const struct shape CHANNEL_UPDATE;

/* Does the channel of a reference have this role? False: recorded. */
bool channel_check_role(struct op *op, const json_t *reference, const char *role);

#endif
