/* What /me, /customers and /login share: signing up and in, and everything around passwords and
 * tokens. */
#ifndef API_ACCOUNT_H
#define API_ACCOUNT_H

#include "document/shape.h"
#include "engine/route.h"

/* Bodies. Those of a trusted client name the customer, or may give a version. */
extern const struct shape SIGN_IN_INPUT;
extern const struct shape MY_SIGN_IN_INPUT;
extern const struct shape PASSWORD_INPUT;
extern const struct shape MY_PASSWORD_INPUT;
extern const struct shape RESET_INPUT;
extern const struct shape MY_RESET_INPUT;
extern const struct shape CONFIRM_INPUT;
extern const struct shape MY_CONFIRM_INPUT;

/* The slow parts. */
prepare_fn sign_up_prepare;      /* hashes the draft's password */
prepare_fn sign_in_prepare;      /* checks e-mail and password */
prepare_fn
	password_prepare; /* checks the current password of the named customer, hashes the new one */
prepare_fn my_password_prepare;  /* the same for the caller */
prepare_fn reset_prepare;        /* hashes the new password */

handler_fn account_sign_up;
handler_fn account_sign_in;
handler_fn account_change_password;
handler_fn account_change_my_password;
handler_fn account_reset_password;
handler_fn account_confirm_email;

#endif
