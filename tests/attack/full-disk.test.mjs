/* A disk that fills up, and reads without end beside writes: what is acknowledged is kept, reads go on, /readyz says
 * why writes fail, and the log stays within its bound. A limit of the size of files takes the place of a small disk. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { test } from 'node:test';

import { anonymousToken, clientToken, request, signUp, uniqueEmail } from '../http/support/http.mjs';
import { startServer } from '../http/support/server.mjs';

const ROOM = 50_000;
const SECONDS = Number(process.env.ATTACK_SECONDS ?? 6);
const LOG_BYTES = 64_000_000;
const LONG = 'x'.repeat(20_000);

function limitFiles(server, bytes) {
  const run = spawnSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:unlimited`], { encoding: 'utf8' });

  return !run.error && run.status === 0;
}

const logBytes = (server) => statSync(`${server.dbFile}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/* Asks until the answer has this status. */
async function untilReady(server, status) {
  for (;;) {
    const answer = await request(server, 'GET', '/readyz');

    if (answer.status === status) return answer;
  }
}

test('a full disk refuses writes, says so, and takes them again', { timeout: 60_000 }, async (context) => {
  const server = await startServer({ inMemory: false });

  try {
    const visitor = await anonymousToken(server);
    const shop = await clientToken(server);
    const { customer } = await signUp(server, {}, { token: visitor });

    if (!limitFiles(server, 'unlimited')) {
      context.skip('there is no prlimit');
      return;
    }
    assert.equal((await request(server, 'GET', '/readyz')).status, 200);
    limitFiles(server, ROOM);
    for (let round = 0; round < 5; round += 1) {
      const answer = await request(server, 'POST', '/demo/me/signup', {
        token: visitor, json: { email: uniqueEmail(), password: 'x', firstName: 'nobody' },
      });

      assert.equal(answer.status, 503, answer.text);
      assert.equal(answer.json.errors[0].code, 'OverCapacity');
      assert.equal((await request(server, 'GET', `/demo/customers/${customer.id}`, { token: shop })).status, 200);
      assert.equal((await request(server, 'GET', '/livez')).status, 200);
    }
    const { json } = await request(server, 'GET', '/readyz');

    assert.equal(json.statusCode, 503);
    assert.match(json.message, /no room/);
    limitFiles(server, 'unlimited');
    await untilReady(server, 200); /* nobody writes meanwhile */
    await signUp(server, {}, { token: visitor });
    const { json: all } = await request(server, 'GET', '/demo/customers?where=firstName="nobody"', { token: shop });

    assert.equal(all.total, 0, 'what was refused did not happen');
  } finally {
    assert.equal(await server.stop(), 0);
  }
});

test('reads without end do not let the log grow', { timeout: 120_000 + SECONDS * 1000 }, async () => {
  const server = await startServer({ inMemory: false });
  const end = Date.now() + SECONDS * 1000;
  let longest = 0;
  let writes = 0;

  try {
    const shop = await clientToken(server);
    const { customer } = await signUp(server);
    const path = `/demo/customers/${customer.id}`;
    const search = `/demo/customers?limit=500&where=lastName<>"${LONG.slice(0, 500)}"`;
    const readers = Array.from({ length: 6 }, async () => {
      while (Date.now() < end) {
        const { status } = await request(server, 'GET', search, { token: shop });

        assert.ok([200, 503].includes(status), String(status));
      }
    });
    const writers = Array.from({ length: 4 }, async (_, index) => {
      const { json: made } = await request(server, 'POST', '/demo/customers', {
        token: shop, json: { email: uniqueEmail(), password: 'x' },
      });
      let { version } = made.customer;

      while (Date.now() < end) {
        const answer = await request(server, 'POST', `/demo/customers/${made.customer.id}`, {
          token: shop, json: { version, actions: [{ action: 'setLastName', lastName: `${index}${LONG}` },
            { action: 'setFirstName', firstName: `${version}${LONG}` }] },
        });

        assert.equal(answer.status, 200, answer.text);
        ({ version } = answer.json);
        writes += 1;
        longest = Math.max(longest, logBytes(server));
      }
    });

    await Promise.all([...readers, ...writers]);
    assert.equal((await request(server, 'GET', path, { token: shop })).status, 200);
    assert.ok(writes > 10);
    assert.ok(longest <= LOG_BYTES, `${longest} bytes`);
    console.log(`${writes} writes; the log was never longer than ${longest} bytes`);
  } finally {
    assert.equal(await server.stop(), 0);
  }
});
