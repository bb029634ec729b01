/* What POST /{projectKey} may change. */
#ifndef PROJECT_PROJECT_ACTIONS_H
#define PROJECT_PROJECT_ACTIONS_H

#include "document/shape.h"

/* The body: a struct update_input. */
extern const struct shape PROJECT_UPDATE;

#endif
