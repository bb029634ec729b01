/* Bytes that are no request, or two requests for one reader and one for another: whatever comes, the answer is ours, in
 * JSON with our headers, there is one for each request and none more, and the connection ends where nobody can know any
 * more where the next request begins. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { eventually } from '../http/support/expect.mjs';
import { anonymousToken, request } from '../http/support/http.mjs';
import { exchange, openRaw, requestText } from '../http/support/raw.mjs';
import { startServer } from '../http/support/server.mjs';

const ROUNDS = 300 * Math.max(1, Number(process.env.ATTACK_SECONDS ?? 1));
const LIVE = requestText('GET', '/livez');
const JSON_BODY = '{"email":"alice@example.com","password":"Alice@1234"}';

let server;
let visitor;

before(async () => {
  server = await startServer({ args: ['--log', 'json'] });
  visitor = await anonymousToken(server);
});
after(async () => {
  assert.equal(await server.stop(), 0);
});

function expectOurs(answer, what) {
  const { headers, json, status, text } = answer;

  assert.match(headers['content-type'] ?? '', /^application\/json/, `${what}: ${text}`);
  assert.ok(headers['x-correlation-id'], what);
  assert.ok(headers['access-control-allow-origin'], what);
  assert.ok(headers['content-length'], what);
  assert.notEqual(json, undefined, `${what}: ${text}`);
  if (status >= 400) {
    assert.equal(json.statusCode, status, what);
    if (status !== 405) assert.ok(json.errors[0].code && json.errors[0].message, what);
  }
}

/* Sends the bytes, with an innocent request behind them that must not be answered if they are refused. */
async function expectRefused(bytes, status, what) {
  const data = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1');
  const { answers, closed, rest } = await exchange(server, Buffer.concat([data, Buffer.from(LIVE)]));

  assert.equal(answers.length, 1, `${what}: ${answers.map((answer) => answer.status)}`);
  assert.equal(answers[0].status, status, `${what}: ${answers[0].text}`);
  expectOurs(answers[0], what);
  assert.equal(closed, true, what);
  assert.equal(rest.length, 0, what);
}

/* With a token, as without one the answer does not wait for the body. Tests begin after it is there. */
const post = (headers, body) => () => requestText('POST', '/demo/me/login',
  [`Authorization: Bearer ${visitor.access_token}`, ...headers], body);
const chunked = (body) => post(['Transfer-Encoding: chunked'], body);
const bytesOf = (bytes) => (typeof bytes === 'function' ? bytes() : bytes);
const longPath = (bytes) => `/${'a'.repeat(bytes - 1)}`;

describe('one answer of ours to', () => {
  /* what, bytes, status */
  const cases = [
    ['a target of 24 KB and one byte', requestText('GET', longPath(24 * 1024 + 1)), 414],
    ['a target of 33 KB', requestText('GET', longPath(33 * 1024)), 414],
    ['a target of 100 KB', requestText('GET', longPath(100 * 1024)), 414],
    ['a query of 1 MB', requestText('GET', `/demo/me?where=${'x'.repeat(1 << 20)}`), 414],
    ['a method of 40 KB', requestText('G'.repeat(40 * 1024), '/'), 414],
    ['a header of 28 KB', requestText('GET', '/livez', [`X-Long: ${'x'.repeat(28 * 1024)}`]), 431],
    ['a header of 33 KB', requestText('GET', '/livez', [`X-Long: ${'x'.repeat(33 * 1024)}`]), 431],
    ['a header of 100 KB', requestText('GET', '/livez', [`X-Long: ${'x'.repeat(100 * 1024)}`]), 431],
    ['a header whose name has 100 KB', requestText('GET', '/livez', [`${'x'.repeat(100 * 1024)}: x`]), 431],
    ['a token of 50 KB', requestText('GET', '/demo/me', [`Authorization: Bearer ${'x'.repeat(50 * 1024)}`]), 431],
    ['a cookie of 50 KB', requestText('GET', '/livez', [`Cookie: a=${'x'.repeat(50 * 1024)}`]), 431],
    ['1 000 headers', requestText('GET', '/livez', Array.from({ length: 1000 }, (_, i) => `X-${i}: ${i}`)), 431],
    ['20 000 headers', requestText('GET', '/livez', Array.from({ length: 20_000 }, (_, i) => `X-${i}: ${i}`)), 431],
    ['a target and headers that are too long together',
      requestText('GET', longPath(20 * 1024), [`X-Long: ${'x'.repeat(10 * 1024)}`]), 431],
    ['no HTTP', 'HELO example.org\r\n\r\n', 400],
    ['HTTP/0.9', 'GET /livez\r\n\r\n', 400],
    ['a request line of one word', 'GET\r\n\r\n', 400],
    ['a request line that begins with a space', ' GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['two empty lines before a request', `\r\n\r\n${LIVE}`, 400],
    ['a space in the target', requestText('GET', '/livez HTTP/1.1 x'), 400],
    ['a tab in the request line', 'GET\t/livez\tHTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a method with a slash', requestText('GE/T', '/livez'), 400],
    ['a target without a slash', requestText('GET', 'livez'), 400],
    ['a star for another method than OPTIONS', requestText('GET', '*'), 400],
    ['an authority as target', requestText('CONNECT', 'localhost:80'), 400],
    ['a NUL in the target', requestText('GET', '/livez\0/x'), 400],
    ['HTTP/2.0', requestText('GET', '/livez', [], '', { version: 'HTTP/2.0' }), 505],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    ['HTTP/1.2', requestText('GET', '/livez', [], '', { version: 'HTTP/1.2' }), 505],
    ['HTTP/0.9 as a version', requestText('GET', '/livez', [], '', { version: 'HTTP/0.9' }), 505],
    ['http/1.1 in small letters', requestText('GET', '/livez', [], '', { version: 'http/1.1' }), 400],
    ['HTTP/1.10', requestText('GET', '/livez', [], '', { version: 'HTTP/1.10' }), 400],
    ['HTTP/1.1 with a space behind', requestText('GET', '/livez', [], '', { version: 'HTTP/1.1 ' }), 400],
    ['lines that end with LF', 'GET /livez HTTP/1.1\nHost: localhost\n\n', 400],
    ['a header that ends with LF', 'GET /livez HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n', 400],
    ['a head that ends with LF', 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\n', 400],
    ['a bare CR', requestText('GET', '/livez', ['X-Test: a\rContent-Length: 5']), 400],
    ['a line of CR CR LF', 'GET /livez HTTP/1.1\r\nHost: localhost\r\r\n\r\n', 400],
    ['a header without a colon', requestText('GET', '/livez', ['X-Test']), 400],
    ['a header without a name', requestText('GET', '/livez', [': x']), 400],
    ['a space in the name of a header', requestText('GET', '/livez', ['X Test: x']), 400],
    ['a space before a colon', requestText('GET', '/livez', ['X-Test : x']), 400],
    ['a NUL in the name of a header', requestText('GET', '/livez', ['X-\0Test: x']), 400],
    ['a NUL in a header', requestText('GET', '/livez', ['X-Test: a\0b']), 400],
    ['a NUL inside Authorization', requestText('GET', '/demo/me', ['Authorization: Bearer abc\0def']), 400],
    ['a NUL behind Authorization', requestText('GET', '/demo/me', ['Authorization: Bearer abc\0']), 400],
    ['an escape character in a header', requestText('GET', '/livez', ['X-Test: \x1b[31m']), 400],
    ['a continued header', requestText('GET', '/livez', ['X-Test: a', ' b']), 400],
    ['a header continued with a tab', requestText('GET', '/livez', ['X-Test: a', '\tb']), 400],
    ['a continued first header', 'GET /livez HTTP/1.1\r\n Host: localhost\r\n\r\n', 400],
    ['a continued Content-Length', post(['Content-Length:', ` ${JSON_BODY.length}`], JSON_BODY), 400],
    ['a continued Transfer-Encoding', post(['Transfer-Encoding:', ' chunked'], '0\r\n\r\n'), 400],
    ['no Host', requestText('GET', '/livez', [], '', { host: null }), 400],
    ['two equal Hosts', requestText('GET', '/livez', ['Host: localhost']), 400],
    ['a Host with a space', requestText('GET', '/livez', [], '', { host: 'a b' }), 400],
    ['a Host with a path', requestText('GET', '/livez', [], '', { host: 'localhost/x' }), 400],
    ['an absolute target of another host', requestText('GET', 'http://evil.example/livez'), 400],
    ['an absolute target without a host', requestText('GET', 'http:///livez'), 400],
    ['an absolute target with a name and password', requestText('GET', 'http://a:b@localhost/livez'), 400],
    ['an absolute target of another scheme', requestText('GET', 'ftp://localhost/livez'), 400],
    ['an encoded NUL in an absolute target', requestText('GET', 'http://localhost/livez%00'), 400],
    ['an empty Content-Length', post(['Content-Length:'], JSON_BODY), 400],
    ['a Content-Length with a sign', post([`Content-Length: +${JSON_BODY.length}`], JSON_BODY), 400],
    ['a Content-Length with a space in it', post(['Content-Length: 5 3'], JSON_BODY), 400],
    ['a Content-Length with a list', post(['Content-Length: 53, 53'], JSON_BODY), 400],
    ['two equal Content-Lengths', post(['Content-Length: 53', 'Content-Length: 53'], JSON_BODY), 400],
    ['a Content-Length of 2^63', post(['Content-Length: 9223372036854775808'], JSON_BODY), 413],
    ['a Content-Length of 2^64', post(['Content-Length: 18446744073709551616'], JSON_BODY), 413],
    ['a Content-Length of 60 digits', post([`Content-Length: ${'1'.repeat(60)}`], JSON_BODY), 413],
    ['Transfer-Encoding: chunked\\x00', post(['Transfer-Encoding: chunked\0'], '0\r\n\r\n'), 400],
    ['Transfer-Encoding: chunked\\x0b', post(['Transfer-Encoding: chunked\x0b'], '0\r\n\r\n'), 400],
    ['Transfer-Encoding: chunked, with a comma', post(['Transfer-Encoding: chunked,'], '0\r\n\r\n'), 400],
    ['Transfer-Encoding: "chunked"', post(['Transfer-Encoding: "chunked"'], '0\r\n\r\n'), 400],
    ['Transfer-Encoding: identity', post(['Transfer-Encoding: identity'], ''), 400],
    ['an empty Transfer-Encoding', post(['Transfer-Encoding:'], ''), 400],
    ['two Transfer-Encodings', post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400],
    ['a chunk without a size', chunked('\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk size that is no number', chunked('zz\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk size with a sign', chunked('+2\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk size with 0x', chunked('0x2\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk size with a space before it', chunked(' 2\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk size with a space behind it', chunked('2 \r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk size beyond 2^64', chunked('10000000000000002\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk size that ends with LF', chunked('2\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk that is longer than its size', chunked('2\r\n{}x\r\n0\r\n\r\n'), 400],
    ['a chunk that ends with LF', chunked('2\r\n{}\n0\r\n\r\n'), 400],
    ['a chunk that ends with nothing', chunked('2\r\n{}0\r\n\r\n'), 400],
    ['a NUL in the extension of a chunk', chunked('2;a\0b\r\n{}\r\n0\r\n\r\n'), 400],
    ['an extension of 10 KB', chunked(`2;${'a'.repeat(10_000)}\r\n{}\r\n0\r\n\r\n`), 400],
    ['a trailer without a colon', chunked('2\r\n{}\r\n0\r\nabc\r\n\r\n'), 400],
    ['a trailer that ends with LF', chunked('2\r\n{}\r\n0\r\na: b\n\r\n'), 400],
    ['a trailer of 20 KB', chunked(`2\r\n{}\r\n0\r\na: ${'b'.repeat(20_000)}\r\n\r\n`), 431],
    ['100 trailers', chunked(`2\r\n{}\r\n0\r\n${'a: b\r\n'.repeat(100)}\r\n`), 431],
  ];

  for (const [what, bytes, status] of cases) {
    test(`${what}: ${status}`, async () => { await expectRefused(bytesOf(bytes), status, what); });
  }

  test('each of them when it arrives byte by byte, or behind another request', { timeout: 60_000 }, async () => {
    await Promise.all(cases.map(async ([what, bytes, status]) => {
      const data = Buffer.from(bytesOf(bytes), 'latin1');
      const { answers } = await exchange(server, Buffer.concat([Buffer.from(LIVE), data, Buffer.from(LIVE)]));

      assert.deepEqual(answers.map((answer) => answer.status), [200, status], what);
      answers.forEach((answer) => expectOurs(answer, what));
      if (data.length > 2000) return;
      const connection = await openRaw(server);

      for (const byte of data) connection.socket.write(Buffer.from([byte]));
      const answer = await connection.answer();

      assert.equal(answer?.status, status, `${what}, byte by byte`);
      expectOurs(answer, what);
      assert.equal(await connection.answer(), null, what);
      connection.destroy();
    }));
  });

  test('10 MB of a request line, and of a header, that come in pieces', { timeout: 60_000 }, async () => {
    for (const [start, status] of [['GET /', 414], [`GET / HTTP/1.1\r\nHost: localhost\r\nX: `, 431]]) {
      const connection = await openRaw(server);

      connection.send(start);
      for (let sent = 0; sent < 10 << 20 && !connection.closed; sent += 64 << 10) {
        connection.send('x'.repeat(64 << 10));
        await new Promise((resolve) => { setImmediate(resolve); });
      }
      const answer = await connection.answer();

      assert.equal(answer.status, status);
      expectOurs(answer, start);
      assert.equal(await connection.answer(), null);
      connection.destroy();
    }
  });
});

describe('what may look strange but is right', () => {
  /* what, bytes, statuses of all answers */
  const cases = [
    ['an absolute target', requestText('GET', 'http://localhost/livez'), [200]],
    ['an absolute target with a port', () => requestText('GET', `http://127.0.0.1:${server.port}/livez`), [200]],
    ['an absolute target of the Host', requestText('GET', 'http://shop.example:8080/livez', [], '',
      { host: 'SHOP.example:8080' }), [200]],
    ['an absolute target of https', requestText('GET', 'https://localhost/livez'), [200]],
    ['an absolute target without a path', requestText('GET', 'http://localhost'), [404]],
    ['an absolute target with a query only', requestText('GET', 'HTTP://localhost?x=/y'), [404]],
    ['OPTIONS *', requestText('OPTIONS', '*'), [204]],
    ['an empty line before a request', `\r\n${LIVE}`, [200]],
    ['a target of 20 KB', requestText('GET', longPath(20 * 1024)), [404]],
    ['a query of 24 000 bytes', requestText('GET', `/livez?x=${'y'.repeat(24_000)}`), [200]],
    ['a header of 24 KB', requestText('GET', '/livez', [`X-Long: ${'x'.repeat(24 * 1024)}`]), [200]],
    ['cookies of 16 KB', requestText('GET', '/livez', [`Cookie: ${'abc=def; '.repeat(1800)}`]), [200]],
    ['200 headers', requestText('GET', '/livez', Array.from({ length: 200 }, (_, i) => `X-${i}: ${i}`)), [200]],
    ['an empty header', requestText('GET', '/livez', ['X-Empty:']), [200]],
    ['bytes beyond ASCII in a header', requestText('GET', '/livez', ['X-Name: Zo\xeb']), [200]],
    ['no Host with HTTP/1.0', 'GET /livez HTTP/1.0\r\n\r\n', [200]],
    ['chunks with extensions and trailers', chunked('2;a=b\r\n{}\r\n0;c\r\nX-Sum: 1\r\n\r\n'), [400]],
    ['a chunk of each byte', chunked(`${[...JSON_BODY].map((c) => `1\r\n${c}\r\n`).join('')}0\r\n\r\n`), [200]],
    ['300 requests in one piece', LIVE.repeat(300), Array(300).fill(200)],
    ['two requests with bodies in one piece',
      () => post(['Content-Length: 2'], '{}')() + chunked('2\r\n{}\r\n0\r\n\r\n')(), [400, 400]],
  ];

  for (const [what, bytes, statuses] of cases) {
    test(`${what}: ${statuses.slice(0, 2)}, and the next request is answered`, async () => {
      const text = bytesOf(bytes);

      for (const send of [
        (connection) => connection.send(text + LIVE),
        async (connection) => {
          for (let at = 0; at < text.length; at += 1000) {
            connection.send(text.slice(at, at + 1000));
            await new Promise((resolve) => { setImmediate(resolve); });
          }
          connection.send(LIVE);
        },
      ]) {
        const connection = await openRaw(server);
        const got = [];

        await send(connection);
        for (const status of statuses) {
          const answer = await connection.answer();

          got.push(answer?.status);
          if (status !== 204) expectOurs(answer, what);
        }
        assert.deepEqual(got, statuses);
        if (!/HTTP\/1.0/.test(text)) assert.equal((await connection.answer()).status, 200);
        connection.destroy();
      }
    });
  }

  test('the answer to a refused HEAD has no body', async () => {
    const { answers, rest } = await exchange(server, requestText('HEAD', '/livez', ['X-Test']), { head: true });

    assert.equal(answers[0].status, 400);
    assert.equal(rest.length, 0);
  });

  test('a refused request keeps its correlation id, and its page may read the answer', async () => {
    const headers = ['X-Correlation-ID: trace/1', 'Origin: https://shop.example', 'X-Test'];
    const { answers: [answer] } = await exchange(server, requestText('GET', '/livez', headers));

    assert.equal(answer.status, 400);
    assert.equal(answer.headers['x-correlation-id'], 'trace/1');
    assert.match(answer.headers['access-control-allow-origin'], /^(\*|https:\/\/shop\.example)$/);
  });

  test('a refused request is in the log with what it asked for', async () => {
    await exchange(server, requestText('DELETE', '/demo/refused-one', ['X-Test']));
    await eventually(() => /"status":400,"method":"DELETE","path":"\/demo\/refused-one"/.test(server.stderrText()));
  });
});

/* A small generator of pseudo-random numbers, so that what fails can be repeated. */
function* numbers(seed) {
  let state = seed;

  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

test('whatever is changed in a request, each answer is ours', { timeout: 120_000 + ROUNDS * 100 }, async () => {
  const random = numbers(4711);
  const next = (limit) => Math.floor(random.next().value * limit);
  const originals = [
    LIVE,
    requestText('GET', '/demo/me', [`Authorization: Bearer ${visitor.access_token}`, 'Accept: */*']),
    post([`Content-Length: ${JSON_BODY.length}`], JSON_BODY)(),
    chunked(`10\r\n${JSON_BODY.slice(0, 16)}\r\n25\r\n${JSON_BODY.slice(16)}\r\n0\r\nA: b\r\n\r\n`)(),
  ];
  const bits = ['\0', '\r', '\n', '\r\n', ' ', '\t', ':', ';', ',', '0', 'f', '\xff', '%', '/', 'chunked', 'HTTP/1.1'];

  function change(text) {
    const at = next(text.length);

    switch (next(4)) {
      case 0: return text.slice(0, at) + bits[next(bits.length)] + text.slice(at);
      case 1: return text.slice(0, at) + text.slice(at + 1 + next(3));
      case 2: return text.slice(0, at) + String.fromCharCode(next(256)) + text.slice(at + 1);
      default: return text.slice(0, at) + text.slice(next(text.length));
    }
  }

  async function round() {
    let text = originals[next(originals.length)];
    const cut = next(4) ? 0 : next(text.length);

    for (let changes = 1 + next(3); changes > 0; changes -= 1) text = change(text);
    const connection = await openRaw(server);

    /* The end of our side, so that a request that never becomes complete ends as well. */
    if (cut) connection.send(text.slice(0, cut));
    connection.socket.end(Buffer.from(text.slice(cut), 'latin1'));
    for (;;) {
      const answer = await connection.answer({ head: false });

      if (!answer) break;
      if (answer.status !== 204 && answer.status !== 100) expectOurs(answer, JSON.stringify(text));
    }
    assert.equal(connection.received.length, 0, JSON.stringify(text));
    connection.destroy();
  }

  for (let count = 0; count < ROUNDS; count += 20) await Promise.all(Array.from({ length: 20 }, round));
  assert.equal((await request(server, 'GET', '/readyz', { agent: false })).status, 200);
});
