#include "app/settings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/nearest.h"
#include "base/timestamp.h"
#include "resource/project_settings.h"

enum kind {
	BOOLEAN,
	BYTES,
	CHOICE,
	COUNTRIES,
	CURRENCIES,
	DURATION,
	LANGUAGES,
	LIST,
	NUMBER,
	ORIGIN,
	PROJECT,
	TEXT,
	URL
};

struct setting {
	const char *flag;     /* with its two hyphens */
	const char *off;      /* the flag with `--no-` */
	enum kind   kind;
	size_t      offset;   /* of the member in struct settings */
	const char *fallback; /* "": the member stays NULL */
	const char *values;
	const char *help;
};

static const struct setting SETTINGS[] = {
#define SETTING(flag, kind, member, fallback, values, help) \
	{ "--" flag, "--no-" flag, kind, offsetof(struct settings, member), fallback, values, help },
#include "tables/settings.def"
#undef SETTING
};

enum { SETTING_COUNT = sizeof SETTINGS / sizeof *SETTINGS, NAME_BYTES = 64, SHOWN_BYTES = 80 };

/* Where a value comes from; a later one beats an earlier one. */
enum source { FROM_DEFAULT, FROM_VARIABLE, FROM_FLAG };

struct reader {
	struct settings *settings;
	enum source      sources[SETTING_COUNT];
	const char      *texts[SETTING_COUNT];   /* as they were given */
};

extern char **environ;

/* Names */

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool has_no_form(const struct setting *setting)
{
	return setting->kind == BOOLEAN || setting->kind == ORIGIN;
}

static void write_variable(const struct setting *setting, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "STANDIN_%s", setting->flag + strlen("--"));
	for (char *at = name; *at; at++)
		*at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
}

static const struct setting *setting_of_flag(const char *name, bool *ret_negated)
{
	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++) {
		*ret_negated = has_no_form(setting) && strcmp(setting->off, name) == 0;
		if (*ret_negated || strcmp(setting->flag, name) == 0)
			return setting;
	}
	return NULL;
}

static const struct setting *setting_of_variable(const char *name)
{
	char known[NAME_BYTES];

	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++) {
		write_variable(setting, known);
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

/* The flag that may have been meant. NULL: none. */
static const char *nearest_flag(const char *name)
{
	struct nearest nearest = nearest_to(name);

	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++) {
		nearest_try(&nearest, setting->flag);
		if (has_no_form(setting))
			nearest_try(&nearest, setting->off);
	}
	nearest_try(&nearest, "--help");
	return nearest.name ? nearest.name : flag_of_letter(name);
}

/* The same for variables; they are looked for as the flags that they stand for. */
static bool find_nearest_variable(const char *name, char nearest[NAME_BYTES])
{
	char as_flag[NAME_BYTES];
	bool negated;

	snprintf(as_flag, sizeof as_flag, "--%s", name + strlen("STANDIN_"));
	for (char *at = as_flag; *at; at++)
		*at = *at == '_' ? '-' : *at;
	const char *flag = nearest_flag(as_flag);
	const struct setting *setting = flag ? setting_of_flag(flag, &negated) : NULL;

	if (setting)
		write_variable(setting, nearest);
	return setting != NULL;
}

/* Complaints */

/* Says on stderr, in one line, what is wrong with the usage. Returns false, so it can end a
 * function. */
static bool complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool complain(const char *format, ...)
{
	va_list arguments;

	fputs("standin: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return false;
}

/* A text of the user's as it may stand in one line. */
static const char *shown(const char *text, char buffer[SHOWN_BYTES])
{
	snprintf(buffer, SHOWN_BYTES, "%s", text);
	for (char *at = buffer; *at; at++)
		if (iscntrl((unsigned char)*at))
			*at = '?';
	return buffer;
}

static bool complain_of_value(const struct setting *setting, const char *name, const char *text)
{
	static const char *const EXPECTED[] = {
		[BOOLEAN] = "1, 0, true or false",
		[BYTES] = "bytes within",
		[CHOICE] = "one of",
		[COUNTRIES] = "codes of countries such as DE,US",
		[CURRENCIES] = "codes of currencies such as EUR,USD",
		[LANGUAGES] = "tags of languages such as en,de-AT",
		[DURATION] = "a duration such as 15s, 48h or PT48H, within",
		[LIST] = "one or more, with commas between them",
		[NUMBER] = "a number within",
		[ORIGIN] = "any, none or an origin such as http://localhost:3000",
		[PROJECT] = "2 to 256 letters, digits, - or _, and none of the server's own paths",
		[TEXT] = "a text that is not empty",
		[URL] = "an address such as http://shop.example:8989",
	};
	bool has_bounds = strstr(setting->values, "..") || setting->kind == CHOICE;
	char buffer[SHOWN_BYTES];

	return complain("%s: expected %s%s%s, got '%s'", name, EXPECTED[setting->kind],
	                has_bounds ? " " : "", has_bounds ? setting->values : "", shown(text, buffer));
}

/* Values */

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

static bool read_amount(enum kind kind, const char *text, int64_t *ret_amount)
{
	if (kind == DURATION)
		return duration_parse(text, ret_amount);
	return kind == BYTES ? read_bytes(text, ret_amount) : read_number(text, ret_amount);
}

/* The bounds are written like the values themselves: `1s..1d`. */
static bool set_amount(const struct setting *setting, const char *text, int64_t *member)
{
	const char *dots = strstr(setting->values, "..");
	char lower[NAME_BYTES];
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

static bool all_are(const struct text_list *list, bool (*check)(const char *text))
{
	const char *const *item = list->items;

	while (*item && check(*item))
		item++;
	return !*item;
}

static bool is_list(const struct setting *setting)
{
	return setting->kind == LIST || setting->kind == COUNTRIES || setting->kind == CURRENCIES ||
	       setting->kind == LANGUAGES;
}

/* Reads a text into the setting's member. False: it is no such value. */
static bool parse(const struct setting *setting, const char *text, struct settings *settings)
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

/* `name`: the flag or variable as it was given. `text` must live as long as the settings. False:
 * said on stderr. */
static bool set(struct reader *reader, const struct setting *setting, enum source source,
                const char *name, const char *text)
{
	enum source *from = &reader->sources[setting - SETTINGS];
	const char **before = &reader->texts[setting - SETTINGS];
	char buffers[2][SHOWN_BYTES];

	/* A list grows within one source only. */
	if (is_list(setting) && *from != source)
		memset((char *)reader->settings + setting->offset, 0, sizeof(struct text_list));
	if (!is_list(setting) && *from == source && *before && strcmp(*before, text) != 0)
		return complain("%s is given twice, as '%s' and as '%s'; leave one of them out",
		                setting->flag, shown(*before, buffers[0]), shown(text, buffers[1]));
	*from = source;
	*before = text;
	return parse(setting, text, reader->settings) || complain_of_value(setting, name, text);
}

/* Sources */

static bool set_defaults(struct reader *reader)
{
	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++)
		if (*setting->fallback &&
		    !set(reader, setting, FROM_DEFAULT, setting->flag, setting->fallback))
			return false;
	return true;
}

static bool read_variable(struct reader *reader, const char *entry)
{
	char name[NAME_BYTES], nearest[NAME_BYTES], buffer[SHOWN_BYTES];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(entry, "="), entry);
	const struct setting *setting = setting_of_variable(name);
	const char *value = strchr(entry, '=');

	/* Empty counts as not set, because compose files and shells cannot always unset. */
	if (setting)
		return !value || !value[1] || set(reader, setting, FROM_VARIABLE, name, value + 1);
	if (find_nearest_variable(name, nearest))
		return complain("unknown variable %s; did you mean %s?", shown(name, buffer), nearest);
	return complain("unknown variable %s; standin --help lists all", shown(name, buffer));
}

static bool read_variables(struct reader *reader)
{
	bool negated;
	const struct setting *port = setting_of_flag("--port", &negated);
	const char *platform_port =
		getenv("PORT"); /* what hosting platforms set; our own variable beats it */

	for (char **entry = environ; *entry; entry++)
		if (starts_with(*entry, "STANDIN_") && !read_variable(reader, *entry))
			return false;
	if (!platform_port || !*platform_port || reader->sources[port - SETTINGS] != FROM_DEFAULT)
		return true;
	return set(reader, port, FROM_VARIABLE, "PORT", platform_port);
}

const char *settings_advice_for(const char *argument)
{
	struct stat status;
	size_t bytes = strlen(argument);
	bool is_fixture = bytes > 5 && strcmp(argument + bytes - 5, ".json") == 0;

	if (is_fixture || stat(argument, &status) == 0)
		return "fixtures go with --seed, as in standin --seed shop.json; standin validate shop.json checks them";
	return "a command comes first, and a value follows its flag; standin --help lists both";
}

/* Reads the flag at **arguments and moves to its last word. */
static bool read_flag(struct reader *reader, char ***arguments)
{
	const char *word = **arguments;
	char name[NAME_BYTES], buffer[SHOWN_BYTES];
	bool negated;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
	const struct setting *setting = setting_of_flag(name, &negated);
	const char *value = strchr(word, '=');

	if (!setting) {
		const char *nearest = nearest_flag(name);

		if (nearest)
			return complain("unknown option %s; did you mean %s?", shown(name, buffer), nearest);
		return complain("unknown option %s; standin --help lists all", shown(name, buffer));
	}
	if (negated)
		return value ? complain("%s takes no value", name)
		             : set(reader, setting, FROM_FLAG, name, "0");
	if (value)
		return set(reader, setting, FROM_FLAG, name, value + 1);
	if (setting->kind == BOOLEAN)
		return set(reader, setting, FROM_FLAG, name, "1");
	if (!(*arguments)[1])
		return complain("%s needs a value: %s", name, setting->values);
	return set(reader, setting, FROM_FLAG, name, *++*arguments);
}

static bool read_flags(struct reader *reader, char **arguments)
{
	char buffer[SHOWN_BYTES];

	for (; *arguments && (*arguments)[0] == '-' && (*arguments)[1]; arguments++) {
		if (strcmp(*arguments, "--") == 0) {
			arguments++;
			break;
		}
		if (!read_flag(reader, &arguments))
			return false;
	}
	return !*arguments || complain("unexpected argument '%s'; %s", shown(*arguments, buffer),
	                               settings_advice_for(*arguments));
}

/* A flag beats a variable here too; within one source the two contradict each other. */
static bool settle_database(struct reader *reader)
{
	struct settings *settings = reader->settings;
	bool negated;
	enum source db = reader->sources[setting_of_flag("--db", &negated) - SETTINGS];
	enum source memory = reader->sources[setting_of_flag("--in-memory", &negated) - SETTINGS];

	if (!settings->in_memory || !settings->db)
		return true;
	if (db == memory)
		return db == FROM_FLAG ? complain("--db and --in-memory exclude each other")
		                       : complain("STANDIN_DB and STANDIN_IN_MEMORY exclude each other");
	if (db > memory)
		settings->in_memory = false;
	else
		settings->db = NULL;
	return true;
}

const char *settings_ready_file(char **arguments)
{
	static const char FLAG[] = "--ready-file";
	const char *path = getenv("STANDIN_READY_FILE");

	for (; *arguments && strcmp(*arguments, "--") != 0; arguments++)
		if (strcmp(*arguments, FLAG) == 0)
			path = arguments[1];
		else if (starts_with(*arguments, FLAG) && (*arguments)[strlen(FLAG)] == '=')
			path = *arguments + strlen(FLAG) + 1;
	return path && *path ? path : NULL;
}

bool settings_read(char **arguments, struct settings *ret_settings)
{
	struct reader reader = { .settings = ret_settings };

	memset(ret_settings, 0, sizeof *ret_settings);
	return set_defaults(&reader) && read_variables(&reader) && read_flags(&reader, arguments) &&
	       settle_database(&reader);
}

/* What they amount to */

void settings_write_url(const struct settings *settings, int port, char url[URL_BYTES])
{
	static const char *const SEEN_AS_LOCALHOST[] = { "localhost", "0.0.0.0", "::" };
	const char *host = settings->hosts.items[0];

	for (const char *const *one = settings->hosts.items; *one; one++)
		for (size_t i = 0; i < sizeof SEEN_AS_LOCALHOST / sizeof *SEEN_AS_LOCALHOST; i++)
			if (strcmp(*one, SEEN_AS_LOCALHOST[i]) == 0)
				host = "localhost";
	bool is_ipv6 = strchr(host, ':') != NULL;

	snprintf(url, URL_BYTES, "http://%s%s%s:%d", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
	         port);
}

/* Help */

/* Writes words with a left margin and at most 80 columns. */
static void print_wrapped(const char *text)
{
	enum { LEFT = 6, RIGHT = 80 };
	int column = 0;

	while (*text) {
		int bytes = (int)strcspn(text, " ");

		if (column && column + 1 + bytes > RIGHT) {
			putchar('\n');
			column = 0;
		}
		printf("%*s%.*s", column ? 1 : LEFT, "", bytes, text);
		column += (column ? 1 : LEFT) + bytes;
		text += bytes;
		text += strspn(text, " ");
	}
	putchar('\n');
}

void settings_print_help(void)
{
	char variable[NAME_BYTES];

	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++) {
		write_variable(setting, variable);
		printf("  %s%s%s", setting->flag, *setting->values ? " " : "", setting->values);
		if (has_no_form(setting))
			printf(", %s", setting->off);
		putchar('\n');
		print_wrapped(setting->help);
		printf("      [%s%s%s]\n", variable, *setting->fallback ? "; default: " : "",
		       setting->fallback);
	}
}
