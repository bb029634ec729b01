#include "setting_value_priv.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/settings.h"
#include "base/check.h"
#include "base/timestamp.h"
#include "customer/outbox.h"
#include "engine/faults.h"
#include "resource/project_settings.h"
#include "settings_table_priv.h"

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool read_number(const char *text, int64_t *ret_number)
{
	enum { MOST_DIGITS = 15 };
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > MOST_DIGITS || text[digits])
		return false;
	*ret_number = strtoll(text, NULL, 10);
	return true;
}

/* A number with the suffix k, m or g for KiB, MiB or GiB, or without one. */
static bool read_bytes(const char *text, int64_t *ret_bytes)
{
	static const char UNITS[] = "kmg";
	char digits[16];
	size_t count = strlen(text);
	const char *unit = count ? strchr(UNITS, tolower((unsigned char)text[count - 1])) : NULL;

	if (!unit)
		return read_number(text, ret_bytes);
	snprintf(digits, sizeof digits, "%.*s", (int)(count < sizeof digits ? count - 1 : 0), text);
	if (!read_number(digits, ret_bytes) || *ret_bytes > INT64_MAX >> 30)
		return false;
	*ret_bytes <<= 10 * (unit - UNITS + 1);
	return true;
}

static bool read_amount(enum setting_kind kind, const char *text, int64_t *ret_amount)
{
	if (kind == DURATION)
		return duration_parse(text, ret_amount);
	return kind == BYTES ? read_bytes(text, ret_amount) : read_number(text, ret_amount);
}

/* The bounds are written like the values themselves: `1s..1d`. */
static bool set_amount(const struct setting *setting, const char *text, int64_t *member)
{
	const char *dots = strstr(setting->values, "..");
	char lower[SETTING_NAME_BYTES];
	int64_t least, most;

	snprintf(lower, sizeof lower, "%.*s", (int)(dots - setting->values), setting->values);
	return read_amount(setting->kind, lower, &least) &&
	       read_amount(setting->kind, dots + 2, &most) &&
	       read_amount(setting->kind, text, member) && *member >= least && *member <= most;
}

static bool set_boolean(const char *text, bool *member)
{
	*member = strcmp(text, "1") == 0 || strcmp(text, "true") == 0;
	return *member || strcmp(text, "0") == 0 || strcmp(text, "false") == 0;
}

static bool set_choice(const char *words, const char *text, const char **member)
{
	size_t count = strlen(text);

	*member = text;
	while (words) {
		if (strcspn(words, "|") == count && strncmp(words, text, count) == 0)
			return true;
		words = strchr(words, '|');
		words = words ? words + 1 : NULL;
	}
	return false;
}

/* Appends what stands between the commas. */
static bool add_texts(struct text_list *list, const char *text)
{
	size_t count = 0;

	while (list->items[count])
		count++;
	for (;;) {
		size_t bytes = strcspn(text, ",");
		char *copy = list->texts[count];

		if (count == MAX_LIST || bytes == 0 || bytes >= LIST_TEXT_BYTES)
			return false;
		snprintf(copy, LIST_TEXT_BYTES, "%.*s", (int)bytes, text);
		list->items[count++] = copy;
		if (!text[bytes])
			return true;
		text += bytes + 1;
	}
}

/* An origin as a browser sends it: scheme, host and port, and nothing behind them. Source: RFC 6454
 * §7. */
static bool set_origin(const char *text, const char **member)
{
	bool on = false;
	const char *host = strstr(text, "://");

	if (set_boolean(text, &on))
		text = on ? "any" : "none";
	*member = text;
	if (strcmp(text, "any") == 0 || strcmp(text, "none") == 0)
		return true;
	return host && host > text && host[3] && !strpbrk(host + 3, "/?#@, ");
}

/* Scheme, host, and what may follow, but no slash at the end. */
static bool is_url(const char *text)
{
	bool has_scheme = starts_with(text, "http://") || starts_with(text, "https://");
	size_t bytes = strlen(text);

	return has_scheme && text[bytes - 1] != '/' && bytes < URL_BYTES && !strpbrk(text, "?#@, \"\\");
}

/* A language as in BCP 47, in the spelling that clients send: en, de-AT. */
static bool is_language(const char *text)
{
	size_t letters = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	size_t bytes = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return letters >= 2 && letters <= 3 && (text[letters] == '-' || !text[letters]) && !text[bytes];
}

/* What kind of letter, and the link in it. */
static bool is_link_template(const char *text)
{
	const char *equals = strchr(text, '=');

	for (const char *const *type = LETTER_TYPES; equals && *type; type++)
		if (strlen(*type) == (size_t)(equals - text) && starts_with(text, *type))
			return equals[1] != '\0';
	return false;
}

static bool all_are(const struct text_list *list, bool (*check)(const char *text))
{
	const char *const *item = list->items;

	while (*item && check(*item))
		item++;
	return !*item;
}

bool setting_parse(const struct setting *setting, const char *text, struct settings *settings)
{
	void *member = (char *)settings + setting->offset;

	switch (setting->kind) {
	case BOOLEAN:
		return set_boolean(text, member);
	case BYTES:
	case DURATION:
	case NUMBER:
		return set_amount(setting, text, member);
	case CHOICE:
		return set_choice(setting->values, text, member);
	case COUNTRIES:
		return add_texts(member, text) && all_are(member, check_country);
	case CURRENCIES:
		return add_texts(member, text) && all_are(member, check_currency);
	case LANGUAGES:
		return add_texts(member, text) && all_are(member, is_language);
	case LATENCY:
		*(const char **)member = text;
		return delay_parse(text, &(struct delay){ 0 });
	case LINKS:
		return add_texts(member, text) && all_are(member, is_link_template);
	case LIST:
		return add_texts(member, text);
	case ORIGIN:
		return set_origin(text, member);
	case PROJECT:
		*(const char **)member = text;
		return project_key_is_valid(text);
	case TEXT:
		*(const char **)member = text;
		return *text != '\0';
	case URL:
		*(const char **)member = text;
		return is_url(text);
	}
	return false;
}
