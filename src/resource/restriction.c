#include "restriction_priv.h"

#include "base/op.h"
#include "predicate/predicate.h"
#include "resource/caller.h"
#include "resource/resource.h"

static struct predicate *compile_restriction(struct op *op, const struct resource_kind *kind,
                                             const char *const *texts, size_t count,
                                             const char *owner)
{
	const struct predicate_variable variables[] = { { "owner", owner ? owner : "" },
		                                            { "store", op->store_key } };
	const struct predicate_source source = {
		.parameter = "where",
		.texts = texts,
		.text_count = count,
		.variables = variables,
		.variable_count = op->store_key ? 2 : 1,
		.fields = kind->fields,
	};

	return predicate_compile(op, &source);
}

/* What the token owns; every document has an id, so a token of nobody owns nothing. */
static const char *restriction_to_owner(const struct resource_kind *kind,
                                        const struct caller *caller)
{
	if (caller->customer_id)
		return kind->of_customer;
	return caller->anonymous_id && kind->of_anonymous ? kind->of_anonymous : "id is not defined";
}

bool restriction_compile(struct op *op, const struct resource_kind *kind,
                         struct predicate **ret_predicate)
{
	const struct caller *caller = op->caller;
	const char *texts[2];
	size_t count = 0;
	const char *owner = NULL;

	*ret_predicate = NULL;
	if (op->mine && kind->of_customer) {
		texts[count++] = restriction_to_owner(kind, caller);
		owner = caller->customer_id ? caller->customer_id : caller->anonymous_id;
	}
	if (op->store_key && kind->of_store)
		texts[count++] = kind->of_store;
	if (!count)
		return true;
	*ret_predicate = compile_restriction(op, kind, texts, count, owner);
	return *ret_predicate != NULL;
}
