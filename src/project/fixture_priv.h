/* What the files of the fixture loader share. */
#ifndef PROJECT_FIXTURE_PRIV_H
#define PROJECT_FIXTURE_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct api_error;
struct fixture_mistake;
struct fixture_section;
struct localities;
struct op;
struct resource_kind;
struct shape;
struct text_file;

/* What the name of a document within its section is worth: its id comes from it, so that it is the
 * same in every database. */
struct fixture_entry {
	const struct fixture_section *section;
	const char                   *id;
	const char                   *name;      /* its key, or what else it is known by */
	json_t                       *draft;     /* ours to change */
	bool                          is_export; /* the resource itself, as the API shows it */
};

/* Loads a document into the project of the request. False: recorded. */
typedef bool fixture_load_fn(struct op *op, const struct fixture_entry *entry);

/* Turns an exported resource into the draft that makes it, as far as the two differ. */
typedef void fixture_convert_fn(struct op *op, json_t *doc);

struct fixture_section {
	const char                 *name;     /* as it stands in a document */
	const struct resource_kind *kind;     /* NULL: not a resource */
	const struct shape         *shape;    /* of its drafts */
	fixture_load_fn            *load;     /* NULL: as any kind is made from its draft */
	fixture_convert_fn         *convert;  /* NULL: a draft has the members of the resource */
};

/* The sections, in the order in which they are loaded: what is referred to comes first. */
extern const struct fixture_section FIXTURE_SECTIONS[];
extern const size_t FIXTURE_SECTION_COUNT;

/* The members of `project`. */
extern const struct shape FIXTURE_PROJECT;

/* The same id for the same thing in every database: from project, kind and name. */
const char *fixture_id(struct op *op, const char *kind, const char *name);

/* The member by which a document is known, and from which it has its id. NULL: it has none. Static. */
const char *fixture_name_member(const json_t *value);

/* Loads a document by the section's own way or the common one. False: recorded. */
bool fixture_entry_load(struct op *op, const struct fixture_entry *entry);

/* Takes out of the draft of a product what its variants say of stock, `availability`, and makes drafts
 * of inventory entries of it: an array, kept by the arena, for when the product is loaded. NULL:
 * recorded. */
json_t *fixture_take_stock(struct op *op, json_t *product);

/* Loads them, but for those whose place has an entry already. False: recorded. */
bool fixture_load_stock(struct op *op, const json_t *drafts);

/* Makes any kind from its draft. */
fixture_load_fn fixture_load_kind;

/* Carts, shopping lists and orders; lines may name products that come later. */
fixture_load_fn fixture_load_cart;
fixture_load_fn fixture_load_shopping_list;
fixture_load_fn fixture_load_order;

fixture_convert_fn fixture_convert_cart;
fixture_convert_fn fixture_convert_customer;
fixture_convert_fn fixture_convert_customer_group;
fixture_convert_fn fixture_convert_product;

/* Fits documents (some may be NULL) to localities: texts, prices and taxes are copied to the languages,
 * currencies and countries that have none. Changes them. */
void fixture_adapt(struct op *op, const struct localities *wanted, json_t **roots, size_t count);

/* Gives a project the languages, currencies and countries that are wanted. */
void fixture_adapt_project(const struct localities *wanted, json_t *project);

/* In a copy that is ours: puts a date-time into the place of every relative one, `+P30D` or `-PT2H`,
 * and the whole address into that of our own pictures, `/_assets/mug.svg`. */
void fixture_settle(struct op *op, json_t *json);

/* The mistakes that were found so far, in the order in which they are told. */
struct fixture_mistakes {
	struct op              *op;
	struct fixture_mistake *first;
	struct fixture_mistake *last;
};

/* Notes a mistake at a pointer of a file. `found` NULL: what is there says nothing. */
void fixture_note(struct fixture_mistakes *mistakes, const struct text_file *file,
                  const char *pointer, const char *expected, const char *found);

/* The same of an error in a value that stands at `base` of a file. */
void fixture_note_error(struct fixture_mistakes *mistakes, const struct text_file *file,
                        const char *base, const json_t *value, const struct api_error *error);

/* Is this a member that the API has and fixtures have not, in a section or a member of this name ("": a section)? */
bool fixture_is_of_api(const char *where, const char *name);

/* What stands at a pointer of a value, cut, and no secret. */
const char *fixture_found_at(struct op *op, const json_t *value, const char *pointer);

/* The pointer of the first text in a document, at any depth, that is this one; NULL: none is. */
const char *fixture_point_to(struct op *op, const json_t *json, const char *text);

/* The value that a pointer leads to; NULL: it leads nowhere. */
json_t *fixture_at(const json_t *json, const char *pointer);

#endif
