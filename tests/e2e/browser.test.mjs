/* The client in a page of another origin: what a browser asks before, and what it lets the page read. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import { browserAt } from './support/browser.mjs';
import {
  expectCleanStop, expectFailure, expectTokenFailure, failureOf, INVALID_TOKEN, NO_SUCH_ACCOUNT,
} from './support/expect.mjs';
import {
  backend, bodyOf, customer, resumed, returning, signUp, stranger, uniqueEmail, visitor,
} from './support/shop.mjs';

const SHOP = 'http://localhost:5173';
const OTHER_SHOP = 'https://shop.example';

let server;

before(async () => { server = await startServer(); });
after(() => expectCleanStop(server));

const inPage = (page, more = {}) => ({ httpClient: page.fetch, http: { credentialsMode: 'include' }, ...more });
const raw = (client, method, uri, body) => ({ execute: () => client.execute({ method, uri, body }) });

describe('a shop in a browser', () => {
  test('signs up, signs in, updates, refreshes and leaves', async () => {
    const page = browserAt(SHOP);
    const draft = { email: uniqueEmail('Browser'), password: 'correct horse' };
    const { body } = await visitor(server, inPage(page)).api.me().signup().post({ body: draft }).execute();
    const shop = customer(server, draft, inPage(page, { concurrent: {} }));

    assert.deepEqual(await bodyOf(shop.api.me().get()), body.customer);

    const updated = await bodyOf(shop.api.me().post({
      body: { version: 7, actions: [{ action: 'setFirstName', firstName: 'Zoë' }] },
    }));

    assert.equal(updated.firstName, 'Zoë');

    const reloaded = returning(server, shop.tokenCache.current.refreshToken, inPage(page));

    assert.deepEqual(await bodyOf(reloaded.api.me().delete({ queryArgs: { version: updated.version } })), updated);
    assert.deepEqual(shop.calls, [
      'POST /oauth/demo/customers/token 200', 'GET /demo/me 200', 'POST /demo/me 409', 'POST /demo/me 200',
    ]);
    assert.ok(page.preflights >= 8, 'every one of these calls has an Authorization header');
  });

  test('can read the correlation id of what it reports', async () => {
    const page = browserAt(SHOP);
    const { headers } = await visitor(server, inPage(page)).api.me().signup()
      .post({ body: { email: uniqueEmail(), password: 'x' } }).execute();

    assert.match(headers['x-correlation-id'], /^shop\//);
  });

  test('reads errors as errors of the API, never as `Failed to fetch`', async () => {
    const page = browserAt(SHOP);
    const options = inPage(page);
    const account = await signUp(server, {}, options);
    const shop = customer(server, account, options);
    const mistyped = customer(server, { ...account, password: 'wrong' }, options);
    const trusted = backend(server, options);

    await expectTokenFailure(mistyped.api.me().get(), NO_SUCH_ACCOUNT);
    await expectFailure(resumed(server, 'x'.repeat(32), options).api.me().get(), INVALID_TOKEN);
    await expectFailure(stranger(server, options).api.me().get(), {
      name: 'Unauthorized', statusCode: 401, code: 'access_denied',
    });
    await expectFailure(shop.api.customers().get(), { name: 'Forbidden', statusCode: 403, code: 'insufficient_scope' });
    await expectFailure(shop.api.me().post({ body: { version: 2, actions: [] } }), {
      name: 'ConcurrentModification', statusCode: 409, code: 'ConcurrentModification', fields: { currentVersion: 1 },
    });
    await expectFailure(trusted.api.customers().withKey({ key: 'nobody' }).get(), {
      name: 'NotFound', statusCode: 404, code: 'ResourceNotFound',
    });
    await expectFailure(trusted.api.subscriptions().get(), {
      name: 'HttpError', statusCode: 501, code: 'NotImplemented',
    });
    assert.equal((await failureOf(raw(trusted, 'DELETE', '/demo/me/signup'))).statusCode, 405);
    assert.equal((await failureOf(raw(trusted, 'GET', '/demo/nothing/of/the/kind'))).statusCode, 404);
    assert.equal((await failureOf(raw(trusted, 'GET', '/'))).statusCode, 404);
  });

  test('that asks the server\'s leave to enter a private network gets it', async () => {
    const page = browserAt(OTHER_SHOP, { privateNetwork: true });
    const account = await signUp(server, {}, inPage(page));

    assert.equal((await bodyOf(customer(server, account, inPage(page)).api.me().get())).id, account.profile.id);
  });

  test('an answer for one origin is none for another, and says so to caches', async () => {
    for (const origin of [SHOP, OTHER_SHOP]) {
      const answer = await fetch(`${server.url}/demo/me`, { headers: { Origin: origin } });

      await answer.arrayBuffer();
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('access-control-allow-origin'), origin);
      assert.match(answer.headers.get('vary') ?? '', /\borigin\b/i);
    }
  });
});

describe('a server that knows its shop', () => {
  test('lets that one read, and no other', async () => {
    const picky = await startServer({ args: ['--cors', SHOP] });

    try {
      const account = await signUp(picky, {}, inPage(browserAt(SHOP)));
      const error = await failureOf(customer(picky, account, inPage(browserAt(OTHER_SHOP))).api.me().get());

      assert.equal(error.message, 'Failed to fetch');
      assert.match(error.cause, /^https:\/\/shop\.example is not allowed/);
    } finally {
      await expectCleanStop(picky);
    }
  });
});
