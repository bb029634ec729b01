/* Bringing a cart up to date: prices, discounts, shipping costs, taxes, totals. */
#ifndef CART_CART_REFRESH_H
#define CART_CART_REFRESH_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct resource;

struct cart_refresh {
	bool update_product_data;  /* names, product types and variants of line items too */
	bool drop_invalid_items;   /* line items whose product or variant is gone, or not published */
	bool drop_unpriced_items;  /* and those without a price, which are an error otherwise */
	bool keep_prices;          /* lines stay as they are: what is refreshed is all else */
};

/* An update: what is gone stays as it is. One of a softly frozen cart. */
extern const struct cart_refresh REFRESH_OF_UPDATE;
extern const struct cart_refresh REFRESH_OF_FROZEN;

/* Brings the document of a cart up to date. Does not touch its version: the caller knows what the
 * change is part of. False: recorded; the document is then not to be stored. */
bool cart_refresh(struct op *op, json_t *cart, const struct cart_refresh *options);

/* The same for a loaded cart; if nothing has changed it yet, a difference counts as one change. False:
 * recorded. */
bool cart_refresh_counted(struct op *op, struct resource *cart, const struct cart_refresh *options);

/* A copy of a cart as the rules of shipping methods see it in a refresh: before shipping costs and cart discounts,
 * taxed as far as it goes; kept by the arena. NULL: recorded. */
json_t *cart_before_shipping(struct op *op, const json_t *cart);

#endif
