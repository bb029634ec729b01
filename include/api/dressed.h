/* Answers that show more than what is stored. */
#ifndef API_DRESSED_H
#define API_DRESSED_H

#include <stdbool.h>

#include <jansson.h>

#include "engine/body.h"
#include "engine/route.h"

struct op;

/* Completes a document of an answer. False: recorded. */
typedef bool dress_fn(struct op *op, json_t *doc, const void *view);

/* Answers a call, and dresses what is answered, one document or a page of them, before references are expanded, so that
 * those of what was added are, too. */
struct body dressed_body(struct op *op, const struct call *call, handler_fn *handle,
                         dress_fn *dress, const void *view);

#endif
