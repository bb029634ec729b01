/* Every endpoint of the product, one row each. Read it and you know what the server does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/account.h"
#include "api/api_clients.h"
#include "api/assets.h"
#include "api/cart_merge.h"
#include "api/carts.h"
#include "api/customers.h"
#include "api/messages.h"
#include "api/oauth.h"
#include "api/orders.h"
#include "api/payments.h"
#include "api/products.h"
#include "api/resources.h"
#include "api/search.h"
#include "api/service.h"
#include "auth/api_client.h"
#include "auth/scope.h"
#include "cart/cart.h"
#include "cart/shopping_list.h"
#include "catalog/category.h"
#include "catalog/product.h"
#include "catalog/product_type.h"
#include "catalog/standalone_price.h"
#include "customer/customer.h"
#include "customer/customer_group.h"
#include "engine/route.h"
#include "kind/type.h"
#include "order/order.h"
#include "order/payment.h"
#include "pricing/cart_discount.h"
#include "pricing/discount_code.h"
#include "pricing/product_discount.h"
#include "pricing/shipping_method.h"
#include "project/project_actions.h"
#include "store/channel.h"
#include "store/store.h"
#include "store/tax_category.h"
#include "store/zone.h"

#define MY_PAYMENTS "manage_my_payments"
#define MY_LISTS "manage_my_shopping_lists"
#define MY_PROFILE "manage_my_profile"
#define READ_PAYMENTS "view_payments manage_payments"
#define READ_LISTS "view_shopping_lists manage_shopping_lists"
#define WRITE_LISTS "manage_shopping_lists"
#define WRITE_PAYMENTS "manage_payments"
#define MY_ORDERS "manage_my_orders"
#define READ_CUSTOMERS "view_customers manage_customers"
#define WRITE_CUSTOMERS "manage_customers"
#define READ_CARTS "view_orders manage_orders"
#define WRITE_CARTS "manage_orders"
#define READ_SHIPPING \
	"view_shipping_methods manage_shipping_methods view_orders manage_orders manage_my_orders"
#define READ_GROUPS "view_customer_groups manage_customer_groups"
#define WRITE_GROUPS "manage_customer_groups"
#define READ_CATEGORIES "view_categories manage_categories view_products manage_products"
#define WRITE_CATEGORIES "manage_categories manage_products"
#define READ_CHANNELS "view_channels manage_channels view_project_settings manage_project_settings"
#define WRITE_CHANNELS "manage_channels manage_project_settings"
#define READ_CART_DISCOUNTS "view_cart_discounts manage_cart_discounts"
#define WRITE_CART_DISCOUNTS "manage_cart_discounts"
#define READ_DISCOUNT_CODES "view_discount_codes manage_discount_codes"
#define WRITE_DISCOUNT_CODES "manage_discount_codes"
#define READ_PRODUCT_DISCOUNTS \
	"view_product_discounts manage_product_discounts view_products manage_products"
#define WRITE_PRODUCT_DISCOUNTS "manage_product_discounts manage_products"
#define READ_SHIPPING_METHODS \
	"view_shipping_methods manage_shipping_methods view_project_settings manage_project_settings"
#define WRITE_SHIPPING_METHODS "manage_shipping_methods manage_project_settings"
#define READ_STANDALONE_PRICES \
	"view_standalone_prices manage_standalone_prices view_products manage_products"
#define WRITE_STANDALONE_PRICES "manage_standalone_prices manage_products"
#define READ_PRODUCT_TYPES "view_product_types manage_product_types view_products manage_products"
#define WRITE_PRODUCT_TYPES "manage_product_types manage_products"
#define READ_PRODUCTS "view_published_products view_products manage_products"
#define WRITE_PRODUCTS "manage_products"
#define READ_PROJECTIONS "view_published_products view_products manage_products"
#define READ_TAX_CATEGORIES \
	"view_tax_categories manage_tax_categories view_project_settings manage_project_settings"
#define WRITE_TAX_CATEGORIES "manage_tax_categories manage_project_settings"
#define READ_ZONES "view_zones manage_zones view_project_settings manage_project_settings"
#define WRITE_ZONES "manage_zones manage_project_settings"
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

	{ "GET",    "/me/orders",                         IN_STORE, MY_ORDERS,       OWNER,    NULL,                    NULL,                   kinds_list,                      200, READ,  NULL, &ORDER_KIND },
	{ "POST",   "/me/orders",                         IN_STORE, MY_ORDERS,       OWNER,    &MY_ORDER_DRAFT,         NULL,                   orders_create,                   201, WRITE, NULL },
	{ "GET",    "/me/orders/{id}",                    IN_STORE, MY_ORDERS,       OWNER,    NULL,                    NULL,                   kinds_get,                       200, READ,  NULL, &ORDER_KIND },
	{ "GET",    "/orders",                            IN_STORE, READ_CARTS,      ANY,      NULL,                    NULL,                   kinds_list,                      200, READ,  NULL, &ORDER_KIND },
	{ "POST",   "/orders",                            IN_STORE, WRITE_CARTS,     ANY,      &ORDER_DRAFT,            NULL,                   orders_create,                   201, WRITE, NULL },
	{ "GET",    "/orders/order-number={value}",       IN_STORE, READ_CARTS,      ANY,      NULL,                    NULL,                   orders_get_by_number,            200, READ,  NULL },
	{ "POST",   "/orders/order-number={value}",       IN_STORE, WRITE_CARTS,     ANY,      &ORDER_UPDATE,           NULL,                   orders_update_by_number,         200, WRITE, NULL },
	{ "DELETE", "/orders/order-number={value}",       IN_STORE, WRITE_CARTS,     ANY,      NULL,                    NULL,                   orders_delete_by_number,         200, WRITE, NULL },
	{ "GET",    "/orders/{id}",                       IN_STORE, READ_CARTS,      ANY,      NULL,                    NULL,                   kinds_get,                       200, READ,  NULL, &ORDER_KIND },
	{ "POST",   "/orders/{id}",                       IN_STORE, WRITE_CARTS,     ANY,      &ORDER_UPDATE,           NULL,                   kinds_update,                    200, WRITE, kinds_fetch, &ORDER_KIND },
	{ "DELETE", "/orders/{id}",                       IN_STORE, WRITE_CARTS,     ANY,      NULL,                    NULL,                   kinds_delete,                    200, WRITE, NULL, &ORDER_KIND },
	{ "POST",   "/carts/customer-id={customerId}/merge", IN_STORE, WRITE_CARTS,  ANY,      &CART_MERGE_INPUT,       NULL,                   carts_merge,                     200, WRITE, NULL },

	{ "GET",    "/me/payments",                       0,        MY_PAYMENTS,     OWNER,    NULL,                    NULL,                   my_payments_list,                200, READ,  NULL, &PAYMENT_KIND },
	{ "POST",   "/me/payments",                       0,        MY_PAYMENTS,     OWNER,    &MY_PAYMENT_DRAFT,       NULL,                   my_payments_create,              201, WRITE, NULL, &PAYMENT_KIND },
	{ "GET",    "/me/payments/{id}",                  0,        MY_PAYMENTS,     OWNER,    NULL,                    NULL,                   my_payments_get,                 200, READ,  NULL, &PAYMENT_KIND },
	{ "POST",   "/me/payments/{id}",                  0,        MY_PAYMENTS,     OWNER,    &MY_PAYMENT_UPDATE,      NULL,                   my_payments_update,              200, WRITE, kinds_fetch, &PAYMENT_KIND },
	{ "DELETE", "/me/payments/{id}",                  0,        MY_PAYMENTS,     OWNER,    NULL,                    NULL,                   my_payments_delete,              200, WRITE, NULL, &PAYMENT_KIND },
	KIND_ROUTES("/payments", 0, READ_PAYMENTS, WRITE_PAYMENTS, PAYMENT),

	{ "GET",    "/me/shopping-lists",                 IN_STORE, MY_LISTS,        OWNER,    NULL,                    NULL,                   kinds_list,                      200, READ,  NULL, &SHOPPING_LIST_KIND },
	{ "POST",   "/me/shopping-lists",                 IN_STORE, MY_LISTS,        OWNER,    &MY_SHOPPING_LIST_DRAFT, NULL,                   kinds_create,                    201, WRITE, NULL, &SHOPPING_LIST_KIND },
	{ "GET",    "/me/shopping-lists/key={key}",       IN_STORE, MY_LISTS,        OWNER,    NULL,                    NULL,                   kinds_get_by_key,                200, READ,  NULL, &SHOPPING_LIST_KIND },
	{ "POST",   "/me/shopping-lists/key={key}",       IN_STORE, MY_LISTS,        OWNER,    &MY_SHOPPING_LIST_UPDATE, NULL,                  kinds_update_by_key,             200, WRITE, NULL, &SHOPPING_LIST_KIND },
	{ "DELETE", "/me/shopping-lists/key={key}",       IN_STORE, MY_LISTS,        OWNER,    NULL,                    NULL,                   kinds_delete_by_key,             200, WRITE, NULL, &SHOPPING_LIST_KIND },
	{ "GET",    "/me/shopping-lists/{id}",            IN_STORE, MY_LISTS,        OWNER,    NULL,                    NULL,                   kinds_get,                       200, READ,  NULL, &SHOPPING_LIST_KIND },
	{ "POST",   "/me/shopping-lists/{id}",            IN_STORE, MY_LISTS,        OWNER,    &MY_SHOPPING_LIST_UPDATE, NULL,                  kinds_update,                    200, WRITE, kinds_fetch, &SHOPPING_LIST_KIND },
	{ "DELETE", "/me/shopping-lists/{id}",            IN_STORE, MY_LISTS,        OWNER,    NULL,                    NULL,                   kinds_delete,                    200, WRITE, NULL, &SHOPPING_LIST_KIND },
	KIND_ROUTES("/shopping-lists", IN_STORE, READ_LISTS, WRITE_LISTS, SHOPPING_LIST),
	{ "GET",    "/me/active-cart",                    IN_STORE, MY_ORDERS,       OWNER,    NULL,                    NULL,                   my_active_cart,                  200, READ,  NULL },
	{ "GET",    "/me/carts",                          IN_STORE, MY_ORDERS,       OWNER,    NULL,                    NULL,                   kinds_list,                      200, READ,  NULL, &CART_KIND },
	{ "POST",   "/me/carts",                          IN_STORE, MY_ORDERS,       OWNER,    &MY_CART_DRAFT,          NULL,                   carts_create,                    201, WRITE, NULL },
	{ "POST",   "/me/carts/replicate",                0,        MY_ORDERS,       OWNER,    &MY_REPLICA_DRAFT,       NULL,                   carts_replicate,                 201, WRITE, NULL },
	{ "GET",    "/me/carts/{id}",                     IN_STORE, MY_ORDERS,       OWNER,    NULL,                    NULL,                   kinds_get,                       200, READ,  NULL, &CART_KIND },
	{ "POST",   "/me/carts/{id}",                     IN_STORE, MY_ORDERS,       OWNER,    &MY_CART_UPDATE,         NULL,                   carts_update,                    200, WRITE, carts_fetch },
	{ "DELETE", "/me/carts/{id}",                     IN_STORE, MY_ORDERS,       OWNER,    NULL,                    NULL,                   kinds_delete,                    200, WRITE, NULL, &CART_KIND },

	{ "GET",    "/carts",                             IN_STORE, READ_CARTS,      ANY,      NULL,                    NULL,                   carts_list,                      200, READ,  NULL },
	{ "POST",   "/carts",                             IN_STORE, WRITE_CARTS,     ANY,      &CART_DRAFT,             NULL,                   carts_create,                    201, WRITE, NULL },
	{ "POST",   "/carts/replicate",                   IN_STORE, WRITE_CARTS,     ANY,      &REPLICA_DRAFT,          NULL,                   carts_replicate,                 201, WRITE, NULL },
	{ "GET",    "/carts/customer-id={customerId}",    IN_STORE, READ_CARTS,      ANY,      NULL,                    NULL,                   carts_get_by_customer,           200, READ,  NULL },
	{ "GET",    "/carts/key={key}",                   IN_STORE, READ_CARTS,      ANY,      NULL,                    NULL,                   kinds_get_by_key,                200, READ,  NULL, &CART_KIND },
	{ "POST",   "/carts/key={key}",                   IN_STORE, WRITE_CARTS,     ANY,      &CART_UPDATE,            NULL,                   carts_update_by_key,             200, WRITE, NULL },
	{ "DELETE", "/carts/key={key}",                   IN_STORE, WRITE_CARTS,     ANY,      NULL,                    NULL,                   kinds_delete_by_key,             200, WRITE, NULL, &CART_KIND },
	{ "GET",    "/carts/{id}",                        IN_STORE, READ_CARTS,      ANY,      NULL,                    NULL,                   kinds_get,                       200, READ,  NULL, &CART_KIND },
	{ "POST",   "/carts/{id}",                        IN_STORE, WRITE_CARTS,     ANY,      &CART_UPDATE,            NULL,                   carts_update,                    200, WRITE, carts_fetch },
	{ "DELETE", "/carts/{id}",                        IN_STORE, WRITE_CARTS,     ANY,      NULL,                    NULL,                   kinds_delete,                    200, WRITE, NULL, &CART_KIND },

	{ "GET",    "/shipping-methods/matching-cart",    IN_STORE, READ_SHIPPING,   ANY,      NULL,                    NULL,                   shipping_methods_of_cart,        200, READ,  NULL },
	{ "GET",    "/shipping-methods/matching-location", 0,       READ_SHIPPING,   ANY,      NULL,                    NULL,                   shipping_methods_of_location,    200, READ,  NULL },

	KIND_ROUTES("/cart-discounts",    0, READ_CART_DISCOUNTS,   WRITE_CART_DISCOUNTS,   CART_DISCOUNT),
	KIND_ROUTES("/categories",        0, READ_CATEGORIES,       WRITE_CATEGORIES,       CATEGORY),
	KIND_ROUTES("/channels",          0, READ_CHANNELS,         WRITE_CHANNELS,         CHANNEL),
	KIND_ROUTES("/customer-groups",   0, READ_GROUPS,           WRITE_GROUPS,           CUSTOMER_GROUP),
	KIND_ROUTES("/discount-codes",    0, READ_DISCOUNT_CODES,   WRITE_DISCOUNT_CODES,   DISCOUNT_CODE),
	KIND_ROUTES("/product-discounts", 0, READ_PRODUCT_DISCOUNTS, WRITE_PRODUCT_DISCOUNTS, PRODUCT_DISCOUNT),
	KIND_ROUTES("/product-types",     0, READ_PRODUCT_TYPES,    WRITE_PRODUCT_TYPES,    PRODUCT_TYPE),
	KIND_ROUTES("/shipping-methods",  0, READ_SHIPPING_METHODS, WRITE_SHIPPING_METHODS, SHIPPING_METHOD),
	KIND_ROUTES("/standalone-prices", 0, READ_STANDALONE_PRICES, WRITE_STANDALONE_PRICES, STANDALONE_PRICE),
	KIND_ROUTES("/stores",            0, READ_STORES,           WRITE_STORES,           STORE),
	KIND_ROUTES("/tax-categories",    0, READ_TAX_CATEGORIES,   WRITE_TAX_CATEGORIES,   TAX_CATEGORY),
	KIND_ROUTES("/types",             0, READ_TYPES,            WRITE_TYPES,            TYPE),
	KIND_ROUTES("/zones",             0, READ_ZONES,            WRITE_ZONES,            ZONE),

	{ "GET",    "/products",                          0,        READ_PRODUCTS,    ANY,     NULL,                    NULL,                   products_list,                   200, READ,  NULL, &PRODUCT_KIND },
	{ "POST",   "/products",                          0,        WRITE_PRODUCTS,   ANY,     &PRODUCT_DRAFT,          NULL,                   kinds_create,                    201, WRITE, NULL, &PRODUCT_KIND },
	{ "GET",    "/products/key={key}",                0,        READ_PRODUCTS,    ANY,     NULL,                    NULL,                   products_get_by_key,             200, READ,  NULL, &PRODUCT_KIND },
	{ "POST",   "/products/key={key}",                0,        WRITE_PRODUCTS,   ANY,     &PRODUCT_UPDATE,         NULL,                   kinds_update_by_key,             200, WRITE, NULL, &PRODUCT_KIND },
	{ "DELETE", "/products/key={key}",                0,        WRITE_PRODUCTS,   ANY,     NULL,                    NULL,                   kinds_delete_by_key,             200, WRITE, NULL, &PRODUCT_KIND },
	{ "GET",    "/products/{id}",                     0,        READ_PRODUCTS,    ANY,     NULL,                    NULL,                   products_get,                    200, READ,  NULL, &PRODUCT_KIND },
	{ "POST",   "/products/{id}",                     0,        WRITE_PRODUCTS,   ANY,     &PRODUCT_UPDATE,         NULL,                   kinds_update,                    200, WRITE, kinds_fetch, &PRODUCT_KIND },
	{ "DELETE", "/products/{id}",                     0,        WRITE_PRODUCTS,   ANY,     NULL,                    NULL,                   kinds_delete,                    200, WRITE, NULL, &PRODUCT_KIND },
	{ "GET",    "/product-projections",               IN_STORE, READ_PROJECTIONS, ANY,     NULL,                    NULL,                   product_projections_list,        200, READ,  NULL },
	{ "GET",    "/product-projections/key={key}",     IN_STORE, READ_PROJECTIONS, ANY,     NULL,                    NULL,                   product_projections_get_by_key,  200, READ,  NULL },
	{ "GET",    "/product-projections/search",        IN_STORE, READ_PROJECTIONS, ANY,     NULL,                    NULL,                   product_projections_search,      200, READ,  NULL },
	{ "POST",   "/product-projections/search",        IN_STORE | FORM, READ_PROJECTIONS, ANY, NULL,                 NULL,                   product_projections_search,      200, READ,  NULL },
	{ "GET",    "/product-projections/{id}",          IN_STORE, READ_PROJECTIONS, ANY,     NULL,                    NULL,                   product_projections_get,         200, READ,  NULL },

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
