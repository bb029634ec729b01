/* What was acknowledged is there after the process was killed at any moment, whole, and with its messages.
 * KILL_ROUNDS is how often it is killed; the normal run is short. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { anonymousToken, clientToken, passwordToken, request, STOREFRONT, uniqueEmail } from './support/http.mjs';
import { removeDirectory, startServer, temporaryDirectory } from './support/server.mjs';
import { integrityOf } from './support/sqlite.mjs';

const ROUNDS = Number(process.env.KILL_ROUNDS ?? 8);
const TIMEOUT_MS = 200_000 + ROUNDS * 20_000; /* on a busy machine */
const CLIENTS = 4;
const PASSWORD = 'correct horse';

let directory;

before(() => { directory = temporaryDirectory(); });
after(() => { removeDirectory(directory); });

/* Sends a request to a server that may be killed meanwhile: null when no answer came. */
async function attempt(server, method, path, options) {
  try {
    return await request(server, method, path, { ...options, timeoutMs: 10_000 });
  } catch {
    return null;
  }
}

/* Every customer whose sign-up was acknowledged:
 *   version     the last one that was acknowledged
 *   names       by version, the first name that an acknowledged or unanswered update set
 *   sent        whether an update is without answer, so that it may or may not have happened
 *   tokens      that were acknowledged */
const ledger = [];

async function signUpOne(server, visitor) {
  const email = uniqueEmail();
  const answer = await attempt(server, 'POST', '/demo/me/signup', {
    token: visitor, json: { email, password: PASSWORD, firstName: 'v1' },
  });

  if (!answer) return null;
  assert.equal(answer.status, 201, answer.text);
  const entry = {
    id: answer.json.customer.id, email, version: 1, names: new Map([[1, 'v1']]), sent: false, tokens: [],
  };

  ledger.push(entry);
  return entry;
}

async function signInOne(server, entry) {
  const answer = await attempt(server, 'POST', '/oauth/demo/customers/token', {
    basic: STOREFRONT, form: { grant_type: 'password', username: entry.email, password: PASSWORD },
  });

  if (!answer) return null;
  assert.equal(answer.status, 200, answer.text);
  entry.tokens.push(answer.json);
  return answer.json;
}

async function updateOne(server, entry, token) {
  const name = `v${entry.version + 1}`;

  entry.names.set(entry.version + 1, name);
  entry.sent = true;
  const answer = await attempt(server, 'POST', '/demo/me', {
    token, json: { version: entry.version, actions: [{ action: 'setFirstName', firstName: name }] },
  });

  if (!answer) return false;
  assert.equal(answer.status, 200, answer.text);
  entry.sent = false;
  entry.version = answer.json.version;
  return true;
}

/* One client: new customers with a few updates each, until the server is gone. `done` is called for every answer. */
async function work(server, visitor, done) {
  for (;;) {
    const entry = await signUpOne(server, visitor);

    if (!entry) return;
    done();
    const token = await signInOne(server, entry);

    if (!token) return;
    done();
    for (let count = 0; count < 6; count += 1) {
      if (!await updateOne(server, entry, token)) return;
      done();
    }
  }
}

/* Works until a random number of answers has come, then kills. The kill meets requests in every state. */
async function workAndKill(server, visitor) {
  const fatal = 20 + Math.floor(Math.random() * 180);
  let answers = 0;
  let killed;

  await Promise.all(Array.from({ length: CLIENTS }, () => work(server, visitor, () => {
    answers += 1;
    if (answers >= fatal) killed ??= server.kill();
  })));
  await killed;
  return answers;
}

async function audit(server) {
  const shop = await clientToken(server);

  for (const entry of ledger) {
    const { status, json: stored, text } = await request(server, 'GET', `/demo/customers/${entry.id}`, { token: shop });

    assert.equal(status, 200, `an acknowledged sign-up is lost: ${entry.email} ${text}`);
    const possible = entry.sent ? [entry.version, entry.version + 1] : [entry.version];

    assert.ok(possible.includes(stored.version),
      `${entry.email} has version ${stored.version}, acknowledged is ${entry.version}`);
    assert.equal(stored.firstName, entry.names.get(stored.version), 'a version and its content belong together');
    assert.equal(stored.email, entry.email);
    /* From now on the unanswered update counts as what it turned out to be. */
    entry.version = stored.version;
    entry.sent = false;
    for (const token of entry.tokens) {
      const me = await request(server, 'GET', '/demo/me', { token });

      assert.equal(me.status, 200, `an acknowledged token is lost: ${me.text}`);
      assert.deepEqual(me.json, stored);
    }
  }
}

/* The messages of a customer, in their order. */
async function messagesOf(server, token, { id }) {
  const where = encodeURIComponent(`resource(id="${id}")`);
  const { status, json, text } = await request(server, 'GET', `/demo/messages?limit=500&where=${where}`, { token });

  assert.equal(status, 200, text);
  return json.results.sort((one, other) => one.sequenceNumber - other.sequenceNumber);
}

test('no acknowledged write is lost when the server is killed at random moments', { timeout: TIMEOUT_MS }, async () => {
  let visitor;

  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await startServer({ inMemory: false, directory });

    await audit(server);
    visitor ??= await anonymousToken(server);
    const answers = await workAndKill(server, visitor);

    assert.ok(answers > 0);
  }

  const last = await startServer({ inMemory: false, directory });

  try {
    await audit(last);
    const shop = await clientToken(last);

    for (const entry of ledger) {
      const own = await messagesOf(last, shop, entry);

      assert.deepEqual(own.map(({ sequenceNumber }) => sequenceNumber),
        Array.from({ length: entry.version }, (_, index) => index + 1), 'sequence numbers have no gaps');
      assert.deepEqual(own.map(({ type }) => type),
        ['CustomerCreated', ...Array.from({ length: entry.version - 1 }, () => 'CustomerFirstNameSet')]);
      assert.deepEqual(own.slice(1).map(({ firstName }) => firstName),
        Array.from({ length: entry.version - 1 }, (_, index) => entry.names.get(index + 2)));
    }
    const { email } = ledger[0];
    const duplicate = await request(last, 'POST', '/demo/me/signup', {
      token: visitor, json: { email: email.toUpperCase(), password: 'x' },
    });

    assert.equal(duplicate.status, 400, 'uniqueness holds over every restart');
    await passwordToken(last, email, PASSWORD);
  } finally {
    assert.equal(await last.stop(), 0);
  }
  const integrity = integrityOf(last.dbFile);
  const versions = ledger.reduce((sum, { version }) => sum + version, 0);

  assert.ok(integrity === null || integrity === 'ok', integrity);
  console.log(`audited ${ledger.length} customers with ${versions} versions`);
});
