/* The program: finds the command among the arguments and runs it. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/commands.h"
#include "app/seeds.h"
#include "app/settings.h"
#include "base/text.h"

static int serve(char **arguments)
{
	struct settings settings;

	return settings_read(arguments, &settings) ? app_serve(&settings) : EXIT_USAGE;
}

static const struct command {
	const char *name;
	int       (*run)(char **arguments); /* those after the command, ended by NULL */
	void      (*print_help)(void);
} COMMANDS[] = {
	{ "serve",       serve,       print_serve_help },
	{ "healthcheck", healthcheck, print_healthcheck_help },
	{ "validate",    validate,    print_validate_help },
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static const struct command *find_command(const char *name)
{
	const struct command *nearest = COMMANDS;

	for (const struct command *command = COMMANDS; command < COMMANDS + COMMAND_COUNT; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
		if (text_distance(command->name, name) < text_distance(nearest->name, name))
			nearest = command;
	}
	fprintf(stderr, "standin: unknown command '%.80s'; did you mean %s?\n", name, nearest->name);
	return NULL;
}

/* Is one of the two among the options? What follows `--` is none. */
static bool asks_for(char **arguments, const char *flag, const char *short_flag)
{
	for (; *arguments && strcmp(*arguments, "--") != 0; arguments++)
		if (strcmp(*arguments, flag) == 0 || strcmp(*arguments, short_flag) == 0)
			return true;
	return false;
}

int main(int argument_count, char **arguments)
{
	bool is_named = argument_count > 1 && arguments[1][0] != '-';
	const struct command *command = is_named ? find_command(arguments[1]) : COMMANDS;
	char **rest = arguments + (is_named ? 2 : argument_count > 0);

	if (!command)
		return EXIT_USAGE;
	if (asks_for(rest, "--help", "-h"))
		(is_named ? command->print_help : print_help)();
	else if (!is_named && asks_for(rest, "--version", "-V"))
		puts("standin " STANDIN_VERSION);
	else
		return command->run(rest);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_RUNNING_FAILED;
}
