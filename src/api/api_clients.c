#include "api/api_clients.h"

#include "api/listing.h"
#include "auth/api_client.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/load.h"

/* The only answer that holds the secret. */
struct body api_clients_create(struct op *op, const struct call *call)
{
	const char *secret;
	const struct resource *client = api_client_create(op, call->input, &secret);

	if (!client)
		return NO_BODY;
	json_t *answer = keep(op, json_copy(client->doc));

	doc_put(answer, "secret", json_string(secret));
	return body_document(answer);
}

struct body api_clients_delete(struct op *op, const struct call *call)
{
	struct resource *client = resource_get(op, &API_CLIENT_KIND, call->argument);

	return client && api_client_delete(op, client) ? resource_body(op, call, client) : NO_BODY;
}
