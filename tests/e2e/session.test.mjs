/* Sessions: kept over a reload of the page, refreshed, revoked, expired. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { eventually } from '../http/support/expect.mjs';
import { removeDirectory, startServer, temporaryDirectory } from '../http/support/server.mjs';
import {
  expectCleanStop, expectFailure, expectTokenFailure, INVALID_GRANT, INVALID_TOKEN,
} from './support/expect.mjs';
import {
  BACKEND, backend, bodyOf, customer, introspect, memoryCache, postForm, resumed, returning, revoke, signUp, STOREFRONT,
  visitor,
} from './support/shop.mjs';

const ACCESS_TOKEN = /^[A-Za-z0-9_-]{32}$/;
const REFRESH_TOKEN = /^demo:[A-Za-z0-9_-]{43}$/;

let server;

before(async () => { server = await startServer(); });
after(() => expectCleanStop(server));

async function signedIn(options) {
  const account = await signUp(server);
  const shop = customer(server, account, options);

  await shop.api.me().get().execute();
  return { account, ...shop };
}

describe('the token cache', () => {
  test('is filled at the first call and used from then on', async () => {
    const { api, calls, tokenCache } = await signedIn();
    const { token, refreshToken, expirationTime } = tokenCache.current;

    assert.match(token, ACCESS_TOKEN);
    assert.match(refreshToken, REFRESH_TOKEN);
    assert.ok(Math.abs(expirationTime - Date.now() - (172_800 - 300) * 1000) < 60_000, 'two days, less five minutes');
    await api.me().get().execute();
    await api.me().get().execute();
    assert.deepEqual(calls, ['POST /oauth/demo/customers/token 200', ...Array(3).fill('GET /demo/me 200')]);
  });

  test('carries a session over to the next page', async () => {
    const { account, tokenCache } = await signedIn();
    const next = customer(server, account, { tokenCache: memoryCache(tokenCache.current) });

    assert.equal((await bodyOf(next.api.me().get())).id, account.profile.id);
    assert.deepEqual(next.calls, ['GET /demo/me 200']);
  });

  test('holds no refresh token of a client that acts for itself', async () => {
    const { api, tokenCache } = backend(server);

    await api.get().execute();
    assert.match(tokenCache.current.token, ACCESS_TOKEN);
    assert.equal(tokenCache.current.refreshToken, undefined);
  });

  test('a token that has run out in the cache is replaced before the call', async () => {
    const { account, tokenCache } = await signedIn();
    const { token } = tokenCache.current;
    const late = customer(server, account, { tokenCache: memoryCache({ ...tokenCache.current, expirationTime: 1 }) });

    assert.equal((await bodyOf(late.api.me().get())).id, account.profile.id);
    assert.equal(late.calls.length, 2);
    assert.match(late.calls[0], /^POST \/oauth\/\S+ 200$/);
    assert.notEqual(late.tokenCache.current.token, token);
  });

  test('tokens that live less than five minutes are fetched anew for every call', async () => {
    const brief = await startServer({ args: ['--token-ttl', '250s'] });

    try {
      const account = await signUp(brief);
      const { api, calls } = customer(brief, account);

      for (let i = 0; i < 3; i++) assert.equal((await bodyOf(api.me().get())).id, account.profile.id);
      assert.deepEqual(calls, Array(3).fill(['POST /oauth/demo/customers/token 200', 'GET /demo/me 200']).flat());
    } finally {
      await expectCleanStop(brief);
    }
  });
});

describe('the refresh flow', () => {
  test('goes on with the session of a customer: another token, the same rights', async () => {
    const { account, tokenCache } = await signedIn();
    const { token, refreshToken } = tokenCache.current;
    const page = returning(server, refreshToken);

    assert.deepEqual(await bodyOf(page.api.me().get()), account.profile);
    assert.deepEqual(page.calls, ['POST /oauth/token 200', 'GET /demo/me 200']);

    const { token: refreshed, refreshToken: another } = page.tokenCache.current;
    const earlier = await introspect(server, token);
    const now = await introspect(server, refreshed);

    assert.match(refreshed, ACCESS_TOKEN);
    assert.notEqual(refreshed, token);
    assert.equal(another, undefined, 'the refresh token stays the one to use');
    assert.equal(earlier.active, true, 'the old token goes on as well');
    assert.equal(now.active, true);
    assert.equal(now.scope, earlier.scope);
    assert.match(now.scope, new RegExp(` customer_id:${account.profile.id}$`));
  });

  test('works again and again with the same refresh token', async () => {
    const { account, tokenCache } = await signedIn();
    const tokens = new Set();

    for (let i = 0; i < 3; i++) {
      const page = returning(server, tokenCache.current.refreshToken);

      assert.equal((await bodyOf(page.api.me().get())).id, account.profile.id);
      tokens.add(page.tokenCache.current.token);
    }
    assert.equal(tokens.size, 3);
  });

  test('goes on with the session of a visitor', async () => {
    const anonymousId = `visitor-${Date.now()}`;
    const first = visitor(server, { anonymousId });

    await expectFailure(first.api.me().get(), {
      name: 'Forbidden', statusCode: 403, code: 'insufficient_token_grant_type',
    });

    const page = returning(server, first.tokenCache.current.refreshToken);
    const draft = { email: `${anonymousId}@example.org`, password: 'x' };
    const { body } = await page.api.me().signup().post({ body: draft }).execute();
    const { scope } = await introspect(server, page.tokenCache.current.token);

    assert.equal(body.customer.createdBy.anonymousId, anonymousId);
    assert.match(scope, new RegExp(` anonymous_id:${anonymousId}$`));
  });

  test('is refused for an unknown refresh token and for another client', async () => {
    const { tokenCache } = await signedIn();
    const { refreshToken } = tokenCache.current;

    await expectTokenFailure(returning(server, `${refreshToken}x`).api.me().get(), INVALID_GRANT);
    await expectTokenFailure(returning(server, refreshToken, { credentials: BACKEND }).api.me().get(), INVALID_GRANT);
  });

  test('ends with the customer', async () => {
    const { account, api, tokenCache } = await signedIn();
    const { refreshToken } = tokenCache.current;

    await api.me().delete({ queryArgs: { version: account.profile.version } }).execute();
    await expectTokenFailure(returning(server, refreshToken).api.me().get(), INVALID_GRANT);
  });
});

describe('the flow with an existing token', () => {
  test('uses the token as it is', async () => {
    const { account, tokenCache } = await signedIn();
    const page = resumed(server, tokenCache.current.token);

    assert.deepEqual(await bodyOf(page.api.me().get()), account.profile);
    assert.deepEqual(page.calls, ['GET /demo/me 200']);
  });

  test('reports a token that is not one, and does not try again', async () => {
    const { tokenCache } = await signedIn();

    for (const wrong of ['x', `${tokenCache.current.token}x`, tokenCache.current.refreshToken, 'A'.repeat(32)]) {
      const page = resumed(server, wrong);
      const error = await expectFailure(page.api.me().get(), INVALID_TOKEN);

      assert.equal(error.body.error, 'invalid_token');
      assert.deepEqual(page.calls, ['GET /demo/me 401']);
    }
  });
});

describe('logging out', () => {
  test('a revoked token is answered with 401; the client fetches another once, and repeats the call', async () => {
    const { account, api, calls, tokenCache } = await signedIn();
    const { token } = tokenCache.current;

    await revoke(server, token);
    calls.length = 0;
    assert.deepEqual(await bodyOf(api.me().get()), account.profile);
    assert.deepEqual(calls, ['GET /demo/me 401', 'POST /oauth/demo/customers/token 200', 'GET /demo/me 200']);
    assert.notEqual(tokenCache.current.token, token);
  });

  test('the same for an update, which is done once', async () => {
    const { api, calls, tokenCache } = await signedIn();

    await revoke(server, tokenCache.current.token);
    calls.length = 0;

    const { body } = await api.me().post({
      body: { version: 1, actions: [{ action: 'setFirstName', firstName: 'Once' }] },
    }).execute();

    assert.equal(body.version, 2);
    assert.equal(body.firstName, 'Once');
    assert.deepEqual(calls, ['POST /demo/me 401', 'POST /oauth/demo/customers/token 200', 'POST /demo/me 200']);
  });

  test('a page with nothing but the revoked token is signed out', async () => {
    const { tokenCache } = await signedIn();
    const { token } = tokenCache.current;

    await revoke(server, token);
    await expectFailure(resumed(server, token).api.me().get(), INVALID_TOKEN);
  });

  test('takes two calls: either token goes without the other', async () => {
    const { account, tokenCache } = await signedIn();
    const { token, refreshToken } = tokenCache.current;

    await revoke(server, token);
    assert.equal((await bodyOf(returning(server, refreshToken).api.me().get())).id, account.profile.id);

    const { tokenCache: other } = await signedIn();

    await revoke(server, other.current.refreshToken, 'refresh_token');
    await expectTokenFailure(returning(server, other.current.refreshToken).api.me().get(), INVALID_GRANT);
    assert.equal((await resumed(server, other.current.token).api.me().get().execute()).statusCode, 200);
  });
});

describe('introspection', () => {
  test('tells a shop whether the token that it kept is alive', async () => {
    const { account, tokenCache } = await signedIn();
    const { token } = tokenCache.current;
    const { active, scope, exp, ...rest } = await introspect(server, token);

    assert.equal(active, true);
    assert.match(scope, /\bmanage_my_profile:demo\b/);
    assert.match(scope, new RegExp(` customer_id:${account.profile.id}$`));
    assert.ok(Math.abs(exp - Date.now() - 172_800_000) < 60_000, 'milliseconds');
    assert.ok(!('refresh_token' in rest) && !('access_token' in rest));

    await revoke(server, token);
    assert.deepEqual(await introspect(server, token), { active: false });
    assert.deepEqual(await introspect(server, 'unknown'), { active: false });
  });

  test('is not for the storefront\'s client', async () => {
    const answer = await postForm(server, '/oauth/introspect', { token: 'x' }, STOREFRONT);
    const { errors } = await answer.json();

    assert.equal(answer.status, 403);
    assert.equal(errors[0].code, 'insufficient_scope');
  });
});

describe('over a restart of the server', () => {
  const directory = temporaryDirectory();
  let current;

  async function restart(...args) {
    await expectCleanStop(current);
    current = await startServer({ args: ['--password-cost', 'min', ...args], inMemory: false, directory });
  }

  after(async () => {
    await expectCleanStop(current);
    removeDirectory(directory);
  });

  test('a session goes on; a token that has expired meanwhile is 401, inactive, and can be refreshed', async () => {
    await restart();

    const account = await signUp(current);
    const shop = customer(current, account);

    await shop.api.me().get().execute();
    await restart('--token-ttl', '1s');

    const brief = await (await postForm(current, '/oauth/demo/customers/token', {
      grant_type: 'password', username: account.email, password: account.password,
    })).json();

    assert.equal(brief.expires_in, 1);
    await restart();
    assert.deepEqual(await bodyOf(resumed(current, shop.tokenCache.current.token).api.me().get()), account.profile);

    const { access_token: expired } = brief;

    await eventually(async () => !(await introspect(current, expired)).active, { what: 'the end of the token' });
    assert.deepEqual(await introspect(current, expired), { active: false });
    await expectFailure(resumed(current, expired).api.me().get(), INVALID_TOKEN);

    const page = returning(current, brief.refresh_token);

    assert.deepEqual(await bodyOf(page.api.me().get()), account.profile);
  });
});
