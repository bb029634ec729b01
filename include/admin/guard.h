/* Who may use the control side: this machine, or whoever has the token; and no page of another origin. */
#ifndef ADMIN_GUARD_H
#define ADMIN_GUARD_H

#include <stdbool.h>

#include "engine/route.h"

/* Does an authority, `host:port` or `[::1]:port`, name this machine: localhost, 127.0.0.0/8 or ::1? The port is not
 * looked at. */
bool authority_is_loopback(const char *authority);

/* Is this the authority that clients are told to use, that of a URL, port included? */
bool authority_is_of_url(const char *authority, const char *url);

/* The door of the control side. A foreign Host (DNS rebinding) or Origin is a 403 whatever else is sent; so is a peer
 * elsewhere while there is no token. With one, a missing or wrong token is a 401. Not served at all: a 404. */
door_fn control_enter;

#endif
