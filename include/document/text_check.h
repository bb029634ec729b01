/* Checks of texts in drafts and actions, and their canonical forms. */
#ifndef DOCUMENT_TEXT_CHECK_H
#define DOCUMENT_TEXT_CHECK_H

struct op;

/* Checks one text and may put another in its place (canonical form). Returns what is wrong, or
 * NULL. */
typedef const char *text_check_fn(struct op *op, const void *argument, const char **text);

/* Checks that rows may name. */
text_check_fn text_check_date;         /* canonical yyyy-MM-dd */
text_check_fn
	text_check_date_or_none; /* the same; "" passes, for an action that removes what is empty */
text_check_fn text_check_date_time;    /* canonical, in UTC */
text_check_fn text_check_locale;       /* canonical tag; "" passes */
text_check_fn text_check_country;
text_check_fn text_check_currency;
text_check_fn text_check_uuid;
text_check_fn text_check_uuid_or_none; /* like text_check_date_or_none */
text_check_fn text_check_enum;      /* argument: const char *const *, NULL-terminated */

#endif
