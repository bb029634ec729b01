#include "app/settings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "server/http_server.h"
#include "setting_value_priv.h"
#include "settings_table_priv.h"

enum { SHOWN_BYTES = 80 };

/* Where a value comes from; a later one beats an earlier one. */
enum source { FROM_DEFAULT, FROM_VARIABLE, FROM_FLAG };

struct reader {
	struct settings *settings;
	enum source      sources[SETTING_COUNT];
	const char      *texts[SETTING_COUNT];   /* as they were given */
};

extern char **environ;

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
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

/* `name`: the flag or variable as it was given. `text` must live as long as the settings. False:
 * said on stderr. */
static bool set(struct reader *reader, const struct setting *setting, enum source source,
                const char *name, const char *text)
{
	enum source *from = &reader->sources[setting - SETTINGS];
	const char **before = &reader->texts[setting - SETTINGS];
	char buffers[2][SHOWN_BYTES];

	/* A list grows within one source only. */
	if (setting_is_list(setting) && *from != source)
		memset((char *)reader->settings + setting->offset, 0, sizeof(struct text_list));
	if (!setting_is_list(setting) && *from == source && *before && strcmp(*before, text) != 0)
		return complain("%s is given twice, as '%s' and as '%s'; leave one of them out",
		                setting->flag, shown(*before, buffers[0]), shown(text, buffers[1]));
	*from = source;
	*before = text;
	return setting_parse(setting, text, reader->settings) || complain_of_value(setting, name, text);
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
	char name[SETTING_NAME_BYTES], nearest[SETTING_NAME_BYTES], buffer[SHOWN_BYTES];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(entry, "="), entry);
	const struct setting *setting = setting_of_variable(name);
	const char *value = strchr(entry, '=');

	/* Empty counts as not set, because compose files and shells cannot always unset. */
	if (setting)
		return !value || !value[1] || set(reader, setting, FROM_VARIABLE, name, value + 1);
	if (setting_nearest_variable(name, nearest))
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
	char name[SETTING_NAME_BYTES], buffer[SHOWN_BYTES];
	bool negated;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
	const struct setting *setting = setting_of_flag(name, &negated);
	const char *value = strchr(word, '=');

	if (!setting) {
		const char *nearest = setting_nearest_flag(name);

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

/* What one of the two leaves open follows from the other. */
static bool settle_connections(struct reader *reader)
{
	struct settings *settings = reader->settings;
	bool negated;
	enum source threads = reader->sources[setting_of_flag("--threads", &negated) - SETTINGS];
	enum source connections =
		reader->sources[setting_of_flag("--max-connections", &negated) - SETTINGS];
	int64_t served = settings->threads * CONNECTIONS_PER_THREAD;
	int64_t needed =
		(settings->max_connections + CONNECTIONS_PER_THREAD - 1) / CONNECTIONS_PER_THREAD;

	if (settings->max_connections <= served)
		return true;
	if (connections == FROM_DEFAULT)
		settings->max_connections = served;
	else if (threads == FROM_DEFAULT)
		settings->threads = needed;
	else
		return complain(
			"--max-connections %lld needs --threads %lld, as a thread serves %d connections",
			(long long)settings->max_connections, (long long)needed, CONNECTIONS_PER_THREAD);
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
	       settle_database(&reader) && settle_connections(&reader);
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
