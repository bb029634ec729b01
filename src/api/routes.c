/* Every endpoint of the product, one row each. Read it and you know what the server does. */
#include "api/routes.h"

#include "api/account.h"
#include "api/api_clients.h"
#include "api/assets.h"
#include "api/cart_merge.h"
#include "api/cart_discounts.h"
#include "api/carts.h"
#include "api/customers.h"
#include "api/messages.h"
#include "api/oauth.h"
#include "api/orders.h"
#include "api/payments.h"
#include "api/product_discounts.h"
#include "api/products.h"
#include "api/resources.h"
#include "api/search.h"
#include "api/service.h"
#include "api/standalone_prices.h"
#include "auth/api_client.h"
#include "cart/cart.h"
#include "cart/cart_actions.h"
#include "cart/cart_draft.h"
#include "cart/cart_replica.h"
#include "cart/shopping_list.h"
#include "cart/shopping_list_actions.h"
#include "catalog/category.h"
#include "catalog/product.h"
#include "catalog/product_actions.h"
#include "catalog/product_type.h"
#include "catalog/product_type_actions.h"
#include "catalog/standalone_price.h"
#include "customer/customer.h"
#include "customer/customer_draft.h"
#include "customer/customer_group.h"
#include "engine/admission.h"
#include "inventory/inventory_entry.h"
#include "inventory/inventory_entry_actions.h"
#include "kind/type.h"
#include "kind/type_actions.h"
#include "order/order.h"
#include "order/order_actions.h"
#include "order/order_create.h"
#include "order/payment.h"
#include "order/payment_actions.h"
#include "pricing/cart_discount.h"
#include "pricing/discount_code.h"
#include "pricing/product_discount.h"
#include "pricing/shipping_method.h"
#include "project/project_actions.h"
#include "search/product_search.h"
#include "store/channel.h"
#include "store/store.h"
#include "store/store_actions.h"
#include "store/tax_category.h"
#include "store/zone.h"

/* Who may: flags, scopes of which one is enough, session. */
#define MYSELF IN_STORE, "manage_my_profile", CUSTOMER
#define MY_SESSION IN_STORE, "manage_my_profile", ANY
#define MY_CARTS IN_STORE, "manage_my_orders", OWNER
#define MY_CARTS_OF_NO_STORE 0, "manage_my_orders", OWNER
#define MY_LISTS IN_STORE, "manage_my_shopping_lists", OWNER
#define MY_PAYMENTS 0, "manage_my_payments", OWNER
#define OPEN 0, NULL, ANYONE
#define OPEN_NO_DATA NO_DATA, NULL, ANYONE
#define READ_API_CLIENTS 0, "view_api_clients manage_api_clients", ANY
#define READ_CARTS IN_STORE, "view_orders manage_orders", ANY
#define READ_CART_DISCOUNTS IN_STORE, "view_cart_discounts view_orders " CART_DISCOUNT_MANAGERS, ANY
#define READ_CATEGORIES 0, "view_categories manage_categories view_products manage_products", ANY
#define READ_CHANNELS \
	0, "view_channels manage_channels view_project_settings manage_project_settings", ANY
#define READ_CUSTOMERS IN_STORE, "view_customers manage_customers", ANY
#define READ_DISCOUNT_CODES IN_STORE, "view_discount_codes manage_discount_codes", ANY
#define READ_GROUPS 0, "view_customer_groups manage_customer_groups", ANY
#define READ_INVENTORY \
	0, "view_inventory manage_inventory view_products manage_products", ANY
#define READ_LISTS IN_STORE, "view_shopping_lists manage_shopping_lists", ANY
#define READ_MESSAGES 0, "view_messages view_orders", ANY
#define READ_PAYMENTS 0, "view_payments manage_payments", ANY
#define READ_PRODUCTS 0, "view_products view_published_products manage_products", ANY
#define READ_PRODUCT_DISCOUNTS \
	0, "view_product_discounts manage_product_discounts view_products manage_products", ANY
#define READ_PRODUCT_TYPES \
	0, "view_product_types manage_product_types view_products manage_products", ANY
#define READ_PROJECT 0, "view_project_settings manage_project_settings", ANY
#define READ_PROJECTIONS IN_STORE, "view_products view_published_products manage_products", ANY
#define READ_PROJECTIONS_BY_FORM \
	IN_STORE | FORM, "view_products view_published_products manage_products", ANY
#define READ_SHIPPING_METHODS \
	0, "view_shipping_methods manage_shipping_methods view_project_settings manage_project_settings", \
		ANY
#define SHIPPING_SCOPES \
	"view_shipping_methods manage_shipping_methods view_orders manage_orders manage_my_orders"
#define READ_SHIPPING_OF_CARTS IN_STORE, SHIPPING_SCOPES, ANY
#define READ_SHIPPING_OF_PLACES 0, SHIPPING_SCOPES, ANY
#define READ_STANDALONE_PRICES \
	0, "view_standalone_prices manage_standalone_prices view_products manage_products", ANY
#define READ_STORES 0, "view_stores manage_stores", ANY
#define READ_TAX_CATEGORIES \
	0, "view_tax_categories manage_tax_categories view_project_settings manage_project_settings", \
		ANY
#define READ_TYPES 0, "view_types manage_types", ANY
#define READ_ZONES 0, "view_zones manage_zones view_project_settings manage_project_settings", ANY
#define WRITE_API_CLIENTS 0, "manage_api_clients", ANY
#define WRITE_CARTS IN_STORE, "manage_orders", ANY
#define WRITE_CART_DISCOUNTS IN_STORE, CART_DISCOUNT_MANAGERS, ANY
#define WRITE_CATEGORIES 0, "manage_categories manage_products", ANY
#define WRITE_CHANNELS 0, "manage_channels manage_project_settings", ANY
#define WRITE_CUSTOMERS IN_STORE, "manage_customers", ANY
#define WRITE_DISCOUNT_CODES 0, "manage_discount_codes", ANY
#define WRITE_GROUPS 0, "manage_customer_groups", ANY
#define WRITE_INVENTORY 0, "manage_inventory manage_products", ANY
#define WRITE_LISTS IN_STORE, "manage_shopping_lists", ANY
#define WRITE_PAYMENTS 0, "manage_payments", ANY
#define WRITE_PRODUCTS 0, "manage_products", ANY
#define WRITE_PRODUCT_DISCOUNTS 0, "manage_product_discounts manage_products", ANY
#define WRITE_PRODUCT_TYPES 0, "manage_product_types manage_products", ANY
#define WRITE_PROJECT 0, "manage_project_settings", ANY
#define WRITE_SHIPPING_METHODS 0, "manage_shipping_methods manage_project_settings", ANY
#define WRITE_STANDALONE_PRICES 0, "manage_standalone_prices manage_products", ANY
#define WRITE_STORES 0, "manage_stores", ANY
#define WRITE_TAX_CATEGORIES 0, "manage_tax_categories manage_project_settings", ANY
#define WRITE_TYPES 0, "manage_types", ANY
#define WRITE_ZONES 0, "manage_zones manage_project_settings", ANY

/* What is taken: the shape of the body, what is slow before the handler, what is read ahead of it. */
#define CART_BODY &CART_UPDATE, NULL, carts_fetch
#define CART_DISCOUNT_BODY &CART_DISCOUNT_UPDATE, NULL, kinds_fetch
#define CLIENT NULL, NULL, oauth_authenticate
#define CLIENT_AND_PASSWORD NULL, oauth_password_prepare
#define CUSTOMER_BODY &CUSTOMER_UPDATE_INPUT, customers_update_prepare, customers_fetch
#define CUSTOMER_BODY_BY_KEY \
	&CUSTOMER_UPDATE_INPUT, customers_update_prepare, customers_fetch_by_key
#define MY_CART_BODY &MY_CART_UPDATE, NULL, carts_fetch
#define MY_LIST_BODY &MY_SHOPPING_LIST_UPDATE, NULL, kinds_fetch
#define MY_PASSWORD_BODY &MY_PASSWORD_INPUT, my_password_prepare
#define MY_PAYMENT_BODY &MY_PAYMENT_UPDATE, NULL, kinds_fetch
#define MY_PROFILE_BODY &MY_UPDATE_INPUT, NULL, me_fetch
#define MY_RESET_BODY &MY_RESET_INPUT, reset_prepare
#define MY_SIGN_IN_BODY &MY_SIGN_IN_INPUT, sign_in_prepare
#define MY_SIGN_UP_BODY &MY_CUSTOMER_DRAFT_SHAPE, sign_up_prepare
#define ORDER_BODY &ORDER_UPDATE, NULL, kinds_fetch
#define PASSWORD_BODY &PASSWORD_INPUT, password_prepare
#define PRODUCT_BODY &PRODUCT_UPDATE, NULL, kinds_fetch
#define RESET_BODY &RESET_INPUT, reset_prepare
#define SIGN_IN_BODY &SIGN_IN_INPUT, sign_in_prepare
#define SIGN_UP_BODY &CUSTOMER_DRAFT_SHAPE, sign_up_prepare
#define STANDALONE_PRICE_BODY &STANDALONE_PRICE_UPDATE, NULL, kinds_fetch

/* Who answers, where a handler serves every kind of resource. */
#define OF(NAME, handler) handler, .kind = &NAME##_KIND

/* Rows: path, who may, who answers, what is taken. CREATE is a POST that answers with 201, ASK one that only reads. */
#define GET(path, who, answer) \
	{ \
		"GET", path, who, 200, READ, answer \
	}
#define POST(path, who, answer, takes) \
	{ \
		"POST", path, who, 200, WRITE, answer, .input = takes \
	}
#define CREATE(path, who, answer, takes) \
	{ \
		"POST", path, who, 201, WRITE, answer, .input = takes \
	}
#define ASK(path, who, answer, takes) \
	{ \
		"POST", path, who, 200, READ, answer, .input = takes \
	}
#define DELETE(path, who, answer) \
	{ \
		"DELETE", path, who, 200, WRITE, answer \
	}

#define PASSWORD_TOKEN "/oauth/{projectKey}/customers/token"
#define STORE_PASSWORD_TOKEN "/oauth/{projectKey}/in-store/key={storeKey}/customers/token"
#define ANONYMOUS_TOKEN "/oauth/{projectKey}/anonymous/token"

static const struct route API[] = {
	GET(   "/me",                MYSELF,     me_get),
	POST(  "/me",                MYSELF,     me_update,                  MY_PROFILE_BODY),
	DELETE("/me",                MYSELF,     me_delete),
	CREATE("/me/signup",         MY_SESSION, account_sign_up,            MY_SIGN_UP_BODY),
	POST(  "/me/login",          MY_SESSION, account_sign_in,            MY_SIGN_IN_BODY),
	POST(  "/me/password",       MYSELF,     account_change_my_password, MY_PASSWORD_BODY),
	POST(  "/me/password/reset", MY_SESSION, account_reset_password,     MY_RESET_BODY),
	POST(  "/me/email/confirm",  MY_SESSION, account_confirm_email,      &MY_CONFIRM_INPUT),

	GET(   "/customers/email-token={value}",    READ_CUSTOMERS, customers_get_by_email_token),
	GET(   "/customers/password-token={value}", READ_CUSTOMERS, customers_get_by_password_token),
	POST(  "/customers/email-token",    WRITE_CUSTOMERS, customers_create_email_token,    &EMAIL_TOKEN_INPUT),
	POST(  "/customers/password-token", WRITE_CUSTOMERS, customers_create_password_token, &PASSWORD_TOKEN_INPUT),
	POST(  "/customers/password",       WRITE_CUSTOMERS, account_change_password,         PASSWORD_BODY),
	POST(  "/customers/password/reset", WRITE_CUSTOMERS, account_reset_password,          RESET_BODY),
	POST(  "/customers/email/confirm",  WRITE_CUSTOMERS, account_confirm_email,           &CONFIRM_INPUT),
	POST(  "/login",                    WRITE_CUSTOMERS, account_sign_in,                 SIGN_IN_BODY),

	GET(   "/customers",           READ_CUSTOMERS,  customers_list),
	CREATE("/customers",           WRITE_CUSTOMERS, account_sign_up,         SIGN_UP_BODY),
	GET(   "/customers/key={key}", READ_CUSTOMERS,  customers_get_by_key),
	POST(  "/customers/key={key}", WRITE_CUSTOMERS, customers_update_by_key, CUSTOMER_BODY_BY_KEY),
	DELETE("/customers/key={key}", WRITE_CUSTOMERS, customers_delete_by_key),
	GET(   "/customers/{id}",      READ_CUSTOMERS,  customers_get),
	POST(  "/customers/{id}",      WRITE_CUSTOMERS, customers_update,        CUSTOMER_BODY),
	DELETE("/customers/{id}",      WRITE_CUSTOMERS, customers_delete),

	GET(   "/me/orders",                            MY_CARTS,    OF(ORDER, kinds_list)),
	CREATE("/me/orders",                            MY_CARTS,    orders_create,           &MY_ORDER_DRAFT),
	GET(   "/me/orders/{id}",                       MY_CARTS,    OF(ORDER, kinds_get)),
	GET(   "/orders",                               READ_CARTS,  OF(ORDER, kinds_list)),
	CREATE("/orders",                               WRITE_CARTS, orders_create,           &ORDER_DRAFT),
	GET(   "/orders/order-number={value}",          READ_CARTS,  orders_get_by_number),
	POST(  "/orders/order-number={value}",          WRITE_CARTS, orders_update_by_number, &ORDER_UPDATE),
	DELETE("/orders/order-number={value}",          WRITE_CARTS, orders_delete_by_number),
	GET(   "/orders/{id}",                          READ_CARTS,  OF(ORDER, kinds_get)),
	POST(  "/orders/{id}",                          WRITE_CARTS, OF(ORDER, kinds_update), ORDER_BODY),
	DELETE("/orders/{id}",                          WRITE_CARTS, OF(ORDER, kinds_delete)),
	POST(  "/carts/customer-id={customerId}/merge", WRITE_CARTS, carts_merge,             &CART_MERGE_INPUT),

	GET(   "/me/payments",      MY_PAYMENTS, OF(PAYMENT, my_payments_list)),
	CREATE("/me/payments",      MY_PAYMENTS, OF(PAYMENT, my_payments_create), &MY_PAYMENT_DRAFT),
	GET(   "/me/payments/{id}", MY_PAYMENTS, OF(PAYMENT, my_payments_get)),
	POST(  "/me/payments/{id}", MY_PAYMENTS, OF(PAYMENT, my_payments_update), MY_PAYMENT_BODY),
	DELETE("/me/payments/{id}", MY_PAYMENTS, OF(PAYMENT, my_payments_delete)),
	KIND_ROUTES("/payments", READ_PAYMENTS, WRITE_PAYMENTS, PAYMENT),

	GET(   "/me/shopping-lists",           MY_LISTS, OF(SHOPPING_LIST, kinds_list)),
	CREATE("/me/shopping-lists",           MY_LISTS, OF(SHOPPING_LIST, kinds_create),        &MY_SHOPPING_LIST_DRAFT),
	GET(   "/me/shopping-lists/key={key}", MY_LISTS, OF(SHOPPING_LIST, kinds_get_by_key)),
	POST(  "/me/shopping-lists/key={key}", MY_LISTS, OF(SHOPPING_LIST, kinds_update_by_key), &MY_SHOPPING_LIST_UPDATE),
	DELETE("/me/shopping-lists/key={key}", MY_LISTS, OF(SHOPPING_LIST, kinds_delete_by_key)),
	GET(   "/me/shopping-lists/{id}",      MY_LISTS, OF(SHOPPING_LIST, kinds_get)),
	POST(  "/me/shopping-lists/{id}",      MY_LISTS, OF(SHOPPING_LIST, kinds_update),        MY_LIST_BODY),
	DELETE("/me/shopping-lists/{id}",      MY_LISTS, OF(SHOPPING_LIST, kinds_delete)),
	KIND_ROUTES("/shopping-lists", READ_LISTS, WRITE_LISTS, SHOPPING_LIST),

	GET(   "/me/active-cart",     MY_CARTS,             my_active_cart),
	GET(   "/me/carts",           MY_CARTS,             OF(CART, kinds_list)),
	CREATE("/me/carts",           MY_CARTS,             carts_create,    &MY_CART_DRAFT),
	CREATE("/me/carts/replicate", MY_CARTS_OF_NO_STORE, carts_replicate, &MY_REPLICA_DRAFT),
	GET(   "/me/carts/{id}",      MY_CARTS,             OF(CART, kinds_get)),
	POST(  "/me/carts/{id}",      MY_CARTS,             carts_update,    MY_CART_BODY),
	DELETE("/me/carts/{id}",      MY_CARTS,             OF(CART, kinds_delete)),

	GET(   "/carts",                          READ_CARTS,  carts_list),
	CREATE("/carts",                          WRITE_CARTS, carts_create,        &CART_DRAFT),
	CREATE("/carts/replicate",                WRITE_CARTS, carts_replicate,     &REPLICA_DRAFT),
	GET(   "/carts/customer-id={customerId}", READ_CARTS,  carts_get_by_customer),
	GET(   "/carts/key={key}",                READ_CARTS,  OF(CART, kinds_get_by_key)),
	POST(  "/carts/key={key}",                WRITE_CARTS, carts_update_by_key, &CART_UPDATE),
	DELETE("/carts/key={key}",                WRITE_CARTS, OF(CART, kinds_delete_by_key)),
	GET(   "/carts/{id}",                     READ_CARTS,  OF(CART, kinds_get)),
	POST(  "/carts/{id}",                     WRITE_CARTS, carts_update,        CART_BODY),
	DELETE("/carts/{id}",                     WRITE_CARTS, OF(CART, kinds_delete)),

	GET(   "/shipping-methods/matching-cart",     READ_SHIPPING_OF_CARTS,  shipping_methods_of_cart),
	GET(   "/shipping-methods/matching-location", READ_SHIPPING_OF_PLACES, shipping_methods_of_location),

	ASK(   "/product-discounts/matching", READ_PRODUCT_DISCOUNTS, product_discounts_match,
	       &PRODUCT_DISCOUNT_MATCH_INPUT),

	GET(   "/cart-discounts",           READ_CART_DISCOUNTS,  OF(CART_DISCOUNT, kinds_list)),
	CREATE("/cart-discounts",           WRITE_CART_DISCOUNTS, OF(CART_DISCOUNT, kinds_create), &CART_DISCOUNT_DRAFT),
	GET(   "/cart-discounts/key={key}", READ_CART_DISCOUNTS,  OF(CART_DISCOUNT, kinds_get_by_key)),
	POST(  "/cart-discounts/key={key}", WRITE_CART_DISCOUNTS, OF(CART_DISCOUNT, cart_discounts_update_by_key),
	       &CART_DISCOUNT_UPDATE),
	DELETE("/cart-discounts/key={key}", WRITE_CART_DISCOUNTS, OF(CART_DISCOUNT, kinds_delete_by_key)),
	GET(   "/cart-discounts/{id}",      READ_CART_DISCOUNTS,  OF(CART_DISCOUNT, kinds_get)),
	POST(  "/cart-discounts/{id}",      WRITE_CART_DISCOUNTS, OF(CART_DISCOUNT, cart_discounts_update),
	       CART_DISCOUNT_BODY),
	DELETE("/cart-discounts/{id}",      WRITE_CART_DISCOUNTS, OF(CART_DISCOUNT, kinds_delete)),

	KIND_ROUTES("/categories",        READ_CATEGORIES,        WRITE_CATEGORIES,        CATEGORY),
	KIND_ROUTES("/channels",          READ_CHANNELS,          WRITE_CHANNELS,          CHANNEL),
	KIND_ROUTES("/customer-groups",   READ_GROUPS,            WRITE_GROUPS,            CUSTOMER_GROUP),
	KIND_ROUTES("/discount-codes",    READ_DISCOUNT_CODES,    WRITE_DISCOUNT_CODES,    DISCOUNT_CODE),
	KIND_ROUTES("/inventory",         READ_INVENTORY,         WRITE_INVENTORY,         INVENTORY_ENTRY),
	KIND_ROUTES("/product-discounts", READ_PRODUCT_DISCOUNTS, WRITE_PRODUCT_DISCOUNTS, PRODUCT_DISCOUNT),
	KIND_ROUTES("/product-types",     READ_PRODUCT_TYPES,     WRITE_PRODUCT_TYPES,     PRODUCT_TYPE),
	KIND_ROUTES("/shipping-methods",  READ_SHIPPING_METHODS,  WRITE_SHIPPING_METHODS,  SHIPPING_METHOD),
	KIND_ROUTES("/stores",            READ_STORES,            WRITE_STORES,            STORE),
	KIND_ROUTES("/tax-categories",    READ_TAX_CATEGORIES,    WRITE_TAX_CATEGORIES,    TAX_CATEGORY),
	KIND_ROUTES("/types",             READ_TYPES,             WRITE_TYPES,             TYPE),
	KIND_ROUTES("/zones",             READ_ZONES,             WRITE_ZONES,             ZONE),

	GET(   "/products",           READ_PRODUCTS,  OF(PRODUCT, products_list)),
	CREATE("/products",           WRITE_PRODUCTS, OF(PRODUCT, products_create),        &PRODUCT_DRAFT),
	GET(   "/products/key={key}", READ_PRODUCTS,  OF(PRODUCT, products_get_by_key)),
	POST(  "/products/key={key}", WRITE_PRODUCTS, OF(PRODUCT, products_update_by_key), &PRODUCT_UPDATE),
	DELETE("/products/key={key}", WRITE_PRODUCTS, OF(PRODUCT, products_delete_by_key)),
	ASK(   "/products/search",    READ_PRODUCTS,  products_search,                     &PRODUCT_SEARCH_SHAPE),
	GET(   "/products/{id}",      READ_PRODUCTS,  OF(PRODUCT, products_get)),
	POST(  "/products/{id}",      WRITE_PRODUCTS, OF(PRODUCT, products_update),        PRODUCT_BODY),
	DELETE("/products/{id}",      WRITE_PRODUCTS, OF(PRODUCT, products_delete)),

	GET(   "/standalone-prices",           READ_STANDALONE_PRICES,  OF(STANDALONE_PRICE, standalone_prices_list)),
	CREATE("/standalone-prices",           WRITE_STANDALONE_PRICES, OF(STANDALONE_PRICE, standalone_prices_create),
	       &STANDALONE_PRICE_DRAFT),
	GET(   "/standalone-prices/key={key}", READ_STANDALONE_PRICES,  OF(STANDALONE_PRICE, standalone_prices_get_by_key)),
	POST(  "/standalone-prices/key={key}", WRITE_STANDALONE_PRICES,
	       OF(STANDALONE_PRICE, standalone_prices_update_by_key), &STANDALONE_PRICE_UPDATE),
	DELETE("/standalone-prices/key={key}", WRITE_STANDALONE_PRICES,
	       OF(STANDALONE_PRICE, standalone_prices_delete_by_key)),
	GET(   "/standalone-prices/{id}",      READ_STANDALONE_PRICES,  OF(STANDALONE_PRICE, standalone_prices_get)),
	POST(  "/standalone-prices/{id}",      WRITE_STANDALONE_PRICES, OF(STANDALONE_PRICE, standalone_prices_update),
	       STANDALONE_PRICE_BODY),
	DELETE("/standalone-prices/{id}",      WRITE_STANDALONE_PRICES, OF(STANDALONE_PRICE, standalone_prices_delete)),

	GET(   "/product-projections",           READ_PROJECTIONS,         product_projections_list),
	GET(   "/product-projections/key={key}", READ_PROJECTIONS,         product_projections_get_by_key),
	GET(   "/product-projections/search",    READ_PROJECTIONS,         product_projections_search),
	ASK(   "/product-projections/search",    READ_PROJECTIONS_BY_FORM, product_projections_search,       NULL),
	GET(   "/product-projections/suggest",   READ_PROJECTIONS,         product_projections_suggest),
	GET(   "/product-projections/{id}",      READ_PROJECTIONS,         product_projections_get),

	GET(   "/api-clients",      READ_API_CLIENTS,  OF(API_CLIENT, kinds_list)),
	CREATE("/api-clients",      WRITE_API_CLIENTS, api_clients_create, &API_CLIENT_DRAFT),
	GET(   "/api-clients/{id}", READ_API_CLIENTS,  OF(API_CLIENT, kinds_get)),
	DELETE("/api-clients/{id}", WRITE_API_CLIENTS, api_clients_delete),

	GET(   "/messages",      READ_MESSAGES, messages_list),
	GET(   "/messages/{id}", READ_MESSAGES, messages_get),
	GET(   "/",              READ_PROJECT,  project_get),
	POST(  "/",              WRITE_PROJECT, project_update, &PROJECT_UPDATE),
};

static const struct route TOKENS[] = {
	POST(  "/oauth/token",        OPEN, oauth_token,           CLIENT),
	POST(  "/oauth/token/revoke", OPEN, oauth_revoke,          CLIENT),
	ASK(   "/oauth/introspect",   OPEN, oauth_introspect,      CLIENT),
	POST(  PASSWORD_TOKEN,        OPEN, oauth_password_token,  CLIENT_AND_PASSWORD),
	POST(  STORE_PASSWORD_TOKEN,  OPEN, oauth_password_token,  CLIENT_AND_PASSWORD),
	POST(  ANONYMOUS_TOKEN,       OPEN, oauth_anonymous_token, CLIENT),
};

static const struct route SERVICE[] = {
	GET(   "/_assets/{name}", OPEN_NO_DATA, assets_get),
	GET(   "/livez",          OPEN_NO_DATA, livez),
	GET(   "/readyz",         OPEN,         readyz),
};

static const struct left_out LEFT_OUT[] = {
#define ENDPOINT(methods, path) { methods, path },
#include "tables/unimplemented.def"
#undef ENDPOINT
};

#define ROWS(table) .routes = table, .count = sizeof table / sizeof *table

const struct route_table API_ROUTES = {
	ROWS(API),
	.left_out = LEFT_OUT,
	.left_out_count = sizeof LEFT_OUT / sizeof *LEFT_OUT,
	.locate = admission_locate,
	.guard = admission_guard,
};

const struct route_table TOKEN_ROUTES = {
	.enter = oauth_enter,
	ROWS(TOKENS),
	.is_rooted = true,
	.is_oauth = true,
	.locate = oauth_locate,
};

const struct route_table SERVICE_ROUTES = {
	ROWS(SERVICE),
	.is_rooted = true,
};

#undef ROWS
