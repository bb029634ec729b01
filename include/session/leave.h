/* What stays behind when a customer goes. */
#ifndef SESSION_LEAVE_H
#define SESSION_LEAVE_H

#include <stdbool.h>

struct op;

/* After a customer was deleted: its carts stay and are nobody's, its orders stay as they are. *ret_is_end: that is so
 * of all its carts; else there are more, for a further step. False: recorded. */
bool customer_leave(struct op *op, const char *customer_id, bool *ret_is_end);

#endif
