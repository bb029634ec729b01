/* /messages. */
#ifndef API_MESSAGES_H
#define API_MESSAGES_H

#include "engine/route.h"

handler_fn messages_list;
handler_fn messages_get;

#endif
