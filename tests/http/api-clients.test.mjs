/* API clients on disk: secrets that are nowhere, deletions that stay, and databases from before there were any
 * documents of them. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { expectInvalidClient, expectInvalidToken } from './support/expect.mjs';
import { BACKEND, basicHeader, clientToken, passwordToken, request } from './support/http.mjs';
import { removeDirectory, startServer, temporaryDirectory } from './support/server.mjs';
import { integrityOf, runSql } from './support/sqlite.mjs';

const SCHEMA = fileURLToPath(new URL('../../schema', import.meta.url));
const SCOPE = 'manage_my_profile:demo view_customers:demo';
const hasSqlite = runSql(':memory:', 'select 1;') !== null;

async function withServers(use) {
  const directory = temporaryDirectory();
  const running = [];
  const start = async (args = ['--log-level', 'debug']) => {
    const server = await startServer({ directory, inMemory: false, args });

    running.push(server);
    return server;
  };

  try {
    await use(start, directory);
  } finally {
    for (const server of running) await server.kill();
    removeDirectory(directory);
  }
}

async function createClient(server, token, draft = {}) {
  const answer = await request(server, 'POST', '/demo/api-clients', {
    token, json: { name: 'Shop', scope: SCOPE, ...draft },
  });

  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

const tokenAnswer = (server, { id, secret }, form = { grant_type: 'client_credentials' }) =>
  request(server, 'POST', '/oauth/token', { basic: [id, secret], form });

describe('the secret of an API client', () => {
  test('is neither in the database nor in the log', async () => {
    await withServers(async (start, directory) => {
      const server = await start();
      const admin = await clientToken(server);
      const created = await createClient(server, admin);

      assert.equal((await tokenAnswer(server, created)).status, 200);
      await request(server, 'GET', `/demo/api-clients/${created.id}`, { token: admin });
      await request(server, 'GET', '/demo/api-clients', { token: admin });
      await tokenAnswer(server, { id: created.id, secret: `${created.secret}x` });
      const look = () => readdirSync(directory)
        .filter((name) => name.startsWith('standin.db'))
        .map((name) => readFileSync(join(directory, name)).toString('latin1'))
        .join();
      const whileRunning = look();

      assert.equal(await server.stop(), 0);
      const written = whileRunning + look() + server.stderrText() + server.stdoutText();

      assert.ok(written.includes(created.id));
      assert.equal(written.includes(created.secret), false);
      assert.equal(written.includes(basicHeader([created.id, created.secret]).slice('Basic '.length)), false);
    });
  });
});

describe('a deleted API client', () => {
  test('is gone with its tokens at once, and still after a restart', async () => {
    await withServers(async (start) => {
      const server = await start();
      const admin = await clientToken(server);
      const created = await createClient(server, admin);
      const { json: token } = await tokenAnswer(server, created);
      const session = await passwordToken(server, 'alice@example.com', 'Alice@1234', {
        client: [created.id, created.secret],
      });
      const get = (one, path) => request(server, 'GET', path, { token: one });

      for (let i = 0; i < 3; i++) {
        assert.equal((await get(token, '/demo/customers')).status, 200);
        assert.equal((await get(session, '/demo/me')).status, 200);
      }
      assert.equal((await request(server, 'DELETE', `/demo/api-clients/${created.id}`, { token: admin })).status, 200);
      expectInvalidToken(await get(token, '/demo/customers'));
      expectInvalidToken(await get(session, '/demo/me'));
      const refresh = { grant_type: 'refresh_token', refresh_token: session.refresh_token };

      expectInvalidClient(await tokenAnswer(server, created));
      expectInvalidClient(await tokenAnswer(server, created, refresh));
      assert.equal((await get(admin, '/demo/customers')).status, 200);
      await server.stop();

      const again = await start();

      expectInvalidClient(await tokenAnswer(again, created));
      expectInvalidToken(await request(again, 'GET', '/demo/customers', { token }));
      assert.equal((await request(again, 'GET', '/demo/customers', { token: admin })).status, 200);
    });
  });

  test('was the last one: its project stays closed until the server accepts any client', async () => {
    await withServers(async (start) => {
      const server = await start();
      const admin = await clientToken(server);

      for (const id of ['storefront', 'backend']) {
        const answer = await request(server, 'DELETE', `/demo/api-clients/${id}`, { token: admin });

        assert.equal(answer.status, 200, answer.text);
      }
      expectInvalidToken(await request(server, 'GET', '/demo', { token: admin }));
      const anyone = { id: 'anyone', secret: 'x' };
      const form = { grant_type: 'client_credentials', scope: 'manage_project:demo' };

      expectInvalidClient(await tokenAnswer(server, anyone, form));
      await server.stop();

      const again = await start();

      expectInvalidClient(await tokenAnswer(again, anyone, form));
      expectInvalidClient(await tokenAnswer(again, { id: BACKEND[0], secret: BACKEND[1] }));
      await again.stop();

      const open = await start(['--clients', 'any']);

      assert.equal((await tokenAnswer(open, anyone, form)).status, 200);
    });
  });
});

/* A database as version 3 of the schema left it. The hashes belong to the key in `meta`. */
const OLD_ROWS = `
  insert into meta (name, value) values ('token_key', 'xhGAQDxO_UN1a8UeU8DYfIvspyaF35HIC48s64e7djY');
  insert into resources (project, kind, id, version, created_ms, modified_ms, position, doc) values
    ('demo', 'project', 'demo', 1, 1796000000000, 1796000000000, 1,
     '{"version":1,"versionModifiedAt":"2026-11-30T00:53:20.000Z","lastMessageSequenceNumber":0,' ||
     '"createdAt":"2026-11-30T00:53:20.000Z","lastModifiedAt":"2026-11-30T00:53:20.000Z",' ||
     '"lastModifiedBy":{"isPlatformClient":false},"createdBy":{"isPlatformClient":false},"key":"demo","name":"demo",' ||
     '"countries":["DE","US"],"currencies":["EUR","USD"],"languages":["en","de","en-US"],' ||
     '"messages":{"enabled":true,"deleteDaysAfterCreation":15},' ||
     '"carts":{"deleteDaysAfterLastModification":90,"countryTaxRateFallbackEnabled":false}}');
  insert into api_clients values
    ('demo', 'storefront', '_fE9JRICTMTF2-soJN0Xtw21oUdjLw1BUH9s3MxM80Q', 'The "best\\" shop',
     'manage_my_profile:demo create_anonymous_token:demo', 0, 0),
    ('demo', 'backend', 'wgbKsXMEQ50K60TFhfxs2CIPFDStwp9AHTD0Iu6wQn4', 'Backend',
     'manage_project:demo introspect_oauth_tokens:demo', 0, 0);
  insert into messages values (7, 'demo', 'm', 'customer', 'c', '{}');`;

function oldDatabase(file) {
  const schema = ['0001_resources.sql', '0002_accounts.sql', '0003_messages.sql']
    .map((name) => readFileSync(join(SCHEMA, name), 'utf8'));

  runSql(file, `pragma application_id = ${0x73746469}; ${schema.join('\n')} ${OLD_ROWS} pragma user_version = 3;`);
}

describe('a database from before', { skip: !hasSqlite && 'there is no sqlite3 program' }, () => {
  test('shows its API clients and all settings of its projects', async () => {
    await withServers(async (start, directory) => {
      const file = join(directory, 'standin.db');

      oldDatabase(file);
      const server = await start();
      const token = await clientToken(server);
      const { json: clients } = await request(server, 'GET', '/demo/api-clients', { token });
      const { lastUsedAt, ...backend } = clients.results[0];

      assert.deepEqual(token.scope.split(' '),
        ['manage_project:demo', 'introspect_oauth_tokens:demo', 'manage_api_clients:demo']);
      assert.match(lastUsedAt, /^\d{4}-\d\d-\d\d$/);
      assert.deepEqual([backend, clients.results[1]], [
        { id: 'backend', createdAt: '2026-11-30T00:53:20.000Z', name: 'Backend', scope: token.scope },
        { id: 'storefront', createdAt: '2026-11-30T00:53:20.000Z', name: 'The "best\\" shop',
          scope: 'manage_my_profile:demo create_anonymous_token:demo' },
      ]);
      const { json: project } = await request(server, 'GET', '/demo', { token });
      const fresh = (await request(server, 'GET', '/fresh', {
        token: (await request(server, 'POST', '/oauth/token', {
          basic: ['anyone', 'x'], form: { grant_type: 'client_credentials', scope: 'manage_project:fresh' },
        })).json,
      })).json;

      for (const name of ['versionModifiedAt', 'createdAt', 'lastModifiedAt', 'key', 'name']) {
        delete project[name];
        delete fresh[name];
      }
      fresh.inventory.releaseExpiredReservations = false; // as it was when the setting came
      assert.deepEqual(project, fresh);
      await server.stop();
      assert.equal(integrityOf(file), 'ok');
    });
  });

  test('lets its API clients be deleted, and goes on with its numbers', async () => {
    await withServers(async (start, directory) => {
      const file = join(directory, 'standin.db');

      oldDatabase(file);
      const server = await start();
      const token = await clientToken(server);
      const answer = await request(server, 'DELETE', '/demo/api-clients/storefront', { token });

      assert.equal(answer.status, 200, answer.text);
      await createClient(server, token);
      await server.stop();
      const positions = runSql(file, "select position from resources where kind = 'api-client' order by position;");

      assert.equal(positions, '8\n12\n', 'behind message 7: the clients, the token, a change, the new client');
    });
  });
});
