#include "money/unit_pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/test_base.h"
#include "../../support/test_table.h"

enum { MOST_UNITS = 5, MOST_COMPONENTS = 2, ROLES = 3 };

/* -- rows -- */

/* Reads the components of a row: `units` are indexes. */
static struct pattern_component *components_of(struct op *op, const json_t *list, size_t unit_count)
{
	struct pattern_component *components =
		arena_alloc(op->arena, (json_array_size(list) + 1) * sizeof *components);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const json_t *units = json_object_get(row, "units");
		bool *matches = arena_alloc(op->arena, (unit_count + 1) * sizeof *matches);

		for (size_t j = 0; j < json_array_size(units); j++)
			matches[int_at(units, j)] = true;
		components[i] = (struct pattern_component){
			matches, doc_has(row, "min") ? doc_int(row, "min") : 1,
			doc_has(row, "max") ? doc_int(row, "max") : PATTERN_ALL_UNITS, doc_int(row, "exclude")
		};
	}
	return components;
}

static json_t *batches_to_json(struct op *op, const struct pattern_batch *batch)
{
	json_t *batches = keep(op, json_array());

	for (; batch; batch = batch->next) {
		json_t *takes = keep(op, json_array());

		for (size_t i = 0; i < batch->take_count; i++) {
			const struct pattern_take *take = &batch->takes[i];

			json_array_append_new(takes, json_pack("[I, I, I, I]", (json_int_t)take->unit,
			                                       (json_int_t)take->triggering,
			                                       (json_int_t)take->excluded,
			                                       (json_int_t)take->discounted));
		}
		json_array_append_new(batches, json_pack("[I, O]", (json_int_t)batch->times, takes));
	}
	return batches;
}

static void pattern_row(struct op *op, const json_t *row)
{
	const json_t *list = json_object_get(row, "units");
	size_t count = json_array_size(list);
	struct pattern_units *units = arena_alloc(op->arena, (count + 1) * sizeof *units);

	for (size_t i = 0; i < count; i++)
		units[i] = (struct pattern_units){ int_at(json_array_get(list, i), 0),
			                               int_at(json_array_get(list, i), 1) };
	const struct unit_pattern pattern = {
		.units = units,
		.unit_count = count,
		.triggers = components_of(op, json_object_get(row, "triggers"), count),
		.trigger_count = json_array_size(json_object_get(row, "triggers")),
		.targets = components_of(op, json_object_get(row, "targets"), count),
		.target_count = json_array_size(json_object_get(row, "targets")),
		.dearest_first = doc_true(row, "dearest"),
		.max_occurrence = doc_has(row, "most") ? doc_int(row, "most") : INT64_MAX,
	};

	check_json(op, row, "the batches", batches_to_json(op, unit_pattern_match(op, &pattern)),
	           json_object_get(row, "batches"));
}

static void a_pattern_takes_units(void **state)
{
	for_each_row(*state, "unit_patterns", pattern_row);
}

/* -- one occurrence after the other -- */

/* What is taken of each unit in the end. */
struct tally {
	int64_t taken[MOST_UNITS][ROLES];
	int64_t occurrences;
};

/* Units in the order in which they are discounted. */
static size_t place_of(const struct unit_pattern *pattern, size_t index)
{
	size_t places[MOST_UNITS];

	for (size_t i = 0; i < pattern->unit_count; i++) {
		size_t j = i;

		for (; j > 0; j--) {
			int64_t before = pattern->units[places[j - 1]].price;

			if (pattern->dearest_first ? before >= pattern->units[i].price
			                           : before <= pattern->units[i].price)
				break;
			places[j] = places[j - 1];
		}
		places[j] = i;
	}
	return places[index];
}

/* Takes one unit after the other. Gives how many. */
static int64_t take_slowly(const struct unit_pattern *pattern,
                           const struct pattern_component *component, int64_t wanted, size_t role,
                           int64_t *left, struct tally *tally)
{
	int64_t got = 0;

	for (size_t i = 0; i < pattern->unit_count; i++) {
		size_t unit = place_of(pattern, role == 2 ? i : pattern->unit_count - 1 - i);

		for (; component->matches[unit] && left[unit] > 0 && got < wanted; got++) {
			left[unit]--;
			tally->taken[unit][role]++;
		}
	}
	return got;
}

static bool occurs(const struct unit_pattern *pattern, bool few, int64_t *left, struct tally *tally)
{
	for (size_t i = 0; i < pattern->trigger_count; i++) {
		const struct pattern_component *trigger = &pattern->triggers[i];
		int64_t wanted = few && trigger->max_count == PATTERN_ALL_UNITS ? trigger->min_count
		                                                                : trigger->max_count;

		if (take_slowly(pattern, trigger, wanted, 0, left, tally) < trigger->min_count)
			return false;
	}
	for (size_t i = 0; i < pattern->target_count; i++) {
		const struct pattern_component *target = &pattern->targets[i];

		if (take_slowly(pattern, target, target->exclude_count, 1, left, tally) <
		        target->exclude_count ||
		    take_slowly(pattern, target, target->max_count, 2, left, tally) < target->min_count)
			return false;
	}
	return true;
}

static struct tally match_slowly(const struct unit_pattern *pattern)
{
	struct tally tally = { 0 };
	int64_t left[MOST_UNITS];

	for (size_t i = 0; i < pattern->unit_count; i++)
		left[i] = pattern->units[i].quantity;
	while (tally.occurrences < pattern->max_occurrence) {
		struct tally next = tally;
		int64_t next_left[MOST_UNITS];

		memcpy(next_left, left, sizeof left);
		if (!occurs(pattern, false, next_left, &next)) {
			next = tally;
			memcpy(next_left, left, sizeof left);
			if (!occurs(pattern, true, next_left, &next))
				break;
		}
		tally = next;
		tally.occurrences++;
		memcpy(left, next_left, sizeof left);
	}
	return tally;
}

static struct tally add_up(const struct pattern_batch *batch)
{
	struct tally tally = { 0 };

	for (; batch; batch = batch->next) {
		tally.occurrences += batch->times;
		for (size_t i = 0; i < batch->take_count; i++) {
			const struct pattern_take *take = &batch->takes[i];

			tally.taken[take->unit][0] += batch->times * take->triggering;
			tally.taken[take->unit][1] += batch->times * take->excluded;
			tally.taken[take->unit][2] += batch->times * take->discounted;
		}
	}
	return tally;
}

static void draw_components(struct op *op, uint64_t *seed, size_t unit_count, bool is_target,
                            struct pattern_component *components)
{
	for (size_t i = 0; i < MOST_COMPONENTS; i++) {
		bool *matches = arena_alloc(op->arena, (unit_count + 1) * sizeof *matches);
		int64_t min = 1 + (int64_t)draw(seed, 3);

		for (size_t j = 0; j < unit_count; j++)
			matches[j] = draw(seed, 3) > 0;
		components[i] = (struct pattern_component){
			matches, min, draw(seed, 3) ? min + (int64_t)draw(seed, 3) : PATTERN_ALL_UNITS,
			is_target && draw(seed, 3) == 0 ? (int64_t)draw(seed, 3) : 0
		};
	}
}

static void batches_are_what_occurrences_are_one_by_one(void **state)
{
	struct op *op = *state;
	uint64_t seed = 20240917;

	for (int run = 0; run < 5000; run++) {
		struct pattern_units units[MOST_UNITS];
		struct pattern_component triggers[MOST_COMPONENTS];
		struct pattern_component targets[MOST_COMPONENTS];
		const struct unit_pattern pattern = { .units = units,
			                                  .unit_count = draw(&seed, MOST_UNITS + 1),
			                                  .triggers = triggers,
			                                  .trigger_count = draw(&seed, MOST_COMPONENTS + 1),
			                                  .targets = targets,
			                                  .target_count = 1 + draw(&seed, MOST_COMPONENTS),
			                                  .dearest_first = draw(&seed, 2),
			                                  .max_occurrence = draw(&seed, 2)
			                                                        ? INT64_MAX
			                                                        : 1 + (int64_t)draw(&seed, 5) };

		for (size_t i = 0; i < pattern.unit_count; i++)
			units[i] =
				(struct pattern_units){ (int64_t)draw(&seed, 4) * 100, (int64_t)draw(&seed, 40) };
		draw_components(op, &seed, pattern.unit_count, false, triggers);
		draw_components(op, &seed, pattern.unit_count, true, targets);
		const struct tally slow = match_slowly(&pattern);
		const struct tally fast = add_up(unit_pattern_match(op, &pattern));

		assert_memory_equal(&slow, &fast, sizeof slow);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(a_pattern_takes_units),
		OP_TEST(batches_are_what_occurrences_are_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
