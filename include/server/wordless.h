/* Connections that end without having asked for anything. */
#ifndef SERVER_WORDLESS_H
#define SERVER_WORDLESS_H

struct throttle;

/* Says in the log that a connection, about to be closed, has sent bytes that never became a request: most
 * likely TLS, which this port does not speak. Says nothing if it has sent nothing, as browsers do with
 * connections that they open ahead. Any thread. */
void wordless_note(int fd, struct throttle *throttle);

#endif
