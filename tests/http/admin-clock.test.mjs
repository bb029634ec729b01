/* The clock of a project: it decides everything there, and nothing elsewhere. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { control, controlled } from './support/control.mjs';
import { expectApiError } from './support/expect.mjs';
import { clientToken, passwordToken, request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url));
const DAY_MS = 24 * 3600 * 1000;
const ALICE = ['alice@example.com', 'Alice@1234'];

let server;
let projects = 0;

before(async () => { server = await startServer({ args: ['--token-ttl', '48h'] }); });
after(async () => { await server?.stop(); });

async function fresh(seed) {
  const key = `clock-${projects += 1}`;

  await controlled(server, 'PUT', `/projects/${key}`, seed && { seed });
  return key;
}

const clock = (project, method = 'GET', json = undefined, path = '') =>
  controlled(server, method, `/projects/${project}/clock${path}`, json);
const advance = (project, by) => clock(project, 'POST', { by }, '/advance');
const near = (text, expectedMs) => assert.ok(Math.abs(Date.parse(text) - expectedMs) < 20_000, text);

test('it is the time of the system until somebody sets it', async () => {
  const project = await fresh('empty');
  const shown = await clock(project);

  near(shown.now, Date.now());
  assert.equal(shown.offset, 'PT0S');
  assert.equal(shown.frozen, false);
  const { clock: inProject } = await controlled(server, 'GET', `/projects/${project}`);

  assert.deepEqual(Object.keys(inProject), ['now', 'offset', 'frozen']);
});

test('it is turned on by durations of either spelling, which add up, and shown in the shortest form', async () => {
  const project = await fresh('empty');

  assert.equal((await advance(project, 'P2D')).offset, 'P2D');
  assert.equal((await advance(project, '3h')).offset, 'P2DT3H');
  assert.equal((await advance(project, 'PT90S')).offset, 'P2DT3H1M30S');
  assert.equal((await advance(project, '250ms')).offset, 'P2DT3H1M30.250S');
  assert.equal((await clock(project, 'POST', undefined, '/advance')).offset, 'P2DT3H1M30.250S');
  near((await clock(project)).now, Date.now() + 2 * DAY_MS + 3 * 3600e3 + 90_250);
  assert.equal((await clock(project, 'DELETE')).offset, 'PT0S');
});

test('frozen, it stands, and can be turned on all the same', async () => {
  const project = await fresh('empty');
  const now = '2040-01-01T00:00:00.000Z';

  const set = await clock(project, 'PUT', { now, frozen: true });

  assert.deepEqual({ ...set, offset: '' }, { now, offset: '', frozen: true });
  assert.equal((await clock(project)).now, now);
  assert.equal((await advance(project, 'P1D')).now, '2040-01-02T00:00:00.000Z');
  const token = await clientToken(server, { project });
  const category = { key: 'cc', name: { en: 'C' }, slug: { en: 'cc' } };
  const made = await request(server, 'POST', `/${project}/categories`, { token, json: category });

  assert.equal(made.json.createdAt, '2040-01-02T00:00:00.000Z');
  assert.equal((await clock(project, 'PUT', { frozen: false })).frozen, false);
});

test('one project has its own time, and no other one notices', async () => {
  const one = await fresh();
  const other = await fresh();
  const tokens = [await passwordToken(server, ...ALICE, { project: one }),
    await passwordToken(server, ...ALICE, { project: other })];

  await advance(one, 'P3D');
  expectApiError(await request(server, 'GET', `/${one}/me`, { token: tokens[0] }), 401, 'invalid_token');
  assert.equal((await request(server, 'GET', `/${other}/me`, { token: tokens[1] })).status, 200);
  near((await clock(other)).now, Date.now());
});

test('tokens live by it: they expire, are refreshed, and introspection says so', async () => {
  const project = await fresh();
  const token = await passwordToken(server, ...ALICE, { project });
  const me = (bearer) => request(server, 'GET', `/${project}/me`, { token: bearer });

  await advance(project, 'PT47H59M');
  assert.equal((await me(token)).status, 200);
  await advance(project, 'PT1M');
  expectApiError(await me(token), 401, 'invalid_token');
  const refreshed = await request(server, 'POST', '/oauth/token', {
    basic: ['storefront', 'storefront-secret'],
    form: { grant_type: 'refresh_token', refresh_token: token.refresh_token },
  });

  assert.equal(refreshed.status, 200, refreshed.text);
  assert.equal((await me(refreshed.json)).status, 200);
  const said = await request(server, 'POST', '/oauth/introspect', {
    basic: ['backend', 'backend-secret'], form: { token: refreshed.json.access_token },
  });

  if (said.status === 200) near(new Date(said.json.exp).toISOString(), Date.now() + 4 * DAY_MS);
  await advance(project, 'P201D');
  const late = await request(server, 'POST', '/oauth/token', {
    basic: ['storefront', 'storefront-secret'],
    form: { grant_type: 'refresh_token', refresh_token: token.refresh_token },
  });

  assert.equal(late.json.error, 'invalid_grant', late.text);
});

test('so do tokens that reset a password, and messages say its time', async () => {
  const project = await fresh();
  const backend = await clientToken(server, { project });
  const asked = await request(server, 'POST', `/${project}/customers/password-token`, {
    token: backend, json: { email: ALICE[0], ttlMinutes: 60 },
  });

  await advance(project, 'PT61M');
  expectApiError(await request(server, 'POST', `/${project}/customers/password/reset`, {
    token: backend, json: { tokenValue: asked.json.value, newPassword: 'n' },
  }), 400, 'ExpiredCustomerPasswordToken');
  const messages = await controlled(server, 'GET', `/projects/${project}/outbox`);

  assert.equal(messages.messages[0].createdAt, asked.json.createdAt);
});

test('prices and discount codes are valid by it', async () => {
  const project = await fresh();
  const token = await clientToken(server, { project });
  const post = async (path, json) => {
    const answer = await request(server, 'POST', `/${project}${path}`, { token, json });

    assert.ok(answer.status < 300, answer.text);
    return answer.json;
  };
  const discount = await post('/cart-discounts', {
    name: { en: 'Soon' }, value: { type: 'relative', permyriad: 1000 }, cartPredicate: '1=1', sortOrder: '0.77',
    target: { type: 'lineItems', predicate: '1=1' }, requiresDiscountCode: true, isActive: true,
  });

  await post('/discount-codes', {
    code: 'SOON', cartDiscounts: [{ typeId: 'cart-discount', id: discount.id }],
    validFrom: new Date(Date.now() + DAY_MS).toISOString(), validUntil: new Date(Date.now() + 3 * DAY_MS).toISOString(),
  });
  const state = async () => {
    const cart = await post('/carts', { currency: 'EUR', country: 'DE' });
    const answer = await request(server, 'POST', `/${project}/carts/${cart.id}`, {
      token, json: { version: cart.version, actions: [{ action: 'addDiscountCode', code: 'SOON' }] },
    });

    return answer.json.discountCodes?.[0].state ?? answer.json.errors[0].code;
  };
  const early = await state();

  await advance(project, 'PT36H');
  const inside = await state();

  assert.notEqual(early, inside);
  assert.match(inside, /MatchesCart|ApplicationStopped|DoesNotMatchCart/);
});

test('it does not go back behind what is stored, unless it is forced to', async () => {
  const project = await fresh('empty');

  await advance(project, 'P10D');
  const token = await clientToken(server, { project });
  const category = { name: { en: 'C' }, slug: { en: 'cc' } };

  assert.equal((await request(server, 'POST', `/${project}/categories`, { token, json: category })).status, 201);
  expectApiError(await control(server, 'DELETE', `/projects/${project}/clock`), 409, 'ConcurrentModification');
  const now = new Date(Date.now() + DAY_MS).toISOString();

  expectApiError(await control(server, 'PUT', `/projects/${project}/clock`, { now }), 409, 'ConcurrentModification');
  assert.equal((await clock(project)).offset, 'P10D');
  assert.equal((await clock(project, 'PUT', { now, force: true })).now.slice(0, 10), now.slice(0, 10));
  assert.equal((await clock(project, 'DELETE', undefined, '?force=true')).offset, 'PT0S');
});

test('a reset takes it back, unless it is to be kept', async () => {
  const project = await fresh();

  await advance(project, 'P1D');
  await controlled(server, 'POST', `/projects/${project}/reset`, { keep: ['clock'] });
  assert.equal((await clock(project)).offset, 'P1D');
  await controlled(server, 'POST', `/projects/${project}/reset`);
  assert.equal((await clock(project)).offset, 'PT0S');
  expectApiError(await control(server, 'POST', `/projects/${project}/reset`, { keep: ['time'] }), 400,
    'InvalidJsonInput');
});

test('what is no time is refused, and nothing changes', async () => {
  const project = await fresh('empty');

  for (const [method, path, json] of [['PUT', '', { now: 'noon' }], ['PUT', '', { now: '1969-01-01' }],
    ['PUT', '', { now: 5 }], ['PUT', '', { later: true }], ['POST', '/advance', { by: '-P1D' }],
    ['POST', '/advance', { by: 'P9000Y' }], ['POST', '/advance', { by: 'P4000000D' }],
    ['POST', '/advance', { for: '1d' }]])
    assert.equal((await control(server, method, `/projects/${project}/clock${path}`, json)).status, 400,
      JSON.stringify(json));
  assert.equal((await clock(project)).offset, 'PT0S');
  expectApiError(await control(server, 'GET', '/projects/nowhere/clock'), 404, 'ResourceNotFound');
});

test('lines of the log keep the real time, and say how far the clock is ahead', async () => {
  const project = await fresh();

  await advance(project, 'P2D');
  await request(server, 'GET', `/${project}/me`, { token: 'alice' });
  for (let i = 0; i < 200 && !server.stderrText().includes('clock='); i += 1) await clock(project);
  const line = server.stderrText().split('\n').find((one) => one.includes('clock='));

  assert.match(line, / clock=\+P2D\b/);
  near(line.slice(0, 24), Date.now());
});

test('no source asks another clock', () => {
  const readers = [];
  const asks = /\b(clock_now_ms|clock_get|system_now_ms|clock_gettime|gettimeofday|timespec_get)\(|[^_a-z]time\(NULL/;

  for (const name of readdirSync(SOURCES, { recursive: true }))
    if (name.endsWith('.c') && asks.test(readFileSync(join(SOURCES, name), 'utf8'))) readers.push(name);
  assert.deepEqual(readers.sort(), [
    'admin/clock.c', /* shows and sets it */
    'app/app_data.c', /* when projects are made at the start */
    'app/validate.c', /* nothing of it is kept */
    'base/clock.c',
    'base/log.c', /* the real time */
    'base/op.c', /* for a project that only the run itself finds out */
    'db/db_writer.c', /* how long to wait */
    'engine/engine.c', /* once a run */
    'engine/reply.c', /* says in the log how it is set */
    'server/http_call.c', /* the real time, for the log */
  ]);
});
