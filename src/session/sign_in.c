#include "session/sign_in.h"

#include <string.h>

#include "auth/attempts.h"
#include "auth/grant.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "cart/cart.h"
#include "cart/cart_refresh.h"
#include "customer/credential.h"
#include "customer/customer.h"
#include "customer/customer_draft.h"
#include "customer/customer_token.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "resource/caller.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/save.h"
#include "session/cart_merge.h"
#include "session/hand_over.h"

/* How long whoever signs up may take to verify the e-mail. */
enum { VERIFICATION_MINUTES = 24 * 60 };

/* The session that goes over to a customer, and the carts of both. */
struct joining {
	const struct cart_wishes *wishes;
	const json_t             *customer;
	const char               *anonymous_id;    /* NULL: there is no session */
	struct resource          *anonymous_cart;  /* its active cart; NULL: there is none */
	struct resource          *customer_cart;   /* the customer's; NULL: there is none */
	struct resource          *survivor;        /* what is the customer's active cart in the end */
	bool                      is_manual;       /* a merge without signing in */
	bool                      wrote_cart;      /* so that the survivor has to be written after it */
	struct hand_over_place    place;
	const char               *progress;        /* not NULL: there is more to be handed over first */
};

/* What the step before left. */
static const json_t *read_progress(struct op *op, const struct cart_wishes *wishes)
{
	return keep(op, json_loads(wishes->progress, 0, NULL));
}

/* The anonymous cart */

/* By its mere id, as carts used to be named. NULL: recorded. */
static struct resource *cart_by_id(struct op *op, const char *id)
{
	struct resource *cart;

	if (!resource_find(op, &CART_KIND, id, &cart))
		return NULL;
	if (cart && CART_KIND.is_visible(op, cart->doc))
		return cart;
	fail_invalid_input(op, "The anonymous cart with the ID '%s' was not found.", id);
	return NULL;
}

static struct resource *cart_by_name(struct op *op, const struct joining *joining)
{
	const struct identifier *identifier = joining->wishes->anonymous_cart;

	if (!identifier)
		return cart_by_id(op, joining->wishes->anonymous_cart_id);
	/* Source: API docs, "Merge Cart in Store". */
	if (joining->is_manual && op->store_key)
		return identifier->id ? kind_get(op, &CART_KIND, identifier->id)
		                      : kind_get_by_key(op, &CART_KIND, identifier->key);
	return reference_load(op, &CART_KIND, identifier);
}

static bool check_named_cart(struct op *op, const struct joining *joining)
{
	const json_t *cart = joining->anonymous_cart->doc;
	const char *anonymous_id = doc_text(cart, "anonymousId");

	if (doc_has(cart, "customerId"))
		return fail_invalid_operation(
			op, "Cart with the ID '%s' already belongs to the customer with the ID '%s'.",
			joining->anonymous_cart->id, doc_text(cart, "customerId"));
	if (!cart_is_active(cart))
		return fail_invalid_operation(op, "The cart '%s' is not active.",
		                              joining->anonymous_cart->id);
	if (joining->anonymous_id &&
	    !(anonymous_id && strcmp(anonymous_id, joining->anonymous_id) == 0))
		return fail_invalid_operation(op, "The cart '%s' does not have the given anonymousId.",
		                              joining->anonymous_cart->id);
	return true;
}

static bool load_named_cart(struct op *op, struct joining *joining)
{
	joining->anonymous_cart = cart_by_name(op, joining);
	return joining->anonymous_cart && check_named_cart(op, joining);
}

static bool load_anonymous_cart(struct op *op, struct joining *joining)
{
	const char *id;

	if (!op->mine && (joining->wishes->anonymous_cart || joining->wishes->anonymous_cart_id))
		return load_named_cart(op, joining);
	if (!joining->anonymous_id)
		return true;
	if (!cart_active_of_anonymous(op, joining->anonymous_id, op->store_key, &id))
		return false;
	return !id || resource_find(op, &CART_KIND, id, &joining->anonymous_cart);
}

static bool load_customer_cart(struct op *op, struct joining *joining)
{
	const char *id;

	if (!cart_active_of_customer(op, doc_text(joining->customer, "id"), op->store_key, &id))
		return false;
	return !id || resource_find(op, &CART_KIND, id, &joining->customer_cart);
}

/* Who survives */

static void give_cart(struct joining *joining)
{
	cart_give_to_customer(joining->anonymous_cart->doc, joining->customer);
	resource_touch(joining->anonymous_cart);
}

/* The cart that does not survive is written now, so that the survivor is the newest. */
static bool leave_behind(struct op *op, struct joining *joining)
{
	joining->wrote_cart = true;
	return resource_save(op, joining->anonymous_cart);
}

static bool merge_carts(struct op *op, struct joining *joining)
{
	struct resource *target = joining->customer_cart;

	if (!cart_merge(op, target->doc, joining->anonymous_cart->doc))
		return false;
	resource_touch(target); /* whatever changed: it has to be written after the other */
	doc_set_text(joining->anonymous_cart->doc, "cartState", "Merged");
	return leave_behind(op, joining);
}

/* Both have a cart, and one cart shall come out of it. Where that cannot be, signing in goes on and
 * leaves the customer two carts. */
static bool try_to_merge(struct op *op, struct joining *joining)
{
	const char *obstacle;

	if (!cart_merge_obstacle(op, joining->customer_cart->doc, joining->anonymous_cart->doc,
	                         &obstacle))
		return false;
	if (obstacle && joining->is_manual)
		return fail_invalid_operation(op, "%s", obstacle);
	return obstacle ? leave_behind(op, joining) : merge_carts(op, joining);
}

/* Source: API docs, "Cart merge during sign-in and sign-up". */
static bool choose_survivor(struct op *op, struct joining *joining)
{
	if (!joining->anonymous_cart) {
		joining->survivor = joining->customer_cart;
		return true;
	}
	give_cart(joining);
	if (!joining->customer_cart || joining->wishes->use_as_new) {
		joining->survivor = joining->anonymous_cart;
		return true;
	}
	joining->survivor = joining->customer_cart;
	return try_to_merge(op, joining);
}

/* Brings the survivor up to date and writes it last. */
static bool finish_survivor(struct op *op, struct joining *joining)
{
	const struct cart_refresh refresh = {
		.update_product_data = joining->wishes->update_product_data,
		.drop_invalid_items = true,
	};
	struct resource *survivor = joining->survivor;

	if (!survivor)
		return true;
	if (!cart_refresh_counted(op, survivor, &refresh))
		return false;
	if (joining->wrote_cart && !survivor->changed)
		resource_touch(survivor);
	return resource_save(op, survivor);
}

/* Steps: while a session's belongings are handed over, its carts and what the customer had stay what they were in the
 * first of them. */

static const char *progress_text(struct op *op, const struct joining *joining)
{
	const struct hand_over_place *place = &joining->place;
	json_t *progress = keep(op, json_object());

	doc_set_text(progress, "customer", doc_text(joining->customer, "id"));
	if (joining->anonymous_cart)
		doc_set_text(progress, "anonymousCart", joining->anonymous_cart->id);
	if (joining->customer_cart)
		doc_set_text(progress, "customerCart", joining->customer_cart->id);
	doc_put(progress, "kind", json_integer((json_int_t)place->kind));
	doc_set_text(progress, "after", place->after_id);
	doc_put(progress, "gaveCarts", json_boolean(place->gave_carts));
	return json_text(op, progress);
}

/* A cart as it was in the step before, if it is still its owner's active one. */
static bool resume_cart(struct op *op, const char *id, const char *owner_member, const char *owner,
                        struct resource **ret_cart)
{
	if (id && !resource_find(op, &CART_KIND, id, ret_cart))
		return false;
	if (*ret_cart && !(cart_is_active((*ret_cart)->doc) && owner &&
	                   doc_is((*ret_cart)->doc, owner_member, owner)))
		*ret_cart = NULL;
	return true;
}

static bool resume(struct op *op, struct joining *joining)
{
	const json_t *progress = read_progress(op, joining->wishes);

	joining->place = (struct hand_over_place){
		.kind = (size_t)doc_int(progress, "kind"),
		.after_id = doc_text(progress, "after"),
		.gave_carts = doc_true(progress, "gaveCarts"),
	};
	return resume_cart(op, doc_text(progress, "anonymousCart"), "anonymousId",
	                   joining->anonymous_id, &joining->anonymous_cart) &&
	       resume_cart(op, doc_text(progress, "customerCart"), "customerId",
	                   doc_text(joining->customer, "id"), &joining->customer_cart);
}

static bool begin(struct op *op, struct joining *joining)
{
	joining->place = (struct hand_over_place){ .after_id = "" };
	return load_anonymous_cart(op, joining) && load_customer_cart(op, joining);
}

/* Handing over */

/* A customer gets everything of the session, whatever store the path names: "all Orders and Carts that
 * belong to the anonymousId". A merge alone is about carts that exist there. Source: API docs, "My
 * Customer Profile" and "Merge Cart in Store". */
static bool hand_over_the_rest(struct op *op, struct joining *joining)
{
	const struct hand_over rest = {
		.anonymous_id = joining->anonymous_id,
		.customer = joining->customer,
		.only = joining->is_manual ? &CART_KIND : NULL,
		.store_key = joining->is_manual ? op->store_key : NULL,
		.except_id = joining->anonymous_cart ? joining->anonymous_cart->id : NULL,
	};

	if (!joining->anonymous_id)
		return true;
	if (!hand_over(op, &rest, &joining->place))
		return false;
	joining->wrote_cart = joining->place.gave_carts;
	if (!joining->place.is_end)
		joining->progress = progress_text(op, joining);
	return joining->is_manual || anonymous_id_claim(op, joining->anonymous_id);
}

static bool join(struct op *op, struct joining *joining)
{
	joining->anonymous_id =
		op->mine ? op->caller->anonymous_id : joining->wishes->anonymous_id;
	if (!(joining->wishes->progress ? resume(op, joining) : begin(op, joining)) ||
	    !hand_over_the_rest(op, joining))
		return false;
	return joining->progress || (choose_survivor(op, joining) && finish_survivor(op, joining));
}

/* Who signs in */

bool sign_in_verify(struct op *op, const char *email, const char *password,
                    struct verified *ret_verified)
{
	const char *subject = text_fold_case(op->arena, email);
	const json_t *customer;

	if (!attempt_is_allowed(op, subject) || !customer_find_by_email(op, email, &customer) ||
	    !credential_verify(op, doc_text(customer, "id"), password, ret_verified))
		return false;
	if (!ret_verified->customer_id)
		attempt_failed(op, subject);
	return true;
}

bool sign_in_customer(struct op *op, const struct verified *verified, const char *email,
                      const json_t **ret_customer)
{
	bool is_current;

	if (!customer_find_by_email(op, email, ret_customer))
		return false;
	if (!*ret_customer)
		return true;
	if (!credential_is_current(op, doc_text(*ret_customer, "id"), verified, &is_current))
		return false;
	if (!is_current)
		*ret_customer = NULL;
	return true;
}

/* What a shop's own backend may do at a sign-up. */
static bool ask_to_verify(struct op *op, const struct resource *customer)
{
	return !op->env->verify_on_signup || doc_true(customer->doc, "isEmailVerified") ||
	       customer_token_mint(op, customer, TOKEN_OF_EMAIL, VERIFICATION_MINUTES, false);
}

/* The doors */

bool sign_up(struct op *op, const struct customer_draft *draft, const struct cart_wishes *wishes,
             struct signed_in *ret_signed_in)
{
	const struct resource *customer =
		wishes->progress ? customer_get(op, doc_text(read_progress(op, wishes), "customer"))
	                     : customer_create(op, draft);
	struct joining joining = { .wishes = wishes, .customer = customer ? customer->doc : NULL };

	if (!customer || !join(op, &joining) || !ask_to_verify(op, customer))
		return false;
	*ret_signed_in = (struct signed_in){ resource_current_text(op, customer), joining.survivor,
		                                 joining.progress };
	return true;
}

bool sign_in(struct op *op, const struct verified *verified, const char *email,
             const struct cart_wishes *wishes, struct signed_in *ret_signed_in)
{
	struct joining joining = { .wishes = wishes };

	if (!sign_in_customer(op, verified, email, &joining.customer))
		return false;
	if (!joining.customer)
		return fail_invalid_credentials(op);
	if (!join(op, &joining))
		return false;
	*ret_signed_in = (struct signed_in){ json_text(op, joining.customer), joining.survivor,
		                                 joining.progress };
	return true;
}

bool cart_merge_for_customer(struct op *op, const char *customer_id,
                             const struct cart_wishes *wishes, struct signed_in *ret_merged)
{
	struct joining joining = { .wishes = wishes, .is_manual = true };

	if (!wishes->anonymous_cart && !wishes->anonymous_id)
		return fail_invalid_operation(op, "One of 'anonymousCart' and 'anonymousId' is required.");
	const struct resource *customer = customer_get(op, customer_id);

	joining.customer = customer ? customer->doc : NULL;
	if (!customer || !join(op, &joining))
		return false;
	*ret_merged = (struct signed_in){ NULL, joining.survivor, joining.progress };
	return joining.survivor || joining.progress || fail_lookup_not_found(op);
}
