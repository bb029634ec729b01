#include "domain/sign_in.h"

#include <stdbool.h>

#include "base/error.h"
#include "base/op.h"
#include "domain/caller.h"
#include "domain/credential.h"
#include "domain/customer.h"
#include "domain/token.h"

/* Carts and orders of the anonymous id will move here; the id itself is never handed out again. */
static bool hand_over(struct op *op)
{
	return !op->caller->anonymous_id || anonymous_id_claim(op, op->caller->anonymous_id);
}

struct resource *sign_up(struct op *op, const struct customer_draft *draft)
{
	struct resource *customer = customer_create(op, draft);

	return customer && hand_over(op) ? customer : NULL;
}

struct resource *sign_in(struct op *op, const struct verified *verified, const char *email)
{
	struct resource *customer;

	if (!credential_customer(op, verified, email, &customer))
		return NULL;
	if (!customer) {
		fail_invalid_credentials(op);
		return NULL;
	}
	return hand_over(op) ? customer : NULL;
}
