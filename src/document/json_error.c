#include "document/json_error.h"

#include <string.h>

#include "base/text.h"

const char *json_error_words(const json_error_t *error)
{
	if (json_error_code(error) == json_error_null_character)
		return "the character U+0000 is not allowed";
	/* It quotes what it did not understand, which may be no UTF-8, or cut in the middle of a character. */
	return text_is_utf8(error->text, strlen(error->text)) ? error->text : "malformed JSON";
}
