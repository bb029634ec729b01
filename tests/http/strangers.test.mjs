/* Every route of the product × every kind of stranger.
 *
 * The routes come from tests/cases/routes.txt, which a unit test holds to the tables of the program; what to ask of one
 * comes from RECIPES below. A new route fails in one of them until somebody has thought about who may not use it. What
 * is expected follows from the row of the route alone:
 *
 *   no token, garbage, a revoked, an expired token       401
 *   a token of another project                           403 insufficient_scope
 *   every scope there is but those of the route          403 insufficient_scope
 *   a token of the right scope, bound to another store   403 insufficient_scope
 *   a client or a visitor where a customer is needed     403 insufficient_token_grant_type
 *   who does not own what is asked for                   the 404 of an id that does not exist
 *   another store than that of what is asked for         the same
 *
 * Nobody of them changes anything; and whoever may is answered with the status of the row. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { eventually } from './support/expect.mjs';
import { anonymousToken, clientToken, passwordToken, request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const ROUTES = fileURLToPath(new URL('../cases/routes.txt', import.meta.url));
const SCOPES = fileURLToPath(new URL('../../include/tables/scopes.def', import.meta.url));
const SEED = fileURLToPath(new URL('../support/seed', import.meta.url));
const PROJECT = 'strangers';
const STORE = 'berlin';
const OTHER_STORE = 'oslo';
const CLIENT = ['shop', 'any-secret'];
const NO_ID = '11111111-2222-4333-8444-555555555555';
const NO_KEY = 'nothing-has-this-key';
/* What is the same in every store. */
const OF_ALL_STORES = /^\/(product-projections|discount-codes)/;
const MY_SCOPES = ['manage_my_profile', 'manage_my_orders', 'manage_my_payments', 'manage_my_shopping_lists'];
const PARALLEL_ROUTES = 6;
const EURO = { currencyCode: 'EUR', centAmount: 100 };

const reference = (typeId, key) => ({ typeId, key });
const scoped = (names, store) => names.map((name) => `${name}:${PROJECT}${store ? `:${store}` : ''}`).join(' ');
const allScopes = [...readFileSync(SCOPES, 'utf8').matchAll(/^SCOPE\("(\w+)"\)/gm)].map(([, name]) => name);
const routes = readFileSync(ROUTES, 'utf8').replaceAll('\n\t', ' ').split('\n')
  .filter((line) => line && !line.startsWith('#')).map((line) => {
    const [method, path, twin, session, status, ...scopes] = line.split(' ');

    return { method, path, inStore: twin === 'in-store', session, status: Number(status), scopes };
  });

/* ---- What there is ----------------------------------------------------------------------------------------------- */

const world = { tokens: {}, count: 0 };
const unique = (name) => `${name}-${world.count += 1}`;

async function token(name, make) {
  world.tokens[name] ??= make();
  return world.tokens[name];
}
const options = { client: CLIENT, project: PROJECT };
const clientWith = (scopes, store) => token(`client ${scopes} ${store}`,
  () => clientToken(world.server, { ...options, scope: scoped(scopes, store) }));
const backend = () => clientWith(['manage_project', 'manage_api_clients']);
const visitor = (name) => token(`visitor ${name}`,
  () => anonymousToken(world.server, { ...options, anonymousId: name, scope: scoped(MY_SCOPES) }));
const customer = (name) => token(`customer ${name}`,
  () => passwordToken(world.server, `${name}@example.org`, 'pw', { ...options, scope: scoped(MY_SCOPES) }));

/* Does as whoever may; what comes back is there. */
async function make(path, json, as) {
  const answer = await request(world.server, 'POST', `/${PROJECT}${path}`, { token: await (as ?? backend()), json });

  assert.ok(answer.status < 300, `POST ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}

async function makeWorld() {
  await make('/customers', { email: 'ann@example.org', password: 'pw' });
  await make('/customers', { email: 'eve@example.org', password: 'pw' });
  await make('/product-types', { key: 'plain', name: 'plain', description: 'plain' });
  await make('/tax-categories', {
    key: 'standard', name: 'standard', rates: [{ name: 'DE', amount: 0.19, includedInPrice: true, country: 'DE' }],
  });
  await make('/products', { ...DRAFTS['/products']('mug'), publish: true });
  await make('/zones', { key: 'de', name: 'de', locations: [{ country: 'DE' }] });
  await make('/cart-discounts', DRAFTS['/cart-discounts']('ten'));
}

const discount = (key) => ({
  key, name: { en: key }, isActive: false, sortOrder: `0.${world.count += 1}1`,
  value: { type: 'relative', permyriad: 1000 },
});

/* A draft for each kind, with this key. */
const DRAFTS = {
  '/cart-discounts': (key) => ({
    ...discount(key), cartPredicate: '1=1', target: { type: 'lineItems', predicate: '1=1' },
    stores: [reference('store', STORE)],
  }),
  '/categories': (key) => ({ key, name: { en: key }, slug: { en: key } }),
  '/channels': (key) => ({ key }),
  '/customer-groups': (key) => ({ key, groupName: key }),
  '/discount-codes': (key) => ({ key, code: key, cartDiscounts: [reference('cart-discount', 'ten')] }),
  '/inventory': (key) => ({ key, sku: key, quantityOnStock: 1 }),
  '/payments': (key) => ({ key, amountPlanned: EURO }),
  '/product-discounts': (key) => ({ ...discount(key), predicate: '1=1' }),
  '/product-types': (key) => ({ key, name: key, description: key }),
  '/products': (key) => ({
    key, productType: reference('product-type', 'plain'), taxCategory: reference('tax-category', 'standard'),
    name: { en: key }, slug: { en: key }, masterVariant: { sku: key, prices: [{ value: EURO }] },
  }),
  '/shipping-methods': (key) => ({
    key, name: key, isDefault: false, taxCategory: reference('tax-category', 'standard'), zoneRates: [],
  }),
  '/shopping-lists': (key) => ({ key, name: { en: key }, store: reference('store', STORE) }),
  '/standalone-prices': (key) => ({ key, sku: key, value: EURO }),
  '/stores': (key) => ({ key }),
  '/tax-categories': (key) => ({ key, name: key, rates: [] }),
  '/types': (key) => ({ key, name: { en: key }, resourceTypeIds: ['customer'] }),
  '/zones': (key) => ({ key, name: key }),
};

const CART = { currency: 'EUR', lineItems: [{ sku: 'mug', quantity: 1 }], shippingAddress: { country: 'DE' } };
const UPDATE = { actions: [] };

const ofAnn = async () => ({ customer: { typeId: 'customer', id: (await me()).id }, store: reference('store', STORE) });
const theList = async () => make('/shopping-lists', { ...DRAFTS['/shopping-lists'](unique('it')), ...await ofAnn() });
async function theCart() {
  const { customer: { id }, store } = await ofAnn();

  return make('/carts', { ...CART, key: unique('cart'), customerId: id, store });
}
async function theOrder() {
  const cart = await theCart();

  return make(`/in-store/key=${STORE}/orders`, {
    cart: { typeId: 'cart', id: cart.id }, version: cart.version, orderNumber: unique('order'),
  });
}
async function theCustomer() {
  const email = `${unique('someone')}@example.org`;
  const { customer: made } = await make('/customers', {
    email, password: 'pw', key: unique('customer'), stores: [{ typeId: 'store', key: STORE }],
  });

  return made;
}
const emailToken = async () => {
  const { id } = await theCustomer();

  return make('/customers/email-token', { id, ttlMinutes: 10 });
};
const passwordResetToken = async () => {
  const { email } = await theCustomer();

  return make('/customers/password-token', { email, ttlMinutes: 10 });
};
const aMessage = async () => {
  await theCustomer();
  const answer = await request(world.server, 'GET', `/${PROJECT}/messages?limit=1`, { token: await backend() });

  return answer.json.results[0];
};

/* ---- What to ask of a route -------------------------------------------------------------------------------------- */

/* An existing one, by what the path names: its id, its key, its number. `json` is a body, without a version. */
const one = (found, member = 'id', more = {}) => ({
  at: found[member], absent: member === 'id' ? NO_ID : NO_KEY, version: found.version, json: UPDATE, found, ...more,
});
const create = (json, more = {}) => ({ json, ...more });

/* Recipes of a kind that is created by a post to its collection. */
function kind(path, makeOne, draft, more = {}) {
  return {
    [`GET ${path}`]: async () => ({}),
    [`POST ${path}`]: async () => create(await draft()),
    [`${path}/{id}`]: async () => one(await makeOne(), 'id', more),
    [`${path}/key={key}`]: async () => one(await makeOne(), 'key', more),
  };
}
const plain = (path) => kind(path, () => make(path, DRAFTS[path](unique('it'))), () => DRAFTS[path](unique('it')));
const owned = (path, makeOne, draft) => kind(path, makeOne, draft, { isOwned: true });
const ofStore = { isOfStore: true };

const SIGN_UP = () => create({ email: `${unique('new')}@example.org`, password: 'pw' });
const SIGN_IN = () => create({ email: 'ann@example.org', password: 'pw' });
const MY_PASSWORD = { currentPassword: 'pw', newPassword: 'pw' };

/* By method and path, or by path for all methods. */
const RECIPES = {
  ...Object.assign({}, ...[
    '/categories', '/channels', '/customer-groups', '/discount-codes', '/inventory', '/payments', '/product-discounts',
    '/product-types', '/products', '/shipping-methods', '/standalone-prices', '/stores', '/tax-categories', '/types',
    '/zones',
  ].map(plain)),
  ...kind('/cart-discounts', () => make('/cart-discounts', DRAFTS['/cart-discounts'](unique('it'))),
    () => ({ ...DRAFTS['/cart-discounts'](unique('it')), stores: undefined }), ofStore),
  ...kind('/shopping-lists', () => make('/shopping-lists', DRAFTS['/shopping-lists'](unique('it'))),
    () => ({ ...DRAFTS['/shopping-lists'](unique('it')), store: undefined }), ofStore),
  ...kind('/carts', theCart, () => ({ ...CART, key: unique('cart') }), ofStore),
  ...kind('/customers', theCustomer, () => SIGN_UP().json, ofStore),
  ...owned('/me/payments', () => make('/me/payments', { amountPlanned: EURO }, customer('ann')),
    () => ({ amountPlanned: EURO })),
  ...owned('/me/shopping-lists', theList, () => ({ key: unique('it'), name: { en: 'x' } })),
  ...owned('/me/carts', theCart, () => CART),
  'GET /me': async () => ({}),
  'POST /me': async () => ({ json: UPDATE, version: (await me()).version }),
  'DELETE /me': async () => {
    const name = unique('leaving');

    await make('/customers', { email: `${name}@example.org`, password: 'pw' });
    return { version: 1, as: customer(name) };
  },
  'POST /me/signup': SIGN_UP,
  'POST /me/login': SIGN_IN,
  'POST /me/password': async () => {
    const name = unique('careful');

    await make('/customers', { email: `${name}@example.org`, password: 'pw' });
    return create({ ...MY_PASSWORD, version: 1 }, { as: customer(name) });
  },
  'POST /me/password/reset': async () =>
    create({ tokenValue: (await passwordResetToken()).value, newPassword: 'pw' }),
  'POST /me/email/confirm': async () => create({ tokenValue: (await emailToken()).value }),
  '/customers/email-token={value}': async () => one(await emailToken(), 'value', ofStore),
  '/customers/password-token={value}': async () => one(await passwordResetToken(), 'value', ofStore),
  'POST /customers/email-token': async () => create({ id: (await theCustomer()).id, ttlMinutes: 10 }),
  'POST /customers/password-token': async () => create({ email: (await theCustomer()).email, ttlMinutes: 10 }),
  'POST /customers/password': async () => {
    const { id, version } = await theCustomer();

    return create({ id, version, ...MY_PASSWORD });
  },
  'POST /customers/password/reset': async () =>
    create({ tokenValue: (await passwordResetToken()).value, newPassword: 'pw' }),
  'POST /customers/email/confirm': async () => create({ tokenValue: (await emailToken()).value }),
  'POST /login': SIGN_IN,
  'GET /me/orders': async () => ({}),
  'POST /me/orders': async () => {
    const { id, version } = await theCart();

    return create({ id, version }, { foreign: { id: NO_ID, version } });
  },
  '/me/orders/{id}': async () => one(await theOrder(), 'id', { isOwned: true }),
  'GET /orders': async () => ({}),
  'POST /orders': async () => {
    const { id, version } = await theCart();

    return create({ cart: { typeId: 'cart', id }, version });
  },
  '/orders/{id}': async () => one(await theOrder(), 'id', ofStore),
  '/orders/order-number={value}': async () => one(await theOrder(), 'orderNumber', ofStore),
  'POST /carts/customer-id={customerId}/merge': async () => {
    const { id } = await theCustomer();
    const cart = await make('/carts', { ...CART, anonymousId: unique('visitor'), store: reference('store', STORE) });

    return { at: id, absent: NO_ID, json: { anonymousCart: { typeId: 'cart', id: cart.id } }, isOfStore: true };
  },
  'GET /me/active-cart': async () => theCart().then(() => ({})),
  'POST /me/carts/replicate': async () => {
    const { id } = await theCart();

    return create({ reference: { typeId: 'cart', id } }, { foreign: { reference: { typeId: 'cart', id: NO_ID } } });
  },
  'POST /carts/replicate': async () => create({ reference: { typeId: 'cart', id: (await theCart()).id } }),
  'GET /carts/customer-id={customerId}': async () =>
    ({ at: (await theCart()).customerId, absent: NO_ID, isOfStore: true }),
  'GET /shipping-methods/matching-cart': async () => ({ query: `cartId=${(await theCart()).id}` }),
  'GET /shipping-methods/matching-location': async () => ({ query: 'country=DE' }),
  'POST /product-discounts/matching': async () => {
    const { id } = await make('/products', DRAFTS['/products'](unique('it')));

    /* No discount is there to be found. */
    return create({ productId: id, variantId: 1, staged: false, price: { value: EURO } }, { isRefused: 400 });
  },
  'POST /products/search': async () => create({}),
  'GET /product-projections': async () => ({}),
  '/product-projections/key={key}': async () => ({ at: 'mug' }),
  'GET /product-projections/search': async () => ({}),
  'POST /product-projections/search': async () => ({ form: {} }),
  'GET /product-projections/suggest': async () => ({ query: 'searchKeywords.en=x' }),
  '/product-projections/{id}': async () =>
    ({ at: (await make('/products', { ...DRAFTS['/products'](unique('it')), publish: true })).id }),
  'GET /api-clients': async () => ({}),
  'POST /api-clients': async () => create({ name: 'x', scope: scoped(['view_types']) }),
  '/api-clients/{id}': async () =>
    one(await make('/api-clients', { name: 'x', scope: scoped(['view_types']) }), 'id', { version: undefined }),
  'GET /messages': async () => ({}),
  '/messages/{id}': async () => one(await aMessage()),
  'GET /': async () => ({}),
  'POST /': async () => {
    const answer = await request(world.server, 'GET', `/${PROJECT}`, { token: await backend() });

    return { json: UPDATE, version: answer.json.version };
  },
};

async function me() {
  return (await request(world.server, 'GET', `/${PROJECT}/me`, { token: await customer('ann') })).json;
}

/* ---- Asking ------------------------------------------------------------------------------------------------------ */

function pathOf(route, recipe, value, store) {
  const path = route.path.replace(/\{\w+\}/, () => encodeURIComponent(value ?? recipe.at));

  return `/${PROJECT}${store ? `/in-store/key=${store}` : ''}${path}`.replace(/\/$/, '');
}

/* Asks for what the recipe says, or for another value in the path, with another body, in a store, by another method. */
async function ask(route, recipe, by, { value, store, json, method = route.method } = {}) {
  const query = [recipe.query, method === 'DELETE' && recipe.version !== undefined && `version=${recipe.version}`]
    .filter(Boolean).join('&');
  const sent = json ?? recipe.json;
  const body = sent && recipe.version !== undefined ? { ...sent, version: recipe.version } : sent;

  return request(world.server, method, `${pathOf(route, recipe, value, store)}${query && '?'}${query}`, {
    token: await by, json: method === 'POST' ? body : undefined, form: method === 'POST' ? recipe.form : undefined,
  });
}

function expectRefusal(answer, status, code, who) {
  assert.equal(answer.status, status, `${who}: ${answer.text}`);
  assert.equal(answer.json.statusCode, status, who);
  if (code) assert.equal(answer.json.errors[0].code, code, `${who}: ${answer.text}`);
}

/* Who is refused whatever they ask for: [who, token, status, code, store]. */
function refused(route) {
  const others = allScopes.filter((name) => !route.scopes.includes(name) && name !== 'manage_project');
  const rows = [
    ['nobody', undefined, 401],
    ['garbage', 'no-token-of-anybody', 401, 'invalid_token'],
    ['a revoked token', world.revoked, 401, 'invalid_token'],
    ['a token of another project', world.elsewhere, 403, 'insufficient_scope'],
    ['all other scopes', clientWith(others), 403, 'insufficient_scope'],
    ['one store\'s token outside of it', clientWith(route.scopes, STORE), 403, 'insufficient_scope'],
  ];

  if (route.inStore) {
    rows.push(['another store\'s token', clientWith(route.scopes, OTHER_STORE), 403, 'insufficient_scope', STORE],
      ['all other scopes, in a store', clientWith(others), 403, 'insufficient_scope', STORE]);
  }
  if (route.session === 'customer' || route.session === 'owner') {
    rows.push(['a client', clientWith(route.scopes), 403, 'insufficient_token_grant_type']);
  }
  if (route.session === 'customer') {
    rows.push(['a visitor', visitor('somebody'), 403, 'insufficient_token_grant_type']);
  }
  return rows;
}

const withoutId = (answer, value) => answer.text.replaceAll(value, '…');

/* Two answers that must not tell what is there from what is not. */
async function expectNothing(route, recipe, who, by, store) {
  const absent = recipe.foreign ? { store, json: recipe.foreign } : { store, value: recipe.absent };
  const [there, nothing] = [await ask(route, recipe, by, { store }), await ask(route, recipe, by, absent)];

  assert.ok([400, 404].includes(there.status), `${who}: ${there.text}`);
  if (!recipe.foreign) assert.equal(there.status, 404, `${who}: ${there.text}`);
  assert.equal(there.status, nothing.status, who);
  assert.equal(withoutId(there, recipe.at ?? recipe.json.id ?? recipe.json.reference.id),
    withoutId(nothing, recipe.absent ?? NO_ID), who);
}

async function expectForeign(route, recipe) {
  if (route.path.includes('{') && route.session === 'owner') assert.ok(recipe.isOwned, 'whose is it?');
  if (route.path.includes('{') && route.inStore && !OF_ALL_STORES.test(route.path)) {
    assert.ok(recipe.isOwned || recipe.isOfStore, 'of which store is it?');
  }
  if (route.session === 'owner' && (recipe.isOwned || recipe.foreign)) {
    for (const by of [customer('eve'), visitor('somebody')]) await expectNothing(route, recipe, 'who owns nothing', by);
    if (route.inStore && !recipe.foreign) {
      await expectNothing(route, recipe, 'the owner in another store', customer('ann'), OTHER_STORE);
    }
  }
  if (route.session === 'any' && route.inStore && recipe.isOfStore) {
    await expectNothing(route, recipe, 'another store', backend(), OTHER_STORE);
    await expectNothing(route, recipe, 'a token of another store', clientWith(route.scopes, OTHER_STORE), OTHER_STORE);
  }
}

/* Whoever may, once for each scope that is enough, and in the store. */
async function expectAnswers(route, recipe) {
  const mine = route.session !== 'any' || route.path.startsWith('/me/');
  const askers = mine ? [recipe.as ?? customer('ann')] : [clientWith([route.scopes.at(-1)])];

  for (const by of askers) {
    const answer = await ask(route, recipe, by);

    assert.equal(answer.status, recipe.isRefused ?? route.status, `whoever may: ${answer.text}`);
  }
}

function recipeOf(route) {
  const recipe = RECIPES[`${route.method} ${route.path}`] ?? RECIPES[route.path];

  assert.ok(recipe, `no recipe says what to ask of ${route.method} ${route.path}`);
  return recipe();
}

async function unchanged(route, recipe, during) {
  const look = async () => (recipe.found && route.method !== 'GET' && !route.path.startsWith('/me/')
    ? (await ask(route, recipe, backend(), { method: 'GET' })).text : undefined);
  const earlier = await look();

  await during();
  assert.equal(await look(), earlier, 'a stranger changed something');
}

async function tryRoute(route) {
  const recipe = await recipeOf(route);

  await unchanged(route, recipe, async () => {
    for (const [who, by, status, code, store] of refused(route)) {
      expectRefusal(await ask(route, recipe, by, { store }), status, code, who);
      if (route.method === 'GET') {
        assert.equal((await ask(route, recipe, by, { store, method: 'HEAD' })).status, status, `${who}, HEAD`);
      }
    }
    await expectForeign(route, recipe);
  });
  await expectAnswers(route, recipe);
}

/* ---- The matrix -------------------------------------------------------------------------------------------------- */

describe('strangers', { concurrency: PARALLEL_ROUTES }, () => {
  before(async () => {
    world.server = await startServer({ args: ['--seed', SEED, '--clients', 'any'] });
    world.elsewhere = await clientToken(world.server, { client: CLIENT, scope: 'manage_project:elsewhere' });
    world.revoked = await clientToken(world.server, { ...options, scope: scoped(['manage_project']) });
    await request(world.server, 'POST', '/oauth/token/revoke',
      { basic: CLIENT, form: { token: world.revoked.access_token } });
    await makeWorld();
    world.brief = await startServer({ args: ['--seed', SEED, '--token-ttl', '1s'] });
  });
  after(() => Promise.all([world.server?.stop(), world.brief?.stop()]));

  for (const route of routes.filter(({ session }) => session !== 'anyone')) {
    test(`${route.method} ${route.path}`, () => tryRoute(route));
  }

  for (const route of routes.filter(({ path }) => path.startsWith('/oauth/'))) {
    test(`${route.method} ${route.path} is for clients`, async () => {
      const path = route.path.replace('{projectKey}', 'demo').replace('{storeKey}', STORE);
      const grant = path.endsWith('/customers/token') ? 'password' : 'client_credentials';
      const form = { grant_type: grant, token: 'x', username: 'alice@example.com', password: 'alice-pw' };

      /* Nobody's client is welcome where some project declares none. */
      const nobody = path.includes('demo') ? [['nobody', 'secret']] : [];

      for (const basic of [undefined, ['backend', 'wrong'], ['backend', ''], ...nobody]) {
        const answer = await request(world.brief, 'POST', path, { basic, form });

        expectRefusal(answer, 401, 'invalid_client', String(basic));
      }
    });
  }

  test('an expired token is good for nothing', { timeout: 60_000 }, async () => {
    const expired = await clientToken(world.brief, { ...options, scope: scoped(['manage_project']) });
    const ask = (method, path) =>
      request(world.brief, method, path, { token: expired, json: method === 'POST' ? {} : undefined });

    await eventually(async () => (await ask('GET', `/${PROJECT}/stores`)).status === 401);
    for (const { method, path } of routes.filter(({ session }) => session !== 'anyone')) {
      expectRefusal(await ask(method, `/${PROJECT}${path.replace(/\{\w+\}/, NO_ID)}`), 401, 'invalid_token', path);
    }
  });

  test('every recipe is of a route', () => {
    const known = routes.flatMap(({ method, path }) => [path, `${method} ${path}`]);
    const stale = Object.keys(RECIPES).filter((name) => !known.includes(name));

    assert.deepEqual(stale.filter((name) => !/\/key=\{key\}$/.test(name)), []);
  });
});
