/* Every endpoint of the product, one row each. Read it and you know what the server does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/account.h"
#include "api/api_clients.h"
#include "api/assets.h"
#include "api/customers.h"
#include "api/kinds.h"
#include "api/messages.h"
#include "api/oauth.h"
#include "api/route.h"
#include "api/service.h"
#include "domain/api_client.h"
#include "domain/customer.h"
#include "domain/customer_group.h"
#include "domain/project.h"
#include "domain/scope.h"
#include "domain/store.h"
#include "domain/type.h"

#define MY_PROFILE "manage_my_profile"
#define READ_CUSTOMERS "view_customers manage_customers"
#define WRITE_CUSTOMERS "manage_customers"
#define READ_GROUPS "view_customer_groups manage_customer_groups"
#define WRITE_GROUPS "manage_customer_groups"
#define READ_STORES "view_stores manage_stores"
#define WRITE_STORES "manage_stores"
#define READ_TYPES "view_types manage_types"
#define WRITE_TYPES "manage_types"
#define READ_PROJECT "view_project_settings manage_project_settings"
#define WRITE_PROJECT "manage_project_settings"
#define READ_API_CLIENTS "view_api_clients manage_api_clients"
#define WRITE_API_CLIENTS "manage_api_clients"
#define READ_MESSAGES "view_messages view_orders"

#define PASSWORD_TOKEN "/oauth/{projectKey}/customers/token"
#define STORE_PASSWORD_TOKEN "/oauth/{projectKey}/in-store/key={storeKey}/customers/token"
#define ANONYMOUS_TOKEN "/oauth/{projectKey}/anonymous/token"

/* clang-format off */
const struct route ROUTES[] = {
	/* method   path                                  flags     scope            session   input                    prepare                 handle                           ok   lane   fetch */
	{ "GET",    "/me",                                IN_STORE, MY_PROFILE,      CUSTOMER, NULL,                    NULL,                   me_get,                          200, READ,  NULL },
	{ "POST",   "/me",                                IN_STORE, MY_PROFILE,      CUSTOMER, &MY_UPDATE_INPUT,        NULL,                   me_update,                       200, WRITE, me_fetch },
	{ "DELETE", "/me",                                IN_STORE, MY_PROFILE,      CUSTOMER, NULL,                    NULL,                   me_delete,                       200, WRITE, NULL },
	{ "POST",   "/me/signup",                         IN_STORE, MY_PROFILE,      ANY,      &MY_CUSTOMER_DRAFT_SHAPE, sign_up_prepare,       account_sign_up,                 201, WRITE, NULL },
	{ "POST",   "/me/login",                          IN_STORE, MY_PROFILE,      ANY,      &MY_SIGN_IN_INPUT,       sign_in_prepare,        account_sign_in,                 200, WRITE, NULL },
	{ "POST",   "/me/password",                       IN_STORE, MY_PROFILE,      CUSTOMER, &MY_PASSWORD_INPUT,      my_password_prepare,    account_change_my_password,      200, WRITE, NULL },
	{ "POST",   "/me/password/reset",                 IN_STORE, MY_PROFILE,      ANY,      &MY_RESET_INPUT,         reset_prepare,          account_reset_password,          200, WRITE, NULL },
	{ "POST",   "/me/email/confirm",                  IN_STORE, MY_PROFILE,      ANY,      &MY_CONFIRM_INPUT,       NULL,                   account_confirm_email,           200, WRITE, NULL },

	{ "GET",    "/customers",                         IN_STORE, READ_CUSTOMERS,  ANY,      NULL,                    NULL,                   customers_list,                  200, READ,  NULL },
	{ "POST",   "/customers",                         IN_STORE, WRITE_CUSTOMERS, ANY,      &CUSTOMER_DRAFT_SHAPE,   sign_up_prepare,        account_sign_up,                 201, WRITE, NULL },
	{ "GET",    "/customers/email-token={value}",     IN_STORE, READ_CUSTOMERS,  ANY,      NULL,                    NULL,                   customers_get_by_email_token,    200, READ,  NULL },
	{ "GET",    "/customers/password-token={value}",  IN_STORE, READ_CUSTOMERS,  ANY,      NULL,                    NULL,                   customers_get_by_password_token, 200, READ,  NULL },
	{ "POST",   "/customers/email-token",             IN_STORE, WRITE_CUSTOMERS, ANY,      &EMAIL_TOKEN_INPUT,      NULL,                   customers_create_email_token,    200, WRITE, NULL },
	{ "POST",   "/customers/password-token",          IN_STORE, WRITE_CUSTOMERS, ANY,      &PASSWORD_TOKEN_INPUT,   NULL,                   customers_create_password_token, 200, WRITE, NULL },
	{ "POST",   "/customers/password",                IN_STORE, WRITE_CUSTOMERS, ANY,      &PASSWORD_INPUT,         password_prepare,       account_change_password,         200, WRITE, NULL },
	{ "POST",   "/customers/password/reset",          IN_STORE, WRITE_CUSTOMERS, ANY,      &RESET_INPUT,            reset_prepare,          account_reset_password,          200, WRITE, NULL },
	{ "POST",   "/customers/email/confirm",           IN_STORE, WRITE_CUSTOMERS, ANY,      &CONFIRM_INPUT,          NULL,                   account_confirm_email,           200, WRITE, NULL },
	{ "GET",    "/customers/key={key}",               IN_STORE, READ_CUSTOMERS,  ANY,      NULL,                    NULL,                   customers_get_by_key,            200, READ,  NULL },
	{ "POST",   "/customers/key={key}",               IN_STORE, WRITE_CUSTOMERS, ANY,      &CUSTOMER_UPDATE_INPUT,  customers_update_prepare, customers_update_by_key,       200, WRITE, customers_fetch_by_key },
	{ "DELETE", "/customers/key={key}",               IN_STORE, WRITE_CUSTOMERS, ANY,      NULL,                    NULL,                   customers_delete_by_key,         200, WRITE, NULL },
	{ "GET",    "/customers/{id}",                    IN_STORE, READ_CUSTOMERS,  ANY,      NULL,                    NULL,                   customers_get,                   200, READ,  NULL },
	{ "POST",   "/customers/{id}",                    IN_STORE, WRITE_CUSTOMERS, ANY,      &CUSTOMER_UPDATE_INPUT,  customers_update_prepare, customers_update,              200, WRITE, customers_fetch },
	{ "DELETE", "/customers/{id}",                    IN_STORE, WRITE_CUSTOMERS, ANY,      NULL,                    NULL,                   customers_delete,                200, WRITE, NULL },
	{ "POST",   "/login",                             IN_STORE, WRITE_CUSTOMERS, ANY,      &SIGN_IN_INPUT,          sign_in_prepare,        account_sign_in,                 200, WRITE, NULL },

	KIND_ROUTES("/customer-groups", 0, READ_GROUPS, WRITE_GROUPS, CUSTOMER_GROUP),
	KIND_ROUTES("/stores",          0, READ_STORES, WRITE_STORES, STORE),
	KIND_ROUTES("/types",           0, READ_TYPES,  WRITE_TYPES,  TYPE),

	{ "GET",    "/api-clients",                       0,        READ_API_CLIENTS,  ANY,    NULL,                    NULL,                   kinds_list,                      200, READ,  NULL, &API_CLIENT_KIND },
	{ "POST",   "/api-clients",                       0,        WRITE_API_CLIENTS, ANY,    &API_CLIENT_DRAFT,       NULL,                   api_clients_create,              201, WRITE, NULL },
	{ "GET",    "/api-clients/{id}",                  0,        READ_API_CLIENTS,  ANY,    NULL,                    NULL,                   kinds_get,                       200, READ,  NULL, &API_CLIENT_KIND },
	{ "DELETE", "/api-clients/{id}",                  0,        WRITE_API_CLIENTS, ANY,    NULL,                    NULL,                   api_clients_delete,              200, WRITE, NULL },

	{ "GET",    "/messages",                          0,        READ_MESSAGES,   ANY,      NULL,                    NULL,                   messages_list,                   200, READ,  NULL },
	{ "GET",    "/messages/{id}",                     0,        READ_MESSAGES,   ANY,      NULL,                    NULL,                   messages_get,                    200, READ,  NULL },
	{ "GET",    "/",                                  0,        READ_PROJECT,    ANY,      NULL,                    NULL,                   project_get,                     200, READ,  NULL },
	{ "POST",   "/",                                  0,        WRITE_PROJECT,   ANY,      &PROJECT_UPDATE,         NULL,                   project_update,                  200, WRITE, NULL },

	{ "POST",   "/oauth/token",                       OAUTH,    NULL,            ANYONE,   NULL,                    NULL,                   oauth_token,                     200, WRITE, oauth_authenticate },
	{ "POST",   "/oauth/token/revoke",                OAUTH,    NULL,            ANYONE,   NULL,                    NULL,                   oauth_revoke,                    200, WRITE, oauth_authenticate },
	{ "POST",   "/oauth/introspect",                  OAUTH,    NULL,            ANYONE,   NULL,                    NULL,                   oauth_introspect,                200, READ,  oauth_authenticate },
	{ "POST",   PASSWORD_TOKEN,                       OAUTH,    NULL,            ANYONE,   NULL,                    oauth_password_prepare, oauth_password_token,            200, WRITE, NULL },
	{ "POST",   STORE_PASSWORD_TOKEN,                 OAUTH,    NULL,            ANYONE,   NULL,                    oauth_password_prepare, oauth_password_token,            200, WRITE, NULL },
	{ "POST",   ANONYMOUS_TOKEN,                      OAUTH,    NULL,            ANYONE,   NULL,                    NULL,                   oauth_anonymous_token,           200, WRITE, oauth_authenticate },

	{ "GET",    "/_assets/{name}",                    PUBLIC,   NULL,            ANYONE,   NULL,                    NULL,                   assets_get,                      200, READ,  NULL },
	{ "GET",    "/livez",                             PUBLIC,   NULL,            ANYONE,   NULL,                    NULL,                   livez,                           200, READ,  NULL },
	{ "GET",    "/readyz",                            PUBLIC,   NULL,            ANYONE,   NULL,                    NULL,                   readyz,                          200, READ,  NULL },
};
/* clang-format on */

const size_t ROUTE_COUNT = sizeof ROUTES / sizeof *ROUTES;

static void refuse(const struct route *route, const char *reason)
{
	fprintf(stderr, "route table: %s %s: %s\n", route->method, route->path, reason);
	abort();
}

static void check_scope(const struct route *route)
{
	char name[64];
	int used;

	if (!route->scope)
		refuse(route, "neither a scope nor public");
	for (const char *names = route->scope; sscanf(names, "%63s%n", name, &used) == 1; names += used)
		if (!scope_is_known(name))
			refuse(route, "a scope that scopes.def does not know");
}

void routes_check(void)
{
	for (const struct route *route = ROUTES; route < ROUTES + ROUTE_COUNT; route++) {
		bool is_open = route->flags & (PUBLIC | OAUTH);

		if (is_open != (route->session == ANYONE))
			refuse(route, "open to anyone, or not?");
		if (!is_open)
			check_scope(route);
		if (strcmp(route->method, "GET") == 0 && route->lane == WRITE)
			refuse(route, "a GET that writes");
		for (const struct route *other = ROUTES; other < route; other++)
			if (strcmp(route->method, other->method) == 0 && strcmp(route->path, other->path) == 0)
				refuse(route, "stands there twice");
	}
}
