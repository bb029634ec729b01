#include "api/account.h"

#include <string.h>

#include "api/listing.h"
#include "auth/attempts.h"
#include "auth/password.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "cart/cart_ahead.h"
#include "customer/credential.h"
#include "customer/customer.h"
#include "customer/customer_draft.h"
#include "customer/customer_token.h"
#include "customer/outbox.h"
#include "document/text_check.h"
#include "resource/caller.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/save.h"
#include "session/sign_in.h"

struct sign_in_input {
	const char        *email;
	const char        *password;
	const char        *mode;
	struct cart_wishes carts;
};

struct password_input {
	const char *id;
	int64_t     version;
	const char *current_password;
	const char *new_password;
};

struct token_input {
	const char         *token_value;
	const char         *new_password;
	struct optional_int version;
};

static const char *const SIGN_IN_MODES[] = { "MergeWithExistingCustomerCart",
	                                         "UseAsNewActiveCustomerCart", NULL };

#define AT(member) offsetof(struct sign_in_input, member)
#define SIGN_IN(mode_name) \
	{ "email",             FIELD_TEXT, REQUIRED, AT(email) }, \
	{ "password",          FIELD_TEXT, REQUIRED, AT(password) }, \
	{ mode_name,           FIELD_TEXT, OPTIONAL, AT(mode), text_check_enum, SIGN_IN_MODES }, \
	{ "updateProductData", FIELD_BOOL, OPTIONAL, AT(carts.update_product_data) }
static const struct shape_field MY_SIGN_IN_FIELDS[] = { SIGN_IN("activeCartSignInMode") };
static const struct shape_field SIGN_IN_FIELDS[] = {
	SIGN_IN("anonymousCartSignInMode"),
	{ "anonymousCart",     FIELD_CUSTOM, OPTIONAL, AT(carts.anonymous_cart), NULL, "cart", NULL, identifier_decode },
	{ "anonymousCartId",   FIELD_TEXT,   OPTIONAL, AT(carts.anonymous_cart_id) },
	{ "anonymousId",       FIELD_TEXT,   OPTIONAL, AT(carts.anonymous_id) },
};
#undef SIGN_IN
#undef AT

static const struct shape_field PASSWORD_FIELDS[] = {
	{ "id",              FIELD_TEXT, REQUIRED, offsetof(struct password_input, id), text_check_uuid },
	{ "version",         FIELD_LONG, REQUIRED, offsetof(struct password_input, version) },
	{ "currentPassword", FIELD_TEXT, REQUIRED, offsetof(struct password_input, current_password) },
	{ "newPassword",     FIELD_TEXT, REQUIRED, offsetof(struct password_input, new_password) },
};

#define TOKEN_VALUE  { "tokenValue",  FIELD_TEXT, REQUIRED, offsetof(struct token_input, token_value) }
#define NEW_PASSWORD { "newPassword", FIELD_TEXT, REQUIRED, offsetof(struct token_input, new_password) }
#define VERSION      { "version",     FIELD_INT,  OPTIONAL, offsetof(struct token_input, version) }
static const struct shape_field RESET_FIELDS[] = { TOKEN_VALUE, NEW_PASSWORD, VERSION };
static const struct shape_field CONFIRM_FIELDS[] = { TOKEN_VALUE, VERSION };
#undef TOKEN_VALUE
#undef NEW_PASSWORD
#undef VERSION

const struct shape SIGN_IN_INPUT     = { sizeof(struct sign_in_input), 7, SIGN_IN_FIELDS };
const struct shape MY_SIGN_IN_INPUT  = { sizeof(struct sign_in_input), 4, MY_SIGN_IN_FIELDS };
const struct shape PASSWORD_INPUT    = { sizeof(struct password_input), 4, PASSWORD_FIELDS };
const struct shape MY_PASSWORD_INPUT = { sizeof(struct password_input), 3, PASSWORD_FIELDS + 1 };
const struct shape RESET_INPUT       = { sizeof(struct token_input), 3, RESET_FIELDS };
const struct shape MY_RESET_INPUT    = { sizeof(struct token_input), 2, RESET_FIELDS };
const struct shape CONFIRM_INPUT     = { sizeof(struct token_input), 2, CONFIRM_FIELDS };
const struct shape MY_CONFIRM_INPUT  = { sizeof(struct token_input), 1, CONFIRM_FIELDS };

/* A CustomerSignInResult. */
static struct body sign_in_result(struct op *op, const struct call *call,
                                  const struct signed_in *signed_in)
{
	struct text_buffer text = { .arena = op->arena };

	if (signed_in->progress)
		return body_unfinished(signed_in->progress);
	text_append(&text, "{\"customer\":");
	text_append(&text, signed_in->customer);
	if (signed_in->cart) {
		text_append(&text, ",\"cart\":");
		text_append(&text, resource_current_text(op, signed_in->cart));
	}
	text_append(&text, "}");
	return stored_body(op, call, text.text, text.bytes);
}

/* Signing up and in */

bool sign_up_prepare(struct op *op, struct call *call)
{
	const struct customer_draft *draft = call->input;
	struct customer_draft *hashed = arena_alloc(op->arena, sizeof *hashed);

	*hashed = *draft;
	call->prepared = hashed;
	if (draft->password && *draft->password)
		hashed->password_hash = password_hash(op, draft->password);
	return !op_failed(op);
}

struct body account_sign_up(struct op *op, const struct call *call)
{
	const struct customer_draft *draft = call->prepared;
	const struct cart_wishes wishes = { .anonymous_cart = draft->anonymous_cart,
		                                .anonymous_cart_id = draft->anonymous_cart_id,
		                                .anonymous_id = draft->anonymous_id,
		                                .progress = call->progress };
	struct signed_in signed_in;

	return sign_up(op, draft, &wishes, &signed_in) ? sign_in_result(op, call, &signed_in) : NO_BODY;
}

bool sign_in_prepare(struct op *op, struct call *call)
{
	const struct sign_in_input *in = call->input;
	struct verified *verified = arena_alloc(op->arena, sizeof *verified);

	call->prepared = verified;
	if (!sign_in_verify(op, in->email, in->password, verified))
		return false;
	return !verified->customer_id ||
	       cart_fetch_active_ahead(op, verified->customer_id,
	                               op->mine ? op->caller->anonymous_id : in->carts.anonymous_id);
}

struct body account_sign_in(struct op *op, const struct call *call)
{
	const struct sign_in_input *in = call->input;
	struct cart_wishes wishes = in->carts;
	struct signed_in signed_in;

	wishes.progress = call->progress;
	wishes.use_as_new = in->mode && strcmp(in->mode, "UseAsNewActiveCustomerCart") == 0;
	return sign_in(op, call->prepared, in->email, &wishes, &signed_in)
	           ? sign_in_result(op, call, &signed_in)
	           : NO_BODY;
}

/* Changing a password */

struct password_change {
	struct verified verified;
	const char     *new_hash;  /* NULL: a wrong current password, or an empty new one */
};

static bool prepare_change(struct op *op, struct call *call, const char *customer_id)
{
	const struct password_input *in = call->input;
	struct password_change *change = arena_alloc(op->arena, sizeof *change);

	call->prepared = change;
	if (!attempt_is_allowed(op, customer_id) ||
	    !credential_verify(op, customer_id, in->current_password, &change->verified))
		return false;
	if (!change->verified.customer_id)
		attempt_failed(op, customer_id);
	if (change->verified.customer_id && *in->new_password)
		change->new_hash = password_hash(op, in->new_password);
	return !op_failed(op);
}

bool password_prepare(struct op *op, struct call *call)
{
	const struct password_input *in = call->input;

	return prepare_change(op, call, in->id);
}

bool my_password_prepare(struct op *op, struct call *call)
{
	return prepare_change(op, call, op->caller->customer_id);
}

static bool fail_empty_password(struct op *op)
{
	return fail_invalid_operation(op, "'password' should not be empty.");
}

static struct body change_password(struct op *op, const struct call *call,
                                   struct resource *customer)
{
	const struct password_input *in = call->input;
	const struct password_change *change = call->prepared;
	bool is_current;

	if (!customer || !resource_at_version(op, customer, in->version) ||
	    !credential_is_current(op, customer->id, &change->verified, &is_current))
		return NO_BODY;
	if (!is_current)
		fail_invalid_current_password(op);
	else if (!change->new_hash)
		fail_empty_password(op);
	else if (customer_set_password(op, customer, change->new_hash, false))
		return resource_body(op, call, customer);
	return NO_BODY;
}

struct body account_change_password(struct op *op, const struct call *call)
{
	const struct password_input *in = call->input;

	return change_password(op, call, customer_get(op, in->id));
}

struct body account_change_my_password(struct op *op, const struct call *call)
{
	return change_password(op, call, my_customer(op));
}

/* Redeeming tokens */

bool reset_prepare(struct op *op, struct call *call)
{
	const struct token_input *in = call->input;

	if (*in->new_password)
		call->prepared = (void *)(uintptr_t)password_hash(op, in->new_password);
	return !op_failed(op);
}

/* Within a store, a customer who asks has to be there and of that store, whosever the token is. False:
 * recorded. Source: API docs, "Reset password of Customer in Store". */
static bool asker_is_here(struct op *op)
{
	const char *unused;
	size_t bytes;

	return !op->mine || !op->store_key || !op->caller->customer_id ||
	       my_customer_text(op, &unused, &bytes);
}

/* Finds the customer of a token and uses the token up. */
static struct resource *redeem(struct op *op, const struct token_input *in,
                               enum token_purpose purpose)
{
	struct resource *customer =
		asker_is_here(op) ? customer_get_by_token(op, in->token_value, purpose) : NULL;

	if (!customer || (in->version.given && !resource_at_version(op, customer, in->version.value)) ||
	    !customer_tokens_drop(op, customer->id, purpose) || !outbox_note_used(op, in->token_value))
		return NULL;
	return customer;
}

struct body account_reset_password(struct op *op, const struct call *call)
{
	struct resource *customer = redeem(op, call->input, TOKEN_OF_PASSWORD);
	const char *hash = call->prepared;

	if (!customer)
		return NO_BODY;
	if (!hash)
		fail_empty_password(op);
	else if (customer_set_password(op, customer, hash, true))
		return resource_body(op, call, customer);
	return NO_BODY;
}

struct body account_confirm_email(struct op *op, const struct call *call)
{
	struct resource *customer = redeem(op, call->input, TOKEN_OF_EMAIL);

	if (!customer)
		return NO_BODY;
	customer_verify_email(op, customer);
	return resource_save(op, customer) ? resource_body(op, call, customer) : NO_BODY;
}
