#include "settings_table_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/settings.h"
#include "base/nearest.h"

const struct setting SETTINGS[SETTING_COUNT] = {
#define SETTING(flag, kind, member, fallback, values, help) \
	{ "--" flag, "--no-" flag, kind, offsetof(struct settings, member), fallback, values, help },
#include "tables/settings.def"
#undef SETTING
};

bool setting_is_list(const struct setting *setting)
{
	return setting->kind == LIST || setting->kind == COUNTRIES || setting->kind == CURRENCIES ||
	       setting->kind == LANGUAGES || setting->kind == LINKS;
}

bool setting_has_off(const struct setting *setting)
{
	return setting->kind == BOOLEAN || setting->kind == ORIGIN;
}

void setting_write_variable(const struct setting *setting, char name[SETTING_NAME_BYTES])
{
	snprintf(name, SETTING_NAME_BYTES, "STANDIN_%s", setting->flag + strlen("--"));
	for (char *at = name; *at; at++)
		*at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
}

const struct setting *setting_of_flag(const char *name, bool *ret_negated)
{
	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++) {
		*ret_negated = setting_has_off(setting) && strcmp(setting->off, name) == 0;
		if (*ret_negated || strcmp(setting->flag, name) == 0)
			return setting;
	}
	return NULL;
}

const struct setting *setting_of_variable(const char *name)
{
	char known[SETTING_NAME_BYTES];

	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++) {
		setting_write_variable(setting, known);
		if (strcmp(known, name) == 0)
			return setting;
	}
	return NULL;
}

/* `-p` is `--port` for those who are used to short options: the shortest one with that letter. */
static const char *flag_of_letter(const char *name)
{
	const char *found = NULL;

	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++)
		if (name[0] == '-' && name[1] == setting->flag[2] &&
		    (!found || strlen(setting->flag) < strlen(found)))
			found = setting->flag;
	return found;
}

const char *setting_nearest_flag(const char *name)
{
	struct nearest nearest = nearest_to(name);

	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++) {
		nearest_try(&nearest, setting->flag);
		if (setting_has_off(setting))
			nearest_try(&nearest, setting->off);
	}
	nearest_try(&nearest, "--help");
	return nearest.name ? nearest.name : flag_of_letter(name);
}

/* Variables are looked for as the flags that they stand for. */
bool setting_nearest_variable(const char *name, char nearest[SETTING_NAME_BYTES])
{
	char as_flag[SETTING_NAME_BYTES];
	bool negated;

	snprintf(as_flag, sizeof as_flag, "--%s", name + strlen("STANDIN_"));
	for (char *at = as_flag; *at; at++)
		*at = *at == '_' ? '-' : *at;
	const char *flag = setting_nearest_flag(as_flag);
	const struct setting *setting = flag ? setting_of_flag(flag, &negated) : NULL;

	if (setting)
		setting_write_variable(setting, nearest);
	return setting != NULL;
}
