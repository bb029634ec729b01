/* Reading what fields of rules stand for, where that is not just a member of a document. */
#include "rule_read_priv.h"

#include "base/op.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "resource/lookup.h"

bool rule_need_product(struct rule_documents *documents)
{
	const char *id = doc_text(documents->item, "productId");

	if (documents->is_product_known)
		return true;
	if (id && !product_lookup(documents->op, id, &documents->product))
		return false;
	documents->data = documents->product ? product_current(documents->product) : NULL;
	documents->is_product_known = true;
	return true;
}

bool rule_read_product(struct rule_documents *documents, const json_t *base,
                       const json_t **ret_value)
{
	(void)base;
	if (!rule_need_product(documents))
		return false;
	*ret_value = documents->product;
	return true;
}

bool rule_read_tax_category(struct rule_documents *documents, const json_t *base,
                            const json_t **ret_value)
{
	(void)base;
	if (!rule_need_product(documents))
		return false;
	*ret_value = json_object_get(documents->product, "taxCategory");
	return true;
}

bool rule_read_product_type(struct rule_documents *documents, const json_t *base,
                            const json_t **ret_value)
{
	*ret_value = documents->item ? json_object_get(base, "productType") : NULL;
	if (*ret_value)
		return true;
	if (!rule_need_product(documents))
		return false;
	*ret_value = json_object_get(documents->product, "productType");
	return true;
}

bool rule_read_categories(struct rule_documents *documents, const json_t *base,
                          const json_t **ret_value)
{
	(void)base;
	if (!rule_need_product(documents))
		return false;
	*ret_value = json_object_get(documents->data, "categories");
	return true;
}

/* The categories of the product with all that are above them. */
bool rule_read_ancestors(struct rule_documents *documents, const json_t *base,
                         const json_t **ret_value)
{
	const json_t *categories;
	json_t *found = keep(documents->op, json_array());

	if (!rule_read_categories(documents, base, &categories))
		return false;
	json_array_extend(found, (json_t *)(uintptr_t)categories); /* jansson: no const here */
	for (size_t i = 0; i < json_array_size(categories); i++) {
		const json_t *category;

		if (!lookup_reference(documents->op, json_array_get(categories, i), &category))
			return false;
		json_array_extend(found, json_object_get(category, "ancestors"));
	}
	*ret_value = found;
	return true;
}

bool rule_read_variant(struct rule_documents *documents, const json_t *base,
                       const json_t **ret_value)
{
	(void)base;
	*ret_value = documents->variant;
	return true;
}

/* `sku`, `variantId`, `variantKey`: members of the variant. */
bool rule_read_sku(struct rule_documents *documents, const json_t *base, const json_t **ret_value)
{
	(void)base;
	*ret_value = json_object_get(documents->variant, "sku");
	return true;
}

bool rule_read_variant_id(struct rule_documents *documents, const json_t *base,
                          const json_t **ret_value)
{
	(void)base;
	*ret_value = json_object_get(documents->variant, "id");
	return true;
}

bool rule_read_variant_key(struct rule_documents *documents, const json_t *base,
                           const json_t **ret_value)
{
	(void)base;
	*ret_value = json_object_get(documents->variant, "key");
	return true;
}

bool rule_read_price(struct rule_documents *documents, const json_t *base, const json_t **ret_value)
{
	(void)base;
	*ret_value = documents->price;
	return true;
}

bool rule_read_item(struct rule_documents *documents, const json_t *base, const json_t **ret_value)
{
	(void)base;
	*ret_value = documents->item;
	return true;
}

/* A member of the money of a price. */
bool rule_read_cents(struct rule_documents *documents, const json_t *base, const json_t **ret_value)
{
	(void)documents;
	*ret_value = json_object_get(json_object_get(base, "value"), "centAmount");
	return true;
}

bool rule_read_price_currency(struct rule_documents *documents, const json_t *base,
                              const json_t **ret_value)
{
	(void)documents;
	*ret_value = json_object_get(json_object_get(base, "value"), "currencyCode");
	return true;
}

bool rule_read_price_value(struct rule_documents *documents, const json_t *base,
                           const json_t **ret_value)
{
	(void)documents;
	*ret_value = json_object_get(base, "value");
	return true;
}

bool rule_read_price_discount(struct rule_documents *documents, const json_t *base,
                              const json_t **ret_value)
{
	(void)documents;
	*ret_value = json_object_get(json_object_get(base, "discounted"), "discount");
	return true;
}

bool rule_read_currency(struct rule_documents *documents, const json_t *base,
                        const json_t **ret_value)
{
	(void)documents;
	*ret_value = json_object_get(json_object_get(base, "totalPrice"), "currencyCode");
	return true;
}

bool rule_read_customer(struct rule_documents *documents, const json_t *base,
                        const json_t **ret_value)
{
	const char *id = doc_text(base, "customerId");

	*ret_value = NULL;
	return !id || lookup_by_type(documents->op, "customer", id, ret_value);
}

/* That of the cart, whoever its customer is. */
bool rule_read_email(struct rule_documents *documents, const json_t *base, const json_t **ret_value)
{
	(void)base;
	*ret_value = json_object_get(documents->cart, "customerEmail");
	return true;
}

/* A reference has an id; the key is that of what it refers to. */
bool rule_read_key(struct rule_documents *documents, const json_t *base, const json_t **ret_value)
{
	const json_t *target = NULL;

	*ret_value = json_object_get(base, "key");
	if (*ret_value)
		return true;
	if (!lookup_reference(documents->op, base, &target))
		return false;
	*ret_value = json_object_get(target, "key");
	return true;
}

bool rule_read_has_shipping(struct rule_documents *documents, const json_t *base,
                            const json_t **ret_value)
{
	(void)documents;
	*ret_value = json_boolean(doc_has(base, "shippingInfo") ||
	                          json_array_size(json_object_get(base, "shipping")) > 0);
	return true;
}
