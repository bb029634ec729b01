/* Requests to the server under test over node:http, and the few calls that nearly every test begins with. */

import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';

const REQUEST_TIMEOUT_MS = 30_000;

/* Idle connections are given up well before a server with default settings does, so that no request meets a
 * connection that is being closed. */
const agent = new Agent({ keepAlive: true, maxSockets: 48, timeout: 4_000 });

export const STOREFRONT = ['storefront', 'storefront-secret'];
export const BACKEND = ['backend', 'backend-secret'];

export function basicHeader([id, secret]) {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

function encodeForm(form) {
  return typeof form === 'string' ? form : new URLSearchParams(form).toString();
}

function payloadOf({ json, form, body }) {
  if (json !== undefined) return { bytes: Buffer.from(JSON.stringify(json)), type: 'application/json' };
  if (form !== undefined) return { bytes: Buffer.from(encodeForm(form)), type: 'application/x-www-form-urlencoded' };
  if (body !== undefined) return { bytes: Buffer.from(body), type: null };
  return { bytes: null, type: null };
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/* Sends one request; resolves to { status, headers, text, json, bytes }, whatever the status.
 *
 * token       the value of a bearer token, or a whole answer of a token endpoint
 * basic       [id, secret] for HTTP Basic
 * json        a value, sent as JSON          form   an object, sent form-encoded; a string goes out as it is
 * body        a string or Buffer, sent as it is, without a Content-Type of its own
 * headers     further headers; they win over those made here
 * raw         true: the answer is not parsed as JSON
 * agent       false: a connection of its own */
export function request(server, method, path, options = {}) {
  const { token, basic, headers = {}, raw = false, timeoutMs = REQUEST_TIMEOUT_MS } = options;
  const { bytes, type } = payloadOf(options);
  const all = {};

  if (token) all.authorization = `Bearer ${token.access_token ?? token}`;
  if (basic) all.authorization = basicHeader(basic);
  if (type) all['content-type'] = type;
  if (bytes) all['content-length'] = String(bytes.length);
  for (const [name, value] of Object.entries(headers)) all[name.toLowerCase()] = value;

  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: server.host,
      port: server.port,
      method,
      path,
      headers: all,
      agent: options.agent ?? agent,
    }, (incoming) => {
      const chunks = [];

      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const received = Buffer.concat(chunks);
        const text = received.toString('utf8');

        clearTimeout(timer);
        resolve({
          status: incoming.statusCode,
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          bytes: received,
          text,
          json: raw ? undefined : parseJson(text),
        });
      });
    });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`${method} ${path} had no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );

    outgoing.on('error', (error) => { clearTimeout(timer); reject(error); });
    outgoing.end(bytes ?? undefined);
  });
}

function expectStatus(answer, status, what) {
  if (answer.status !== status) throw new Error(`${what}: expected ${status}, got ${answer.status} ${answer.text}`);
  return answer.json;
}

/* A bearer token of a client on its own. Resolves to the answer of the token endpoint, as all of these do. */
export async function clientToken(server, { client = BACKEND, scope, project } = {}) {
  const form = { grant_type: 'client_credentials' };
  const scopes = scope ?? (project ? `manage_project:${project}` : undefined);

  if (scopes) form.scope = scopes;
  return expectStatus(await request(server, 'POST', '/oauth/token', { basic: client, form }), 200, 'client token');
}

/* A token of an anonymous session, whose id the server makes unless one is given. */
export async function anonymousToken(server, { anonymousId, client = STOREFRONT, scope, project = 'demo' } = {}) {
  const form = { grant_type: 'client_credentials' };

  if (scope) form.scope = scope;
  if (anonymousId) form.anonymous_id = anonymousId;
  return expectStatus(
    await request(server, 'POST', `/oauth/${project}/anonymous/token`, { basic: client, form }), 200,
    'anonymous token');
}

/* A token of a customer; `store` chooses the token endpoint of that store. */
export async function passwordToken(server, email, password, options = {}) {
  const { client = STOREFRONT, scope, project = 'demo', store } = options;
  const form = { grant_type: 'password', username: email, password };
  const within = store ? `/in-store/key=${store}` : '';

  if (scope) form.scope = scope;
  return expectStatus(
    await request(server, 'POST', `/oauth/${project}${within}/customers/token`, { basic: client, form }),
    200, 'password token');
}

/* Signs a new customer up with an anonymous token, e-mail and password filled in when the draft has none. Resolves to
 * { customer, email, password }. */
export async function signUp(server, draft = {}, { token, project = 'demo', client, store } = {}) {
  const bearer = token ?? await anonymousToken(server, { project, client });
  const complete = { email: uniqueEmail(), password: 'correct horse', ...draft };
  const within = store ? `/in-store/key=${store}` : '';
  const answer = await request(server, 'POST', `/${project}${within}/me/signup`, { token: bearer, json: complete });

  return { ...expectStatus(answer, 201, 'sign-up'), email: complete.email, password: complete.password };
}

export function uniqueEmail() {
  return `customer-${randomUUID()}@example.org`;
}
