/* The sections of a fixture, one row each, and how those are loaded that are not made as any kind
 * is. */
#include <string.h>

#include "auth/api_client.h"
#include "auth/password.h"
#include "auth/pinned_token.h"
#include "base/arena.h"
#include "base/check.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "base/text.h"
#include "cart/cart.h"
#include "cart/cart_draft.h"
#include "cart/shopping_list.h"
#include "catalog/category.h"
#include "catalog/product.h"
#include "catalog/product_actions.h"
#include "catalog/product_type.h"
#include "catalog/product_type_actions.h"
#include "catalog/standalone_price.h"
#include "customer/credential.h"
#include "customer/customer.h"
#include "customer/customer_draft.h"
#include "customer/customer_group.h"
#include "document/doc.h"
#include "document/shape.h"
#include "inventory/inventory_entry.h"
#include "kind/kind.h"
#include "kind/type.h"
#include "money/discount_arithmetic.h"
#include "order/order.h"
#include "order/payment.h"
#include "pricing/cart_discount.h"
#include "pricing/discount_code.h"
#include "pricing/product_discount.h"
#include "pricing/shipping_method.h"
#include "resource/caller.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/save.h"
#include "store/channel.h"
#include "store/store.h"
#include "store/tax_category.h"
#include "store/zone.h"
#include "fixture_priv.h"

/* A mistake of a member of the document itself. Returns false. */
static bool fail_member(struct op *op, const char *name, const char *text)
{
	return fail_at(op, &(struct json_path){ NULL, name, 0 }, text);
}

/* Takes a text out of a document. *ret_text: NULL if there is none. False: recorded. */
static bool take_text(struct op *op, json_t *doc, const char *name, const char **ret_text)
{
	const json_t *value = json_object_get(doc, name);

	*ret_text = arena_strdup(op->arena, json_string_value(value));
	if (value && !json_is_null(value) && !*ret_text)
		return fail_misfit(op, &(struct json_path){ NULL, name, 0 }, MISFIT_TEXT);
	if (*ret_text && !**ret_text)
		return fail_member(op, name, "expected a text that is not empty");
	json_object_del(doc, name);
	return true;
}

static bool pin_token(struct op *op, const char *token, const struct caller *caller)
{
	if (pinned_token_insert(op, token, caller))
		return true;
	op->errors.items[0].pointer = "/bearer";
	return false;
}

/* Clients */

struct client_input {
	const char *id;
	const char *secret;
	const char *name;
	json_t     *scopes;
	const char *bearer;
};

static const struct shape_field CLIENT_FIELDS[] = {
	{ "clientId",     FIELD_TEXT,  REQUIRED, offsetof(struct client_input, id) },
	{ "clientSecret", FIELD_TEXT,  REQUIRED, offsetof(struct client_input, secret) },
	{ "name",         FIELD_TEXT,  OPTIONAL, offsetof(struct client_input, name) },
	{ "scopes",       FIELD_TEXTS, REQUIRED, offsetof(struct client_input, scopes) },
	{ "bearer",       FIELD_TEXT,  OPTIONAL, offsetof(struct client_input, bearer) },
};
static const struct shape CLIENT = { sizeof(struct client_input), 5, CLIENT_FIELDS };

/* `manage_my_orders` means that of the project the fixture is loaded into. */
static const char *scope_of(struct op *op, const json_t *scopes)
{
	struct text_buffer scope = { .arena = op->arena };

	for (size_t i = 0; i < json_array_size(scopes); i++) {
		const char *name = json_string_value(json_array_get(scopes, i));

		text_appendf(&scope, "%s%s", scope.bytes ? " " : "", name);
		if (!strchr(name, ':'))
			text_appendf(&scope, ":%s", op->project);
	}
	return scope.text ? scope.text : "";
}

static bool load_client(struct op *op, const struct fixture_entry *entry)
{
	struct client_input input = { 0 };

	if (!shape_decode(op, &CLIENT, entry->draft, NULL, &input))
		return false;
	const json_t *draft =
		keep(op, json_pack("{s:s, s:s}", "name", input.name ? input.name : input.id, "scope",
	                       scope_of(op, input.scopes)));

	const struct resource *client = api_client_declare(op, draft, input.id, input.secret);

	if (!client || !input.bearer)
		return client != NULL;
	if (!*input.bearer)
		return fail_member(op, "bearer", "expected a text that is not empty");
	return pin_token(op, input.bearer,
	                 &(struct caller){ .client_id = client->id,
	                                   .scope = doc_text(client->doc, "scope") });
}

/* Anonymous sessions */

struct session_input {
	const char *anonymous_id;
	const char *bearer;
};

static const struct shape_field SESSION_FIELDS[] = {
	{ "anonymousId", FIELD_TEXT, REQUIRED, offsetof(struct session_input, anonymous_id) },
	{ "bearer", FIELD_TEXT, REQUIRED, offsetof(struct session_input, bearer) },
};
static const struct shape SESSION = { sizeof(struct session_input), 2, SESSION_FIELDS };

static bool load_session(struct op *op, const struct fixture_entry *entry)
{
	struct session_input input = { 0 };

	return shape_decode(op, &SESSION, entry->draft, NULL, &input) &&
	       pin_token(op, input.bearer, &(struct caller){ .anonymous_id = input.anonymous_id });
}

/* Customers */

static bool is_external(const json_t *draft)
{
	const char *mode = doc_text(draft, "authenticationMode");

	return mode && strcmp(mode, "ExternalAuth") == 0;
}

/* What an export shows in the place of a password. */
static bool is_mask(const char *password)
{
	return strncmp(password, "****", 4) == 0;
}

/* Takes the password out of the draft. *ret_hash: what is to be stored; NULL: nobody can sign in
 * with a password. */
static bool take_password(struct op *op, json_t *draft, const char **ret_hash)
{
	const char *password;

	if (!take_text(op, draft, "password", &password) ||
	    !take_text(op, draft, "passwordHash", ret_hash))
		return false;
	if (*ret_hash && !password_hash_is_valid(*ret_hash))
		return fail_member(op, "passwordHash", "expected the text of an Argon2 hash");
	if (!password && !*ret_hash && !is_external(draft))
		return fail_misfit(op, &(struct json_path){ NULL, "password", 0 }, MISFIT_MISSING);
	if (password && is_mask(password))
		return true;
	if (password && !*ret_hash && password_hash_is_valid(password))
		*ret_hash = password;
	else if (password && (!*ret_hash || op->env->password_cost == PASSWORD_COST_MIN))
		*ret_hash = password_hash(op, password);
	return !password || *ret_hash;
}

static const char *address_id(struct op *op, const struct fixture_entry *entry,
                              const json_t *written, size_t index)
{
	const char *id = doc_text(json_array_get(written, index), "id");
	const char *name =
		index ? arena_printf(op->arena, "%s/%zu", entry->name, index) : entry->name;

	return id ? id
	          : arena_strndup(op->arena, fixture_id(op, "address", name), ADDRESS_ID_BYTES - 1);
}

static void replace_text(json_t *doc, const char *from, const char *to)
{
	const char *name;
	json_t *member;

	json_object_foreach(doc, name, member) {
		if (json_is_string(member) && strcmp(json_string_value(member), from) == 0)
			json_string_set(member, to);
		for (size_t i = 0; i < json_array_size(member); i++)
			if (json_is_string(json_array_get(member, i)) &&
			    strcmp(json_string_value(json_array_get(member, i)), from) == 0)
				json_array_set_new(member, i, json_string(to));
	}
}

/* Addresses get the ids that they had, or those that they have in every database. */
static void settle_address_ids(struct op *op, const struct fixture_entry *entry,
                               const json_t *written, json_t *doc)
{
	json_t *addresses = json_object_get(doc, "addresses");

	for (size_t i = 0; i < json_array_size(addresses); i++) {
		json_t *address = json_array_get(addresses, i);
		const char *id = address_id(op, entry, written, i);

		replace_text(doc, doc_text(address, "id"), id);
		doc_put(address, "id", json_string(id));
	}
}

static bool store_customer(struct op *op, struct resource *customer, const char *hash,
                           const char *bearer)
{
	return resource_save_silently(op, customer) &&
	       (!hash || credential_insert(op, customer->id, hash)) &&
	       (!bearer || pin_token(op, bearer, &(struct caller){ .customer_id = customer->id }));
}

static bool load_customer(struct op *op, const struct fixture_entry *entry)
{
	struct customer_draft draft = { 0 };
	const json_t *written = keep(op, json_deep_copy(json_object_get(entry->draft, "addresses")));
	const char *bearer, *hash = NULL;

	if (!take_password(op, entry->draft, &hash) ||
	    !take_text(op, entry->draft, "bearer", &bearer) ||
	    !shape_decode(op, &CUSTOMER_DRAFT_SHAPE, entry->draft, NULL, &draft))
		return false;
	draft.password = "-"; /* it was looked at, and its hash is all that counts */
	draft.password_hash = hash;
	struct resource *customer = customer_start(op, &draft, entry->id);

	if (!customer)
		return false;
	settle_address_ids(op, entry, written, customer->doc);
	return store_customer(op, customer, hash, bearer);
}

/* Products */

/* The type of a product that names none, made when it is first wanted. */
static bool ensure_plain_type(struct op *op)
{
	static const char KEY[] = "plain";
	struct resource *type;

	if (!resource_find_by(op, &PRODUCT_TYPE_KIND, "key", KEY, &type))
		return false;
	if (type)
		return true;
	const json_t *draft =
		keep(op, json_pack("{s:s, s:s, s:s}", "key", KEY, "name", "Plain", "description",
	                       "Products without attributes"));

	type = kind_start(op, &PRODUCT_TYPE_KIND, draft, fixture_id(op, PRODUCT_TYPE_KIND.name, KEY));
	return type && resource_save_silently(op, type);
}

/* A product of a fixture is published unless it says otherwise: who writes one wants to see it. */
static bool load_product(struct op *op, const struct fixture_entry *entry)
{
	if (!doc_has(entry->draft, "publish"))
		doc_put(entry->draft, "publish", json_true());
	if (!doc_has(entry->draft, "productType")) {
		if (!ensure_plain_type(op))
			return false;
		doc_put(entry->draft, "productType",
		        json_pack("{s:s, s:s}", "typeId", "product-type", "key", "plain"));
	}
	const json_t *stock = fixture_take_stock(op, entry->draft);

	return stock && fixture_load_kind(op, entry) && fixture_load_stock(op, stock);
}

/* Discount codes */

struct short_discount {
	int64_t permyriad;
};

static const struct shape_field SHORT_DISCOUNT_FIELDS[] = {
	{ "relativePermyriad", FIELD_LONG, REQUIRED, offsetof(struct short_discount, permyriad) },
};
static const struct shape SHORT_DISCOUNT = { sizeof(struct short_discount), 1, SHORT_DISCOUNT_FIELDS };

/* Each cart discount has a rank of its own; those made here come behind any that a person ranks. */
static const char *next_rank(struct op *op)
{
	int64_t count;

	if (!resource_count(op, &CART_DISCOUNT_KIND, NULL, NULL, &count))
		return NULL;
	return arena_printf(op->arena, "0.00001%05lld1", (long long)(count + 1));
}

/* Makes the discount of `"cartDiscount": {"relativePermyriad": 1000}`: on every line item. */
static struct resource *short_discount(struct op *op, const struct fixture_entry *entry,
                                       const struct short_discount *discount)
{
	const char *rank = next_rank(op);

	if (!rank)
		return NULL;
	const json_t *draft = keep(
		op, json_pack("{s:{s:s}, s:{s:s, s:I}, s:s, s:{s:s, s:s}, s:s, s:b, s:b}",
	                  "name", "en", entry->name,
	                  "value", "type", "relative", "permyriad", (json_int_t)discount->permyriad,
	                  "cartPredicate", "1=1",
	                  "target", "type", "lineItems", "predicate", "1=1",
	                  "sortOrder", rank, "isActive", 1, "requiresDiscountCode", 1));

	return kind_start(op, &CART_DISCOUNT_KIND, draft,
	                  fixture_id(op, CART_DISCOUNT_KIND.name, entry->name));
}

static bool load_discount_code(struct op *op, const struct fixture_entry *entry)
{
	static const char NAME[] = "cartDiscount";
	const json_t *value = json_object_get(entry->draft, NAME);
	struct short_discount decoded = { 0 };

	if (!value)
		return fixture_load_kind(op, entry);
	if (!shape_decode(op, &SHORT_DISCOUNT, value, &(struct json_path){ NULL, NAME, 0 }, &decoded))
		return false;
	if (decoded.permyriad < 0 || decoded.permyriad > PERMYRIAD_OF_ALL)
		return fail_invalid_field(op, "relativePermyriad",
		                          json_object_get(value, "relativePermyriad"), NULL);
	struct resource *discount = short_discount(op, entry, &decoded);

	if (!discount || !resource_save_silently(op, discount))
		return false;
	json_object_del(entry->draft, NAME);
	doc_put(entry->draft, "cartDiscounts",
	        json_pack("[{s:s, s:s}]", "typeId", "cart-discount", "id", discount->id));
	return fixture_load_kind(op, entry);
}

/* All of them */

static const struct shape_field PROJECT_FIELDS[] = {
	{ "key",           FIELD_TEXT,  OPTIONAL },
	{ "name",          FIELD_TEXT,  OPTIONAL },
	{ "countries",     FIELD_TEXTS, OPTIONAL },
	{ "currencies",    FIELD_TEXTS, OPTIONAL },
	{ "languages",     FIELD_TEXTS, OPTIONAL },
	{ "messages",      FIELD_MAP,   OPTIONAL },
	{ "carts",         FIELD_MAP,   OPTIONAL },
	{ "shoppingLists", FIELD_MAP,   OPTIONAL },
	{ "inventory",     FIELD_MAP,   OPTIONAL },
};
const struct shape FIXTURE_PROJECT = { 0, 9, PROJECT_FIELDS };

#define OF(NAME) &NAME##_KIND, &NAME##_DRAFT
const struct fixture_section FIXTURE_SECTIONS[] = {
	/* name                kind and shape of drafts               load               convert */
	{ "clients",           NULL, &CLIENT,                         load_client },
	{ "types",             OF(TYPE) },
	{ "channels",          OF(CHANNEL) },
	{ "stores",            OF(STORE) },
	{ "customerGroups",    OF(CUSTOMER_GROUP),                    NULL,              fixture_convert_customer_group },
	{ "taxCategories",     OF(TAX_CATEGORY) },
	{ "zones",             OF(ZONE) },
	{ "productTypes",      OF(PRODUCT_TYPE) },
	{ "categories",        OF(CATEGORY) },
	{ "customers",         &CUSTOMER_KIND, &CUSTOMER_DRAFT_SHAPE, load_customer,     fixture_convert_customer },
	{ "productDiscounts",  OF(PRODUCT_DISCOUNT) },
	{ "inventoryEntries",  OF(INVENTORY_ENTRY) },
	{ "payments",          OF(PAYMENT) },
	{ "products",          OF(PRODUCT),                           load_product,      fixture_convert_product },
	{ "standalonePrices",  OF(STANDALONE_PRICE) },
	{ "shippingMethods",   OF(SHIPPING_METHOD) },
	{ "cartDiscounts",     OF(CART_DISCOUNT) },
	{ "discountCodes",     OF(DISCOUNT_CODE),                     load_discount_code },
	{ "carts",             OF(CART),                              fixture_load_cart, fixture_convert_cart },
	{ "orders",            &ORDER_KIND, &CART_DRAFT,              fixture_load_order },
	{ "shoppingLists",     OF(SHOPPING_LIST),                     fixture_load_shopping_list },
	{ "anonymousSessions", NULL, &SESSION,                        load_session },
};
#undef OF

const size_t FIXTURE_SECTION_COUNT = sizeof FIXTURE_SECTIONS / sizeof *FIXTURE_SECTIONS;

bool fixture_entry_load(struct op *op, const struct fixture_entry *entry)
{
	if (entry->is_export && entry->section->convert)
		entry->section->convert(op, entry->draft);
	return entry->section->load ? entry->section->load(op, entry) : fixture_load_kind(op, entry);
}
