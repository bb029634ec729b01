/* Every path of references that the API reference lists for the kinds that are here, in all answers that hold one of
 * them: those of a creation, a look, a list, an update and a deletion. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { anonymousToken, clientToken, passwordToken, request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const PROJECT = 'expansion';
const SEED = fileURLToPath(new URL('../support/seed', import.meta.url));
const EUR = (centAmount) => ({ currencyCode: 'EUR', centAmount });
const key = (typeId, name) => ({ typeId, key: name });
const text = (name) => ({ en: name });

const RESOURCE_TYPES = [
  'address', 'cart-discount', 'category', 'channel', 'custom-line-item', 'customer', 'customer-group', 'discount-code',
  'inventory-entry', 'line-item', 'order', 'payment', 'payment-interface-interaction', 'product-price',
  'shipping-method', 'shopping-list', 'shopping-list-text-line-item', 'standalone-price', 'store', 'transaction',
];
const CATEGORY = { name: 'reference', referenceTypeId: 'category' };

/* What the rest refers to, by the name under which its id is kept. */
const WORLD = [
  ['top', '/categories', () => ({ key: 'top', name: text('Top'), slug: text('top') })],
  ['sub', '/categories', () => ({ key: 'sub', name: text('Sub'), slug: text('sub'), parent: key('category', 'top') })],
  ['extra', '/types', () => ({
    key: 'extra', name: text('Extra'), resourceTypeIds: RESOURCE_TYPES,
    fieldDefinitions: [
      { name: 'one', label: text('one'), required: false, type: { ...CATEGORY, name: 'Reference' } },
      { name: 'many', label: text('many'), required: false,
        type: { name: 'Set', elementType: { ...CATEGORY, name: 'Reference' } } },
    ],
  })],
  ['channel', '/channels', () => ({ key: 'channel', roles: ['ProductDistribution', 'InventorySupply'] })],
  ['group', '/customer-groups', () => ({ key: 'group', groupName: 'Group' })],
  ['zone', '/zones', () => ({ key: 'zone', name: 'Zone', locations: [{ country: 'DE' }] })],
  ['tax', '/tax-categories', () => ({
    key: 'tax', name: 'Tax', rates: [{ name: 'Rate', amount: 0.19, includedInPrice: true, country: 'DE' }],
  })],
  ['method', '/shipping-methods', () => ({
    key: 'method', name: 'Method', taxCategory: key('tax-category', 'tax'), isDefault: true,
    zoneRates: [{ zone: key('zone', 'zone'), shippingRates: [{ price: EUR(100) }] }],
  })],
  ['reduction', '/product-discounts', () => ({
    key: 'reduction', name: text('Reduction'), value: { type: 'external' }, predicate: '1=1', sortOrder: '0.5',
    isActive: true,
  })],
  ['linked', '/product-types', () => ({
    key: 'linked', name: 'Linked', description: '-',
    attributes: [
      { name: 'one', label: text('one'), type: CATEGORY },
      { name: 'many', label: text('many'), type: { name: 'set', elementType: CATEGORY } },
    ],
  })],
  ['product', '/products', (ids) => productDraft(ids, 'thing')],
  ['customer', '/customers', () => ({
    key: 'customer', email: 'ann@example.org', password: 'ann-pw', customerGroup: key('customer-group', 'group'),
  })],
  ['discount', '/cart-discounts', () => ({
    key: 'discount', name: text('Discount'), value: { type: 'relative', permyriad: 1000 }, cartPredicate: '1=1',
    target: { type: 'lineItems', predicate: '1=1' }, sortOrder: '0.6', requiresDiscountCode: true,
  })],
  ['code', '/discount-codes', () => ({ code: 'CODE', cartDiscounts: [key('cart-discount', 'discount')] })],
  ['payment', '/payments', () => ({ amountPlanned: EUR(1), customer: key('customer', 'customer') })],
];

const custom = (ids) => ({
  type: key('type', 'extra'),
  fields: {
    one: { typeId: 'category', id: ids.sub },
    many: [{ typeId: 'category', id: ids.top }, { typeId: 'category', id: ids.sub }],
  },
});
const price = (ids) => ({
  value: EUR(1000), channel: key('channel', 'channel'), customerGroup: key('customer-group', 'group'),
  custom: custom(ids),
  discounted: { value: EUR(900), discount: { typeId: 'product-discount', id: ids.reduction } },
});

function productDraft(ids, name) {
  const variant = (sku) => ({
    sku, prices: [price(ids)],
    attributes: [{ name: 'one', value: { typeId: 'category', id: ids.sub } },
      { name: 'many', value: [{ typeId: 'category', id: ids.top }] }],
  });

  return {
    key: name, productType: key('product-type', 'linked'), taxCategory: key('tax-category', 'tax'), publish: true,
    name: text(name), slug: text(name), categories: [key('category', 'sub')],
    masterVariant: variant(`${name}-1`), variants: [variant(`${name}-2`)],
  };
}

const cartDraft = (ids) => ({
  currency: 'EUR', country: 'DE', customerId: ids.customer, shippingAddress: { country: 'DE' },
  shippingMethod: key('shipping-method', 'method'), discountCodes: ['CODE'], custom: custom(ids),
  lineItems: [{
    sku: 'thing-1', distributionChannel: key('channel', 'channel'), supplyChannel: key('channel', 'channel'),
    custom: custom(ids),
  }],
  customLineItems: [{
    name: text('Work'), slug: 'work', money: EUR(10), taxCategory: key('tax-category', 'tax'), custom: custom(ids),
  }],
});

const under = (prefix, paths) => paths.map((path) => `${prefix}.${path}`);
const CUSTOM = ['custom.type', 'custom.fields.one', 'custom.fields.one.parent', 'custom.fields.many[*]'];
const PRICE = ['channel', 'customerGroup', 'discounted.discount', ...CUSTOM];
const VARIANT = [...under('prices[*]', PRICE), 'attributes[0].value', 'attributes[1].value[*]'];
const DATA = ['categories[*]', 'categories[*].parent', ...under('masterVariant', VARIANT),
  ...under('variants[*]', VARIANT)];
const CART = [
  'customerGroup', 'shippingInfo.shippingMethod', 'shippingInfo.shippingMethod.zoneRates[*].zone',
  'shippingInfo.taxCategory', 'discountCodes[*].discountCode', 'discountCodes[*].discountCode.cartDiscounts[*]',
  'lineItems[*].productType', 'lineItems[*].distributionChannel', 'lineItems[*].supplyChannel',
  ...under('lineItems[*].price', PRICE), ...under('lineItems[*].variant', VARIANT),
  'lineItems[*].discountedPricePerQuantity[*].discountedPrice.includedDiscounts[*].discount',
  'customLineItems[*].taxCategory', ...CUSTOM, ...under('lineItems[*]', CUSTOM), ...under('customLineItems[*]', CUSTOM),
];

/* path, draft, an update that changes little, paths */
const KINDS = [
  ['/customer-groups', (ids) => ({ groupName: 'G', custom: custom(ids) }), { action: 'changeName', name: 'H' }, CUSTOM],
  ['/categories',
    (ids) => ({ name: text('C'), slug: text('cc'), parent: key('category', 'sub'), custom: custom(ids) }),
    { action: 'changeName', name: text('D') },
    ['parent', 'parent.parent', 'ancestors[*]', 'ancestors[1].parent', ...CUSTOM]],
  ['/channels', (ids) => ({ key: 'there', custom: custom(ids) }), { action: 'changeName', name: text('D') }, CUSTOM],
  ['/stores',
    (ids) => ({
      key: 'there', distributionChannels: [key('channel', 'channel')], supplyChannels: [key('channel', 'channel')],
      custom: custom(ids),
    }),
    { action: 'setName', name: text('D') }, ['distributionChannels[*]', 'supplyChannels[*]', ...CUSTOM]],
  ['/inventory',
    (ids) => ({ sku: 'none', quantityOnStock: 1, supplyChannel: key('channel', 'channel'), custom: custom(ids) }),
    { action: 'changeQuantity', quantity: 2 }, ['supplyChannel', ...CUSTOM]],
  ['/shipping-methods',
    (ids) => ({
      name: 'M', taxCategory: key('tax-category', 'tax'), isDefault: false, custom: custom(ids),
      zoneRates: [{ zone: key('zone', 'zone'), shippingRates: [] }],
    }),
    { action: 'changeName', name: 'N' }, ['taxCategory', 'zoneRates[*].zone', ...CUSTOM]],
  ['/product-types',
    (ids) => {
      const nested = { name: 'nested', typeReference: { typeId: 'product-type', id: ids.linked } };

      return {
        name: 'Outer', description: '-',
        attributes: [{ name: 'inner', label: text('inner'), type: nested },
          { name: 'inners', label: text('inners'), type: { name: 'set', elementType: nested } }],
      };
    },
    { action: 'changeName', name: 'N' },
    ['attributes[0].type.typeReference', 'attributes[1].type.elementType.typeReference']],
  ['/products', (ids) => ({ ...productDraft(ids, 'other'), publish: false }), { action: 'setKey', key: 'others' },
    ['productType', 'taxCategory', ...under('masterData.current', DATA), ...under('masterData.staged', DATA)]],
  ['/standalone-prices', (ids) => ({ sku: 'none', ...price(ids) }), { action: 'setKey', key: 'some' }, PRICE],
  ['/cart-discounts',
    (ids) => ({
      name: text('Gift'), cartPredicate: '1=1', sortOrder: '0.7', requiresDiscountCode: true, custom: custom(ids),
      value: {
        type: 'giftLineItem', product: key('product', 'thing'), variantId: 1,
        supplyChannel: key('channel', 'channel'), distributionChannel: key('channel', 'channel'),
      },
    }),
    { action: 'changeName', name: text('N') },
    ['value.product', 'value.product.productType', 'value.supplyChannel', 'value.distributionChannel', ...CUSTOM]],
  ['/discount-codes',
    (ids) => ({ code: 'OTHER', cartDiscounts: [key('cart-discount', 'discount')], custom: custom(ids) }),
    { action: 'setKey', key: 'some' }, ['cartDiscounts[*]', ...CUSTOM]],
  ['/payments',
    (ids) => ({
      amountPlanned: EUR(1), customer: key('customer', 'customer'), custom: custom(ids),
      transactions: [{ type: 'Charge', amount: EUR(1), custom: custom(ids) }], interfaceInteractions: [custom(ids)],
    }),
    { action: 'setKey', key: 'some' },
    ['customer', 'customer.customerGroup', 'interfaceInteractions[*].type', ...CUSTOM,
      ...under('transactions[*]', CUSTOM)]],
  ['/shopping-lists',
    (ids) => ({
      name: text('List'), customer: key('customer', 'customer'), custom: custom(ids),
      lineItems: [{ sku: 'thing-1', custom: custom(ids) }], textLineItems: [{ name: text('T'), custom: custom(ids) }],
    }),
    { action: 'setKey', key: 'some' },
    ['customer', 'lineItems[*].productType', 'lineItems[*].variant', 'lineItems[*].productSlug',
      ...under('lineItems[*].variant', VARIANT), ...CUSTOM, ...under('lineItems[*]', CUSTOM),
      ...under('textLineItems[*]', CUSTOM)]],
  ['/carts', cartDraft, { action: 'setKey', key: 'some' }, CART],
];

/* What a path ends at; on its way there every reference must be expanded. */
function endsOf(value, path) {
  const step = (values, segment) => {
    const [, name, index] = /^([^[]+)(?:\[(\*|\d+)\])?$/.exec(segment);

    return values.flatMap((holder) => {
      const member = holder?.[name];
      const found = index === undefined ? [member] : index === '*' ? member ?? [] : [member?.[Number(index)]];

      for (const reference of found.filter((one) => one?.typeId)) {
        assert.equal(reference.obj?.id, reference.id, `${path}: ${segment} is not expanded`);
      }
      return found.map((one) => one?.obj ?? one);
    });
  };

  return path.split('.').reduce(step, [value]);
}

function expectExpanded(document, paths) {
  for (const path of paths) {
    const ends = endsOf(document, path);

    assert.ok(ends.length > 0 && ends.every((end) => end && typeof end === 'object'), `${path} leads nowhere`);
  }
}

describe('expansion', () => {
  const ids = {};
  let server;
  let backend;

  async function send(method, path, options = {}) {
    const { json, query = {}, token = backend, status = method === 'POST' ? 201 : 200 } = options;
    const parameters = new URLSearchParams(Object.entries(query).flatMap(
      ([name, value]) => [value].flat().map((one) => [name, String(one)])));
    const answer = await request(server, method, `/${PROJECT}${path}?${parameters}`, { token, json });

    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  before(async () => {
    server = await startServer({ inMemory: true, args: ['--seed', SEED] });
    backend = await clientToken(server, { project: PROJECT });
    for (const [name, path, draft] of WORLD) {
      const created = await send('POST', path, { json: draft(ids) });

      ids[name] = (path === '/customers' ? created.customer : created).id;
    }
  });
  after(() => server?.stop());

  for (const [path, draft, action, paths] of KINDS) {
    test(`of ${path.slice(1)}, in the answers of writes as in those of reads`, async () => {
      const query = { expand: paths };
      const { id, version } = await send('POST', path, { json: draft(ids) });
      const update = { version, actions: [action] };

      expectExpanded(await send('GET', `${path}/${id}`, { query }), paths);
      const list = await send('GET', path, { query: { ...query, where: `id="${id}"` } });

      expectExpanded(list.results[0], paths);
      const updated = await send('POST', `${path}/${id}`, { query, json: update, status: 200 });

      expectExpanded(updated, paths);
      expectExpanded(await send('DELETE', `${path}/${id}`, { query: { ...query, version: updated.version } }), paths);
      const again = await send('POST', path, { query, json: draft(ids) });

      expectExpanded(again, paths);
      await send('DELETE', `${path}/${again.id}`, { query: { version: again.version } });
    });
  }

  test('of product projections, and of prices that were selected', async () => {
    const paths = ['productType', 'taxCategory', ...DATA];
    const selection = { priceCurrency: 'EUR', priceChannel: ids.channel, priceCustomerGroup: ids.group };
    const selected = under('masterVariant.price', PRICE);

    for (const query of [{ expand: paths }, { expand: paths, staged: true }]) {
      expectExpanded(await send('GET', `/product-projections/${ids.product}`, { query }), paths);
      expectExpanded(await send('GET', '/product-projections/key=thing', { query }), paths);
      expectExpanded((await send('GET', '/product-projections', { query })).results[0], paths);
      expectExpanded((await send('GET', '/product-projections/search', { query })).results[0], paths);
    }
    const query = { ...selection, expand: selected };

    expectExpanded(await send('GET', `/product-projections/${ids.product}`, { query }), selected);
  });

  test('of orders, and of the carts of a customer', async () => {
    const paths = [...CART, 'paymentInfo.payments[*]'];
    const payment = { typeId: 'payment', id: ids.payment };
    const { id, version } = await send('POST', '/carts', { json: cartDraft(ids) });
    const addPayment = { version, actions: [{ action: 'addPayment', payment }] };
    const cart = await send('POST', `/carts/${id}`, { query: { expand: paths }, json: addPayment, status: 200 });
    const ann = await passwordToken(server, 'ann@example.org', 'ann-pw', { project: PROJECT });

    expectExpanded(cart, paths);
    expectExpanded(await send('GET', `/carts/customer-id=${ids.customer}`, { query: { expand: paths } }), paths);
    expectExpanded(await send('GET', '/me/active-cart', { query: { expand: paths }, token: ann }), paths);
    const orderPaths = [...paths, 'cart', 'cart.lineItems[*].productType'];
    const order = await send('POST', '/orders', {
      query: { expand: orderPaths }, json: { cart: { typeId: 'cart', id }, version: cart.version, orderNumber: '7' },
    });
    const synchronized = { action: 'updateSyncInfo', channel: key('channel', 'channel') };

    expectExpanded(order, orderPaths);
    expectExpanded(await send('GET', '/orders/order-number=7', { query: { expand: orderPaths } }), orderPaths);
    expectExpanded((await send('GET', '/me/orders', { query: { expand: paths }, token: ann })).results[0], paths);
    const query = { expand: [...paths, 'syncInfo[*].channel'] };
    const updated = await send('POST', `/orders/${order.id}`, {
      query, json: { version: order.version, actions: [synchronized] }, status: 200,
    });

    expectExpanded(updated, query.expand);
    expectExpanded(await send('DELETE', `/orders/${order.id}`, { query: { ...query, version: updated.version } }),
      query.expand);
  });

  test('of customers, in the results of a sign-up and a sign-in too', async () => {
    const paths = ['customerGroup', ...CUSTOM, ...under('addresses[*]', CUSTOM)];
    const draft = {
      email: 'ben@example.org', password: 'ben-pw', customerGroup: key('customer-group', 'group'), custom: custom(ids),
      addresses: [{ country: 'DE', custom: custom(ids) }],
    };
    const inResult = { expand: under('customer', paths) };
    const { email, password } = draft;
    const { customer } = await send('POST', '/customers', { query: inResult, json: draft });
    const visitor = await anonymousToken(server, { project: PROJECT });
    const query = { expand: paths };

    expectExpanded(customer, paths);
    for (const [path, token] of [['/me/login', visitor], ['/login', backend]]) {
      const result = await send('POST', path, { query: inResult, json: { email, password }, token, status: 200 });

      expectExpanded(result, inResult.expand);
    }
    const ben = await passwordToken(server, email, password, { project: PROJECT });
    const rename = (version) => ({ version, actions: [{ action: 'setFirstName', firstName: `Ben ${version}` }] });

    expectExpanded(await send('GET', '/me', { query, token: ben }), paths);
    const mine = await send('POST', '/me', {
      query: { expand: [...paths, 'lastModifiedBy.customer'] }, json: rename(1), token: ben, status: 200,
    });

    expectExpanded(mine, [...paths, 'lastModifiedBy.customer']);
    expectExpanded(await send('GET', `/customers/${customer.id}`, { query }), paths);
    expectExpanded(await send('POST', `/customers/${customer.id}`, { query, json: rename(2), status: 200 }), paths);
    expectExpanded(await send('DELETE', `/customers/${customer.id}`, { query: { ...query, version: 3 } }), paths);
  });

  test('of messages, through the resource on', async () => {
    const where = 'type="CustomerCreated"';
    const paths = ['resource', 'resource.customerGroup'];
    const { results: [message] } = await send('GET', '/messages', { query: { where, expand: paths, limit: 1 } });

    expectExpanded(message, paths);
    expectExpanded(await send('GET', `/messages/${message.id}`, { query: { expand: paths } }), paths);
  });
});
