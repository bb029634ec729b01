/* Times as milliseconds since 1970 UTC, and their ISO 8601 texts. */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

enum { TIMESTAMP_TEXT_BYTES = 32, DATE_TEXT_BYTES = 16 };

/* Writes `2024-03-05T08:15:30.042Z` into a buffer of TIMESTAMP_TEXT_BYTES. Years 0000 to 9999. */
void timestamp_write(int64_t time_ms, char text[TIMESTAMP_TEXT_BYTES]);

/* The same, in the arena. */
char *timestamp_text(struct arena *arena, int64_t time_ms);

/* The same, but `previous` where that is later; it has the same form, or is NULL. For times that must not fall although
 * the clock may be set back. */
const char *timestamp_text_since(struct arena *arena, int64_t time_ms, const char *previous);

/* Reads a date-time leniently: one-digit month or day, missing parts, up to nine fraction digits
 * (cut to three), any offset (`Z`, `+01:00`, `+0100`), none means UTC; a date alone is midnight
 * UTC. False if unreadable. */
bool timestamp_parse(const char *text, int64_t *ret_ms);

/* Reads a date leniently (one-digit month or day; missing day or month counts as 01) and writes it
 * as yyyy-MM-dd. False for anything that is no calendar day (2023-02-29). */
bool date_normalize(const char *text, char ret_text[DATE_TEXT_BYTES]);

/* Reads a time of day leniently and writes it as HH:mm:ss.SSS. False if unreadable. */
bool time_normalize(const char *text, char ret_text[DATE_TEXT_BYTES]);

/* Reads `5s`, `250ms`, `48h`, `30m`, `200d`, a bare number of seconds, or ISO 8601 (`PT48H`,
 * `P30D`). Not negative. */
bool duration_parse(const char *text, int64_t *ret_ms);

/* The shortest ISO 8601 text of a duration: P2DT3H, PT0.25S, PT0S, -PT5M. In the arena. */
char *duration_text(struct arena *arena, int64_t ms);

#endif
