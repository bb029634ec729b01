/* Whole journeys through a shop: cart, sign-in, account, reload, check-out, each from the first call to the last. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { eventually } from '../http/support/expect.mjs';
import { startServer } from '../http/support/server.mjs';
import {
  conflictAt, expectCleanStop, expectFailure, expectTokenFailure, INVALID_GRANT, INVALID_TOKEN, NO_SUCH_ACCOUNT,
  NOT_FOUND,
} from './support/expect.mjs';
import {
  activeCart, addHats, cartOf, cents, content, lookAround, openAccount, signInWithCart, update,
} from './support/journeys.mjs';
import {
  backend, bodyOf, customer, introspect, postForm, resumed, returning, signUp, uniqueEmail, visitor,
} from './support/shop.mjs';
import { changePriceOfUmbrella, HAT, SCARF, SHIPPING_PRICE, stockShop, UMBRELLA, VIENNA } from './support/stock.mjs';

let server;
let stock;

before(async () => {
  server = await startServer();
  stock = await stockShop(server);
});
after(() => expectCleanStop(server));

const setShippingAddress = { action: 'setShippingAddress', address: VIENNA };
const NOT_ALLOWED_NOW = { name: 'BadRequest', statusCode: 400, code: 'InvalidOperation' };

const newCart = (api, draft) => bodyOf(api.me().carts().post({ body: { currency: 'EUR', ...draft } }));
const logIn = (api, { email, password }, more) => bodyOf(api.me().login().post({ body: { email, password, ...more } }));
const newList = (api, ...lineItems) => bodyOf(api.me().shoppingLists().post({
  body: { name: { en: 'Wishes' }, lineItems },
}));
const listOf = (api, { id }) => api.me().shoppingLists().withId({ ID: id });
const newPayment = (api, centAmount) => bodyOf(api.me().payments().post({
  body: { amountPlanned: { currencyCode: 'EUR', centAmount }, paymentMethodInfo: { method: 'CREDIT_CARD' } },
}));
const paymentOf = (api, { id }) => api.me().payments().withId({ ID: id });
const order = (api, { id, version }) => api.me().orders().post({ body: { id, version } });
const orderOf = (api, { id }) => api.me().orders().withId({ ID: id });

/* What somebody has who has bought and wishes for more: a cart, an order, a shopping list and a payment. */
async function belongings(api) {
  const lineItems = [{ sku: SCARF.sku, quantity: 1 }];
  const bought = await newCart(api, { lineItems, shippingAddress: VIENNA });

  return {
    order: await bodyOf(order(api, bought)),
    list: await newList(api, { sku: HAT.sku, quantity: 2 }),
    payment: await newPayment(api, SCARF.price),
    cart: await newCart(api, { lineItems }),
  };
}

/* The calls that read these by their ids. */
const readsOf = (api, things) => [
  cartOf(api, things.cart).get(), orderOf(api, things.order).get(), listOf(api, things.list).get(),
  paymentOf(api, things.payment).get(),
];

/* The ids of all that somebody can list. */
async function idsOf(api) {
  const pages = await Promise.all([
    api.me().carts().get(), api.me().orders().get(), api.me().shoppingLists().get(), api.me().payments().get(),
  ].map(bodyOf));

  return pages.map(({ results }) => results.map(({ id }) => id).sort());
}

describe('a cart', () => {
  test('of a visitor who looks around', () => lookAround({ server, stock }));

  test('is merged with that of the customer who signs in', () => signInWithCart({ server, stock }));

  test('becomes that of a customer who has none', async () => {
    const account = await signUp(server);
    const guest = visitor(server);
    const cart = await newCart(guest.api, { lineItems: [{ sku: HAT.sku }] });
    const { cart: own } = await logIn(guest.api, account);

    assert.equal(own.id, cart.id);
    assert.ok(own.version > cart.version);
    assert.equal(own.customerId, account.profile.id);
    assert.ok(!('anonymousId' in own));
    assert.deepEqual(await bodyOf(activeCart(customer(server, account).api)), own);
    await expectFailure(activeCart(guest.api), NOT_FOUND);
  });

  test('becomes that of a customer who signs up', async () => {
    const guest = visitor(server);
    const cart = await newCart(guest.api, { lineItems: [{ sku: HAT.sku }] });
    const account = { email: uniqueEmail(), password: 'correct horse' };
    const { customer: profile, cart: own } = await bodyOf(guest.api.me().signup().post({ body: account }));

    assert.deepEqual([own.id, own.customerId, content(own)], [cart.id, profile.id, ['1 HAT']]);
    assert.deepEqual(await bodyOf(activeCart(customer(server, account).api)), own);
  });

  test('replaces that of the customer who wants it so', async () => {
    const account = await signUp(server);
    const { api } = customer(server, account);
    const old = await newCart(api, { lineItems: [{ sku: SCARF.sku }] });
    const guest = visitor(server);
    const cart = await newCart(guest.api, { lineItems: [{ sku: HAT.sku }] });
    const { cart: own } = await logIn(guest.api, account, { activeCartSignInMode: 'UseAsNewActiveCustomerCart' });

    assert.deepEqual([own.id, content(own)], [cart.id, ['1 HAT']]);
    assert.deepEqual(await bodyOf(activeCart(api)), own);
    assert.deepEqual(content(await bodyOf(cartOf(api, old).get())), ['1 SCARF']);
  });

  test('stays the visitor\'s when the customer signs in with a token of their own, as some shops do', async () => {
    const account = await signUp(server);
    const { api } = customer(server, account);
    const own = await newCart(api, { lineItems: [{ sku: SCARF.sku }] });
    const guest = visitor(server);
    const cart = await newCart(guest.api, { lineItems: [{ sku: HAT.sku }] });
    const result = await logIn(api, account, {
      anonymousId: cart.anonymousId, anonymousCartSignInMode: 'MergeWithExistingCustomerCart',
    });

    assert.deepEqual([result.cart.id, content(result.cart)], [own.id, ['1 SCARF']]);
    assert.deepEqual(await bodyOf(activeCart(guest.api)), cart);
  });

  test('is carried over line by line in the vendor\'s example, whose tokens may do everything', async () => {
    const everything = {
      project: 'example', credentials: { clientId: 'any', clientSecret: 'any' }, scopes: ['manage_project:example'],
    };

    await stockShop(server, everything);

    const account = await signUp(server, {}, everything);
    const shop = customer(server, account, everything);
    const guest = visitor(server, everything);
    const { results } = await bodyOf(guest.api.products().get({ queryArgs: { limit: 100 } }));
    const { id: productId, masterData } = results.find(({ key }) => key === 'hat');
    const { masterVariant: { id: variantId, images, prices } } = masterData.current;
    const add = { action: 'addLineItem', productId, variantId, quantity: 1 };

    assert.equal(images[0].url, 'https://shop.example/hat.png');
    assert.equal(prices[0].value.centAmount, HAT.price);
    await newCart(shop.api, { lineItems: [{ sku: SCARF.sku }] });
    await expectFailure(activeCart(guest.api), NOT_FOUND);

    const filled = await bodyOf(update(guest.api, await newCart(guest.api), add));
    const [{ id: lineItemId, quantity }] = filled.lineItems;
    const emptied = await bodyOf(update(guest.api, filled, { action: 'removeLineItem', lineItemId, quantity }));
    const { cart } = await logIn(shop.api, account, {
      updateProductData: true, anonymousId: 'of-the-browser', anonymousCartSignInMode: 'MergeWithExistingCustomerCart',
    });
    const carried = await bodyOf(update(shop.api, cart, add));

    assert.deepEqual([content(emptied), content(carried)], [[], ['1 SCARF', '1 HAT']]);
    assert.ok(!('anonymousId' in carried), 'how the example sees that somebody is signed in');
    assert.deepEqual(await bodyOf(activeCart(shop.api)), carried);
    assert.deepEqual(await bodyOf(activeCart(guest.api)), emptied);
  });
});

describe('an account', () => {
  test('of a customer who fills the address book and changes the password', () => openAccount({ server }));

  test('whose password is forgotten', async () => {
    const account = await signUp(server);
    const shop = customer(server, account);
    const cart = await newCart(shop.api, { lineItems: [{ sku: HAT.sku }] });
    const { value } = await bodyOf(backend(server).api.customers().passwordToken().post({
      body: { email: account.email, ttlMinutes: 30 },
    }));
    const guest = visitor(server);
    const reset = guest.api.me().password().reset().post({
      body: { tokenValue: value, newPassword: 'battery staple' },
    });
    const { token, refreshToken } = shop.tokenCache.current;

    assert.equal((await bodyOf(reset)).id, account.profile.id);
    await expectFailure(reset, NOT_FOUND);
    await expectFailure(activeCart(resumed(server, token).api), INVALID_TOKEN);
    await expectTokenFailure(activeCart(returning(server, refreshToken).api), INVALID_GRANT);
    await expectTokenFailure(activeCart(customer(server, account).api), NO_SUCH_ACCOUNT);

    const renewed = { ...account, password: 'battery staple' };

    assert.deepEqual((await logIn(guest.api, renewed)).cart, cart);
    assert.deepEqual(await bodyOf(activeCart(customer(server, renewed).api)), cart);
  });

  test('whose e-mail is verified, and no longer when it changes', async () => {
    const account = await signUp(server);
    const { api } = customer(server, account);
    const { value } = await bodyOf(backend(server).api.customers().emailToken().post({
      body: { id: account.profile.id, ttlMinutes: 30 },
    }));
    const confirm = (client) => client.me().emailConfirm().post({ body: { tokenValue: value } });

    assert.equal((await bodyOf(api.me().get())).isEmailVerified, false);

    const verified = await bodyOf(confirm(api));

    assert.equal(verified.isEmailVerified, true);
    assert.deepEqual(await bodyOf(api.me().get()), verified);
    await expectFailure(confirm(api), NOT_FOUND);

    const { isEmailVerified } = await bodyOf(api.me().post({
      body: { version: verified.version, actions: [{ action: 'changeEmail', email: uniqueEmail() }] },
    }));

    assert.equal(isEmailVerified, false);
  });
});

describe('a page that is loaded again', { concurrency: true }, () => {
  let brief;

  before(async () => {
    brief = await startServer({ args: ['--token-ttl', '3s'] });
    await stockShop(brief);
  });
  after(() => expectCleanStop(brief));

  /* A session as a shop keeps it in the local storage, and a cart in it. */
  async function session(path, form) {
    const { access_token: token, refresh_token: refreshToken } = await (await postForm(brief, path, form)).json();

    return { token, refreshToken, cart: await newCart(resumed(brief, token).api, { lineItems: [{ sku: HAT.sku }] }) };
  }

  /* What the page does with it: goes on, is told that the token is worth nothing any more, and renews it. */
  async function reload({ token, refreshToken, cart }) {
    const page = resumed(brief, token);

    assert.deepEqual(await bodyOf(activeCart(page.api)), cart);
    await eventually(async () => !(await introspect(brief, token)).active, { what: 'the end of the token' });
    await expectFailure(activeCart(page.api), INVALID_TOKEN);
    assert.deepEqual(page.calls, ['GET /demo/me/active-cart 200', 'GET /demo/me/active-cart 401']);
    assert.deepEqual(await introspect(brief, token), { active: false });

    const renewed = returning(brief, refreshToken);

    assert.deepEqual(await bodyOf(activeCart(renewed.api)), cart);
    assert.deepEqual(renewed.calls, ['POST /oauth/token 200', 'GET /demo/me/active-cart 200']);
    assert.notEqual(renewed.tokenCache.current.token, token);
  }

  test('goes on as the visitor', async () => {
    await reload(await session('/oauth/demo/anonymous/token', { grant_type: 'client_credentials' }));
  });

  test('goes on as the customer', async () => {
    const { email, password } = await signUp(brief);

    await reload(await session('/oauth/demo/customers/token', { grant_type: 'password', username: email, password }));
  });
});

describe('several browsers', () => {
  test('change one cart at once: one of them wins, the others are told the current version', async () => {
    const account = await signUp(server);
    const browsers = Array.from({ length: 6 }, () => customer(server, account));
    const neighbour = customer(server, await signUp(server));
    const cart = await newCart(browsers[0].api, { lineItems: [{ sku: HAT.sku }] });
    const other = await newCart(neighbour.api, { lineItems: [{ sku: SCARF.sku }] });
    const [own, ...answers] = await Promise.allSettled([
      bodyOf(update(neighbour.api, other, addHats(5))),
      ...browsers.map(({ api }, index) => bodyOf(update(api, cart, addHats(index + 1)))),
    ]);
    const won = answers.filter(({ status }) => status === 'fulfilled').map(({ value }) => value);
    const refused = answers.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);

    assert.deepEqual([won.length, refused.length], [1, browsers.length - 1]);
    for (const error of refused) {
      assert.deepEqual([error.statusCode, error.code], [409, 'ConcurrentModification']);
      assert.equal(error.body.errors[0].currentVersion, won[0].version);
    }
    for (const { api } of browsers) assert.deepEqual(await bodyOf(activeCart(api)), won[0]);
    assert.deepEqual(content(own.value), ['1 SCARF', '5 HAT']);
    assert.deepEqual(await bodyOf(activeCart(neighbour.api)), own.value);
  });

  test('add to one cart at once with the middleware for that: nothing is lost', async () => {
    const account = await signUp(server);
    const [desktop, phone] = [0, 1].map(() => customer(server, account, { concurrent: {} }));
    const cart = await newCart(desktop.api, { lineItems: [{ sku: SCARF.sku }] });

    await Promise.all([desktop, phone].map(({ api }) => update(api, cart, addHats(2)).execute()));
    assert.deepEqual(content(await bodyOf(activeCart(desktop.api))), ['1 SCARF', '4 HAT']);
    assert.deepEqual([...desktop.calls, ...phone.calls].filter((call) => call.endsWith(' 409')).length, 1);
  });

  test('of one visitor sign in several times at once: the carts are merged once', async () => {
    const account = await signUp(server);
    const { api } = customer(server, account);
    const kept = await newCart(api, { lineItems: [{ sku: HAT.sku, quantity: 2 }] });
    const guest = visitor(server);

    await newCart(guest.api, { lineItems: [{ sku: SCARF.sku, quantity: 3 }] });

    const results = await Promise.all(Array.from({ length: 5 }, () => logIn(guest.api, account)));

    for (const { cart } of results) assert.deepEqual([cart.id, content(cart)], [kept.id, ['2 HAT', '3 SCARF']]);
    assert.deepEqual(await bodyOf(activeCart(api)), results[0].cart);
  });

  test('order one cart at once: it is ordered once', async () => {
    const { api } = customer(server, await signUp(server));
    const cart = await newCart(api, { lineItems: [{ sku: HAT.sku }], shippingAddress: VIENNA });
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => order(api, cart).execute()));
    const placed = answers.filter(({ status }) => status === 'fulfilled').map(({ value }) => value.body);

    assert.equal(placed.length, 1);
    for (const { status, reason } of answers) {
      if (status === 'rejected') assert.equal(reason.code, 'ConcurrentModification');
    }
    assert.deepEqual((await bodyOf(api.me().orders().get())).results, placed);
  });

  test('of two customers and a visitor: nobody sees, changes or deletes what is another\'s', async () => {
    const { api: ann } = customer(server, await signUp(server));
    const { api: ben } = customer(server, await signUp(server));
    const { api: guest } = visitor(server);
    const owners = await Promise.all([ann, ben, guest].map(async (api) => ({ api, things: await belongings(api) })));

    for (const { api, things } of owners) {
      for (const read of readsOf(api, things)) assert.equal((await read.execute()).statusCode, 200);
      assert.equal((await bodyOf(activeCart(api))).id, things.cart.id);
      assert.deepEqual(await idsOf(api), [
        [things.order.cart.id, things.cart.id].sort(), [things.order.id], [things.list.id], [things.payment.id],
      ]);
      for (const { things: foreign } of owners.filter((other) => other.api !== api)) await expectNoAccess(api, foreign);
    }
    for (const { api, things } of owners) {
      const [cart, , list, payment] = await Promise.all(readsOf(api, things).map(bodyOf));

      assert.deepEqual([cart, list, payment], [things.cart, things.list, things.payment], 'as they were');
    }
  });

  async function expectNoAccess(api, { cart, order: foreignOrder, list, payment }) {
    const version = (thing) => ({ queryArgs: { version: thing.version } });
    const name = { action: 'changeName', name: { en: 'Mine' } };
    const amount = { action: 'changeAmountPlanned', amount: { currencyCode: 'EUR', centAmount: 1 } };

    for (const call of [
      ...readsOf(api, { cart, order: foreignOrder, list, payment }),
      update(api, cart, addHats(1)),
      cartOf(api, cart).delete(version(cart)),
      order(api, cart),
      api.me().carts().replicate().post({ body: { reference: { typeId: 'cart', id: cart.id } } }),
      api.me().carts().replicate().post({ body: { reference: { typeId: 'order', id: foreignOrder.id } } }),
      api.shippingMethods().matchingCart().get({ queryArgs: { cartId: cart.id } }),
      listOf(api, list).post({ body: { version: list.version, actions: [name] } }),
      listOf(api, list).delete(version(list)),
      paymentOf(api, payment).post({ body: { version: payment.version, actions: [amount] } }),
      paymentOf(api, payment).delete(version(payment)),
    ]) await expectFailure(call, NOT_FOUND);
  }
});

describe('signing in', () => {
  test('brings along the order, the shopping list and the payment of the visitor', async () => {
    const account = await signUp(server);
    const shop = customer(server, account);
    const kept = await newList(shop.api, { sku: SCARF.sku });
    const guest = visitor(server);
    const things = await belongings(guest.api);

    assert.equal(typeof things.list.anonymousId, 'string');
    await logIn(guest.api, account);

    const [cart, bought, list, payment] = await Promise.all(readsOf(shop.api, things).map(bodyOf));
    const owner = { typeId: 'customer', id: account.profile.id };

    assert.deepEqual([cart.customerId, bought.customerId], [owner.id, owner.id]);
    assert.deepEqual([list.customer, payment.customer], [owner, owner]);
    for (const thing of [cart, bought, list, payment]) assert.ok(!('anonymousId' in thing));
    assert.deepEqual(list.lineItems, things.list.lineItems);
    assert.deepEqual((await idsOf(shop.api))[2], [kept.id, list.id].sort(), 'lists are not merged');
    for (const read of readsOf(guest.api, things)) await expectFailure(read, NOT_FOUND);
    assert.deepEqual(await idsOf(guest.api), [[], [], [], []]);

    const more = await bodyOf(listOf(shop.api, list).post({
      body: { version: list.version, actions: [{ action: 'addLineItem', sku: SCARF.sku }] },
    }));

    assert.equal(more.lineItems.length, 2);
  });
});

describe('a store', () => {
  test('has carts of its own, from the first visit over the sign-in to the order', async () => {
    const inBerlin = ({ api }) => api.inStoreKeyWithStoreKeyValue({ storeKey: 'berlin' });
    const account = await signUp(server, {}, { store: 'berlin' });
    const shop = customer(server, account, { store: 'berlin' });
    const guest = visitor(server);
    const kept = await newCart(inBerlin(shop), { lineItems: [{ sku: HAT.sku }] });

    await newCart(guest.api, { lineItems: [{ sku: UMBRELLA.sku }] });
    await newCart(inBerlin(guest), { lineItems: [{ sku: SCARF.sku }] });

    const { cart } = await logIn(inBerlin(guest), account);

    assert.deepEqual([cart.id, cart.store, content(cart)], [
      kept.id, { typeId: 'store', key: 'berlin' }, ['1 HAT', '1 SCARF'],
    ]);
    await expectFailure(activeCart(guest.api), NOT_FOUND);

    const { results: ofNoStore } = await bodyOf(shop.api.me().carts().get({
      queryArgs: { where: 'store is not defined' },
    }));

    assert.deepEqual(ofNoStore.map(content), [['1 UMBRELLA']], 'what is of no store goes along');
    assert.deepEqual(await bodyOf(activeCart(inBerlin(shop))), cart);
    await expectFailure(activeCart(shop.api.inStoreKeyWithStoreKeyValue({ storeKey: 'oslo' })), NOT_FOUND);

    const ready = await bodyOf(update(inBerlin(shop), cart, setShippingAddress));
    const placed = await bodyOf(order(inBerlin(shop), ready));

    assert.deepEqual(placed.store, cart.store);
    assert.deepEqual((await bodyOf(inBerlin(shop).me().orders().get())).results, [placed]);
    await expectFailure(activeCart(inBerlin(shop)), NOT_FOUND);
  });
});

describe('the check-out', () => {
  test('takes address, shipping method and payment, and makes an order of the cart', async () => {
    const account = await signUp(server);
    const { api } = customer(server, account);
    const started = await newCart(api, { country: 'AT', lineItems: [{ sku: HAT.sku, quantity: 2 }] });

    assert.ok(!('taxedPrice' in started));
    await expectFailure(order(api, started), NOT_ALLOWED_NOW);

    const addressed = await bodyOf(update(
      api, started, setShippingAddress, { action: 'setBillingAddress', address: VIENNA },
      { action: 'setCustomerEmail', email: account.email },
    ));
    const { results } = await bodyOf(api.shippingMethods().matchingCart().get({ queryArgs: { cartId: addressed.id } }));

    assert.deepEqual(results.map(({ id }) => id), [stock.shippingMethod]);
    assert.equal(results[0].zoneRates[0].shippingRates[0].price.centAmount, SHIPPING_PRICE);

    const total = 2 * HAT.austrianPrice + SHIPPING_PRICE;
    const payment = await newPayment(api, total);
    const cart = await bodyOf(update(
      api, addressed, { action: 'setShippingMethod', shippingMethod: { typeId: 'shipping-method', id: results[0].id } },
      { action: 'addPayment', payment: { typeId: 'payment', id: payment.id } },
    ));

    assert.equal(cents(cart), total);
    assert.equal(cart.shippingInfo.shippingMethodName, 'Post');
    assert.equal(cart.shippingInfo.price.centAmount, SHIPPING_PRICE);
    assert.deepEqual(cart.paymentInfo.payments, [{ typeId: 'payment', id: payment.id }]);
    assert.equal(cart.taxedPrice.totalGross.centAmount, total);
    assert.equal(cart.taxedPrice.totalNet.centAmount,
      Math.round(2 * HAT.austrianPrice / 1.2) + Math.round(SHIPPING_PRICE / 1.2));

    const { statusCode, body: placed } = await order(api, cart).execute();

    assert.equal(statusCode, 201);
    assert.deepEqual([placed.orderState, placed.cart.id, placed.customerEmail], ['Open', cart.id, account.email]);
    for (const member of [
      'lineItems', 'totalPrice', 'taxedPrice', 'shippingInfo', 'shippingAddress', 'billingAddress', 'paymentInfo',
    ]) assert.deepEqual(placed[member], cart[member], member);
    assert.deepEqual(await bodyOf(orderOf(api, placed).get()), placed);

    const ordered = await bodyOf(cartOf(api, cart).get());

    assert.equal(ordered.cartState, 'Ordered');
    await expectFailure(activeCart(api), NOT_FOUND);
    await expectFailure(update(api, ordered, addHats(1)), NOT_ALLOWED_NOW);
    await expectFailure(order(api, ordered), NOT_ALLOWED_NOW);

    const again = await bodyOf(api.me().carts().replicate().post({
      body: { reference: { typeId: 'order', id: placed.id } },
    }));

    assert.deepEqual([again.cartState, content(again)], ['Active', ['2 HAT']]);
  });

  test('stops when a price has changed meanwhile, until the customer has seen it', async () => {
    const { api } = visitor(server);
    const cart = await newCart(api, { lineItems: [{ sku: SCARF.sku }, { sku: UMBRELLA.sku, quantity: 2 }] });
    const ready = await bodyOf(update(api, cart, setShippingAddress));

    await changePriceOfUmbrella(server, UMBRELLA.price + 100);
    await expectFailure(order(api, ready), {
      name: 'BadRequest',
      statusCode: 400,
      code: 'PriceChanged',
      fields: { lineItems: [ready.lineItems[1].id], shipping: false },
    });
    assert.deepEqual(await bodyOf(activeCart(api)), ready);
    await expectFailure(order(api, cart), conflictAt(ready.version));

    const seen = await bodyOf(update(api, ready, { action: 'recalculate' }));

    assert.equal(cents(seen), SCARF.price + 2 * (UMBRELLA.price + 100));
    assert.equal(cents(await bodyOf(order(api, seen))), cents(seen));
  });
});
