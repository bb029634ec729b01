/* What stays behind when a customer goes. */
#ifndef SESSION_LEAVE_H
#define SESSION_LEAVE_H

#include <stdbool.h>

struct op;

/* After a customer was deleted: its carts stay and are nobody's, its orders stay as they are. False:
 * recorded. */
bool customer_leave(struct op *op, const char *customer_id);

#endif
