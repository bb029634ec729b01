/* A process that may open nothing more: what needs no database is answered, the rest is a 503 with a reason, and all is
 * well again when there are descriptors. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Agent } from 'node:http';
import { test } from 'node:test';

import { clientToken, request } from '../http/support/http.mjs';
import { startServer } from '../http/support/server.mjs';

const FEW = 3;

function limitDescriptors(server, count) {
  const run = spawnSync('prlimit', ['--pid', String(server.pid), `--nofile=${count}:1024`], { encoding: 'utf8' });

  return !run.error && run.status === 0;
}

test('without a descriptor for the database a request is refused, and the process lives', async (context) => {
  const server = await startServer({ inMemory: false, args: ['--threads', '2'] });
  /* Each connection is there before the limit is, and each thread serves some of them. */
  const agents = Array.from({ length: 8 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const ask = (agent, path, options = {}) => request(server, 'GET', path, { agent, ...options });

  try {
    for (const agent of agents) assert.equal((await ask(agent, '/livez')).status, 200);
    if (!limitDescriptors(server, FEW)) {
      context.skip('there is no prlimit');
      return;
    }
    for (const agent of agents) {
      assert.equal((await ask(agent, '/livez')).status, 200);
      const { status, json } = await ask(agent, '/readyz');

      assert.equal(status, 503);
      assert.equal(json.errors[0].code, 'OverCapacity');
    }
    limitDescriptors(server, 1000);
    for (const agent of agents) assert.equal((await ask(agent, '/readyz')).status, 200);
    const token = await clientToken(server);

    assert.equal((await ask(agents[0], '/demo/customers', { token })).status, 200);
  } finally {
    for (const agent of agents) agent.destroy();
    limitDescriptors(server, 1000);
    assert.equal(await server.stop(), 0);
  }
});
