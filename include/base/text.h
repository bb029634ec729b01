/* Text: percent decoding, case folding, UTF-8, growable buffers. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A text that grows in an arena; always ends with NUL. Start with { .arena = arena }. */
struct text_buffer {
	struct arena *arena;
	char         *text;  /* NULL while nothing was appended */
	size_t        bytes; /* without the NUL */
	size_t        room;
};

/* Makes room for `count` more bytes and the NUL, so that appending them moves nothing. */
void text_reserve(struct text_buffer *buffer, size_t count);

/* Appends bytes, a text, or one formatted piece. */
void text_append_bytes(struct text_buffer *buffer, const char *bytes, size_t count);
void text_append(struct text_buffer *buffer, const char *text);
void text_appendf(struct text_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

enum { TEXT_UTF8_BYTES = 4 }; /* the most that a character takes */

/* Gives the number of bytes of the character at the start of a text and, in *ret_code, its code
 * point. 0 if the text is empty or does not start with valid UTF-8. */
size_t text_utf8_char(const char *text, size_t bytes, uint32_t *ret_code);

/* Writes a character in UTF-8, without NUL, and gives the number of bytes. */
size_t text_utf8_write(uint32_t code, char out[TEXT_UTF8_BYTES]);

/* Is this valid UTF-8 (RFC 3629: no overlong forms, no surrogates) without NUL? */
bool text_is_utf8(const char *text, size_t bytes);

/* How many bytes at the start stand for themselves in the text of a JSON document: ASCII without control characters,
 * quotation mark and backslash. */
size_t text_plain_bytes(const char *text, size_t bytes);

/* Copies them; gives how many. */
size_t text_copy_plain(char *out, const char *text, size_t bytes);

/* The value of a hexadecimal digit of either case; -1 for anything else. */
int text_hex_digit(char c);

/* Decodes %XX once, and '+' as a space if `plus_is_space`. *ret_text: in the arena. False for a
 * broken escape, an encoded or raw NUL, or a result that is not UTF-8. Source: RFC 3986 §2.1. */
bool text_percent_decode(struct arena *arena, const char *raw, size_t raw_bytes, bool plus_is_space,
                         char **ret_text);

/* Decodes as far as it makes sense: a broken escape stays as it is; '+' is a space. For token
 * parameters, which the official client sends unencoded. False only for NUL or a result that is not
 * UTF-8. */
bool text_percent_decode_leniently(struct arena *arena, const char *raw, size_t raw_bytes,
                                   char **ret_text);

enum { TEXT_INTEGER_BYTES = 21 }; /* sign, 19 digits, NUL */

/* Writes a number in decimal digits; gives where they begin, in `room`. */
const char *text_of_integer(int64_t number, char room[TEXT_INTEGER_BYTES]);

/* Writes bytes as twice as many lower-case hexadecimal digits, without NUL. */
void text_write_hex(const unsigned char *bytes, size_t count, char *out);

/* Lower-cases every letter of a UTF-8 text (simple, locale-independent mapping). Bytes that are not
 * UTF-8 stay. */
char *text_fold_case(struct arena *arena, const char *text);

/* Does the same with so many bytes, into room for twice as many, without NUL. Gives the bytes written. */
size_t text_fold_bytes(const char *text, size_t bytes, char *out);

/* Would text_fold_case() turn these bytes into `folded`? Needs no memory. */
bool text_equal_folded(const char *text, size_t bytes, const char *folded);

/* Compares two UTF-8 texts by their UTF-16 code units: less than, equal to or greater than 0. Differs
 * from the order of bytes, which is that of code points, above U+FFFF. */
int text_compare_utf16(const char *a, size_t a_bytes, const char *b, size_t b_bytes);

/* The rank of a byte of UTF-8 in that order: texts compare as the ranks of the first bytes that
 * differ. */
int text_utf16_rank(int byte);

/* Is the text empty, or made of white space only? */
bool text_is_blank(const char *text);

/* Is there any white space in the text? */
bool text_has_space(const char *text);

/* How many edits (insert, delete, replace, swap neighbours) lead from a to b; for "did you mean".
 * Texts of more than 64 bytes count as wholly different, unless they are equal. */
size_t text_distance(const char *a, const char *b);

#endif
