/* Opaque values that carry their own row number in a sealed form, so that no index over random
 * values has to be kept: rows are appended and found by number. Without the key of the database the
 * number cannot be told from random bits. */
#ifndef BASE_SEALED_ID_H
#define BASE_SEALED_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

struct op;

enum {
	SEALED_NUMBER_BYTES = 5,   /* row numbers below 2^40 */
	SEALED_HASH_TEXT_BYTES = 37,
	ACCESS_TOKEN_BYTES = 24,   /* 32 characters of base64url; 152 random bits */
	REFRESH_TOKEN_BYTES = 32,  /* 43 characters; 216 random bits */
};

/* Makes a token of `bytes` bytes (at most REFRESH_TOKEN_BYTES) for a row. Writes the hash that the
 * row keeps. The token is in the arena. */
const char *sealed_token(struct op *op, int64_t number, size_t bytes,
                         char hash[SEALED_HASH_TEXT_BYTES]);

/* Reads a token of `bytes` bytes: the row it belongs to, if it is genuine, and the hash that row
 * must then have. False for a text that cannot be a token. */
bool sealed_token_open(struct op *op, const char *token, size_t bytes, int64_t *ret_number,
                       char hash[SEALED_HASH_TEXT_BYTES]);

/* Compares two such hashes in constant time. "" equals nothing. */
bool sealed_hash_equal(const char *a, const char *b);

/* Makes a UUID (version 4 in form) for a row, and reads the row's number back. False for a text
 * that is no UUID. */
void sealed_uuid(struct op *op, int64_t number, char text[UUID_TEXT_BYTES]);
bool sealed_uuid_open(struct op *op, const char *text, int64_t *ret_number);

#endif
