/* What the vendor's example storefront (examples/me of its TypeScript repository) sends, request by request, and what
 * it reads of the answers. It merges carts by hand: it empties the visitor's and adds the lines to the customer's. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

/* The shop of a test has what the test puts into it. */
const SEED = fileURLToPath(new URL('../support/seed/shop.json', import.meta.url));
const CLIENT = ['example-client', 'example-secret'];
const HEADERS = { 'content-type': 'application/json',
  'user-agent': 'commercetools-sdk-javascript-v3/3.4.1 node.js/20' };
const MERGE = 'MergeWithExistingCustomerCart';

let server;

before(async () => { server = await startServer({ inMemory: true, args: ['--seed', SEED] }); });
after(() => server?.stop());

/* The Express process: it keeps the tokens. The scope's colon goes out as it is. */
class Express {
  constructor(project) {
    this.project = project;
  }

  async fetchToken(path, form) {
    const answer = await request(server, 'POST', `/oauth/${this.project}${path}`, {
      basic: CLIENT, body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

    if (answer.status === 200) {
      for (const name of ['access_token', 'refresh_token', 'token_type', 'scope']) assert.ok(answer.json[name], name);
      assert.ok(answer.json.expires_in > 300);
    }
    return answer;
  }

  async visit() {
    const { json } = await this.fetchToken('/anonymous/token',
      `grant_type=client_credentials&scope=manage_project:${this.project}`);

    this.token = json.access_token;
    this.anonymousToken = json.access_token;
  }

  async fetchCustomerToken(email, password) {
    const answer = await this.fetchToken('/customers/token', `grant_type=password&username=${encodeURIComponent(email)}`
      + `&password=${encodeURIComponent(password)}&scope=manage_project:${this.project}`);

    if (answer.status === 200) this.token = answer.json.access_token;
    return answer;
  }

  /* The client parses every body, reads errors[0].code of every error, and compares the status. */
  async call(status, method, path, body) {
    const json = body && JSON.stringify(body);
    const answer = await request(server, method, `/${this.project}${path}`, {
      token: this.token, headers: HEADERS, ...(json ? { body: json } : {}),
    });

    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    assert.ok(answer.json);
    if (status >= 400) assert.ok(answer.json.errors[0].code);
    return answer.json;
  }

  async addToCart(product, quantity = 1) {
    let cart = await this.cartOrNone();

    if (!cart) cart = await this.call(201, 'POST', '/me/carts', { currency: 'EUR' });
    return this.call(200, 'POST', `/me/carts/${cart.id}`, {
      version: cart.version,
      actions: [{ action: 'addLineItem', productId: product.id, variantId: 1, quantity }],
    });
  }

  async cartOrNone() {
    const answer = await request(server, 'GET', `/${this.project}/me/active-cart`,
      { token: this.token, headers: HEADERS });

    assert.ok(answer.status === 200 || answer.status === 404, answer.text);
    assert.ok(answer.json);
    return answer.status === 200 ? answer.json : undefined;
  }

  /* Step 5: the id from the active cart, the version from the answer before. */
  async removeLine(line, version) {
    const { id } = await this.call(200, 'GET', '/me/active-cart');
    const cart = await this.call(200, 'POST', `/me/carts/${id}`, {
      version, actions: [{ action: 'removeLineItem', lineItemId: line.id, quantity: line.quantity }],
    });

    assert.ok(!cart.lineItems.some((one) => one.id === line.id));
    return cart;
  }

  async signIn(email, password, anonymousId) {
    assert.equal((await this.fetchCustomerToken(email, password)).status, 200);
    return this.call(200, 'POST', '/me/login', {
      email, password, updateProductData: true, ...(anonymousId ? { anonymousId } : {}), anonymousCartSignInMode: MERGE,
    });
  }
}

/* Two products with an image and a price without a country, as the app needs them. */
async function openShop(express) {
  await express.call(201, 'POST', '/product-types', { key: 'plain', name: 'plain', description: 'plain' });
  await express.call(201, 'POST', '/tax-categories', { key: 'standard', name: 'standard', rates: [] });
  for (const [name, centAmount] of [['mug', 1999], ['bag', 500]]) {
    await express.call(201, 'POST', '/products', {
      productType: { typeId: 'product-type', key: 'plain' },
      taxCategory: { typeId: 'tax-category', key: 'standard' },
      name: { en: name },
      slug: { en: name },
      masterVariant: {
        sku: name,
        images: [{ url: `http://localhost/${name}.png`, dimensions: { w: 300, h: 375 } }],
        prices: [{ value: { currencyCode: 'EUR', centAmount } }],
      },
      publish: true,
    });
  }
}

async function newShop() {
  const express = new Express(`me-${randomUUID().slice(0, 12)}`);

  await express.visit();
  await openShop(express);
  return express;
}

/* A customer with an active cart: without one the app dies after a sign-in. */
async function newCustomer(express, email = 'ann@example.org') {
  const shopper = new Express(express.project);

  await shopper.visit();
  await shopper.call(201, 'POST', '/customers', {
    email, password: 'secret', key: 'ann', firstName: 'Ann', lastName: 'Archer',
    addresses: [{ country: 'DE' }], defaultShippingAddress: 0,
  });
  assert.equal((await shopper.fetchCustomerToken(email, 'secret')).status, 200);
  return shopper.call(201, 'POST', '/me/carts', { currency: 'EUR' });
}

describe('the example storefront', { concurrency: true }, () => {
  test('opens with its products and no cart', async () => {
    const express = await newShop();
    const page = await express.call(200, 'GET', '/products');

    assert.deepEqual(Object.keys(page).sort(), ['count', 'limit', 'offset', 'results', 'total']);
    assert.equal(page.results.length, 2);
    for (const { id, masterData: { current } } of page.results) {
      assert.ok(id);
      assert.ok(current.name.en);
      assert.ok(current.masterVariant.id);
      assert.ok(current.masterVariant.images[0].url);
      assert.equal(current.masterVariant.prices[0].value.currencyCode, 'EUR');
      assert.ok(current.masterVariant.prices[0].value.centAmount > 0);
    }
    await express.call(404, 'GET', '/me/active-cart');
  });

  test('fills the cart of a visitor, shows it and empties it', async () => {
    const express = await newShop();
    const [mug, bag] = (await express.call(200, 'GET', '/products')).results;
    const first = await express.addToCart(mug);

    assert.ok(first.anonymousId);
    assert.equal(first.customerId, undefined);
    const second = await express.call(200, 'POST', `/me/carts/${first.id}`, {
      version: first.version, actions: [{ action: 'addLineItem', productId: bag.id, variantId: 1, quantity: 1 }],
    });
    const cart = await express.call(200, 'GET', '/me/active-cart');

    assert.equal(cart.version, second.version);
    assert.equal(cart.anonymousId, first.anonymousId);
    assert.deepEqual(cart.lineItems.map((line) => line.name.en), ['mug', 'bag']);
    for (const line of cart.lineItems) {
      assert.ok(line.id);
      assert.ok(line.productId);
      assert.ok(line.variant.images[0].url);
      assert.equal(line.variant.id, 1);
      assert.equal(line.quantity, 1);
      assert.equal(line.price.value.currencyCode, 'EUR');
      assert.equal(line.totalPrice.centAmount, line.price.value.centAmount);
    }
    const third = await express.removeLine(cart.lineItems[0], cart.version);
    const empty = await express.removeLine(cart.lineItems[1], third.version);

    assert.deepEqual(empty.lineItems, []);
    assert.deepEqual((await express.call(200, 'GET', '/me/active-cart')).lineItems, []);
  });

  test('signs in without a cart of the visitor', async () => {
    const express = await newShop();
    const owned = await newCustomer(express);

    await express.call(404, 'GET', '/me/active-cart');
    const { customer, cart } = await express.signIn('ann@example.org', 'secret');

    assert.equal(customer.firstName, 'Ann');
    assert.equal(customer.lastName, 'Archer');
    assert.equal(cart.id, owned.id);
    assert.equal((await express.call(200, 'GET', '/me/active-cart')).anonymousId, undefined);
  });

  test('signs in with a cart of the visitor and merges by hand', async () => {
    const express = await newShop();
    const owned = await newCustomer(express);
    const [mug, bag] = (await express.call(200, 'GET', '/products')).results;

    await express.addToCart(mug);
    const visitors = await express.addToCart(bag);
    let { version } = visitors;

    for (const line of visitors.lineItems) ({ version } = await express.removeLine(line, version));
    let { cart } = await express.signIn('ann@example.org', 'secret', visitors.anonymousId);

    assert.equal(cart.id, owned.id);
    for (const line of visitors.lineItems) {
      cart = await express.call(200, 'POST', `/me/carts/${cart.id}`, {
        version: cart.version,
        actions: [{ action: 'addLineItem', productId: line.productId, variantId: line.variant.id, quantity: 1 }],
      });
    }
    const active = await express.call(200, 'GET', '/me/active-cart');

    assert.equal(active.id, owned.id);
    assert.equal(active.anonymousId, undefined);
    assert.equal(active.customerId, owned.customerId);
    assert.deepEqual(active.lineItems.map((line) => [line.productId, line.quantity]), [[mug.id, 1], [bag.id, 1]]);

    /* Logging out is a reload with the old token: the emptied cart is still there. */
    express.token = express.anonymousToken;
    const reloaded = await express.call(200, 'GET', '/me/active-cart');

    assert.equal(reloaded.id, visitors.id);
    assert.deepEqual(reloaded.lineItems, []);
  });

  test('tells that a password is wrong', async () => {
    const express = await newShop();

    await newCustomer(express);
    const answer = await express.fetchCustomerToken('ann@example.org', 'wrong');

    assert.equal(answer.status, 400);
    assert.equal(answer.json.errors[0].code, 'invalid_customer_account_credentials');
    for (const name of ['statusCode', 'message', 'error', 'error_description']) assert.ok(answer.json[name], name);
  });

  test('registers a customer outside of /me', async () => {
    const express = await newShop();
    const { customer } = await express.call(201, 'POST', '/customers', {
      email: 'eve@example.org', password: 'secret', firstName: 'Eve', lastName: 'Early',
      addresses: [{ country: 'DE' }], defaultShippingAddress: 0,
    });

    assert.equal(customer.defaultShippingAddressId, customer.addresses[0].id);
  });
});

/* Other clients: the visitor's token is still attached when they sign in. */
describe('a sign-in with the token of the visitor', { concurrency: true }, () => {
  test('of a mobile app leads to the same cart', async () => {
    const express = await newShop();
    const [mug] = (await express.call(200, 'GET', '/products')).results;

    await express.call(201, 'POST', '/customers', { email: 'ann@example.org', password: 'secret' });
    const visitors = await express.addToCart(mug, 2);
    const { cart } = await express.call(200, 'POST', '/me/login', {
      email: 'ann@example.org', password: 'secret', activeCartSignInMode: MERGE,
    });

    assert.equal(cart.id, visitors.id);
    await express.fetchCustomerToken('ann@example.org', 'secret');
    assert.equal((await express.call(200, 'GET', '/me/active-cart')).id, visitors.id);
  });

  test('twice at once merges once, and both answers are of the same cart', async () => {
    for (let round = 0; round < 8; round += 1) {
      const express = await newShop();
      const owned = await newCustomer(express);
      const [mug] = (await express.call(200, 'GET', '/products')).results;

      await express.addToCart(mug, 7);
      const credentials = { email: 'ann@example.org', password: 'secret' };
      const answers = await Promise.all([1, 2, 3].map(() => express.call(200, 'POST', '/me/login', credentials)));

      for (const { cart } of answers) {
        assert.equal(cart.id, owned.id);
        assert.deepEqual(cart.lineItems.map((line) => line.quantity), [7]);
      }
      await express.fetchCustomerToken('ann@example.org', 'secret');
      const { results } = await express.call(200, 'GET', '/me/carts');

      assert.deepEqual(results.map((cart) => cart.cartState).sort(), ['Active', 'Merged']);
    }
  });

  test('of two visitors at once leaves one active cart with the lines of both', async () => {
    const express = await newShop();
    const owned = await newCustomer(express);
    const [mug, bag] = (await express.call(200, 'GET', '/products')).results;
    const credentials = { email: 'ann@example.org', password: 'secret' };
    const visitors = await Promise.all([mug, bag].map(async (product) => {
      const visitor = new Express(express.project);

      await visitor.visit();
      await visitor.addToCart(product, 3);
      return visitor;
    }));

    await Promise.all(visitors.map((visitor) => visitor.call(200, 'POST', '/me/login', credentials)));
    await express.fetchCustomerToken('ann@example.org', 'secret');
    const cart = await express.call(200, 'GET', '/me/active-cart');

    assert.equal(cart.id, owned.id);
    assert.deepEqual(cart.lineItems.map((line) => line.quantity), [3, 3]);
  });
});
