#include "customer_group_actions_priv.h"

#include <string.h>

#include "base/op.h"
#include "customer/customer_group.h"
#include "document/doc.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "resource/save.h"

static const char ASSIGNMENTS[] = "customerGroupAssignments";
static const char ASSIGNMENT[] = "customerGroupAssignment";

static bool find_assignment(const json_t *assignments, const char *group_id, size_t *ret_index)
{
	for (size_t i = 0; i < json_array_size(assignments); i++) {
		const json_t *group = json_object_get(json_array_get(assignments, i), "customerGroup");

		*ret_index = i;
		if (strcmp(doc_text(group, "id"), group_id) == 0)
			return true;
	}
	return false;
}

bool assignments_set(struct op *op, struct resource *customer,
                           const struct update_action *row, const void *input)
{
	json_t *before = json_object_get(customer->doc, ASSIGNMENTS);
	json_t *after = group_assignments_create(op, json_object_get(input, ASSIGNMENTS));

	if (!after)
		return false;
	json_t *payload = keep(op, json_pack("{s:O, s:O}", ASSIGNMENTS, after,
	                                     "oldCustomerGroupAssignments", before));

	if (!doc_set(customer->doc, ASSIGNMENTS, after))
		return true;
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}

bool assignments_add(struct op *op, struct resource *customer,
                                   const struct update_action *row, const void *input)
{
	json_t *after = keep(op, json_copy(json_object_get(customer->doc, ASSIGNMENTS)));
	const json_t *drafts = keep(op, json_pack("[O]", json_object_get(input, ASSIGNMENT)));
	json_t *added = json_array_get(group_assignments_create(op, drafts), 0);
	size_t unused;

	if (!added)
		return false;
	if (find_assignment(after, doc_text(json_object_get(added, "customerGroup"), "id"), &unused))
		return true;
	json_array_append(after, added);
	if (!group_assignments_fit(op, json_array_size(after)))
		return false;
	json_object_set(customer->doc, ASSIGNMENTS, after);
	resource_touch(customer);
	resource_emit(op, customer, row->message, keep(op, json_pack("{s:O}", ASSIGNMENT, added)));
	return true;
}

bool assignments_remove(struct op *op, struct resource *customer,
                             const struct update_action *row, const void *input)
{
	json_t *assignments = keep(op, json_copy(json_object_get(customer->doc, ASSIGNMENTS)));
	const json_t *group = references_resolved(op, json_object_get(input, "customerGroup"));
	size_t index;

	if (!group)
		return false;
	if (!find_assignment(assignments, doc_text(group, "id"), &index))
		return true;
	json_t *payload = keep(op, json_pack("{s:O}", ASSIGNMENT, json_array_get(assignments, index)));

	json_array_remove(assignments, index);
	json_object_set(customer->doc, ASSIGNMENTS, assignments);
	resource_touch(customer);
	resource_emit(op, customer, row->message, payload);
	return true;
}
