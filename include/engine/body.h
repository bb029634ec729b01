/* What a handler gives back, by value. */
#ifndef ENGINE_BODY_H
#define ENGINE_BODY_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum body_kind {
	BODY_FAILED,    /* op->errors says why */
	BODY_DOCUMENT,  /* a JSON value, kept by the arena */
	BODY_TEXT,      /* stored text, sent as it is */
	BODY_PICTURE,   /* an SVG, which is the same for everyone and for long */
	BODY_EMPTY,     /* nothing on purpose */
	BODY_UNFINISHED, /* of a handler on the writer: a step is done; the text is what the next one needs to know */
	BODY_WAITING,   /* there is nothing yet: to be asked again at news of the project, or after wait_ms */
};

struct body {
	enum body_kind kind;
	json_t        *document;
	const char    *text;
	size_t         bytes;
	int64_t        wait_ms;
	int            status;  /* in the place of the route's; 0: that */
};

#define NO_BODY ((struct body){ .kind = BODY_FAILED })
#define EMPTY_BODY ((struct body){ .kind = BODY_EMPTY })

/* Wraps a document, or says failed if it is NULL. */
static inline struct body body_document(json_t *document)
{
	return (struct body){ .kind = document ? BODY_DOCUMENT : BODY_FAILED, .document = document };
}

/* Wraps the text of an SVG. */
static inline struct body body_picture(const char *text, size_t bytes)
{
	return (struct body){ .kind = BODY_PICTURE, .text = text, .bytes = bytes };
}

/* Wraps stored text. */
static inline struct body body_text(const char *text, size_t bytes)
{
	return (struct body){ .kind = BODY_TEXT, .text = text, .bytes = bytes };
}

/* Says that the run was one step of several: it is committed, others have their turn, and the handler is called again
 * with this in call->progress. NULL: failed. */
static inline struct body body_unfinished(const char *progress)
{
	return (struct body){ .kind = progress ? BODY_UNFINISHED : BODY_FAILED, .text = progress };
}

#endif
