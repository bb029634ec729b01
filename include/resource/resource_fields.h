/* Fields that the documents of several kinds have, for their field tables. */
#ifndef RESOURCE_RESOURCE_FIELDS_H
#define RESOURCE_RESOURCE_FIELDS_H

#include "predicate/fields.h"

/* A reference `{typeId, id}`, and one by key. */
extern const struct fields REFERENCE_FIELDS;
extern const struct fields KEY_REFERENCE_FIELDS;
/* createdBy and lastModifiedBy. */
extern const struct fields LOGGING_FIELDS;
/* `custom`: the type and the free map of fields. */
extern const struct fields CUSTOM_FIELDS;
extern const struct fields ADDRESS_FIELDS;
/* `{type, currencyCode, centAmount, fractionDigits}` */
extern const struct fields MONEY_FIELDS;

/* The rows that every resource has; to stand at the head of a kind's table. */
#define RESOURCE_FIELDS \
	{ "id",                        VALUE_STRING }, \
	{ "version",                   VALUE_NUMBER }, \
	{ "createdAt",                 VALUE_DATE_TIME }, \
	{ "createdBy",                 VALUE_OBJECT, .inner = &LOGGING_FIELDS }, \
	{ "lastModifiedAt",            VALUE_DATE_TIME }, \
	{ "lastModifiedBy",            VALUE_OBJECT, .inner = &LOGGING_FIELDS }, \
	{ "lastMessageSequenceNumber", VALUE_NUMBER }
#define REFERENCE_FIELD(name) { name, VALUE_OBJECT, .inner = &REFERENCE_FIELDS }
#define REFERENCES_FIELD(name) { name, VALUE_OBJECT, true, &REFERENCE_FIELDS }
#define CUSTOM_FIELD { "custom", VALUE_OBJECT, .inner = &CUSTOM_FIELDS }
#define FIELDS(rows) { rows, sizeof(rows) / sizeof *(rows) }

#endif
