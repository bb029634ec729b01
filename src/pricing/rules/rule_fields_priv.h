/* What rules may name: the fields of carts, lines, shipping, variants and prices, as tables. */
#ifndef PRICING_RULE_FIELDS_PRIV_H
#define PRICING_RULE_FIELDS_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "pricing/rule.h"
#include "rule_read_priv.h"

struct rule_fields;

/* What constants a field is compared with. */
enum rule_type {
	RULE_TYPE_ANY,        /* a custom field or an attribute that no type of the project has */
	RULE_TYPE_TEXT,
	RULE_TYPE_NUMBER,
	RULE_TYPE_BOOLEAN,
	RULE_TYPE_MONEY,      /* a text such as `8.00 EUR` */
	RULE_TYPE_COUNTRY,
	RULE_TYPE_CURRENCY,
	RULE_TYPE_DATE,
	RULE_TYPE_TIME,
	RULE_TYPE_DATE_TIME,
	RULE_TYPE_OBJECT,     /* none: it is there, or it is not */
	RULE_TYPE_LOCALIZED,  /* an object whose members are texts by language */
	RULE_TYPE_CUSTOM,     /* `custom`: the custom fields are its members; argument: their resourceTypeId */
	RULE_TYPE_ATTRIBUTES, /* the attributes of the variant and of its product are its members */
};

struct rule_field {
	const char               *name;
	enum rule_type            type;
	const struct rule_fields *inner;     /* its members; NULL: there are none to name */
	rule_read_fn             *read;      /* NULL: the member of that name, or of the name `member` */
	const char               *member;
	const char               *argument;  /* of an id, the typeId of what it is the id of; see also the types */
	bool                      is_list;   /* has many values */
	bool                      is_taxed;  /* is known when taxes are */
	bool                      is_of_cart; /* is read from the cart, whatever it is a member of */
	bool                      is_of_price; /* differs between the prices of a variant */
	bool                      is_amount; /* of money, the amount in whole units and parts of them */
};

struct rule_fields {
	const struct rule_field *rows;
	size_t                   count;
};

/* The fields of a subject. */
const struct rule_fields *rule_fields_of(enum rule_subject subject);

/* The document whose members those fields are. */
const json_t *rule_base_of(const struct rule_documents *documents, enum rule_subject subject);

/* NULL: there is none of that name. `fields` may be NULL. */
const struct rule_field *rule_field_find(const struct rule_fields *fields, const char *name);

#endif
