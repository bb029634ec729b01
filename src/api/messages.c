#include "api/messages.h"

#include "api/listing.h"
#include "base/error.h"
#include "base/op.h"
#include "resource/message.h"

/* While the project stores none, those of before are not shown either. */
struct body messages_list(struct op *op, const struct call *call)
{
	struct query query;
	bool are_stored;

	if (!listing_read(op, call, &MESSAGE_KIND, &query) || !messages_are_stored(op, &are_stored))
		return NO_BODY;
	return are_stored ? listing_body(op, call, &query) : empty_listing_body(op, call, &query);
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
	return message_text(op, call->argument, &text, &bytes) ? stored_body(op, call, text, bytes)
	                                                       : NO_BODY;
}
