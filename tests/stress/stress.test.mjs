/* Many clients at once for a bounded time: whatever was acknowledged happened, once, and everybody sees it.
 *
 * STRESS_SECONDS sets how long each of the two runs lasts (10). */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';

import { anonymousToken, BACKEND, clientToken, request, STOREFRONT } from '../http/support/http.mjs';
import { removeDirectory, startServer, temporaryDirectory } from '../http/support/server.mjs';

const SECONDS = Number(process.env.STRESS_SECONDS ?? 10);
const CONNECTIONS = 32;
const SHARED_CUSTOMERS = 4;
const MAX_ADDRESSES = 60;
const MAX_SIGN_UPS = 4000;
const TIMEOUT_MS = (SECONDS + 120) * 1000;

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const newEmail = (what) => `${what}-${randomUUID()}@example.org`;

/* One run: a server, a deadline, and what the clients know. */
class Run {
  constructor(server, shop, visitor) {
    this.server = server;
    this.shop = shop;          // a client's token
    this.visitor = visitor;    // an anonymous one
    this.agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, timeout: 4_000 });
    this.deadline = Date.now() + SECONDS * 1000;
    this.refused = 0;          // answers 503
    this.answers = 0;
    this.signUps = 0;
    this.signedUp = new Map(); // id of every customer that must exist now -> its e-mail
  }

  get goesOn() { return Date.now() < this.deadline; }

  /* Sends until the answer is not "over capacity", which means that nothing happened. */
  async send(method, path, options) {
    for (;;) {
      const answer = await request(this.server, method, path, { ...options, agent: this.agent });

      this.answers += 1;
      if (answer.status !== 503) {
        assert.ok(answer.status < 500, `${method} ${path}: ${answer.status} ${answer.text}`);
        assert.ok(answer.json !== undefined || answer.text === '', `${method} ${path}: no JSON: ${answer.text}`);
        return answer;
      }
      this.refused += 1;
    }
  }

  async expect(status, method, path, options) {
    const answer = await this.send(method, path, options);

    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  getMe(token) { return this.expect(200, 'GET', '/demo/me', { token }); }

  update(token, version, ...actions) {
    return this.send('POST', '/demo/me', { token, json: { version, actions } });
  }

  trySignUp(email, password) {
    return this.send('POST', '/demo/me/signup', { token: this.visitor, json: { email, password } });
  }

  async signUp(email, password = 'pw') {
    this.signUps += 1;
    const answer = await this.trySignUp(email, password);

    assert.equal(answer.status, 201, answer.text);
    this.signedUp.set(answer.json.customer.id, email);
    return { id: answer.json.customer.id, email, password, version: 1 };
  }

  trySignIn(email, password) {
    return this.send('POST', '/oauth/demo/customers/token', {
      basic: STOREFRONT, form: { grant_type: 'password', username: email, password },
    });
  }

  async signIn(customer) {
    const answer = await this.trySignIn(customer.email, customer.password);

    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  }

  async customer(what) {
    const customer = await this.signUp(newEmail(what));

    customer.token = await this.signIn(customer);
    return customer;
  }
}

const setName = (firstName) => ({ action: 'setFirstName', firstName });

function expectDuplicate(answer) {
  assert.equal(answer.status, 400, answer.text);
  assert.equal(answer.json.errors[0].code, 'DuplicateField', answer.text);
}

/* -- customers that many clients change -- */

async function makeShared(run) {
  const customer = await run.customer('shared');

  return { ...customer, acknowledged: new Set(), latest: 1, addresses: new Set() };
}

/* Every acknowledgement names a version of its own: two of the same would be a lost update. */
function note(shared, version) {
  assert.ok(!shared.acknowledged.has(version), `version ${version} was given out twice`);
  shared.acknowledged.add(version);
  shared.latest = Math.max(shared.latest, version);
}

function expectConflict(answer, expected) {
  assert.equal(answer.status, 409, answer.text);
  assert.ok(answer.json.errors[0].currentVersion > expected, `a conflict with an older version: ${answer.text}`);
}

async function changeShared(run, shared) {
  const known = shared.latest;
  const me = await run.getMe(shared.token);

  assert.ok(me.version >= known, `read version ${me.version} after ${known} was acknowledged`);
  const key = randomUUID();
  const adds = shared.addresses.size < MAX_ADDRESSES;
  const action = adds ? { action: 'addAddress', address: { key, country: 'DE' } } : setName(key);
  const answer = await run.update(shared.token, me.version, action);

  if (answer.status !== 200) {
    expectConflict(answer, me.version);
    return;
  }
  assert.equal(answer.json.version, me.version + 1);
  note(shared, answer.json.version);
  if (adds) shared.addresses.add(key);
}

async function auditShared(run, shared) {
  const { version, addresses } = await run.getMe(shared.token);
  const keys = new Set(addresses.map((address) => address.key));

  assert.equal(version, 1 + shared.acknowledged.size, 'the version is the number of acknowledged changes');
  for (const key of shared.addresses) assert.ok(keys.has(key), `the acknowledged address ${key} is missing`);
  assert.equal(keys.size, shared.addresses.size, 'there are only acknowledged addresses');
}

/* -- customers of one client alone -- */

async function changeOwn(run, own) {
  const name = randomUUID();
  const answer = await run.update(own.token, own.version, setName(name), { action: 'setTitle', title: name });

  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.version, own.version + 2);
  own.version += 2;
  for (const me of await Promise.all([run.getMe(own.token), run.getMe(own.token)])) {
    assert.equal(me.version, own.version, 'one reads what one has written');
    assert.equal(me.firstName, name);
  }
}

async function staleVersionIsRefused(run, own) {
  const answer = await run.update(own.token, own.version - 1, setName('stale'));

  assert.equal(answer.status, 409, answer.text);
  assert.equal(answer.json.errors[0].currentVersion, own.version);
}

async function changePassword(run, own) {
  const before = own.token;
  const newPassword = randomUUID();
  const json = { version: own.version, currentPassword: own.password, newPassword };
  const answer = await run.expect(200, 'POST', '/demo/me/password', { token: before, json });

  own.version = answer.version;
  assert.equal((await run.trySignIn(own.email, own.password)).status, 400, 'the old password is refused');
  await run.expect(401, 'GET', '/demo/me', { token: before });
  await run.expect(400, 'POST', '/oauth/token', {
    basic: STOREFRONT, form: { grant_type: 'refresh_token', refresh_token: before.refresh_token },
  });
  own.password = newPassword;
  own.token = await run.signIn(own);
}

/* -- tokens -- */

async function refreshAndRevoke(run, own) {
  const refreshed = await run.expect(200, 'POST', '/oauth/token', {
    basic: STOREFRONT, form: { grant_type: 'refresh_token', refresh_token: own.token.refresh_token },
  });

  assert.equal((await run.getMe(refreshed)).id, own.id);
  await run.expect(200, 'POST', '/oauth/token/revoke', { basic: STOREFRONT, form: { token: refreshed.access_token } });
  await run.expect(401, 'GET', '/demo/me', { token: refreshed });
  assert.equal((await run.getMe(own.token)).id, own.id, 'the other token lives on');
}

async function visitAnonymously(run) {
  const token = await run.expect(200, 'POST', '/oauth/demo/anonymous/token', {
    basic: STOREFRONT, form: { grant_type: 'client_credentials' },
  });
  const answer = await run.expect(200, 'POST', '/oauth/introspect', {
    basic: BACKEND, form: { token: token.access_token },
  });

  assert.equal(answer.active, true);
  await run.expect(403, 'GET', '/demo/me', { token });
}

/* One and the same anonymous id is handed out once. */
async function raceForAnonymousId(run) {
  const form = { grant_type: 'client_credentials', anonymous_id: randomUUID() };
  const answers = await Promise.all(Array.from({ length: 3 }, () =>
    run.send('POST', '/oauth/demo/anonymous/token', { basic: STOREFRONT, form })));

  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400]);
}

/* -- e-mail addresses that several want -- */

async function raceToSignUp(run) {
  if (run.signUps >= MAX_SIGN_UPS) return;
  run.signUps += 1;
  const email = newEmail('Race');
  const spellings = [email, email.toLowerCase(), email.toUpperCase()];
  const answers = await Promise.all(spellings.map((spelling) => run.trySignUp(spelling, 'pw')));
  const [won, ...more] = answers.filter(({ status }) => status === 201);

  assert.ok(won && !more.length, `${answers.map(({ status }) => status)} for one e-mail`);
  answers.filter((answer) => answer !== won).forEach(expectDuplicate);
  run.signedUp.set(won.json.customer.id, won.json.customer.email);
}

async function raceToChangeEmail(run, pair) {
  const email = newEmail('wanted');
  const answers = await Promise.all(pair.map((own) =>
    run.update(own.token, own.version, { action: 'changeEmail', email })));
  const winners = pair.filter((own, index) => answers[index].status === 200);

  assert.equal(winners.length, 1, `${answers.map(({ status }) => status)} for one e-mail`);
  answers.filter(({ status }) => status !== 200).forEach(expectDuplicate);
  winners[0].email = email;
  winners[0].version += 1;
  run.signedUp.set(winners[0].id, email);
}

/* -- deleting -- */

async function signUpAndDelete(run) {
  if (run.signUps >= MAX_SIGN_UPS) return;
  const customer = await run.customer('short');
  const { token, id, email, password } = customer;
  const answers = await Promise.all([
    run.send('DELETE', '/demo/me?version=1', { token }),
    run.send('DELETE', '/demo/me?version=1', { token }),
    run.send('GET', '/demo/me', { token }),
  ]);

  assert.deepEqual(answers.slice(0, 2).map(({ status }) => status).sort(), [200, 404], 'one is deleted once');
  assert.ok([200, 404].includes(answers[2].status), answers[2].text);
  run.signedUp.delete(id);
  await run.expect(404, 'GET', '/demo/me', { token });
  await run.expect(404, 'GET', `/demo/customers/${id}`, { token: run.shop });
  assert.equal((await run.trySignIn(email, password)).status, 400, 'the deleted cannot sign in');
  const again = await run.signUp(email);

  assert.notEqual(again.id, id);
}

/* -- clients that vanish -- */

function rawRequest(run, method, path, token, body) {
  const bytes = Buffer.from(body);
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token.access_token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`;

  return Buffer.concat([Buffer.from(head), bytes]);
}

/* Sends so many bytes of a request, waits a little or not at all, and is gone. */
function vanish(run, bytes, afterMs) {
  return new Promise((resolve) => {
    const socket = connect(run.server.port, run.server.host);

    socket.on('error', resolve);
    socket.on('close', resolve);
    socket.on('connect', () => socket.write(bytes, () => setTimeout(() => {
      if (Math.random() < 0.5) socket.resetAndDestroy();
      else socket.destroy();
    }, afterMs)));
  });
}

async function vanishInsideUpdate(run, victim) {
  const { version } = await run.getMe(victim.token);

  assert.ok(version >= victim.version && version <= victim.version + victim.sent, `version ${version}`);
  if (version > victim.version) victim.sent = 0;
  victim.version = version;
  const body = JSON.stringify({ version, actions: [setName(randomUUID())] });
  const whole = rawRequest(run, 'POST', '/demo/me', victim.token, body);
  const isWhole = Math.random() < 0.7;
  const bytes = isWhole ? whole : whole.subarray(0, Math.floor(Math.random() * whole.length));

  if (isWhole) victim.sent = 1; // it may happen even after the next look; two of one version cannot both happen
  await vanish(run, bytes, Math.floor(Math.random() * 4));
}

async function vanishInsideSlowWork(run, own) {
  const json = JSON.stringify({ email: own.email, password: 'wrong', currentPassword: 'wrong', newPassword: 'x',
    version: 1 });
  const path = pick(['/demo/me/login', '/demo/me/password']);

  await vanish(run, rawRequest(run, 'POST', path, own.token, json), Math.floor(Math.random() * 3));
}

/* -- the clients -- */

async function lookAround(run) {
  const page = await run.expect(200, 'GET', `/demo/customers?limit=5&offset=${Math.floor(Math.random() * 20)}`, {
    token: run.shop,
  });

  assert.equal(page.results.length, page.count);
  await run.expect(200, 'GET', '/demo/messages?limit=3', { token: run.shop });
  await run.expect(200, 'GET', '/readyz', {});
}

const changers = (shared) => async (run) => {
  while (run.goesOn) await changeShared(run, pick(shared));
};

async function owner(run) {
  const pair = await Promise.all([run.customer('own'), run.customer('own')]);

  for (let round = 0; run.goesOn; round += 1) {
    const own = pair[round % 2];

    await changeOwn(run, own);
    await staleVersionIsRefused(run, own);
    await refreshAndRevoke(run, own);
    if (round % 4 === 0) await changePassword(run, own);
    if (round % 3 === 0) await raceToChangeEmail(run, pair);
  }
}

async function newcomer(run) {
  while (run.goesOn) {
    await raceToSignUp(run);
    await signUpAndDelete(run);
    await visitAnonymously(run);
    await raceForAnonymousId(run);
    await lookAround(run);
  }
}

async function ghost(run) {
  const victim = { ...await run.customer('victim'), sent: 0 };
  const own = await run.customer('ghost');

  while (run.goesOn) {
    await vanishInsideUpdate(run, victim);
    await vanishInsideSlowWork(run, own);
    await changeOwn(run, own);
  }
}

/* -- afterwards -- */

async function allCustomers(run) {
  const found = [];

  for (;;) {
    const { results, total } = await run.expect(200, 'GET', `/demo/customers?limit=500&offset=${found.length}`, {
      token: run.shop,
    });

    found.push(...results);
    if (found.length >= total || !results.length) return found;
  }
}

async function audit(run, shared) {
  for (const one of shared) await auditShared(run, one);
  const customers = await allCustomers(run);
  const emails = new Map(customers.map(({ id, email }) => [id, email]));

  assert.equal(new Set(customers.map(({ email }) => email.toLowerCase())).size, customers.length, 'no e-mail twice');
  for (const [id, email] of run.signedUp) assert.equal(emails.get(id), email, `customer ${id} is as acknowledged`);
  assert.equal(customers.length, run.signedUp.size + 2, 'there is nobody else but the two of the seed');
}

/* Asked to end in the middle of things, the server answers or closes, and ends well. */
async function stopUnderLoad(run, shared) {
  const load = Promise.allSettled(Array.from({ length: 3 * CONNECTIONS }, (_, index) =>
    request(run.server, 'GET', '/demo/me', { token: shared[index % shared.length].token, agent: run.agent })));
  const code = await run.server.stop();

  for (const { status, value } of await load)
    if (status === 'fulfilled') assert.ok([200, 503].includes(value.status), `${value.status} ${value.text}`);
  assert.equal(code, 0, run.server.stderrText());
}

async function startRun(options) {
  const server = await startServer({ ...options, args: ['--log-level', 'error'] });

  return new Run(server, await clientToken(server), await anonymousToken(server));
}

async function work(run, shared) {
  const clients = [
    ...Array(8).fill(changers(shared)), ...Array(6).fill(owner), ...Array(8).fill(newcomer), ...Array(4).fill(ghost),
  ];

  await Promise.all(clients.map((client) => client(run)));
}

for (const inMemory of [true, false]) {
  describe(inMemory ? 'in memory' : 'in a file', () => {
    test('nothing acknowledged is lost, nothing happens twice', { timeout: TIMEOUT_MS }, async (t) => {
      const directory = temporaryDirectory();
      const run = await startRun({ inMemory, directory });
      const shared = await Promise.all(Array.from({ length: SHARED_CUSTOMERS }, () => makeShared(run)));

      try {
        await work(run, shared);
        await audit(run, shared);
        t.diagnostic(`${run.answers} answers, ${run.refused} of them 503, ${run.signUps} sign-ups`);
      } catch (error) {
        await run.server.stop().catch(() => {});
        throw new Error(`${error.message}\nthe server's log: ${run.server.stderrText().slice(-4000)}`,
          { cause: error });
      }
      await stopUnderLoad(run, shared);
      run.agent.destroy();
      if (!inMemory) {
        const again = await startRun({ inMemory, directory });

        Object.assign(again, { signedUp: run.signedUp });
        await audit(again, shared);
        assert.equal(await again.server.stop(), 0, again.server.stderrText());
        again.agent.destroy();
      }
      removeDirectory(directory);
    });
  });
}
