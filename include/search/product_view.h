/* Products as they are shown: the one place where product data is dressed with what is not stored in
 * it: the prices that are selected, what is on stock, the locales that are asked for. */
#ifndef SEARCH_PRODUCT_VIEW_H
#define SEARCH_PRODUCT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "money/price.h"

struct op;
struct product_discounts;
struct resource_kind;

/* What an answer asks of the products in it. */
struct product_view {
	struct price_selection prices;        /* its currency is NULL if no price is selected */
	const char *const     *locales;       /* the texts of which are left in projections */
	size_t                 locale_count;  /* 0: those of all locales are */
	const char *const
		*attributes;        /* names of those that are left in projections; -name: of those not */
	size_t                 attribute_count; /* 0: all are */
	const char            *store_key;     /* of the store for which; NULL: that in whose path we are, if any */
	bool                   scoped_prices; /* variants get `scopedPrice` too, as searches show them */
	bool                   standalone_prices; /* where they count, they are the `prices` of variants */
	/* Set by product_view_open(): */
	const struct product_discounts *discounts; /* in force; NULL: prices are as they are stored */
	bool                   has_stock;       /* there are inventory entries */
	const json_t          *supply_channels; /* of the store, array of references; NULL: all count */
	const json_t          *price_channels;  /* those whose prices the store shows; NULL or empty: all */
};

/* Finds out once what is the same for all products of an answer. False: recorded, as it is for a selection of
 * prices without a currency. */
bool product_view_open(struct op *op, struct product_view *view);

/* Does the view leave documents as they are stored? */
bool product_view_is_plain(const struct product_view *view);

/* Dresses a product or a projection, which is the caller's to change. False: recorded. */
bool product_view_dress(struct op *op, json_t *doc, const struct product_view *view);

/* Gives the variants of data of a product or a projection what depends on prices and stock, which is what searches ask
 * about; leaves its texts alone. False: recorded. */
bool product_view_dress_variants(struct op *op, const json_t *product, json_t *data,
                                 const struct product_view *view);

/* Dresses a document of any kind that an answer shows besides what was asked for: products. For env.show. */
bool product_view_show(struct op *op, const struct resource_kind *kind, json_t *doc);

#endif
