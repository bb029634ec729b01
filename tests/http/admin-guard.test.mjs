/* Who may use the control side, and who may not. */

import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';

import { control } from './support/control.mjs';
import { expectApiError } from './support/expect.mjs';
import { clientToken, request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const EVIL = { origin: 'https://evil.example' };

describe('without a token', () => {
  let server;

  before(async () => { server = await startServer(); });
  after(async () => { await server?.stop(); });

  const list = (headers) => control(server, 'GET', '/projects', undefined, { headers });

  test('this machine may do everything, by whatever name it calls itself', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST', '127.9.8.7'])
      for (const port of ['', `:${server.port}`, ':1'])
        assert.equal((await list({ host: host + port })).status, 200, host + port);
  });

  test('a Host that names another machine is refused, as one that a name was rebound to would be', async () => {
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1.evil.example', '127.evil', '[::2]',
      'localhost.evil.example', 'localhost:80x', '127.0.0', '127.0.0.1.', '0.0.0.0'])
      expectApiError(await list({ host }), 403, 'Unauthorized');
  });

  test('a page of another origin may neither read nor write', async () => {
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null', 'file://',
      'http://127.0.0.1.evil.example:8989', 'localhost', 'http://'])
      for (const [method, path] of [['GET', '/projects'], ['POST', '/reset'], ['POST', '/projects/demo/reset'],
        ['DELETE', '/projects/demo'], ['PUT', '/projects/other']])
        expectApiError(await control(server, method, path, undefined, { headers: { origin } }), 403, 'Unauthorized');
    assert.equal((await control(server, 'GET', '/projects/demo')).status, 200);
    expectApiError(await control(server, 'GET', '/projects/other'), 404, 'ResourceNotFound');
  });

  test('a page of this machine may, from whichever port, and is told so', async () => {
    const origin = 'http://localhost:5173';
    const answer = await list({ origin });
    const asked = await request(server, 'OPTIONS', '/_admin/v1/projects/demo', { headers: { origin } });

    assert.equal(answer.status, 200);
    assert.equal(answer.headers['access-control-allow-origin'], origin);
    assert.match(asked.headers['access-control-allow-methods'], /\bPUT\b/);
  });

  test('however the path is spelt, the door is the same', async () => {
    for (const path of ['/%5Fadmin/v1/reset', '//_admin/v1/reset', '/_admin//v1/reset', '/_%61dmin/v1/reset']) {
      const answer = await request(server, 'POST', path, { headers: EVIL });

      assert.equal(answer.status, 403, path);
    }
  });

  test('who comes from another machine needs a token that there is not', async (t) => {
    const address = Object.values(networkInterfaces()).flat().find((one) => !one.internal && one.family === 'IPv4');

    if (!address) return t.skip('this machine has no other address');
    const open = await startServer({ args: ['--host', '0.0.0.0'] });

    try {
      const outside = { host: address.address, port: open.port };

      expectApiError(await control(outside, 'GET', '/projects', undefined, { headers: { host: 'localhost' } }), 403,
        'Unauthorized', /--admin-token/);
    } finally {
      await open.stop();
    }
  });

  test('a token of the service is not asked for and does not help', async () => {
    const token = await clientToken(server);

    assert.equal((await control(server, 'GET', '/projects', undefined, { token })).status, 200);
    expectApiError(await control(server, 'GET', '/projects', undefined, { token, headers: EVIL }), 403, 'Unauthorized');
  });
});

describe('with a token', () => {
  let server;
  const token = 'let-me-in';

  before(async () => {
    server = await startServer({ args: ['--admin-token', token, '--public-url', 'http://shop.test:8080'] });
  });
  after(async () => { await server?.stop(); });

  test('this machine needs it as well', async () => {
    expectApiError(await control(server, 'GET', '/projects'), 401, 'access_denied');
    for (const wrong of ['let-me-out', 'let-me-i', 'let-me-in2', ''])
      assert.equal((await control(server, 'GET', '/projects', undefined,
        { headers: { authorization: `Bearer ${wrong}` } })).status, 401, wrong);
    assert.equal((await control(server, 'GET', '/projects', undefined, { token })).status, 200);
  });

  test('a foreign Host or Origin is refused all the same', async () => {
    for (const headers of [EVIL, { host: 'evil.example' }, { host: 'shop.test' }, { host: 'shop.test:80' }])
      expectApiError(await control(server, 'GET', '/projects', undefined, { token, headers }), 403, 'Unauthorized');
  });

  test('the host of --public-url, port included, is ours', async () => {
    for (const headers of [{ host: 'shop.test:8080' }, { host: 'Shop.Test:8080', origin: 'http://shop.test:8080' }])
      assert.equal((await control(server, 'GET', '/projects', undefined, { token, headers })).status, 200);
  });

  test('it is no token of the service, nor is one of those this', async () => {
    expectApiError(await request(server, 'GET', '/demo/me', { token }), 401, 'invalid_token');
    const client = await clientToken(server);

    assert.equal((await control(server, 'GET', '/projects', undefined, { token: client })).status, 401);
  });
});

test('--no-admin leaves nothing of it', async () => {
  const server = await startServer({ args: ['--no-admin'] });

  try {
    for (const [method, path] of [['GET', '/projects'], ['POST', '/reset'], ['GET', '/nothing']])
      assert.equal((await control(server, method, path)).status, 404);
  } finally {
    await server.stop();
  }
});
