#include "cart_change_priv.h"

#include "base/op.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "resource/save.h"

bool cart_changed(struct resource *cart, bool is_changed)
{
	if (is_changed)
		resource_touch(cart);
	return true;
}

json_t *cart_input_reference(struct op *op, const json_t *input, const char *member)
{
	json_t *reference = keep(op, json_deep_copy(json_object_get(input, member)));

	return references_resolve(op, reference) ? reference : NULL;
}
