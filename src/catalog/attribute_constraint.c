#include "attribute_constraint_priv.h"

#include "base/op.h"
#include "catalog/product_data.h"
#include "document/doc.h"

#include "attribute_error_priv.h"

static json_t *attribute_of(const json_t *variant, const char *name)
{
	return doc_find(json_object_get(variant, "attributes"), "name", name, NULL);
}

/* Are both there and alike, or is there neither? */
static bool equal(const json_t *a, const json_t *b)
{
	return a == b || (a && b && json_equal(a, b));
}

/* The variant that others are compared with. */
static const json_t *other_than(const json_t *data, const json_t *changed)
{
	const json_t *master = variant_at(data, 0);

	return master == changed && variant_count(data) > 1 ? variant_at(data, 1) : master;
}

static bool check_same(struct op *op, const json_t *data, const json_t *changed, const char *name)
{
	json_t *expected = json_object_get(attribute_of(other_than(data, changed), name), "value");

	for (size_t i = 0; i < variant_count(data); i++) {
		const json_t *variant = variant_at(data, i);
		json_t *value = json_object_get(attribute_of(variant, name), "value");

		if ((!changed || variant == changed) && !equal(value, expected))
			return fail_attribute_not_same(op, name, value, expected);
	}
	return true;
}

/* The attributes of a variant that are of the combination that must differ; kept by the arena. */
static json_t *combination(struct op *op, const json_t *product_type, const json_t *variant)
{
	const json_t *definitions = json_object_get(product_type, "attributes");
	json_t *attributes = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(definitions); i++) {
		const json_t *definition = json_array_get(definitions, i);
		json_t *attribute = attribute_of(variant, doc_text(definition, "name"));

		if (attribute && doc_is(definition, "attributeConstraint", "CombinationUnique"))
			json_array_append(attributes, attribute);
	}
	return attributes;
}

static bool check_combinations(struct op *op, const json_t *product_type, const json_t *data)
{
	json_t *seen = keep(op, json_object());

	for (size_t i = 0; i < variant_count(data); i++) {
		json_t *attributes = combination(op, product_type, variant_at(data, i));

		if (json_array_size(attributes) > 0 && !doc_note(seen, json_sorted_text(op, attributes)))
			return fail_attributes_duplicate(op, attributes);
	}
	return true;
}

static bool check_unique(struct op *op, const json_t *data, const char *name)
{
	json_t *seen = keep(op, json_object());

	for (size_t i = 0; i < variant_count(data); i++) {
		json_t *attribute = attribute_of(variant_at(data, i), name);

		if (attribute && !doc_note(seen, json_sorted_text(op, attribute)))
			return fail_attribute_duplicate(op, attribute);
	}
	return true;
}

bool attribute_constraints_check(struct op *op, const json_t *product_type, const json_t *data,
                                 const json_t *changed)
{
	const json_t *definitions = json_object_get(product_type, "attributes");

	for (size_t i = 0; i < json_array_size(definitions); i++) {
		const json_t *definition = json_array_get(definitions, i);
		const char *name = doc_text(definition, "name");

		if (doc_is(definition, "attributeConstraint", "SameForAll") &&
		    !check_same(op, data, changed, name))
			return false;
		if (doc_is(definition, "attributeConstraint", "Unique") && !check_unique(op, data, name))
			return false;
	}
	return check_combinations(op, product_type, data);
}
