/* The letters that a real project would have mailed, one with every token that resets a password or verifies an e-mail.
 * The only place where the value of a token is kept. */
#ifndef CUSTOMER_OUTBOX_H
#define CUSTOMER_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct op;
struct resource;

/* What there is to write. */
struct letter {
	const char *type;        /* one of LETTER_TYPES */
	const char *token_value;
	int64_t     expires_ms;
};

/* One that is kept. Texts in the arena. */
struct kept_letter {
	int64_t     position;    /* grows with each */
	const char *id;
	const char *type;
	const char *to;
	const char *customer_id;
	const char *store_key;   /* NULL: it was not asked for in a store */
	const char *token_value;
	int64_t     created_ms;
	int64_t     expires_ms;
	bool        is_used;
};

/* Ends with NULL. */
extern const char *const LETTER_TYPES[];

/* Puts a letter to a customer into the outbox, and tells those who wait for it; nothing if there is no outbox. False:
 * recorded. */
bool outbox_put(struct op *op, const struct resource *customer, const struct letter *letter);

/* Notes that the token of a letter was used. False: recorded. */
bool outbox_note_used(struct op *op, const char *token_value);

/* The position of the letter with an id, also if it is gone. False: nothing that was an id. */
bool outbox_position(struct op *op, const char *id, int64_t *ret_position);

/* The letters of the project of the request behind a position (0: all), oldest first: *ret_count of them. False:
 * recorded. */
bool outbox_after(struct op *op, int64_t position, struct kept_letter **ret_letters,
                  size_t *ret_count);

/* Throws a letter away. False: recorded. */
bool outbox_delete(struct op *op, const struct kept_letter *letter);

#endif
