/* What a change of password does to those who are signed in with the old one. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import {
  conflictAt, expectCleanStop, expectFailure, expectProfile, expectTokenFailure, INVALID_GRANT, INVALID_TOKEN,
  NO_SUCH_ACCOUNT,
} from './support/expect.mjs';
import { bodyOf, customer, introspect, resumed, returning, signUp } from './support/shop.mjs';

const NEW_PASSWORD = 'p\u00e4sswort 2 & more+';

let server;

before(async () => { server = await startServer(); });
after(() => expectCleanStop(server));

const passwordChange = (api, version, currentPassword, newPassword = NEW_PASSWORD) =>
  api.me().password().post({ body: { version, currentPassword, newPassword } });

/* Signed in, and so with a token in the cache. */
async function signedIn() {
  const account = await signUp(server);
  const shop = customer(server, account);

  await shop.api.me().get().execute();
  return { account, ...shop };
}

describe('a wrong current password', () => {
  test('is refused, and everything stays as it was', async () => {
    const { account, api, tokenCache } = await signedIn();
    const { token } = tokenCache.current;

    await expectFailure(passwordChange(api, 1, 'wrong'), {
      name: 'BadRequest',
      statusCode: 400,
      code: 'InvalidCurrentPassword',
      message: 'The given current password does not match.',
    });
    assert.deepEqual(await bodyOf(api.me().get()), account.profile);
    assert.equal(tokenCache.current.token, token);
  });

  test('a stale version is refused before it', async () => {
    const { api } = await signedIn();

    await expectFailure(passwordChange(api, 7, 'wrong'), conflictAt(1));
  });

  test('an empty new password is refused', async () => {
    const { account, api } = await signedIn();

    await expectFailure(passwordChange(api, 1, account.password, ''), {
      name: 'BadRequest', statusCode: 400, code: 'InvalidOperation',
    });
  });
});

describe('a changed password', () => {
  test('is answered with the profile: next version, another mask', async () => {
    const { account, api } = await signedIn();
    const { statusCode, body } = await passwordChange(api, 1, account.password).execute();

    assert.equal(statusCode, 200);
    expectProfile(body);
    assert.equal(body.version, 2);
    assert.notEqual(body.password, account.profile.password);

    for (const member of ['id', 'createdAt', 'createdBy', 'email', 'addresses', 'isEmailVerified']) {
      assert.deepEqual(body[member], account.profile[member], member);
    }
  });

  test('ends the old token: the client asks for a new one with the old password, and fails', async () => {
    const { account, api, calls } = await signedIn();

    await passwordChange(api, 1, account.password).execute();
    calls.length = 0;
    await expectTokenFailure(api.me().get(), NO_SUCH_ACCOUNT);
    assert.deepEqual(calls, ['GET /demo/me 401', 'POST /oauth/demo/customers/token 400']);
  });

  test('ends the sessions of the customer in every browser, and no other customer\'s', async () => {
    const { account, api, tokenCache } = await signedIn();
    const phone = customer(server, account);
    const neighbour = await signedIn();

    await phone.api.me().get().execute();
    await passwordChange(api, 1, account.password).execute();
    for (const { token, refreshToken } of [tokenCache.current, phone.tokenCache.current]) {
      await expectFailure(resumed(server, token).api.me().get(), INVALID_TOKEN);
      await expectTokenFailure(returning(server, refreshToken).api.me().get(), INVALID_GRANT);
      assert.deepEqual(await introspect(server, token), { active: false });
    }
    assert.equal((await neighbour.api.me().get().execute()).statusCode, 200);
    assert.ok(!neighbour.calls.some((call) => call.endsWith('401')));
  });

  test('is the one to sign in with', async () => {
    const { account, api } = await signedIn();
    const { body } = await passwordChange(api, 1, account.password).execute();
    const renewed = customer(server, { ...account, password: NEW_PASSWORD });

    assert.deepEqual(await bodyOf(renewed.api.me().get()), body);
    await expectTokenFailure(customer(server, account).api.me().get(), NO_SUCH_ACCOUNT);
  });
});
