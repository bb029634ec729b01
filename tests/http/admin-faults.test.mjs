/* Failures on demand: what the client sees of each, and what the server has done. */

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, test } from 'node:test';

import { control, controlled } from './support/control.mjs';
import { expectApiError } from './support/expect.mjs';
import { clientToken, passwordToken, request, signUp } from './support/http.mjs';
import { startServer } from './support/server.mjs';

let server;
let projects = 0;

before(async () => { server = await startServer(); });
after(async () => { await server?.stop(); });

async function fresh() {
  const key = `fault-${projects += 1}`;

  await controlled(server, 'PUT', `/projects/${key}`);
  return key;
}

const add = (project, rule) => controlled(server, 'POST', `/projects/${project}/faults`, rule);
const list = async (project) => (await controlled(server, 'GET', `/projects/${project}/faults`)).faults;
const ask = (project, method = 'GET', path = '/me', json = undefined, token = 'alice') =>
  request(server, method, `/${project}${path}`, { token, json, agent: new Agent({ keepAlive: false }) });
const cartsOf = async (project) => (await controlled(server, 'GET', `/projects/${project}`)).counts.carts;

test('an error is the right one, and nothing has changed', async () => {
  const project = await fresh();

  await add(project, { match: { method: 'POST', path: '/me' }, times: 1, do: { error: 'ConcurrentModification' } });
  const rename = { version: 1, actions: [{ action: 'setFirstName', firstName: 'Else' }] };
  const answer = await ask(project, 'POST', '/me', rename);

  expectApiError(answer, 409, 'ConcurrentModification', /has a different version than expected/);
  assert.equal(answer.json.errors[0].currentVersion, 2);
  assert.equal((await ask(project)).json.version, 1);
  assert.equal((await ask(project, 'POST', '/me', rename)).status, 200);
});

test('every code of the table may be asked for', async () => {
  const project = await fresh();

  for (const [error, status] of [['invalid_token', 401], ['access_denied', 401], ['insufficient_scope', 403],
    ['OverCapacity', 503], ['General', 500], ['ResourceNotFound', 404], ['OutOfStock', 400], ['DuplicateField', 400],
    ['PriceChanged', 400], ['NotImplemented', 501]]) {
    await add(project, { times: 1, do: { error } });
    expectApiError(await ask(project), status, error);
  }
  assert.equal((await ask(project)).status, 200);
});

test('an answer of one\'s own is sent as it is', async () => {
  const project = await fresh();

  await add(project, {
    times: 1,
    do: { status: 502, body: '<h1>Bad Gateway</h1>', headers: { 'Content-Type': 'text/html', Server: 'proxy' } },
  });
  await add(project, { times: 1, do: { status: 504 } });
  await add(project, { times: 1, do: { status: 429, body: { message: 'slow down' } } });
  const html = await ask(project);
  const empty = await ask(project);
  const json = await ask(project);

  assert.deepEqual([html.status, html.text, html.headers['content-type'], html.headers.server],
    [502, '<h1>Bad Gateway</h1>', 'text/html', 'proxy']);
  assert.deepEqual([empty.status, empty.text], [504, '']);
  assert.deepEqual([json.status, json.json], [429, { message: 'slow down' }]);
});

test('a delay is the right answer, later, and holds up nobody else', async () => {
  const project = await fresh();
  const started = Date.now();

  await add(project, { match: { path: '/me' }, do: { delay: '300ms~20ms' } });
  const slow = Array.from({ length: 40 }, () => ask(project));

  assert.equal((await ask('demo')).status, 200);
  assert.equal((await ask(project, 'GET', '/me/carts')).status, 200);
  for (const answer of await Promise.all(slow)) assert.equal(answer.status, 200, answer.text);
  assert.ok(Date.now() - started >= 280);
  const rename = { version: 1, actions: [{ action: 'setFirstName', firstName: 'L' }] };
  const written = await ask(project, 'POST', '/me', rename);

  assert.equal(written.json.firstName, 'L');
});

test('a reset before is a request that never happened, one after is an answer that was lost', async () => {
  const project = await fresh();
  const cart = { currency: 'EUR' };
  const before = await cartsOf(project);

  await add(project, { match: { method: 'POST', path: '/me/carts' }, times: 1, do: { reset: true } });
  await assert.rejects(ask(project, 'POST', '/me/carts', cart));
  assert.equal(await cartsOf(project), before);
  await add(project, { match: { method: 'POST', path: '/me/carts' }, times: 1, do: { after: 'reset' } });
  await assert.rejects(ask(project, 'POST', '/me/carts', cart));
  assert.equal(await cartsOf(project), before + 1);
  assert.equal((await ask(project, 'POST', '/me/carts', cart)).status, 201);
});

test('a body that is cut promises more than it brings', async () => {
  const project = await fresh();

  await add(project, { times: 1, do: { truncate: 20 } });
  await assert.rejects(ask(project));
  assert.equal((await ask(project)).status, 200);
});

test('a token that a rule expired stays so, and others do not', async () => {
  const project = await fresh();
  const token = await passwordToken(server, 'alice@example.com', 'Alice@1234', { project });

  await add(project, { times: 1, do: { expireToken: true } });
  expectApiError(await ask(project, 'GET', '/me', undefined, token), 401, 'invalid_token');
  expectApiError(await ask(project, 'GET', '/me', undefined, token), 401, 'invalid_token');
  assert.equal((await ask(project)).status, 200);
  await controlled(server, 'DELETE', `/projects/${project}/faults`);
  expectApiError(await ask(project, 'GET', '/me', undefined, token), 401, 'invalid_token');
});

test('rules are tried in order, count their turns, and tell their hits', async () => {
  const project = await fresh();
  const { id } = await add(project, { match: { path: '/me' }, skip: 1, times: 2, do: { error: 'OverCapacity' } });

  await add(project, { match: { path: '/me' }, do: { error: 'General' } });
  const statuses = [];

  for (let i = 0; i < 4; i += 1) statuses.push((await ask(project)).status);
  assert.deepEqual(statuses, [200, 503, 503, 500]);
  const [first, second] = await list(project);

  assert.deepEqual(first, {
    id, match: { path: '/me' }, skip: 1, times: 2, do: { error: 'OverCapacity' }, hits: 2,
  });
  assert.equal(second.hits, 1);
  assert.equal((await controlled(server, 'GET', `/projects/${project}`)).faults, 2);
  await controlled(server, 'DELETE', `/projects/${project}/faults/${second.id}`);
  assert.equal((await ask(project)).status, 200);
  expectApiError(await control(server, 'DELETE', `/projects/${project}/faults/${second.id}`), 404, 'ResourceNotFound');
  assert.equal((await controlled(server, 'DELETE', `/projects/${project}/faults`)).counts.faults, 1);
});

test('a rule is for whom and for what it says, also within stores', async () => {
  const project = await fresh();
  const guest = await signUp(server, {}, { project });
  const token = await passwordToken(server, guest.email, guest.password, { project });
  const status = async (path, bearer) => (await ask(project, 'GET', path, undefined, bearer)).status;

  await add(project, { match: { path: '/me', customerId: guest.customer.id }, do: { status: 599 } });
  assert.equal(await status('/me', 'alice'), 200);
  assert.equal(await status('/me', token), 599);
  assert.equal(await status('/in-store/key=berlin/me', token), 599);
  assert.equal(await status('/me/carts', token), 200);
  await add(project, { match: { path: '/me/carts/*' }, do: { status: 598 } });
  assert.equal(await status('/me/carts', token), 200);
  assert.equal(await status('/me/carts/5', token), 598);
  assert.equal(await status('/in-store/key=berlin/me/carts/5', 'alice'), 598);
  assert.equal(await status('/me/active-cart', 'alice'), 200);
});

test('token endpoints fail as well, in the shape that they have', async () => {
  const project = await fresh();

  const match = { path: '/oauth/token', clientId: 'backend' };

  await add(project, { match, times: 1, do: { error: 'invalid_client' } });
  const refused = await request(server, 'POST', '/oauth/token', {
    basic: ['backend', 'backend-secret'],
    form: { grant_type: 'client_credentials', scope: `manage_project:${project}` },
  });

  assert.equal(refused.status, 401);
  assert.equal(refused.json.error, 'invalid_client');
  assert.ok((await clientToken(server, { project })).access_token);
  await add(project, { match: { path: '/oauth/customers/token' }, times: 1, do: { status: 503 } });
  await assert.rejects(passwordToken(server, 'alice@example.com', 'Alice@1234', { project }), /503/);
  assert.ok((await passwordToken(server, 'alice@example.com', 'Alice@1234', { project })).access_token);
});

test('chance is that of the seed', async () => {
  const seen = [];

  for (let round = 0; round < 2; round += 1) {
    const project = await fresh();

    await add(project, { probability: 0.5, seed: 7, do: { status: 500 } });
    const statuses = [];

    for (let i = 0; i < 40; i += 1) statuses.push((await ask(project)).status);
    seen.push(statuses.join());
  }
  assert.equal(seen[0], seen[1]);
  assert.match(seen[0], /500/);
  assert.match(seen[0], /200/);
});

test('a reset of the project takes them back, unless they are to be kept; no other project has them', async () => {
  const project = await fresh();

  await add(project, { do: { status: 500 } });
  assert.equal((await ask('demo')).status, 200);
  await controlled(server, 'POST', `/projects/${project}/reset`, { keep: ['faults'] });
  assert.equal((await ask(project)).status, 500);
  await controlled(server, 'POST', `/projects/${project}/reset`);
  assert.equal((await ask(project)).status, 200);
});

test('what makes no rule is refused', async () => {
  const project = await fresh();

  for (const rule of [{}, { do: {} }, { do: { error: 'Nonsense' } }, { do: { status: 99 } }, { do: { status: 600 } },
    { do: { delay: 'long' } }, { do: { delay: '20m' } }, { do: { truncate: -1 } }, { do: { after: 'lunch' } },
    { do: { body: 'x' } }, { do: { status: 500, headers: { 'a b': 'c' } } }, { do: { status: 500, explode: true } },
    { skip: -1, do: { reset: true } }, { times: -1, do: { reset: true } }, { probability: 2, do: { reset: true } },
    { probability: 'x', do: { reset: true } }, { match: { path: 'me' }, do: { reset: true } },
    { match: { verb: 'GET' }, do: { reset: true } }])
    assert.equal((await control(server, 'POST', `/projects/${project}/faults`, rule)).status, 400,
      JSON.stringify(rule));
  assert.deepEqual(await list(project), []);
  expectApiError(await control(server, 'POST', '/projects/nowhere/faults', { do: { reset: true } }), 404,
    'ResourceNotFound');
});

test('--latency is a rule for every request, and the log names a fault', async () => {
  const slow = await startServer({ args: ['--latency', '60ms±10ms'] });

  try {
    const started = Date.now();
    const { id } = await controlled(slow, 'POST', '/projects/demo/faults', { times: 1, do: { status: 500 } });

    assert.equal((await request(slow, 'GET', '/demo/me', { token: 'alice' })).status, 500);
    assert.equal((await request(slow, 'GET', '/demo/me', { token: 'alice' })).status, 200);
    assert.ok(Date.now() - started >= 100);
    await controlled(slow, 'DELETE', '/projects/demo/faults');
    for (let i = 0; i < 200 && !slow.stderrText().includes('fault='); i += 1)
      await controlled(slow, 'GET', '/projects');
    assert.ok(slow.stderrText().includes(`fault=${id}`));
  } finally {
    await slow.stop();
  }
});
