/* Many shoppers at once for a bounded time: carts that several change, sign-ins that merge at the same moment, orders,
 * and queries over all of it. No line is lost, no quantity counts twice, every total is the sum of its parts, and
 * whoever signed in has one active cart.
 *
 * CART_STRESS_SECONDS sets how long each of the two runs lasts (5). */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { anonymousToken, clientToken, passwordToken, request, signUp } from '../http/support/http.mjs';
import { removeDirectory, startServer, temporaryDirectory } from '../http/support/server.mjs';

const SEED = fileURLToPath(new URL('../support/seed', import.meta.url));
const SECONDS = Number(process.env.CART_STRESS_SECONDS ?? 5);
const CONNECTIONS = 24;
const SHARED_CARTS = 3;
const PRICES = { mug: 1234, cup: 999, bag: 250, pen: 1 };
const SKUS = Object.keys(PRICES);
const MODES = ['MergeWithExistingCustomerCart', 'UseAsNewActiveCustomerCart'];
const TIMEOUT_MS = (SECONDS + 120) * 1000;
const ADDRESS = { country: 'DE' };

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const someOf = (list) => list.filter(() => Math.random() < 0.5);
const upTo = (most) => 1 + Math.floor(Math.random() * most);
const eur = (centAmount) => ({ currencyCode: 'EUR', centAmount });
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const quantities = (cart) => Object.fromEntries(cart.lineItems.map(({ variant, quantity }) => [variant.sku, quantity]));
const largest = (...maps) => maps.reduce((all, map) => {
  for (const [sku, quantity] of Object.entries(map)) all[sku] = Math.max(all[sku] ?? 0, quantity);
  return all;
}, {});

class Run {
  constructor(server, shop) {
    this.server = server;
    this.shop = shop;
    this.agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    this.deadline = Date.now() + SECONDS * 1000;
    this.counts = { answers: 0, signIns: 0, orders: 0, conflicts: 0 };
    this.owners = []; // customers whose active cart is known: { id, cart, lines }
    this.ordered = new Map(); // id of an order -> what it cost
  }

  get goesOn() { return Date.now() < this.deadline; }

  async send(method, path, options) {
    for (;;) {
      const answer = await request(this.server, method, `/demo${path}`, { ...options, agent: this.agent });

      this.counts.answers += 1;
      assert.ok(answer.status < 500 || answer.status === 503, `${method} ${path}: ${answer.status} ${answer.text}`);
      if (answer.status !== 503) return answer;
    }
  }

  async expect(status, method, path, options) {
    const answer = await this.send(method, path, options);

    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  create(path, json) { return this.expect(201, 'POST', path, { token: this.shop, json }); }
}

async function fillShop(run) {
  await run.create('/product-types', { key: 'goods', name: 'goods', description: 'goods' });
  await run.create('/tax-categories', {
    key: 'standard', name: 'standard', rates: [{ name: 'DE', amount: 0.19, includedInPrice: true, ...ADDRESS }],
  });
  for (const [sku, cents] of Object.entries(PRICES))
    await run.create('/products', {
      key: `key-${sku}`, productType: { key: 'goods' }, taxCategory: { key: 'standard' }, publish: true,
      name: { en: sku }, slug: { en: `slug-${sku}` }, masterVariant: { sku, prices: [{ value: eur(cents) }] },
    });
  await run.create('/cart-discounts', {
    key: 'ten', name: { en: 'ten' }, requiresDiscountCode: true, value: { type: 'relative', permyriad: 1000 },
    cartPredicate: '1=1', sortOrder: '0.5', target: { type: 'lineItems', predicate: '1=1' },
  });
  await run.create('/discount-codes', { code: 'TEN', cartDiscounts: [{ typeId: 'cart-discount', key: 'ten' }] });
}

/* -- what holds for every cart and order -- */

function check(cart) {
  const lines = cart.lineItems;

  assert.equal(cart.totalPrice.centAmount, sum(lines.map((line) => line.totalPrice.centAmount)),
    'the total is the sum');
  assert.equal(cart.totalLineItemQuantity ?? sum(lines.map(({ quantity }) => quantity)),
    sum(lines.map(({ quantity }) => quantity)), 'the quantity is the sum');
  assert.equal(new Set(lines.map(({ variant }) => variant.sku)).size, lines.length, 'one line for a variant');
  for (const line of lines) {
    const undiscounted = PRICES[line.variant.sku] * line.quantity;

    assert.equal(line.price.value.centAmount, PRICES[line.variant.sku]);
    if (!cart.discountCodes.length) assert.equal(line.totalPrice.centAmount, undiscounted);
    assert.ok(line.totalPrice.centAmount <= undiscounted, 'a discount takes off');
  }
  if (!cart.taxedPrice) return;
  for (const part of ['totalNet', 'totalGross'])
    assert.equal(cart.taxedPrice[part].centAmount, sum(lines.map((line) => line.taxedPrice[part].centAmount)), part);
  assert.equal(cart.taxedPrice.totalGross.centAmount, cart.totalPrice.centAmount, 'the tax is included');
}

/* -- carts that several change -- */

async function makeShared(run) {
  const { customer, email, password } = await signUp(run.server);
  const token = await passwordToken(run.server, email, password);
  const { id } = await run.expect(201, 'POST', '/me/carts', { token, json: { currency: 'EUR' } });

  return { customer, token, id, added: {}, versions: new Set([1]) };
}

async function changeShared(run, shared) {
  const { id, version } = await run.expect(200, 'GET', '/me/active-cart', { token: shared.token });
  const sku = pick(SKUS);
  const quantity = upTo(5);

  assert.equal(id, shared.id);
  const answer = await run.send('POST', `/me/carts/${id}`, {
    token: shared.token, json: { version, actions: [{ action: 'addLineItem', sku, quantity }] },
  });

  if (answer.status === 409) {
    assert.ok(answer.json.errors[0].currentVersion > version);
    run.counts.conflicts += 1;
    return;
  }
  assert.equal(answer.status, 200, answer.text);
  check(answer.json);
  assert.ok(!shared.versions.has(answer.json.version), 'a version is given out once');
  shared.versions.add(answer.json.version);
  shared.added[sku] = (shared.added[sku] ?? 0) + quantity;
}

/* -- shoppers who sign in -- */

const somethingToBuy = () => Object.fromEntries([pick(SKUS), ...someOf(SKUS)].map((sku) => [sku, upTo(9)]));

async function fillCart(run, token, draft = {}) {
  const wanted = somethingToBuy();
  const lineItems = Object.entries(wanted).map(([sku, quantity]) => ({ sku, quantity }));
  const cart = await run.expect(201, 'POST', '/me/carts', { token, json: { currency: 'EUR', lineItems, ...draft } });

  check(cart);
  return { id: cart.id, lines: wanted };
}

async function visit(run, draft) {
  const token = await anonymousToken(run.server);

  return { token, ...await fillCart(run, token, draft) };
}

async function logIn(run, visitor, account, mode) {
  const json = { email: account.email, password: account.password, activeCartSignInMode: mode };
  const { cart } = await run.expect(200, 'POST', '/me/login', { token: visitor.token, json });

  run.counts.signIns += 1;
  check(cart);
  assert.equal(cart.customerId, account.customer.id);
  assert.equal(cart.anonymousId, undefined);
  await run.expect(404, 'GET', '/me/active-cart', { token: visitor.token });
  return cart;
}

/* One after the other: what comes out is known to the line. */
async function signInAndOrder(run) {
  const account = await signUp(run.server);
  const token = await passwordToken(run.server, account.email, account.password);
  const own = Math.random() < 0.7 ? await fillCart(run, token, { shippingAddress: ADDRESS }) : null;
  const visitor = await visit(run, { shippingAddress: ADDRESS, discountCodes: someOf(['TEN']) });
  const mode = pick(MODES);
  const merges = own && mode === MODES[0];
  const cart = await logIn(run, visitor, account, mode);

  assert.equal(cart.id, merges ? own.id : visitor.id);
  assert.deepEqual(quantities(cart), merges ? largest(own.lines, visitor.lines) : visitor.lines);
  const active = await run.expect(200, 'GET', '/me/active-cart', { token });

  assert.equal(active.id, cart.id);
  if (Math.random() < 0.5) {
    run.owners.push({ id: account.customer.id, cart: cart.id, lines: quantities(cart) });
    return;
  }
  const answers = await Promise.all([0, 1].map(() =>
    run.send('POST', '/me/orders', { token, json: { id: cart.id, version: active.version } })));
  const placed = answers.filter(({ status }) => status === 201);

  assert.equal(placed.length, 1,
    `ordered once: ${answers.map(({ status, text }) => `${status} ${text.slice(0, 200)}`)}`);
  assert.deepEqual(placed[0].json.lineItems, active.lineItems);
  run.ordered.set(placed[0].json.id, active.totalPrice.centAmount);
  run.counts.orders += 1;
}

/* Two browsers of one customer at the same moment: whoever comes second merges into what the first left. */
async function signInTwice(run) {
  const account = await signUp(run.server);
  const token = await passwordToken(run.server, account.email, account.password);
  const visitors = await Promise.all([visit(run), visit(run)]);

  await Promise.all(visitors.map((visitor) => logIn(run, visitor, account, MODES[0])));
  const { results } = await run.expect(200, 'GET', '/me/carts', { token });
  const active = results.filter(({ cartState }) => cartState === 'Active');

  assert.deepEqual(results.map(({ cartState }) => cartState).sort(), ['Active', 'Merged']);
  assert.deepEqual(quantities(active[0]), largest(...visitors.map(({ lines }) => lines)));
  run.owners.push({ id: account.customer.id, cart: active[0].id, lines: quantities(active[0]) });
}

/* -- whoever looks -- */

const where = (text, more = '') => `?where=${encodeURIComponent(text)}${more}`;

async function look(run) {
  const token = run.shop;
  const least = upTo(5000);
  const carts = await run.expect(200, 'GET',
    `/carts${where('totalPrice(centAmount >= :least) and cartState="Active"',
      `&var.least=${least}&limit=50&sort=totalPrice.centAmount`)}`,
    { token });
  const totals = carts.results.map(({ totalPrice }) => totalPrice.centAmount);

  carts.results.forEach(check);
  assert.deepEqual(totals, [...totals].sort((a, b) => a - b));
  assert.ok(totals.every((cents) => cents >= least));
  assert.ok(carts.total >= carts.count);
  const lines = await run.expect(200, 'GET',
    `/carts${where('lineItems(variant(sku="pen") and quantity > 3)', '&limit=20')}`, { token });

  assert.ok(lines.results.every((cart) => quantities(cart).pen > 3));
  (await run.expect(200, 'GET', '/orders?limit=20&sort=createdAt+desc', { token })).results.forEach(check);
  await run.expect(200, 'GET', `/messages${where('type="OrderCreated"', '&limit=5')}`, { token });
  await run.expect(200, 'GET', '/product-projections?priceCurrency=EUR&sort=name.en', { token });
}

/* -- afterwards -- */

async function all(run, path) {
  const found = [];

  for (;;) {
    const after = found.length ? `&where=${encodeURIComponent(`id > "${found.at(-1).id}"`)}` : '';
    const { results } = await run.expect(200, 'GET', `${path}?limit=500&sort=id&withTotal=false${after}`,
      { token: run.shop });

    found.push(...results);
    if (results.length < 500) return found;
  }
}

async function audit(run, sharedCarts) {
  const carts = new Map((await all(run, '/carts')).map((cart) => [cart.id, cart]));
  const orders = await all(run, '/orders');

  for (const cart of carts.values()) check(cart);
  for (const shared of sharedCarts) {
    assert.deepEqual(quantities(carts.get(shared.id)), shared.added, 'what was acknowledged is there, once');
    assert.equal(carts.get(shared.id).version, shared.versions.size);
  }
  for (const owner of run.owners) {
    const active = await run.expect(200, 'GET', `/carts/customer-id=${owner.id}`, { token: run.shop });

    assert.equal(active.id, owner.cart);
    assert.deepEqual(quantities(active), owner.lines);
  }
  assert.equal(orders.length, run.ordered.size);
  for (const order of orders) {
    check(order);
    assert.equal(order.totalPrice.centAmount, run.ordered.get(order.id));
    assert.equal(carts.get(order.cart.id).cartState, 'Ordered');
  }
}

async function startRun(options) {
  const server = await startServer({ ...options, args: ['--log-level', 'error', '--seed', SEED] });

  return new Run(server, await clientToken(server));
}

const repeating = (work) => async (run) => { while (run.goesOn) await work(run); };

async function work(run, sharedCarts) {
  const clients = [
    ...Array(6).fill((one) => changeShared(one, pick(sharedCarts))), ...Array(5).fill(signInAndOrder),
    ...Array(3).fill(signInTwice), ...Array(2).fill(look),
  ];

  run.deadline = Date.now() + SECONDS * 1000;
  await Promise.all(clients.map((client) => repeating(client)(run)));
}

for (const inMemory of [true, false]) {
  describe(inMemory ? 'carts in memory' : 'carts in a file', () => {
    test('no line is lost and every total is the sum of its parts', { timeout: TIMEOUT_MS }, async (t) => {
      const directory = temporaryDirectory();
      const run = await startRun({ inMemory, directory });

      try {
        await fillShop(run);
        const sharedCarts = await Promise.all(Array.from({ length: SHARED_CARTS }, () => makeShared(run)));

        await work(run, sharedCarts);
        await audit(run, sharedCarts);
        t.diagnostic(JSON.stringify(run.counts));
      } catch (error) {
        throw new Error(`${error.message}\nthe server's log: ${run.server.stderrText().slice(-4000)}`,
          { cause: error });
      } finally {
        run.agent.destroy();
        await run.server.stop();
        removeDirectory(directory);
      }
    });
  });
}
