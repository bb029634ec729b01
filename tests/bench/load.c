/* Load whose next request depends on the last answer, which wrk cannot make.
 *
 * load SCENARIO --port N [--connections N] [--seconds S] [--warmup S] [--count N] [--tokens FILE]
 *      [--token TOKEN] [--draft FILE] [--sku SKU]
 *
 *   token    every connection asks for anonymous tokens
 *   sign-in  customers 0 to COUNT-1 sign in, one after the other
 *   update   every connection has a customer of its own (a line of FILE), learns the version by
 *            GET /me and sets a new first name again and again, each with the version of the last
 *            answer
 *   seed     creates customers 0 to COUNT-1 as the backend client with TOKEN, signs each one in
 *            and writes the access tokens to FILE, one per line
 *   visit    COUNT visitors get an anonymous token and make a cart of the draft in FILE each; writes
 *            the tokens like seed
 *   merge    the visitors of the first COUNT lines sign in once each, as the customer of their
 *            connection, whose active cart takes theirs in
 *   add      every connection has a customer of its own, learns its active cart and adds the SKU to
 *            it again and again, as update does
 *   hold     every connection makes one GET /me, then they stay open until standard input ends
 *
 * One thread, one request in flight per connection, HTTP/1.1 with keep-alive, to 127.0.0.1 only.
 * Prints a line of JSON: answers in the measured time, refusals, lost connections, latency. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	REQUEST_BYTES = 4096,
	ANSWER_BYTES = 128 * 1024,
	ID_BYTES = 37,
	TOKEN_BYTES = 256,
	CONNECTIONS_PER_ADDRESS = 50,
	LOSSES_MAX = 1000,
	LATENCY_STEP_US = 10,
	LATENCY_STEPS = 200000, /* two seconds */
};

struct connection {
	int fd;
	unsigned number;
	unsigned customer; /* sign-in, seed, visit, merge: whom the request in flight is about */
	enum { NOBODY, CREATE, SIGN_IN, FILL_CART } step; /* seed, visit: what this one still needs */
	long version;           /* update, add: 0 until known; hold: 0 until answered */
	char cart_id[ID_BYTES]; /* add */
	bool idle;              /* has nothing more to ask */
	uint64_t sent_us;
	size_t bytes;
	char answer[ANSWER_BYTES + 1];
};

struct load;

struct scenario {
	const char *name;
	bool timed; /* ends with the time at the latest; always when all connections are idle */
	/* Writes the next request of the connection with request(); false if there is none. */
	bool (*ask)(struct load *load, struct connection *connection, char *out);
	/* Takes what it needs from the body of an answer with a status below 300; may be NULL. */
	void (*take)(struct load *load, struct connection *connection, const char *body);
};

struct load {
	const struct scenario *scenario;
	in_port_t port;
	unsigned connections;
	double seconds, warmup_s;
	unsigned count;
	const char *tokens_file;
	const char *token;
	const char *sku;
	char draft[REQUEST_BYTES];

	int epoll;
	struct connection *all;
	char (*tokens)[TOKEN_BYTES];
	unsigned next_customer;
	unsigned busy;

	uint64_t measured_from_us;
	unsigned long acknowledged; /* since the start, warm-up included */
	unsigned long answers, refused, lost;
	unsigned *latencies; /* answers by LATENCY_STEP_US */
};

static const char STOREFRONT[] = "Basic c3RvcmVmcm9udDpzdG9yZWZyb250LXNlY3JldA==";

static void fail(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	(void)fputs("load: ", stderr);
	(void)vfprintf(stderr, format, values);
	(void)fputc('\n', stderr);
	va_end(values);
	exit(1);
}

static uint64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The requests */

static bool request(char *out, const char *line, const char *scheme, const char *credentials,
		    const char *type, const char *body)
{
	int bytes = snprintf(out, REQUEST_BYTES,
			     "%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s%s\r\n"
			     "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
			     line, scheme, credentials, type, strlen(body), body);

	if (bytes < 0 || bytes >= REQUEST_BYTES)
		fail("a request is too long");
	return true;
}

static bool post_form(char *out, const char *line, const char *form)
{
	return request(out, line, STOREFRONT, "", "application/x-www-form-urlencoded", form);
}

static bool get(char *out, const char *path, const char *token)
{
	int bytes = snprintf(out, REQUEST_BYTES,
			     "GET %s HTTP/1.1\r\nHost: localhost\r\n"
			     "Authorization: Bearer %s\r\n\r\n",
			     path, token);

	if (bytes < 0 || bytes >= REQUEST_BYTES)
		fail("a request is too long");
	return true;
}

static bool ask_token(struct load *load, struct connection *connection, char *out)
{
	(void)load, (void)connection;
	return post_form(out, "POST /oauth/demo/anonymous/token", "grant_type=client_credentials");
}

static bool sign_in(struct connection *connection, char *out)
{
	char form[256];

	(void)snprintf(form, sizeof form,
		       "grant_type=password&username=bench-%06u%%40example.org"
		       "&password=bench-password",
		       connection->customer);
	return post_form(out, "POST /oauth/demo/customers/token", form);
}

static bool ask_sign_in(struct load *load, struct connection *connection, char *out)
{
	connection->customer = load->next_customer++ % load->count;
	return sign_in(connection, out);
}

static bool ask_update(struct load *load, struct connection *connection, char *out)
{
	const char *token = load->tokens[connection->number];
	char body[256];

	if (connection->version == 0)
		return get(out, "/demo/me", token);
	/* A name the customer never had: setting the present one would change nothing. */
	(void)snprintf(body, sizeof body,
		       "{\"version\":%ld,\"actions\":[{\"action\":\"setFirstName\","
		       "\"firstName\":\"Augusta-%08ld\"}]}",
		       connection->version, connection->version);
	return request(out, "POST /demo/me", "Bearer ", token, "application/json", body);
}

static bool create_customer(struct load *load, struct connection *connection, char *out)
{
	char body[1024];

	(void)snprintf(body, sizeof body,
		       "{\"email\":\"bench-%06u@example.org\",\"password\":\"bench-password\","
		       "\"firstName\":\"Augusta\",\"lastName\":\"Lovelace\","
		       "\"companyName\":\"Engines\",\"addresses\":[{\"key\":\"home\","
		       "\"firstName\":\"Augusta\",\"lastName\":\"Lovelace\","
		       "\"streetName\":\"Hauptstrasse\",\"streetNumber\":\"17\","
		       "\"postalCode\":\"10115\",\"city\":\"Berlin\",\"country\":\"DE\"}],"
		       "\"defaultShippingAddress\":0,\"defaultBillingAddress\":0}",
		       connection->customer);
	return request(out, "POST /demo/customers", "Bearer ", load->token, "application/json",
		       body);
}

static bool ask_seed(struct load *load, struct connection *connection, char *out)
{
	if (connection->step == NOBODY) {
		if (load->next_customer == load->count)
			return false;
		connection->customer = load->next_customer++;
		connection->step = CREATE;
	}
	return connection->step == CREATE ? create_customer(load, connection, out)
					  : sign_in(connection, out);
}

static bool ask_visit(struct load *load, struct connection *connection, char *out)
{
	if (connection->step == NOBODY) {
		if (load->next_customer == load->count)
			return false;
		connection->customer = load->next_customer++;
		connection->step = SIGN_IN;
	}
	return connection->step == SIGN_IN
		       ? ask_token(load, connection, out)
		       : request(out, "POST /demo/me/carts", "Bearer ",
				 load->tokens[connection->customer], "application/json",
				 load->draft);
}

static bool ask_merge(struct load *load, struct connection *connection, char *out)
{
	char body[256];

	if (load->next_customer == load->count)
		return false;
	connection->customer = load->next_customer++;
	(void)snprintf(body, sizeof body,
		       "{\"email\":\"bench-%06u@example.org\",\"password\":\"bench-password\"}",
		       connection->number);
	return request(out, "POST /demo/me/login", "Bearer ", load->tokens[connection->customer],
		       "application/json", body);
}

static bool ask_add(struct load *load, struct connection *connection, char *out)
{
	const char *token = load->tokens[connection->number];
	char line[128], body[256];

	if (connection->version == 0)
		return get(out, "/demo/me/active-cart", token);
	(void)snprintf(line, sizeof line, "POST /demo/me/carts/%s", connection->cart_id);
	(void)snprintf(body, sizeof body,
		       "{\"version\":%ld,\"actions\":[{\"action\":\"addLineItem\",\"sku\":\"%s\"}]}",
		       connection->version, load->sku);
	return request(out, line, "Bearer ", token, "application/json", body);
}

static bool ask_hold(struct load *load, struct connection *connection, char *out)
{
	return connection->version == 0 && get(out, "/demo/me", load->token);
}

/* Whether a GET tells the connection what its next request needs to know. */
static bool learns(const struct load *load, const struct connection *connection)
{
	bool needs = load->scenario->ask == ask_update || load->scenario->ask == ask_add;

	return needs && connection->version == 0;
}

/* The answers */

/* The number after the first "name":, 0 if there is none. */
static long number_after(const char *body, const char *name)
{
	const char *at = strstr(body, name);

	return at ? strtol(at + strlen(name) + strspn(at + strlen(name), " :"), NULL, 10) : 0;
}

static void take_update(struct load *load, struct connection *connection, const char *body)
{
	(void)load;
	connection->version = number_after(body, "\"version\"");
	if (connection->version == 0)
		fail("no version in: %.200s", body);
}

static void take_token(struct load *load, const struct connection *connection, const char *body)
{
	static const char name[] = "\"access_token\"";
	const char *at = strstr(body, name);
	char *token = load->tokens[connection->customer];

	if (!at || sscanf(at + sizeof name - 1, " : \"%255[^\"]", token) != 1)
		fail("no access token in: %.200s", body);
}

static void take_seed(struct load *load, struct connection *connection, const char *body)
{
	if (connection->step == SIGN_IN)
		take_token(load, connection, body);
	connection->step = connection->step == CREATE ? SIGN_IN : NOBODY;
}

static void take_visit(struct load *load, struct connection *connection, const char *body)
{
	if (connection->step == SIGN_IN)
		take_token(load, connection, body);
	connection->step = connection->step == SIGN_IN ? FILL_CART : NOBODY;
}

/* A merge that did not happen would be faster than one that did. */
static void take_merge(struct load *load, struct connection *connection, const char *body)
{
	(void)load, (void)connection;
	if (!strstr(body, "\"cart\":{") || !strstr(body, "\"lineItems\":[{"))
		fail("no cart in: %.200s", body);
}

static void take_add(struct load *load, struct connection *connection, const char *body)
{
	/* The first members of a cart. */
	if (sscanf(body, "{\"type\":\"Cart\",\"id\":\"%36[^\"]\",\"version\":%ld", connection->cart_id,
		   &connection->version) != 2)
		fail("no cart: %.200s", body);
	(void)load;
}

static void take_hold(struct load *load, struct connection *connection, const char *body)
{
	(void)load, (void)body;
	connection->version = 1;
}

static const struct scenario SCENARIOS[] = {
	/* name     timed  ask          take */
	{"token",   true,  ask_token,   NULL       },
	{"sign-in", true,  ask_sign_in, NULL       },
	{"update",  true,  ask_update,  take_update},
	{"seed",    false, ask_seed,    take_seed  },
	{"visit",   false, ask_visit,   take_visit },
	{"merge",   false, ask_merge,   take_merge },
	{"add",     true,  ask_add,     take_add   },
	{"hold",    true,  ask_hold,    take_hold  },
};

/* Connections */

/* From one address, a server that limits connections per address would refuse some of them. All of
 * 127.0.0.0/8 is loopback; 127.0.0.1 is left to wrk. */
static void bind_source(const struct connection *connection)
{
	struct sockaddr_in source = {
		.sin_family = AF_INET,
		.sin_addr.s_addr =
			htonl(INADDR_LOOPBACK + 1 + connection->number / CONNECTIONS_PER_ADDRESS),
	};

	if (bind(connection->fd, (struct sockaddr *)&source, sizeof source) != 0)
		fail("bind: %s", strerror(errno));
}

static void open_connection(struct load *load, struct connection *connection)
{
	struct sockaddr_in server = {
		.sin_family = AF_INET,
		.sin_port = htons(load->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct epoll_event wish = { .events = EPOLLIN, .data.ptr = connection };
	int on = 1;

	connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	connection->bytes = 0;
	if (connection->fd < 0)
		fail("socket: %s", strerror(errno));
	bind_source(connection);
	if (connect(connection->fd, (struct sockaddr *)&server, sizeof server) != 0)
		fail("connection %u: %s", connection->number, strerror(errno));
	(void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->fd, &wish) != 0)
		fail("epoll: %s", strerror(errno));
}

static void ask(struct load *load, struct connection *connection)
{
	char out[REQUEST_BYTES];

	if (!load->scenario->ask(load, connection, out)) {
		connection->idle = true;
		load->busy--;
		return;
	}
	connection->bytes = 0;
	connection->sent_us = now_us();
	/* The socket is idle and the request small: the kernel takes it at once. If the server has
	 * gone, the next recv() says so. */
	(void)send(connection->fd, out, strlen(out), MSG_NOSIGNAL);
}

static void reconnect(struct load *load, struct connection *connection)
{
	(void)close(connection->fd);
	connection->fd = -1;
	if (++load->lost > LOSSES_MAX)
		fail("the server closed %lu connections", load->lost);
	if (connection->idle)
		return;
	if (load->scenario->ask == ask_hold) {
		connection->idle = true;
		load->busy--;
		return;
	}
	open_connection(load, connection);
	/* The request may or may not have been carried out. */
	connection->version = 0;
	ask(load, connection);
}

static void count(struct load *load, const struct connection *connection, bool good)
{
	uint64_t now = now_us();
	uint64_t step = (now - connection->sent_us) / LATENCY_STEP_US;

	if (good)
		load->acknowledged++;
	if (now < load->measured_from_us)
		return;
	if (good) {
		load->answers++;
		load->latencies[step < LATENCY_STEPS ? step : LATENCY_STEPS - 1]++;
	} else {
		load->refused++;
	}
}

static void refused(struct load *load, struct connection *connection, int status, const char *body)
{
	static bool told;

	if (!told)
		(void)fprintf(stderr, "load: first refusal: %d %.300s\n", status, body);
	told = true;
	if (!load->scenario->timed && status != 503)
		fail("cannot go on");
	if (status == 409)
		connection->version = number_after(body, "\"currentVersion\"");
}

/* The length of the answer in the buffer, 0 if it is not yet complete. */
static size_t whole_answer(struct connection *connection, const char **ret_body)
{
	static const char name[] = "\r\ncontent-length:";
	const char *end, *length;
	size_t bytes;

	connection->answer[connection->bytes] = '\0';
	end = strstr(connection->answer, "\r\n\r\n");
	if (!end)
		return 0;
	length = strcasestr(connection->answer, name);
	if (!length || length > end)
		fail("an answer without Content-Length: %.200s", connection->answer);
	*ret_body = end + 4;
	bytes = (size_t)(*ret_body - connection->answer) +
		strtoul(length + sizeof name - 1, NULL, 10);
	if (bytes > ANSWER_BYTES)
		fail("an answer of %zu bytes", bytes);
	return connection->bytes < bytes ? 0 : bytes;
}

static void answered(struct load *load, struct connection *connection, const char *body)
{
	int status = atoi(connection->answer + sizeof "HTTP/1.1");
	bool counts = !learns(load, connection);

	if (status < 300) {
		if (load->scenario->take)
			load->scenario->take(load, connection, body);
	} else {
		refused(load, connection, status, body);
	}
	if (counts || status >= 300)
		count(load, connection, status < 300);
	ask(load, connection);
}

static void receive(struct load *load, struct connection *connection)
{
	ssize_t got = recv(connection->fd, connection->answer + connection->bytes,
			   ANSWER_BYTES - connection->bytes, MSG_DONTWAIT);
	const char *body;

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		reconnect(load, connection);
		return;
	}
	connection->bytes += (size_t)got;
	if (whole_answer(connection, &body) > 0)
		answered(load, connection, body);
}

static void run(struct load *load)
{
	struct epoll_event ready[256];
	uint64_t over_us = UINT64_MAX;

	load->measured_from_us = now_us();
	if (load->scenario->timed) {
		load->measured_from_us += (uint64_t)(load->warmup_s * 1e6);
		over_us = load->measured_from_us + (uint64_t)(load->seconds * 1e6);
	}
	load->busy = load->connections;
	for (unsigned i = 0; i < load->connections; i++)
		ask(load, &load->all[i]);
	while (load->busy > 0 && now_us() < over_us) {
		int events = epoll_wait(load->epoll, ready, 256, 100);

		for (int i = 0; i < events; i++)
			receive(load, ready[i].data.ptr);
	}
	load->seconds = (double)(now_us() - load->measured_from_us) / 1e6;
}

/* Start and end */

static void read_tokens(struct load *load, unsigned count)
{
	FILE *file = fopen(load->tokens_file, "r");

	for (unsigned i = 0; file && i < count; i++) {
		if (fscanf(file, "%255s", load->tokens[i]) != 1)
			fail("%s has fewer than %u tokens", load->tokens_file, count);
	}
	if (!file)
		fail("%s: %s", load->tokens_file, strerror(errno));
	(void)fclose(file);
}

static void read_draft(struct load *load, const char *name)
{
	FILE *file = fopen(name, "r");
	size_t bytes = file ? fread(load->draft, 1, sizeof load->draft - 1, file) : 0;

	load->draft[bytes] = '\0';
	if (!file || bytes == 0 || fclose(file) != 0)
		fail("%s cannot be read", name);
}

static void write_tokens(const struct load *load)
{
	FILE *file = fopen(load->tokens_file, "w");

	for (unsigned i = 0; file && i < load->count; i++)
		(void)fprintf(file, "%s\n", load->tokens[i]);
	if (!file || fclose(file) != 0)
		fail("%s: %s", load->tokens_file, strerror(errno));
}

/* The connections that have had an answer and have not been closed since. */
static unsigned still_open(const struct load *load)
{
	unsigned open = 0;

	for (unsigned i = 0; i < load->connections; i++) {
		char byte;
		ssize_t got = recv(load->all[i].fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

		open += load->all[i].version != 0 && got < 0 && errno == EAGAIN;
	}
	return open;
}

static double latency_ms(const struct load *load, double share)
{
	unsigned long wanted = (unsigned long)((double)load->answers * share), seen = 0;
	size_t step = 0;

	while (step < LATENCY_STEPS - 1 && (seen += load->latencies[step]) < wanted)
		step++;
	return (double)(step + 1) * LATENCY_STEP_US / 1e3;
}

static void report(const struct load *load)
{
	(void)printf("{\"scenario\":\"%s\",\"connections\":%u,\"open\":%u,\"seconds\":%.3f,"
		     "\"acknowledged\":%lu,\"answers\":%lu,\"per_second\":%.1f,\"refused\":%lu,"
		     "\"lost\":%lu,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n",
		     load->scenario->name, load->connections, still_open(load), load->seconds,
		     load->acknowledged, load->answers, (double)load->answers / load->seconds,
		     load->refused, load->lost, latency_ms(load, 0.5), latency_ms(load, 0.99));
	(void)fflush(stdout);
}

static const struct scenario *scenario_named(const char *name)
{
	for (size_t i = 0; i < sizeof SCENARIOS / sizeof *SCENARIOS; i++) {
		if (strcmp(SCENARIOS[i].name, name) == 0)
			return &SCENARIOS[i];
	}
	return NULL;
}

static bool options(struct load *load, int argc, char **argv)
{
	static const struct option NAMES[] = {
		{"port",        required_argument, NULL, 'p'},
		{"connections", required_argument, NULL, 'c'},
		{"seconds",     required_argument, NULL, 's'},
		{"warmup",      required_argument, NULL, 'w'},
		{"count",       required_argument, NULL, 'n'},
		{"tokens",      required_argument, NULL, 'f'},
		{"token",       required_argument, NULL, 't'},
		{"draft",       required_argument, NULL, 'd'},
		{"sku",         required_argument, NULL, 'k'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", NAMES, NULL)) != -1) {
		switch (option) {
		case 'p': load->port = (in_port_t)strtoul(optarg, NULL, 10); break;
		case 'c': load->connections = (unsigned)strtoul(optarg, NULL, 10); break;
		case 's': load->seconds = strtod(optarg, NULL); break;
		case 'w': load->warmup_s = strtod(optarg, NULL); break;
		case 'n': load->count = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'f': load->tokens_file = optarg; break;
		case 't': load->token = optarg; break;
		case 'd': read_draft(load, optarg); break;
		case 'k': load->sku = optarg; break;
		default: return false;
		}
	}
	load->scenario = optind == argc - 1 ? scenario_named(argv[optind]) : NULL;
	return load->scenario && load->port && load->connections && load->count;
}

static void prepare(struct load *load)
{
	unsigned tokens = load->count > load->connections ? load->count : load->connections;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	load->all = calloc(load->connections, sizeof *load->all);
	load->tokens = calloc(tokens, sizeof *load->tokens);
	load->latencies = calloc(LATENCY_STEPS, sizeof *load->latencies);
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!load->all || !load->tokens || !load->latencies || load->epoll < 0)
		fail("no memory");
	if (load->scenario->ask == ask_update || load->scenario->ask == ask_add)
		read_tokens(load, load->connections);
	if (load->scenario->ask == ask_merge)
		read_tokens(load, load->count);
	for (unsigned i = 0; i < load->connections; i++) {
		load->all[i].number = i;
		open_connection(load, &load->all[i]);
	}
}

int main(int argc, char **argv)
{
	static struct load load = {
		.connections = 64,
		.seconds = 3,
		.warmup_s = 0.5,
		.count = 100,
		.tokens_file = "tokens",
		.token = "none",
		.sku = "none",
	};
	char ignored[64];

	if (!options(&load, argc, argv)) {
		(void)fprintf(stderr, "usage: load SCENARIO --port N ...\n");
		return 2;
	}
	prepare(&load);
	run(&load);
	report(&load);
	if (load.scenario->ask == ask_seed || load.scenario->ask == ask_visit)
		write_tokens(&load);
	if (load.scenario->ask == ask_hold) {
		while (read(STDIN_FILENO, ignored, sizeof ignored) > 0)
			;
	}
	free(load.all);
	free(load.tokens);
	free(load.latencies);
	return 0;
}
