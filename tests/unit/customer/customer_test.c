#include "customer/customer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "customer/customer_actions.h"
#include "customer/customer_draft.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "kind/update.h"
#include "resource/load.h"
#include "resource/save.h"
#include "../../support/test_domain.h"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* Applies actions to a customer, as a trusted client may, and loads it anew, whatever came of it. */
static bool update(struct op *op, struct resource **customer, const char *actions)
{
	static const struct shape_field FIELDS[] = UPDATE_FIELDS(TRUSTED_CUSTOMER_ACTIONS);
	static const struct shape SHAPE = { sizeof(struct update_input), 2, FIELDS };
	const char *body = arena_printf(op->arena, "{\"version\":%lld,\"actions\":%s}",
	                                (long long)(*customer)->version, actions);
	bool done = resource_update(op, *customer, test_decode(op, &SHAPE, body)) &&
	            resource_save(op, *customer);

	*customer = resource_get(op, &CUSTOMER_KIND, (*customer)->id);
	assert_non_null(*customer);
	return done;
}

/* -- e-mail addresses -- */

/* Where a customer lives: globally, or in stores. */
struct place {
	const char *store;
	const char *other_store;
};

static const struct place GLOBAL = { NULL, NULL };
static const struct place BERLIN = { "berlin", NULL };
static const struct place OSLO = { "oslo", NULL };
static const struct place BOTH = { "berlin", "oslo" };

static const struct { const struct place *first, *second; bool is_free; } EMAIL_MATRIX[] = {
	{ &GLOBAL, &GLOBAL, false },
	{ &GLOBAL, &BERLIN, false },
	{ &GLOBAL, &BOTH,   false },
	{ &BERLIN, &GLOBAL, false },
	{ &BERLIN, &BERLIN, false },
	{ &BERLIN, &OSLO,   true },
	{ &BERLIN, &BOTH,   false },
	{ &BOTH,   &GLOBAL, false },
	{ &BOTH,   &OSLO,   false },
	{ &BOTH,   &BOTH,   false },
};

enum { EMAIL_ROWS = sizeof EMAIL_MATRIX / sizeof *EMAIL_MATRIX };

static void assert_duplicate(struct op *op, const char *email)
{
	const json_t *extra = op->errors.items[0].extra;

	assert_string_equal(doc_text(extra, "field"), "email");
	assert_string_equal(doc_text(extra, "duplicateValue"), email);
	assert_string_equal(test_error_message(op),
	                    "There is already an existing customer with the provided email.");
	assert_string_equal(test_take_error(op), "DuplicateField");
}

static void an_email_is_taken_globally_and_in_each_store(void **state)
{
	struct op *op = op_of(state);

	for (int i = 0; i < EMAIL_ROWS; i++) {
		const struct place *first = EMAIL_MATRIX[i].first, *second = EMAIL_MATRIX[i].second;
		const char *email = arena_printf(op->arena, "row%d@example.org", i);
		const char *spelled = arena_printf(op->arena, "ROW%d@Example.org", i);

		assert_non_null(test_customer(op, email, first->store, first->other_store));
		if (!test_customer(op, spelled, second->store, second->other_store) ==
		    EMAIL_MATRIX[i].is_free)
			fail_msg("row %d", i);
		if (!EMAIL_MATRIX[i].is_free)
			assert_duplicate(op, spelled);
	}
}

static void changing_an_email_obeys_the_same_matrix(void **state)
{
	struct op *op = op_of(state);

	for (int i = 0; i < EMAIL_ROWS; i++) {
		const struct place *first = EMAIL_MATRIX[i].first, *second = EMAIL_MATRIX[i].second;
		const char *email = arena_printf(op->arena, "Row%d@example.org", i);
		struct resource *changing = test_customer(op, arena_printf(op->arena, "other%d@x", i),
		                                          second->store, second->other_store);

		assert_non_null(test_customer(op, email, first->store, first->other_store));
		const char *actions =
			arena_printf(op->arena,
		                 "[{\"action\":\"changeEmail\",\"email\":\"row%d@EXAMPLE.org\"}]", i);

		assert_int_equal(update(op, &changing, actions), EMAIL_MATRIX[i].is_free);
		assert_string_equal(test_take_error(op), EMAIL_MATRIX[i].is_free ? "" : "DuplicateField");
	}
}

static void joining_a_store_is_refused_if_the_email_is_taken_there(void **state)
{
	struct op *op = op_of(state);
	struct resource *customer = test_customer(op, "Ann@x", "oslo", NULL);

	assert_non_null(test_customer(op, "ann@x", "berlin", NULL));
	assert_false(
		update(op, &customer, "[{\"action\":\"addStore\",\"store\":{\"key\":\"berlin\"}}]"));
	assert_duplicate(op, "Ann@x");
	assert_false(update(op, &customer, "[{\"action\":\"setStores\",\"stores\":[]}]"));
	assert_duplicate(op, "Ann@x");
	assert_false(
		update(op, &customer, "[{\"action\":\"removeStore\",\"store\":{\"key\":\"oslo\"}}]"));
	assert_duplicate(op, "Ann@x");
	assert_true(
		update(op, &customer, "[{\"action\":\"setStores\",\"stores\":[{\"key\":\"oslo\"}]}]"));
}

static void one_may_keep_or_respell_ones_own_email(void **state)
{
	struct op *op = op_of(state);
	struct resource *customer = test_customer(op, "ann@x", NULL, NULL);

	assert_true(update(op, &customer, "[{\"action\":\"changeEmail\",\"email\":\"ann@x\"}]"));
	assert_int_equal(customer->version, 1);
	assert_true(update(op, &customer, "[{\"action\":\"changeEmail\",\"email\":\"ANN@x\"}]"));
	assert_int_equal(customer->version, 2);
	assert_string_equal(doc_text(customer->doc, "email"), "ANN@x");
}

static void an_email_is_free_again_when_its_customer_changed_or_went(void **state)
{
	struct op *op = op_of(state);
	struct resource *customer = test_customer(op, "ann@x", NULL, NULL);

	assert_true(update(op, &customer, "[{\"action\":\"changeEmail\",\"email\":\"other@x\"}]"));
	struct resource *second = test_customer(op, "ann@x", NULL, NULL);

	assert_non_null(second);
	assert_true(kind_delete(op, second));
	assert_non_null(test_customer(op, "ann@x", NULL, NULL));
}

static void projects_share_no_emails(void **state)
{
	struct op *op = op_of(state);

	assert_non_null(test_customer(op, "ann@x", NULL, NULL));
	op->project = "elsewhere";
	assert_true(project_ensure(op));
	assert_non_null(test_customer(op, "ann@x", NULL, NULL));
}

static void the_case_of_other_alphabets_is_folded_too(void **state)
{
	struct op *op = op_of(state);

	assert_non_null(test_customer(op, "j\xc3\xb6rg@x", NULL, NULL));
	assert_null(test_customer(op, "J\xc3\x96RG@x", NULL, NULL));
	assert_duplicate(op, "J\xc3\x96RG@x");
}

static void a_customer_is_found_by_email_where_it_may_sign_in(void **state)
{
	struct op *op = op_of(state);
	const struct resource *in_berlin = test_customer(op, "ann@x", "berlin", NULL);
	const struct resource *in_oslo = test_customer(op, "ann@x", "oslo", NULL);
	const struct resource *global = test_customer(op, "bea@x", NULL, NULL);
	struct resource *found;
	const json_t *seen;

	assert_true(customer_find_by_email(op, "ANN@x", &seen));
	assert_null(seen);
	assert_true(customer_find_by_any_email(op, "ANN@x", &found));
	assert_string_equal(found->id, in_berlin->id);
	op->store_key = "oslo";
	assert_true(customer_find_by_email(op, "ANN@x", &seen));
	assert_string_equal(doc_text(seen, "id"), in_oslo->id);
	assert_true(customer_find_by_email(op, "bea@x", &seen));
	assert_string_equal(doc_text(seen, "id"), global->id);
	assert_true(customer_find_by_any_email(op, "nobody@x", &found));
	assert_null(found);
}

/* -- creating -- */

static const struct customer_draft *draft_of(struct op *op, const char *body)
{
	struct customer_draft *draft = test_decode(op, &CUSTOMER_DRAFT_SHAPE, body);

	draft->password_hash = draft->password ? "hash" : NULL;
	return draft;
}

static void a_new_customer_has_every_list_and_no_null(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer =
		customer_create(op, draft_of(op, "{\"email\":\"Ann@x\",\"password\":\"p\"}"));
	static const char *const LISTS[] = { "addresses", "shippingAddressIds", "billingAddressIds",
		                                 "stores", "customerGroupAssignments" };

	for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
		assert_true(json_is_array(json_object_get(customer->doc, LISTS[i])));
	assert_string_equal(doc_text(customer->doc, "email"), "Ann@x");
	assert_string_equal(doc_text(customer->doc, "authenticationMode"), "Password");
	assert_true(json_is_false(json_object_get(customer->doc, "isEmailVerified")));
	assert_int_equal(strlen(doc_text(customer->doc, "password")), 8);
	assert_null(strstr(customer->text, "null"));
	assert_null(strstr(customer->text, "\"hash\""));
}

static void a_draft_that_breaks_a_rule_is_refused(void **state)
{
	static const struct { const char *body, *code; } ROWS[] = {
		{ "{\"email\":\"\",\"password\":\"p\"}",                                       "InvalidOperation" },
		{ "{\"email\":\"a b\",\"password\":\"p\"}",                                    "InvalidOperation" },
		{ "{\"email\":\"a@x\"}",                                                       "InvalidJsonInput" },
		{ "{\"email\":\"a@x\",\"password\":\"\"}",                                     "InvalidOperation" },
		{ "{\"email\":\"a@x\",\"password\":\"p\",\"locale\":\"fr\"}",                  "InvalidInput" },
		{ "{\"email\":\"a@x\",\"password\":\"p\",\"key\":\"a b\"}",                    "InvalidField" },
		{ "{\"email\":\"a@x\",\"password\":\"p\",\"stores\":[{\"key\":\"rome\"}]}",    "ReferencedResourceNotFound" },
		{ "{\"email\":\"a@x\",\"password\":\"p\",\"defaultShippingAddress\":0}",       "InvalidOperation" },
		{ "{\"email\":\"a@x\",\"password\":\"p\",\"billingAddresses\":[-1]}",          "InvalidOperation" },
		{ "{\"email\":\"a@x\",\"password\":\"p\",\"key\":\"alice\"}",                  "DuplicateField" },
		{ "{\"email\":\"a@x\",\"password\":\"p\",\"customerGroup\":{\"key\":\"vip\"}}", "ReferencedResourceNotFound" },
		{ "{\"email\":\"a@x\",\"password\":\"p\","
		  "\"addresses\":[{\"country\":\"DE\",\"key\":\"k1\"},{\"country\":\"DE\",\"key\":\"k1\"}]}",
		  "DuplicateField" },
	};
	struct op *op = op_of(state);

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		assert_null(customer_create(op, draft_of(op, ROWS[i].body)));
		assert_string_equal(test_take_error(op), ROWS[i].code);
	}
}

static void address_indexes_become_ids_with_the_default_first(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer = customer_create(
		op,
		draft_of(
			op,
			"{\"email\":\"a@x\",\"password\":\"p\",\"addresses\":[{\"country\":\"DE\"},{\"country\":\"US\"}],"
			"\"defaultShippingAddress\":1,\"shippingAddresses\":[0,1,0],\"billingAddresses\":[1]}"));
	const json_t *addresses = json_object_get(customer->doc, "addresses");
	const char *first = doc_text(json_array_get(addresses, 0), "id");
	const char *second = doc_text(json_array_get(addresses, 1), "id");
	const json_t *shipping = json_object_get(customer->doc, "shippingAddressIds");

	assert_int_equal(strlen(first), 8);
	assert_string_not_equal(first, second);
	assert_string_equal(doc_text(customer->doc, "defaultShippingAddressId"), second);
	assert_int_equal(json_array_size(shipping), 2);
	assert_string_equal(json_string_value(json_array_get(shipping, 0)), second);
	assert_string_equal(json_string_value(json_array_get(shipping, 1)), first);
	assert_int_equal(json_array_size(json_object_get(customer->doc, "billingAddressIds")), 1);
	assert_false(doc_has(customer->doc, "defaultBillingAddressId"));
}

static void the_store_of_the_path_is_the_default(void **state)
{
	struct op *op = op_of(state);

	op->store_key = "berlin";
	const struct resource *bound =
		customer_create(op, draft_of(op, "{\"email\":\"a@x\",\"password\":\"p\"}"));
	const struct resource *other = customer_create(
		op, draft_of(op, "{\"email\":\"b@x\",\"password\":\"p\",\"stores\":[{\"key\":\"oslo\"}]}"));

	assert_string_equal(json_text(op, json_object_get(bound->doc, "stores")),
	                    "[{\"typeId\":\"store\",\"key\":\"berlin\"}]");
	assert_string_equal(json_text(op, json_object_get(other->doc, "stores")),
	                    "[{\"typeId\":\"store\",\"key\":\"oslo\"}]");
}

static void a_customer_with_external_authentication_has_no_password(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer =
		customer_create(op,
	                    draft_of(op,
	                             "{\"email\":\"a@x\",\"authenticationMode\":\"ExternalAuth\"}"));

	assert_false(customer_has_password(customer));
	assert_string_equal(doc_text(customer->doc, "authenticationMode"), "ExternalAuth");
}

/* -- who sees whom -- */

static void a_path_of_a_store_shows_global_customers_and_its_own(void **state)
{
	struct op *op = op_of(state);
	const struct resource *global = test_customer(op, "a@x", NULL, NULL);
	const struct resource *in_berlin = test_customer(op, "b@x", "berlin", NULL);
	const struct resource *in_oslo = test_customer(op, "c@x", "oslo", NULL);
	const char *text;
	size_t bytes;

	assert_non_null(customer_get(op, in_oslo->id));
	op->store_key = "berlin";
	assert_non_null(customer_get(op, global->id));
	assert_non_null(customer_get(op, in_berlin->id));
	assert_true(customer_text(op, in_berlin->id, &text, &bytes));
	assert_null(customer_get(op, in_oslo->id));
	assert_string_equal(test_take_error(op), "ResourceNotFound");
	assert_false(customer_text(op, in_oslo->id, &text, &bytes));
	assert_string_equal(test_take_error(op), "ResourceNotFound");
}

static void a_session_leads_to_its_own_customer(void **state)
{
	struct op *op = op_of(state);
	struct resource *customer = test_customer(op, "a@x", NULL, NULL);
	const struct caller caller = {
		.project = "demo", .client_id = "c", .scope = "", .customer_id = customer->id
	};

	op->caller = &caller;
	assert_string_equal(my_customer(op)->id, customer->id);
	assert_true(kind_delete(op, customer));
	assert_null(my_customer(op));
	assert_string_equal(test_take_error(op), "ResourceNotFound");
}

static void a_new_password_changes_the_mask_and_the_version(void **state)
{
	struct op *op = op_of(state);
	struct resource *customer = test_customer(op, "a@x", NULL, NULL);
	const char *mask = arena_strdup(op->arena, doc_text(customer->doc, "password"));

	assert_true(customer_set_password(op, customer, "another hash", false));
	assert_int_equal(customer->version, 2);
	assert_string_not_equal(doc_text(customer->doc, "password"), mask);
}

static void an_email_is_verified_once(void **state)
{
	struct op *op = op_of(state);
	struct resource *customer = test_customer(op, "a@x", NULL, NULL);

	customer_verify_email(op, customer);
	assert_int_equal(customer->version, 2);
	assert_true(doc_true(customer->doc, "isEmailVerified"));
	customer_verify_email(op, customer);
	assert_int_equal(customer->version, 2);
	assert_true(resource_save(op, customer));
	assert_true(update(op, &customer, "[{\"action\":\"changeEmail\",\"email\":\"b@x\"}]"));
	assert_false(doc_true(customer->doc, "isEmailVerified"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_email_is_taken_globally_and_in_each_store),
		TEST(changing_an_email_obeys_the_same_matrix),
		TEST(joining_a_store_is_refused_if_the_email_is_taken_there),
		TEST(one_may_keep_or_respell_ones_own_email),
		TEST(an_email_is_free_again_when_its_customer_changed_or_went),
		TEST(projects_share_no_emails),
		TEST(the_case_of_other_alphabets_is_folded_too),
		TEST(a_customer_is_found_by_email_where_it_may_sign_in),
		TEST(a_new_customer_has_every_list_and_no_null),
		TEST(a_draft_that_breaks_a_rule_is_refused),
		TEST(address_indexes_become_ids_with_the_default_first),
		TEST(the_store_of_the_path_is_the_default),
		TEST(a_customer_with_external_authentication_has_no_password),
		TEST(a_path_of_a_store_shows_global_customers_and_its_own),
		TEST(a_session_leads_to_its_own_customer),
		TEST(a_new_password_changes_the_mask_and_the_version),
		TEST(an_email_is_verified_once),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
