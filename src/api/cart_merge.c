#include "api/cart_merge.h"

#include <string.h>

#include "api/listing.h"
#include "document/text_check.h"
#include "resource/reference.h"
#include "session/sign_in.h"

struct merge_input {
	const char        *mode;
	struct cart_wishes carts;
};

static const char *const MERGE_MODES[] = { "MergeWithExistingCustomerCart",
	                                       "UseAsNewActiveCustomerCart", NULL };

#define AT(member) offsetof(struct merge_input, member)
static const struct shape_field MERGE_FIELDS[] = {
	{ "anonymousCart",     FIELD_CUSTOM, OPTIONAL, AT(carts.anonymous_cart), NULL, "cart", NULL, identifier_decode },
	{ "anonymousId",       FIELD_TEXT,   OPTIONAL, AT(carts.anonymous_id) },
	{ "mergeMode",         FIELD_TEXT,   OPTIONAL, AT(mode), text_check_enum, MERGE_MODES },
	{ "updateProductData", FIELD_BOOL,   OPTIONAL, AT(carts.update_product_data) },
};
#undef AT
const struct shape CART_MERGE_INPUT = { sizeof(struct merge_input), 4, MERGE_FIELDS };

struct body carts_merge(struct op *op, const struct call *call)
{
	const struct merge_input *in = call->input;
	struct cart_wishes wishes = in->carts;
	struct signed_in merged;

	wishes.use_as_new = in->mode && strcmp(in->mode, "UseAsNewActiveCustomerCart") == 0;
	wishes.progress = call->progress;
	if (!cart_merge_for_customer(op, call->argument, &wishes, &merged))
		return NO_BODY;
	return merged.progress ? body_unfinished(merged.progress)
	                       : resource_body(op, call, merged.cart);
}
