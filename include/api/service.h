/* The project itself, and whether the server is well. */
#ifndef API_SERVICE_H
#define API_SERVICE_H

#include "engine/route.h"

handler_fn project_get;
handler_fn project_update;
handler_fn livez;
handler_fn readyz;

#endif
