/* The token endpoints: client credentials, password, anonymous, refresh, introspect, revoke. */
#ifndef API_OAUTH_H
#define API_OAUTH_H

#include "engine/route.h"

/* Reads the parameters and finds the project that a token request is about: from the path, the
 * scope, the refresh token, or the client. Sets op->project. False: recorded. */
door_fn oauth_locate;

/* Would the client, the flow and the scope get a token in a project that is just made for the request? Runs in the
 * transaction that makes it. */
door_fn oauth_enter;

/* Leaves the authenticated client in call->prepared. */
fetch_fn oauth_authenticate;

prepare_fn oauth_password_prepare;

handler_fn oauth_token;
handler_fn oauth_password_token;
handler_fn oauth_anonymous_token;
handler_fn oauth_introspect;
handler_fn oauth_revoke;

#endif
