/* Who may sign up and sign in, and where: duplicate e-mails, wrong passwords, anonymous sessions, stores. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import {
  DUPLICATE_EMAIL, expectCleanStop, expectFailure, expectProfile, expectTokenFailure, INVALID_CREDENTIALS,
  NO_SUCH_ACCOUNT, NOT_FOUND,
} from './support/expect.mjs';
import {
  backend, bodyOf, customer, introspect, postForm, resumed, signUp, STOREFRONT_SCOPES, uniqueEmail, visitor,
} from './support/shop.mjs';

const PASSWORD_FLOW_NEEDED = {
  name: 'Forbidden',
  statusCode: 403,
  code: 'insufficient_token_grant_type',
  message: "This endpoint requires an access token issued with the 'Resource Owner Password Credentials Grant'.",
};

let server;

before(async () => { server = await startServer(); });
after(() => expectCleanStop(server));

const inStore = (api, storeKey) => api.inStoreKeyWithStoreKeyValue({ storeKey });

describe('a duplicate e-mail', () => {
  test('is refused at the sign-up, in whatever case it is written', async () => {
    const { email } = await signUp(server, { email: uniqueEmail('Ann') });
    const guest = visitor(server);

    for (const again of [email, email.toLowerCase(), email.toUpperCase()]) {
      const error = await expectFailure(guest.api.me().signup().post({ body: { email: again, password: 'x' } }), {
        ...DUPLICATE_EMAIL, fields: { field: 'email', duplicateValue: again },
      });

      assert.deepEqual(Object.keys(error.body).sort(), ['errors', 'message', 'statusCode']);
      assert.equal(error.body.errors.length, 1);
    }
  });

  test('is refused as a new e-mail of another customer', async () => {
    const first = await signUp(server);
    const second = await signUp(server);
    const { api } = customer(server, second);
    const changeEmail = (email, version) => api.me().post({
      body: { version, actions: [{ action: 'changeEmail', email }] },
    });
    const taken = first.email.toUpperCase();

    await expectFailure(changeEmail(taken, 1), {
      ...DUPLICATE_EMAIL, fields: { field: 'email', duplicateValue: taken },
    });
    assert.equal((await bodyOf(changeEmail(second.email, 1))).version, 1, 'their own e-mail is no duplicate');
  });

  test('of eight sign-ups at once exactly one succeeds', async () => {
    const email = uniqueEmail('race');
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => signUp(server, { email })));
    const failed = attempts.filter(({ status }) => status === 'rejected');

    assert.equal(failed.length, 7);
    for (const { reason } of failed) assert.equal(reason.code, 'DuplicateField');
  });
});

describe('the token endpoint', () => {
  test('says the same of a wrong password and of an unknown e-mail', async () => {
    const { email, password } = await signUp(server);

    for (const wrong of [{ email, password: `${password}!` }, { email: uniqueEmail(), password }]) {
      const shop = customer(server, wrong);

      await expectTokenFailure(shop.api.me().get(), NO_SUCH_ACCOUNT);
      assert.deepEqual(shop.calls, ['POST /oauth/demo/customers/token 400']);
    }
  });

  test('takes the e-mail in whatever case it is written', async () => {
    const { email, password, profile } = await signUp(server, { email: uniqueEmail('Mixed.Case') });
    const { body } = await customer(server, { email: email.toUpperCase(), password }).api.me().get().execute();

    assert.equal(body.id, profile.id);
    assert.equal(body.email, email);
  });

  test('grants the scopes that the client asks for, with those raw spaces and colons', async () => {
    const account = await signUp(server);
    const { api, tokenCache } = customer(server, account, { scopes: STOREFRONT_SCOPES });

    await api.me().get().execute();
    assert.equal((await introspect(server, tokenCache.current.token)).scope,
      `${STOREFRONT_SCOPES.join(' ')} customer_id:${account.profile.id}`);
  });

  test('takes the parameters from the query string as well, with an empty body', async () => {
    const { email, password, profile } = await signUp(server);
    const query = new URLSearchParams({ grant_type: 'password', username: email, password });
    const answer = await postForm(server, `/oauth/demo/customers/token?${query}`, {});
    const { access_token: token, refresh_token: refreshToken } = await answer.json();

    assert.equal(answer.status, 200);
    assert.match(refreshToken, /^demo:[A-Za-z0-9_-]{43}$/);
    assert.equal((await bodyOf(resumed(server, token).api.me().get())).id, profile.id);
  });

  test('refuses an anonymous id that is in use', async () => {
    const anonymousId = `visitor-${uniqueEmail()}`;

    await signUp(server, {}, { anonymousId });
    await expectTokenFailure(visitor(server, { anonymousId }).api.me().signup().post({ body: {} }), {
      name: 'BadRequest', statusCode: 400, code: 'invalid_request', message: 'The anonymousId is already in use.',
    });
  });

  test('refuses a wrong secret and a scope that the client does not own', async () => {
    const credentials = { clientId: 'storefront', clientSecret: 'wrong' };

    await expectTokenFailure(visitor(server, { credentials }).api.me().get(), {
      name: 'Unauthorized',
      statusCode: 401,
      code: 'invalid_client',
      message: 'Please provide valid client credentials using HTTP Basic Authentication.',
    });
    await expectTokenFailure(visitor(server, { scopes: ['manage_project:demo'] }).api.me().get(), {
      name: 'BadRequest',
      statusCode: 400,
      code: 'invalid_scope',
      message: 'Permissions exceeded. Only the following permissions can be requested: manage_my_profile, '
        + 'manage_my_orders, manage_my_shopping_lists, manage_my_payments, view_published_products, '
        + 'view_categories, view_discount_codes, create_anonymous_token',
    });
  });
});

describe('signing in with the token of an anonymous session', () => {
  test('answers the customer and leaves the session what it was', async () => {
    const account = await signUp(server);
    const guest = visitor(server);
    const { statusCode, body } = await guest.api.me().login().post({
      body: {
        email: account.email.toUpperCase(),
        password: account.password,
        activeCartSignInMode: 'MergeWithExistingCustomerCart',
        updateProductData: true,
      },
    }).execute();

    assert.equal(statusCode, 200);
    assert.deepEqual(body, { customer: account.profile });
    await expectFailure(guest.api.me().get(), PASSWORD_FLOW_NEEDED);
  });

  test('ignores what shops put into the body though the type does not have it', async () => {
    const { email, password, profile } = await signUp(server);
    const { body } = await visitor(server).api.me().login().post({
      body: {
        email,
        password,
        anonymousId: 'somebody-else',
        anonymousCart: { typeId: 'cart', id: '00000000-0000-4000-8000-000000000000' },
        anonymousCartId: '00000000-0000-4000-8000-000000000000',
        anonymousCartSignInMode: 'UseAsNewActiveCustomerCart',
      },
    }).execute();

    assert.equal(body.customer.id, profile.id);
  });

  test('says the same of a wrong password and of an unknown e-mail', async () => {
    const { email, password } = await signUp(server);
    const guest = visitor(server);

    await expectFailure(guest.api.me().login().post({ body: { email, password: 'wrong' } }), INVALID_CREDENTIALS);
    await expectFailure(guest.api.me().login().post({ body: { email: uniqueEmail(), password } }), INVALID_CREDENTIALS);
  });

  test('a visitor has no profile to read, change or delete', async () => {
    const { api } = visitor(server);

    await expectFailure(api.me().get(), PASSWORD_FLOW_NEEDED);
    await expectFailure(api.me().post({ body: { version: 1, actions: [] } }), PASSWORD_FLOW_NEEDED);
    await expectFailure(api.me().delete({ queryArgs: { version: 1 } }), PASSWORD_FLOW_NEEDED);
  });
});

describe('stores', () => {
  test('a customer of a store signs up, signs in and lives within it', async () => {
    const account = await signUp(server, {}, { store: 'berlin' });
    const berliner = customer(server, account, { store: 'berlin' });
    const me = inStore(berliner.api, 'berlin').me();

    expectProfile(account.profile);
    assert.deepEqual(account.profile.stores, [{ typeId: 'store', key: 'berlin' }]);
    assert.deepEqual(await bodyOf(me.get()), account.profile);
    assert.deepEqual(await bodyOf(berliner.api.me().get()), account.profile);

    const named = await me.post({
      body: { version: 1, actions: [{ action: 'setFirstName', firstName: 'Bea' }] },
    }).execute();

    assert.equal(named.body.firstName, 'Bea');

    const signIn = await inStore(visitor(server).api, 'berlin').me().login().post({
      body: { email: account.email, password: account.password },
    }).execute();

    assert.deepEqual(signIn.body, { customer: named.body });

    const changed = await me.password().post({
      body: { version: 2, currentPassword: account.password, newPassword: 'neu' },
    }).execute();
    const renewed = customer(server, { ...account, password: 'neu' }, { store: 'berlin' });
    const { body } = await inStore(renewed.api, 'berlin').me()
      .delete({ queryArgs: { version: changed.body.version } }).execute();

    assert.equal(body.id, account.profile.id);
    assert.deepEqual(berliner.calls.slice(0, 3), [
      'POST /oauth/demo/in-store/key=berlin/customers/token 200',
      'GET /demo/in-store/key=berlin/me 200',
      'GET /demo/me 200',
    ]);
  });

  test('and is unknown everywhere else', async () => {
    const account = await signUp(server, {}, { store: 'berlin' });
    const berliner = customer(server, account, { store: 'berlin' });
    const body = { email: account.email, password: account.password };

    await expectTokenFailure(customer(server, account).api.me().get(), NO_SUCH_ACCOUNT);
    await expectTokenFailure(customer(server, account, { store: 'oslo' }).api.me().get(), NO_SUCH_ACCOUNT);
    await expectFailure(inStore(visitor(server).api, 'oslo').me().login().post({ body }), INVALID_CREDENTIALS);
    await expectFailure(inStore(berliner.api, 'oslo').me().get(), NOT_FOUND);
  });

  test('two stores may have a customer of the same e-mail, one store may not', async () => {
    const email = uniqueEmail('twice');
    const berlin = await signUp(server, { email, password: 'in Berlin' }, { store: 'berlin' });
    const oslo = await signUp(server, { email, password: 'in Oslo' }, { store: 'oslo' });
    const again = inStore(visitor(server).api, 'berlin').me().signup().post({ body: { email, password: 'x' } });

    assert.notEqual(berlin.profile.id, oslo.profile.id);
    await expectFailure(again, { ...DUPLICATE_EMAIL, fields: { field: 'email', duplicateValue: email } });
    for (const [account, store] of [[berlin, 'berlin'], [oslo, 'oslo']]) {
      const { body } = await inStore(customer(server, account, { store }).api, store).me().get().execute();

      assert.equal(body.id, account.profile.id);
    }
  });

  test('a customer of the whole project is served by every store', async () => {
    const account = await signUp(server);

    for (const store of ['berlin', 'oslo']) {
      const { body } = await inStore(customer(server, account, { store }).api, store).me().get().execute();

      assert.deepEqual(body, account.profile);
    }
  });

  test('a store that does not exist is not found', async () => {
    const { api } = customer(server, await signUp(server));

    await expectFailure(inStore(api, 'atlantis').me().get(), NOT_FOUND);
  });
});

describe('a project of a shop\'s own', () => {
  test('comes about with the first call, for any client, and shares nothing with others', async () => {
    const own = { project: 'my-shop', credentials: { clientId: 'my-client', clientSecret: 'my-secret' } };
    const account = await signUp(server, {}, own);
    const trusted = backend(server, { ...own, scopes: ['manage_project:my-shop'] });

    assert.deepEqual(await bodyOf(customer(server, account, own).api.me().get()), account.profile);
    await expectTokenFailure(customer(server, account).api.me().get(), NO_SUCH_ACCOUNT);
    assert.equal((await bodyOf(trusted.api.get())).key, 'my-shop');
  });

  test('a client with the scope of one store only acts within that store', async () => {
    const own = { project: 'one-store', credentials: { clientId: 'my-client', clientSecret: 'my-secret' } };
    const account = await signUp(server, {}, { ...own, store: 'berlin' });
    const scopes = ['manage_my_profile:one-store:berlin'];
    const { api } = customer(server, account, { ...own, scopes, store: 'berlin' });

    assert.deepEqual(await bodyOf(inStore(api, 'berlin').me().get()), account.profile);
    await expectFailure(api.me().get(), {
      name: 'Forbidden',
      statusCode: 403,
      code: 'insufficient_scope',
      message: 'Insufficient scope. One of the following scopes is missing: manage_my_profile.',
    });
  });
});
