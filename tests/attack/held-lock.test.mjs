/* Somebody else holds the database's lock and does not let go: writes are refused in time, reads go on, /readyz says
 * why, and the server can be stopped. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

import { anonymousToken, clientToken, request, uniqueEmail } from '../http/support/http.mjs';
import { startServer } from '../http/support/server.mjs';

/* Begins a transaction that writes, in another program. Resolves to it, null where there is no such program. */
function hold(dbFile) {
  return new Promise((resolve) => {
    const holder = spawn('sqlite3', ['-batch', dbFile], { stdio: ['pipe', 'pipe', 'inherit'] });

    holder.once('error', () => resolve(null));
    holder.stdout.once('data', () => resolve(holder));
    holder.stdin.write("begin immediate;\nselect 'held';\n");
  });
}

const signUpWith = (server, token) => request(server, 'POST', '/demo/me/signup', {
  token, json: { email: uniqueEmail(), password: 'x' }, timeoutMs: 60_000,
});

test('a lock that somebody else holds stops writes only, and not the end', { timeout: 120_000 }, async (context) => {
  const server = await startServer({ inMemory: false });
  const visitor = await anonymousToken(server);
  const shop = await clientToken(server);
  const holder = await hold(server.dbFile);
  let ended = false;

  try {
    if (!holder) {
      context.skip('there is no sqlite3');
      return;
    }
    const refused = signUpWith(server, visitor);

    assert.equal((await request(server, 'GET', '/demo/customers?limit=1', { token: shop })).status, 200);
    const answer = await refused;

    assert.equal(answer.status, 503, answer.text);
    assert.equal(answer.json.errors[0].code, 'OverCapacity');
    const ready = await request(server, 'GET', '/readyz');

    assert.equal(ready.status, 503);
    assert.match(ready.json.message, /somebody else holds the database/);
    assert.equal((await request(server, 'GET', '/livez')).status, 200);
    /* One more is under way when the server is told to end. */
    const last = signUpWith(server, visitor).catch(() => null);

    await request(server, 'GET', '/livez');
    assert.equal(await server.stop(), 0);
    ended = true;
    assert.ok([null, 503].includes((await last)?.status ?? null));
  } finally {
    holder?.kill('SIGKILL');
    if (!ended) await server.stop();
  }
});

test('when the lock is let go, writes work again by themselves', { timeout: 120_000 }, async (context) => {
  const server = await startServer({ inMemory: false });
  const visitor = await anonymousToken(server);
  const holder = await hold(server.dbFile);

  try {
    if (!holder) {
      context.skip('there is no sqlite3');
      return;
    }
    assert.equal((await signUpWith(server, visitor)).status, 503);
    holder.kill('SIGKILL');
    while ((await request(server, 'GET', '/readyz')).status !== 200);
    assert.equal((await signUpWith(server, visitor)).status, 201);
  } finally {
    assert.equal(await server.stop(), 0);
  }
});
