/* What a database knows of itself. */
#ifndef DOMAIN_INSTALLATION_H
#define DOMAIN_INSTALLATION_H

#include <stdbool.h>

#include "base/secret.h"

struct op;

/* Reads the key of the token hashes, making it at the first start. Runs inside op->tx of the
 * writer. False: recorded. */
bool installation_token_key(struct op *op, unsigned char key[SECRET_KEY_BYTES]);

#endif
