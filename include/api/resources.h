/* The endpoints that every kind of resource has: one handler each for all of them. */
#ifndef API_RESOURCES_H
#define API_RESOURCES_H

#include "engine/route.h"

/* The rows of a kind: list, create, and get, update and delete by id and by key. `NAME` stands for
 * the kind's descriptor and shapes: NAME_KIND, NAME_DRAFT, NAME_UPDATE. */
/* clang-format off */
#define KIND_ROUTES(path, flags, read, write, NAME) \
	{ "GET",    path,              flags, read,  ANY, NULL,           NULL, kinds_list,          200, READ,  NULL, &NAME##_KIND }, \
	{ "POST",   path,              flags, write, ANY, &NAME##_DRAFT,  NULL, kinds_create,        201, WRITE, NULL, &NAME##_KIND }, \
	{ "GET",    path "/key={key}", flags, read,  ANY, NULL,           NULL, kinds_get_by_key,    200, READ,  NULL, &NAME##_KIND }, \
	{ "POST",   path "/key={key}", flags, write, ANY, &NAME##_UPDATE, NULL, kinds_update_by_key, 200, WRITE, NULL, &NAME##_KIND }, \
	{ "DELETE", path "/key={key}", flags, write, ANY, NULL,           NULL, kinds_delete_by_key, 200, WRITE, NULL, &NAME##_KIND }, \
	{ "GET",    path "/{id}",      flags, read,  ANY, NULL,           NULL, kinds_get,           200, READ,  NULL, &NAME##_KIND }, \
	{ "POST",   path "/{id}",      flags, write, ANY, &NAME##_UPDATE, NULL, kinds_update,        200, WRITE, kinds_fetch, &NAME##_KIND }, \
	{ "DELETE", path "/{id}",      flags, write, ANY, NULL,           NULL, kinds_delete,        200, WRITE, NULL, &NAME##_KIND }
/* clang-format on */

fetch_fn kinds_fetch;
handler_fn kinds_list;
handler_fn kinds_create;
handler_fn kinds_get;
handler_fn kinds_get_by_key;
handler_fn kinds_update;
handler_fn kinds_update_by_key;
handler_fn kinds_delete;
handler_fn kinds_delete_by_key;

#endif
