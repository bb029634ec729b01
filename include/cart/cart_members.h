/* Members of a cart, or of an order, that drafts and update actions set alike. */
#ifndef CART_CART_MEMBERS_H
#define CART_CART_MEMBERS_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct resource;

/* What modes there are, for shapes; each list ends with NULL. */
extern const char *const CART_INVENTORY_MODES[];
extern const char *const CART_TAX_CALCULATION_MODES[];
extern const char *const CART_TAX_MODES[];

/* Gives a new cart the members that every cart has, in the order in which they go out, with what a
 * draft says of them. False: recorded. */
bool cart_members_start(struct op *op, struct resource *cart, const json_t *draft);

/* Is the key of a draft well formed? A missing one is. False: recorded. */
bool cart_check_key(struct op *op, const json_t *draft);

/* May the cart be of this country, where its store is concerned? False: recorded. */
bool cart_check_country(struct op *op, const json_t *cart, const char *country);

/* Is the money (NULL: there is none) in the currency of the cart? `what` is what it is of, for the error. False:
 * recorded. */
bool cart_check_currency(struct op *op, const json_t *cart, const json_t *money, const char *what);

/* May something without a tax category get into the cart: a line item of the product, or, if that is NULL, a custom
 * line item? Not if taxes come from tax categories, even where nobody knows yet where it goes; a fixture may tell of
 * other times. False: recorded. */
bool cart_check_tax_category(struct op *op, const json_t *cart, const json_t *product,
                             const json_t *line);

/* Records that something of this name (`product`, …) has none. Returns false. */
bool cart_fail_tax_category(struct op *op, const char *what, const char *name);

/* Sets after how many days without a change a cart is deleted: the draft's member of that name, else
 * the project's setting. False: recorded. */
bool cart_set_delete_days(struct op *op, json_t *cart, const json_t *draft);

/* Adds the address of a draft, with a key that no other one of the array has. False: recorded. */
bool cart_add_item_address(struct op *op, json_t *addresses, const json_t *draft);

#endif
