/* Checks of single values that a body, a path or a setting may name. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#include <stdbool.h>

struct arena;

/* ^[A-Za-z0-9_-]{2,256}$: keys of resources and addresses. */
bool check_key(const char *text);

/* A decimal between 0 and 1, both excluded, that does not end with 0, such as 0.25: what sorts
 * categories and discounts. */
bool check_rank(const char *text);

/* An ISO 3166-1 alpha-2 country code, upper case, that is assigned. */
bool check_country(const char *text);

/* All of these codes, as an error text lists them: 'AD','AE',… Static. */
const char *check_country_list(void);

/* An ISO 4217 currency code, upper case, of today or historic; or one with a 0 behind it, as in CZK0: the same currency
 * in whole units. */
bool check_currency(const char *text);

/* How many digits a currency has behind the decimal point: 0, 2, 3 or 4; 2 for an unknown code. */
int currency_fraction_digits(const char *code);

/* A lower- or upper-case UUID of 36 characters. */
bool check_uuid(const char *text);

/* Not empty, not blank, no white space inside; anything else passes, as the real service is that
 * lax. */
bool check_email(const char *text);

/* Brings a language tag into canonical form (`de_de`, `DE-de` -> `de-DE`; script title-cased).
 * *ret_tag: in the arena. False if it is no language tag. Source: RFC 5646 §2.1. */
bool check_locale(struct arena *arena, const char *text, char **ret_tag);

#endif
