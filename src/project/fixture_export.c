/* Resources as the API shows them, where the drafts that make them look different. What a draft does
 * not know is left out when it is decoded. */
#include "base/arena.h"
#include "base/op.h"
#include "cart/line_item.h"
#include "document/doc.h"
#include "resource/lookup.h"
#include "fixture_priv.h"

static void rename_member(json_t *doc, const char *from, const char *to)
{
	doc_set(doc, to, json_object_get(doc, from));
	json_object_del(doc, from);
}

void fixture_convert_customer_group(struct op *op, json_t *doc)
{
	(void)op;
	rename_member(doc, "name", "groupName");
}

/* Customers: addresses have roles by id; in a draft, by index. */

static json_t *index_of_address(const json_t *doc, const char *id)
{
	size_t index;

	return id && doc_find(json_object_get(doc, "addresses"), "id", id, &index)
	           ? json_integer((json_int_t)index)
	           : NULL;
}

static void convert_default(json_t *doc, const char *from, const char *to)
{
	json_t *index = index_of_address(doc, doc_text(doc, from));

	if (index)
		doc_put(doc, to, index);
}

static void convert_role(json_t *doc, const char *from, const char *to)
{
	const json_t *ids = json_object_get(doc, from);
	json_t *indexes = json_array();

	for (size_t i = 0; i < json_array_size(ids); i++) {
		json_t *index = index_of_address(doc, json_string_value(json_array_get(ids, i)));

		if (index)
			json_array_append_new(indexes, index);
	}
	doc_put(doc, to, indexes);
}

void fixture_convert_customer(struct op *op, json_t *doc)
{
	(void)op;
	convert_default(doc, "defaultShippingAddressId", "defaultShippingAddress");
	convert_default(doc, "defaultBillingAddressId", "defaultBillingAddress");
	convert_role(doc, "shippingAddressIds", "shippingAddresses");
	convert_role(doc, "billingAddressIds", "billingAddresses");
}

/* Products: a draft is one version of it, the one that is shown; what is staged beside it is not
 * kept. */
void fixture_convert_product(struct op *op, json_t *doc)
{
	const json_t *master = json_object_get(doc, "masterData");
	const json_t *current = json_object_get(master, "current");
	bool is_published = doc_true(master, "published");
	json_t *data = json_object_get(master, is_published || !doc_has(master, "staged") ? "current"
	                                                                                  : "staged");

	if (!current)
		return; /* a draft with a version of its own making, or a projection, which is flat */
	json_object_update(doc, keep(op, json_deep_copy(data)));
	json_object_del(doc, "masterData");
	doc_put(doc, "publish", json_boolean(is_published));
}

/* Carts: what the server computes is computed again. */

static void convert_line_item(json_t *item)
{
	json_t *variant = json_object_get(item, "variant");

	if (!variant)
		return;
	doc_set(item, "variantId", json_object_get(variant, "id"));
	json_object_del(item, "variant");
}

/* A gift comes of itself, if its discount still gives it. */
static void drop_gifts(json_t *items)
{
	for (size_t i = json_array_size(items); i-- > 0;)
		if (line_is_gift(json_array_get(items, i)))
			json_array_remove(items, i);
}

/* A cart refers to its codes, which a draft calls by their texts. One that is not known is left out. */
static void convert_codes(struct op *op, json_t *doc)
{
	const json_t *infos = json_object_get(doc, "discountCodes");
	json_t *codes = json_array();

	for (size_t i = 0; i < json_array_size(infos); i++) {
		json_t *info = json_array_get(infos, i);
		const json_t *code = NULL;

		(void)lookup_reference(op, json_object_get(info, "discountCode"), &code); /* recorded */
		if (json_is_string(info))
			json_array_append(codes, info);
		else if (doc_has(code, "code"))
			json_array_append(codes, json_object_get(code, "code"));
	}
	doc_put(doc, "discountCodes", codes);
}

void fixture_convert_cart(struct op *op, json_t *doc)
{
	json_t *items = json_object_get(doc, "lineItems");
	const char *currency = doc_text(json_object_get(doc, "totalPrice"), "currencyCode");

	drop_gifts(items);
	convert_codes(op, doc);
	if (doc_has(doc, "customerId"))
		json_object_del(doc, "customerGroup"); /* it is the customer's */
	if (currency && !doc_has(doc, "currency"))
		doc_put(doc, "currency", json_string(currency));
	for (size_t i = 0; i < json_array_size(items); i++)
		convert_line_item(json_array_get(items, i));
}
