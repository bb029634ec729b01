#include "cart/cart_update.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_refresh.h"
#include "document/doc.h"
#include "kind/update.h"
#include "resource/load.h"
#include "resource/resource.h"
#include "cart_actions_priv.h"

/* What there is to know of an action; one that is left out is of no frozen cart. */
static struct cart_action known_of(const struct action *action)
{
	const struct cart_action *known = action->row->argument;

	return known ? *known : (struct cart_action){ FROZEN_NONE };
}

static bool is_hard(const json_t *cart)
{
	return doc_is(cart, "freezeStrategy", "HardFreeze");
}

/* Each action meets the cart as those before it left it. */
static bool check_frozen(struct op *op, const json_t *cart, const struct update_input *input)
{
	const struct action *actions = input->actions.items;
	bool is_frozen = !cart_is_active(cart);
	enum frozen_too needed = is_hard(cart) ? FROZEN_ALL : FROZEN_SOFT;

	for (size_t i = 0; i < input->actions.count; i++) {
		const struct cart_action known = known_of(&actions[i]);

		if (is_frozen && known.frozen_too < needed) {
			fail_invalid_operation(op,
			                       "The action '%s' cannot be applied, because the cart is frozen.",
			                       actions[i].row->name);
			update_blame(op, input, i);
			return false;
		}
		if (!known.state_after)
			continue;
		is_frozen = strcmp(known.state_after, "Frozen") == 0;
		needed = doc_is(actions[i].input, "strategy", "HardFreeze") ? FROZEN_ALL : FROZEN_SOFT;
	}
	return true;
}

static bool check_state(struct op *op, const json_t *cart, const struct update_input *input)
{
	if (!cart_is_active(cart) && !doc_is(cart, "cartState", "Frozen"))
		return fail_invalid_operation(op, "The cart is in state '%s' and cannot be changed.",
		                              doc_text(cart, "cartState"));
	return check_frozen(op, cart, input);
}

/* Was the cart active before one of the actions, so that what this one changed has to be counted? */
static bool is_thawed(bool was_active, const struct update_input *input)
{
	const struct action *actions = input->actions.items;

	for (size_t i = 0; !was_active && i < input->actions.count; i++) {
		const char *state = known_of(&actions[i]).state_after;

		was_active = state && strcmp(state, "Active") == 0;
	}
	return was_active;
}

/* The refresh that an update ends with: one that `recalculate` may ask for more. */
static struct cart_refresh refresh_wanted(const struct update_input *input)
{
	const struct action *actions = input->actions.items;
	struct cart_refresh options = REFRESH_OF_UPDATE;

	for (size_t i = 0; i < input->actions.count; i++) {
		if (!known_of(&actions[i]).recalculates)
			continue;
		options.drop_invalid_items = true;
		options.update_product_data |= doc_true(actions[i].input, "updateProductData");
	}
	return options;
}

bool cart_update(struct op *op, struct resource *cart, const struct update_input *input)
{
	const struct cart_refresh refresh = refresh_wanted(input);
	bool was_active = cart_is_active(cart->doc);

	if (!resource_at_version(op, cart, input->version) || !check_state(op, cart->doc, input) ||
	    !resource_update(op, cart, input))
		return false;
	if (is_thawed(was_active, input))
		return cart_refresh_counted(op, cart, &refresh) || update_blame_outcome(op, input);
	return is_hard(cart->doc) || cart_refresh_counted(op, cart, &REFRESH_OF_FROZEN) ||
	       update_blame_outcome(op, input);
}
