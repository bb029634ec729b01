/* The settings of the server: one table gives flag, environment variable, default, `--help` and the
 * README's table. */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_LIST = 16, LIST_TEXT_BYTES = 1024, URL_BYTES = LIST_TEXT_BYTES + 32 };

/* The values of a setting that may be given several times. */
struct text_list {
	const char *items[MAX_LIST + 1];  /* ends with NULL; point into texts */
	char        texts[MAX_LIST][LIST_TEXT_BYTES];
};

struct settings {
	int64_t     port;
	struct text_list hosts;
	const char *public_url;            /* NULL: settings_url() */
	struct text_list seeds;
	struct text_list languages;        /* of projects made from the seed; empty: as it says */
	struct text_list currencies;
	struct text_list countries;
	const char *ready_file;            /* NULL: none */
	const char *db;                    /* NULL: the default file, or none if in_memory */
	bool        in_memory;
	bool        admin;                 /* serve /_admin */
	const char *admin_token;           /* NULL: none */
	struct text_list link_templates;   /* TYPE=URL */
	const char *latency;               /* of every request; NULL: none */
	bool        outbox;
	bool        verify_on_signup;
	const char *project;
	bool        auto_projects;
	const char *clients;
	int64_t     token_ttl_ms;
	int64_t     refresh_token_ttl_ms;
	const char *password_cost;
	const char *project_throttle;
	const char *sign_in_throttle;
	const char *log;
	const char *log_level;
	int64_t     threads;
	int64_t     hash_threads;
	int64_t     query_threads;
	int64_t     query_timeout_ms;
	int64_t     body_limit_bytes;
	int64_t     body_memory_bytes;
	int64_t     request_memory_bytes;
	const char *cors;
	int64_t     max_connections;
	int64_t     max_connections_per_address;
	int64_t     request_timeout_ms;
	int64_t     idle_timeout_ms;
	int64_t     cache_size_bytes;
};

/* Fills the settings from flags, the environment and the defaults, in this order of precedence.
 * False: one line on stderr says what is wrong, with the nearest known name. `arguments` are those
 * after the command, ended by NULL; the settings point into them and into the environment, and must
 * not be copied. */
bool settings_read(char **arguments, struct settings *ret_settings);

/* The ready file that flags or the environment name, whatever else is wrong with them. NULL: none. */
const char *settings_ready_file(char **arguments);

/* What to say of an argument that is no option and no command. Static. */
const char *settings_advice_for(const char *argument);

/* The address under which a client on this machine finds the server. */
void settings_write_url(const struct settings *settings, int port, char url[URL_BYTES]);

#endif
