#include "base/sealed_id.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/env.h"
#include "base/op.h"
#include "base/secret.h"
#include "base/text.h"

enum { STORED_HASH_BYTES = SECRET_HASH_BYTES - SEALED_NUMBER_BYTES, UUID_BYTES = 16 };

/* The hash of the random part masks the number with its first bytes; the rest of it is what the row
 * keeps. */
static void write_hash(struct op *op, const unsigned char *hash, char text[SEALED_HASH_TEXT_BYTES])
{
	snprintf(text, SEALED_HASH_TEXT_BYTES, "%s",
	         secret_encode(op->arena, hash + SEALED_NUMBER_BYTES, STORED_HASH_BYTES));
}

static void mask_number(unsigned char *bytes, int64_t number, const unsigned char *hash)
{
	for (int i = 0; i < SEALED_NUMBER_BYTES; i++)
		bytes[i] = (unsigned char)((number >> (8 * i)) & 0xff) ^ hash[i];
}

static int64_t unmask_number(const unsigned char *bytes, const unsigned char *hash)
{
	int64_t number = 0;

	for (int i = 0; i < SEALED_NUMBER_BYTES; i++)
		number |= (int64_t)(bytes[i] ^ hash[i]) << (8 * i);
	return number;
}

const char *sealed_token(struct op *op, int64_t number, size_t bytes,
                         char hash_text[SEALED_HASH_TEXT_BYTES])
{
	unsigned char token[REFRESH_TOKEN_BYTES];
	unsigned char hash[SECRET_HASH_BYTES];
	size_t random_count = bytes - SEALED_NUMBER_BYTES;

	random_bytes(token + SEALED_NUMBER_BYTES, random_count);
	secret_hash(op->env->token_key, token + SEALED_NUMBER_BYTES, random_count, hash);
	mask_number(token, number, hash);
	write_hash(op, hash, hash_text);
	return secret_encode(op->arena, token, bytes);
}

bool sealed_token_open(struct op *op, const char *token, size_t bytes, int64_t *ret_number,
                       char hash_text[SEALED_HASH_TEXT_BYTES])
{
	unsigned char raw[REFRESH_TOKEN_BYTES];
	unsigned char hash[SECRET_HASH_BYTES];

	if (!secret_decode(token, raw, bytes))
		return false;
	secret_hash(op->env->token_key, raw + SEALED_NUMBER_BYTES, bytes - SEALED_NUMBER_BYTES, hash);
	*ret_number = unmask_number(raw, hash);
	write_hash(op, hash, hash_text);
	return true;
}

bool sealed_hash_equal(const char *a, const char *b)
{
	size_t bytes = strlen(a);

	return bytes > 0 && bytes == strlen(b) && secret_equal(a, b, bytes);
}

static void uuid_hash(struct op *op, const unsigned char uuid[UUID_BYTES],
                      unsigned char hash[SECRET_HASH_BYTES])
{
	secret_hash(op->env->token_key, uuid + SEALED_NUMBER_BYTES, UUID_BYTES - SEALED_NUMBER_BYTES,
	            hash);
}

/* Not by printf(), as each message has one. */
static void write_uuid(const unsigned char uuid[UUID_BYTES], char text[UUID_TEXT_BYTES])
{
	static const unsigned char GROUPS[] = { 4, 2, 2, 2, 6 };

	for (size_t i = 0; i < sizeof GROUPS; i++) {
		text_write_hex(uuid, GROUPS[i], text);
		uuid += GROUPS[i];
		text += 2 * GROUPS[i];
		*text++ = '-';
	}
	text[-1] = '\0';
}

void sealed_uuid(struct op *op, int64_t number, char text[UUID_TEXT_BYTES])
{
	unsigned char u[UUID_BYTES];
	unsigned char hash[SECRET_HASH_BYTES];

	random_bytes(u, sizeof u);
	u[6] = (unsigned char)((u[6] & 0x0f) | 0x40); /* RFC 4122 §4.4: version and variant */
	u[8] = (unsigned char)((u[8] & 0x3f) | 0x80);
	uuid_hash(op, u, hash);
	mask_number(u, number, hash);
	write_uuid(u, text);
}

bool sealed_uuid_open(struct op *op, const char *text, int64_t *ret_number)
{
	unsigned char uuid[UUID_BYTES];
	unsigned char hash[SECRET_HASH_BYTES];
	unsigned value;
	size_t count = 0;

	if (!check_uuid(text))
		return false;
	for (const char *digit = text; *digit && count < UUID_BYTES; digit += 2) {
		if (*digit == '-')
			digit++;
		if (sscanf(digit, "%2x", &value) != 1)
			return false;
		uuid[count++] = (unsigned char)value;
	}
	uuid_hash(op, uuid, hash);
	*ret_number = unmask_number(uuid, hash);
	return true;
}
