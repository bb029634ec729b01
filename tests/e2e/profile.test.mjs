/* From a visitor to a customer with a whole profile. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import { conflictAt, expectCleanStop, expectFailure, expectProfile, NOT_FOUND } from './support/expect.mjs';
import { bodyOf, customer, signUp, uniqueEmail, visitor } from './support/shop.mjs';

const PASSWORD = 'correct horse & battery + staple = ünïcödé %41';

const HOME = { key: 'home', country: 'DE', firstName: 'Mia', lastName: 'Berg', streetName: 'Weg', city: 'Köln' };
const WORK = { key: 'work', country: 'AT', company: 'Berg & Söhne', pOBox: '12', email: 'office@example.org' };
const OLD = { key: 'old', country: 'US', state: 'IL', postalCode: '62701' };

let server;

before(async () => { server = await startServer(); });
after(() => expectCleanStop(server));

const idOf = (profile, key) => profile.addresses.find((address) => address.key === key)?.id;
const withoutIds = (addresses) => addresses.map(({ id, ...rest }) => rest);

async function newCustomer(draft) {
  const account = await signUp(server, draft);

  return { ...account, api: customer(server, account).api };
}

async function change(api, version, ...actions) {
  const { statusCode, body } = await api.me().post({ body: { version, actions } }).execute();

  assert.equal(statusCode, 200);
  expectProfile(body);
  return body;
}

describe('signing up', () => {
  test('a visitor signs up, signs in, and reads the profile that was answered to the sign-up', async () => {
    const guest = visitor(server, { anonymousId: `guest-${Date.now()}` });
    const draft = {
      email: uniqueEmail('Mia.Berg'),
      password: PASSWORD,
      firstName: 'Mia',
      lastName: 'Berg',
      middleName: 'Ingrid',
      title: 'Dr.',
      salutation: 'Frau',
      companyName: 'Berg & Söhne',
      vatId: 'DE123456789',
      dateOfBirth: '1989-02-28',
      locale: 'de',
      addresses: [HOME, WORK],
      defaultShippingAddress: 0,
      defaultBillingAddress: 1,
    };
    const { statusCode, body } = await guest.api.me().signup().post({ body: draft }).execute();

    assert.equal(statusCode, 201);
    assert.deepEqual(Object.keys(body), ['customer']);
    expectProfile(body.customer);

    const { password, addresses, defaultShippingAddress, defaultBillingAddress, ...names } = draft;

    for (const [member, value] of Object.entries(names)) assert.equal(body.customer[member], value, member);
    assert.deepEqual(withoutIds(body.customer.addresses), addresses);
    assert.equal(body.customer.defaultShippingAddressId, idOf(body.customer, 'home'));
    assert.deepEqual(body.customer.shippingAddressIds, [idOf(body.customer, 'home')]);
    assert.equal(body.customer.defaultBillingAddressId, idOf(body.customer, 'work'));
    assert.deepEqual(body.customer.billingAddressIds, [idOf(body.customer, 'work')]);
    assert.equal(body.customer.version, 1);
    assert.equal(body.customer.isEmailVerified, false);
    assert.equal(body.customer.authenticationMode, 'Password');
    assert.deepEqual(body.customer.stores, []);
    assert.match(body.customer.createdBy.anonymousId, /^guest-/);

    const mia = customer(server, draft);
    const mine = await mia.api.me().get().execute();

    assert.equal(mine.statusCode, 200);
    assert.deepEqual(mine.body, body.customer);
    assert.deepEqual(guest.calls, ['POST /oauth/demo/anonymous/token 200', 'POST /demo/me/signup 201']);
    assert.deepEqual(mia.calls, ['POST /oauth/demo/customers/token 200', 'GET /demo/me 200']);
  });

  test('e-mail and password are all that it takes, and nothing that was not given is answered', async () => {
    const { profile, email } = await signUp(server);

    expectProfile(profile);
    assert.equal(profile.email, email);
    assert.deepEqual(profile.addresses, []);
    for (const member of ['firstName', 'dateOfBirth', 'locale', 'defaultShippingAddressId', 'key', 'custom']) {
      assert.ok(!(member in profile), member);
    }
  });

  test('what only a trusted process may set is ignored', async () => {
    const { profile } = await signUp(server, {
      isEmailVerified: true, customerNumber: '4711', externalId: 'x', authenticationMode: 'ExternalAuth',
    });

    assert.equal(profile.isEmailVerified, false);
    assert.equal(profile.authenticationMode, 'Password');
    assert.ok(!('customerNumber' in profile) && !('externalId' in profile));
  });
});

describe('updating', () => {
  test('all address actions in one request, by the keys that the same request gives', async () => {
    const { api, profile } = await newCustomer();
    const moved = { ...WORK, country: 'CH', pOBox: undefined, city: 'Zürich' };
    const actions = [
      { action: 'addAddress', address: HOME },
      { action: 'setDefaultShippingAddress', addressKey: 'home' },
      { action: 'addAddress', address: WORK },
      { action: 'setDefaultBillingAddress', addressKey: 'work' },
      { action: 'addAddress', address: OLD },
      { action: 'addShippingAddressId', addressKey: 'old' },
      { action: 'addShippingAddressId', addressKey: 'work' },
      { action: 'addBillingAddressId', addressKey: 'home' },
      { action: 'removeShippingAddressId', addressKey: 'work' },
      { action: 'removeBillingAddressId', addressKey: 'home' },
      { action: 'changeAddress', addressKey: 'work', address: moved },
      { action: 'removeAddress', addressKey: 'old' },
    ];
    const updated = await change(api, profile.version, ...actions);

    assert.equal(updated.version, profile.version + actions.length);
    assert.ok(updated.lastModifiedAt >= profile.lastModifiedAt);
    assert.deepEqual(updated.lastModifiedBy.customer, { typeId: 'customer', id: profile.id });
    assert.deepEqual(updated.createdBy, profile.createdBy);
    assert.deepEqual(withoutIds(updated.addresses), JSON.parse(JSON.stringify([HOME, moved])));
    assert.equal(updated.defaultShippingAddressId, idOf(updated, 'home'));
    assert.deepEqual(updated.shippingAddressIds, [idOf(updated, 'home')]);
    assert.equal(updated.defaultBillingAddressId, idOf(updated, 'work'));
    assert.deepEqual(updated.billingAddressIds, [idOf(updated, 'work')]);
    assert.deepEqual(await bodyOf(api.me().get()), updated);
  });

  test('all address actions again, by id: an address takes its roles and defaults along when it goes', async () => {
    const { api, profile } = await newCustomer({
      addresses: [HOME, WORK], defaultShippingAddress: 0, defaultBillingAddress: 0,
    });
    const [home, work] = profile.addresses.map(({ id }) => id);
    const roles = await change(api, profile.version,
      { action: 'addShippingAddressId', addressId: work },
      { action: 'addBillingAddressId', addressId: work },
      { action: 'removeShippingAddressId', addressId: home },
      { action: 'changeAddress', addressId: home, address: { country: 'FR' } });

    assert.ok(!('defaultShippingAddressId' in roles));
    assert.deepEqual(roles.shippingAddressIds, [work]);
    assert.equal(roles.defaultBillingAddressId, home);
    assert.deepEqual(roles.billingAddressIds, [home, work]);
    assert.deepEqual(roles.addresses[0], { id: home, country: 'FR' });

    const gone = await change(api, roles.version,
      { action: 'setDefaultShippingAddress', addressId: work },
      { action: 'setDefaultBillingAddress', addressId: work },
      { action: 'removeBillingAddressId', addressId: home },
      { action: 'removeAddress', addressId: work });

    assert.deepEqual(gone.addresses.map(({ id }) => id), [home]);
    assert.deepEqual(gone.shippingAddressIds, []);
    assert.deepEqual(gone.billingAddressIds, []);
    assert.ok(!('defaultShippingAddressId' in gone) && !('defaultBillingAddressId' in gone));
  });

  test('the whole form of a profile page in one request, then again, then emptied', async () => {
    const { api, profile } = await newCustomer();
    const email = uniqueEmail('New.Name');
    const form = [
      { action: 'changeEmail', email },
      { action: 'setFirstName', firstName: 'Ann' },
      { action: 'setLastName', lastName: "O'Neill" },
      { action: 'setMiddleName', middleName: '李' },
      { action: 'setTitle', title: 'Prof.' },
      { action: 'setSalutation', salutation: 'Mx' },
      { action: 'setCompanyName', companyName: 'ACME "Ltd."' },
      { action: 'setVatId', vatId: 'GB1' },
      { action: 'setDateOfBirth', dateOfBirth: '2000-02-29' },
      { action: 'setLocale', locale: 'de' },
    ];
    const filled = await change(api, profile.version, ...form);

    assert.equal(filled.version, profile.version + form.length);
    for (const { action, ...fields } of form) {
      for (const [member, value] of Object.entries(fields)) assert.equal(filled[member], value, action);
    }
    assert.deepEqual(await change(api, filled.version, ...form), filled, 'the same form again changes nothing');

    const emptied = await change(api, filled.version, ...form.slice(1).map(({ action }) => ({ action })));

    for (const member of form.slice(1).flatMap(({ action, ...fields }) => Object.keys(fields))) {
      assert.ok(!(member in emptied), member);
    }
    assert.equal(emptied.version, filled.version + form.length - 1);
    assert.equal(emptied.email, email);
  });

  test('an empty list of actions changes nothing', async () => {
    const { api, profile } = await newCustomer();

    assert.deepEqual(await change(api, profile.version), profile);
  });

  test('of a request with one impossible action nothing is done', async () => {
    const { api, profile } = await newCustomer({ addresses: [HOME] });
    const impossible = api.me().post({
      body: {
        version: profile.version,
        actions: [
          { action: 'setFirstName', firstName: 'Nobody' },
          { action: 'removeAddress', addressKey: 'home' },
          { action: 'setDefaultBillingAddress', addressKey: 'nowhere' },
        ],
      },
    });

    await expectFailure(impossible, {
      name: 'BadRequest',
      statusCode: 400,
      code: 'InvalidOperation',
      message: "Customer does not contain an address with the key 'nowhere'.",
    });
    assert.deepEqual(await bodyOf(api.me().get()), profile);
  });

  test('a changed e-mail is the one to sign in with; the session goes on', async () => {
    const { api, profile, email: oldEmail, password } = await newCustomer();
    const email = uniqueEmail('moved');
    const { body } = await api.me().post({
      body: { version: profile.version, actions: [{ action: 'changeEmail', email }] },
    }).execute();

    assert.equal(body.email, email);
    assert.equal((await bodyOf(api.me().get())).email, email);
    assert.equal((await bodyOf(customer(server, { email, password }).api.me().get())).id, profile.id);
    await assert.rejects(customer(server, { email: oldEmail, password }).api.me().get().execute(), {
      code: 'invalid_customer_account_credentials',
    });
  });
});

describe('leaving', () => {
  test('a deleted customer is answered once more, and is gone', async () => {
    const account = await signUp(server, { firstName: 'Gone' });
    const leaver = customer(server, account);
    const { profile } = account;
    const { statusCode, body } = await leaver.api.me().delete({ queryArgs: { version: profile.version } }).execute();

    assert.equal(statusCode, 200);
    assert.deepEqual(body, profile);
    await expectFailure(leaver.api.me().get(), NOT_FOUND);
    await assert.rejects(customer(server, account).api.me().get().execute(), {
      code: 'invalid_customer_account_credentials',
    });
    assert.notEqual((await signUp(server, { email: account.email })).profile.id, profile.id);
  });

  test('a stale version does not delete', async () => {
    const { api, profile } = await newCustomer();

    await change(api, profile.version, { action: 'setFirstName', firstName: 'Still' });
    await expectFailure(api.me().delete({ queryArgs: { version: profile.version } }), conflictAt(profile.version + 1));
    assert.equal((await bodyOf(api.me().get())).firstName, 'Still');
  });
});
