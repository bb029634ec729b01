/* What a customer is made from, and making it. */
#ifndef CUSTOMER_CUSTOMER_DRAFT_H
#define CUSTOMER_CUSTOMER_DRAFT_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct custom_draft;
struct identifier;
struct op;
struct resource;

/* What a customer is made from. The members after `custom` can only be given by a trusted
 * client. */
struct customer_draft {
	const char               *email;
	const char               *password;
	const char               *first_name;
	const char               *last_name;
	const char               *middle_name;
	const char               *title;
	const char               *salutation;
	const char               *date_of_birth;
	const char               *company_name;
	const char               *vat_id;
	json_t                   *addresses;
	struct optional_int       default_shipping_address;
	struct optional_int       default_billing_address;
	struct shape_list         shipping_addresses;
	struct shape_list         billing_addresses;
	const char               *locale;
	struct shape_list         stores;
	const char               *key;
	const struct custom_draft *custom;
	const char               *customer_number;
	const char               *external_id;
	const char               *authentication_mode;
	const struct identifier  *anonymous_cart;
	const char               *anonymous_cart_id;
	const char               *anonymous_id;
	json_t                   *customer_group;              /* as reference_decode() makes it */
	json_t                   *customer_group_assignments;  /* array of documents with such */
	bool                      is_email_verified;
	const char               *password_hash;  /* not on the wire: made by prepare, or NULL */
};

extern const struct shape MY_CUSTOMER_DRAFT_SHAPE;
extern const struct shape CUSTOMER_DRAFT_SHAPE;

/* Makes a customer from a draft, without storing it: in an in-store path the draft's stores default to
 * the path's. `id` NULL: a random one. NULL: recorded. */
struct resource *customer_start(struct op *op, const struct customer_draft *draft, const char *id);

/* Creates a customer and its credential; in an in-store path the draft's stores default to the
 * path's. Emits CustomerCreated. Runs inside op->tx. NULL: recorded. */
struct resource *customer_create(struct op *op, const struct customer_draft *draft);

#endif
