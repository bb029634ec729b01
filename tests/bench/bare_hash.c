/* Password verifications per second and nothing else: the yardstick for password sign-ins.
 *
 * bare_hash [SECONDS [THREADS]]
 *
 * Argon2id with the parameters of --password-cost standard: 19 MiB, two passes. Every thread
 * verifies the same password against one hash until the time is over. Prints a line of JSON. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

enum { PASSES = 2, MEMORY_BYTES = 19 * 1024 * 1024, THREADS_MAX = 64 };

static const char PASSWORD[] = "bench-password";

static char hash[crypto_pwhash_STRBYTES];
static atomic_bool over;
static atomic_ulong verified;

static double now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *verify(void *unused)
{
	(void)unused;
	while (!atomic_load(&over)) {
		if (crypto_pwhash_str_verify(hash, PASSWORD, strlen(PASSWORD)) != 0)
			abort();
		/* What ends after the bell is not counted. */
		if (!atomic_load(&over))
			(void)atomic_fetch_add(&verified, 1);
	}
	return NULL;
}

static double seconds_of(double wished, unsigned threads)
{
	pthread_t ids[THREADS_MAX];
	struct timespec pause = { .tv_sec = (time_t)wished };
	double started = now_s(), ended;

	pause.tv_nsec = (long)((wished - (double)pause.tv_sec) * 1e9);
	for (unsigned i = 0; i < threads; i++) {
		if (pthread_create(&ids[i], NULL, verify, NULL) != 0)
			abort();
	}
	(void)nanosleep(&pause, NULL);
	ended = now_s();
	atomic_store(&over, true);
	for (unsigned i = 0; i < threads; i++)
		(void)pthread_join(ids[i], NULL);
	return ended - started;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 3;
	unsigned threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 2;

	if (sodium_init() < 0 || threads < 1 || threads > THREADS_MAX ||
	    crypto_pwhash_str(hash, PASSWORD, strlen(PASSWORD), PASSES, MEMORY_BYTES) != 0) {
		(void)fprintf(stderr, "bare_hash: cannot start\n");
		return 1;
	}
	seconds = seconds_of(seconds, threads);
	(void)printf("{\"threads\":%u,\"verifications\":%lu,\"per_second\":%.2f}\n", threads,
		     atomic_load(&verified), (double)atomic_load(&verified) / seconds);
	return 0;
}
