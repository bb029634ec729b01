#include "server/crowd.h"

#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/secret.h"

/* 16 bytes of an address; IPv4 as ::ffff:a.b.c.d. */
struct address {
	unsigned char bytes[16];
};

struct member {
	struct address address;
	size_t         count;
	size_t         bucket;
	struct member *next; /* in its bucket, or among the free ones */
};

struct crowd {
	unsigned char   key[SHORT_KEY_BYTES]; /* clients choose addresses, of IPv6 very many */
	struct member **buckets;
	size_t          bucket_count;         /* a power of two */
	struct member  *members;
	struct member  *free;
};

struct crowd *crowd_create(size_t addresses)
{
	struct crowd *crowd = xcalloc(1, sizeof *crowd);

	random_bytes(crowd->key, sizeof crowd->key);
	for (crowd->bucket_count = 1; crowd->bucket_count < addresses;)
		crowd->bucket_count *= 2;
	crowd->buckets = xcalloc(crowd->bucket_count, sizeof(struct member *));
	crowd->members = xcalloc(addresses, sizeof *crowd->members);
	for (size_t i = 0; i < addresses; i++) {
		crowd->members[i].next = crowd->free;
		crowd->free = &crowd->members[i];
	}
	return crowd;
}

void crowd_destroy(struct crowd *crowd)
{
	if (!crowd)
		return;
	free(crowd->buckets);
	free(crowd->members);
	free(crowd);
}

static struct address address_of(const struct sockaddr *from)
{
	struct address address = { { [10] = 0xff, [11] = 0xff } };
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	if (from->sa_family == AF_INET6) {
		memcpy(&six, from, sizeof six);
		memcpy(address.bytes, &six.sin6_addr, sizeof address.bytes);
	} else {
		memcpy(&four, from, sizeof four);
		memcpy(address.bytes + 12, &four.sin_addr, 4);
	}
	return address;
}

struct member *crowd_join(struct crowd *crowd, const struct sockaddr *from, size_t limit)
{
	struct address address = address_of(from);
	size_t bucket =
		secret_short_hash(crowd->key, &address, sizeof address) & (crowd->bucket_count - 1);
	struct member *member = crowd->buckets[bucket];

	while (member && memcmp(&member->address, &address, sizeof address) != 0)
		member = member->next;
	if (!member) {
		member = crowd->free;
		if (!member)
			return NULL;
		crowd->free = member->next;
		*member =
			(struct member){ .address = address, .bucket = bucket, .next = crowd->buckets[bucket] };
		crowd->buckets[bucket] = member;
	}
	if (limit && member->count >= limit)
		return NULL; /* it has some, so it was not made just now */
	member->count++;
	return member;
}

const unsigned char *crowd_address(const struct member *member)
{
	return member->address.bytes;
}

void crowd_leave(struct crowd *crowd, struct member *member)
{
	struct member **at = &crowd->buckets[member->bucket];

	if (--member->count)
		return;
	while (*at != member)
		at = &(*at)->next;
	*at = member->next;
	member->next = crowd->free;
	crowd->free = member;
}
