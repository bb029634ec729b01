/* Discounts that divide the units of a line again and again come to an end: an answer, and a server that serves
 * others. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { clientToken, request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const DISCOUNTS = 24;
const UNITS = 1_000_000;

let server;
let token;

before(async () => {
  server = await startServer();
  token = await clientToken(server, { scope: 'manage_project:demo' });
});
after(() => server?.stop());

/* A discount whose pattern fits the units that the one before it left in another way. */
const pattern = (number) => ({
  name: { en: `pattern ${number}` },
  value: { type: 'relative', permyriad: 100 + number },
  cartPredicate: '1=1',
  sortOrder: `0.9${String(DISCOUNTS - number).padStart(2, '0')}1`,
  target: {
    type: 'pattern',
    triggerPattern: [{ type: 'CountOnLineItemUnits', predicate: '1=1', minCount: 1 + (number % 3) }],
    targetPattern: [{ type: 'CountOnLineItemUnits', predicate: '1=1', minCount: 1, maxCount: 3 + (number % 2) }],
    selectionMode: number % 4 < 2 ? 'Cheapest' : 'MostExpensive',
  },
});

test('a cart that patterns divide into too many prices is refused, and nobody waits for it', async () => {
  for (let number = 0; number < DISCOUNTS; number++) {
    const answer = await request(server, 'POST', '/demo/cart-discounts', { token, json: pattern(number) });

    assert.equal(answer.status, 201, answer.text);
  }
  const json = { currency: 'EUR', country: 'DE', key: 'divided', lineItems: [{ sku: 'BOWL', quantity: UNITS }] };
  const [cart, customers] = await Promise.all([
    request(server, 'POST', '/demo/carts', { token, json }), request(server, 'GET', '/demo/customers', { token }),
  ]);

  assert.equal(cart.status, 400, cart.text.slice(0, 200));
  assert.equal(cart.json.errors[0].code, 'InvalidOperation');
  assert.equal(customers.status, 200);
  assert.equal((await request(server, 'GET', '/demo/carts/key=divided', { token })).status, 404);
});

test('a cart that few of them fit is charged as ever', async () => {
  const json = { currency: 'EUR', country: 'DE', lineItems: [{ sku: 'BOWL', quantity: 2 }] };
  const answer = await request(server, 'POST', '/demo/carts', { token, json });

  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.json.lineItems[0].quantity, 2);
});
