/* A text with a name: a file that was read, or one that is embedded in the program. */
#ifndef BASE_TEXT_FILE_H
#define BASE_TEXT_FILE_H

#include <stddef.h>

struct text_file {
	const char *name;
	const char *text;   /* ends with NUL, which does not count */
	size_t      bytes;
};

#endif
