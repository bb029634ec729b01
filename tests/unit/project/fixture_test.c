/* What fixtures are made into, and what is said of their mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth/password.h"
#include "auth/pinned_token.h"
#include "auth/token.h"
#include "base/random.h"
#include "base/text_file.h"
#include "catalog/category.h"
#include "customer/credential.h"
#include "customer/customer.h"
#include "customer/customer_group.h"
#include "db/db.h"
#include "document/doc.h"
#include "project/fixture.h"
#include "resource/load.h"
#include "resource/project_settings.h"
#include "../../support/test_domain.h"

enum { MAX_FILES = 4 };

static int setup(void **state)
{
	*state = test_kinds_create();
	return 0;
}

/* Loads up to four documents into the project of the op; NULL ends them. */
static bool load(struct op *op, const char *const *texts, struct fixture_mistake **ret_mistakes)
{
	static const char *const NAMES[MAX_FILES] = { "a.json", "b.json", "c.json", "d.json" };
	struct text_file files[MAX_FILES];
	struct fixture_set set = { .files = files };

	for (; set.count < MAX_FILES && texts[set.count]; set.count++)
		files[set.count] = (struct text_file){ NAMES[set.count], texts[set.count],
			                                   strlen(texts[set.count]) };
	return fixture_load(op, &set, ret_mistakes);
}

static void must_load(struct op *op, const char *text)
{
	struct fixture_mistake *mistakes;

	if (!load(op, (const char *const[]){ text, NULL }, &mistakes))
		fail_msg("%s: %s", mistakes ? mistakes->pointer : "", op->errors.reason);
}

static json_t *find(struct op *op, const struct resource_kind *kind, const char *key)
{
	const struct resource *resource = resource_get_by_key(op, kind, key);

	assert_non_null(resource);
	return resource->doc;
}

/* Loads a document that has exactly this mistake. */
static void expect_mistake(struct op *op, const char *text, const char *pointer,
                           const char *expected, const char *found)
{
	struct fixture_mistake *mistakes;

	assert_false(load(op, (const char *const[]){ text, NULL }, &mistakes));
	assert_non_null(mistakes);
	assert_string_equal(mistakes->file, "a.json");
	assert_string_equal(mistakes->pointer, pointer);
	assert_non_null(strstr(mistakes->expected, expected));
	if (found)
		assert_string_equal(mistakes->found, found);
	assert_null(mistakes->next);
}

static void the_order_of_sections_and_of_documents_does_not_matter(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;

	must_load(
		op,
		"{\"customers\": [{\"key\": \"eve\", \"email\": \"eve@example.org\", \"password\": \"pw\","
		"  \"stores\": [\"paris\"], \"customerGroup\": \"vips\"}],"
		" \"categories\": ["
		"  {\"key\": \"cc\", \"name\": {\"en\": \"C\"}, \"slug\": {\"en\": \"c1\"}, \"parent\": \"bb\"},"
		"  {\"key\": \"bb\", \"name\": {\"en\": \"B\"}, \"slug\": {\"en\": \"b1\"}, \"parent\": \"aa\"},"
		"  {\"key\": \"aa\", \"name\": {\"en\": \"A\"}, \"slug\": {\"en\": \"a1\"}}],"
		" \"customerGroups\": [{\"key\": \"vips\", \"groupName\": \"VIPs\"}],"
		" \"stores\": [{\"key\": \"paris\"}]}");
	assert_int_equal(json_array_size(json_object_get(find(op, &CATEGORY_KIND, "cc"), "ancestors")),
	                 2);
	const json_t *eve = find(op, &CUSTOMER_KIND, "eve");
	const json_t *group = find(op, &CUSTOMER_GROUP_KIND, "vips");

	assert_string_equal(doc_text(json_object_get(eve, "customerGroup"), "id"),
	                    doc_text(group, "id"));
	assert_string_equal(doc_text(json_array_get(json_object_get(eve, "stores"), 0), "key"),
	                    "paris");
}

static void ids_come_from_project_kind_and_key_unless_they_are_given(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	char expected[UUID_TEXT_BYTES];

	must_load(op, "{\"stores\": [{\"key\": \"paris\"},"
	              "  {\"key\": \"rome\", \"id\": \"11111111-1111-4111-8111-111111111111\"}]}");
	uuid_of_name("demo/store/paris", expected);
	assert_string_equal(doc_text(find(op, &STORE_KIND, "paris"), "id"), expected);
	assert_string_equal(doc_text(find(op, &STORE_KIND, "rome"), "id"),
	                    "11111111-1111-4111-8111-111111111111");
}

static void documents_are_for_the_project_that_they_name_or_for_any(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	const char *const texts[] = { "{\"stores\": [{\"key\": \"any\"}]}",
		                          "{\"project\": {\"key\": \"demo\", \"currencies\": [\"CHF\"]},"
		                          " \"stores\": [{\"key\": \"ours\"}]}",
		"{\"project\": {\"key\": \"other\"}, \"stores\": [{\"key\": \"theirs\"}]}", NULL
	};
	struct resource *theirs;

	assert_true(load(op, texts, NULL));
	(void)find(op, &STORE_KIND, "any"); /* must be there */
	(void)find(op, &STORE_KIND, "ours");
	assert_true(resource_find_by(op, &STORE_KIND, "key", "theirs", &theirs));
	assert_null(theirs);
	const json_t *project = resource_get(op, &PROJECT_KIND, "demo")->doc;

	assert_string_equal(json_string_value(
							json_array_get(json_object_get(project, "currencies"), 0)),
	                    "CHF");
	assert_true(json_array_size(json_object_get(project, "languages")) > 0);
}

static const char *verified_hash(struct op *op, const char *email, const char *password)
{
	struct verified verified;
	const json_t *customer;

	assert_true(customer_find_by_email(op, email, &customer));
	assert_true(credential_verify(op, doc_text(customer, "id"), password, &verified));
	return verified.password_hash;
}

static void passwords_are_hashed_and_hashes_are_taken(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	const char *hash = password_hash(op, "ben-pw");
	const char *text = arena_printf(
		op->arena,
		"{\"customers\": [{\"key\": \"ann\", \"email\": \"ann@example.org\", \"password\": \"ann-pw\"},"
		"  {\"key\": \"ben\", \"email\": \"ben@example.org\", \"passwordHash\": \"%s\"},"
		"  {\"key\": \"cat\", \"email\": \"cat@example.org\", \"password\": \"%s\"}]}",
		hash, hash);

	must_load(op, text);
	assert_string_not_equal(verified_hash(op, "ann@example.org", "ann-pw"), "ann-pw");
	assert_string_equal(verified_hash(op, "ben@example.org", "ben-pw"), hash);
	assert_string_equal(verified_hash(op, "cat@example.org", "ben-pw"), hash);
	assert_null(verified_hash(op, "cat@example.org", hash));
}

static void a_bearer_is_a_token_that_never_expires(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;

	must_load(op, "{\"customers\": [{\"key\": \"eve\", \"email\": \"eve@example.org\","
	              "  \"password\": \"pw\", \"bearer\": \"eve-token\"}],"
	              " \"anonymousSessions\": [{\"anonymousId\": \"guest-1\", \"bearer\": \"guest\"}]}");
	op = test_op_again(test, TEST_START_MS + INT64_C(100) * 365 * 86400 * 1000);
	const struct caller *eve = token_caller(op, "eve-token");
	const struct caller *guest = token_caller(op, "guest");

	assert_non_null(eve);
	assert_string_equal(eve->customer_id, doc_text(find(op, &CUSTOMER_KIND, "eve"), "id"));
	assert_null(eve->anonymous_id);
	assert_non_null(guest);
	assert_string_equal(guest->anonymous_id, "guest-1");
	assert_null(token_caller(op, "nobody"));
	assert_string_equal(test_take_error(op), "invalid_token");
	op->project = "other";
	assert_null(token_caller(op, "eve-token"));
}

static void relative_times_count_from_when_they_are_loaded(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;

	must_load(op,
	          "{\"stores\": [{\"key\": \"paris\", \"name\": {\"en\": \"+P30D\", \"de\": \"-PT2H\","
	              "  \"fr\": \"+P\"}}]}");
	const json_t *name = json_object_get(find(op, &STORE_KIND, "paris"), "name");

	assert_string_equal(doc_text(name, "en"), "2023-12-14T22:13:20.000Z");
	assert_string_equal(doc_text(name, "de"), "2023-11-14T20:13:20.000Z");
	assert_string_equal(doc_text(name, "fr"), "+P");
}

static void exported_resources_load_as_drafts_do(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;

	must_load(
		op,
		"{\"customerGroups\": [{\"id\": \"22222222-2222-4222-8222-222222222222\", \"version\": 3,"
		"  \"createdAt\": \"2020-01-01T00:00:00.000Z\", \"name\": \"VIPs\", \"key\": \"vips\"}],"
		" \"customers\": [{\"id\": \"33333333-3333-4333-8333-333333333333\", \"version\": 7,"
		"  \"createdAt\": \"2020-01-01T00:00:00.000Z\", \"lastModifiedBy\": {\"isPlatformClient\": false},"
		"  \"key\": \"eve\", \"email\": \"eve@example.org\", \"password\": \"****abc=\","
		"  \"customerGroup\": {\"typeId\": \"customer-group\","
		"    \"id\": \"22222222-2222-4222-8222-222222222222\"},"
		"  \"addresses\": [{\"id\": \"aaaaaaaa\", \"country\": \"DE\"}, {\"id\": \"bbbbbbbb\", \"country\": \"FR\"}],"
		"  \"defaultBillingAddressId\": \"bbbbbbbb\", \"shippingAddressIds\": [\"aaaaaaaa\"],"
		"  \"billingAddressIds\": [\"bbbbbbbb\"], \"stores\": [], \"isEmailVerified\": true}]}");
	const json_t *eve = find(op, &CUSTOMER_KIND, "eve");

	assert_string_equal(doc_text(find(op, &CUSTOMER_GROUP_KIND, "vips"), "name"), "VIPs");
	assert_string_equal(doc_text(eve, "id"), "33333333-3333-4333-8333-333333333333");
	assert_string_equal(doc_text(eve, "defaultBillingAddressId"), "bbbbbbbb");
	assert_true(doc_list_holds(eve, "shippingAddressIds", "aaaaaaaa"));
	assert_false(doc_list_holds(eve, "shippingAddressIds", "bbbbbbbb"));
	assert_int_equal(doc_int(eve, "version"), 1);
}

static void each_mistake_has_its_place(void **state)
{
	static const struct {
		const char *text, *pointer, *expected, *found;
	} ROWS[] = {
		{ "[]", "", "expected an object", NULL },
		{ "{", "", "line 1", NULL },
		{ "{\"standin\": 2}", "/standin", "expected 1", "2" },
		{ "{\"custmers\": []}", "/custmers", "did you mean customers", NULL },
		{ "{\"stores\": {}}", "/stores", "expected an array", "an object" },
		{ "{\"stores\": [7]}", "/stores/0", "expected an object", "7" },
		{ "{\"stores\": [{}]}", "/stores/0/key", "expected a value", "nothing" },
		{ "{\"stores\": [{\"key\": \"paris\", \"nam\": 1}]}", "/stores/0/nam", "did you mean name", NULL },
		{ "{\"clients\": [{\"clientId\": \"c\", \"clientSecret\": \"s\", \"scopes\": [\"a\", 7]}]}",
		  "/clients/0/scopes/1", "expected a text", "7" },
		{ "{\"stores\": [{\"key\": \"paris\"}, {\"key\": \"paris\"}]}", "/stores/1/key", "", NULL },
		{ "{\"stores\": [{\"key\": \"paris\", \"id\": \"1\"}]}", "/stores/0/id", "expected a UUID", "\"1\"" },
		{ "{\"project\": {\"currencies\": [\"EUR\", \"EURO\"]}}", "/project/currencies/1",
		  "expected a code", "\"EURO\"" },
		{ "{\"customers\": [{\"email\": \"a@b.c\"}]}", "/customers/0/password", "expected a value", "nothing" },
		{ "{\"customers\": [{\"email\": \"a@b.c\", \"password\": \"pw\", \"stores\": [\"rome\"]}]}",
		  "/customers/0/stores/0", "a store that exists", "\"rome\"" },
		{ "{\"customers\": [{\"email\": \"a@b.c\", \"password\": \"pw\"},"
		  "{\"email\": \"A@B.C\", \"password\": \"pw\"}]}",
		  "/customers/1/email", "already", "\"A@B.C\"" },
		{ "{\"customers\": [{\"email\": \"a@b.c\", \"passwordHash\": \"secret\"}]}",
		  "/customers/0/passwordHash", "Argon2", "a secret" },
		{ "{\"customers\": [{\"email\": \"a@b.c\", \"password\": \"pw\","
		  "  \"addresses\": [{\"country\": \"DE\"}, {\"country\": \"DE\", \"city/~\": 1}]}]}",
		  "/customers/0/addresses/1/city~1~0", "Unknown member", NULL },
		{ "{\"clients\": [{\"clientId\": \"c\", \"clientSecret\": 1, \"scopes\": []}]}",
		  "/clients/0/clientSecret", "expected a text", "1" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct test_op *test = test_kinds_create();

		expect_mistake(&test->op, ROWS[i].text, ROWS[i].pointer, ROWS[i].expected, ROWS[i].found);
		test_op_destroy(test);
	}
	(void)state;
}

static void all_mistakes_are_told_but_none_that_only_follows(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct fixture_mistake *mistakes;
	const char *const texts[] = {
		"{\"stores\": [{\"key\": \"paris\", \"nam\": {}}, {\"key\": \"!\"}]}",
		"{\"customers\": [{\"email\": \"a@b.c\", \"password\": \"pw\", \"stores\": [\"paris\"]}]}",
		NULL
	};

	assert_false(load(op, texts, &mistakes));
	assert_string_equal(mistakes->pointer, "/stores/0/nam");
	assert_string_equal(mistakes->next->pointer, "/stores/1/key");
	assert_null(mistakes->next->next);
	assert_true(op_failed(op));
}

static void what_waits_for_each_other_is_told(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct fixture_mistake *mistakes;
	const char *const texts[] = {
		"{\"categories\": ["
		"  {\"key\": \"aa\", \"name\": {\"en\": \"A\"}, \"slug\": {\"en\": \"a1\"}, \"parent\": \"bb\"},"
		"  {\"key\": \"bb\", \"name\": {\"en\": \"B\"}, \"slug\": {\"en\": \"b1\"}, \"parent\": \"aa\"}]}",
		NULL
	};

	assert_false(load(op, texts, &mistakes));
	assert_string_equal(mistakes->pointer, "/categories/0/parent");
	assert_string_equal(mistakes->next->pointer, "/categories/1/parent");
}

static void projects_that_are_named_are_listed_once(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	static const char TEXT[] = "{\"project\": {\"key\": \"shop\"}}";
	const struct text_file files[] = { { "a.json", TEXT, sizeof TEXT - 1 },
		                               { "b.json", TEXT, sizeof TEXT - 1 },
		                               { "c.json", "{", 1 } };
	const struct fixture_set set = { files, 3 };

	assert_string_equal(json_text(op, fixture_projects(op, &set)), "[\"shop\"]");
}

static void the_built_in_shop_has_no_mistake(void **state)
{
	struct test_op *test = *state;

	test->env.seed = NULL;
	assert_true(project_ensure(&test->op));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_order_of_sections_and_of_documents_does_not_matter),
		TEST(ids_come_from_project_kind_and_key_unless_they_are_given),
		TEST(documents_are_for_the_project_that_they_name_or_for_any),
		TEST(passwords_are_hashed_and_hashes_are_taken),
		TEST(a_bearer_is_a_token_that_never_expires),
		TEST(relative_times_count_from_when_they_are_loaded),
		TEST(exported_resources_load_as_drafts_do),
		cmocka_unit_test(each_mistake_has_its_place),
		TEST(all_mistakes_are_told_but_none_that_only_follows),
		TEST(what_waits_for_each_other_is_told),
		TEST(projects_that_are_named_are_listed_once),
		TEST(the_built_in_shop_has_no_mistake),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
