/* HTTP itself: headers, paths, methods, limits, connections, and requests that no honest client would send. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { eventually, expectApiError } from './support/expect.mjs';
import {
  anonymousToken, BACKEND, basicHeader, clientToken, passwordToken, request, signUp, STOREFRONT, uniqueEmail,
} from './support/http.mjs';
import { exchange, openRaw, requestText } from './support/raw.mjs';
import { startServer } from './support/server.mjs';

const JSON_TYPE = 'application/json; charset=utf-8';
const ORIGIN = 'https://shop.example';
const LIVE = requestText('GET', '/livez');

let server;
let visitor;
let shop;

before(async () => {
  server = await startServer();
  visitor = await anonymousToken(server);
  shop = await clientToken(server);
});
after(async () => { await server?.stop(); });

const words = (header) => (header ?? '').split(',').map((word) => word.trim()).filter(Boolean);
const lowerWords = (header) => words(header).map((word) => word.toLowerCase());
const getMe = (token, where = server) => request(where, 'GET', '/demo/me', { token });

async function expectHealthy(where = server) {
  const answer = await request(where, 'GET', '/readyz', { agent: false });

  assert.equal(answer.status, 200);
}

describe('answers', () => {
  /* method, path, options, status */
  const everyKind = () => [
    ['GET', '/demo/me', {}, 401],
    ['GET', '/demo/me', { token: 'unknown' }, 401],
    ['GET', '/demo/me', { token: visitor }, 403],
    ['POST', '/demo/me/signup', { token: visitor, json: {} }, 400],
    ['GET', `/demo/customers/${randomUUID()}`, { token: shop }, 404],
    ['GET', '/demo/customers/not-a-uuid', { token: shop }, 404],
    ['GET', '/demo/nope', { token: shop }, 404],
    ['GET', '/a/b/c/d/e/f/g', {}, 404],
    ['GET', '/demo/me/signup', { token: visitor }, 405],
    ['PUT', '/demo/me', { token: visitor }, 405],
    ['PATCH', '/oauth/token', {}, 405],
    ['GET', '/demo/subscriptions', { token: shop }, 501],
    ['POST', '/demo/graphql', { token: shop, json: { query: '{me{customer{id}}}' } }, 501],
    ['POST', '/oauth/token', {}, 401],
    ['POST', '/oauth/token', { basic: STOREFRONT }, 400],
    ['POST', '/oauth/token', { basic: STOREFRONT, form: { grant_type: 'client_credentials' } }, 200],
    ['GET', '/livez', {}, 200],
    ['GET', '/readyz', {}, 200],
    ['GET', '/demo', { token: shop }, 200],
  ];

  test('every answer is JSON, has a body, and names its length', async () => {
    for (const [method, path, options, status] of everyKind()) {
      const answer = await request(server, method, path, options);
      const what = `${method} ${path}`;

      assert.equal(answer.status, status, `${what}: ${answer.text}`);
      assert.match(answer.headers['content-type'] ?? '', /^application\/json/, what);
      assert.notEqual(answer.text, '', what);
      assert.notEqual(answer.json, undefined, `${what}: ${answer.text}`);
      if (status >= 400) assert.equal(answer.json.statusCode, status, what);
    }
  });

  test('answers of the API declare JSON in UTF-8 in exactly the spelling that clients compare', async () => {
    const { email, password } = await signUp(server);
    const token = await passwordToken(server, email, password);

    for (const answer of [
      await getMe(token),
      await getMe(visitor),
      await request(server, 'GET', '/demo/nope', { token: shop }),
      await request(server, 'GET', '/demo', { token: shop }),
    ]) {
      assert.equal(answer.headers['content-type'], JSON_TYPE);
    }
  });

  test('characters beyond ASCII come back as they were sent', async () => {
    const firstName = 'Zoë 漢字 😀 \u2028 "\\';
    const { customer, email, password } = await signUp(server, { firstName });

    assert.equal(customer.firstName, firstName);
    assert.equal((await getMe(await passwordToken(server, email, password))).json.firstName, firstName);
  });

  test('an error with a status from 400 on has at least one error, except 405', async () => {
    for (const [method, path, options, status] of everyKind()) {
      if (status < 400 || status === 405) continue;
      const { json } = await request(server, method, path, options);

      assert.ok(json.errors.length > 0, path);
      assert.ok(json.errors.every(({ code, message }) => code && message), path);
      assert.equal(json.message, json.errors[0].message);
    }
  });

  test('an unknown path is 404 and is named', async () => {
    for (const path of ['/demo/nope', '/demo/me/nope', '/demo/in-store/key=berlin/nope', '/a/b/c']) {
      expectApiError(await request(server, 'GET', path, { token: shop }), 404, 'ResourceNotFound',
        `URI not found: ${path}`);
    }
  });

  test('a post to an unknown path is refused', async () => {
    for (const path of ['/demo/nope', '/oauth/nope', '/oauth/demo/nope/token', '/']) {
      const answer = await request(server, 'POST', path, { token: shop, json: {} });

      assert.ok([404, 405].includes(answer.status), `${path}: ${answer.status}`);
      assert.equal(answer.json.statusCode, answer.status);
    }
  });

  test('a method that a path does not have is 405, with the methods that it has', async () => {
    const cases = [
      ['PUT', '/demo/me', ['GET', 'POST', 'DELETE']],
      ['PATCH', '/demo/in-store/key=berlin/me', ['GET', 'POST', 'DELETE']],
      ['GET', '/demo/me/signup', ['POST']],
      ['DELETE', '/demo/me/login', ['POST']],
      ['GET', '/demo/me/password/reset', ['POST']],
      ['PUT', '/demo/me/email/confirm', ['POST']],
      ['GET', '/oauth/token', ['POST']],
      ['GET', '/oauth/introspect', ['POST']],
      ['DELETE', '/oauth/demo/customers/token', ['POST']],
      ['PUT', '/demo/customers', ['GET', 'POST']],
      ['POST', '/livez', ['GET']],
    ];

    for (const [method, path, allowed] of cases) {
      const answer = await request(server, method, path, { token: shop });
      const allow = words(answer.headers.allow);

      assert.equal(answer.status, 405, `${method} ${path}: ${answer.text}`);
      assert.deepEqual(answer.json, { statusCode: 405, message: 'Method Not Allowed' });
      for (const name of allowed) assert.ok(allow.includes(name), `${path} allows ${answer.headers.allow}`);
      assert.equal(allow.includes(method), false, `${path} allows ${answer.headers.allow}`);
    }
  });

  test('a known endpoint that is not there yet is 501 and is named', async () => {
    const cases = [
      ['GET', '/demo/reviews', /reviews/],
      ['POST', '/demo/graphql', /graphql/],
      ['GET', '/demo/subscriptions', /subscriptions/],
      ['POST', '/demo/extensions', /extensions/],
      ['GET', `/demo/reviews/${randomUUID()}`, /reviews/],
      ['GET', '/demo/reviews/key=table', /reviews/],
    ];

    for (const [method, path, name] of cases) {
      const answer = await request(server, method, path, { token: shop, ...(method === 'POST' ? { json: {} } : {}) });

      expectApiError(answer, 501, 'NotImplemented', name);
    }
  });

  test('the caller learns which project answered', async () => {
    for (const [method, path, options] of [
      ['GET', '/demo/me', {}], ['GET', '/demo', { token: shop }], ['GET', '/demo/subscriptions', { token: shop }],
      ['GET', `/demo/customers/${randomUUID()}`, { token: shop }],
    ]) {
      const answer = await request(server, method, path, options);

      assert.equal(answer.headers['x-standin-project'], 'demo', `${method} ${path}`);
    }
  });

  test('/livez and /readyz need no token', async () => {
    for (const path of ['/livez', '/readyz']) {
      const answer = await request(server, 'GET', path);

      assert.equal(answer.status, 200);
      assert.deepEqual(answer.json, { status: 'ok' });
      const head = await request(server, 'HEAD', path);

      assert.equal(head.status, 200);
      assert.equal(head.text, '');
    }
  });
});

describe('correlation id', () => {
  const kinds = () => [
    ['GET', '/demo/me', {}],
    ['GET', '/demo', { token: shop }],
    ['GET', '/demo/nope', {}],
    ['PUT', '/demo/me', {}],
    ['GET', '/demo/subscriptions', { token: shop }],
    ['POST', '/demo/me/signup', { token: visitor, body: '{' }],
    ['POST', '/oauth/token', { basic: STOREFRONT, form: { grant_type: 'client_credentials' } }],
    ['POST', '/oauth/token', {}],
    ['GET', '/livez', {}],
    ['OPTIONS', '/demo/me', { headers: { origin: ORIGIN, 'access-control-request-method': 'GET' } }],
    ['HEAD', '/livez', {}],
  ];

  test('the one of the request is returned on every answer', async () => {
    for (const [method, path, options] of kinds()) {
      const id = `trace/${randomUUID()}`;
      const answer = await request(server, method, path, {
        ...options, headers: { ...options.headers, 'x-correlation-id': id },
      });

      assert.equal(answer.headers['x-correlation-id'], id, `${method} ${path}`);
    }
  });

  test('one is made on every answer when the request has none', async () => {
    for (const [method, path, options] of kinds()) {
      const answer = await request(server, method, path, options);

      assert.ok(answer.headers['x-correlation-id'], `${method} ${path}`);
    }
  });

  test('one that was made begins with the project key and never repeats', async () => {
    const ids = [];

    for (let round = 0; round < 20; round += 1) {
      ids.push((await request(server, 'GET', '/demo', { token: shop })).headers['x-correlation-id']);
    }
    for (const id of ids) assert.match(id, /^demo\//);
    assert.equal(new Set(ids).size, 20);
  });
});

describe('CORS', () => {
  const preflight = (path, headers = {}, where = server) => request(where, 'OPTIONS', path, {
    headers: {
      origin: ORIGIN,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-correlation-id,user-agent',
      ...headers,
    },
  });
  const paths = [
    '/', '/demo', '/demo/me', '/demo/me/signup', '/demo/in-store/key=berlin/me', '/demo/nope', '/nope',
    '/oauth/token', '/oauth/demo/anonymous/token', '/oauth/introspect', '/livez', '/demo/products', '/demo/me/',
  ];

  for (const path of paths) {
    test(`a preflight of ${path} succeeds without authentication`, async () => {
      const answer = await preflight(path);

      assert.equal(answer.status, 204, answer.text);
      assert.equal(answer.text, '');
      assert.equal(answer.headers['access-control-allow-origin'], ORIGIN);
      assert.equal(answer.headers['access-control-allow-credentials'], 'true');
      assert.ok(lowerWords(answer.headers.vary).includes('origin'), answer.headers.vary);
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']) {
        assert.ok(words(answer.headers['access-control-allow-methods']).includes(method), method);
      }
      for (const header of ['authorization', 'content-type', 'x-correlation-id', 'user-agent']) {
        assert.ok(lowerWords(answer.headers['access-control-allow-headers']).includes(header), header);
      }
      assert.equal(answer.headers['access-control-max-age'], '7200');
    });
  }

  test('headers that a client asks for are allowed', async () => {
    const answer = await preflight('/demo/me', { 'access-control-request-headers': 'x-my-own,authorization' });

    assert.ok(lowerWords(answer.headers['access-control-allow-headers']).includes('x-my-own'));
  });

  test('access from a public page to a private network is allowed when asked for', async () => {
    const asked = await preflight('/demo/me', { 'access-control-request-private-network': 'true' });
    const unasked = await preflight('/demo/me');

    assert.equal(asked.headers['access-control-allow-private-network'], 'true');
    assert.equal(unasked.headers['access-control-allow-private-network'], undefined);
  });

  test('OPTIONS from no browser succeeds too', async () => {
    assert.equal((await request(server, 'OPTIONS', '/demo/me')).status, 204);
    assert.equal((await request(server, 'OPTIONS', '/oauth/token')).status, 204);
  });

  test('every answer, the errors included, may be read by the page that asked', async () => {
    const cases = [
      ['GET', '/demo', { token: shop }, 200],
      ['GET', '/demo/me', {}, 401],
      ['GET', '/demo/me', { token: 'unknown' }, 401],
      ['GET', '/demo/me', { token: visitor }, 403],
      ['GET', '/demo/nope', { token: shop }, 404],
      ['PUT', '/demo/me', {}, 405],
      ['GET', '/demo/subscriptions', { token: shop }, 501],
      ['POST', '/demo/me/signup', { token: visitor, body: '{' }, 400],
      ['POST', '/oauth/token', {}, 401],
      ['POST', '/oauth/token', { basic: STOREFRONT }, 400],
      ['POST', '/oauth/token', { basic: STOREFRONT, form: { grant_type: 'client_credentials' } }, 200],
    ];

    for (const [method, path, options, status] of cases) {
      const answer = await request(server, method, path, { ...options, headers: { origin: ORIGIN } });

      assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
      assert.equal(answer.headers['access-control-allow-origin'], ORIGIN, `${method} ${path}`);
      assert.equal(answer.headers['access-control-allow-credentials'], 'true');
      assert.ok(lowerWords(answer.headers.vary).includes('origin'));
      assert.ok(lowerWords(answer.headers['access-control-expose-headers']).includes('x-correlation-id'));
    }
  });

  test('with --no-cors nothing is said about origins', async () => {
    const closed = await startServer({ args: ['--no-cors'] });

    try {
      for (const answer of [
        await request(closed, 'GET', '/demo/me', { headers: { origin: ORIGIN } }),
        await preflight('/demo/me', {}, closed),
      ]) {
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
      }
    } finally {
      await closed.stop();
    }
  });

  test('with --cors only the named origin may read', async () => {
    const picky = await startServer({ args: ['--cors', ORIGIN] });

    try {
      const mine = await request(picky, 'GET', '/demo/me', { headers: { origin: ORIGIN } });
      const other = await request(picky, 'GET', '/demo/me', { headers: { origin: 'https://evil.example' } });

      assert.equal(mine.headers['access-control-allow-origin'], ORIGIN);
      assert.notEqual(other.headers['access-control-allow-origin'], 'https://evil.example');
      assert.notEqual(other.headers['access-control-allow-origin'], '*');
    } finally {
      await picky.stop();
    }
  });
});

describe('paths', () => {
  let token;
  let customer;

  before(async () => {
    const made = await signUp(server);

    customer = made.customer;
    token = await passwordToken(server, made.email, made.password);
  });

  for (const path of ['/demo/me', '/demo/me/', '//demo/me', '/demo//me', '//demo//me//', '///demo///me']) {
    test(`${path} is the profile`, async () => {
      const answer = await request(server, 'GET', path, { token });

      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.id, customer.id);
    });
  }

  for (const path of ['/oauth/token/', '//oauth/token', '/oauth//token']) {
    test(`${path} is the token endpoint`, async () => {
      const answer = await request(server, 'POST', path, {
        basic: STOREFRONT, form: { grant_type: 'client_credentials' },
      });

      assert.equal(answer.status, 200, answer.text);
    });
  }

  test('a trailing slash before a query is ignored as well', async () => {
    const answer = await request(server, 'GET', '/demo/me/?limit=1', { token });

    assert.equal(answer.status, 200, answer.text);
  });

  for (const segment of ['key=berlin', 'key%3Dberlin', 'key%3dberlin', 'key%3D%62erlin']) {
    test(`a store may be spelled ${segment}`, async () => {
      const answer = await request(server, 'GET', `/demo/in-store/${segment}/me`, { token });

      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.id, customer.id);
    });
  }

  test('an encoded slash does not separate', async () => {
    for (const path of ['/demo%2Fme', '/demo%2fme', '/%2Fdemo%2Fme']) {
      const answer = await request(server, 'GET', path, { token });

      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
    }
  });

  test('dots are not resolved', async () => {
    for (const path of ['/demo/nope/../me', '/demo/./me', '/demo/nope/%2e%2e/me']) {
      const { answers } = await exchange(server, requestText('GET', path, [
        `Authorization: Bearer ${token.access_token}`, 'Connection: close',
      ]));

      assert.ok(answers[0].status >= 400 && answers[0].status < 500, `${path}: ${answers[0].status}`);
    }
  });

  test('bytes that are not UTF-8 are no path', async () => {
    for (const path of ['/demo/%ff', '/demo/in-store/key=%c0%af/me', '/%ed%a0%80/me']) {
      const answer = await request(server, 'GET', path, { token });

      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
    }
    await expectHealthy();
  });

  test('paths are compared with regard to letter case', async () => {
    assert.notEqual((await request(server, 'GET', '/demo/ME', { token })).status, 200);
    assert.notEqual((await request(server, 'GET', '/Demo/me', { token })).status, 200);
  });

  test('a name in the query may be percent-encoded', async () => {
    const made = await signUp(server);
    const its = await passwordToken(server, made.email, made.password);
    const answer = await request(server, 'DELETE', `/demo/me?%76ersion=${made.customer.version}`, { token: its });

    assert.equal(answer.status, 200, answer.text);
  });

  test('unknown names in the query are ignored', async () => {
    const answer = await request(server, 'GET', '/demo/me?nonsense=1&&=&x&%E2%9C%93=%F0%9F%98%80', { token });

    assert.equal(answer.status, 200, answer.text);
  });

  test('reserved words are never a project', async () => {
    for (const word of ['oauth', 'livez', 'readyz', 'healthz', '_admin']) {
      const answer = await request(server, 'POST', `/oauth/${word}/anonymous/token`, {
        basic: ['any', 'any'], form: { grant_type: 'client_credentials' },
      });

      assert.ok(answer.status >= 400 && answer.status < 500, `${word}: ${answer.status}`);
    }
  });
});

describe('HEAD', () => {
  test('HEAD of a customer tells by its status whether the customer exists, without a body', async () => {
    const { customer } = await signUp(server);
    const there = await request(server, 'HEAD', `/demo/customers/${customer.id}`, { token: shop });
    const gone = await request(server, 'HEAD', `/demo/customers/${randomUUID()}`, { token: shop });

    assert.equal(there.status, 200);
    assert.equal(gone.status, 404);
    assert.equal(there.text + gone.text, '');
  });

  test('no answer to HEAD has a body, so that the next answer on the connection is found', async () => {
    const connection = await openRaw(server);

    try {
      for (const path of ['/livez', '/demo/me', '/demo/nope', '/demo/products', '/demo/me/signup', '/']) {
        connection.send(requestText('HEAD', path) + LIVE);
        const head = await connection.answer({ head: true });

        assert.ok(head.status >= 200 && head.status < 600, path);
        const next = await connection.answer();

        assert.equal(next?.status, 200, `after HEAD ${path}`);
        assert.deepEqual(next.json, { status: 'ok' });
      }
    } finally {
      connection.destroy();
    }
  });
});

describe('bodies and their type', () => {
  const types = [
    undefined, 'text/plain', 'application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8',
    'APPLICATION/JSON', 'application/x-www-form-urlencoded', 'nonsense', 'multipart/form-data; boundary=x',
  ];
  for (const type of types) {
    test(`a JSON body is read as JSON under the type ${type}`, async () => {
      const email = uniqueEmail();
      const answer = await request(server, 'POST', '/demo/me/signup', {
        token: visitor,
        body: JSON.stringify({ email, password: 'x' }),
        headers: type === undefined ? {} : { 'content-type': type },
      });

      assert.equal(answer.status, 201, answer.text);
      assert.equal(answer.json.customer.email, email);
    });
  }

  test('GET and DELETE may declare JSON and carry no body', async () => {
    const { customer, email, password } = await signUp(server);
    const token = await passwordToken(server, email, password);
    const headers = { 'content-type': 'application/json' };

    assert.equal((await request(server, 'GET', '/demo/me', { token, headers })).status, 200);
    assert.equal((await request(server, 'GET', '/demo/me', {
      token, headers: { ...headers, 'content-length': '0' },
    })).status, 200);
    const deleted = await request(server, 'DELETE', `/demo/me?version=${customer.version}`, { token, headers });

    assert.equal(deleted.status, 200, deleted.text);
  });

  test('a body may come in chunks', async () => {
    const email = uniqueEmail();
    const json = JSON.stringify({ email, password: 'x' });
    const chunks = [json.slice(0, 1), json.slice(1, 10), json.slice(10)];
    const body = `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
    const { answers } = await exchange(server, requestText('POST', '/demo/me/signup', [
      `Authorization: Bearer ${visitor.access_token}`, 'Transfer-Encoding: chunked', 'Connection: close',
    ], body));

    assert.equal(answers[0].status, 201, answers[0].text);
    assert.equal(answers[0].json.customer.email, email);
  });

  test('a body may come byte by byte', async () => {
    const email = uniqueEmail();
    const json = JSON.stringify({ email, password: 'x' });
    const connection = await openRaw(server);

    try {
      connection.send(requestText('POST', '/demo/me/signup', [
        `Authorization: Bearer ${visitor.access_token}`, `Content-Length: ${json.length}`, 'Connection: close',
      ]));
      for (const byte of json) connection.send(byte);
      const answer = await connection.answer();

      assert.equal(answer.status, 201, answer.text);
    } finally {
      connection.destroy();
    }
  });

  test('a client that expects 100-continue is told to go on', async () => {
    const json = JSON.stringify({ email: uniqueEmail(), password: 'x' });
    const connection = await openRaw(server);

    try {
      connection.send(requestText('POST', '/demo/me/signup', [
        `Authorization: Bearer ${visitor.access_token}`, `Content-Length: ${json.length}`, 'Expect: 100-continue',
      ]));
      assert.equal((await connection.answer()).status, 100);
      connection.send(json);
      assert.equal((await connection.answer()).status, 201);
    } finally {
      connection.destroy();
    }
  });
});

describe('the body limit', () => {
  const LIMIT = 4000;
  let limited;
  let bearer;

  before(async () => {
    limited = await startServer({ args: ['--body-limit', String(LIMIT)] });
    bearer = await anonymousToken(limited);
  });
  after(async () => { await limited?.stop(); });

  const draftOf = (length) => {
    const draft = { email: uniqueEmail(), password: 'x', firstName: '' };

    draft.firstName = 'x'.repeat(length - JSON.stringify(draft).length);
    return JSON.stringify(draft);
  };

  test('a body of exactly the limit is accepted', async () => {
    const body = draftOf(LIMIT);
    const answer = await request(limited, 'POST', '/demo/me/signup', { token: bearer, body });

    assert.equal(body.length, LIMIT);
    assert.equal(answer.status, 201, answer.text);
  });

  test('a body of one byte more is refused with 413 in JSON, which the asking page may read', async () => {
    for (const path of ['/demo/me/signup', '/oauth/token', '/demo/me']) {
      const answer = await request(limited, 'POST', path, {
        token: bearer, body: draftOf(LIMIT + 1), headers: { origin: ORIGIN, 'x-correlation-id': 'too-large' },
      });

      assert.equal(answer.status, 413, `${path}: ${answer.text}`);
      assert.equal(answer.headers['access-control-allow-origin'], ORIGIN);
      assert.equal(answer.headers['x-correlation-id'], 'too-large');
      assert.equal(answer.json.statusCode, 413);
      assert.ok(answer.json.errors.length > 0);
      assert.equal(answer.json.message, answer.json.errors[0].message);
    }
    await expectHealthy(limited);
  });

  test('a body that is declared too large is refused before it is sent', async () => {
    const connection = await openRaw(limited);

    try {
      connection.send(requestText('POST', '/demo/me/signup', [
        `Authorization: Bearer ${bearer.access_token}`, `Content-Length: ${1024 * 1024 * 1024}`,
      ]));
      const answer = await connection.answer();

      assert.equal(answer.status, 413);
    } finally {
      connection.destroy();
    }
  });

  test('a body in chunks that is too large is refused', async () => {
    const chunk = `${(1000).toString(16)}\r\n${'x'.repeat(1000)}\r\n`;
    const connection = await openRaw(limited);

    try {
      connection.send(requestText('POST', '/demo/me/signup', [
        `Authorization: Bearer ${bearer.access_token}`, 'Transfer-Encoding: chunked',
      ]));
      for (let sent = 0; sent <= LIMIT + 2000; sent += 1000) connection.send(chunk);
      connection.send('0\r\n\r\n');
      const answer = await connection.answer();

      assert.equal(answer.status, 413);
    } finally {
      connection.destroy();
    }
    await expectHealthy(limited);
  });

  test('a far too large body never costs the server its health', async () => {
    const connection = await openRaw(limited);

    connection.send(requestText('POST', '/demo/me/signup', [
      `Authorization: Bearer ${bearer.access_token}`, `Content-Length: ${64 * 1024 * 1024}`,
    ]));
    const block = Buffer.alloc(1024 * 1024, 'x');

    for (let count = 0; count < 64 && !connection.closed; count += 1) connection.send(block);
    const answer = await connection.answer().catch(() => null);

    assert.ok(answer === null || answer.status === 413);
    connection.destroy();
    await expectHealthy(limited);
  });
});

describe('long request lines and headers', () => {
  const expectRefused = ({ answers }) => {
    assert.ok(answers.length <= 1);
    if (answers.length === 1) assert.ok(answers[0].status >= 400 && answers[0].status < 500, String(answers[0].status));
  };

  for (const [what, target] of [
    ['a path of 100 000 characters', `/demo/${'x'.repeat(100_000)}`],
    ['a query of 100 000 characters', `/demo/me?x=${'x'.repeat(100_000)}`],
    ['100 000 slashes', '/'.repeat(100_000)],
  ]) {
    test(`${what} is refused with 414`, async () => {
      const { answers, closed } = await exchange(server, requestText('GET', target));

      assert.deepEqual(answers.map(({ status }) => status), [414]);
      assert.equal(closed, true);
      await expectHealthy();
    });
  }

  test('a path of 10 000 slashes and one of 5 000 segments are looked at', async () => {
    for (const path of ['/'.repeat(10_000), '/x'.repeat(5_000)]) {
      const answer = await request(server, 'GET', path, { token: visitor });

      assert.ok([404, 414].includes(answer.status), String(answer.status));
      assert.equal(answer.json.statusCode, answer.status);
    }
  });

  test('a target of 2 000 characters is looked at', async () => {
    const answer = await request(server, 'GET', `/demo/me?x=${'x'.repeat(2_000)}`);

    assert.equal(answer.status, 401);
  });

  test('a header of 100 000 characters is refused', async () => {
    expectRefused(await exchange(server,
      requestText('GET', '/demo/me', [`X-Long: ${'x'.repeat(100_000)}`, 'Connection: close'])));
    await expectHealthy();
  });

  test('10 000 headers are refused', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `X-${index}: ${index}`);

    expectRefused(await exchange(server, requestText('GET', '/demo/me', [...many, 'Connection: close'])));
    await expectHealthy();
  });
});

describe('connections', () => {
  test('a connection serves one request after another', async () => {
    const connection = await openRaw(server);

    try {
      for (const [path, status] of [['/livez', 200], ['/demo/me', 401], ['/demo/nope', 404], ['/livez', 200]]) {
        connection.send(requestText('GET', path));
        assert.equal((await connection.answer()).status, status);
      }
      assert.equal(connection.closed, false);
    } finally {
      connection.destroy();
    }
  });

  test('three requests in one segment are answered in their order', async () => {
    const json = JSON.stringify({ email: uniqueEmail(), password: 'x' });
    const connection = await openRaw(server);

    try {
      connection.send(
        requestText('GET', '/demo/nope', ['X-Correlation-ID: first'])
        + requestText('POST', '/demo/me/signup', [
          'X-Correlation-ID: second', `Authorization: Bearer ${visitor.access_token}`,
          `Content-Length: ${json.length}`,
        ], json)
        + requestText('GET', '/livez', ['X-Correlation-ID: third']));
      const answers = [await connection.answer(), await connection.answer(), await connection.answer()];

      assert.deepEqual(answers.map(({ status }) => status), [404, 201, 200]);
      assert.deepEqual(answers.map(({ headers }) => headers['x-correlation-id']), ['first', 'second', 'third']);
    } finally {
      connection.destroy();
    }
  });

  test('three writes in one segment are answered in their order', async () => {
    const emails = [uniqueEmail(), uniqueEmail(), uniqueEmail()];
    const connection = await openRaw(server);

    try {
      connection.send(emails.map((email) => {
        const json = JSON.stringify({ email, password: 'x' });

        return requestText('POST', '/demo/me/signup', [
          `Authorization: Bearer ${visitor.access_token}`, `Content-Length: ${json.length}`,
        ], json);
      }).join(''));
      for (const email of emails) assert.equal((await connection.answer()).json.customer.email, email);
    } finally {
      connection.destroy();
    }
  });

  test('a request that arrives byte by byte is answered', async () => {
    const connection = await openRaw(server);

    try {
      for (const byte of requestText('GET', '/livez')) connection.send(byte);
      assert.equal((await connection.answer()).status, 200);
    } finally {
      connection.destroy();
    }
  });

  test('Connection: close and HTTP/1.0 end the connection after the answer', async () => {
    for (const text of [
      requestText('GET', '/livez', ['Connection: close']),
      requestText('GET', '/livez', [], '', { version: 'HTTP/1.0' }),
    ]) {
      const { answers, closed } = await exchange(server, text);

      assert.equal(answers.length, 1);
      assert.equal(answers[0].status, 200);
      assert.equal(closed, true);
    }
  });

  test('clients that go away in the middle of a body change nothing and cost nothing', async () => {
    const emails = Array.from({ length: 30 }, uniqueEmail);
    const { json: before } = await request(server, 'GET', '/demo/customers?limit=1', { token: shop });

    await Promise.all(emails.map(async (email) => {
      const json = JSON.stringify({ email, password: 'x' });
      const connection = await openRaw(server);

      connection.send(requestText('POST', '/demo/me/signup', [
        `Authorization: Bearer ${visitor.access_token}`, `Content-Length: ${json.length}`,
      ], json.slice(0, -1)));
      connection.destroy();
    }));
    await expectHealthy();
    for (const email of emails.slice(0, 5)) await signUp(server, { email });
    const { json: afterwards } = await request(server, 'GET', '/demo/customers?limit=1', { token: shop });

    assert.equal(afterwards.total, before.total + 5);
  });

  test('clients that go away before their answer cost nothing', async () => {
    await Promise.all(Array.from({ length: 30 }, async () => {
      const json = JSON.stringify({ email: uniqueEmail(), password: 'x' });
      const connection = await openRaw(server);

      connection.send(requestText('POST', '/demo/me/signup', [
        `Authorization: Bearer ${visitor.access_token}`, `Content-Length: ${json.length}`,
      ], json));
      connection.destroy();
    }));
    await expectHealthy();
    await signUp(server);
  });

  test('clients that never say anything do not keep others waiting', async () => {
    const silent = await Promise.all(Array.from({ length: 30 }, () => openRaw(server)));

    try {
      await expectHealthy();
    } finally {
      for (const connection of silent) connection.destroy();
    }
  });

  /* With exactly 128 or 256 ready connections in one thread, libmicrohttpd 0.9.75 waits for another event before it
   * answers any of them. */
  for (const count of [127, 128, 129, 256]) {
    test(`${count} connections that ask at once are all answered`, { timeout: 60_000 }, async () => {
      const crowd = await startServer({ args: ['--max-connections', '1000', '--max-connections-per-address', '1000'] });
      const connections = [];

      try {
        for (let number = 0; number < count; number += 1) connections.push(await openRaw(crowd));
        for (let round = 0; round < 4; round += 1) {
          for (const connection of connections) connection.send(LIVE);
          const answers = await Promise.all(connections.map((connection) => connection.answer({ timeoutMs: 5_000 })));

          assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [200], `round ${round}`);
        }
      } finally {
        for (const connection of connections) connection.destroy();
        await crowd.stop();
      }
    });
  }
});

describe('limits of connections', () => {
  /* Resolves to a connection that was served once, or to null when the server would not have it. */
  async function servedConnection(where, options) {
    try {
      const connection = await openRaw(where, options);

      connection.send(LIVE);
      const answer = await connection.answer();

      if (answer?.status === 200) return connection;
      connection.destroy();
    } catch {
      /* Refused at once, or reset while we wrote. */
    }
    return null;
  }

  test('one address holds no more than --max-connections-per-address', async () => {
    const small = await startServer({ args: ['--max-connections-per-address', '3'] });
    const held = [];

    try {
      for (let count = 0; count < 3; count += 1) {
        const connection = await servedConnection(small);

        assert.ok(connection, 'the first three are served');
        held.push(connection);
      }
      assert.equal(await servedConnection(small), null, 'the fourth is not');
      const elsewhere = await servedConnection(small, { localAddress: '127.0.0.2' });

      assert.ok(elsewhere, 'another address is');
      held.push(elsewhere);
      held.shift().destroy();
      held.push(await eventually(() => servedConnection(small), { what: 'a free place' }));
    } finally {
      for (const connection of held) connection.destroy();
      await small.stop();
    }
  });

  test('no more than --max-connections are served, and the others when there is room again', async () => {
    const small = await startServer({ args: ['--max-connections', '8', '--max-connections-per-address', '100'] });
    const all = [];
    const served = new Set();

    try {
      for (let count = 0; count < 24; count += 1) {
        const connection = await openRaw(small).catch(() => null);

        if (!connection) continue;
        all.push(connection);
        connection.send(LIVE);
        connection.answer({ timeoutMs: 60_000 }).then((answer) => {
          if (answer?.status === 200) served.add(connection);
        }, () => {});
      }
      await eventually(() => served.size >= 8, { what: 'an answer for eight' });
      for (let round = 0; round < 20; round += 1) {
        for (const connection of served) {
          connection.send(LIVE);
          assert.equal((await connection.answer()).status, 200);
        }
        assert.equal(served.size, 8);
      }
      for (const connection of all) connection.destroy();
      all.push(await eventually(() => servedConnection(small), { what: 'a free place' }));
    } finally {
      for (const connection of all) connection.destroy();
      await small.stop();
    }
  });
});

describe('deadlines', () => {
  let hasty;
  let bearer;

  before(async () => {
    hasty = await startServer({ args: ['--request-timeout', '1s', '--idle-timeout', '1s'] });
    bearer = await anonymousToken(hasty);
  });
  after(async () => { await hasty?.stop(); });

  /* Feeds the connection one byte every 100 ms, which no timeout of inactivity would ever notice. */
  async function drip(connection, bytes) {
    let position = 0;
    const timer = setInterval(() => {
      connection.send(bytes[position % bytes.length]);
      position += 1;
    }, 100);

    try {
      await connection.end(10_000);
    } finally {
      clearInterval(timer);
      connection.destroy();
    }
  }

  test('a header that drips in is cut off', { timeout: 30_000 }, async () => {
    const connection = await openRaw(hasty);

    connection.send('GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    await drip(connection, 'x');
    await expectHealthy(hasty);
  });

  test('a request line that drips in is cut off', { timeout: 30_000 }, async () => {
    const connection = await openRaw(hasty);

    connection.send('GET /');
    await drip(connection, 'x');
    await expectHealthy(hasty);
  });

  test('a body that drips in is cut off, and nothing of it happens', { timeout: 30_000 }, async () => {
    const connection = await openRaw(hasty);

    connection.send(requestText('POST', '/demo/me/signup', [
      `Authorization: Bearer ${bearer.access_token}`, 'Content-Length: 1000',
    ]));
    await drip(connection, ' ');
    await expectHealthy(hasty);
  });

  test('a body that drips in by chunks is cut off', { timeout: 30_000 }, async () => {
    const connection = await openRaw(hasty);

    connection.send(requestText('POST', '/demo/me/signup', [
      `Authorization: Bearer ${bearer.access_token}`, 'Transfer-Encoding: chunked',
    ]));
    await drip(connection, ['1\r\n \r\n']);
    await expectHealthy(hasty);
  });

  test('an idle connection is closed', { timeout: 30_000 }, async () => {
    const connection = await openRaw(hasty);

    connection.send(LIVE);
    assert.equal((await connection.answer()).status, 200);
    await connection.end(10_000);
  });

  test('a connection that says nothing at all is closed', { timeout: 30_000 }, async () => {
    const connection = await openRaw(hasty);

    await connection.end(10_000);
  });

  test('a busy connection outlives the deadline of a single request', { timeout: 30_000 }, async () => {
    const connection = await openRaw(hasty);
    const until = Date.now() + 3_000;

    try {
      await eventually(async () => {
        connection.send(LIVE);
        const answer = await connection.answer();

        assert.equal(answer?.status, 200, 'the connection was cut off');
        return Date.now() > until;
      }, { everyMs: 100 });
    } finally {
      connection.destroy();
    }
  });
});

describe('malformed requests', () => {
  const login = '{"email":"alice@example.com","password":"Alice@1234"}';
  const cases = {
    'both Content-Length and Transfer-Encoding': requestText('POST', '/demo/me/login',
      ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    'both, the other way around': requestText('POST', '/demo/me/login',
      ['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'),
    'both on a GET': requestText('GET', '/livez', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    'two different Content-Lengths': requestText('POST', '/demo/me/login',
      [`Content-Length: ${login.length}`, 'Content-Length: 0'], login),
    'two different Content-Lengths in one line': requestText('POST', '/demo/me/login',
      [`Content-Length: ${login.length}, 0`], login),
    'Transfer-Encoding: xchunked': requestText('POST', '/demo/me/login', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'),
    'Transfer-Encoding: gzip, chunked': requestText('POST', '/demo/me/login',
      ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'),
    'Transfer-Encoding: chunked, identity': requestText('POST', '/demo/me/login',
      ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'),
    'two Transfer-Encodings': requestText('POST', '/demo/me/login',
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], '0\r\n\r\n'),
    'a space before the colon of Transfer-Encoding': requestText('POST', '/demo/me/login',
      ['Transfer-Encoding : chunked'], '0\r\n\r\n'),
    'a space before the colon of Content-Length': requestText('POST', '/demo/me/login',
      [`Content-Length : ${login.length}`], login),
    'Transfer-Encoding on HTTP/1.0': requestText('POST', '/demo/me/login',
      ['Connection: keep-alive', 'Transfer-Encoding: chunked'], '0\r\n\r\n', { version: 'HTTP/1.0' }),
    'a zero byte in the path': requestText('GET', '/livez%00'),
    'a zero byte within the path': requestText('GET', '/demo/me%00/nope'),
    'an escape that is not hexadecimal': requestText('GET', '/demo/%zz'),
    'an escape that is cut off': requestText('GET', '/demo/me%4'),
    'an escape without digits': requestText('GET', '/demo/me%'),
    'two Authorization headers': requestText('GET', '/demo/me',
      [`Authorization: ${basicHeader(STOREFRONT)}`, 'Authorization: Bearer x']),
    'two equal Authorization headers': requestText('GET', '/demo/me',
      ['Authorization: Bearer x', 'Authorization: Bearer x']),
    'an absolute target of another host': requestText('GET', 'http://evil.example/livez'),
    'no Host': requestText('GET', '/livez', [], '', { host: null }),
    'two Hosts': requestText('GET', '/livez', ['Host: evil.example']),
    'a Content-Length that is no number': requestText('POST', '/demo/me/login', ['Content-Length: abc'], login),
    'a Content-Length with a sign': requestText('POST', '/demo/me/login', [`Content-Length: +${login.length}`], login),
    'a negative Content-Length': requestText('POST', '/demo/me/login', ['Content-Length: -1'], login),
    'a Content-Length of 2^64': requestText('POST', '/demo/me/login', ['Content-Length: 18446744073709551616'], login),
    'a Content-Length beyond 2^64': requestText('POST', '/demo/me/login',
      [`Content-Length: 18446744073709551${600 + 16 + login.length}`], login),
    'a Content-Length with a hexadecimal number': requestText('POST', '/demo/me/login', ['Content-Length: 0x10'],
      login),
    'a bare carriage return in a header': requestText('GET', '/livez', ['X-Test: a\rContent-Length: 5']),
    'no HTTP at all': 'HELO example.org\r\n\r\n',
    'binary rubbish': Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x0d, 0x0a, 0x0d,
      0x0a]),
    'an HTTP version that does not exist': requestText('GET', '/livez', [], '', { version: 'HTTP/9.9' }),
    'a chunk size that is no number': requestText('POST', '/demo/me/login',
      ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'),
    'a chunk size beyond 2^64': requestText('POST', '/demo/me/login',
      ['Transfer-Encoding: chunked'], '10000000000000002\r\n{}\r\n0\r\n\r\n'),
  };

  for (const [what, text] of Object.entries(cases)) {
    test(`${what}: refused, the connection ends, and the request behind it is not answered`, async () => {
      const { answers, closed } = await exchange(server, Buffer.concat([
        Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1'), Buffer.from(LIVE),
      ]));

      assert.ok(answers.length <= 1, `${answers.length} answers: ${answers.map(({ status }) => status)}`);
      assert.equal(closed, true);
      if (answers.length === 1) {
        const [{ status, json }] = answers;

        assert.ok((status >= 400 && status < 500) || status === 505, `refused with ${status}`);
        if (json) {
          assert.equal(json.statusCode, status);
          assert.ok(json.errors.length > 0);
          if (status === 400) assert.equal(json.errors[0].code, 'InvalidInput');
        }
      }
      await expectHealthy();
    });
  }

  test('a request behind a refused one is not carried out either', async () => {
    const email = uniqueEmail();
    const json = JSON.stringify({ email, password: 'x' });

    await exchange(server, requestText('POST', '/demo/me/login', ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n') + requestText('POST', '/demo/me/signup', [
      `Authorization: Bearer ${visitor.access_token}`, `Content-Length: ${json.length}`,
    ], json));
    await signUp(server, { email });
  });

  test('a refused request with credentials gives none', async () => {
    const form = 'grant_type=client_credentials';
    const { answers } = await exchange(server, requestText('POST', '/oauth/token', [
      `Authorization: ${basicHeader(BACKEND)}`, `Authorization: ${basicHeader(STOREFRONT)}`,
      'Content-Type: application/x-www-form-urlencoded', `Content-Length: ${form.length}`,
    ], form));

    assert.ok(answers.length <= 1);
    for (const answer of answers) assert.equal(answer.text.includes('access_token'), false);
  });
});
