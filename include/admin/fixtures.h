/* Fixtures over HTTP. */
#ifndef ADMIN_FIXTURES_H
#define ADMIN_FIXTURES_H

#include "engine/route.h"

prepare_fn fixtures_prepare;
handler_fn fixtures_load;

#endif
