/* Bodies as a weapon: many large ones at once, ones that nobody asked for, and small ones that become large where they
 * are decoded. Whoever may not ask is told so before a byte of his body is kept, and memory has a bound. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { expectInvalidJson } from '../http/support/expect.mjs';
import { anonymousToken, clientToken, request, STOREFRONT } from '../http/support/http.mjs';
import { openRaw, requestText } from '../http/support/raw.mjs';
import { startServer } from '../http/support/server.mjs';

const MB = 1024 * 1024;
const BODY_BYTES = 16 * MB;
const UPLOADS = 60;
const UPLOADS_WITH_TOKEN = process.env.ATTACK_SECONDS ? 60 : 20;
const WITH_TOKEN_MB = 300; /* half of --body-memory, what is decoded, and what a sanitizer takes */

let server;
let visitor;
let shop;

before(async () => {
  server = await startServer({ args: ['--request-timeout', '100s'] });
  visitor = await anonymousToken(server);
  shop = await clientToken(server);
});
after(async () => { await server?.stop(); });

/* The most that was ever resident, and from now on. */
const mostResident = () =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) * 1024;

const bearer = (token) => `Authorization: Bearer ${token.access_token ?? token}`;

/* Sends a body in pieces until it is all sent or the server has answered and closed; gives the answer. */
async function upload(headers, bytes, { target = '/demo/me/carts', chunked = false, piece } = {}) {
  const connection = await openRaw(server);
  const block = piece ?? Buffer.alloc(256 * 1024, ' ');
  const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes}`;

  connection.send(requestText('POST', target, [...headers, framing]));
  for (let sent = 0; sent < bytes && !connection.closed && !connection.received.length; sent += block.length) {
    if (chunked) connection.send(`${block.length.toString(16)}\r\n`);
    connection.send(block);
    if (chunked) connection.send('\r\n');
    if (connection.socket.writableLength > 4 * block.length)
      await new Promise((resolve) => { connection.socket.once('drain', resolve); setTimeout(resolve, 1000); });
  }
  if (chunked) connection.send('0\r\n\r\n');
  const answer = await connection.answer().catch(() => null);

  connection.destroy();
  return answer;
}

const uploads = (headers, options, count = UPLOADS) =>
  Promise.all(Array.from({ length: count }, () => upload(headers, BODY_BYTES, options)));

describe('large bodies', () => {
  for (const chunked of [false, true]) {
    const kind = chunked ? 'in chunks' : 'of announced length';

    test(`60 of 16 MB ${kind} without a token cost next to nothing, and each is answered`, async () => {
      const start = mostResident();
      const answers = await uploads([], { chunked });

      assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [401]);
      assert.ok(mostResident() - start < 40 * MB, `${(mostResident() - start) / MB} MB`);
    });

    test(`60 of 16 MB ${kind} to a path that is not there cost next to nothing`, async () => {
      const start = mostResident();
      const answers = await uploads([bearer(visitor)], { chunked, target: '/demo/nowhere' });

      assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [404]);
      assert.ok(mostResident() - start < 40 * MB, `${(mostResident() - start) / MB} MB`);
    });

    test(`many of 16 MB ${kind} with a token stay within the bound, and others are served`, async () => {
      const start = mostResident();
      const pending = uploads([bearer(visitor)], { chunked }, UPLOADS_WITH_TOKEN);
      const honest = await request(server, 'POST', '/demo/me/carts', { token: visitor, json: { currency: 'EUR' } });
      const answers = await pending;

      assert.equal(honest.status, 201);
      for (const answer of answers) assert.ok([400, 413, 503].includes(answer?.status), String(answer?.status));
      assert.ok(mostResident() - start < WITH_TOKEN_MB * MB, `${(mostResident() - start) / MB} MB`);
    });
  }

  test('a body that its path does not read is thrown away', async () => {
    const start = mostResident();
    const connection = await openRaw(server);

    connection.send(requestText('DELETE', '/demo/me/carts/nope?version=1', [
      bearer(visitor), `Content-Length: ${8 * MB}`]));
    connection.send(Buffer.alloc(8 * MB, 'x'));
    assert.equal((await connection.answer()).status, 404);
    connection.send(requestText('GET', '/livez'));
    assert.equal((await connection.answer()).status, 200); /* on the same connection */
    connection.destroy();
    assert.ok(mostResident() - start < 8 * MB, `${(mostResident() - start) / MB} MB`);
  });

  test('a form is smaller', async () => {
    const answer = await upload([], 2 * MB, { target: '/oauth/token' });

    assert.equal(answer.status, 413);
  });
});

describe('the headers decide', () => {
  /* what, method, target, headers, status */
  const REFUSED = [
    ['no token', 'POST', '/demo/me/carts', () => [], 401],
    ['a token that never was', 'POST', '/demo/me/carts', () => [bearer('nope')], 401],
    ['a token of the wrong kind', 'POST', '/demo/me', () => [bearer(shop)], 403],
    ['a token without the scope', 'POST', '/demo/products', () => [bearer(visitor)], 403],
    ['an unknown path', 'POST', '/demo/nowhere', () => [bearer(visitor)], 404],
    ['an unknown project', 'POST', '/elsewhere/me/carts', () => [bearer(visitor)], 404],
    ['a method that a path does not have', 'PATCH', '/demo/me', () => [bearer(visitor)], 405],
  ];
  const FRAMINGS = [`Content-Length: ${BODY_BYTES}`, 'Transfer-Encoding: chunked'];

  for (const [what, method, target, headers, status] of REFUSED) {
    test(`${what} is refused before a byte of the body`, async () => {
      for (const framing of FRAMINGS) {
        for (const expect of [[], ['Expect: 100-continue']]) {
          const connection = await openRaw(server);

          connection.send(requestText(method, target, [...headers(), framing, ...expect]));
          const answer = await connection.answer();

          assert.equal(answer.status, status, `${framing} ${expect}: ${answer.text}`);
          assert.equal(answer.json.statusCode, status);
          assert.equal(answer.headers.connection, 'close');
          connection.destroy();
        }
      }
    });
  }

  test('a small body that is expected to be asked for is refused in its place', async () => {
    const connection = await openRaw(server);

    connection.send(requestText('POST', '/demo/me/carts', ['Content-Length: 20', 'Expect: 100-continue']));
    assert.equal((await connection.answer()).status, 401);
    connection.destroy();
  });

  test('a client that is refused with a small body keeps its connection', async () => {
    const connection = await openRaw(server);
    const refused = requestText('POST', '/demo/me/carts', ['Content-Length: 200'], ' '.repeat(200));

    connection.send(refused);
    connection.send(requestText('GET', '/livez'));
    assert.equal((await connection.answer()).status, 401);
    assert.equal((await connection.answer()).status, 200);
    connection.destroy();
  });

  test('a client that cannot stop sending gets its answer', async () => {
    for (const bytes of [100 * 1024, MB, 8 * MB]) {
      const answer = await fetch(`http://${server.host}:${server.port}/demo/me/carts`, {
        method: 'POST', body: Buffer.alloc(bytes, ' '),
      });

      assert.equal(answer.status, 401);
      assert.equal((await answer.json()).statusCode, 401);
    }
  });

  test('a token that is revoked while the body arrives is good for nothing', async () => {
    const token = await anonymousToken(server);
    const body = JSON.stringify({ currency: 'EUR' });
    const connection = await openRaw(server);

    connection.send(requestText('POST', '/demo/me/carts', [bearer(token), `Content-Length: ${body.length}`]));
    const revoked = await request(server, 'POST', '/oauth/token/revoke', {
      basic: STOREFRONT, form: { token: token.access_token, token_type_hint: 'access_token' },
    });

    assert.equal(revoked.status, 200);
    connection.send(body);
    assert.equal((await connection.answer()).status, 401);
    connection.destroy();
  });
});

describe('what a body becomes', () => {
  const many = (piece, bytes) => piece.repeat(Math.ceil(bytes / piece.length)).slice(0, -1);
  const names = (count) => Array.from({ length: count }, (_, i) => `"${i.toString(36)}":0`).join(',');
  const inDraft = (value) => `{"currency":"EUR","unknown":${value}}`;

  /* what it is, the text */
  const TEXTS = [
    ['empty arrays', inDraft(`[${many('[],', MB)}]`)],
    ['empty objects', inDraft(`[${many('{},', MB)}]`)],
    ['small objects', inDraft(`[${many('{"a":0},', MB)}]`)],
    ['zeros', inDraft(`[${many('0,', MB)}]`)],
    ['empty texts', inDraft(`[${many('"",', MB)}]`)],
    ['nests', inDraft(`[${many(`${'['.repeat(40)}${']'.repeat(40)},`, MB).replace(/,?[[\]]*$/, '')}]`)],
    ['members', inDraft(`{${names(120_000)}}`)],
    ['actions', `{"version":1,"actions":[${many('{"action":"recalculate"},', 8 * MB)}]}`],
  ];

  for (const [what, text] of TEXTS) {
    test(`too many ${what} are refused, and cost little`, async () => {
      const start = mostResident();
      const answers = await Promise.all(Array.from({ length: 20 }, () => request(server, 'POST', '/demo/me/carts', {
        token: visitor, body: text, headers: { 'content-type': 'application/json' },
      })));

      for (const answer of answers) expectInvalidJson(answer);
      assert.ok(mostResident() - start < 100 * MB, `${(mostResident() - start) / MB} MB`);
    });
  }

  test('many members that nobody knows are ignored as ever', async () => {
    const answer = await request(server, 'POST', '/demo/me/carts', {
      token: visitor, body: inDraft(`{${names(5_000)}}`), headers: { 'content-type': 'application/json' },
    });

    assert.equal(answer.status, 201, answer.text);
  });

  test('one text of many megabytes, with escapes or without, is read or refused, and nobody minds', async () => {
    for (const letter of ['x', '\\u0041', '\\n', '\\ud83d\\ude00']) {
      const text = inDraft(`"${letter.repeat(12 * MB / letter.length)}"`);
      const answer = await request(server, 'POST', '/demo/me/carts', {
        token: visitor, body: text, headers: { 'content-type': 'application/json' },
      });

      assert.ok([201, 400, 413].includes(answer.status), String(answer.status));
    }
    assert.equal((await request(server, 'GET', '/livez')).status, 200);
  });
});
