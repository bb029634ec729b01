#include "customer/customer_token.h"

#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/timestamp.h"
#include "customer/outbox.h"
#include "db/db.h"
#include "resource/caller.h"
#include "resource/load.h"
#include "resource/message.h"
#include "resource/resource.h"

enum { VALUE_BYTES = 30, MINUTE_MS = 60 * 1000, MAX_TTL_WITH_VALUE_MINUTES = 60 };

/* Columns of QUERY_CUSTOMER_TOKEN_GET. */
enum { CUSTOMER_ID, EXPIRES_MS };

struct purpose {
	const char       *name;
	const char       *type_id;   /* of the message's resource */
	enum message_type message;
	const char       *letter;    /* the type of what is mailed with it */
};

static const struct purpose PURPOSES[] = {
	[TOKEN_OF_EMAIL] = { "email", "customer-email-token", MESSAGE_CustomerEmailTokenCreated,
	                     "EmailVerification" },
	[TOKEN_OF_PASSWORD] = { "password", "customer-password-token",
	                        MESSAGE_CustomerPasswordTokenCreated, "PasswordReset" },
};

static const char *hash_of(struct op *op, const char *value, size_t bytes)
{
	unsigned char hash[SECRET_HASH_BYTES];

	secret_hash(op->env->token_key, value, bytes, hash);
	return secret_encode(op->arena, hash, sizeof hash);
}

/* Values are base64url of a fixed length, so any other text can only be unknown; the hash of it
 * finds nothing. */
static const char *value_hash(struct op *op, const char *value)
{
	unsigned char raw[VALUE_BYTES];

	return secret_decode(value, raw, sizeof raw) ? hash_of(op, (const char *)raw, sizeof raw) : "";
}

static json_t *representation(struct op *op, const char *id, const char *customer_id,
                              const char *value, int64_t expires_ms, bool invalidate_older)
{
	const char *now = timestamp_text(op->arena, op->now_ms);
	json_t *logging = client_logging(op);

	return keep(op, json_pack("{s:s, s:s, s:s, s:O, s:O, s:s, s:s, s:s, s:b}",
	                          "id", id,
	                          "createdAt", now,
	                          "lastModifiedAt", now,
	                          "lastModifiedBy", logging,
	                          "createdBy", logging,
	                          "customerId", customer_id,
	                          "expiresAt", timestamp_text(op->arena, expires_ms),
	                          "value", value,
	                          "invalidateOlderTokens", invalidate_older));
}

/* The message repeats the token, but its value only if it does not live long. */
static bool tell(struct op *op, const struct purpose *purpose, const json_t *token,
                 int64_t ttl_minutes)
{
	static const char *const NAMES[] = { "customerId", "expiresAt", "invalidateOlderTokens",
		                                 "value" };
	struct message_subject subject = {
		.type_id = purpose->type_id,
		.id = json_string_value(json_object_get(token, "id")),
		.version = 1,
		.sequence_number = 1,
	};
	json_t *payload = keep(op, json_object());
	bool are_stored;
	size_t count = ttl_minutes <= MAX_TTL_WITH_VALUE_MINUTES ? 4 : 3;

	for (size_t i = 0; i < count; i++)
		json_object_set(payload, NAMES[i], json_object_get(token, NAMES[i]));
	if (!messages_are_stored(op, &are_stored))
		return false;
	return !are_stored || message_store(op, purpose->message, &subject, payload);
}

json_t *customer_token_mint(struct op *op, const struct resource *customer,
                            enum token_purpose purpose, int64_t ttl_minutes, bool invalidate_older)
{
	unsigned char raw[VALUE_BYTES];
	char id[UUID_TEXT_BYTES];
	int64_t expires_ms = op->now_ms + ttl_minutes * MINUTE_MS;

	if (invalidate_older && !customer_tokens_drop(op, customer->id, purpose))
		return NULL;
	random_bytes(raw, sizeof raw);
	random_uuid(id);
	const char *value = secret_encode(op->arena, raw, sizeof raw);

	if (!db_exec(op, QUERY_CUSTOMER_TOKEN_INSERT,
	             DB_VALUES(db_text(hash_of(op, (const char *)raw, sizeof raw)),
	                       db_text(op->project), db_text(PURPOSES[purpose].name),
	                       db_text(customer->id), db_integer(db_next_position(op->tx)),
	                       db_integer(expires_ms)),
	             NULL))
		return NULL;
	json_t *token = representation(op, id, customer->id, value, expires_ms, invalidate_older);

	const struct letter letter = { PURPOSES[purpose].letter, value, expires_ms };

	return tell(op, &PURPOSES[purpose], token, ttl_minutes) && outbox_put(op, customer, &letter)
	           ? token
	                                                                                              : NULL;
}

bool customer_token_find(struct op *op, const char *value, enum token_purpose purpose,
                         struct customer_token *ret_token)
{
	struct db_row *row;

	*ret_token = (struct customer_token){ 0 };
	if (!db_one(op, QUERY_CUSTOMER_TOKEN_GET,
	            DB_VALUES(db_text(value_hash(op, value)), db_text(op->project),
	                      db_text(PURPOSES[purpose].name)),
	            &row))
		return false;
	if (row)
		*ret_token = (struct customer_token){
			.customer_id = row->columns[CUSTOMER_ID].text,
			.expires_ms = row->columns[EXPIRES_MS].integer,
		};
	return true;
}

bool customer_tokens_drop(struct op *op, const char *customer_id, enum token_purpose purpose)
{
	return db_exec(op, QUERY_CUSTOMER_TOKENS_DELETE,
	               DB_VALUES(db_text(op->project), db_text(customer_id),
	                         db_text(PURPOSES[purpose].name)),
	               NULL);
}
