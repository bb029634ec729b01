/* Documents are kept parsed between requests. Whoever was told of a change sees it in all that follows: each round
 * changes the price of a product, a tax rate, a discount, a group or the product as a whole, while carts that hold the
 * product are updated all the time, and then looks at a cart that is updated next.
 *
 * STALE_ROUNDS sets how many rounds (60). */

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { clientToken, passwordToken, request, signUp } from '../http/support/http.mjs';
import { removeDirectory, startServer, temporaryDirectory } from '../http/support/server.mjs';

const SEED = fileURLToPath(new URL('../support/seed', import.meta.url));
const ROUNDS = Number(process.env.STALE_ROUNDS ?? 60);
const SHOPPERS = 6;
const TIMEOUT_MS = 120_000 + ROUNDS * 1000;

const eur = (centAmount) => ({ currencyCode: 'EUR', centAmount });

class Shop {
  constructor(server) {
    this.server = server;
    this.agent = new Agent({ keepAlive: true, maxSockets: 24 });
    this.carts = [];
  }

  async ask(status, method, path, json, token = this.token) {
    const answer = await request(this.server, method, `/demo${path}`, { token, json, agent: this.agent });

    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  create(path, json) { return this.ask(201, 'POST', path, json); }

  async change(path, document, ...actions) {
    return this.ask(200, 'POST', `${path}/${document.id}`, { version: document.version, actions });
  }

  async fill() {
    this.token = await clientToken(this.server);
    this.type = await this.create('/product-types', { key: 'goods', name: 'goods', description: 'goods' });
    this.tax = await this.create('/tax-categories',
      { key: 'standard', name: 't', rates: [{ name: 'DE', amount: 0.19, includedInPrice: true, country: 'DE' }] });
    this.group = await this.create('/customer-groups', { groupName: 'group', key: 'group' });
    this.discount = await this.create('/cart-discounts', {
      name: { en: 'd' }, value: { type: 'relative', permyriad: 100 }, cartPredicate: '1=1', sortOrder: '0.5',
      target: { type: 'lineItems', predicate: '1=1' }, isActive: true,
    });
    this.product = await this.makeProduct('a', [{ value: eur(1000) },
      { value: eur(500), customerGroup: { typeId: 'customer-group', key: 'group' } }]);
    for (let i = 0; i < SHOPPERS; i += 1) this.carts.push(await this.makeCart());
  }

  makeProduct(sku, prices) {
    return this.create('/products', {
      productType: { key: 'goods' }, taxCategory: { key: 'standard' }, publish: true, name: { en: sku },
      slug: { en: `slug-${sku}` }, masterVariant: { sku, prices },
    });
  }

  async makeCart() {
    const { customer, email, password } = await signUp(this.server);
    const token = await passwordToken(this.server, email, password);
    const cart = await this.ask(201, 'POST', '/me/carts',
      { currency: 'EUR', shippingAddress: { country: 'DE' }, lineItems: [{ sku: 'a' }] }, token);

    return { customer, token, id: cart.id, version: cart.version, line: cart.lineItems[0].id };
  }

  /* What a cart is after an update that changes nothing but the quantity of its line. */
  async updated(cart) {
    const json = { version: cart.version, actions: [
      { action: 'changeLineItemQuantity', lineItemId: cart.line, quantity: (cart.version % 5) + 1 }] };
    const answer = await this.ask(200, 'POST', `/me/carts/${cart.id}`, json, cart.token);

    cart.version = answer.version;
    return answer;
  }
}

/* -- what changes, and what a cart must say then -- */

async function price(shop, round) {
  const cents = 1000 + round;
  const [{ id }] = shop.product.masterData.current.masterVariant.prices;

  shop.product = await shop.change('/products', shop.product,
    { action: 'changePrice', priceId: id, price: { value: eur(cents) }, staged: false });
  return (cart) => assert.equal(cart.lineItems[0].price.value.centAmount, cents, 'the price');
}

async function taxRate(shop, round) {
  const amount = (round % 90) / 100;

  shop.tax = await shop.change('/tax-categories', shop.tax, {
    action: 'replaceTaxRate', taxRateId: shop.tax.rates[0].id,
    taxRate: { name: 'DE', amount, includedInPrice: true, country: 'DE' },
  });
  return (cart) => assert.equal(cart.lineItems[0].taxRate.amount, amount, 'the tax rate');
}

async function discount(shop, round) {
  const permyriad = 100 + round % 5000;

  shop.discount = await shop.change('/cart-discounts', shop.discount,
    { action: 'changeValue', value: { type: 'relative', permyriad } });
  return ({ lineItems: [line] }) => {
    const { discountedPrice } = line.discountedPricePerQuantity[0];
    const full = line.price.value.centAmount;
    const exact = full * (10000 - permyriad) / 10000;

    assert.ok(Math.abs(discountedPrice.value.centAmount - exact) <= 0.5, 'the discount');
  };
}

async function activity(shop, round) {
  const isActive = round % 2 === 0;

  shop.discount = await shop.change('/cart-discounts', shop.discount, { action: 'changeIsActive', isActive });
  const holds = ({ lineItems: [line] }) =>
    assert.equal(line.discountedPricePerQuantity.length > 0, isActive, 'whether it is active');

  if (!isActive) // on again after it was looked at
    return async (cart) => {
      holds(cart);
      shop.discount = await shop.change('/cart-discounts', shop.discount, { action: 'changeIsActive', isActive: true });
    };
  return holds;
}

async function setGroups(shop, cart, ...groups) {
  const customer = await shop.ask(200, 'GET', `/customers/${cart.customer.id}`);

  await shop.change('/customers', customer, {
    action: 'setCustomerGroupAssignments',
    customerGroupAssignments: groups.map((customerGroup) => ({ customerGroup })),
  });
}

async function group(shop, round, cart) {
  const cents = ({ lineItems: [line] }) => line.price.value.centAmount;

  await setGroups(shop, cart, { typeId: 'customer-group', key: 'group' });
  assert.equal(cents(await shop.updated(cart)), 500, 'the price of the group');
  await setGroups(shop, cart);
  return (left) => assert.notEqual(cents(left), 500, 'the price of who left the group');
}

/* One that was bought a moment ago is gone. */
async function removal(shop, round, cart) {
  const sku = `gone-${round}`;
  const product = await shop.makeProduct(sku, [{ value: eur(1) }]);
  const add = () => request(shop.server, 'POST', `/demo/me/carts/${cart.id}`, {
    token: cart.token, agent: shop.agent,
    json: { version: cart.version, actions: [{ action: 'addLineItem', sku }] } });
  const added = await add();

  assert.equal(added.status, 200, added.text);
  cart.version = added.json.version;
  const hidden = await shop.change('/products', product, { action: 'unpublish' });

  assert.equal((await add()).status, 400, 'what is not published is not sold');
  await shop.ask(200, 'DELETE', `/products/${product.id}?version=${hidden.version}`);
  assert.equal((await add()).status, 400, 'what is gone is not sold');
  const line = added.json.lineItems.find(({ variant }) => variant.sku === sku);
  const removed = await shop.ask(200, 'POST', `/me/carts/${cart.id}`,
    { version: cart.version, actions: [{ action: 'removeLineItem', lineItemId: line.id }] }, cart.token);

  cart.version = removed.version;
  return () => {};
}

const CHANGES = [price, taxRate, discount, price, group, activity, removal];

for (const inMemory of [true, false]) {
  describe(inMemory ? 'in memory' : 'in a file', () => {
    test('the cart that is updated after a change was told of shows it', { timeout: TIMEOUT_MS }, async () => {
      const directory = temporaryDirectory();
      const server = await startServer({ inMemory, directory, args: ['--log-level', 'error', '--seed', SEED] });
      const shop = new Shop(server);
      let goesOn = true;

      try {
        await shop.fill();
        const [looked, ...others] = shop.carts;
        const busy = others.map(async (cart) => { while (goesOn) await shop.updated(cart); });
        const rounds = (async () => {
          for (let round = 0; round < ROUNDS; round += 1) {
            const check = await CHANGES[round % CHANGES.length](shop, round, looked);

            await check(await shop.updated(looked));
          }
        })().finally(() => { goesOn = false; });

        await Promise.all([rounds, ...busy]);
      } finally {
        goesOn = false;
        shop.agent.destroy();
        await server.stop();
        removeDirectory(directory);
      }
    });
  });
}
