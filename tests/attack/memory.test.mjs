/* Memory that is not there: a request that cannot have its memory, or wants more than one may have, is answered with an
 * error and changes nothing, and the process goes on. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { eventually, expectApiError } from '../http/support/expect.mjs';
import { anonymousToken, clientToken, request } from '../http/support/http.mjs';
import { startServer } from '../http/support/server.mjs';

const MB = 1024 * 1024;
const ROUNDS = 10 * Math.max(1, Number(process.env.ATTACK_SECONDS ?? 1));
const CLIENTS = 20;

const virtualBytes = (server) =>
  Number(/VmSize:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) * 1024;

/* Bounds the address space of a running server, as `ulimit -v` would have. False: there is no tool for that. */
const limitTo = (server, bytes) =>
  spawnSync('prlimit', ['--pid', String(server.pid), `--as=${bytes}:unlimited`]).status === 0;

describe('under a limit of the address space', () => {
  let server;
  let token;

  before(async () => {
    server = await startServer();
    token = await anonymousToken(server);
  });
  after(async () => { await server?.stop(); });

  /* Megabytes to be received and decoded, or looked for. */
  const heavy = async (index) => {
    const unknown = index % 2 ? 'x'.repeat(3_000_000) : Array.from({ length: 10_000 }, () => ({ name: 'size' }));
    const made = await request(server, 'POST', '/demo/me/carts', { token, json: { currency: 'EUR', unknown } });
    const found = await request(server, 'GET', '/demo/product-projections/search?limit=100', { token });

    return [made.status, found.status];
  };

  test('what cannot be had is a 503, and the server goes on', { timeout: 120_000 }, async (context) => {
    const start = virtualBytes(server);

    if (start > 1024 * 1024 * MB) return context.skip('a sanitizer keeps address space for itself');
    await heavy(1); /* what every thread needs once is there */
    if (!limitTo(server, virtualBytes(server) + MB)) return context.skip('there is no prlimit');

    const statuses = new Set();

    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = await Promise.allSettled(Array.from({ length: CLIENTS }, (_, index) => heavy(index)));

      for (const { value } of answers) for (const status of value ?? []) statuses.add(status);
    }
    for (const status of statuses) assert.ok([200, 201, 503].includes(status), String(status));
    assert.ok(statuses.has(503), 'the limit was never reached');
    limitTo(server, 'unlimited');
    assert.deepEqual(await heavy(0), [201, 200]);
    assert.equal((await request(server, 'GET', '/livez')).status, 200);
    return undefined;
  });
});

describe('the memory of one request', () => {
  const CUSTOMERS = 40;
  let server;
  let token;

  before(async () => {
    server = await startServer({ args: ['--request-memory', '1m'] });
    token = await clientToken(server);
    for (let i = 0; i < CUSTOMERS; i += 1) {
      const json = { email: `large-${i}@example.org`, password: 'x', firstName: 'x'.repeat(40_000) };
      const { status } = await request(server, 'POST', '/demo/customers', { token, json });

      assert.equal(status, 201);
    }
  });
  after(async () => { await server?.stop(); });

  test('an answer that would be larger is a 500 whose reason is in the log', async () => {
    const answer = await request(server, 'GET', '/demo/customers?limit=40', { token });

    expectApiError(answer, 500, 'General');
    await eventually(() => /500 GET \/demo\/customers .*more memory than the 1024 KiB/.test(server.stderrText()),
      { what: 'the reason in the log' });
  });

  test('one that fits is given, also afterwards', async () => {
    assert.equal((await request(server, 'GET', '/demo/customers?limit=5', { token })).status, 200);
    assert.equal((await request(server, 'GET', '/readyz')).status, 200);
  });

  test('a body that would need more is refused before it is decoded', async () => {
    const json = { email: 'larger@example.org', password: 'x', firstName: 'x'.repeat(400_000) };

    expectApiError(await request(server, 'POST', '/demo/customers', { token, json }), 413, 'ContentTooLarge');
  });

  test('a change that needs more changes nothing', async () => {
    const where = encodeURIComponent('email="large-1@example.org"');
    const { json: { results: [customer] } } = await request(server, 'GET', `/demo/customers?where=${where}`, { token });
    const json = { version: customer.version, actions: [] };

    for (let i = 0; i < 4; i += 1) json.actions.push({ action: 'setLastName', lastName: `${i}`.repeat(20_000) });
    const { status } = await request(server, 'POST', `/demo/customers/${customer.id}`, { token, json });
    const { json: now } = await request(server, 'GET', `/demo/customers/${customer.id}`, { token });

    assert.ok([200, 413, 500].includes(status), String(status));
    if (status !== 200) assert.deepEqual(now, customer);
  });
});
