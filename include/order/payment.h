/* Payments: what a customer or a visitor pays with, and the transactions of it. */
#ifndef ORDER_PAYMENT_H
#define ORDER_PAYMENT_H

#include <jansson.h>

#include "document/shape.h"
#include "kind/part.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind PAYMENT_KIND;
extern const struct part_list PAYMENT_TRANSACTIONS;

/* Drafts, as a trusted client gives them and as /me takes them. */
extern const struct shape PAYMENT_DRAFT;
extern const struct shape MY_PAYMENT_DRAFT;

/* Parts of drafts that actions take, too. */
extern const struct shape TRANSACTION_DRAFT;
extern const struct shape MY_TRANSACTION_DRAFT;
extern const struct shape METHOD_INFO_DRAFT;
extern const struct shape METHOD_TOKEN;
extern const char *const TRANSACTION_STATES[];

/* Makes a transaction from its draft; its state is Initial unless the draft says otherwise. Kept by
 * the arena. NULL: recorded. */
json_t *transaction_create(struct op *op, const json_t *draft);

#endif
