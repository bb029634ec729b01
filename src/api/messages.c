#include "api/messages.h"

#include "api/listing.h"
#include "base/op.h"
#include "domain/message.h"

struct body messages_list(struct op *op, const struct call *call)
{
	return list_kind(op, call, &MESSAGE_KIND);
}

struct body messages_get(struct op *op, const struct call *call)
{
	const char *text;
	size_t bytes;

	return message_text(op, call->argument, &text, &bytes) ? stored_body(op, call, text, bytes)
	                                                       : NO_BODY;
}
