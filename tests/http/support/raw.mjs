/* Exact bytes over TCP, for what an HTTP library would refuse to send. */

import { connect } from 'node:net';

const TIMEOUT_MS = 10_000;

function parseHead(text) {
  const [statusLine, ...lines] = text.split('\r\n');
  const match = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine);

  if (!match) throw new Error(`not an HTTP answer: ${JSON.stringify(text.slice(0, 200))}`);
  const headers = {};

  for (const line of lines) {
    const colon = line.indexOf(':');

    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(match[1]), headers };
}

/* The body of a chunked answer that starts at `from`, or null while it is not complete. */
function parseChunked(bytes, from) {
  const parts = [];
  let position = from;

  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', position);

    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', position, lineEnd), 16);

    if (bytes.length < lineEnd + 2 + size + 2) return null;
    if (size === 0) return { body: Buffer.concat(parts), end: lineEnd + 4 };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
}

/* The first answer in `bytes`, or null while it is not complete. An answer without a length ends with the
 * connection. */
function parseAnswer(bytes, { head = false, closed = false } = {}) {
  const headEnd = bytes.indexOf('\r\n\r\n');

  if (headEnd < 0) return null;
  const { status, headers } = parseHead(bytes.toString('latin1', 0, headEnd));
  const from = headEnd + 4;
  let body;
  let end;

  if (head || status < 200 || status === 204 || status === 304) {
    body = Buffer.alloc(0);
    end = from;
  } else if (/chunked/i.test(headers['transfer-encoding'] ?? '')) {
    const chunked = parseChunked(bytes, from);

    if (!chunked) return null;
    ({ body, end } = chunked);
  } else if (headers['content-length'] !== undefined) {
    end = from + Number(headers['content-length']);
    if (bytes.length < end) return null;
    body = bytes.subarray(from, end);
  } else {
    if (!closed) return null;
    end = bytes.length;
    body = bytes.subarray(from);
  }
  const text = body.toString('utf8');
  let json;

  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status, headers, text, json, end };
}

/* Opens a connection. Its `closed` tells whether the server has ended it. */
export function openRaw(server, { host = server.host, localAddress, timeoutMs = TIMEOUT_MS } = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: server.port, localAddress, noDelay: true });
    const waiting = new Set();
    const connection = {
      socket,
      received: Buffer.alloc(0),
      closed: false,
      error: null,

      /* Sends the bytes as they are; a string stands for its latin1 bytes. Never fails: the server may have hung up. */
      send(data) {
        if (!socket.destroyed) socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
      },

      /* Takes the next complete answer from the connection; null when the server closed without another one. */
      answer({ head = false, timeoutMs: limit = timeoutMs } = {}) {
        return connection.until(() => {
          const parsed = parseAnswer(connection.received, { head, closed: connection.closed });

          if (parsed) {
            connection.received = connection.received.subarray(parsed.end);
            return parsed;
          }
          return connection.closed ? null : undefined;
        }, limit, 'an answer');
      },

      /* Waits until the server has closed the connection. */
      end(limit = timeoutMs) {
        return connection.until(() => (connection.closed ? true : undefined), limit, 'the end of the connection');
      },

      /* Waits until `look` gives something other than undefined. */
      until(look, limit, what) {
        return new Promise((found, failed) => {
          const timer = setTimeout(() => {
            waiting.delete(check);
            failed(new Error(`${what} did not come within ${limit} ms; received ${JSON.stringify(
              connection.received.toString('latin1').slice(0, 300))}`));
          }, limit);
          const check = () => {
            let value;

            try {
              value = look();
            } catch (error) {
              clearTimeout(timer);
              waiting.delete(check);
              failed(error);
              return;
            }
            if (value === undefined) return;
            clearTimeout(timer);
            waiting.delete(check);
            found(value);
          };

          waiting.add(check);
          check();
        });
      },

      /* Ends the connection from our side without a farewell. */
      destroy() {
        socket.destroy();
      },
    };
    const wake = () => { for (const check of [...waiting]) check(); };

    socket.on('data', (chunk) => {
      connection.received = Buffer.concat([connection.received, chunk]);
      wake();
    });
    /* A server that refuses may close before it has read everything, which arrives here as a reset. */
    socket.on('error', (error) => {
      connection.error = error;
      reject(error);
    });
    socket.on('end', () => { connection.closed = true; wake(); });
    socket.on('close', () => { connection.closed = true; wake(); });
    socket.on('connect', () => resolve(connection));
  });
}

/* Sends the bytes and collects every answer until the server closes, or until `count` answers are there. Resolves to
 * { answers, closed, rest }. */
export async function exchange(server, data, { count = Infinity, timeoutMs = TIMEOUT_MS, head = false, host } = {}) {
  const connection = await openRaw(server, { timeoutMs, host: host ?? server.host });
  const answers = [];

  try {
    connection.send(data);
    while (answers.length < count) {
      const answer = await connection.answer({ head });

      if (answer === null) break;
      answers.push(answer);
    }
    return { answers, closed: connection.closed, rest: connection.received };
  } finally {
    connection.destroy();
  }
}

/* The text of a request, with Host and the given headers; a header may also be a whole line. */
export function requestText(method, target, headers = [], body = '',
  { version = 'HTTP/1.1', host = 'localhost' } = {}) {
  const lines = [`${method} ${target} ${version}`];

  if (host !== null) lines.push(`Host: ${host}`);
  lines.push(...headers);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
