/* Channels: where goods come from and where they are sold. */
#ifndef DOMAIN_CHANNEL_H
#define DOMAIN_CHANNEL_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind CHANNEL_KIND;
extern const struct shape CHANNEL_DRAFT;
extern const struct shape CHANNEL_UPDATE;

#endif
