#include "base/secret.h"

#include <string.h>

#include <sodium.h>

#include "base/arena.h"
#include "base/memory.h"

_Static_assert(SECRET_KEY_BYTES == crypto_generichash_KEYBYTES, "BLAKE2b takes keys of this size");
_Static_assert(SECRET_HASH_BYTES == crypto_generichash_BYTES, "BLAKE2b-256");
_Static_assert(SHORT_KEY_BYTES == crypto_shorthash_KEYBYTES, "SipHash takes keys of this size");

void secret_hash(const unsigned char key[SECRET_KEY_BYTES], const void *bytes, size_t count,
                 unsigned char hash[SECRET_HASH_BYTES])
{
	/* Fails only for sizes out of range, and these are fixed above. */
	(void)crypto_generichash(hash, SECRET_HASH_BYTES, bytes, count, key, SECRET_KEY_BYTES);
}

uint64_t secret_short_hash(const unsigned char key[SHORT_KEY_BYTES], const void *bytes,
                           size_t count)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t number;

	(void)crypto_shorthash(hash, bytes, count, key); /* always 0 */
	memcpy(&number, hash, sizeof(number));
	return number;
}

bool secret_equal(const void *a, const void *b, size_t bytes)
{
	return sodium_memcmp(a, b, bytes) == 0;
}

char *secret_encode(struct arena *arena, const void *bytes, size_t count)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t room;

	if (count > SIZE_MAX / 4)
		memory_exhausted(count);
	room = sodium_base64_encoded_len(count, variant);
	return sodium_bin2base64(arena_alloc(arena, room), room, bytes, count, variant);
}

/* libsodium 1.0.18 takes some bytes beyond ASCII for letters of the alphabet. */
static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text > 0x7f)
			return false;
	return true;
}

bool secret_decode(const char *text, void *bytes, size_t count)
{
	size_t decoded;

	return is_ascii(text) &&
	       sodium_base642bin(bytes, count, text, strlen(text), NULL, &decoded, NULL,
	                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       decoded == count;
}

bool base64_decode(struct arena *arena, const char *text, char **ret_bytes, size_t *ret_count)
{
	const int variant = strchr(text, '=') ? sodium_base64_VARIANT_ORIGINAL
	                                      : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
	size_t room = strlen(text) / 4 * 3 + 3;
	char *bytes = arena_alloc(arena, room + 1);
	size_t count;

	if (!is_ascii(text) ||
	    sodium_base642bin((unsigned char *)bytes, room, text, strlen(text), NULL, &count, NULL,
	                      variant) != 0)
		return false;
	bytes[count] = '\0'; /* a text that is refused half-way is never seen */
	*ret_bytes = bytes;
	*ret_count = count;
	return true;
}

void secret_wipe(void *memory, size_t bytes)
{
	sodium_memzero(memory, bytes);
}
