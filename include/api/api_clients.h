/* What /api-clients has of its own: a secret that is told once, and no version. */
#ifndef API_API_CLIENTS_H
#define API_API_CLIENTS_H

#include "engine/route.h"

handler_fn api_clients_create;
handler_fn api_clients_delete;

#endif
