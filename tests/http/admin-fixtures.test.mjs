/* Fixtures over HTTP: what they add, what they replace, and how mistakes in them are told. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { control, controlled } from './support/control.mjs';
import { expectApiError } from './support/expect.mjs';
import { passwordToken, request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const DORA = { key: 'dora', email: 'dora@example.org', password: 'dora-pw', bearer: 'dora' };

for (const inMemory of [true, false]) {
  describe(inMemory ? 'in memory' : 'in a file, at the usual cost of a password', () => {
    let server;

    before(async () => {
      server = await startServer({ inMemory, args: inMemory ? [] : ['--password-cost', 'standard'] });
    });
    after(async () => { await server?.stop(); });

    test('they are added to what there is, with the ids that their names give them', async () => {
      const before = await controlled(server, 'PUT', '/projects/more');
      const did = await controlled(server, 'POST', '/projects/more/fixtures', {
        customers: [DORA], carts: [{ customer: 'dora', currency: 'EUR' }],
      });

      assert.equal(did.counts.customers, before.counts.customers + 1);
      assert.equal(did.counts.carts, before.counts.carts + 1);
      assert.equal(did.ids.customers.alice, before.ids.customers.alice);
      const me = await request(server, 'GET', '/more/me', { token: 'dora' });

      assert.equal(me.json.id, did.ids.customers.dora);
      assert.equal((await passwordToken(server, DORA.email, DORA.password, { project: 'more' })).token_type, 'Bearer');
      assert.equal((await controlled(server, 'POST', '/projects/more/reset')).counts.customers, 2);
    });

    test('or they replace it', async () => {
      await controlled(server, 'PUT', '/projects/other');
      const token = await passwordToken(server, 'alice@example.com', 'Alice@1234', { project: 'other' });
      const did = await controlled(server, 'POST', '/projects/other/fixtures?mode=replace', { customers: [DORA] });

      assert.deepEqual(Object.keys(did.ids.customers), ['dora']);
      assert.equal(did.counts.products, 0);
      assert.equal((await request(server, 'GET', '/other/me', { token })).status, 401);
      assert.equal((await request(server, 'GET', '/other/me', { token: 'alice' })).status, 401);
      assert.equal((await request(server, 'GET', '/other/me', { token: 'dora' })).status, 200);
      assert.equal((await controlled(server, 'POST', '/projects/other/reset')).counts.products, 20);
    });

    test('the path says for which project they are', async () => {
      await controlled(server, 'PUT', '/projects/here', { seed: 'empty' });
      const did = await controlled(server, 'POST', '/projects/here/fixtures', {
        project: { key: 'elsewhere' }, customers: [DORA],
      });

      assert.equal(did.key, 'here');
      assert.equal(did.counts.customers, 1);
    });

    test('an empty body adds nothing', async () => {
      await controlled(server, 'PUT', '/projects/void', { seed: 'empty' });
      assert.equal((await controlled(server, 'POST', '/projects/void/fixtures')).counts.customers, 0);
    });

    test('every mistake is told with its place, and nothing of it stays', async () => {
      await controlled(server, 'PUT', '/projects/strict');
      const before = await controlled(server, 'GET', '/projects/strict');

      for (const mode of ['merge', 'replace']) {
        const answer = await control(server, 'POST', `/projects/strict/fixtures?mode=${mode}`, {
          customers: [DORA, { key: 'eve', emial: 'e@x.org', email: 'e@x.org', password: 'p' }], prodcuts: [],
        });

        expectApiError(answer, 400, 'InvalidInput');
        assert.deepEqual(answer.json.errors.map(({ pointer }) => pointer).sort(), ['/customers/1/emial', '/prodcuts']);
        assert.deepEqual((await controlled(server, 'GET', '/projects/strict')).counts, before.counts);
        assert.equal((await request(server, 'GET', '/strict/me', { token: 'alice' })).status, 200);
      }
      for (const body of ['[]', '{', '"a"', '{"customers":5}', '{"customers":[5]}', '{"customers":[{"password":5}]}'])
        expectApiError(await request(server, 'POST', '/_admin/v1/projects/strict/fixtures', { body }), 400,
          'InvalidInput');
      expectApiError(await control(server, 'POST', '/projects/strict/fixtures?mode=mix', {}), 400, 'InvalidInput');
      expectApiError(await control(server, 'POST', '/projects/nowhere/fixtures', {}), 404, 'ResourceNotFound');
    });
  });
}
