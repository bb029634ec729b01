#include "document/text_check.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/op.h"
#include "base/text.h"
#include "base/timestamp.h"

const char *text_check_date(struct op *op, const void *argument, const char **text)
{
	char date[DATE_TEXT_BYTES];

	(void)argument;
	if (!date_normalize(*text, date))
		return arena_printf(op->arena, "Failed to parse date: %s", *text);
	*text = arena_strdup(op->arena, date);
	return NULL;
}

const char *text_check_date_or_none(struct op *op, const void *argument, const char **text)
{
	return **text ? text_check_date(op, argument, text) : NULL;
}

const char *text_check_date_time(struct op *op, const void *argument, const char **text)
{
	int64_t time_ms;

	(void)argument;
	if (!timestamp_parse(*text, &time_ms))
		return arena_printf(op->arena, "Failed to parse date/time: %s", *text);
	*text = timestamp_text(op->arena, time_ms);
	return NULL;
}

const char *text_check_locale(struct op *op, const void *argument, const char **text)
{
	char *tag;

	(void)argument;
	if (!**text)
		return NULL;
	if (!check_locale(op->arena, *text, &tag))
		return arena_printf(op->arena, "Invalid language tag: '%s'", *text);
	*text = tag;
	return NULL;
}

const char *text_check_country(struct op *op, const void *argument, const char **text)
{
	(void)argument;
	if (check_country(*text))
		return NULL;
	return arena_printf(op->arena, "Invalid enum value: '%s'. Expected one of: %s", *text,
	                    check_country_list());
}

const char *text_check_currency(struct op *op, const void *argument, const char **text)
{
	(void)argument;
	if (check_currency(*text))
		return NULL;
	return arena_printf(op->arena, "Currency '%s' not valid as ISO 4217 or custom currency code.",
	                    *text);
}

const char *text_check_uuid(struct op *op, const void *argument, const char **text)
{
	(void)argument;
	return check_uuid(*text) ? NULL : arena_printf(op->arena, "Invalid UUID: '%s'", *text);
}

const char *text_check_uuid_or_none(struct op *op, const void *argument, const char **text)
{
	return **text ? text_check_uuid(op, argument, text) : NULL;
}

const char *text_check_enum(struct op *op, const void *argument, const char **text)
{
	struct text_buffer list = { .arena = op->arena };

	for (const char *const *value = argument; *value; value++) {
		if (strcmp(*value, *text) == 0)
			return NULL;
		text_appendf(&list, "%s'%s'", list.bytes ? "," : "", *value);
	}
	return arena_printf(op->arena, "Invalid enum value: '%s'. Expected one of: %s", *text,
	                    list.text);
}
