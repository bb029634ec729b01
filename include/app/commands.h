/* What the program prints and does beside serving. */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

/* How the process ends. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_RUNNING_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_FIXTURE = 3,
	EXIT_CANNOT_LISTEN = 4,
	EXIT_DATABASE = 5,
};

/* Print the help of the program, and of its commands, to stdout. */
void print_help(void);
void print_serve_help(void);
void print_healthcheck_help(void);
void print_validate_help(void);
void print_backup_help(void);
void print_restore_help(void);

/* `healthcheck [URL]`: asks /readyz of a server. `arguments`: what follows the command, ended by
 * NULL. Returns the exit code: EXIT_OK if the answer is 200 within 3 seconds. */
int healthcheck(char **arguments);

#endif
