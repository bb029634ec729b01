#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <uuid/uuid.h>

enum { BLOCK_BYTES = 512 };

/* Random bytes drawn ahead, since each draw is a system call. Used from the end, wiped as used. */
static _Thread_local struct {
	unsigned char bytes[BLOCK_BYTES];
	size_t        left;
} block;

/* The namespace of our names: "standin" in the namespace of DNS. Set once, then constant. */
static uuid_t namespace_id;

_Static_assert(UUID_TEXT_BYTES == UUID_STR_LEN, "a UUID's text must fit");

void random_init(void)
{
	if (sodium_init() < 0) {
		(void)fputs("standin: the system gives no random bytes\n", stderr);
		abort();
	}
	uuid_generate_sha1(namespace_id, *uuid_get_template("dns"), "standin", strlen("standin"));
}

void random_bytes(void *memory, size_t bytes)
{
	unsigned char *from;

	if (bytes > BLOCK_BYTES / 4) {
		randombytes_buf(memory, bytes);
		return;
	}
	if (bytes > block.left) {
		randombytes_buf(block.bytes, BLOCK_BYTES);
		block.left = BLOCK_BYTES;
	}
	block.left -= bytes;
	from = block.bytes + block.left;
	if (bytes) {
		memcpy(memory, from, bytes);
		sodium_memzero(from, bytes);
	}
}

void random_uuid(char text[UUID_TEXT_BYTES])
{
	uuid_t id;

	random_bytes(id, sizeof(id));
	/* RFC 4122 §4.4: version 4, variant 10. */
	id[6] = (unsigned char)((id[6] & 0x0Fu) | 0x40u);
	id[8] = (unsigned char)((id[8] & 0x3Fu) | 0x80u);
	uuid_unparse_lower(id, text);
}

void uuid_of_name(const char *name, char text[UUID_TEXT_BYTES])
{
	uuid_t id;

	uuid_generate_sha1(id, namespace_id, name, strlen(name));
	uuid_unparse_lower(id, text);
}

void random_address_id(char text[ADDRESS_ID_BYTES])
{
	static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	const unsigned char letters = sizeof(LETTERS) - 1;
	const unsigned char fair = (unsigned char)(256 / letters * letters);
	size_t count = 0;

	while (count < ADDRESS_ID_BYTES - 1) {
		unsigned char byte;

		random_bytes(&byte, 1);
		/* Bytes beyond the last whole round would favour the first letters. */
		if (byte < fair)
			text[count++] = LETTERS[byte % letters];
	}
	text[count] = '\0';
}
