/* API clients as resources: declared by the seed or through the API, listed, used, deleted. How one
 * authenticates is in client.h. At its deleteAt a client stays listed, but is refused. */
#ifndef AUTH_API_CLIENT_H
#define AUTH_API_CLIENT_H

#include <stdbool.h>

#include "resource/resource.h"

struct client;
struct op;
struct shape;

/* Its documents hold no secret, and nothing that one could be made of. */
extern const struct resource_kind API_CLIENT_KIND;
extern const struct shape API_CLIENT_DRAFT;

/* Stores a client of the project of the request: its document, and beside it the hash of its
 * secret. From then on the project declares clients, also when the last one is deleted. `draft`:
 * decoded. NULL: recorded. */
struct resource *api_client_declare(struct op *op, const json_t *draft, const char *id,
                                    const char *secret);

/* The same with an id and a secret that are made for it. *ret_secret: the secret, in the arena; it
 * is not kept anywhere. NULL: recorded. */
struct resource *api_client_create(struct op *op, const json_t *draft, const char **ret_secret);

/* Deletes a client: it cannot authenticate any more, and its tokens are unknown from then on. False:
 * recorded. */
bool api_client_delete(struct op *op, struct resource *client);

/* Notes the day on which a declared client gets a token. One that was deleted since it
 * authenticated is refused as an invalid_client. False: recorded. */
bool api_client_use(struct op *op, const struct client *client);

#endif
