#include "domain/seed.h"

#include <string.h>

#include "base/arena.h"
#include "base/doc.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "domain/api_client.h"
#include "domain/credential.h"
#include "domain/customer.h"
#include "domain/decimal.h"
#include "domain/kind.h"
#include "domain/password.h"
#include "domain/project.h"
#include "domain/store.h"

const char DEMO_PROJECT[] = "demo";

struct client_seed {
	const char *id;
	const char *secret;
	const char *name;
	const char *scope;
};

struct store_seed {
	const char *key;
	const char *name;
};

/* Passwords are public. Their hashes at the standard cost are kept here, because a server that
 * hashes two passwords before it is ready is not ready at once. */
struct customer_seed {
	const char *key;
	const char *email;
	const char *password;
	const char *standard_hash;
	const char *first_name;
	const char *last_name;
	const char *street_name;
	const char *postal_code;
	const char *city;
	const char *country;
};

/* clang-format off */
static const struct client_seed CLIENTS[] = {
	{ "storefront", "storefront-secret", "Storefront",
	  "manage_my_profile:demo manage_my_orders:demo manage_my_shopping_lists:demo manage_my_payments:demo "
	  "view_published_products:demo create_anonymous_token:demo" },
	{ "backend", "backend-secret", "Backend", "manage_project:demo introspect_oauth_tokens:demo manage_api_clients:demo" },
};

static const struct store_seed STORES[] = {
	{ "berlin", "Berlin" },
	{ "oslo",   "Oslo" },
};

static const struct customer_seed CUSTOMERS[] = {
	{ "alice", "alice@example.com", "alice-pw",
	  "$argon2id$v=19$m=19456,t=2,p=1$a45YtqhP0UUiSRpE47j4yg$TsEQYmtaPkMDgtMPfY4eiziZuNWBm9qUGQPGUkyPQEI",
	  "Alice", "Andersson", "Hauptstrasse", "10115", "Berlin", "DE" },
	{ "bob", "bob@example.com", "bob-pw",
	  "$argon2id$v=19$m=19456,t=2,p=1$LLc4+MoE0GcWw8xYrPt/hg$yEx+koU+KoZzlr8lzYinO7Ez1tgF0d9AV0DkndtoW1Q",
	  "Bob", "Baker", "Main Street", "62701", "Springfield", "US" },
};
/* clang-format on */

/* The same id for the same thing in every database: from project, kind and key. */
static const char *stable_id(struct op *op, const char *kind, const char *key)
{
	char *id = arena_alloc(op->arena, UUID_TEXT_BYTES);

	uuid_of_name(arena_printf(op->arena, "%s/%s/%s", op->project, kind, key), id);
	return id;
}

static json_t *search_indexing(void)
{
	static const char *const NAMES[] = { "products", "productsSearch", "orders", "customers",
		                                 "businessUnits" };
	json_t *indexing = json_object();

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		doc_put(indexing, NAMES[i], json_pack("{s:s}", "status", "Deactivated"));
	return indexing;
}

json_t *seed_settings(struct op *op)
{
	json_t *doc = keep(op, json_object());

	doc_put(doc, "countries", json_pack("[s, s]", "DE", "US"));
	doc_put(doc, "currencies", json_pack("[s, s]", "EUR", "USD"));
	doc_put(doc, "languages", json_pack("[s, s]", "en", "de"));
	doc_put(doc, "messages", json_pack("{s:b, s:i}", "enabled", 1, "deleteDaysAfterCreation", 15));
	doc_put(doc, "carts",
	        json_pack("{s:i, s:b, s:s, s:s}", "deleteDaysAfterLastModification", 90,
	                  "countryTaxRateFallbackEnabled", 0, "priceRoundingMode", ROUNDING_MODES[0],
	                  "taxRoundingMode", ROUNDING_MODES[0]));
	doc_put(doc, "shoppingLists", json_pack("{s:i}", "deleteDaysAfterLastModification", 360));
	doc_put(doc, "searchIndexing", search_indexing());
	doc_put(doc, "businessUnits",
	        json_pack("{s:s}", "myBusinessUnitStatusOnCreation", "Inactive"));
	doc_put(doc, "inventory", json_pack("{s:b}", "releaseExpiredReservations", 0));
	doc_put(doc, "discounts", json_pack("{s:s}", "discountCombinationMode", "Stacking"));
	return doc;
}

static bool seed_document(struct op *op)
{
	struct resource *project = resource_start(op, &PROJECT_KIND, op->project);
	json_t *doc = project->doc;

	json_object_del(doc, "id");
	doc_put(doc, "key", json_string(op->project));
	doc_put(doc, "name", json_string(op->project));
	json_object_update(doc, seed_settings(op));
	return resource_save_silently(op, project);
}

static bool seed_clients(struct op *op)
{
	if (strcmp(op->project, DEMO_PROJECT) != 0)
		return true;
	for (const struct client_seed *seed = CLIENTS;
	     seed < CLIENTS + sizeof CLIENTS / sizeof *CLIENTS; seed++) {
		const json_t *draft =
			keep(op, json_pack("{s:s, s:s}", "name", seed->name, "scope", seed->scope));

		if (!api_client_declare(op, draft, seed->id, seed->secret))
			return false;
	}
	return true;
}

static bool seed_store(struct op *op, const struct store_seed *seed)
{
	const json_t *draft =
		keep(op, json_pack("{s:s, s:{s:s}}", "key", seed->key, "name", "en", seed->name));
	struct resource *store =
		kind_start(op, &STORE_KIND, draft, stable_id(op, STORE_KIND.name, seed->key));

	return store && resource_save_silently(op, store);
}

static void describe_customer(struct op *op, json_t *doc, const struct customer_seed *seed,
                              const char *hash)
{
	const char *address_id = arena_strndup(op->arena, stable_id(op, "address", seed->key), 8);

	doc_put(doc, "key", json_string(seed->key));
	doc_put(doc, "email", json_string(seed->email));
	doc_put(doc, "firstName", json_string(seed->first_name));
	doc_put(doc, "lastName", json_string(seed->last_name));
	doc_put(doc, "password", json_string(password_mask(op, hash)));
	doc_put(doc, "addresses",
	        json_pack("[{s:s, s:s, s:s, s:s, s:s, s:s}]", "id", address_id, "key", "home",
	                  "streetName", seed->street_name, "postalCode", seed->postal_code, "city",
	                  seed->city, "country", seed->country));
	doc_put(doc, "defaultShippingAddressId", json_string(address_id));
	doc_put(doc, "shippingAddressIds", json_pack("[s]", address_id));
	doc_put(doc, "billingAddressIds", json_array());
	doc_put(doc, "isEmailVerified", json_true());
	doc_put(doc, "customerGroupAssignments", json_array());
	doc_put(doc, "stores", json_array());
	doc_put(doc, "authenticationMode", json_string("Password"));
}

static bool seed_customer(struct op *op, const struct customer_seed *seed)
{
	struct resource *customer =
		resource_start(op, &CUSTOMER_KIND, stable_id(op, CUSTOMER_KIND.name, seed->key));
	bool is_standard = op->env->password_cost == PASSWORD_COST_STANDARD;
	const char *hash = is_standard ? seed->standard_hash : password_hash(op, seed->password);

	if (!hash)
		return false;
	describe_customer(op, customer->doc, seed, hash);
	return resource_save_silently(op, customer) && credential_insert(op, customer->id, hash);
}

bool seed_project(struct op *op)
{
	if (!seed_document(op) || !seed_clients(op))
		return false;
	for (size_t i = 0; i < sizeof STORES / sizeof *STORES; i++)
		if (!seed_store(op, &STORES[i]))
			return false;
	for (size_t i = 0; i < sizeof CUSTOMERS / sizeof *CUSTOMERS; i++)
		if (!seed_customer(op, &CUSTOMERS[i]))
			return false;
	return true;
}
