/* What a resource is: a document with a typed head, and what its kind says of it. The JSON that goes over the wire is
 * what is stored. */
#ifndef RESOURCE_RESOURCE_H
#define RESOURCE_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "db/db.h"
#include "tables/message_types.h"

struct custom_messages;
struct fields;
struct op;
struct resource;
struct resource_kind;

/* Gives the values that a document has under an index field, as an array of texts that the function
 * fills. */
typedef void index_values_fn(struct op *op, const json_t *doc, json_t *values);

/* A field by which resources of a kind are found. */
struct index_field {
	const char      *name;
	bool             unique;
	index_values_fn *values;       /* NULL: the texts at the path, or of the member of that name */
	const char
		*path; /* what a predicate calls the field, `stores.key`; NULL: it has no name there */
	const char      *folded_path;  /* a field whose lower-cased text this is; NULL: none */
	const char      *references;   /* the kind (typeId) whose ids the values are; NULL: none */
	bool             by_age;       /* who was written last is asked: index_last_written() */
};

/* Fills a resource that was started from the draft with what the kind adds or changes. `draft` is
 * the decoded document. False: recorded. */
typedef bool fill_fn(struct op *op, struct resource *resource, const json_t *draft);

/* Gives the id of the resource that a fixture calls by another name than its id and its key. True with *ret_id ==
 * NULL: there is none. False: recorded. */
typedef bool find_by_alias_fn(struct op *op, const char *alias, const char **ret_id);

/* A rule of the kind's own about one of its resources. False: recorded. */
typedef bool rule_fn(struct op *op, struct resource *resource);

/* Does the document exist for who asks, through the door that was taken? */
typedef bool visible_fn(struct op *op, const json_t *doc);

/* Makes a customer the owner of a document that an anonymous session has owned. Does not touch its version. */
typedef void give_fn(json_t *doc, const json_t *customer);

/* Puts a member that is there only when it is asked for, as `expand=lineItems[*].variant` does, into an object of the
 * document; a name that it does not know changes nothing. False: recorded. */
typedef bool expand_fn(struct op *op, json_t *object, const char *name);

/* A document that a search may look at. */
struct found {
	int64_t     position; /* in the order of creation */
	int64_t     written;  /* in the order of the last writing */
	const char *text;  /* in the arena; NULL: not read yet, or there is none */
	size_t      bytes;
};

/* Where the documents of a kind are, as queries whose first two parameters are project and kind. */
struct collection {
	enum db_query scan;         /* (position, doc, written) of all, in creation order */
	enum db_query page;         /* (position, doc), with limit and offset */
	enum db_query count;
	enum db_query at_position;  /* (position, doc, written) at a position */
	enum db_query ids_by_unique; /* (id) by name and value of a unique index field */
	enum db_query ids_by_shared; /* (id) by those of a shared one */
	enum db_query by_unique;    /* (position) likewise */
	enum db_query by_shared;
	/* ret_found->text: NULL if there is no such id. False: recorded. */
	bool (*by_id)(struct op *op, const struct resource_kind *kind, const char *id,
	              struct found *ret_found);
};

/* What a kind of document is. All but the first three may be left out. */
struct resource_kind {
	const char               *name;           /* `customer`: in the database and in references */
	const struct index_field
		*index; /* ends with a row without a name; the best ones to search by first */
	const struct fields      *fields;         /* what predicates and sort may name */
	fill_fn                  *fill;           /* when one is created from a draft */
	rule_fn                  *finish;         /* after update actions, before it is saved */
	rule_fn                  *saved;          /* after it was stored, to store what follows from it */
	rule_fn                  *before_delete;  /* may it be deleted? */
	give_fn                  *give;           /* at a sign-in; NULL: no anonymous session owns any */
	visible_fn               *is_visible;     /* NULL: it exists for everyone who may ask at all */
	visible_fn               *is_served;      /* by its own endpoints; NULL: to everyone it exists for */
	expand_fn                *expand;         /* of members that are no references */
	find_by_alias_fn         *find_by_alias;  /* asked where a fixture's reference has no such key */
	const char               *custom_type;    /* the resourceTypeId of types for its custom fields */
	const struct custom_messages *custom_messages; /* of their changes; NULL: there are none */
	/* Members that messages name beside the key, as identifiers that the client gave; ends with NULL. */
	const char *const        *identifiers;
	bool                      by_key;         /* is referred to by key: a KeyReference */
	/* Predicates that say for whom a document exists: of_customer and of_anonymous, that it is
	 * `:owner`'s (NULL: nobody owns any); of_store, that it is of `:store` (NULL: of all). */
	const char               *of_customer;
	const char               *of_anonymous;
	const char               *of_store;
	const struct collection  *collection;     /* NULL: RESOURCES */
	bool                      plain_head;     /* starts with an id and createdAt; the rest is not its own */
};

/* Something that happened to a resource; becomes a message when the resource is saved. */
struct event {
	enum message_type type;
	json_t           *payload;             /* NULL if it has none */
	int64_t           resource_version;
	json_t           *identifiers;         /* user-provided ones, as of that version */
	struct event     *next;
};

struct resource {
	const struct resource_kind *kind;
	const char                 *id;
	int64_t                     version;
	json_t                     *doc;
	bool                        is_new;
	bool                        changed;
	json_t                     *index_before; /* what the index holds of it */
	struct event               *events;
	struct event              **last_event;
	const char                 *text;         /* as stored, once saved */
	struct resource            *next_fetched; /* of those in op->fetched */
};

#endif
