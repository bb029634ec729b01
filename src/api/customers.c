#include "api/customers.h"

#include <string.h>

#include "api/listing.h"
#include "base/error.h"
#include "base/op.h"
#include "customer/customer.h"
#include "customer/customer_actions.h"
#include "customer/customer_authentication.h"
#include "customer/customer_token.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "predicate/predicate.h"
#include "resource/caller.h"
#include "resource/load.h"
#include "resource/save.h"
#include "session/leave.h"

enum { DEFAULT_PASSWORD_TOKEN_TTL_MINUTES = 1440, MAX_TTL_MINUTES = 365 * 24 * 60 };

struct email_token_input {
	const char         *id;
	int64_t             ttl_minutes;
	struct optional_int version;
	bool                invalidate_older_tokens;
};

struct password_token_input {
	const char         *email;
	struct optional_int ttl_minutes;
	bool                invalidate_older_tokens;
};

static const struct shape_field MY_UPDATE_FIELDS[] = UPDATE_FIELDS(MY_CUSTOMER_ACTIONS);
static const struct shape_field CUSTOMER_UPDATE_FIELDS[] = UPDATE_FIELDS(TRUSTED_CUSTOMER_ACTIONS);

static const struct shape_field EMAIL_TOKEN_FIELDS[] = {
	{ "id",                    FIELD_TEXT, REQUIRED, offsetof(struct email_token_input, id), text_check_uuid },
	{ "ttlMinutes",            FIELD_LONG, REQUIRED, offsetof(struct email_token_input, ttl_minutes) },
	{ "version",               FIELD_INT,  OPTIONAL, offsetof(struct email_token_input, version) },
	{ "invalidateOlderTokens", FIELD_BOOL, OPTIONAL, offsetof(struct email_token_input, invalidate_older_tokens) },
};
static const struct shape_field PASSWORD_TOKEN_FIELDS[] = {
	{ "email",                 FIELD_TEXT, REQUIRED, offsetof(struct password_token_input, email) },
	{ "ttlMinutes",            FIELD_INT,  OPTIONAL, offsetof(struct password_token_input, ttl_minutes) },
	{ "invalidateOlderTokens", FIELD_BOOL, OPTIONAL, offsetof(struct password_token_input, invalidate_older_tokens) },
};

const struct shape MY_UPDATE_INPUT       = { sizeof(struct update_input), 2, MY_UPDATE_FIELDS };
const struct shape CUSTOMER_UPDATE_INPUT = { sizeof(struct update_input), 2, CUSTOMER_UPDATE_FIELDS };
const struct shape EMAIL_TOKEN_INPUT     = { sizeof(struct email_token_input), 4, EMAIL_TOKEN_FIELDS };
const struct shape PASSWORD_TOKEN_INPUT  = { sizeof(struct password_token_input), 3, PASSWORD_TOKEN_FIELDS };

static struct body update(struct op *op, const struct call *call, struct resource *customer)
{
	const struct update_input *input = call->prepared ? call->prepared : call->input;

	if (!customer || !resource_update(op, customer, input) ||
	    !resource_save_updated(op, customer, input))
		return NO_BODY;
	return resource_body(op, call, customer);
}

/* /me */

/* Parameters of a list are checked before the customer is looked up; of them, only the predicate has
 * an effect on one customer. */
struct body me_get(struct op *op, const struct call *call)
{
	struct query query;
	const char *text;
	size_t bytes;

	if (!listing_read(op, call, &CUSTOMER_KIND, &query) || !my_customer_text(op, &text, &bytes))
		return NO_BODY;
	if (query.predicate && !predicate_matches(query.predicate, text, bytes)) {
		fail_not_found(op, op->caller->customer_id);
		return NO_BODY;
	}
	return stored_body(op, call, text, bytes);
}

bool me_fetch(struct op *op, struct call *call)
{
	(void)call;
	return resource_fetch_ahead(op, &CUSTOMER_KIND, op->caller->customer_id, NULL);
}

struct body me_update(struct op *op, const struct call *call)
{
	return update(op, call, my_customer(op));
}

static struct resource *load_mine(struct op *op, const struct call *call)
{
	(void)call;
	return my_customer(op);
}

static json_t *deleted_document(struct op *op, const struct call *call, load_fn *load)
{
	const struct resource *customer = deleted(op, call, load);

	return customer ? customer->doc : NULL;
}

/* Deletes a customer and lets go of what is kept without it, in steps where that is much. */
static struct body delete_customer(struct op *op, const struct call *call, load_fn *load)
{
	const json_t *left = call->progress ? keep(op, json_loads(call->progress, 0, NULL)) : NULL;
	json_t *customer = left ? json_object_get(left, "customer") : deleted_document(op, call, load);
	bool is_end;

	if (!customer || !customer_leave(op, doc_text(customer, "id"), &is_end))
		return NO_BODY;
	if (!is_end)
		return body_unfinished(json_text(op, keep(op, json_pack("{s:O}", "customer", customer))));
	const char *text = json_text(op, customer);

	return stored_body(op, call, text, strlen(text));
}

struct body me_delete(struct op *op, const struct call *call)
{
	return delete_customer(op, call, load_mine);
}

/* /customers */

struct body customers_list(struct op *op, const struct call *call)
{
	return list_kind(op, call, &CUSTOMER_KIND);
}

struct body customers_get(struct op *op, const struct call *call)
{
	const char *text;
	size_t bytes;

	return customer_text(op, call->argument, &text, &bytes) ? stored_body(op, call, text, bytes)
	                                                        : NO_BODY;
}

struct body customers_get_by_key(struct op *op, const struct call *call)
{
	const char *text;
	size_t bytes;

	return customer_text_by_key(op, call->argument, &text, &bytes)
	           ? stored_body(op, call, text, bytes)
	           : NO_BODY;
}

static struct body get_by_token(struct op *op, const struct call *call, enum token_purpose purpose)
{
	return resource_body(op, call, customer_get_by_token(op, call->argument, purpose));
}

struct body customers_get_by_email_token(struct op *op, const struct call *call)
{
	return get_by_token(op, call, TOKEN_OF_EMAIL);
}

struct body customers_get_by_password_token(struct op *op, const struct call *call)
{
	return get_by_token(op, call, TOKEN_OF_PASSWORD);
}

/* Hardly an update has a password in it, and one that has none need not go through the pool. */
bool customers_fetch_by_key(struct op *op, struct call *call)
{
	(void)op;
	call->is_quick = !customer_update_is_slow(call->input);
	return true;
}

bool customers_fetch(struct op *op, struct call *call)
{
	if (!customers_fetch_by_key(op, call))
		return false;
	return resource_fetch_ahead(op, &CUSTOMER_KIND, call->argument, NULL);
}

bool customers_update_prepare(struct op *op, struct call *call)
{
	call->prepared = customer_update_prepare(op, call->input);
	return call->prepared != NULL;
}

struct body customers_update(struct op *op, const struct call *call)
{
	return update(op, call, customer_get(op, call->argument));
}

struct body customers_update_by_key(struct op *op, const struct call *call)
{
	return update(op, call, customer_get_by_key(op, call->argument));
}

static struct resource *load(struct op *op, const struct call *call)
{
	return customer_get(op, call->argument);
}

static struct resource *load_by_key(struct op *op, const struct call *call)
{
	return customer_get_by_key(op, call->argument);
}

struct body customers_delete(struct op *op, const struct call *call)
{
	return delete_customer(op, call, load);
}

struct body customers_delete_by_key(struct op *op, const struct call *call)
{
	return delete_customer(op, call, load_by_key);
}

/* Tokens */

static bool check_ttl(struct op *op, int64_t ttl_minutes)
{
	return (ttl_minutes >= 1 && ttl_minutes <= MAX_TTL_MINUTES) ||
	       fail_invalid_input(op, "The value of 'ttlMinutes' must be in the range of [1..%d].",
	                          MAX_TTL_MINUTES);
}

struct body customers_create_email_token(struct op *op, const struct call *call)
{
	const struct email_token_input *in = call->input;
	struct resource *customer = customer_get(op, in->id);

	if (!customer || (in->version.given && !resource_at_version(op, customer, in->version.value)) ||
	    !check_ttl(op, in->ttl_minutes))
		return NO_BODY;
	return body_document(customer_token_mint(op, customer, TOKEN_OF_EMAIL, in->ttl_minutes,
	                                         in->invalidate_older_tokens));
}

struct body customers_create_password_token(struct op *op, const struct call *call)
{
	const struct password_token_input *in = call->input;
	int64_t ttl_minutes =
		in->ttl_minutes.given ? in->ttl_minutes.value : DEFAULT_PASSWORD_TOKEN_TTL_MINUTES;
	struct resource *customer;

	if (!customer_find_by_any_email(op, in->email, &customer))
		return NO_BODY;
	if (!customer) {
		fail_email_not_found(op, in->email);
		return NO_BODY;
	}
	if (!customer_has_password(customer)) {
		fail_invalid_operation(op, "The customer does not use the 'Password' authentication mode.");
		return NO_BODY;
	}
	if (!check_ttl(op, ttl_minutes))
		return NO_BODY;
	return body_document(customer_token_mint(op, customer, TOKEN_OF_PASSWORD, ttl_minutes,
	                                         in->invalidate_older_tokens));
}
