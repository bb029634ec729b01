#include "customer/outbox.h"

#include "base/arena.h"
#include "base/env.h"
#include "base/op.h"
#include "base/sealed_id.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/resource.h"

/* Columns of QUERY_OUTBOX_AFTER. */
enum {
	POSITION,
	ID,
	TYPE,
	RECIPIENT,
	CUSTOMER_ID,
	STORE_KEY,
	TOKEN_VALUE,
	CREATED_MS,
	EXPIRES_MS,
	IS_USED,
};

const char *const LETTER_TYPES[] = { "EmailVerification", "PasswordReset", NULL };

bool outbox_put(struct op *op, const struct resource *customer, const struct letter *letter)
{
	int64_t position = db_next_position(op->tx);
	char id[UUID_TEXT_BYTES];

	if (!op->env->has_outbox)
		return true;
	sealed_uuid(op, position, id);
	op->has_news = true;
	return db_exec(op, QUERY_OUTBOX_INSERT,
	               DB_VALUES(db_integer(position), db_text(op->project), db_text(id),
	                         db_text(letter->type), db_text(doc_text(customer->doc, "email")),
	                         db_text(customer->id), db_text(op->store_key),
	                         db_text(letter->token_value), db_integer(op->now_ms),
	                         db_integer(letter->expires_ms)),
	               NULL);
}

bool outbox_note_used(struct op *op, const char *token_value)
{
	return db_exec(op, QUERY_OUTBOX_USE, DB_VALUES(db_text(op->project), db_text(token_value)),
	               NULL);
}

bool outbox_position(struct op *op, const char *id, int64_t *ret_position)
{
	return sealed_uuid_open(op, id, ret_position);
}

static struct kept_letter letter_of(const struct db_value *columns)
{
	return (struct kept_letter){
		.position = columns[POSITION].integer,
		.id = columns[ID].text,
		.type = columns[TYPE].text,
		.to = columns[RECIPIENT].text,
		.customer_id = columns[CUSTOMER_ID].text,
		.store_key = columns[STORE_KEY].text,
		.token_value = columns[TOKEN_VALUE].text,
		.created_ms = columns[CREATED_MS].integer,
		.expires_ms = columns[EXPIRES_MS].integer,
		.is_used = columns[IS_USED].integer != 0,
	};
}

bool outbox_after(struct op *op, int64_t position, struct kept_letter **ret_letters,
                  size_t *ret_count)
{
	struct db_row *row;
	size_t count = 0;

	*ret_count = 0;
	if (!db_all(op, QUERY_OUTBOX_AFTER, DB_VALUES(db_text(op->project), db_integer(position)),
	            &row))
		return false;
	for (const struct db_row *one = row; one; one = one->next)
		count++;
	*ret_letters = arena_alloc(op->arena, (count + 1) * sizeof **ret_letters);
	for (; row; row = row->next)
		(*ret_letters)[(*ret_count)++] = letter_of(row->columns);
	return true;
}

bool outbox_delete(struct op *op, const struct kept_letter *letter)
{
	return db_exec(op, QUERY_OUTBOX_DELETE,
	               DB_VALUES(db_text(op->project), db_integer(letter->position)), NULL);
}
