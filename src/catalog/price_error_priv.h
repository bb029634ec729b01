/* Errors about two prices that cannot both be. Source: API docs, "Errors", the sentences word by word. All return
 * false. */
#ifndef CATALOG_PRICE_ERROR_PRIV_H
#define CATALOG_PRICE_ERROR_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Of embedded prices: `other` is there already; `scope`: the text of its scope. */
bool fail_price_key(struct op *op, json_t *other);
bool fail_price_scope(struct op *op, const char *scope, json_t *other);
bool fail_price_overlap(struct op *op, const json_t *price, const json_t *other);

/* The same of standalone prices. */
bool fail_standalone_price_scope(struct op *op, const json_t *price, const json_t *other);
bool fail_standalone_price_overlap(struct op *op, const json_t *price, const json_t *other);

#endif
