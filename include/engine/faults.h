/* Failures on demand: rules of a project that are asked before a request is admitted. They live as long as the process.
 */
#ifndef ENGINE_FAULTS_H
#define ENGINE_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct exchange;
struct faults;

enum { MAX_FAULT_HEADERS = 16, MAX_FAULTS = 1000, FAULT_ID_BYTES = 37 };

/* A header of an answer. */
struct reply_header {
	const char *name;
	const char *value;
};

/* How long something takes: so long, more or less. */
struct delay {
	int64_t ms;
	int64_t jitter_ms;
};

/* What a client gets to see. */
struct fault_effect {
	const char         *error;        /* a code of the table of errors; NULL: none */
	int                 status;       /* 0: the answer is the engine's */
	const char         *body;         /* of that status */
	size_t              body_bytes;
	struct reply_header headers[MAX_FAULT_HEADERS + 1]; /* end with one without a name */
	struct delay        delay;
	bool                resets;       /* the connection, before anything is done */
	bool                resets_after; /* or when it is done */
	bool                truncates;
	int64_t             truncate;     /* the bytes of the body that arrive */
	bool                expires_token;
};

/* Texts NULL: any. */
struct fault_match {
	const char *method;
	const char *path;         /* below the project; `*` at the end takes everything below */
	const char *customer_id;
	const char *anonymous_id;
	const char *client_id;
};

struct fault_rule {
	struct fault_match  match;
	int64_t             skip;        /* matches that nothing happens to */
	int64_t             times;       /* matches after them that something happens to; -1: all */
	int64_t             permyriad;   /* how likely it is, of 10 000 */
	uint64_t            seed;
	bool                has_seed;
	struct fault_effect effect;
	const char         *definition;  /* as it was asked for: the text of an object */
};

/* What a rule says of itself. */
struct fault_shown {
	const char *id;
	const char *definition;
	int64_t     hits;
};

/* What happens to a request. */
struct fault {
	const char         *id;          /* of the rule; NULL: only the latency of all requests */
	struct fault_effect effect;
	int64_t             delay_ms;
	bool                has_delayed;
};

/* `latency`: of every request. The caller destroys it. */
struct faults *faults_create(struct delay latency);

/* Accepts NULL. */
void faults_destroy(struct faults *faults);

/* Reads `80ms`, `80ms±20ms`, `80ms~20ms` or `±20ms`. */
bool delay_parse(const char *text, struct delay *ret_delay);

/* Adds a rule to a project, which keeps a copy. False: there are MAX_FAULTS. Any thread. */
bool faults_add(struct faults *faults, const char *project, const struct fault_rule *rule,
                char id[FAULT_ID_BYTES]);

/* The rules of a project in their order: *ret_count of them in the arena. Any thread. */
struct fault_shown *faults_list(struct faults *faults, const char *project, struct arena *arena,
                                size_t *ret_count);

/* Takes a rule away, or all for `id` NULL; gives how many those were. Any thread. */
size_t faults_remove(struct faults *faults, const char *project, const char *id);

/* Forgets also which tokens rules have expired. Any thread. */
void faults_reset(struct faults *faults, const char *project);

/* Asks the rules about an exchange whose caller is known, if it has one. Sets exchange->fault. False: recorded, it goes
 * no further. True: it goes on, or first waits for the delay of its fault. */
bool faults_ask(struct exchange *exchange);

/* Is there anything to ask? Any thread. */
bool faults_are_in_use(const struct faults *faults);

/* Puts what the fault of an exchange makes of it into its reply. */
void faults_conclude(struct exchange *exchange);

#endif
