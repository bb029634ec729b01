/* Tax rates and taxes that a client gives in place of those of tax categories: taxMode External and
 * ExternalAmount. */
#ifndef MONEY_EXTERNAL_TAX_H
#define MONEY_EXTERNAL_TAX_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

extern const struct shape EXTERNAL_TAX_RATE_DRAFT;
extern const struct shape EXTERNAL_TAX_AMOUNT_DRAFT;

/* Decodes a rate, or an amount that is one (FIELD_CONVERTED): any number. */
custom_decode_fn tax_number_decode;

/* Gives what is taxed (a line, a custom line, the shipping info) the tax rate of a draft; no draft,
 * no change. The cart must be taxed externally. False: recorded. */
bool external_tax_rate_set(struct op *op, const json_t *cart, json_t *taxed, const json_t *draft);

/* Gives it the gross total and the rate of a draft; no draft removes them. `net`: its net total; NULL: what it will be
 * when it is settled. False: recorded. */
bool external_tax_amount_set(struct op *op, const json_t *cart, json_t *taxed, const json_t *net,
                             const json_t *draft);

/* Holds what was set against the net total: it makes a whole taxed price of a gross total that waits for it, and
 * removes one that is of another net total, as the client has to give it anew. False: recorded. Source: API docs,
 * "TaxMode". */
bool external_tax_amount_settle(struct op *op, json_t *taxed, const json_t *net);

#endif
