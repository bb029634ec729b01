/* Opaque secrets: keyed hashes, constant-time comparison, base64. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { SECRET_KEY_BYTES = 32, SECRET_HASH_BYTES = 32, SHORT_KEY_BYTES = 16 };

/* Keyed BLAKE2b-256 of some bytes. */
void secret_hash(const unsigned char key[SECRET_KEY_BYTES], const void *bytes, size_t count,
                 unsigned char hash[SECRET_HASH_BYTES]);

/* Keyed 64-bit hash for hash tables whose keys a client may choose; the same only within this
 * process. */
uint64_t secret_short_hash(const unsigned char key[SHORT_KEY_BYTES], const void *bytes,
                           size_t count);

/* Compares in constant time. */
bool secret_equal(const void *a, const void *b, size_t bytes);

/* Base64url without padding; the text is in the arena. */
char *secret_encode(struct arena *arena, const void *bytes, size_t count);

/* Decodes base64url without padding into exactly `count` bytes. False for any other text. */
bool secret_decode(const char *text, void *bytes, size_t count);

/* Decodes standard base64 with or without padding into the arena, NUL-terminated. False for any
 * other text. */
bool base64_decode(struct arena *arena, const char *text, char **ret_bytes, size_t *ret_count);

/* Overwrites memory so that the compiler cannot leave it out. */
void secret_wipe(void *memory, size_t bytes);

#endif
