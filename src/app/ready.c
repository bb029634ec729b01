#include "app/ready.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "app/settings.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "project/seed.h"

/* The ready file */

static bool write_durably(int fd, const char *text)
{
	size_t bytes = strlen(text);

	/* mkstemp() makes a file for the owner only, but whoever waits for it may be somebody else. */
	return write(fd, text, bytes) == (ssize_t)bytes && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
}

static bool replace_file(const char *path, const char *text)
{
	size_t room = strlen(path) + sizeof ".XXXXXX";
	char *temporary = xmalloc(room);

	snprintf(temporary, room, "%s.XXXXXX", path);
	int fd = mkstemp(temporary);
	bool written = fd >= 0 && write_durably(fd, text) && rename(temporary, path) == 0;
	int problem = errno;

	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !written)
		unlink(temporary);
	free(temporary);
	errno = problem;
	return written;
}

bool ready_file_write(const struct ready *ready)
{
	char url[URL_BYTES], text[2 * URL_BYTES + 128];

	if (!ready->settings->ready_file)
		return true;
	settings_write_url(ready->settings, ready->port, url);
	snprintf(text, sizeof text, "{\"apiUrl\":\"%s\",\"authUrl\":\"%s\",\"port\":%d,\"pid\":%ld}\n",
	         url, url, ready->port, (long)getpid());
	return replace_file(ready->settings->ready_file, text);
}

bool ready_file_has_folder(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	size_t room = path ? strlen(path) + 1 : 1;
	char *folder = xmalloc(room);

	snprintf(folder, room, "%.*s", slash ? (int)(slash - path) : 0, path ? path : "");
	bool is_there = !*folder || access(folder, W_OK) == 0;
	int problem = errno;

	free(folder);
	errno = problem;
	return is_there;
}

void ready_file_remove(const char *path)
{
	if (path)
		(void)unlink(path); /* somebody else may have removed it */
}

/* The ready line */

static void print_line(const struct ready *ready, const char *url)
{
	printf("standin ready %s", url);
	for (size_t i = 0; i < ready->project_count; i++)
		printf(" project=%s customers=%lld products=%lld", ready->projects[i].key,
		       (long long)ready->projects[i].customers, (long long)ready->projects[i].products);
	printf(" pid=%ld %s%s (%lld ms)\n", (long)getpid(), ready->db_path ? "db=" : "in-memory",
	       ready->db_path ? ready->db_path : "", (long long)ready->took_ms);
}

static json_t *counts(const struct project_counts *project)
{
	return json_pack("{s:s, s:I, s:I}", "project", project->key, "customers",
	                 (json_int_t)project->customers, "products", (json_int_t)project->products);
}

static void print_json(const struct ready *ready, const char *url)
{
	const char *db = ready->db_path && text_is_utf8(ready->db_path, strlen(ready->db_path))
	                     ? ready->db_path
	                     : NULL;
	json_t *projects = json_array();

	for (size_t i = 0; i < ready->project_count; i++)
		json_array_append_new(projects, counts(&ready->projects[i]));
	json_auto_t *line =
		json_pack("{s:s, s:s, s:s, s:i, s:o, s:I, s:b, s:s*, s:I}", "event", "ready", "apiUrl", url,
	              "authUrl", url, "port", ready->port, "projects", projects, "pid",
	              (json_int_t)getpid(), "inMemory", !ready->db_path, "db", db, "ms",
	              (json_int_t)ready->took_ms);
	json_auto_t *main_one = counts(&ready->projects[ready->project_count - 1]);

	json_object_update(line, main_one);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
}

/* A first call that works when it is copied. Any client is accepted where none is declared. */
static void print_to_copy(const struct ready *ready, const char *url)
{
	const char *project = ready->settings->project;
	const char *client =
		strcmp(project, DEMO_PROJECT) == 0 ? "storefront:storefront-secret" : "any:any";

	printf("\n  curl -s %s/oauth/%s/customers/token -u %s \\\n"
	       "    -d grant_type=password -d username=alice@example.com -d password=Alice@1234\n"
	       "  curl -s %s/%s/me -H \"Authorization: Bearer $access_token\"\n\n",
	       url, project, client, url, project);
}

void ready_print(const struct ready *ready)
{
	char url[URL_BYTES];

	settings_write_url(ready->settings, ready->port, url);
	if (strcmp(ready->settings->log, "json") == 0)
		print_json(ready, url);
	else
		print_line(ready, url);
	if (isatty(STDOUT_FILENO) && ready->is_demo)
		print_to_copy(ready, url);
	fflush(stdout);
}

/* The supervisor */

void notify_supervisor(const char *state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t bytes = path ? strlen(path) : 0;

	if (bytes == 0 || bytes >= sizeof address.sun_path)
		return;
	memcpy(address.sun_path, path, bytes);
	if (address.sun_path[0] == '@') /* a name that is no file */
		address.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	socklen_t address_bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes);

	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, address_bytes) <
	    0)
		log_event(LOG_LEVEL_WARNING, "notify", "NOTIFY_SOCKET: %s", strerror(errno));
	close(fd);
}
