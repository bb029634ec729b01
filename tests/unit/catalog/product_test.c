#include "catalog/product.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalog/product_projection.h"
#include "catalog/product_actions.h"
#include "catalog/product_data.h"
#include "catalog/product_type.h"
#include "catalog/product_type_actions.h"
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

/* A stored resource of a kind. NULL: refused, recorded. */
static struct resource *create(struct op *op, const struct resource_kind *kind,
                               const struct shape *draft, const char *body)
{
	struct resource *resource = kind_start(op, kind, test_decode(op, draft, body), NULL);

	return resource && resource_save(op, resource) ? resource : NULL;
}

/* A stored product with the variants 1 (SKU `A`) and 2 (SKU `B`). */
static struct resource *create_product(struct op *op)
{
	create(op, &PRODUCT_TYPE_KIND, &PRODUCT_TYPE_DRAFT,
	       "{\"key\":\"tt\",\"name\":\"T\",\"description\":\"-\"}");
	return create(
		op, &PRODUCT_KIND, &PRODUCT_DRAFT,
		"{\"productType\":{\"typeId\":\"product-type\",\"key\":\"tt\"},\"name\":{\"en\":\"x\"},"
		"\"slug\":{\"en\":\"xx\"},\"masterVariant\":{\"sku\":\"A\"},\"variants\":[{\"sku\":\"B\"}]}");
}

/* Carries actions out on the product of the SKU `A`, and stores it. */
static bool update(struct op *op, const char *actions)
{
	struct resource *product;
	bool found = resource_find_by(op, &PRODUCT_KIND, "sku", "A", &product);

	assert_true(found && product);
	const char *body = arena_printf(op->arena, "{\"version\":%lld,\"actions\":[%s]}",
	                                (long long)product->version, actions);

	return resource_update(op, product, test_decode(op, &PRODUCT_UPDATE, body)) &&
	       PRODUCT_KIND.finish(op, product) && resource_save(op, product);
}

static bool has_projection(struct op *op, const struct resource_kind *kind, const char *id)
{
	struct resource *projection;

	assert_true(resource_find(op, kind, id, &projection));
	return projection != NULL;
}

static void a_variant_is_found_by_id_and_by_sku(void **state)
{
	struct op *op = op_of(state);
	const json_t *data = product_current(create_product(op)->doc);

	assert_string_equal(doc_text(product_variant(data, 2), "sku"), "B");
	assert_int_equal(doc_int(product_variant_by_sku(data, "A"), "id"), 1);
	assert_null(product_variant(data, 3));
	assert_null(product_variant_by_sku(data, "C"));
}

static void a_product_is_found_by_the_sku_of_any_variant(void **state)
{
	struct op *op = op_of(state);
	const struct resource *created = create_product(op);
	struct resource *found;

	assert_true(resource_find_by(op, &PRODUCT_KIND, "sku", "B", &found));
	assert_string_equal(found->id, created->id);
	assert_true(resource_find_by(op, &PRODUCT_KIND, "sku", "C", &found));
	assert_null(found);
}

static void a_variant_is_staged_until_the_product_is_published(void **state)
{
	struct op *op = op_of(state);
	struct resource *product;

	create_product(op);
	assert_true(update(op, "{\"action\":\"addVariant\",\"sku\":\"C\"}"));
	assert_true(resource_find_by(op, &PRODUCT_KIND, "sku", "C", &product));
	assert_null(product_variant_by_sku(product_current(product->doc), "C"));
	assert_int_equal(doc_int(product_variant_by_sku(product_staged(product->doc), "C"), "id"), 3);
	assert_true(update(op, "{\"action\":\"publish\"}"));
	assert_true(resource_find_by(op, &PRODUCT_KIND, "sku", "C", &product));
	assert_true(product_is_published(product->doc));
	assert_non_null(product_variant_by_sku(product_current(product->doc), "C"));
}

static void current_and_staged_data_share_nothing(void **state)
{
	struct op *op = op_of(state);
	struct resource *product;

	create_product(op);
	assert_true(update(op, "{\"action\":\"addPrice\",\"sku\":\"A\",\"staged\":false,\"price\":"
	                       "{\"value\":{\"currencyCode\":\"EUR\",\"centAmount\":1}}},"
	                       "{\"action\":\"setPrices\",\"sku\":\"A\",\"prices\":[]}"));
	assert_true(resource_find_by(op, &PRODUCT_KIND, "sku", "A", &product));
	assert_int_equal(json_array_size(json_object_get(
						 product_variant(product_current(product->doc), 1), "prices")),
	                 1);
	assert_int_equal(json_array_size(json_object_get(
						 product_variant(product_staged(product->doc), 1), "prices")),
	                 0);
}

static void projections_come_and_go_with_the_product(void **state)
{
	struct op *op = op_of(state);
	struct resource *product = create_product(op);

	assert_true(has_projection(op, &STAGED_PRODUCT_PROJECTION_KIND, product->id));
	assert_false(has_projection(op, &PRODUCT_PROJECTION_KIND, product->id));
	assert_true(update(op, "{\"action\":\"publish\"}"));
	assert_true(has_projection(op, &PRODUCT_PROJECTION_KIND, product->id));
	assert_false(kind_delete(op, resource_get(op, &PRODUCT_KIND, product->id)));
	assert_string_equal(test_take_error(op), "InvalidOperation");
	assert_true(update(op, "{\"action\":\"unpublish\"}"));
	assert_false(has_projection(op, &PRODUCT_PROJECTION_KIND, product->id));
	assert_true(kind_delete(op, resource_get(op, &PRODUCT_KIND, product->id)));
	assert_false(has_projection(op, &STAGED_PRODUCT_PROJECTION_KIND, product->id));
}

static void a_projection_is_the_product_with_one_of_its_data(void **state)
{
	struct op *op = op_of(state);
	const struct resource *product = create_product(op);
	const json_t *projection = product_projection(op, product->doc, true);

	assert_false(doc_has(projection, "masterData"));
	assert_string_equal(doc_text(projection, "id"), product->id);
	assert_string_equal(doc_text(json_object_get(projection, "masterVariant"), "sku"), "A");
	assert_true(doc_has(product->doc, "masterData"));
}

/* What carts see of the product, as a request that begins now would. */
static const json_t *looked_up(void **state, const char *id)
{
	const struct op *op = op_of(state);
	const json_t *product;

	assert_true(product_lookup(test_op_again(*state, op->now_ms), id, &product));
	return product;
}

static void carts_see_the_projection_of_what_is_published(void **state)
{
	struct op *op = op_of(state);
	const char *id = create_product(op)->id;

	assert_false(product_is_published(looked_up(state, id)));
	assert_non_null(product_variant_by_sku(product_current(looked_up(state, id)), "B"));
	assert_true(update(op, "{\"action\":\"publish\"}"));
	assert_true(product_is_published(looked_up(state, id)));
	assert_false(doc_has(looked_up(state, id), "masterData"));
	assert_non_null(product_variant_by_sku(product_current(looked_up(state, id)), "B"));
	assert_true(update(op, "{\"action\":\"unpublish\"}"));
	assert_false(product_is_published(looked_up(state, id)));
	assert_true(kind_delete(op, resource_get(op, &PRODUCT_KIND, id)));
	assert_null(looked_up(state, id));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_variant_is_found_by_id_and_by_sku),
		TEST(a_product_is_found_by_the_sku_of_any_variant),
		TEST(a_variant_is_staged_until_the_product_is_published),
		TEST(current_and_staged_data_share_nothing),
		TEST(projections_come_and_go_with_the_product),
		TEST(a_projection_is_the_product_with_one_of_its_data),
		TEST(carts_see_the_projection_of_what_is_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
