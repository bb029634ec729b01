#include "customer/customer_authentication.h"

#include <string.h>

#include "auth/grant.h"
#include "auth/password.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "customer/credential.h"
#include "customer/customer_fields.h"
#include "customer/customer_token.h"
#include "document/doc.h"
#include "document/shape.h"
#include "document/text_check.h"
#include "resource/resource.h"
#include "resource/save.h"

static const char MODE[] = "authenticationMode";

struct authentication_input {
	const char *mode;
	const char *password;
	const char *password_hash; /* not on the wire: made by prepare, or NULL */
};

#define AT(member) offsetof(struct authentication_input, member)
static const struct shape_field AUTHENTICATION_FIELDS[] = {
	{ "authMode", FIELD_TEXT, REQUIRED, AT(mode), text_check_enum, AUTHENTICATION_MODES },
	{ "password", FIELD_TEXT, OPTIONAL, AT(password) },
};
#undef AT
const struct shape AUTHENTICATION_INPUT = { sizeof(struct authentication_input), 2, AUTHENTICATION_FIELDS };

/* Does the action have a password that is going to be the customer's? */
static bool is_slow(const struct action *action)
{
	const struct authentication_input *in = action->input;

	return action->row->apply == customer_set_authentication_mode &&
	       strcmp(in->mode, "Password") == 0 && in->password && *in->password;
}

bool customer_update_is_slow(const struct update_input *input)
{
	const struct action *actions = input->actions.items;

	for (size_t i = 0; i < input->actions.count; i++)
		if (is_slow(&actions[i]))
			return true;
	return false;
}

static bool add_hash(struct op *op, struct action *action)
{
	struct authentication_input *hashed = arena_alloc(op->arena, sizeof *hashed);

	*hashed = *(const struct authentication_input *)action->input;
	hashed->password_hash = password_hash(op, hashed->password);
	action->input = hashed;
	return hashed->password_hash != NULL;
}

struct update_input *customer_update_prepare(struct op *op, const struct update_input *input)
{
	size_t count = input->actions.count;
	struct update_input *prepared = arena_alloc(op->arena, sizeof *prepared);
	struct action *actions = arena_alloc(op->arena, (count ? count : 1) * sizeof *actions);

	if (count)
		memcpy(actions, input->actions.items, count * sizeof *actions);
	*prepared = (struct update_input){ input->version, { actions, count } };
	for (size_t i = 0; i < count; i++)
		if (is_slow(&actions[i]) && !add_hash(op, &actions[i]))
			return NULL;
	return prepared;
}

static bool use_password(struct op *op, struct resource *customer,
                         const struct authentication_input *in)
{
	if (!in->password)
		return fail_misfit(op,
		                   &(struct json_path){ &(struct json_path){ NULL, "actions", 0 },
		                                        "password", 0 },
		                   MISFIT_MISSING);
	if (!*in->password)
		return fail_invalid_operation(op, "'password' should not be empty.");
	doc_set_text(customer->doc, "password", password_mask(op, in->password_hash));
	return credential_insert(op, customer->id, in->password_hash);
}

/* Whoever is signed in with the password is signed out, and nobody can reset it any more. */
static bool drop_password(struct op *op, struct resource *customer)
{
	doc_set_text(customer->doc, "password", NULL);
	return credential_delete(op, customer->id) &&
	       customer_tokens_drop(op, customer->id, TOKEN_OF_PASSWORD) &&
	       grants_revoke_of_customer(op, customer->id);
}

bool customer_set_authentication_mode(struct op *op, struct resource *customer,
                             const struct update_action *row, const void *input)
{
	const struct authentication_input *in = input;
	bool to_password = strcmp(in->mode, "Password") == 0;

	(void)row;
	if (strcmp(in->mode, doc_text(customer->doc, MODE)) == 0)
		return fail_invalid_input(
			op, "The customer is already using the '%s' authentication mode.", in->mode);
	if (to_password ? !use_password(op, customer, in) : !drop_password(op, customer))
		return false;
	doc_set_text(customer->doc, MODE, in->mode);
	resource_touch(customer);
	return true;
}
