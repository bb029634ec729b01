#include "app/commands.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/settings_help.h"

enum { TIMEOUT_S = 3, HOST_BYTES = 256, PORT_BYTES = 8 };

/* Help */

void print_help(void)
{
	fputs("standin stands in for the My Customer Profile part of the commercetools API.\n"
	      "\n"
	      "Examples:\n"
	      "  standin                              serve on http://localhost:8989, keep the data\n"
	      "  standin --port 0 --in-memory         serve on a free port, keep nothing\n"
	      "  standin --db shop.db --log json      keep the data in shop.db, log as JSON\n"
	      "  standin --seed fixtures/             start new projects with these fixtures\n"
	      "  standin validate fixtures/           look for mistakes in them\n"
	      "  standin healthcheck                  exit with 0 if that server is ready\n"
	      "  standin backup today.db              copy the data, while the server goes on\n"
	      "\n"
	      "Commands:\n"
	      "  serve [options]      start the server (also without a command)\n"
	      "  healthcheck [URL]    ask a server whether it is ready\n"
	      "  validate FILE|DIR…   look for mistakes in fixtures\n"
	      "  backup FILE          write a copy of the database\n"
	      "  restore FILE         put such a copy in the place of the database\n"
	      "  --help, --version    also: standin COMMAND --help\n"
	      "\n"
	      "Options of serve, each with the variable that sets it too; a flag beats a variable:\n",
	      stdout);
	settings_print_help();
}

void print_serve_help(void)
{
	fputs(
		"Examples:\n"
		"  standin serve                        keep the data in the usual place\n"
		"  standin serve --port 0 --in-memory   take a free port, keep nothing\n"
		"  STANDIN_PORT=9000 standin serve      the same as --port 9000\n"
		"\n"
		"Stops at SIGINT, SIGTERM and SIGHUP, when it has answered what it was asked. Exit status:\n"
		"0 stopped, 1 failed while running, 2 wrong usage, 3 mistakes in a fixture, 4 cannot listen,\n"
		"5 cannot open the database.\n"
		"\n"
		"Options, each with the variable that sets it too; a flag beats a variable:\n",
		stdout);
	settings_print_help();
}

void print_healthcheck_help(void)
{
	fputs(
		"Examples:\n"
		"  standin healthcheck                          ask http://localhost:8989/readyz\n"
		"  standin healthcheck http://127.0.0.1:9000\n"
		"  standin healthcheck 'http://[::1]:9000'\n"
		"\n"
		"Exit status: 0 if the answer is 200 within 3 seconds, else 1. Without a URL, the port is that of\n"
		"STANDIN_PORT, else of PORT, else 8989.\n",
		stdout);
}

void print_validate_help(void)
{
	fputs(
		"Examples:\n"
		"  standin validate shop.json\n"
		"  standin validate fixtures/ more.json    documents that refer to each other\n"
		"\n"
		"Loads fixtures, keeps nothing, and prints each mistake with its file, where it is (RFC 6901),\n"
		"what is expected and what was found. A folder counts as the *.json in it. Exit status: 0 if there\n"
		"is no mistake, 3 if there is one.\n",
		stdout);
}

void print_backup_help(void)
{
	fputs(
		"Examples:\n"
		"  standin backup today.db                  of the database in the usual place, or of STANDIN_DB\n"
		"  standin backup --db shop.db today.db\n"
		"  standin backup --force latest.db         even if latest.db is there already\n"
		"\n"
		"Writes what the database holds at one moment to FILE, whether a server uses it or not. FILE is there\n"
		"when it is whole and on disk, never before. It is a database of its own: standin serve --db FILE opens\n"
		"it. Exit status: 0 written, 1 it cannot be written, 2 wrong usage, 5 the database cannot be read.\n",
		stdout);
}

void print_restore_help(void)
{
	fputs(
		"Examples:\n"
		"  standin restore today.db                 to the usual place, or to STANDIN_DB\n"
		"  standin restore --db shop.db today.db\n"
		"\n"
		"Puts a copy that standin backup has written in the place of the database, while no server uses it.\n"
		"What was there is gone then, with its -wal; if anything fails it stays as it was. FILE stays, too.\n"
		"Exit status: 0 done, 1 it cannot be written, 2 wrong usage, 5 FILE is no whole database of this\n"
		"server, or a server uses the one in its place.\n",
		stdout);
}

/* Health */

struct target {
	char host[HOST_BYTES];           /* without brackets */
	char port[PORT_BYTES];
	char authority[HOST_BYTES + 16]; /* as the URL has it */
};

/* Copies a part of a text. False: it is empty or too long. */
static bool copy_part(char *to, size_t room, const char *from, size_t bytes)
{
	if (bytes == 0 || bytes >= room)
		return false;
	memcpy(to, from, bytes);
	to[bytes] = '\0';
	return true;
}

/* `http://host:port/…`; the host may be an IPv6 address in brackets. */
static bool parse_url(const char *url, struct target *ret_target)
{
	static const char SCHEME[] = "http://";

	if (strncmp(url, SCHEME, strlen(SCHEME)) != 0)
		return false;
	const char *authority = url + strlen(SCHEME);
	bool has_brackets = *authority == '[';
	const char *host = authority + has_brackets;
	size_t host_bytes = strcspn(host, has_brackets ? "]/" : ":/");
	const char *rest = host + host_bytes;

	if (has_brackets && *rest++ != ']')
		return false;
	const char *port = *rest == ':' ? rest + 1 : "80";

	return (*rest == ':' || *rest == '/' || !*rest) && !strpbrk(url, " \r\n") &&
	       copy_part(ret_target->host, sizeof ret_target->host, host, host_bytes) &&
	       copy_part(ret_target->port, sizeof ret_target->port, port, strcspn(port, "/")) &&
	       copy_part(ret_target->authority, sizeof ret_target->authority, authority,
	                 strcspn(authority, "/"));
}

/* Gives a connected socket; -1, and *ret_why: why not. */
static int connect_to(const struct target *target, const char **ret_why)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	int fd = -1;
	int code = getaddrinfo(target->host, target->port, &hints, &found);

	if (code != 0) {
		*ret_why = gai_strerror(code);
		return -1;
	}
	for (const struct addrinfo *one = found; one && fd < 0; one = one->ai_next) {
		fd = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
		if (fd >= 0 && connect(fd, one->ai_addr, one->ai_addrlen) != 0) {
			*ret_why = strerror(errno);
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	return fd;
}

/* Asks, and reads the status of the answer; 0: there is none that HTTP knows. */
static int ask(int fd, const char *authority)
{
	static const char VERSION[] = "HTTP/1.1 ";
	enum { STATUS_DIGITS = 3 };
	char request[HOST_BYTES + 128];
	char answer[sizeof VERSION + STATUS_DIGITS] = "";
	size_t received = 0;
	int bytes =
		snprintf(request, sizeof request,
	             "GET /readyz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", authority);

	if (send(fd, request, (size_t)bytes, MSG_NOSIGNAL) != bytes)
		return 0;
	while (received < sizeof answer - 1) {
		ssize_t count = recv(fd, answer + received, sizeof answer - 1 - received, 0);

		if (count <= 0)
			return 0;
		received += (size_t)count;
	}
	if (strncmp(answer, VERSION, strlen(VERSION)) != 0)
		return 0;
	return (int)strtol(answer + strlen(VERSION), NULL, 10);
}

/* Is the server ready? If not, says why. */
static bool is_ready(const struct target *target, const char *url)
{
	const char *why = "there is no such address";
	int fd = connect_to(target, &why);
	int status = fd >= 0 ? ask(fd, target->authority) : 0;

	if (fd < 0)
		fprintf(stderr, "standin: %s is not ready: %s\n", url, why);
	else if (status && status != 200)
		fprintf(stderr, "standin: %s is not ready: it answered %d\n", url, status);
	else if (!status)
		fprintf(stderr, "standin: %s is not ready: what answers is no HTTP server\n", url);
	if (fd >= 0)
		close(fd);
	return status == 200;
}

/* One deadline for everything, the look-up of the name included. Only calls that a signal handler
 * may make. */
static void give_up(int signal_number)
{
	static const char MESSAGE[] = "standin: no answer in time\n";
	ssize_t written = write(STDERR_FILENO, MESSAGE, sizeof MESSAGE - 1);

	(void)signal_number;
	(void)written; /* there is nobody left to tell */
	_exit(EXIT_RUNNING_FAILED);
}

static void set_deadline(void)
{
	const struct sigaction action = { .sa_handler = give_up };

	sigaction(SIGALRM, &action, NULL);
	alarm(TIMEOUT_S);
}

static const char *set_port(void)
{
	static const char *const VARIABLES[] = { "STANDIN_PORT", "PORT" };

	for (size_t i = 0; i < sizeof VARIABLES / sizeof *VARIABLES; i++) {
		const char *port = getenv(VARIABLES[i]);

		if (port && *port)
			return port;
	}
	return "8989";
}

int healthcheck(char **arguments)
{
	char fallback[HOST_BYTES];
	struct target target;

	snprintf(fallback, sizeof fallback, "http://localhost:%s", set_port());
	const char *url = arguments[0] ? arguments[0] : fallback;

	if ((arguments[0] && arguments[1]) || !parse_url(url, &target)) {
		fprintf(stderr, "standin: healthcheck takes one URL, such as http://localhost:8989\n");
		return EXIT_USAGE;
	}
	set_deadline();
	return is_ready(&target, url) ? EXIT_OK : EXIT_RUNNING_FAILED;
}
