/* The rows of tables/settings.def, and how a setting is called. */
#ifndef APP_SETTINGS_TABLE_PRIV_H
#define APP_SETTINGS_TABLE_PRIV_H

#include <stdbool.h>
#include <stddef.h>

enum setting_kind {
	BOOLEAN,
	BYTES,
	CHOICE,
	COUNTRIES,
	CURRENCIES,
	DURATION,
	LANGUAGES,
	LATENCY,
	LINKS,
	LIST,
	NUMBER,
	ORIGIN,
	PROJECT,
	TEXT,
	URL
};

struct setting {
	const char       *flag;     /* with its two hyphens */
	const char       *off;      /* the flag with `--no-` */
	enum setting_kind kind;
	size_t            offset;   /* of the member in struct settings */
	const char       *fallback; /* "": the member stays NULL */
	const char       *values;   /* the range, the words, or what stands for the value in the help */
	const char       *help;
};

enum {
	SETTING_COUNT = 0
#define SETTING(flag, kind, member, fallback, values, help) +1
#include "tables/settings.def"
#undef SETTING
	,
	SETTING_NAME_BYTES = 64
};

extern const struct setting SETTINGS[SETTING_COUNT];

/* May it be given several times, or with commas? */
bool setting_is_list(const struct setting *setting);

/* Has it the form `--no-…`? */
bool setting_has_off(const struct setting *setting);

/* The variable that sets it, too. */
void setting_write_variable(const struct setting *setting, char name[SETTING_NAME_BYTES]);

/* The setting of a flag; *ret_negated: it was the form `--no-…`. NULL: there is none. */
const struct setting *setting_of_flag(const char *name, bool *ret_negated);

/* The setting of a variable. NULL: there is none. */
const struct setting *setting_of_variable(const char *name);

/* The flag that may have been meant. NULL: none. */
const char *setting_nearest_flag(const char *name);

/* The same for variables. False: none. */
bool setting_nearest_variable(const char *name, char nearest[SETTING_NAME_BYTES]);

#endif
