/* How long a server takes from exec to its ready line.
 *
 * time_start COMMAND [ARGUMENT...]
 *
 * Starts the command, waits for the first line of its standard output, prints the milliseconds and
 * the line as JSON, and stops the command with SIGTERM. A small program of its own, because
 * starting a process from a large one (as Node is) takes longer than what is measured. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 30 };

extern char **environ;

static pid_t child;

static double now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void give_up(int signal_number)
{
	(void)signal_number;
	(void)kill(child, SIGKILL);
}

static pid_t start(char **command, int out)
{
	posix_spawn_file_actions_t actions;
	pid_t id;
	int failed;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	failed = posix_spawn(&id, command[0], &actions, NULL, command, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed ? -1 : id;
}

/* The first line without its end. Returns its length, 0 if the command ended without one. */
static size_t first_line(int in, char *line, size_t size)
{
	size_t bytes = 0;
	ssize_t got;

	while (bytes < size - 1 && (got = read(in, line + bytes, size - 1 - bytes)) > 0) {
		bytes += (size_t)got;
		line[bytes] = '\0';
		if (strchr(line, '\n'))
			break;
	}
	line[bytes] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return strlen(line);
}

int main(int argc, char **argv)
{
	char line[1024];
	int ends[2], status;
	double started, ready;
	size_t bytes;

	if (argc < 2 || pipe2(ends, O_CLOEXEC) != 0)
		return 2;
	(void)signal(SIGALRM, give_up);
	started = now_ms();
	child = start(argv + 1, ends[1]);
	if (child < 0)
		return 1;
	(void)close(ends[1]);
	(void)alarm(PATIENCE_S);
	bytes = first_line(ends[0], line, sizeof line);
	ready = now_ms();
	(void)kill(child, SIGTERM);
	(void)waitpid(child, &status, 0);
	if (bytes == 0)
		return 1;
	(void)printf("{\"ms\":%.2f,\"exit\":%d,\"line\":\"", ready - started,
		     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	for (const char *at = line; *at; at++)
		(void)(*at == '"' || *at == '\\' ? printf("\\%c", *at) : putchar(*at));
	(void)puts("\"}");
	return 0;
}
