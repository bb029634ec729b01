/* The pictures of the built-in shop. */
#ifndef API_ASSETS_H
#define API_ASSETS_H

#include <stddef.h>

#include "base/text_file.h"
#include "engine/route.h"

/* The pictures, embedded at build time and sorted by name. */
extern const struct text_file ASSET_FILES[];
extern const size_t ASSET_FILE_COUNT;

handler_fn assets_get;

#endif
