/* The endpoints of the product: the tables that the engine is given. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "engine/route.h"

/* Of a project: the API itself, and what of it is not there. */
extern const struct route_table API_ROUTES;

/* The token endpoints. */
extern const struct route_table TOKEN_ROUTES;

/* The server's own: pictures, and whether it is alive and ready. */
extern const struct route_table SERVICE_ROUTES;

#endif
