/* The second route table, beside the API's: what a test needs that the service itself cannot give. */
#ifndef ADMIN_CONTROL_ROUTES_H
#define ADMIN_CONTROL_ROUTES_H

#include "engine/route.h"

/* Under /_admin/v1, behind a door of its own: admin/guard.h. */
extern const struct route_table CONTROL_ROUTES;

#endif
