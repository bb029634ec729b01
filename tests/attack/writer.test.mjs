/* What one visitor may own or ask does not hold the writer: others are answered in between. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { anonymousToken, clientToken, passwordToken, request, signUp, uniqueEmail } from '../http/support/http.mjs';
import { startServer } from '../http/support/server.mjs';

const CARTS = 450; /* more than two steps of a hand-over take */
const AT_ONCE = 25;

let server;
let backend;

before(async () => {
  server = await startServer();
  backend = await clientToken(server, { scope: 'manage_project:demo' });
});
after(() => server?.stop());

async function ask(status, method, path, token, json) {
  const answer = await request(server, method, path, { token, json });

  assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 300)}`);
  return answer.json;
}

/* An anonymous session with many carts; the last one holds a bowl. */
async function hoarder() {
  const token = await anonymousToken(server);

  for (let made = 0; made < CARTS; made += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE },
      () => ask(201, 'POST', '/demo/me/carts', token, { currency: 'EUR' })));
  const active = await ask(201, 'POST', '/demo/me/carts', token,
    { currency: 'EUR', country: 'DE', lineItems: [{ sku: 'BOWL', quantity: 2 }] });

  return { token, active };
}

const total = async (where) =>
  (await ask(200, 'GET', `/demo/carts?limit=1&where=${encodeURIComponent(where)}`, backend)).total;

/* Sends a request, and small ones of somebody else until it is answered. Resolves to its answer; some of the others
 * must have been answered before. */
async function amongOthers(status, method, path, token, json) {
  const other = await anonymousToken(server);
  let isAnswered = false;
  let others = 0;
  const answer = ask(status, method, path, token, json).finally(() => { isAnswered = true; });

  while (!isAnswered) {
    await ask(201, 'POST', '/demo/me/shopping-lists', other, { name: { en: 'wishes' } });
    if (!isAnswered) others++;
  }
  assert.ok(others > 0, 'nobody was answered meanwhile');
  return answer;
}

test('a visitor with many carts signs up in steps, and then all of it is the customer\'s', async () => {
  const { token, active } = await hoarder();
  const { customer, cart } = await amongOthers(201, 'POST', '/demo/me/signup', token,
    { email: uniqueEmail(), password: 'secret' });

  assert.equal(cart.id, active.id);
  assert.equal(cart.customerId, customer.id);
  assert.equal(await total(`customerId="${customer.id}"`), CARTS + 1);
  assert.equal(await total(`anonymousId="${active.anonymousId}"`), 0);
});

test('a visitor with many carts signs in in steps, and the customer\'s own cart stays the active one', async () => {
  const { customer, email, password } = await signUp(server);
  const session = await passwordToken(server, email, password);
  const own = await ask(201, 'POST', '/demo/me/carts', session, { currency: 'EUR', country: 'DE' });
  const { token, active } = await hoarder();
  const { cart } = await amongOthers(200, 'POST', '/demo/me/login', token, { email, password });

  assert.equal(cart.id, own.id);
  assert.deepEqual(cart.lineItems.map((line) => line.quantity), [2]);
  assert.equal((await ask(200, 'GET', '/demo/me/active-cart', session)).id, own.id);
  assert.equal((await ask(200, 'GET', `/demo/carts/${active.id}`, backend)).cartState, 'Merged');
  assert.equal(await total(`customerId="${customer.id}"`), CARTS + 2);
  assert.equal(await total(`anonymousId="${active.anonymousId}"`), 0);

  const now = await ask(200, 'GET', `/demo/customers/${customer.id}`, backend);

  await amongOthers(200, 'DELETE', `/demo/customers/${customer.id}?version=${now.version}`, backend);
  assert.equal(await total(`customerId="${customer.id}"`), 0);
  await ask(404, 'GET', `/demo/customers/${customer.id}`, backend);
});

test('a trusted client merges a session with many carts in steps', async () => {
  const { customer } = await signUp(server);
  const { active } = await hoarder();
  const cart = await ask(200, 'POST', `/demo/carts/customer-id=${customer.id}/merge`, backend,
    { anonymousId: active.anonymousId });

  assert.equal(cart.id, active.id);
  assert.equal(await total(`customerId="${customer.id}"`), CARTS + 1);
});
