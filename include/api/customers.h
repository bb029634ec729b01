/* /me and /customers: one engine, two doors. */
#ifndef API_CUSTOMERS_H
#define API_CUSTOMERS_H

#include "document/shape.h"
#include "engine/route.h"

extern const struct shape MY_UPDATE_INPUT;
extern const struct shape CUSTOMER_UPDATE_INPUT;
extern const struct shape EMAIL_TOKEN_INPUT;
extern const struct shape PASSWORD_TOKEN_INPUT;

fetch_fn me_fetch;
fetch_fn customers_fetch;
fetch_fn customers_fetch_by_key;

prepare_fn customers_update_prepare;  /* hashes the passwords in the actions */

handler_fn me_get;
handler_fn me_update;
handler_fn me_delete;

handler_fn customers_list;
handler_fn customers_get;
handler_fn customers_get_by_key;
handler_fn customers_get_by_email_token;
handler_fn customers_get_by_password_token;
handler_fn customers_update;
handler_fn customers_update_by_key;
handler_fn customers_delete;
handler_fn customers_delete_by_key;
handler_fn customers_create_email_token;
handler_fn customers_create_password_token;

#endif
