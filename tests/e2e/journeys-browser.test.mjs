/* The same journeys in a page of Chromium that comes from another origin than the server. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import { openBrowser } from './support/browser.mjs';
import { expectCleanStop } from './support/expect.mjs';
import { stockShop } from './support/stock.mjs';

let server;
let browser;
let page;
let place;

before(async () => {
  server = await startServer();
  place = { server: { url: server.url }, stock: await stockShop(server) };
  browser = await openBrowser();
  page = await browser.newPage();
});
after(async () => {
  await browser?.close();
  await expectCleanStop(server);
});

test('a visitor looks around and leaves', () => page.run((given) => e2e.journeys.lookAround(given), place));

test('a customer signs in with a cart', () => page.run((given) => e2e.journeys.signInWithCart(given), place));

test('the same in a shop that sends its cookies along', () => page.run((given) => {
  const httpClient = (url, init) => fetch(url, { ...init, credentials: 'include' });

  return e2e.journeys.signInWithCart({ ...given, options: { httpClient } });
}, place));

test('somebody opens an account', () => page.run((given) => e2e.journeys.openAccount(given), place));

test('a page that is loaded again goes on with the session in its local storage', async () => {
  const cart = await page.run(async ({ server: { url } }) => {
    const tokenCache = {
      get: async () => JSON.parse(localStorage.getItem('token') ?? 'null') ?? undefined,
      set: async (value) => localStorage.setItem('token', JSON.stringify(value)),
    };
    const { api } = e2e.shop.visitor({ url }, { tokenCache });

    return e2e.shop.bodyOf(api.me().carts().post({ body: { currency: 'EUR', lineItems: [{ sku: 'HAT' }] } }));
  }, place);

  await page.reload();

  const [kept, renewed] = await page.run(async ({ server: { url } }) => {
    const { token, refreshToken } = JSON.parse(localStorage.getItem('token'));
    const activeCart = ({ api }) => e2e.shop.bodyOf(api.me().activeCart().get());

    return [
      await activeCart(e2e.shop.resumed({ url }, token)), await activeCart(e2e.shop.returning({ url }, refreshToken)),
    ];
  }, place);

  assert.deepEqual(kept, cart);
  assert.deepEqual(renewed, cart);
});

test('all that took preflight requests, and no answer was kept from the page', () => {
  const log = server.stderrText();

  assert.notEqual(page.origin, new URL(server.url).origin);
  for (const path of ['/demo/me/active-cart', '/demo/me/login', '/oauth/demo/anonymous/token', '/oauth/token/revoke']) {
    assert.ok(log.includes(` 204 OPTIONS ${path} `), path);
  }
  assert.deepEqual(page.refused, []);
});
