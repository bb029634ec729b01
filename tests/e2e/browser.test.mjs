/* What a browser lets a page of another origin read of the server's answers. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import { openBrowser } from './support/browser.mjs';
import { expectCleanStop } from './support/expect.mjs';

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await expectCleanStop(server);
});

for (const credentials of ['same-origin', 'include']) {
  test(`errors of the API, never \`Failed to fetch\`, with the credentials mode "${credentials}"`, async () => {
    const page = await browser.newPage();

    await page.run(async ({ url, mode }) => {
      const { expect, shop } = e2e;
      const server = { url };
      const options = { httpClient: (place, init) => fetch(place, { ...init, credentials: mode }) };
      const account = await shop.signUp(server, {}, options);
      const customer = shop.customer(server, account, options);
      const trusted = shop.backend(server, options);
      const raw = async (method, uri) => (await expect.failureOf({
        execute: () => trusted.execute({ method, uri }),
      })).statusCode;
      const statuses = [];

      await expect.expectTokenFailure(
        shop.customer(server, { ...account, password: 'wrong' }, options).api.me().get(), expect.NO_SUCH_ACCOUNT);
      await expect.expectFailure(shop.resumed(server, 'x'.repeat(32), options).api.me().get(), expect.INVALID_TOKEN);
      await expect.expectFailure(shop.stranger(server, options).api.me().get(), {
        name: 'Unauthorized', statusCode: 401, code: 'access_denied',
      });
      await expect.expectFailure(customer.api.customers().get(), {
        name: 'Forbidden', statusCode: 403, code: 'insufficient_scope',
      });
      await expect.expectFailure(customer.api.me().post({ body: { version: 2, actions: [] } }), expect.conflictAt(1));
      await expect.expectFailure(trusted.api.customers().withKey({ key: 'nobody' }).get(), expect.NOT_FOUND);
      await expect.expectFailure(trusted.api.subscriptions().get(), {
        name: 'HttpError', statusCode: 501, code: 'NotImplemented',
      });
      for (const [method, uri] of [['DELETE', '/demo/me/signup'], ['GET', '/demo/nothing/of/the/kind'], ['GET', '/']]) {
        statuses.push(await raw(method, uri));
      }
      if (statuses.join() !== '405,404,404') throw new Error(`${statuses}`);
      await customer.api.me().delete({ queryArgs: { version: 1 } }).execute();
    }, { url: server.url, mode: credentials });
    assert.deepEqual(page.refused, []);
  });
}

test('a server that knows its shop lets that one read, and no other', async () => {
  const [shop, other] = [await browser.newPage(), await browser.newPage()];
  const picky = await startServer({ args: ['--cors', shop.origin] });

  try {
    const signUp = async (url) => {
      try {
        return (await e2e.shop.signUp({ url })).profile.version;
      } catch (error) {
        return error.message;
      }
    };

    assert.equal(await shop.run(signUp, picky.url), 1);
    assert.equal(await other.run(signUp, picky.url), 'Failed to fetch');
    assert.deepEqual(shop.refused, []);
    assert.equal(other.refused.length, 1);
  } finally {
    await expectCleanStop(picky);
  }
});
