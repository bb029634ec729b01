/* Where ids come from: the system's generator, or a seeded one for reproducible tests. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { UUID_TEXT_BYTES = 37, ADDRESS_ID_BYTES = 9 };

/* Must be called once before anything else of this module or of secret.h. Aborts if the generator
 * is unavailable. */
void random_init(void);

/* Fills memory with random bytes from the system's generator. */
void random_bytes(void *memory, size_t bytes);

/* Writes a random lower-case UUID (version 4). */
void random_uuid(char text[UUID_TEXT_BYTES]);

/* Writes the lower-case UUID (version 5, RFC 4122 §4.3) of a name; the same name gives the same id
 * everywhere. */
void uuid_of_name(const char *name, char text[UUID_TEXT_BYTES]);

/* Writes an address id: 8 characters of [0-9a-z]. */
void random_address_id(char text[ADDRESS_ID_BYTES]);

#endif
