/* Several browsers at once: nobody overwrites unseen what another wrote, and nobody sees what is not theirs. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import { conflictAt, expectCleanStop, expectFailure } from './support/expect.mjs';
import { backend, bodyOf, customer, signUp } from './support/shop.mjs';

let server;

before(async () => { server = await startServer(); });
after(() => expectCleanStop(server));

const update = (api, version, ...actions) => api.me().post({ body: { version, actions } });
const setFirstName = (firstName) => ({ action: 'setFirstName', firstName });
const setLastName = (lastName) => ({ action: 'setLastName', lastName });
const get = (api) => bodyOf(api.me().get());

/* One customer, signed in with a desktop and a phone. */
async function twoBrowsers(phoneOptions) {
  const account = await signUp(server);
  const desktop = customer(server, account);
  const phone = customer(server, account, phoneOptions);

  assert.deepEqual(await get(desktop.api), await get(phone.api));
  desktop.calls.length = 0;
  phone.calls.length = 0;
  return { account, desktop, phone };
}

describe('two browsers of one customer', () => {
  test('the second update of the same version is a conflict that names the current one', async () => {
    const { account, desktop, phone } = await twoBrowsers();
    const { version } = account.profile;
    const first = await update(desktop.api, version, setFirstName('Ann'), setLastName('Berg')).execute();
    const error = await expectFailure(update(phone.api, version, setFirstName('Bea')), {
      ...conflictAt(version + 2),
      message: `Object ${account.profile.id} has a different version than expected. `
        + `Expected: ${version} - Actual: ${version + 2}.`,
    });

    assert.equal(typeof error.body.errors[0].currentVersion, 'number');
    assert.deepEqual(await get(phone.api), first.body);
    assert.equal((await bodyOf(update(phone.api, version + 2, setFirstName('Bea')))).firstName, 'Bea');
  });

  test('a version from the future is a conflict, and so is a stale one that would change nothing', async () => {
    const { account, desktop } = await twoBrowsers();
    const { version } = account.profile;

    await update(desktop.api, version, setFirstName('Ann')).execute();
    for (const wrong of [version, version + 2]) {
      await expectFailure(update(desktop.api, wrong, setFirstName('Ann')), conflictAt(version + 1));
    }
  });

  test('with the middleware for concurrent modification the client repeats the update by itself', async () => {
    const { account, desktop, phone } = await twoBrowsers({ concurrent: {} });
    const { version } = account.profile;

    await update(desktop.api, version, setFirstName('Ann')).execute();

    const { statusCode, body } = await update(phone.api, version, setLastName('Berg')).execute();

    assert.equal(statusCode, 200);
    assert.equal(body.version, version + 2);
    assert.equal(`${body.firstName} ${body.lastName}`, 'Ann Berg');
    assert.deepEqual(phone.calls, ['POST /demo/me 409', 'POST /demo/me 200']);
  });

  test('the shop may decide itself what to repeat', async () => {
    const seen = [];
    const { account, desktop, phone } = await twoBrowsers({
      concurrent: {
        concurrentModificationHandlerFn: async (currentVersion, request) => {
          seen.push(currentVersion);
          return { ...request.body, version: currentVersion, actions: [setLastName('decided')] };
        },
      },
    });
    const { version } = account.profile;

    await update(desktop.api, version, setFirstName('Ann'), setLastName('Berg')).execute();

    const { body } = await update(phone.api, version, setLastName('first')).execute();

    assert.deepEqual(seen, [version + 2]);
    assert.equal(body.lastName, 'decided');
    assert.equal(body.firstName, 'Ann');
  });

  test('a change of password is repeated likewise', async () => {
    const { account, desktop, phone } = await twoBrowsers({ concurrent: {} });
    const { version } = account.profile;

    await update(desktop.api, version, setFirstName('Ann')).execute();

    const { body } = await phone.api.me().password().post({
      body: { version, currentPassword: account.password, newPassword: 'new' },
    }).execute();

    assert.equal(body.version, version + 2);
    assert.deepEqual(phone.calls, ['POST /demo/me/password 409', 'POST /demo/me/password 200']);
  });

  test('of many updates of one version at once exactly one is done', async () => {
    const { account, desktop, phone } = await twoBrowsers();
    const { version } = account.profile;
    const names = Array.from({ length: 12 }, (_, index) => `name ${index}`);
    const answers = await Promise.allSettled(names.map((name, index) =>
      update(index % 2 ? phone.api : desktop.api, version, setFirstName(name)).execute()));
    const done = answers.filter(({ status }) => status === 'fulfilled').map(({ value }) => value.body);
    const refused = answers.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);

    assert.equal(done.length, 1);
    assert.equal(refused.length, names.length - 1);
    for (const error of refused) {
      assert.equal(error.code, 'ConcurrentModification');
      assert.equal(error.body.errors[0].currentVersion, version + 1);
    }
    assert.deepEqual(await get(desktop.api), done[0]);
  });

  test('an address that one browser removed is gone for the other', async () => {
    const { account, desktop, phone } = await twoBrowsers();
    const added = await bodyOf(update(desktop.api, account.profile.version, {
      action: 'addAddress', address: { key: 'home', country: 'DE' },
    }));
    const [{ id }] = (await get(phone.api)).addresses;
    const removed = await bodyOf(update(phone.api, added.version, { action: 'removeAddress', addressId: id }));

    await expectFailure(update(desktop.api, removed.version, { action: 'setDefaultShippingAddress', addressId: id }), {
      name: 'BadRequest',
      statusCode: 400,
      code: 'InvalidOperation',
      message: `Customer does not contain an address with the identifier '${id}'.`,
    });
  });
});

describe('two customers', () => {
  test('each reads and changes only their own profile', async () => {
    const alice = customer(server, { email: 'alice@example.com', password: 'Alice@1234' });
    const bob = customer(server, { email: 'bob@example.com', password: 'Bob@12345' });
    const [hers, his] = [await get(alice.api), await get(bob.api)];

    assert.deepEqual([hers.email, his.email], ['alice@example.com', 'bob@example.com']);
    assert.notEqual(hers.id, his.id);

    const [changed] = await Promise.all([
      update(alice.api, hers.version, setFirstName('Alicia')).execute(),
      expectFailure(update(bob.api, his.version, { action: 'removeAddress', addressId: hers.addresses[0].id }), {
        name: 'BadRequest', statusCode: 400, code: 'InvalidOperation',
      }),
    ]);

    assert.equal(changed.body.id, hers.id);
    assert.deepEqual(await get(bob.api), his);
    assert.deepEqual(await get(alice.api), changed.body);
  });

  test('no client of the storefront can look for others', async () => {
    const account = await signUp(server);
    const { api } = customer(server, account);
    const refused = { name: 'Forbidden', statusCode: 403, code: 'insufficient_scope' };

    await expectFailure(api.customers().get(), refused);
    await expectFailure(api.customers().withId({ ID: account.profile.id }).get(), refused);
    await expectFailure(api.customers().withKey({ key: 'alice' }).get(), refused);
    await expectFailure(api.messages().get(), refused);
  });

  test('twelve customers at once, each updating and reading: nobody meets another', async () => {
    const rounds = 5;
    const accounts = await Promise.all(Array.from({ length: 12 }, () => signUp(server)));

    await Promise.all(accounts.map(async (account) => {
      const { api } = customer(server, account);
      let { version } = account.profile;

      for (let round = 1; round <= rounds; round++) {
        const name = `${account.profile.id} ${round}`;
        const [{ body: written }, read] = await Promise.all([
          update(api, version, setFirstName(name), setLastName(`${round}`)).execute(),
          get(api),
        ]);

        assert.equal(read.id, account.profile.id);
        assert.equal(read.email, account.email);
        assert.equal(written.id, account.profile.id);
        assert.equal(written.firstName, name);
        assert.equal(written.version, version + 2);
        assert.ok([version, written.version].includes(read.version), 'an update is seen as a whole');
        assert.deepEqual(await get(api), written, 'what was acknowledged is read from then on');
        version = written.version;
      }
    }));

    const { api } = backend(server);

    for (const account of accounts) {
      const { body } = await api.customers().withId({ ID: account.profile.id }).get().execute();

      assert.equal(body.firstName, `${account.profile.id} ${rounds}`);
      assert.equal(body.email, account.email);
    }
  });
});
