/* Update actions of stores. */
#ifndef STORE_STORE_ACTIONS_H
#define STORE_STORE_ACTIONS_H

#include "document/shape.h"

extern const struct shape STORE_UPDATE;

#endif
