/* From what a handler gave back, or why it failed, to status, headers and bytes. */
#ifndef ENGINE_REPLY_H
#define ENGINE_REPLY_H

struct exchange;

/* Fills exchange->reply from exchange->body or the errors of its op. */
void reply_conclude(struct exchange *exchange);

/* Fills exchange->reply for an answer without a body that is not the engine's. */
void reply_bare(struct exchange *exchange, int status);

#endif
