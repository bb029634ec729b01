/* Looks at a JSON text before it is parsed: how deep it goes, and what its values will cost. */
#ifndef DOCUMENT_JSON_CENSUS_PRIV_H
#define DOCUMENT_JSON_CENSUS_PRIV_H

#include <stddef.h>

struct json_census {
	size_t depth;        /* of arrays and objects in each other, the deepest */
	size_t values;       /* all of them, at any depth, names of members not counted */
	size_t memory_bytes; /* about what jansson takes for them in an arena, rather more than less */
};

/* One pass over the text, which need not be JSON. */
struct json_census json_census_of(const char *text, size_t bytes);

#endif
