/* A database of an earlier version is brought up to date when the server starts, and nothing of it is lost. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { anonymousToken, clientToken, passwordToken, request, signUp } from './support/http.mjs';
import { removeDirectory, startServer, temporaryDirectory } from './support/server.mjs';
import { integrityOf, runSql } from './support/sqlite.mjs';

/* Messages and grants as they were before schema/0013: their numbers have an index of their own. */
const BEFORE_ROW_NUMBERS = `
  alter table messages rename to later;
  create table messages (position bigint not null primary key, project text not null, id text not null,
    resource_type text not null, resource_id text not null, doc text not null);
  insert into messages select * from later order by id;
  drop table later;
  create index messages_by_project on messages (project, position);
  create index messages_by_resource on messages (project, resource_id, position);
  alter table grants rename to later;
  create table grants (id bigint not null primary key, project text not null, client_id text not null,
    scope text not null, customer_id text, anonymous_id text, access_hash text not null,
    access_expires_ms bigint not null, refresh_hash text not null, refresh_expires_ms bigint not null,
    refresh_ttl_ms bigint not null);
  insert into grants select * from later order by access_hash;
  drop table later;
  create index grants_by_customer on grants (project, customer_id) where customer_id is not null;
  create index grants_by_anonymous_id on grants (project, anonymous_id) where anonymous_id is not null;
  create index grants_by_client on grants (project, client_id);
  pragma user_version = 12;`;

/* Takes away what the files of the schema after this one have made. */
function withoutLater(last) {
  const folder = new URL('../../schema/', import.meta.url);

  return readdirSync(folder).filter((name) => name > last).sort()
    .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').match(/^create (unique )?(table|index) \w+/gm))
    .map((line) => line.split(' ').slice(-2))
    .map(([what, name]) => `drop ${what} if exists ${name};`).join('\n');
}

const NUMBERS = `
  select count(*), sum(rowid = position) from messages;
  select count(*), sum(rowid = id) from grants;
  select group_concat(name) from
    (select name from sqlite_schema where tbl_name in ('messages', 'grants') order by name);`;

async function messagesOf(server, token) {
  const { status, json } = await request(server, 'GET', '/demo/messages?limit=500', { token });

  assert.equal(status, 200);
  return json;
}

test('messages and grants of a database from before their rows had their numbers', async (t) => {
  const directory = temporaryDirectory();
  let server = await startServer({ inMemory: false, directory });

  try {
    const { customer, email, password } = await signUp(server);
    const shop = await clientToken(server);
    const mine = await passwordToken(server, email, password);
    const visitor = await anonymousToken(server);

    for (let version = customer.version, i = 0; i < 5; i += 1) {
      const update = await request(server, 'POST', '/demo/me',
        { token: mine, json: { version, actions: [{ action: 'setFirstName', firstName: `N${i}` }] } });

      version = update.json.version;
    }
    const before = await messagesOf(server, shop);

    await server.stop();
    const file = `${directory}/standin.db`;

    if (runSql(file, `begin; ${withoutLater('0013_row_numbers.sql')} ${BEFORE_ROW_NUMBERS} commit;`) === null) {
      t.skip('there is no sqlite3 program');
      return;
    }
    server = await startServer({ inMemory: false, directory });
    assert.deepEqual(await messagesOf(server, shop), before, 'all messages, in their order');
    for (const { id } of before.results)
      assert.equal((await request(server, 'GET', `/demo/messages/${id}`, { token: shop })).status, 200);
    assert.equal((await request(server, 'GET', '/demo/me', { token: mine })).json.firstName, 'N4');
    assert.equal((await request(server, 'GET', '/demo/me/carts', { token: visitor })).status, 200);
    const answer = await request(server, 'POST', '/demo/me', {
      token: mine, json: { version: (await request(server, 'GET', '/demo/me', { token: mine })).json.version,
        actions: [{ action: 'setFirstName', firstName: 'after' }] } });

    assert.equal(answer.status, 200);
    assert.equal((await messagesOf(server, shop)).total, before.total + 1);
    await server.stop();
    assert.equal(integrityOf(file), 'ok');
    const [messages, grants, names] = runSql(file, NUMBERS).trim().split('\n');

    for (const line of [messages, grants]) assert.equal(line.split('|')[0], line.split('|')[1], line);
    assert.equal(names, 'grants,grants_by_anonymous_id,grants_by_client,grants_by_customer,messages,' +
      'messages_by_project,messages_by_resource');
  } finally {
    await server.stop();
    removeDirectory(directory);
  }
});
