#include "api/messages.h"

#include "api/listing.h"
#include "base/error.h"
#include "base/op.h"
#include "domain/message.h"

struct body messages_list(struct op *op, const struct call *call)
{
	struct paging paging;
	struct db_row *rows;
	int64_t total = 0;
	bool are_stored;

	if (!listing_read(op, call, &paging) || !messages_are_stored(op, &are_stored))
		return NO_BODY;
	if (!are_stored)
		return paged_body(op, call, &paging, NULL, 0);
	if ((paging.with_total && !message_count(op, &total)) ||
	    !message_list(op, paging.limit_rows, paging.offset_rows, &rows))
		return NO_BODY;
	return paged_body(op, call, &paging, rows, total);
}

struct body messages_get(struct op *op, const struct call *call)
{
	const char *text;
	size_t bytes;
	bool are_stored;

	if (!messages_are_stored(op, &are_stored))
		return NO_BODY;
	if (!are_stored) {
		fail_not_found(op, call->argument);
		return NO_BODY;
	}
	return message_text(op, call->argument, &text, &bytes) ? body_text(text, bytes) : NO_BODY;
}
