/* Projects as a whole: made, listed, reset, kept under names and brought back. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { control, controlled } from './support/control.mjs';
import { expectApiError } from './support/expect.mjs';
import { anonymousToken, clientToken, passwordToken, request, signUp } from './support/http.mjs';
import { removeDirectory, startServer, temporaryDirectory } from './support/server.mjs';
import { runSql } from './support/sqlite.mjs';

const ALICE = ['alice@example.com', 'Alice@1234'];
const DORA = { key: 'dora', email: 'd@x.org', password: 'p' };
const SCHEMA = fileURLToPath(new URL('../../schema/', import.meta.url));

const me = (server, token, project = 'demo') => request(server, 'GET', `/${project}/me`, { token });
const rename = (server, token, version, name, project = 'demo') =>
  request(server, 'POST', `/${project}/me`, {
    token, json: { version, actions: [{ action: 'setFirstName', firstName: name }] },
  });

for (const inMemory of [true, false]) {
  describe(inMemory ? 'in memory' : 'in a file', () => {
    let server;

    before(async () => { server = await startServer({ inMemory }); });
    after(async () => { await server?.stop(); });

    const customerOf = async (project) => {
      const made = await signUp(server, { firstName: 'New' }, { project });

      return { ...made, token: await passwordToken(server, made.email, made.password, { project }) };
    };

    test('a project is made once, and making it again changes nothing', async () => {
      const first = await control(server, 'PUT', '/projects/made');
      const again = await control(server, 'PUT', '/projects/made', { seed: 'empty' });
      const list = await controlled(server, 'GET', '/projects');

      assert.equal(first.status, 201, first.text);
      assert.equal(first.json.counts.customers, 2);
      assert.ok(first.json.ids.customers.alice);
      assert.equal(typeof first.json.ms, 'number');
      assert.equal(again.status, 200);
      assert.deepEqual(again.json.counts, first.json.counts);
      assert.equal(list.projects.at(-1).key, 'made');
      assert.deepEqual((await controlled(server, 'GET', '/projects?limit=1')).projects.map(({ key }) => key), ['made']);
      const shown = await controlled(server, 'GET', '/projects/made');

      assert.match(shown.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual(shown.counts, first.json.counts);
      assert.deepEqual(shown.snapshots, []);
    });

    test('a project may be made empty, or of a document that comes along', async () => {
      const empty = await controlled(server, 'PUT', '/projects/empty-one', { seed: 'empty' });
      const own = await controlled(server, 'PUT', '/projects/own-one', {
        seed: {
          project: { key: 'elsewhere', currencies: ['CHF'] },
          customers: [{ key: 'carla', email: 'c@x.org', password: 'p' }],
        },
      });

      assert.ok(Object.values(empty.counts).every((count) => count === 0));
      assert.equal(own.counts.customers, 1);
      assert.deepEqual(Object.keys(own.ids.customers), ['carla']);
      const reset = await controlled(server, 'POST', '/projects/own-one/reset');

      assert.deepEqual(reset.ids, own.ids, 'what it was made of counts as its seed');
      assert.equal((await passwordToken(server, 'c@x.org', 'p', { project: 'own-one' })).token_type, 'Bearer');
    });

    test('what is wrong with a document is said in the words of --seed, and nothing is made', async () => {
      const customers = [{ emial: 'c@x.org', email: 'c@x.org', password: 'p' }];
      const answer = await control(server, 'PUT', '/projects/wrong', { seed: { customers } });

      expectApiError(answer, 400, 'InvalidInput', /^\/customers\/0\/emial: /);
      assert.equal(answer.json.errors[0].pointer, '/customers/0/emial');
      expectApiError(await control(server, 'GET', '/projects/wrong'), 404, 'ResourceNotFound');
    });

    test('unknown members, modes and names are refused, and nothing is made on the way', async () => {
      expectApiError(await control(server, 'PUT', '/projects/bad', { sead: 'empty' }), 400, 'InvalidJsonInput');
      expectApiError(await control(server, 'PUT', '/projects/bad', { seed: 'half' }), 400, 'InvalidField');
      expectApiError(await control(server, 'PUT', '/projects/bad', { seed: 5 }), 400, 'InvalidField');
      expectApiError(await control(server, 'PUT', '/projects/b', {}), 400, 'InvalidInput');
      expectApiError(await control(server, 'PUT', '/projects/readyz', {}), 400, 'InvalidInput');
      expectApiError(await control(server, 'POST', '/projects/demo/reset', { to: 'yesterday' }), 400, 'InvalidField');
      expectApiError(await control(server, 'POST', '/projects/demo/reset', { to: 5 }), 400, 'InvalidJsonInput');
      expectApiError(await control(server, 'POST', '/projects/demo/reset', { to: 'snapshot:none' }), 404,
        'ResourceNotFound');
      expectApiError(await control(server, 'POST', '/projects/demo/snapshots/a.b'), 400, 'InvalidInput');
      expectApiError(await control(server, 'POST', `/projects/demo/snapshots/${'x'.repeat(65)}`), 400, 'InvalidInput');
      expectApiError(await control(server, 'GET', '/projects?limit=1001'), 400, 'InvalidInput');
      expectApiError(await request(server, 'POST', '/_admin/v1/projects/demo/reset', { body: '{' }), 400,
        'InvalidJsonInput');
      for (const [method, path] of [['GET', ''], ['POST', '/reset'], ['DELETE', ''], ['GET', '/snapshots'],
        ['POST', '/snapshots/a'], ['POST', '/snapshots/a/restore'], ['DELETE', '/snapshots/a']])
        expectApiError(await control(server, method, `/projects/nowhere${path}`), 404, 'ResourceNotFound');
      assert.ok(!(await controlled(server, 'GET', '/projects')).projects.some(({ key }) => key === 'bad'));
    });

    test('a deleted project is gone with its snapshots', async () => {
      await controlled(server, 'PUT', '/projects/short', { seed: 'empty' });
      await controlled(server, 'POST', '/projects/short/snapshots/a');
      assert.equal((await controlled(server, 'DELETE', '/projects/short')).counts.customers, 0);
      expectApiError(await control(server, 'DELETE', '/projects/short'), 404, 'ResourceNotFound');
      await controlled(server, 'PUT', '/projects/short', { seed: 'empty' });
      assert.deepEqual((await controlled(server, 'GET', '/projects/short/snapshots')).snapshots, []);
    });

    test('a reset brings back what was there, with its ids, and forgets all else', async () => {
      await controlled(server, 'PUT', '/projects/back');
      const alice = await passwordToken(server, ...ALICE, { project: 'back' });
      const before = (await me(server, alice, 'back')).json;
      const guest = await customerOf('back');
      const changed = await rename(server, alice, before.version, 'Else', 'back');

      assert.equal(changed.json.firstName, 'Else');
      const did = await controlled(server, 'POST', '/projects/back/reset', { to: 'seed' });

      assert.equal(did.counts.customers, 2);
      expectApiError(await me(server, alice, 'back'), 401, 'invalid_token');
      expectApiError(await me(server, guest.token, 'back'), 401, 'invalid_token');
      const fresh = await passwordToken(server, ...ALICE, { project: 'back' });

      assert.deepEqual((await me(server, fresh, 'back')).json, before);
      assert.equal((await me(server, 'alice', 'back')).json.id, before.id, 'pinned tokens stay');
      assert.equal((await request(server, 'POST', `/oauth/back/customers/token`, {
        basic: ['storefront', 'storefront-secret'],
        form: { grant_type: 'password', username: guest.email, password: guest.password },
      })).status, 400);
    });

    test('a reset of a reset is a reset', async () => {
      await controlled(server, 'PUT', '/projects/twice');
      const first = await controlled(server, 'POST', '/projects/twice/reset');
      const second = await controlled(server, 'POST', '/projects/twice/reset', {});

      assert.deepEqual({ ...second, ms: 0 }, { ...first, ms: 0 });
    });

    test('an emptied project is one without anything, and the seed comes back to it', async () => {
      await controlled(server, 'PUT', '/projects/hollow');
      const empty = await controlled(server, 'POST', '/projects/hollow/reset', { to: 'empty' });

      assert.ok(Object.values(empty.counts).every((count) => count === 0));
      expectApiError(await me(server, 'alice', 'hollow'), 401, 'invalid_token');
      const back = await controlled(server, 'POST', '/projects/hollow/reset');

      assert.equal(back.counts.products, 20);
      assert.equal((await me(server, 'alice', 'hollow')).status, 200);
    });

    test('a snapshot holds documents, versions, credentials and sessions', async () => {
      await controlled(server, 'PUT', '/projects/kept');
      const guest = await customerOf('kept');
      const cart = await request(server, 'POST', '/kept/me/carts', { token: guest.token, json: { currency: 'EUR' } });
      const taken = await control(server, 'POST', '/projects/kept/snapshots/before');

      assert.equal(taken.status, 201);
      assert.equal(taken.json.counts.customers, 3);
      const changed = await rename(server, guest.token, 1, 'Other', 'kept');

      assert.equal(changed.status, 200);
      await request(server, 'POST', '/kept/me/password', {
        token: guest.token,
        json: { version: changed.json.version, currentPassword: guest.password, newPassword: 'else' },
      });
      assert.equal((await request(server, 'DELETE', `/kept/me/carts/${cart.json.id}?version=1`,
        { token: await passwordToken(server, guest.email, 'else', { project: 'kept' }) })).status, 200);
      const did = await controlled(server, 'POST', '/projects/kept/snapshots/before/restore');

      assert.equal(did.counts.carts, 2);
      assert.deepEqual((await me(server, guest.token, 'kept')).json, guest.customer);
      assert.deepEqual((await request(server, 'GET', `/kept/me/carts/${cart.json.id}`, { token: guest.token })).json,
        cart.json);
      assert.equal((await rename(server, guest.token, 1, 'Third', 'kept')).json.version, changed.json.version);
      const again = await controlled(server, 'POST', '/projects/kept/reset', { to: 'snapshot:before' });

      assert.equal(again.counts.carts, 2);
      assert.equal((await me(server, guest.token, 'kept')).json.version, 1);
    });

    test('messages go on counting where the snapshot was', async () => {
      await controlled(server, 'PUT', '/projects/told');
      const guest = await customerOf('told');
      const backend = await clientToken(server, { project: 'told' });
      const messages = async () =>
        (await request(server, 'GET', '/told/messages?limit=500', { token: backend })).json.results;

      await controlled(server, 'POST', '/projects/told/snapshots/s');
      const before = await messages();

      await rename(server, guest.token, 1, 'A', 'told');
      assert.equal((await messages()).length, before.length + 1);
      await controlled(server, 'POST', '/projects/told/snapshots/s/restore');
      assert.deepEqual(await messages(), before);
      await rename(server, guest.token, 1, 'B', 'told');
      assert.equal((await messages()).at(-1).sequenceNumber, before.at(-1).sequenceNumber + 1);
    });

    test('snapshots are listed in order, replaced by name and deleted', async () => {
      await controlled(server, 'PUT', '/projects/named', { seed: 'empty' });
      await controlled(server, 'POST', '/projects/named/snapshots/a');
      await controlled(server, 'POST', '/projects/named/snapshots/b');
      assert.equal((await control(server, 'POST', '/projects/named/snapshots/a')).status, 200);
      const { snapshots } = await controlled(server, 'GET', '/projects/named/snapshots');

      assert.deepEqual(snapshots.map(({ name }) => name), ['b', 'a']);
      await controlled(server, 'DELETE', '/projects/named/snapshots/b');
      expectApiError(await control(server, 'DELETE', '/projects/named/snapshots/b'), 404, 'ResourceNotFound');
      expectApiError(await control(server, 'POST', '/projects/named/snapshots/b/restore'), 404, 'ResourceNotFound');
      assert.equal((await controlled(server, 'GET', '/projects/named')).snapshots.length, 1);
    });

    test('nothing of one project is touched by a reset of another', async () => {
      await controlled(server, 'PUT', '/projects/mine-1');
      await controlled(server, 'PUT', '/projects/mine-2');
      const guest = await customerOf('mine-2');
      const before = await me(server, guest.token, 'mine-2');

      for (const to of ['seed', 'empty', 'seed']) await controlled(server, 'POST', '/projects/mine-1/reset', { to });
      await controlled(server, 'DELETE', '/projects/mine-1');
      assert.deepEqual((await me(server, guest.token, 'mine-2')).json, before.json);
      assert.equal((await rename(server, guest.token, 1, 'Still', 'mine-2')).status, 200);
    });

    test('one call resets all projects, and says what each has', async () => {
      const did = await controlled(server, 'POST', '/reset');
      const { projects } = await controlled(server, 'GET', '/projects');

      assert.deepEqual(did.projects.map(({ key }) => key), projects.map(({ key }) => key));
      assert.equal(did.projects.find(({ key }) => key === 'demo').counts.customers, 2);
    });

    test('what was asked before a reset is done before it or not at all', { timeout: 120_000 }, async () => {
      await controlled(server, 'PUT', '/projects/race');
      const backend = await clientToken(server, { project: 'race' });
      const seen = new Set();

      for (let round = 0; round < 25; round += 1) {
        const token = await passwordToken(server, ...ALICE, { project: 'race' });
        const answers = [];
        const storm = Array.from({ length: 12 }, async (_, i) => {
          answers.push(await rename(server, token, 1, `R${round}-${i}`, 'race'));
          answers.push(await request(server, 'POST', '/race/me/carts', { token, json: { currency: 'EUR' } }));
        });
        const reset = controlled(server, 'POST', '/projects/race/reset');

        await Promise.all([...storm, reset]);
        for (const { status } of answers) seen.add(status);
        const customers = await request(server, 'GET', '/race/customers', { token: backend });
        const { projects } = await controlled(server, 'GET', '/projects');

        /* The client's token was issued before as well. */
        assert.equal(customers.status, 401);
        const counts = projects.find(({ key }) => key === 'race').counts;
        const alice = await me(server, 'alice', 'race');

        assert.equal(alice.json.version, 1, 'nothing of before has landed after');
        assert.equal(counts.carts, 1);
      }
      for (const status of seen) assert.ok([200, 201, 401, 404, 409].includes(status), `a status of ${status}`);
    });

    test('a token of before is unknown to everyone after', async () => {
      await controlled(server, 'PUT', '/projects/stale');
      const anonymous = await anonymousToken(server, { project: 'stale', anonymousId: 'visitor-1' });

      await me(server, anonymous, 'stale');
      await controlled(server, 'POST', '/projects/stale/reset');
      expectApiError(await request(server, 'POST', '/stale/me/carts', { token: anonymous, json: { currency: 'EUR' } }),
        401, 'invalid_token');
      const refreshed = await request(server, 'POST', '/oauth/token', {
        basic: ['storefront', 'storefront-secret'],
        form: { grant_type: 'refresh_token', refresh_token: anonymous.refresh_token },
      });

      assert.equal(refreshed.status, 400);
      assert.equal(refreshed.json.error, 'invalid_grant');
      assert.equal((await anonymousToken(server, { project: 'stale', anonymousId: 'visitor-1' })).token_type, 'Bearer');
    });
  });
}

describe('the tables', () => {
  const schema = readdirSync(SCHEMA).sort().map((name) => readFileSync(join(SCHEMA, name), 'utf8')).join('\n');

  /* { table: [column, …] } of a new database. */
  function tables() {
    const rows = runSql(':memory:', `${schema}; select m.name || ' ' || group_concat(c.name, ' ') from sqlite_master m
      join pragma_table_info(m.name) c where m.type = 'table' group by m.name;`);

    return rows === null ? null : new Map(rows.trim().split('\n').map((row) => row.split(' '))
      .map(([name, ...columns]) => [name, columns]));
  }

  test('every table that has a project has a twin in snapshots, with the same columns', (t) => {
    const all = tables();

    if (!all) return t.skip('no sqlite3 here');
    for (const [name, columns] of all) {
      if (name.startsWith('snapshot') || !columns.includes('project')) continue;
      const twin = all.get(`snapshot_${name}`);

      assert.ok(twin, `${name} would be forgotten`);
      assert.deepEqual([...twin].sort(), ['snapshot', ...columns].sort(), name);
    }
  });

  test('every row of every such table is kept, emptied, brought back and deleted', async (t) => {
    const all = tables();

    if (!all) return t.skip('no sqlite3 here');
    const names = [...all].filter(([name, columns]) => !name.startsWith('snapshot') && columns.includes('project'))
      .map(([name]) => name);
    const first = await startServer({ inMemory: false });
    const { dbFile } = first;

    await controlled(first, 'PUT', '/projects/rows', { seed: 'empty' });
    first.signal('SIGSTOP');
    try {
      /* The server holds no lock while nobody asks it. */
      for (const name of names) {
        const known = {
          project: "'rows'", kind: "'category'", doc: "'{\"id\":\"x\"}'", position: '900001',
          id: name === 'grants' ? '900001' : "'x'",
        };
        const isNumber = /(_ms|number|is_|version|written|day)/;
        const columns = all.get(name).map((column) =>
          known[column] ?? (isNumber.test(column) ? '7' : `'v-${column}'`));

        runSql(dbFile, `insert into ${name} (${all.get(name).join(', ')}) values (${columns.join(', ')});`);
      }
    } finally {
      first.signal('SIGCONT');
    }
    const select = (name) => `select ${all.get(name).join(', ')} from ${name} where project = 'rows' order by 1, 2;`;
    const read = () => Object.fromEntries(names.map((name) => [name, runSql(dbFile, select(name))]));
    const before = read();

    await controlled(first, 'POST', '/projects/rows/snapshots/s');
    await controlled(first, 'POST', '/projects/rows/reset', { to: 'empty' });
    for (const name of names)
      assert.equal(read()[name].trim().split('\n').filter(Boolean).length, name === 'resources' ? 1 : 0, name);
    await controlled(first, 'POST', '/projects/rows/snapshots/s/restore');
    assert.deepEqual(read(), before);
    await controlled(first, 'DELETE', '/projects/rows');
    for (const name of names) assert.equal(read()[name], '', name);
    for (const name of all.keys())
      if (name.startsWith('snapshot_'))
        assert.equal(runSql(dbFile, `select count(*) from ${name} where project = 'rows';`), '0\n', name);
    await first.stop();
  });

  test('snapshots and what projects were made of survive a restart', async () => {
    const directory = temporaryDirectory();

    try {
      const first = await startServer({ inMemory: false, directory });
      const guest = await signUp(first);
      const token = await passwordToken(first, guest.email, guest.password);

      await controlled(first, 'POST', '/projects/demo/snapshots/s');
      await controlled(first, 'PUT', '/projects/own', { seed: { customers: [DORA] } });
      await rename(first, token, 1, 'Later');
      await controlled(first, 'POST', '/projects/demo/reset');
      await first.stop();
      const second = await startServer({ inMemory: false, directory });

      await signUp(second); /* takes numbers that the snapshot must not meet */
      await controlled(second, 'POST', '/projects/demo/snapshots/s/restore');
      assert.deepEqual((await me(second, token)).json, guest.customer);
      assert.equal((await controlled(second, 'POST', '/projects/own/reset')).ids.customers.dora.length, 36);
      await second.stop();
    } finally {
      removeDirectory(directory);
    }
  });

  test('a project of a database from before there were snapshots is reset to the seed', async (t) => {
    if (!tables()) return t.skip('no sqlite3 here');
    const directory = temporaryDirectory();

    try {
      const first = await startServer({ inMemory: false, directory });

      await first.stop();
      runSql(first.dbFile, "delete from snapshots; delete from resources where kind = 'customer';");
      const second = await startServer({ inMemory: false, directory });

      assert.equal((await controlled(second, 'POST', '/projects/demo/reset')).counts.customers, 2);
      assert.equal((await controlled(second, 'POST', '/projects/demo/reset')).counts.customers, 2);
      await second.stop();
    } finally {
      removeDirectory(directory);
    }
  });
});
