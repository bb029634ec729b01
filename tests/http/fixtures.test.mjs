/* Fixtures: what new projects start with, how their mistakes are told, and the built-in shop. */

import assert from 'node:assert/strict';
import {
  mkdirSync, readdirSync, readFileSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { expectInvalidToken } from './support/expect.mjs';
import {
  anonymousToken, clientToken, passwordToken, request,
} from './support/http.mjs';
import {
  removeDirectory, runBinary, startServer, temporaryDirectory,
} from './support/server.mjs';

/* The smallest shop: a product that can be bought, a customer with a cart. */
const SHOP = {
  standin: 1,
  project: { currencies: ['EUR'], countries: ['DE'], languages: ['en'] },
  shoppingLists: [{ key: 'wishes', name: { en: 'Wishes' }, customer: 'eve@example.org', lineItems: [{ sku: 'M-1' }] }],
  carts: [{ customer: 'eve@example.org', currency: 'EUR', lineItems: [{ sku: 'M-1', quantity: 2 }] }],
  discountCodes: [{ code: 'SAVE10', cartDiscount: { relativePermyriad: 1000 }, validFrom: '-P1D',
    validUntil: '+P30D' }],
  customers: [{ key: 'eve', email: 'eve@example.org', password: 'a plain password', bearer: 'eve' }],
  anonymousSessions: [{ anonymousId: 'guest-1', bearer: 'guest' }],
  taxCategories: [{ key: 'standard', name: 'Standard',
    rates: [{ name: 'MwSt.', amount: 0.19, includedInPrice: true, country: 'DE' }] }],
  products: [{
    key: 'monstera',
    name: { en: 'Monstera' },
    slug: { en: 'monstera' },
    categories: ['plants'],
    taxCategory: 'standard',
    masterVariant: { sku: 'M-1', prices: [{ value: { currencyCode: 'EUR', centAmount: 1990 } }] },
  }],
  categories: [{ key: 'plants', name: { en: 'Plants' }, slug: { en: 'plants' } }],
};
const FORMAT = fileURLToPath(new URL('../../src/seed/README.md', import.meta.url));
const A_DAY_MS = 24 * 60 * 60 * 1000;

async function withDirectory(use) {
  const directory = temporaryDirectory();

  try {
    return await use(directory);
  } finally {
    removeDirectory(directory);
  }
}

async function withServer(options, use) {
  const server = await startServer(options);

  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

function write(directory, name, content) {
  const path = join(directory, name);

  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function get(server, path, token) {
  const answer = await request(server, 'GET', path, { token });

  assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  return answer.json;
}

/* Everything in a folder, as bytes that texts can be looked for in. */
function bytesOf(directory) {
  return readdirSync(directory)
    .filter((name) => name.startsWith('standin.db'))
    .map((name) => readFileSync(join(directory, name), 'latin1'))
    .join('');
}

describe('a seed', () => {
  test('is read from a file', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);

      await withServer({ args: ['--seed', file] }, async (server) => {
        assert.match(server.readyLine, / customers=1 products=1 /);
        const cart = await get(server, '/demo/me/active-cart', 'eve');

        assert.equal(cart.totalPrice.centAmount, 3980);
        assert.equal((await get(server, '/demo/me', 'eve')).email, 'eve@example.org');
        assert.equal((await get(server, '/demo/me/shopping-lists', 'eve')).results[0].key, 'wishes');
      });
    });
  });

  test('is read from a folder, whose documents refer to each other', async () => {
    await withDirectory(async (directory) => {
      const folder = join(directory, 'fixtures');

      mkdirSync(folder);
      for (const [name, value] of Object.entries(SHOP)) {
        if (name !== 'standin') write(folder, `${name}.json`, { standin: 1, [name]: value });
      }
      write(folder, 'notes.txt', 'not a fixture');
      await withServer({ args: ['--seed', folder] }, async (server) => {
        assert.equal((await get(server, '/demo/me/active-cart', 'eve')).lineItems.length, 1);
      });
    });
  });

  test('is named by the environment, and there may be several', async () => {
    await withDirectory(async (directory) => {
      const { customers, ...rest } = SHOP;
      const files = [write(directory, 'a.json', rest), write(directory, 'b.json', { customers })];

      await withServer({ env: { STANDIN_SEED: files.join(',') } }, async (server) => {
        assert.match(server.readyLine, / customers=1 products=1 /);
      });
      await withServer({ args: ['--seed', files[0], '--seed', files[1]] }, async (server) => {
        assert.match(server.readyLine, / customers=1 products=1 /);
      });
    });
  });

  test('may be none', async () => {
    await withServer({ args: ['--seed', 'none'] }, async (server) => {
      assert.match(server.readyLine, / customers=0 products=0 /);
      const token = await clientToken(server, { client: ['any', 'any'], scope: 'manage_project:demo' });

      assert.equal((await get(server, '/demo/customers', token)).total, 0);
      assert.equal((await get(server, '/demo', token)).key, 'demo');
    });
  });

  test('gives every new project a copy of its own', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);

      await withServer({ args: ['--seed', file] }, async (server) => {
        const token = (project) => passwordToken(server, 'eve@example.org', 'a plain password', { project });
        const [one, two] = [await get(server, '/w1/me', await token('w1')),
          await get(server, '/w2/me', await token('w2'))];

        assert.notEqual(one.id, two.id);
        const update = { version: 1, actions: [{ action: 'setFirstName', firstName: 'Eve' }] };

        assert.equal((await request(server, 'POST', '/w1/me', { token: 'eve', json: update })).status, 200);
        assert.equal((await get(server, '/w1/me', 'eve')).firstName, 'Eve');
        assert.equal((await get(server, '/w2/me', 'eve')).firstName, undefined);
      });
    });
  });

  test('that names a project is for that project, which is there from the start', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', { ...SHOP, project: { key: 'shop' } });

      await withServer({ args: ['--seed', file, '--no-auto-projects'] }, async (server) => {
        assert.match(server.readyLine, / project=demo customers=0 /);
        assert.equal((await get(server, '/shop/me', 'eve')).email, 'eve@example.org');
        expectInvalidToken(await request(server, 'GET', '/demo/me', { token: 'eve' }));
      });
    });
  });

  test('leaves a project alone that is there already', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);
      const options = { directory, inMemory: false, args: ['--seed', file] };

      await withServer(options, async (server) => {
        const json = { version: 1, actions: [{ action: 'setFirstName', firstName: 'Eve' }] };

        assert.equal((await request(server, 'POST', '/demo/me', { token: 'eve', json })).status, 200);
      });
      await withServer(options, async (server) => {
        assert.equal((await get(server, '/demo/me', 'eve')).firstName, 'Eve');
      });
      write(directory, 'shop.json', '{}');
      await withServer(options, (server) => assert.match(server.readyLine, / customers=1 products=1 /));
      write(directory, 'shop.json', '{ "oops": [] }');
      await assert.rejects(startServer(options), /code 3.*\/oops: Unknown member/s);
    });
  });

  test('gives the same ids in every database', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);
      const look = () => withServer({ args: ['--seed', file] }, async (server) => {
        const { results } = await get(server, '/demo/product-projections', 'eve');

        return [results[0].id, (await get(server, '/demo/me', 'eve')).id,
          (await get(server, '/demo/me/active-cart', 'eve')).id];
      });

      assert.deepEqual(await look(), await look());
    });
  });

  test('has passwords that work and are not in the database', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);

      await withServer({ directory, inMemory: false, args: ['--seed', file] }, async (server) => {
        await passwordToken(server, 'eve@example.org', 'a plain password', { client: ['any', 'any'] });
      });
      const bytes = bytesOf(directory);

      assert.ok(bytes.includes('eve@example.org'), 'the database is looked at');
      assert.ok(!bytes.includes('a plain password'));
    });
  });

  test('may be dated by when it is loaded', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);

      await withServer({ args: ['--seed', file] }, async (server) => {
        const token = await clientToken(server, { client: ['any', 'any'], scope: 'manage_project:demo' });
        const [{ validFrom, validUntil }] = (await get(server, '/demo/discount-codes', token)).results;

        assert.ok(Math.abs(Date.parse(validFrom) - (Date.now() - A_DAY_MS)) < 60_000, validFrom);
        assert.ok(Math.abs(Date.parse(validUntil) - (Date.now() + 30 * A_DAY_MS)) < 60_000, validUntil);
      });
    });
  });

  test('has discount codes that take something off', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);

      await withServer({ args: ['--seed', file] }, async (server) => {
        const { id, version } = await get(server, '/demo/me/active-cart', 'eve');
        const json = { version, actions: [{ action: 'addDiscountCode', code: 'SAVE10' }] };
        const answer = await request(server, 'POST', `/demo/me/carts/${id}`, { token: 'eve', json });

        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.json.totalPrice.centAmount, 3582);
      });
    });
  });

  test('pins tokens of visitors too', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);

      await withServer({ args: ['--seed', file] }, async (server) => {
        const answer = await request(server, 'POST', '/demo/me/carts', { token: 'guest', json: { currency: 'EUR' } });

        assert.equal(answer.status, 201, answer.text);
        assert.equal(answer.json.anonymousId, 'guest-1');
      });
    });
  });
});

describe('stock in a seed', () => {
  const CHANNEL = { id: '11111111-2222-4333-8444-555555555555', key: 'north' };
  const inventoryEntries = [
    { sku: 'M-1', quantityOnStock: 7, key: 'm-1' },
    { sku: 'M-1', quantityOnStock: 0, supplyChannel: 'north', restockableInDays: 2 },
  ];

  /* What the seed makes of inventory, by SKU and quantity, and what its first product shows. */
  async function load(seed) {
    return withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', seed);

      return withServer({ args: ['--seed', file] }, async (server) => {
        const token = await clientToken(server, { client: ['any', 'any'], scope: 'manage_project:demo' });
        const { results } = await get(server, '/demo/inventory?sort=quantityOnStock%20desc', token);
        const [product] = (await get(server, '/demo/product-projections', token)).results;

        return { entries: results, availability: product.masterVariant.availability };
      });
    });
  }

  test('is said by entries', async () => {
    const { entries, availability } = await load({ ...SHOP, channels: [CHANNEL], inventoryEntries });

    assert.deepEqual(entries.map(({ sku, quantityOnStock }) => [sku, quantityOnStock]), [['M-1', 7], ['M-1', 0]]);
    assert.equal(availability.availableQuantity, 7);
    assert.deepEqual(availability.channels[CHANNEL.id],
      { isOnStock: false, restockableInDays: 2, availableQuantity: 0, id: entries[1].id, version: 1 });
  });

  test('is said by the variants of a product, unless an entry says otherwise', async () => {
    const availability = { availableQuantity: 3, channels: { north: { isOnStock: true, availableQuantity: 4 } } };
    const masterVariant = { ...SHOP.products[0].masterVariant, availability };
    const seed = { ...SHOP, channels: [CHANNEL], products: [{ ...SHOP.products[0], masterVariant }] };
    const quantities = ({ entries }) => entries.map(({ quantityOnStock }) => quantityOnStock);

    assert.deepEqual(quantities(await load(seed)), [4, 3]);
    assert.deepEqual(quantities(await load({ ...seed, inventoryEntries: [inventoryEntries[0]] })), [7, 4]);
  });

  test('is said by products as the API shows them, and keeps its ids', async () => {
    const entry = (id, more) => ({ isOnStock: true, availableQuantity: 5, id, version: 9, ...more });
    const ids = ['21111111-2222-4333-8444-555555555555', '31111111-2222-4333-8444-555555555555'];
    const current = {
      name: { en: 'Monstera' },
      slug: { en: 'monstera' },
      masterVariant: { id: 1, sku: 'M-1', prices: [],
        availability: entry(ids[0], { channels: { [CHANNEL.id]: entry(ids[1], { availableQuantity: 2 }) } }) },
      variants: [{ id: 2, sku: 'M-2', prices: [] }],
    };
    const product = { id: '41111111-2222-4333-8444-555555555555', version: 3, createdAt: '2024-01-01T00:00:00.000Z',
      key: 'monstera', masterData: { published: true, current, staged: current } };
    const { entries, availability } = await load({ channels: [CHANNEL], products: [product] });

    assert.deepEqual(entries.map(({ id }) => id), ids);
    assert.deepEqual(availability, entry(ids[0],
      { version: 1, channels: { [CHANNEL.id]: entry(ids[1], { version: 1, availableQuantity: 2 }) } }));
  });
});

describe('orders and payments', () => {
  const payments = [{ key: 'card', customer: 'eve@example.org',
    amountPlanned: { currencyCode: 'EUR', centAmount: 3980 } }];
  const orders = [
    { orderNumber: 'A-1', customer: 'eve@example.org', currency: 'EUR', country: 'DE',
      createdAt: '2023-05-06T07:08:09.000Z', lineItems: [{ sku: 'M-1', quantity: 2 }],
      shippingAddress: { country: 'DE' }, orderState: 'Complete', paymentState: 'Paid',
      shipmentState: 'Shipped', paymentInfo: { payments: ['card'] } },
    { orderNumber: 'A-2', customer: 'eve@example.org', currency: 'EUR', createdAt: '-P1D',
      lineItems: [{ sku: 'M-1' }] },
  ];
  const load = (seed, use) => withDirectory(async (directory) => {
    const file = write(directory, 'shop.json', seed);

    await withServer({ args: ['--seed', file] }, use);
  });

  test('are what a customer has bought in the past', async () => {
    await load({ ...SHOP, payments, orders }, async (server) => {
      const { results } = await get(server, '/demo/me/orders?sort=createdAt+asc', 'eve');
      const [{ id, ...first }, second] = results;

      assert.deepEqual(results.map(({ orderNumber }) => orderNumber), ['A-1', 'A-2']);
      assert.equal(first.createdAt, '2023-05-06T07:08:09.000Z');
      assert.equal(first.version, 1);
      assert.equal(first.totalPrice.centAmount, 3980);
      assert.deepEqual([first.orderState, first.paymentState, first.shipmentState], ['Complete', 'Paid', 'Shipped']);
      assert.equal(first.cart, undefined);
      assert.equal(second.orderState, 'Open');
      assert.ok(Date.parse(second.createdAt) < Date.now() - 80_000_000, second.createdAt);
      const token = await clientToken(server, { client: ['any', 'any'], scope: 'manage_project:demo' });
      const payment = await get(server, '/demo/payments/key=card', token);

      assert.equal(first.paymentInfo.payments[0].id, payment.id);
      assert.equal((await get(server, '/demo/carts', token)).total, 1, 'no cart is made for an order');
      const update = { version: 1, actions: [{ action: 'changeOrderState', orderState: 'Cancelled' }] };

      assert.equal((await request(server, 'POST', `/demo/orders/${id}`, { token, json: update })).status, 200);
    });
  });

  test('that the API showed are kept as they were', async () => {
    let shown;

    await load({ ...SHOP, payments, orders }, async (server) => {
      const token = await clientToken(server, { client: ['any', 'any'], scope: 'manage_project:demo' });

      shown = (await get(server, '/demo/orders/order-number=A-1', token));
      shown.payment = (await get(server, '/demo/payments/key=card', token));
    });
    const { payment, ...order } = shown;

    order.lineItems[0].name = { en: 'As it was called then' };
    await load({ customers: SHOP.customers, clients: SHOP.clients, payments: [payment], orders: [order] },
      async (server) => {
        const [found] = (await get(server, '/demo/me/orders', 'eve')).results;

        assert.equal(found.id, order.id);
        assert.equal(found.createdAt, order.createdAt);
        assert.equal(found.orderNumber, 'A-1');
        assert.deepEqual(found.lineItems, order.lineItems);
        assert.deepEqual(found.totalPrice, order.totalPrice);
        assert.equal((await get(server, `/demo/me/orders/${order.id}`, 'eve')).orderState, 'Complete');
      });
  });
});

describe('a mistake', () => {
  const CUSTOMER = { email: 'a@example.org', password: 'pw' };
  const ID = '21111111-2222-4333-8444-555555555555';
  const ORDER = (orderNumber) => ({ orderNumber, currency: 'EUR', customer: CUSTOMER.email,
    customLineItems: [{ name: { en: 'Wrapping' }, slug: `wrapping-${orderNumber}`, quantity: 1, taxCategory: 'standard',
      money: { currencyCode: 'EUR', centAmount: 100 } }] });
  const product = (sku) => ({ ...SHOP.products[0], taxCategory: undefined, key: sku, slug: { en: sku },
    masterVariant: { sku } });
  const MISTAKES = [
    ['JSON that is none', '{ "stores": [', 'shop.json: line 1'],
    ['a document that is no object', [], 'shop.json: expected an object'],
    ['a section that only the API has', { quotes: [] },
      '/quotes: quotes cannot be loaded; sections are clients, types, '],
    ['a section that nobody has', { zebras: [] }, '/zebras: Unknown member; sections are clients, types, '],
    ['a byte order mark', `\uFEFF${JSON.stringify({ stores: [] })}`, 'shop.json: it begins with a byte order mark'],
    ['the same id twice', { stores: [{ key: 'paris' }, { key: 'paris' }] },
      '/stores/1/key: expected a key that is not taken, found "paris"'],
    ['an id of its own twice',
      { stores: [{ key: 'paris', id: ID }, { key: 'rome', id: ID }] },
      `/stores/1/id: expected an id that is not taken, found "${ID}"`],
    ['an order without a line', { orders: [{ currency: 'EUR', customer: CUSTOMER.email }], customers: [CUSTOMER] },
      '/orders/0/lineItems: expected at least one line'],
    ['an order number twice',
      { orders: [ORDER('1'), ORDER('1')], customers: [CUSTOMER], taxCategories: SHOP.taxCategories },
      '/orders/1/orderNumber: expected an orderNumber that is not taken, found "1"'],
    ['an unknown state of an order', { orders: [{ ...ORDER('1'), orderState: 'Opne' }], customers: [CUSTOMER] },
      '/orders/0/orderState: Invalid enum value'],
    ['an order of a payment that is not there',
      { orders: [{ ...ORDER('1'), paymentInfo: { payments: ['nowhere'] } }], customers: [CUSTOMER] },
      '/orders/0/paymentInfo/payments/0: expected the key or id of a payment that exists, found "nowhere"'],
    ['an unknown member of an order', { orders: [{ ...ORDER('1'), ordrNumber: '2' }], customers: [CUSTOMER] },
      '/orders/0/ordrNumber: Unknown member'],
    ['a member that only the API has', { products: [{ ...product('M-2'), state: {} }] },
      '/products/0/state: the API has this member, fixtures do not'],
    ['a deep member that only the API has',
      { products: [{ ...product('M-2'), masterVariant: { recurrencePrices: [] } }] },
      '/products/0/masterVariant/recurrencePrices: the API has this member, fixtures do not'],
    ['a setting that only the API has', { project: { externalOAuth: {} } },
      '/project/externalOAuth: the API has this member, fixtures do not'],
    ['an unknown section', { store: [] }, '/store: Unknown member; did you mean stores?'],
    ['an unknown member', { customers: [{ ...CUSTOMER, adresses: [] }] },
      '/customers/0/adresses: Unknown member; did you mean addresses?'],
    ['a deep unknown member',
      { products: [{ ...product('M-2'),
        masterVariant: { prices: [{ value: { currencyCode: 'EUR', centAmount: 1, cents: 2 } }] } }] },
      '/products/0/masterVariant/prices/0/value/cents: Unknown member'],
    ['a missing member', { customers: [{ password: 'pw' }] }, '/customers/0/email: expected a value, found nothing'],
    ['another type', { customers: [{ ...CUSTOMER, firstName: 7 }] },
      '/customers/0/firstName: expected a text, found 7'],
    ['a reference to nothing', { customers: [{ ...CUSTOMER, stores: ['rome'] }] },
      '/customers/0/stores/0: expected the key or id of a store that exists, found "rome"'],
    ['a customer that is not there', { carts: [{ customer: 'nobody@example.org', currency: 'EUR' }] },
      '/carts/0/customer: expected the key or id of a customer'],
    ['the same key twice', { categories: [SHOP.categories[0], { ...SHOP.categories[0], slug: { en: 'other' } }] },
      '/categories/1/key: expected a key that is not taken, found "plants"'],
    ['the same e-mail twice', { customers: [CUSTOMER, CUSTOMER] }, '/customers/1/email: ', 'already'],
    ['the same SKU twice',
      { categories: SHOP.categories, products: [product('M-2'), { ...product('M-3'), masterVariant: { sku: 'M-2' } }] },
      '/products/1/masterVariant/sku: '],
    ['the same token twice',
      { anonymousSessions: [{ anonymousId: 'one', bearer: 'x' }, { anonymousId: 'two', bearer: 'x' }] },
      '/anonymousSessions/1/bearer: ', 'found a secret'],
    ['stock at a channel that is not there',
      { products: [{ ...product('M-2'), categories: [],
        masterVariant: { sku: 'M-2', availability: { channels: { rome: { availableQuantity: 1 } } } } }] },
      '/products/0/masterVariant/availability/channels/rome: expected the key or id of a channel that exists'],
    ['stock of a variant without a SKU',
      { products: [{ ...product('M-2'), categories: [], masterVariant: { availability: { availableQuantity: 1 } } }] },
      '/products/0/masterVariant/availability: expected a variant with a SKU'],
    ['stock without a quantity',
      { products: [{ ...product('M-2'), categories: [],
        masterVariant: { sku: 'M-2', availability: { isOnStock: true } } }] },
      '/products/0/masterVariant/availability/availableQuantity: expected a value, found nothing'],
    ['two entries at one place',
      { inventoryEntries: [{ sku: 'M-1', quantityOnStock: 1 }, { sku: 'M-1', quantityOnStock: 2 }] },
      '/inventoryEntries/1/sku: expected a sku that is not taken, found "M-1"'],
    ['a part of more than all',
      { discountCodes: [{ code: 'X', cartDiscount: { relativePermyriad: 10001 } }] }, '/discountCodes/0', '10001'],
    ['a part of less than nothing',
      { discountCodes: [{ code: 'X', cartDiscount: { relativePermyriad: -1 } }] }, '/discountCodes/0', '-1'],
    ['a project of the server\'s own', { project: { key: '_assets' } }, '/project/key: ', '_assets'],
  ];

  for (const [name, content, ...texts] of MISTAKES) {
    test(`${name} stops the start and is found by validate`, async () => {
      await withDirectory(async (directory) => {
        const file = write(directory, 'shop.json', content);
        const started = await runBinary(['serve', '--in-memory', '--port', '0', '--seed', file]);
        const validated = await runBinary(['validate', file]);

        assert.equal(started.code, 3, started.stderr);
        assert.equal(started.stdout, '');
        assert.equal(validated.code, 3, validated.stdout);
        for (const text of texts) {
          assert.ok(started.stderr.includes(text), started.stderr);
          assert.ok(validated.stdout.includes(text), validated.stdout);
        }
        assert.ok(validated.stdout.startsWith(file), validated.stdout);
      });
    });
  }

  test('does not keep others from being found', async () => {
    await withDirectory(async (directory) => {
      write(directory, 'a.json', { stores: [{ key: 'paris', nam: {} }, { key: 'rome' }, { key: '?' }] });
      write(directory, 'b.json',
        { customers: [{ ...CUSTOMER, stores: ['paris'] }, { ...CUSTOMER, stores: ['oslo'] }] });
      const { code, stdout } = await runBinary(['validate', directory]);
      const places = stdout.trim().split('\n').map((line) => line.slice(directory.length + 1).split(': ').slice(0, 2));

      assert.equal(code, 3);
      assert.deepEqual(places,
        [['a.json', '/stores/0/nam'], ['a.json', '/stores/2/key'], ['b.json', '/customers/1/stores/0']]);
    });
  });

  test('of a reference is told at once with all others, wherever it stands', async () => {
    const lineItems = [{ sku: 'M-2' }, { sku: 'none' }, { sku: 'M-2', supplyChannel: 'c-3' }];
    const value = { currencyCode: 'EUR', centAmount: 1 };
    const seed = {
      stores: [{ key: 'paris', supplyChannels: ['c-1', 'c-2'] }],
      customers: [{ ...CUSTOMER, customerGroup: 'vip', stores: ['oslo', 'paris'] }],
      products: [{ ...product('M-2'), categories: ['plants', 'green'], taxCategory: { key: 'tax' },
        masterVariant: { sku: 'M-2', prices: [{ value, channel: 'c-4' }] } }],
      carts: [{ customer: 'nobody@example.org', currency: 'EUR', store: 'rome', lineItems }],
      shoppingLists: [{ name: { en: 'Wishes' }, customer: CUSTOMER.email, lineItems: lineItems.slice(0, 2) }],
    };

    await withDirectory(async (directory) => {
      const { code, stdout } = await runBinary(['validate', write(directory, 'shop.json', seed)]);
      const places = stdout.trim().split('\n').map((line) => line.split(': ')[1]);

      assert.equal(code, 3);
      assert.deepEqual(places.sort(), [
        '/carts/0/customer', '/carts/0/lineItems/1/sku', '/carts/0/lineItems/2/supplyChannel', '/carts/0/store',
        '/customers/0/customerGroup', '/customers/0/stores/0',
        '/products/0/categories/0', '/products/0/categories/1', '/products/0/masterVariant/prices/0/channel',
        '/products/0/taxCategory/key',
        '/shoppingLists/0/lineItems/1/sku',
        '/stores/0/supplyChannels/0', '/stores/0/supplyChannels/1',
      ]);
    });
  });

  test('leaves nothing behind', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', { stores: [{ key: 'paris' }, { key: '?' }] });
      const args = ['serve', '--port', '0', '--db', join(directory, 'standin.db'), '--seed'];

      assert.equal((await runBinary([...args, file])).code, 3);
      await withServer({ directory, inMemory: false, args: ['--seed', 'none'] }, async (server) => {
        const token = await clientToken(server, { client: ['any', 'any'], scope: 'manage_project:demo' });

        assert.equal((await get(server, '/demo/stores', token)).total, 0);
      });
    });
  });

  test('of a name is told: a file that is not there, a folder without fixtures', async () => {
    await withDirectory(async (directory) => {
      for (const path of [join(directory, 'none.json'), directory]) {
        for (const args of [['validate', path], ['serve', '--in-memory', '--seed', path]]) {
          const { code, stderr } = await runBinary(args);

          assert.equal(code, 3);
          assert.ok(stderr.includes(path), stderr);
        }
      }
      assert.equal((await runBinary(['validate'])).code, 2);
    });
  });
});

describe('validate', () => {
  test('says nothing against the built-in shop, and keeps nothing', async () => {
    await withDirectory(async (directory) => {
      const { code, stdout } = await runBinary(['validate', 'demo'], { directory });

      assert.equal(code, 0);
      assert.equal(stdout, 'no mistake in 2 documents\n');
      assert.deepEqual(readdirSync(directory), []);
    });
  });

  test('has nothing against the example in the description of the format', async () => {
    await withDirectory(async (directory) => {
      const [, example] = /^```json\n([^]*?)^```/m.exec(readFileSync(FORMAT, 'utf8'));
      const { code, stdout } = await runBinary(['validate', write(directory, 'example.json', example)]);

      assert.equal(code, 0, stdout);
    });
  });

  test('takes what the API shows of a resource', async () => {
    const exported = await withServer({}, async (server) => {
      const token = await clientToken(server);
      const all = async (path) => (await get(server, `/demo/${path}?limit=500`, token)).results;

      return {
        stores: await all('stores'),
        channels: await all('channels'),
        types: await all('types'),
        customerGroups: await all('customer-groups'),
        taxCategories: await all('tax-categories'),
        zones: await all('zones'),
        productTypes: await all('product-types'),
        categories: await all('categories'),
        customers: await all('customers'),
        productDiscounts: await all('product-discounts'),
        products: await all('products'),
        shippingMethods: await all('shipping-methods'),
        cartDiscounts: await all('cart-discounts'),
        discountCodes: await all('discount-codes'),
        carts: await all('carts'),
        shoppingLists: await all('shopping-lists'),
      };
    });

    await withDirectory(async (directory) => {
      const file = write(directory, 'export.json', exported);
      const { code, stdout } = await runBinary(['validate', file]);

      assert.equal(code, 0, stdout);
      await withServer({ args: ['--seed', file] }, async (server) => {
        const token = await clientToken(server, { client: ['any', 'any'], scope: 'manage_project:demo' });
        const { results } = await get(server, '/demo/products?limit=500', token);

        assert.deepEqual(results.map(({ id }) => id).sort(), exported.products.map(({ id }) => id).sort());
        const [cart] = (await get(server, '/demo/carts', token)).results;

        assert.equal(cart.totalPrice.centAmount, exported.carts[0].totalPrice.centAmount);
      });
    });
  });

  test('takes a cart with a code and a gift for what it was', async () => {
    const product = { typeId: 'product', id: '3f1c2a5e-7b1d-4c52-9a55-0c9d1c0f2b11' };
    const discount = { typeId: 'cart-discount', id: '6d1c2a5e-7b1d-4c52-9a55-0c9d1c0f2b12' };
    const code = { typeId: 'discount-code', id: '9a1c2a5e-7b1d-4c52-9a55-0c9d1c0f2b13' };
    const shop = {
      ...SHOP,
      products: [{ ...SHOP.products[0], id: product.id }],
      cartDiscounts: [{
        id: discount.id,
        key: 'gift',
        name: { en: 'gift' },
        value: { type: 'giftLineItem', product, variantId: 1 },
        cartPredicate: '1=1',
        sortOrder: '0.5',
        requiresDiscountCode: true,
      }],
      discountCodes: [{ id: code.id, key: 'gift', code: 'GIFT', cartDiscounts: [discount] }],
      carts: [],
    };
    const cartsOf = async (server, token) => (await get(server, '/demo/carts', token)).results;

    await withDirectory(async (directory) => {
      const whole = write(directory, 'shop.json', shop);
      const admin = { client: ['any', 'any'], scope: 'manage_project:demo' };
      const carts = await withServer({ args: ['--seed', whole] }, async (server) => {
        const token = await clientToken(server, admin);
        const json = { currency: 'EUR', lineItems: [{ sku: 'M-1' }], discountCodes: ['GIFT'] };

        assert.equal((await request(server, 'POST', '/demo/carts', { token, json })).status, 201);
        return cartsOf(server, token);
      });

      assert.equal(carts[0].lineItems.length, 2);
      await withServer({ args: ['--seed', write(directory, 'again.json', { ...shop, carts })] }, async (server) => {
        const [cart] = await cartsOf(server, await clientToken(server, admin));

        assert.deepEqual(cart.discountCodes, carts[0].discountCodes);
        assert.deepEqual(cart.lineItems.map(({ lineItemMode }) => lineItemMode), ['Standard', 'GiftLineItem']);
        assert.deepEqual(cart.totalPrice, carts[0].totalPrice);
      });
    });
  });
});

describe('a bearer of a client', () => {
  const clients = [{ clientId: 'sync', clientSecret: 'sync-secret', scopes: ['view_customers', 'manage_api_clients'],
    bearer: 'sync-token' }];

  test('may do what the scopes of the client say, and nothing else', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', { ...SHOP, clients });

      await withServer({ args: ['--seed', file] }, async (server) => {
        assert.equal((await get(server, '/demo/customers', 'sync-token')).total, 1);
        assert.equal((await request(server, 'GET', '/demo/me', { token: 'sync-token' })).status, 403);
        assert.equal((await request(server, 'GET', '/demo/carts', { token: 'sync-token' })).status, 403);
        assert.equal((await request(server, 'GET', '/demo/customers', { token: 'eve' })).status, 403);
      });
    });
  });

  test('ends with the client', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', { ...SHOP, clients });

      await withServer({ args: ['--seed', file] }, async (server) => {
        const gone = await request(server, 'DELETE', '/demo/api-clients/sync', { token: 'sync-token' });

        assert.equal(gone.status, 200, gone.text);
        expectInvalidToken(await request(server, 'GET', '/demo/customers', { token: 'sync-token' }));
      });
    });
  });

  test('is not had by two', async () => {
    await withDirectory(async (directory) => {
      const two = [...clients, { clientId: 'other', clientSecret: 's', scopes: ['view_stores'], bearer: 'sync-token' }];
      const run = await runBinary(['validate', write(directory, 'shop.json', { ...SHOP, clients: two })]);

      assert.equal(run.code, 3);
      assert.match(run.stdout, /\/clients\/1\/bearer: /);
    });
  });
});

describe('languages, currencies and countries', () => {
  const FITTED = ['--languages', 'en-GB,fr', '--currencies', 'GBP,JPY', '--countries', 'GB'];

  test('are those of the project', async () => {
    await withServer({ args: FITTED }, async (server) => {
      const token = await clientToken(server, { scope: 'manage_project:demo' });
      const { languages, currencies, countries } = await get(server, '/demo', token);

      assert.deepEqual({ languages, currencies, countries },
        { languages: ['en-GB', 'fr'], currencies: ['GBP', 'JPY'], countries: ['GB'] });
    });
  });

  test('have names, prices, taxes and shipping as the first ones of the seed have', async () => {
    await withServer({ args: FITTED }, async (server) => {
      const token = await anonymousToken(server);
      const product = await get(server, '/demo/product-projections/key=mug?priceCurrency=JPY', token);
      const json = { currency: 'GBP', country: 'GB', shippingAddress: { country: 'GB' },
        lineItems: [{ sku: 'MUG-BLUE', quantity: 2 }] };
      const cart = await request(server, 'POST', '/demo/me/carts', { token, json });

      assert.deepEqual(product.name, { 'en-GB': 'Stoneware mug', fr: 'Stoneware mug' });
      assert.equal(product.masterVariant.price.value.centAmount, 13, '12.90 is 13 where there are no cents');
      assert.equal(cart.status, 201, cart.text);
      assert.equal(cart.json.totalPrice.centAmount, 2580);
      assert.equal(cart.json.taxedPrice.totalTax.centAmount, 412);
      const methods = await get(server, `/demo/shipping-methods/matching-cart?cartId=${cart.json.id}`, token);

      assert.deepEqual(methods.results.map(({ key }) => key), ['standard', 'express']);
    });
  });

  test('fit one\'s own seed too, and every project that is made from it', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);

      await withServer({ args: ['--seed', file, '--languages', 'ru'] }, async (server) => {
        const token = await anonymousToken(server, { project: 'other', client: ['any', 'any'] });

        assert.deepEqual((await get(server, '/other/product-projections', token)).results[0].name, { ru: 'Monstera' });
      });
    });
  });

  test('are refused at the start if there are none of that name', async () => {
    for (const [flag, value] of [['--languages', 'English'], ['--currencies', 'EURO'], ['--countries', 'Germany']]) {
      const run = await runBinary(['serve', flag, value]);

      assert.equal(run.code, 2, flag);
      assert.match(run.stderr, new RegExp(`${flag}: expected .*, got '${value}'`));
    }
  });
});

describe('the built-in shop', () => {
  test('can be browsed, and its pictures can be looked at', async () => {
    await withServer({}, async (server) => {
      const token = await anonymousToken(server);
      const categories = (await get(server, '/demo/categories?limit=500', await clientToken(server))).results;
      const { results } = await get(server, '/demo/product-projections?limit=500', token);

      assert.equal(categories.length, 6);
      assert.ok(categories.some(({ parent }) => parent) && categories.some(({ parent }) => !parent));
      assert.equal(results.length, 20);
      for (const { key, categories: of, masterVariant, variants, name } of results) {
        assert.ok(of.length > 0 && name.en && name.de, key);
        for (const { prices, images } of [masterVariant, ...variants]) {
          assert.ok(prices.some(({ value, country }) => value.currencyCode === 'EUR' && !country), key);
          assert.ok(images.length > 0, key);
          for (const { url } of images) {
            assert.ok(url.startsWith(`${server.url}/_assets/`), url);
            const answer = await request(server, 'GET', new URL(url).pathname, { raw: true });

            assert.equal(answer.status, 200, url);
            assert.equal(answer.headers['content-type'], 'image/svg+xml');
            assert.equal(answer.headers['cache-control'], 'public, max-age=3600');
            assert.equal(answer.headers['access-control-allow-origin'], '*');
            assert.match(answer.text, /^<svg [^]*<\/svg>\s*$/);
          }
        }
      }
    });
  });

  test('has a picture for HEAD too, and none that is not there', async () => {
    await withServer({}, async (server) => {
      const head = await request(server, 'HEAD', '/_assets/mug.svg');

      assert.equal(head.status, 200);
      assert.equal(head.text, '');
      assert.ok(Number(head.headers['content-length']) > 0);
      assert.equal((await request(server, 'GET', '/_assets/nothing.svg')).status, 404);
      assert.equal((await request(server, 'POST', '/_assets/mug.svg')).status, 405);
    });
  });

  test('has what storefronts ask for: en-US, things to filter by, a discount, something out of stock', async () => {
    await withServer({}, async (server) => {
      const token = await anonymousToken(server);
      const search = (query) => get(server, `/demo/product-projections/search?${new URLSearchParams(query)}`, token);
      const of = async (filter) => (await search({ filter, limit: '100' })).results.map(({ key }) => key);

      assert.deepEqual((await of('variants.attributes.size.key:"S"')).sort(),
        ['garden-gloves', 'lantern', 'storage-jar']);
      assert.deepEqual(await of('variants.attributes.brand:"Holzwerk"'), ['cutting-board']);
      assert.ok((await of('variants.attributes.handmade:true')).includes('mug'));
      assert.deepEqual(await of('variants.attributes.weight:range (4000 to *)'), ['floor-lamp']);
      assert.deepEqual(await of('variants.availability.isOnStock:false'), ['floor-lamp']);
      assert.equal((await search({ 'text.en-US': 'teapot' })).results[0].name['en-US'], 'Enamel teapot');
      const lantern = await get(server, '/demo/product-projections/key=lantern?priceCurrency=EUR', token);

      assert.equal(lantern.masterVariant.price.discounted.value.centAmount, 2116, '15 % off 24.90');
      const mug = await get(server, '/demo/product-projections/key=mug', token);

      assert.deepEqual([mug.masterVariant.prices[0].value.currencyCode, mug.masterVariant.prices[0].country],
        ['USD', 'US']);
    });
  });

  test('can be bought from', async () => {
    await withServer({}, async (server) => {
      const token = await passwordToken(server, 'alice@example.com', 'Alice@1234');
      const cart = await get(server, '/demo/me/active-cart', token);
      const actions = [
        { action: 'addDiscountCode', code: 'SAVE10' },
        { action: 'addDiscountCode', code: 'FIVEOFF' },
        { action: 'addLineItem', sku: 'TOWEL', quantity: 5 },
        { action: 'addLineItem', sku: 'BLANKET' },
        { action: 'setShippingAddress', address: { country: 'DE' } },
      ];
      const answer = await request(server, 'POST', `/demo/me/carts/${cart.id}`,
        { token, json: { version: cart.version, actions } });

      assert.equal(answer.status, 200, answer.text);
      const { discountCodes, discountOnTotalPrice, lineItems, taxedPrice } = answer.json;
      const price = (sku) => lineItems.find(({ variant }) => variant.sku === sku).price;

      assert.deepEqual(discountCodes.map(({ state }) => state), ['MatchesCart', 'MatchesCart']);
      assert.equal(discountOnTotalPrice.discountedAmount.centAmount, 500);
      assert.equal(price('MUG-BLUE').value.centAmount, 1090, 'the price of her group');
      assert.equal(price('TOWEL').value.centAmount, 1490 - 200, 'the price for five');
      assert.equal(price('BLANKET').discounted.value.centAmount, 6990);
      assert.deepEqual([...new Set(lineItems.map(({ taxRate }) => taxRate.amount))].sort(), [0.07, 0.19]);
      assert.ok(taxedPrice);
      const { results } = await get(server, `/demo/shipping-methods/matching-cart?cartId=${cart.id}`, token);

      assert.deepEqual(results.map(({ key }) => key), ['standard', 'express']);
    });
  });

  test('shows its pictures under the public address, and under the new one when that changes', async () => {
    await withDirectory(async (directory) => {
      const urls = async (server) => {
        const { results } = await get(server, '/demo/product-projections?limit=500', 'alice');
        const { lineItems } = await get(server, '/demo/me/active-cart', 'alice');
        const variants = [...results.map(({ masterVariant }) => masterVariant), lineItems[0].variant];
        const images = variants.map((one) => one.images[0].url);

        return [...new Set(images.map((url) => url.slice(0, url.lastIndexOf('/'))))];
      };
      const options = (...args) => ({ directory, inMemory: false, args });

      await withServer(options('--public-url', 'https://shop.example/api'), async (server) => {
        assert.deepEqual(await urls(server), ['https://shop.example/api/_assets']);
      });
      await withServer(options(), async (server) => assert.deepEqual(await urls(server), [`${server.url}/_assets`]));
      await withServer(options(), async (server) => assert.deepEqual(await urls(server), [`${server.url}/_assets`]));
    });
    for (const url of ['shop.example', 'http://shop.example/', 'http://shop example']) {
      assert.equal((await runBinary(['serve', '--public-url', url])).code, 2, url);
    }
  });
});
