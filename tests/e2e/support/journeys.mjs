/* What people do in a shop, from the first call to the last, as a storefront does it with the official client. These
 * run in a test of node as well as in a page of a browser (support/browser.mjs).
 *
 * `place` is where they happen: { server, stock }, the latter from support/stock.mjs, and `options` for the clients. */

import assert from 'node:assert/strict';

import {
  conflictAt, DUPLICATE_EMAIL, expectFailure, expectProfile, expectTokenFailure, INVALID_CREDENTIALS, INVALID_GRANT,
  INVALID_TOKEN, NO_SUCH_ACCOUNT, NOT_FOUND,
} from './expect.mjs';
import { backend, bodyOf, customer, introspect, resumed, returning, revoke, uniqueEmail, visitor } from './shop.mjs';
import { DISCOUNT_CODE, discounted, HAT, LONG_SCARF, SCARF } from './stock.mjs';

const CORRELATION = /^shop\//;

export const cents = (cart) => cart.totalPrice.centAmount;
export const activeCart = (api) => api.me().activeCart().get();
export const cartOf = (api, { id }) => api.me().carts().withId({ ID: id });
export const update = (api, cart, ...actions) => cartOf(api, cart).post({ body: { version: cart.version, actions } });
export const addHats = (quantity) => ({ action: 'addLineItem', sku: HAT.sku, quantity });

/* SKU and quantity of every line, in the order of the cart. */
export const content = (cart) => cart.lineItems.map(({ variant, quantity }) => `${quantity} ${variant.sku}`);

const lineOf = (cart, sku) => cart.lineItems.find(({ variant }) => variant.sku === sku).id;

/* How many for which discounted price. */
const unitPrices = ({ discountedPricePerQuantity }) =>
  discountedPricePerQuantity.map(({ quantity, discountedPrice }) => [quantity, discountedPrice.value.centAmount]);

/* Every answer of a shop says which request it belongs to, and a page may read it. */
function expectCorrelations({ calls, correlations }) {
  for (const [index, { sent, received }] of correlations.entries()) {
    assert.match(received ?? 'none', CORRELATION, calls[index]);
    assert.equal(received, sent, calls[index]);
  }
}

/* Somebody looks around, fills a cart, tries a discount code, and leaves without having bought anything. */
export async function lookAround({ server, stock, options }) {
  const guest = visitor(server, options);
  const { api, calls } = guest;

  await expectFailure(activeCart(api), NOT_FOUND);
  assert.deepEqual(calls, ['POST /oauth/demo/anonymous/token 200', 'GET /demo/me/active-cart 404']);

  const created = await api.me().carts().post({ body: { currency: 'EUR' } }).execute();
  let cart = created.body;

  assert.equal(created.statusCode, 201);
  assert.equal(typeof cart.anonymousId, 'string');
  assert.ok(!('customerId' in cart));
  assert.deepEqual([cart.version, cart.cartState, content(cart), cents(cart)], [1, 'Active', [], 0]);

  cart = await bodyOf(update(api, cart, addHats(2), {
    action: 'addLineItem', productId: stock.scarf, variantId: 2, quantity: 1,
  }));
  assert.deepEqual(content(cart), ['2 HAT', '1 SCARF-LONG']);
  assert.equal(cents(cart), 2 * HAT.price + LONG_SCARF.price);
  assert.equal(cart.totalLineItemQuantity, 3);
  assert.equal(cart.lineItems[0].variant.images[0].url, 'https://shop.example/hat.png');

  cart = await bodyOf(update(api, cart, addHats(1)));
  assert.deepEqual(content(cart), ['3 HAT', '1 SCARF-LONG'], 'one line for one variant');
  cart = await bodyOf(update(api, cart, {
    action: 'changeLineItemQuantity', lineItemId: lineOf(cart, HAT.sku), quantity: 1,
  }));
  assert.deepEqual(content(cart), ['1 HAT', '1 SCARF-LONG']);
  cart = await bodyOf(update(api, cart, { action: 'removeLineItem', lineItemId: lineOf(cart, LONG_SCARF.sku) }));
  assert.deepEqual([content(cart), cents(cart)], [['1 HAT'], HAT.price]);
  cart = await bodyOf(update(api, cart, { action: 'setCountry', country: 'AT' }));
  assert.equal(cents(cart), HAT.austrianPrice);

  cart = await tryDiscountCode(api, cart, stock.discountCode);
  await expectFailure(update(api, { ...cart, version: cart.version - 1 }, addHats(1)), conflictAt(cart.version));
  assert.deepEqual(await bodyOf(activeCart(api)), cart);

  const deleted = await cartOf(api, cart).delete({ queryArgs: { version: cart.version } }).execute();

  assert.equal(deleted.statusCode, 200);
  assert.deepEqual([deleted.body.id, content(deleted.body)], [cart.id, ['1 HAT']]);
  await expectFailure(activeCart(api), NOT_FOUND);
  await expectFailure(cartOf(api, cart).get(), NOT_FOUND);
  assert.equal(calls.filter((call) => call.includes('/oauth/')).length, 1, 'one session all the way');
  expectCorrelations(guest);
}

/* A code that does not exist, then one that does, then none: the prices go down and come back. */
async function tryDiscountCode(api, cart, discountCode) {
  await expectFailure(update(api, cart, { action: 'addDiscountCode', code: 'SUN20' }), {
    name: 'BadRequest',
    statusCode: 400,
    code: 'DiscountCodeNonApplicable',
    message: "The discount code 'SUN20' was not found.",
    fields: { discountCode: 'SUN20', reason: 'DoesNotExist' },
  });

  const reduced = await bodyOf(cartOf(api, cart).post({
    body: { version: cart.version, actions: [{ action: 'addDiscountCode', code: DISCOUNT_CODE }] },
    queryArgs: { expand: 'discountCodes[*].discountCode' },
  }));
  const [{ discountCode: reference, state }] = reduced.discountCodes;
  const [line] = reduced.lineItems;

  assert.deepEqual([reference.id, reference.obj.code, state], [discountCode, DISCOUNT_CODE, 'MatchesCart']);
  assert.equal(cents(reduced), discounted(HAT.austrianPrice));
  assert.equal(line.price.value.centAmount, HAT.austrianPrice, 'what is crossed out');
  assert.equal(line.totalPrice.centAmount, cents(reduced));
  assert.deepEqual(unitPrices(line), [[1, cents(reduced)]]);

  const restored = await bodyOf(update(api, reduced, {
    action: 'removeDiscountCode', discountCode: { typeId: 'discount-code', id: discountCode },
  }));

  assert.equal(cents(restored), cents(cart));
  assert.deepEqual(restored.discountCodes, []);
  assert.deepEqual(restored.lineItems[0].totalPrice, cart.lineItems[0].totalPrice);
  assert.deepEqual(unitPrices(restored.lineItems[0]), []);
  return restored;
}

/* A customer of old, whose cart still holds three hats and a scarf, fills another as a visitor, and signs in. */
export async function signInWithCart({ server, options }) {
  const guest = visitor(server, options);
  const account = { email: uniqueEmail('Returning'), password: 'correct horse' };
  const home = customer(server, account, options);
  const newCart = (api, ...lineItems) => bodyOf(api.me().carts().post({ body: { currency: 'EUR', lineItems } }));

  await visitor(server, options).api.me().signup().post({ body: account }).execute();

  const kept = await newCart(home.api, { sku: HAT.sku, quantity: 3 }, { sku: SCARF.sku });
  const filled = await newCart(guest.api, { sku: HAT.sku, quantity: 7 }, { sku: LONG_SCARF.sku, quantity: 2 });

  await expectFailure(guest.api.me().login().post({ body: { ...account, password: 'wrong' } }), INVALID_CREDENTIALS);
  assert.deepEqual(await bodyOf(activeCart(guest.api)), filled, 'a failed sign-in moves nothing');

  const { statusCode, body: result } = await guest.api.me().login().post({
    body: { ...account, activeCartSignInMode: 'MergeWithExistingCustomerCart' },
  }).execute();

  assert.equal(statusCode, 200);
  assert.equal(result.cart.id, kept.id);
  assert.deepEqual(content(result.cart), ['7 HAT', '1 SCARF', '2 SCARF-LONG'], 'the larger number, not the sum');
  assert.equal(cents(result.cart), 7 * HAT.price + SCARF.price + 2 * LONG_SCARF.price);
  assert.equal(result.cart.customerId, result.customer.id);
  assert.ok(!('anonymousId' in result.cart));
  await expectFailure(activeCart(guest.api), NOT_FOUND);
  await expectFailure(cartOf(guest.api, filled).get(), NOT_FOUND);

  const shop = customer(server, account, options);

  assert.deepEqual(await bodyOf(shop.api.me().get()), result.customer);
  assert.deepEqual(await bodyOf(activeCart(shop.api)), result.cart);
  assert.equal((await bodyOf(cartOf(shop.api, filled).get())).cartState, 'Merged');
  assert.equal(shop.calls[0], 'POST /oauth/demo/customers/token 200');

  const { token, refreshToken } = shop.tokenCache.current;
  const refreshed = returning(server, refreshToken, options);

  assert.deepEqual(await bodyOf(activeCart(refreshed.api)), result.cart);
  await signOut(server, [token, refreshed.tokenCache.current.token], refreshToken, options);
  for (const client of [guest, shop, refreshed]) expectCorrelations(client);
}

/* Ends all tokens of a session, after which none of them opens anything. */
async function signOut(server, tokens, refreshToken, options) {
  await revoke(server, refreshToken, 'refresh_token');
  await expectTokenFailure(activeCart(returning(server, refreshToken, options).api), INVALID_GRANT);
  for (const token of tokens) {
    await revoke(server, token);
    await expectFailure(activeCart(resumed(server, token, options).api), INVALID_TOKEN);
    assert.deepEqual(await introspect(server, token), { active: false });
  }
}

/* Somebody opens an account, fills the address book, and changes the password. */
export async function openAccount({ server, options }) {
  const guest = visitor(server, options);
  const trusted = backend(server, options);
  const account = { email: uniqueEmail('Mia'), password: 'correct horse' };
  const signUp = (draft) => guest.api.me().signup().post({ body: draft });
  const register = (draft) => trusted.api.customers().post({ body: draft });
  const { statusCode, body: opened } = await signUp({ ...account, firstName: 'Mia' }).execute();
  const other = { email: uniqueEmail('Kim'), password: 'correct horse' };
  const registered = await register(other).execute();

  assert.equal(statusCode, 201);
  assert.equal(registered.statusCode, 201);
  for (const { customer: profile, ...rest } of [opened, registered.body]) {
    expectProfile(profile);
    assert.deepEqual(rest, {}, 'no cart');
  }
  for (const { email } of [account, other]) {
    const taken = { ...DUPLICATE_EMAIL, fields: { field: 'email', duplicateValue: email } };

    await expectFailure(signUp({ email, password: 'x' }), taken);
    await expectFailure(register({ email, password: 'x' }), taken);
  }

  const shop = customer(server, account, options);

  assert.deepEqual(await bodyOf(shop.api.me().get()), opened.customer);

  const settled = await fillAddressBook(shop.api, opened.customer);

  await changePassword(server, account, shop, settled, options);
  for (const client of [guest, trusted, shop]) expectCorrelations(client);
}

async function fillAddressBook(api, { version }) {
  const actions = [
    { action: 'addAddress', address: { key: 'home', streetName: 'Ring', city: 'Wien', country: 'AT' } },
    { action: 'addAddress', address: { key: 'work', city: 'Graz', country: 'AT' } },
    { action: 'addAddress', address: { key: 'old', city: 'Linz', country: 'AT' } },
    { action: 'changeAddress', addressKey: 'work', address: { key: 'work', city: 'Berlin', country: 'DE' } },
    { action: 'setDefaultShippingAddress', addressKey: 'home' },
    { action: 'setDefaultBillingAddress', addressKey: 'work' },
    { action: 'addShippingAddressId', addressKey: 'work' },
    { action: 'addShippingAddressId', addressKey: 'old' },
    { action: 'addBillingAddressId', addressKey: 'home' },
    { action: 'removeShippingAddressId', addressKey: 'work' },
    { action: 'removeBillingAddressId', addressKey: 'home' },
    { action: 'removeAddress', addressKey: 'old' },
  ];
  const profile = await bodyOf(api.me().post({ body: { version, actions } }));
  const [home, work] = profile.addresses;

  expectProfile(profile);
  assert.equal(profile.version, version + actions.length);
  assert.deepEqual(profile.addresses.map(({ key, city }) => `${key}: ${city}`), ['home: Wien', 'work: Berlin']);
  assert.deepEqual([profile.defaultShippingAddressId, profile.shippingAddressIds], [home.id, [home.id]]);
  assert.deepEqual([profile.defaultBillingAddressId, profile.billingAddressIds], [work.id, [work.id]]);
  assert.deepEqual(await bodyOf(api.me().get()), profile);
  return profile;
}

/* A wrong current password changes nothing; the right one ends all that was signed in with the old one. */
async function changePassword(server, account, { api, tokenCache }, { version }, options) {
  const change = (currentPassword) => api.me().password().post({
    body: { version, currentPassword, newPassword: 'battery staple' },
  });
  const { token, refreshToken } = tokenCache.current;
  const signIn = (password) => visitor(server, options).api.me().login().post({ body: { ...account, password } });

  await expectFailure(change('wrong'), {
    name: 'BadRequest',
    statusCode: 400,
    code: 'InvalidCurrentPassword',
    message: 'The given current password does not match.',
  });
  assert.equal((await bodyOf(api.me().get())).version, version);

  const changed = await bodyOf(change(account.password));

  assert.equal(changed.version, version + 1);
  await expectFailure(resumed(server, token, options).api.me().get(), INVALID_TOKEN);
  await expectTokenFailure(returning(server, refreshToken, options).api.me().get(), INVALID_GRANT);
  await expectTokenFailure(customer(server, account, options).api.me().get(), NO_SUCH_ACCOUNT);
  await expectFailure(signIn(account.password), INVALID_CREDENTIALS);
  assert.deepEqual(await bodyOf(signIn('battery staple')), { customer: changed });

  const renewed = customer(server, { ...account, password: 'battery staple' }, options);

  assert.deepEqual(await bodyOf(renewed.api.me().get()), changed);
}
