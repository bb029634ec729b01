/* What the projects of tests start with: little, so that tests start fast and know all that is there. */
#ifndef SUPPORT_TEST_SEED_H
#define SUPPORT_TEST_SEED_H

#include <stddef.h>

#include "base/text_file.h"
#include "project/fixture.h"

/* The files of tests/support/seed, embedded at build time. */
extern const struct text_file TEST_SEED_FILES[];
extern const size_t TEST_SEED_FILE_COUNT;

static inline const struct fixture_set *test_seed(void)
{
	static struct fixture_set seed;

	seed = (struct fixture_set){ TEST_SEED_FILES, TEST_SEED_FILE_COUNT };
	return &seed;
}

#endif
