/* The letters of a project: listed, waited for, thrown away. */
#ifndef ADMIN_OUTBOX_H
#define ADMIN_OUTBOX_H

#include "engine/route.h"

handler_fn outbox_list;
handler_fn outbox_clear;

#endif
