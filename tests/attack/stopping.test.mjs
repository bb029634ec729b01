/* Stopping while the database is held by somebody else: what waits for the writer, and what it would hand back to other
 * threads, is answered or dropped, and nothing is used after it was given back. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

import { clientToken, passwordToken, request, signUp } from '../http/support/http.mjs';
import { startServer } from '../http/support/server.mjs';

/* Another program that holds the lock of a database for writing, until it is told to let go. */
const HOLDER = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute('begin immediate')
print('held', flush=True)
sys.stdin.readline()
connection.execute('rollback')
print('free', flush=True)
`;

async function hold(dbFile) {
  const child = spawn('python3', ['-c', HOLDER, dbFile], { stdio: ['pipe', 'pipe', 'inherit'] });

  await once(child.stdout, 'data');
  return {
    letGo: async () => {
      child.stdin.write('\n');
      await once(child, 'exit');
    },
  };
}

/* Resolves to the status of an answer, or to 0 if there is none. */
const statusOf = (promise) => promise.then((answer) => answer.status, () => 0);

/* Resolves when the server has said something. */
async function said(server, pattern) {
  while (!pattern.test(server.stderrText())) await new Promise((resolve) => { setTimeout(resolve, 10); });
}

test('a held database, waiting writes, a new project and the end of the server', { timeout: 120_000 }, async () => {
  const server = await startServer({ inMemory: false });
  const { email, password } = await signUp(server);
  const token = await passwordToken(server, email, password);
  const projects = ['new-1', 'new-2', 'new-3', 'new-4'];
  const tokens = await Promise.all(projects.map((project) => clientToken(server, { project })));
  const holder = await hold(server.dbFile);
  const update = { version: 1, actions: [{ action: 'setFirstName', firstName: 'late' }] };
  const answers = [
    statusOf(request(server, 'POST', '/demo/me', { token, json: update, timeoutMs: 60_000 })),
    statusOf(request(server, 'POST', '/demo/me', { token, json: update, timeoutMs: 60_000 })),
    /* Each of these would be handed to another thread after its commit. */
    ...projects.map((project, n) => statusOf(
      request(server, 'GET', `/${project}/carts`, { token: tokens[n], timeoutMs: 60_000 }))),
  ];

  /* What waits is in the queue of the writer by now, or finds the lane closed: both are what is tried here. */
  assert.equal((await request(server, 'GET', '/demo/me', { token })).status, 200);
  server.signal('SIGTERM');
  /* The connections that wait are cut off, and the lanes stop, while the writer still waits for the database. */
  await said(server, /connections cut off/);
  await holder.letGo();
  assert.deepEqual(await server.exited, { code: 0, signal: null });
  for (const status of await Promise.all(answers)) assert.ok([0, 200, 409, 503].includes(status), `${status}`);
});
