/* The program: finds the command among the arguments and runs it. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/backup.h"
#include "app/commands.h"
#include "app/ready.h"
#include "app/seeds.h"
#include "app/settings.h"
#include "app/validate.h"
#include "base/nearest.h"

static int serve(char **arguments)
{
	struct settings settings;

	/* Whoever waits for it must not take the one of an earlier server for that of this one. */
	ready_file_remove(settings_ready_file(arguments));
	return settings_read(arguments, &settings) ? app_serve(&settings) : EXIT_USAGE;
}

static int help(char **arguments);

static const struct command {
	const char *name;
	int       (*run)(char **arguments); /* those after the command, ended by NULL */
	void      (*print_help)(void);
} COMMANDS[] = {
	{ "serve",       serve,       print_serve_help },
	{ "healthcheck", healthcheck, print_healthcheck_help },
	{ "help",        help,        print_help },
	{ "validate",    validate,    print_validate_help },
	{ "backup",      backup,      print_backup_help },
	{ "restore",     restore,     print_restore_help },
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static const struct command *find_command(const char *name)
{
	struct nearest nearest = nearest_to(name);

	for (const struct command *command = COMMANDS; command < COMMANDS + COMMAND_COUNT; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
		nearest_try(&nearest, command->name);
	}
	if (nearest.name)
		fprintf(stderr, "standin: unknown command '%.80s'; did you mean %s?\n", name, nearest.name);
	else
		fprintf(stderr, "standin: unknown command '%.80s'; %s\n", name, settings_advice_for(name));
	return NULL;
}

static int finish_printing(void)
{
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_RUNNING_FAILED;
}

/* `help` and `help COMMAND`, for those who do not expect flags. */
static int help(char **arguments)
{
	const struct command *command = arguments[0] ? find_command(arguments[0]) : COMMANDS;

	if (!command)
		return EXIT_USAGE;
	(arguments[0] ? command->print_help : print_help)();
	return finish_printing();
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
	return finish_printing();
}
