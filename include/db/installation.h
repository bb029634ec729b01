/* What a database knows of itself. */
#ifndef DB_INSTALLATION_H
#define DB_INSTALLATION_H

#include <stdbool.h>

#include "base/secret.h"

struct op;

/* Reads the key of the token hashes, making it at the first start. Runs inside op->tx of the
 * writer. False: recorded. */
bool installation_token_key(struct op *op, unsigned char key[SECRET_KEY_BYTES]);

/* Notes under which address the pictures of products are found, and puts it into the place of the one
 * that they had at the last start. Runs inside op->tx of the writer. False: recorded. */
bool installation_public_url(struct op *op, const char *url);

#endif
