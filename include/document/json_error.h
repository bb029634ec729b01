/* What the parser of JSON has to say, as it may be passed on. */
#ifndef DOCUMENT_JSON_ERROR_H
#define DOCUMENT_JSON_ERROR_H

#include <jansson.h>

/* In words of the document, not of the library and its flags; always UTF-8. Lives as long as the error. */
const char *json_error_words(const json_error_t *error);

#endif
