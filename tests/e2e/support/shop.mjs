/* Clients of the shop, built as a storefront builds them: the official client with one of its flows, and nothing
 * changed but the two hosts. */

import { randomUUID } from 'node:crypto';

import { createApiBuilderFromCtpClient } from '@commercetools/platform-sdk';
import { ClientBuilder } from '@commercetools/ts-client';

const PROJECT = 'demo';
export const STOREFRONT = { clientId: 'storefront', clientSecret: 'storefront-secret' };
export const BACKEND = { clientId: 'backend', clientSecret: 'backend-secret' };
export const STOREFRONT_SCOPES = ['manage_my_profile:demo', 'create_anonymous_token:demo'];

/* Quick enough for a test, otherwise what a shop writes. */
const RETRIES = { maxRetries: 3, retryDelay: 10, backoff: false };

export function uniqueEmail(name = 'Customer') {
  return `${name}-${randomUUID()}@example.org`;
}

/* What the client calls a token cache: `current` is what a shop would put into its local storage. */
export function memoryCache(initial) {
  const cache = {
    current: initial,
    get: async () => cache.current,
    set: async (value) => { cache.current = value; },
  };

  return cache;
}

/* Passes requests on and remembers each as "METHOD path status", in the order in which they were sent. */
function recorder(httpClient) {
  const calls = [];
  const correlations = [];
  const send = async (url, init) => {
    const place = calls.push('unanswered') - 1;
    const response = await httpClient(url, init);

    calls[place] = `${init.method} ${new URL(url).pathname} ${response.status}`;
    correlations[place] = {
      sent: new Headers(init.headers).get('x-correlation-id'),
      received: response.headers.get('x-correlation-id'),
    };
    return response;
  };

  return { calls, correlations, send };
}

/* A client of its own, as one browser or one process has it: { api, execute, tokenCache, calls, correlations }.
 *
 * project      key of the project              tokenCache   where the flow keeps its token
 * httpClient   sends the requests              http         further options of the HTTP middleware
 * concurrent   options of the middleware for concurrent modification; without them there is none
 * host         in place of the server's URL */
function clientOf(server, addFlow, options = {}) {
  const { project = PROJECT, tokenCache = memoryCache(), httpClient = fetch, host = server.url } = options;
  const { http, concurrent } = options;
  const { calls, correlations, send } = recorder(httpClient);
  const builder = new ClientBuilder().withProjectKey(project);

  addFlow(builder, { host, projectKey: project, tokenCache, httpClient: send });
  builder
    .withHttpMiddleware({ host, httpClient: send, enableRetry: true, retryConfig: RETRIES, ...http })
    .withCorrelationIdMiddleware({ generate: () => `shop/${randomUUID()}` });
  if (concurrent) builder.withConcurrentModificationMiddleware(concurrent);

  const client = builder.build();

  return {
    api: createApiBuilderFromCtpClient(client).withProjectKey({ projectKey: project }),
    execute: client.execute,
    tokenCache,
    calls,
    correlations,
  };
}

/* A visitor: the client fetches a token for an anonymous session with the first call. */
export function visitor(server, { anonymousId, credentials = STOREFRONT, scopes, ...options } = {}) {
  return clientOf(server, (builder, common) => builder.withAnonymousSessionFlow({
    ...common, scopes, credentials: anonymousId ? { ...credentials, anonymousId } : credentials,
  }), options);
}

/* A customer who typed e-mail and password. `store`: at the token endpoint of that store. */
export function customer(server, { email, password }, { credentials = STOREFRONT, scopes, store, ...options } = {}) {
  const { project = PROJECT } = options;
  const oauthUri = store && `/oauth/${project}/in-store/key=${store}/customers/token`;

  return clientOf(server, (builder, common) => builder.withPasswordFlow({
    ...common, scopes, oauthUri, credentials: { ...credentials, user: { username: email, password } },
  }), options);
}

/* A page that was loaded again and has only a refresh token left. */
export function returning(server, refreshToken, { credentials = STOREFRONT, ...options } = {}) {
  return clientOf(server, (builder, common) => builder.withRefreshTokenFlow({
    ...common, credentials, refreshToken,
  }), options);
}

/* A page that was loaded again and has an access token left. */
export function resumed(server, accessToken, options = {}) {
  const authorization = `Bearer ${accessToken}`;

  return clientOf(server, (builder) => builder.withExistingTokenFlow(authorization, { force: true }), options);
}

/* A trusted process that acts for the shop itself. */
export function backend(server, { credentials = BACKEND, scopes, ...options } = {}) {
  return clientOf(server, (builder, common) => builder.withClientCredentialsFlow({
    ...common, scopes, credentials,
  }), options);
}

/* A client that forgot to authenticate. */
export function stranger(server, options = {}) {
  return clientOf(server, () => {}, options);
}

/* What a call answers, of which most tests look at nothing else. */
export async function bodyOf(call) {
  return (await call.execute()).body;
}

/* Signs somebody new up, as a visitor does. Resolves to { email, password, profile }. */
export async function signUp(server, draft = {}, { store, ...options } = {}) {
  const complete = { email: uniqueEmail(), password: 'correct horse', ...draft };
  const { api } = visitor(server, options);
  const shop = store ? api.inStoreKeyWithStoreKeyValue({ storeKey: store }) : api;
  const { customer: profile } = await bodyOf(shop.me().signup().post({ body: complete }));

  return { email: complete.email, password: complete.password, profile };
}

/* The calls that the client has no builder for, as shops write them. */
export function postForm(server, path, form, { clientId, clientSecret } = STOREFRONT) {
  return fetch(server.url + path, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
  });
}

/* Ends a token as a log-out does. */
export async function revoke(server, token, hint = 'access_token') {
  const answer = await postForm(server, '/oauth/token/revoke', { token, token_type_hint: hint });

  if (answer.status !== 200) throw new Error(`revoking a token was answered with ${answer.status}`);
  await answer.arrayBuffer();
}

/* What the server knows about a token. */
export async function introspect(server, token) {
  const answer = await postForm(server, '/oauth/introspect', { token }, BACKEND);

  if (answer.status !== 200) throw new Error(`introspection was answered with ${answer.status}`);
  return answer.json();
}
