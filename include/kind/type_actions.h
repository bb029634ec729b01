/* The update actions of types. */
#ifndef KIND_TYPE_ACTIONS_H
#define KIND_TYPE_ACTIONS_H

#include "document/shape.h"

/* The body of an update: a struct update_input. */
extern const struct shape TYPE_UPDATE;

#endif
