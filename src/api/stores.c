#include "api/stores.h"

#include "api/listing.h"
#include "base/op.h"
#include "domain/store.h"

struct body stores_create(struct op *op, const struct call *call)
{
	return resource_body(op, store_create(op, call->input));
}

struct body stores_list(struct op *op, const struct call *call)
{
	return list_kind(op, call, &STORE_KIND, NULL, NULL);
}

struct body stores_get(struct op *op, const struct call *call)
{
	return resource_body(op, resource_get(op, &STORE_KIND, call->argument));
}

struct body stores_get_by_key(struct op *op, const struct call *call)
{
	return resource_body(op, resource_get_by_key(op, &STORE_KIND, call->argument));
}

static struct body delete_store(struct op *op, const struct call *call, struct resource *store)
{
	int64_t version;

	if (!store || !version_read(op, call, &version) || !resource_at_version(op, store, version) ||
	    !store_delete(op, store))
		return NO_BODY;
	return resource_body(op, store);
}

struct body stores_delete(struct op *op, const struct call *call)
{
	return delete_store(op, call, resource_get(op, &STORE_KIND, call->argument));
}

struct body stores_delete_by_key(struct op *op, const struct call *call)
{
	return delete_store(op, call, resource_get_by_key(op, &STORE_KIND, call->argument));
}
