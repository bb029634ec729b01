#include "domain/type.h"

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ 0 },
};

const struct resource_kind TYPE_KIND = { .name = "type", .index = INDEX };
