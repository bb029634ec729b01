/* The endpoints that every kind of resource has: one handler each for all of them. */
#ifndef API_RESOURCES_H
#define API_RESOURCES_H

#include "engine/route.h"

/* The rows of a kind: list, create, and get, update and delete by id and by key. `read` and `write` are
 * flags, scope and session; `NAME` stands for the kind's descriptor and shapes: NAME_KIND, NAME_DRAFT,
 * NAME_UPDATE. */
#define FETCHED(update) update, NULL, kinds_fetch
#define KIND_ROUTES(path, read, write, NAME) \
	{ "GET",    path,              read,  200, READ,  kinds_list,          &NAME##_KIND }, \
	{ "POST",   path,              write, 201, WRITE, kinds_create,        &NAME##_KIND, &NAME##_DRAFT }, \
	{ "GET",    path "/key={key}", read,  200, READ,  kinds_get_by_key,    &NAME##_KIND }, \
	{ "POST",   path "/key={key}", write, 200, WRITE, kinds_update_by_key, &NAME##_KIND, &NAME##_UPDATE }, \
	{ "DELETE", path "/key={key}", write, 200, WRITE, kinds_delete_by_key, &NAME##_KIND }, \
	{ "GET",    path "/{id}",      read,  200, READ,  kinds_get,           &NAME##_KIND }, \
	{ "POST",   path "/{id}",      write, 200, WRITE, kinds_update,        &NAME##_KIND, FETCHED(&NAME##_UPDATE) }, \
	{ "DELETE", path "/{id}",      write, 200, WRITE, kinds_delete,        &NAME##_KIND }

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
