/* A trusted process of the shop: it brings customers and stores about, hands out the tokens that are mailed, and reads
 * what has happened. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import {
  conflictAt, expectCleanStop, expectCustomerToken, expectFailure, expectMessage, expectProfile, expectStore,
  expectTokenFailure, INVALID_GRANT, INVALID_TOKEN, NO_SUCH_ACCOUNT, NOT_FOUND,
} from './support/expect.mjs';
import { backend, bodyOf, customer, resumed, returning, signUp, uniqueEmail, visitor } from './support/shop.mjs';

const PAGE_SIZE = 50;

let server;
let api;

before(async () => {
  server = await startServer();
  api = backend(server).api;
});
after(() => expectCleanStop(server));

const uniqueKey = (name) => `${name}-${randomUUID()}`;
const inStore = (storeKey) => api.inStoreKeyWithStoreKeyValue({ storeKey });
const me = (account) => bodyOf(customer(server, account).api.me().get());

/* Signed in, and so with a token in the cache. */
async function signedIn() {
  const account = await signUp(server);
  const shop = customer(server, account);

  await shop.api.me().get().execute();
  return { account, ...shop };
}

async function passwordToken(email, more = {}) {
  const { statusCode, body } = await api.customers().passwordToken().post({ body: { email, ...more } }).execute();

  assert.equal(statusCode, 200);
  expectCustomerToken(body);
  return body;
}

async function emailToken(id, more = {}) {
  const { statusCode, body } = await api.customers().emailToken().post({ body: { id, ttlMinutes: 60, ...more } })
    .execute();

  assert.equal(statusCode, 200);
  expectCustomerToken(body);
  return body;
}

/* All messages about one thing, in the order in which they came about. */
async function messagesAbout(id) {
  const found = [];

  for (let offset = 0; ; offset += PAGE_SIZE) {
    const { body } = await api.messages().get({ queryArgs: { limit: PAGE_SIZE, offset } }).execute();

    assert.equal(body.limit, PAGE_SIZE);
    assert.equal(body.offset, offset);
    assert.equal(body.count, body.results.length);
    found.push(...body.results.filter(({ resource }) => resource.id === id));
    if (body.count < PAGE_SIZE) return found.sort((one, other) => one.sequenceNumber - other.sequenceNumber);
  }
}

describe('customers', () => {
  test('one with everything that only a trusted process may set', async () => {
    const draft = {
      email: uniqueEmail('Backend.Made'),
      key: uniqueKey('customer'),
      customerNumber: uniqueKey('number'),
      externalId: 'crm-17',
      isEmailVerified: true,
      addresses: [{ country: 'DE' }, { country: 'AT' }, { country: 'CH' }],
      defaultShippingAddress: 0,
      shippingAddresses: [2],
      defaultBillingAddress: 1,
      billingAddresses: [0],
    };
    const password = 'made by the backend';
    const { statusCode, body } = await api.customers().post({ body: { ...draft, password } }).execute();
    const made = body.customer;

    assert.equal(statusCode, 201);
    assert.deepEqual(Object.keys(body), ['customer']);
    expectProfile(made);
    for (const member of ['email', 'key', 'customerNumber', 'externalId', 'isEmailVerified']) {
      assert.equal(made[member], draft[member], member);
    }

    const ids = made.addresses.map(({ id }) => id);

    assert.deepEqual(made.shippingAddressIds, [ids[0], ids[2]]);
    assert.equal(made.defaultShippingAddressId, ids[0]);
    assert.deepEqual(made.billingAddressIds, [ids[1], ids[0]]);
    assert.equal(made.defaultBillingAddressId, ids[1]);
    assert.deepEqual(made.createdBy, { clientId: 'backend', isPlatformClient: false });

    assert.deepEqual(await bodyOf(api.customers().withId({ ID: made.id }).get()), made);
    assert.deepEqual(await bodyOf(api.customers().withKey({ key: draft.key }).get()), made);
    assert.deepEqual(await me({ email: draft.email, password }), made);
  });

  test('are updated and deleted by id and by key', async () => {
    const { profile } = await signUp(server);
    const key = uniqueKey('customer');
    const byId = api.customers().withId({ ID: profile.id });
    const byKey = api.customers().withKey({ key });
    const actions = [
      { action: 'setKey', key },
      { action: 'setExternalId', externalId: 'crm-18' },
      { action: 'setFirstName', firstName: 'Ann' },
    ];
    const first = await bodyOf(byId.post({ body: { version: 1, actions } }));

    expectProfile(first);
    assert.equal(first.version, 1 + actions.length);
    assert.deepEqual([first.key, first.externalId, first.firstName], [key, 'crm-18', 'Ann']);

    const second = await bodyOf(byKey.post({
      body: { version: first.version, actions: [{ action: 'setLastName', lastName: 'Berg' }] },
    }));

    assert.equal(second.lastName, 'Berg');
    await expectFailure(byKey.delete({ queryArgs: { version: 1 } }), conflictAt(second.version));
    assert.deepEqual(await bodyOf(byKey.delete({ queryArgs: { version: second.version } })), second);
    await expectFailure(byId.get(), NOT_FOUND);
    await expectFailure(byKey.get(), NOT_FOUND);
  });

  test('are there or not, as HEAD says without a body', async () => {
    const { profile } = await signUp(server);
    const there = await api.customers().withId({ ID: profile.id }).head().execute();

    assert.equal(there.statusCode, 200);
    assert.equal(there.body, null);
    assert.equal((await api.customers().withKey({ key: 'alice' }).head().execute()).statusCode, 200);
    for (const absent of [
      api.customers().withId({ ID: randomUUID() }).head(),
      api.customers().withId({ ID: 'no-uuid' }).head(),
      api.customers().withKey({ key: 'nobody' }).head(),
    ]) {
      await assert.rejects(absent.execute(), { name: 'NotFound', statusCode: 404 });
    }
  });

  test('are listed page by page', async () => {
    const accounts = await Promise.all(Array.from({ length: 3 }, () => signUp(server)));
    const seen = [];
    let total;

    for (let offset = 0; offset === 0 || offset < total; offset += 2) {
      const { body } = await api.customers().get({ queryArgs: { limit: 2, offset, withTotal: true } }).execute();

      for (const profile of body.results) expectProfile(profile);
      assert.deepEqual([body.limit, body.offset, body.count], [2, offset, body.results.length]);
      total = body.total;
      seen.push(...body.results.map(({ id }) => id));
    }
    assert.equal(seen.length, total);
    assert.equal(new Set(seen).size, total);
    for (const { profile } of accounts) assert.ok(seen.includes(profile.id));

    const { body } = await api.customers().get({ queryArgs: { withTotal: false } }).execute();

    assert.ok(!('total' in body));
    assert.equal(body.limit, 20);
  });

  test('of a store are those of that store', async () => {
    const body = { email: uniqueEmail(), password: 'x', key: uniqueKey('customer') };
    const { customer: berliner } = await bodyOf(inStore('berlin').customers().post({ body }));

    assert.deepEqual(berliner.stores, [{ typeId: 'store', key: 'berlin' }]);
    assert.deepEqual(await bodyOf(inStore('berlin').customers().withId({ ID: berliner.id }).get()), berliner);
    assert.deepEqual(await bodyOf(inStore('berlin').customers().withKey({ key: body.key }).get()), berliner);
    await expectFailure(inStore('oslo').customers().withId({ ID: berliner.id }).get(), NOT_FOUND);
    assert.deepEqual(await bodyOf(api.customers().withId({ ID: berliner.id }).get()), berliner);
  });

  test('sign in through the backend, too', async () => {
    const { email, password, profile } = await signUp(server);
    const { statusCode, body } = await api.login().post({ body: { email, password } }).execute();

    assert.equal(statusCode, 200);
    assert.deepEqual(body, { customer: profile });
    await expectFailure(api.login().post({ body: { email, password: 'wrong' } }), {
      name: 'BadRequest',
      statusCode: 400,
      code: 'InvalidCredentials',
      message: 'Account with the given credentials not found.',
    });
  });

  test('have their passwords changed through the backend, too', async () => {
    const { account, tokenCache } = await signedIn();
    const change = (currentPassword) => api.customers().password().post({
      body: { id: account.profile.id, version: 1, currentPassword, newPassword: 'new' },
    });

    await expectFailure(change('wrong'), { name: 'BadRequest', statusCode: 400, code: 'InvalidCurrentPassword' });

    const { body } = await change(account.password).execute();

    assert.equal(body.version, 2);
    await expectFailure(resumed(server, tokenCache.current.token).api.me().get(), INVALID_TOKEN);
    assert.deepEqual(await me({ ...account, password: 'new' }), body);
  });
});

describe('a forgotten password', () => {
  test('token from the backend, redeemed by a visitor; whoever was signed in is signed out', async () => {
    const { account, tokenCache } = await signedIn();
    const { value, customerId, expiresAt, createdAt } = await passwordToken(account.email.toUpperCase());

    assert.equal(customerId, account.profile.id);
    assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 24 * 60 * 60_000);
    assert.deepEqual(await bodyOf(api.customers().withPasswordToken({ passwordToken: value }).get()), account.profile);

    const { statusCode, body } = await visitor(server).api.me().password().reset()
      .post({ body: { tokenValue: value, newPassword: 'remembered' } }).execute();

    assert.equal(statusCode, 200);
    expectProfile(body);
    assert.equal(body.id, account.profile.id);
    assert.equal(body.version, 2);
    assert.notEqual(body.password, account.profile.password);
    assert.deepEqual(await me({ ...account, password: 'remembered' }), body);

    const { token, refreshToken } = tokenCache.current;

    await expectFailure(resumed(server, token).api.me().get(), INVALID_TOKEN);
    await expectTokenFailure(returning(server, refreshToken).api.me().get(), INVALID_GRANT);
    await expectTokenFailure(customer(server, account).api.me().get(), NO_SUCH_ACCOUNT);
  });

  test('a token works once, and takes the earlier ones with it', async () => {
    const { email } = await signUp(server);
    const earlier = await passwordToken(email);
    const latest = await passwordToken(email);
    const reset = (tokenValue, newPassword = 'new') =>
      visitor(server).api.me().password().reset().post({ body: { tokenValue, newPassword } });

    await expectFailure(reset(latest.value, ''), { name: 'BadRequest', statusCode: 400, code: 'InvalidOperation' });
    await reset(latest.value).execute();
    for (const { value } of [latest, earlier]) {
      await expectFailure(reset(value), NOT_FOUND);
      await expectFailure(api.customers().withPasswordToken({ passwordToken: value }).get(), NOT_FOUND);
    }
  });

  test('a new token can make the older ones worthless at once', async () => {
    const { email, profile } = await signUp(server);
    const older = await passwordToken(email);
    const newer = await passwordToken(email, { invalidateOlderTokens: true, ttlMinutes: 5 });
    const lookUp = (token) => api.customers().withPasswordToken({ passwordToken: token.value }).get();

    assert.equal(Date.parse(newer.expiresAt) - Date.parse(newer.createdAt), 5 * 60_000);
    assert.equal(newer.invalidateOlderTokens, true);
    await expectFailure(lookUp(older), NOT_FOUND);
    assert.deepEqual(await bodyOf(lookUp(newer)), profile);
  });

  test('the backend may redeem it itself', async () => {
    const { email } = await signUp(server);
    const { value } = await passwordToken(email);
    const { body } = await api.customers().passwordReset()
      .post({ body: { tokenValue: value, newPassword: 'by the backend' } }).execute();

    assert.deepEqual(await me({ email, password: 'by the backend' }), body);
  });

  test('there is none for an e-mail that nobody has', async () => {
    const body = { email: uniqueEmail() };

    await expectFailure(api.customers().passwordToken().post({ body }), NOT_FOUND);
  });
});

describe('a verified e-mail', () => {
  test('token from the backend, redeemed by the customer, who stays signed in', async () => {
    const shop = await signedIn();
    const { profile } = shop.account;
    const { value, customerId } = await emailToken(profile.id, { version: profile.version });

    assert.equal(customerId, profile.id);
    assert.deepEqual(await bodyOf(api.customers().withEmailToken({ emailToken: value }).get()), profile);

    const confirm = () => shop.api.me().emailConfirm().post({ body: { tokenValue: value } });
    const { statusCode, body } = await confirm().execute();

    assert.equal(statusCode, 200);
    expectProfile(body);
    assert.equal(body.isEmailVerified, true);
    assert.equal(body.version, 2);
    assert.deepEqual(await bodyOf(shop.api.me().get()), body);
    assert.ok(!shop.calls.some((call) => call.endsWith('401')));
    await expectFailure(confirm(), NOT_FOUND);
  });

  test('is no longer verified when it changes, and neither are older tokens worth anything', async () => {
    const { account, api: shop } = await signedIn();
    const first = await emailToken(account.profile.id);
    const second = await emailToken(account.profile.id);
    const verified = await bodyOf(shop.me().emailConfirm().post({ body: { tokenValue: first.value } }));
    const { body } = await shop.me().post({
      body: { version: verified.version, actions: [{ action: 'changeEmail', email: uniqueEmail() }] },
    }).execute();

    assert.equal(body.isEmailVerified, false);
    await expectFailure(shop.me().emailConfirm().post({ body: { tokenValue: second.value } }), NOT_FOUND);
  });

  test('a token for the one purpose is none for the other', async () => {
    const { account, api: shop } = await signedIn();
    const { value: forEmail } = await emailToken(account.profile.id);
    const { value: forPassword } = await passwordToken(account.email);

    await expectFailure(shop.me().emailConfirm().post({ body: { tokenValue: forPassword } }), NOT_FOUND);
    await expectFailure(
      shop.me().password().reset().post({ body: { tokenValue: forEmail, newPassword: 'x' } }), NOT_FOUND);

    const confirmed = await bodyOf(api.customers().emailConfirm().post({ body: { tokenValue: forEmail } }));

    assert.equal(confirmed.isEmailVerified, true);
  });
});

describe('in a store', () => {
  test('the same tokens are handed out and redeemed', async () => {
    const account = await signUp(server, {}, { store: 'berlin' });
    const { profile } = account;
    const berlin = inStore('berlin').customers();
    const guest = visitor(server).api.inStoreKeyWithStoreKeyValue({ storeKey: 'berlin' });
    const forPassword = await bodyOf(berlin.passwordToken().post({ body: { email: account.email } }));
    const forEmail = await bodyOf(berlin.emailToken().post({ body: { id: profile.id, ttlMinutes: 5 } }));

    for (const token of [forPassword, forEmail]) {
      expectCustomerToken(token);
      assert.equal(token.customerId, profile.id);
    }
    assert.deepEqual(await bodyOf(berlin.withPasswordToken({ passwordToken: forPassword.value }).get()), profile);
    assert.deepEqual(await bodyOf(berlin.withEmailToken({ emailToken: forEmail.value }).get()), profile);

    const reset = await bodyOf(guest.me().password().reset()
      .post({ body: { tokenValue: forPassword.value, newPassword: 'neu' } }));
    const renewed = customer(server, { ...account, password: 'neu' }, { store: 'berlin' });
    const confirmed = await bodyOf(renewed.api.inStoreKeyWithStoreKeyValue({ storeKey: 'berlin' }).me().emailConfirm()
      .post({ body: { tokenValue: forEmail.value } }));

    assert.equal(reset.version, 2);
    assert.equal(confirmed.version, 3);
    assert.equal(confirmed.isEmailVerified, true);
    assert.deepEqual(await bodyOf(renewed.api.me().get()), confirmed);
  });
});

describe('messages', () => {
  test('tell the life of a customer, one by one and without a gap', async () => {
    const { account, api: shop } = await signedIn();
    const { profile } = account;
    const renamed = await bodyOf(shop.me().post({
      body: {
        version: 1,
        actions: [
          { action: 'setFirstName', firstName: 'Ann' },
          { action: 'setFirstName', firstName: 'Ann' },
          { action: 'setMiddleName', middleName: 'no message for this' },
          { action: 'addAddress', address: { key: 'home', country: 'DE' } },
          { action: 'setDefaultShippingAddress', addressKey: 'home' },
          { action: 'setFirstName' },
        ],
      },
    }));
    const confirmation = await emailToken(profile.id);
    const confirmed = await bodyOf(shop.me().emailConfirm().post({ body: { tokenValue: confirmation.value } }));
    const changed = await bodyOf(shop.me().password().post({
      body: { version: confirmed.version, currentPassword: account.password, newPassword: 'new' },
    }));
    const last = await bodyOf(api.customers().withId({ ID: profile.id })
      .delete({ queryArgs: { version: changed.version } }));
    const messages = await messagesAbout(profile.id);
    const [address] = renamed.addresses;
    const expected = [
      ['CustomerCreated', { customer: profile }],
      ['CustomerFirstNameSet', { firstName: 'Ann' }],
      ['CustomerAddressAdded', { address }],
      ['CustomerDefaultShippingAddressSet', { address }],
      ['CustomerFirstNameSet', {}],
      ['CustomerEmailVerified', {}],
      ['CustomerPasswordUpdated', { reset: false }],
      ['CustomerDeleted', { email: last.email }],
    ];

    assert.deepEqual(messages.map(({ type }) => type), expected.map(([type]) => type));
    messages.forEach((message, index) => {
      const [type, payload] = expected[index];

      expectMessage(message, { type, payload, resourceId: profile.id, sequenceNumber: index + 1 });
    });
    assert.deepEqual(messages.map(({ resourceVersion }) => resourceVersion), [1, 2, 4, 5, 6, 7, 8, 8]);
    assert.deepEqual(messages[1].createdBy.customer, { typeId: 'customer', id: profile.id });
    assert.deepEqual(messages.at(-1).createdBy, { clientId: 'backend', isPlatformClient: false });

    const [{ id }] = messages;

    assert.deepEqual(await bodyOf(api.messages().withId({ ID: id }).get()), messages[0]);
    await expectFailure(api.messages().withId({ ID: randomUUID() }).get(), NOT_FOUND);
  });

  test('say the value of a token only when it is short-lived', async () => {
    const { email, profile } = await signUp(server);

    for (const [ttlMinutes, isShort] of [[60, true], [61, false]]) {
      const { id, value, expiresAt } = await passwordToken(email, { ttlMinutes });
      const [message, ...others] = await messagesAbout(id);
      const payload = { customerId: profile.id, expiresAt, invalidateOlderTokens: false };

      assert.deepEqual(others, []);
      expectMessage(message, {
        type: 'CustomerPasswordTokenCreated',
        typeId: 'customer-password-token',
        resourceId: id,
        sequenceNumber: 1,
        payload: isShort ? { ...payload, value } : payload,
      });
    }
  });

  test('there is none of an update that failed', async () => {
    const { account, api: shop } = await signedIn();

    await expectFailure(shop.me().post({
      body: {
        version: 1,
        actions: [{ action: 'setFirstName', firstName: 'x' }, { action: 'removeAddress', addressKey: 'nowhere' }],
      },
    }), { name: 'BadRequest', statusCode: 400, code: 'InvalidOperation' });
    assert.deepEqual((await messagesAbout(account.profile.id)).map(({ type }) => type), ['CustomerCreated']);
  });
});

describe('stores', () => {
  test('come, are found by id and key, and go', async () => {
    const key = uniqueKey('store');
    const { statusCode, body } = await api.stores().post({ body: { key, name: { en: 'Lisbon', de: 'Lissabon' } } })
      .execute();

    assert.equal(statusCode, 201);
    expectStore(body);
    assert.equal(body.key, key);
    assert.equal(body.name.de, 'Lissabon');
    assert.deepEqual(await bodyOf(api.stores().withId({ ID: body.id }).get()), body);
    assert.deepEqual(await bodyOf(api.stores().withKey({ key }).get()), body);
    assert.equal((await api.stores().withKey({ key }).head().execute()).statusCode, 200);

    const page = await bodyOf(api.stores().get({ queryArgs: { limit: 500 } }));

    for (const store of page.results) expectStore(store);
    for (const expected of ['berlin', 'oslo', key]) assert.ok(page.results.some((store) => store.key === expected));

    const { profile } = await signUp(server, {}, { store: key });

    assert.deepEqual(profile.stores, [{ typeId: 'store', key }]);
    await api.customers().withId({ ID: profile.id }).delete({ queryArgs: { version: profile.version } }).execute();
    assert.deepEqual(await bodyOf(api.stores().withKey({ key }).delete({ queryArgs: { version: 1 } })), body);
    await expectFailure(api.stores().withKey({ key }).get(), NOT_FOUND);
    await assert.rejects(api.stores().withId({ ID: body.id }).head().execute(), { name: 'NotFound', statusCode: 404 });
  });

  test('have a key of their own', async () => {
    await expectFailure(api.stores().post({ body: { key: 'berlin' } }), {
      name: 'BadRequest',
      statusCode: 400,
      code: 'DuplicateField',
      fields: { field: 'key', duplicateValue: 'berlin' },
    });
  });

  test('customers are given to them and taken from them', async () => {
    const account = await signUp(server);
    const update = (version, ...actions) =>
      bodyOf(api.customers().withId({ ID: account.profile.id }).post({ body: { version, actions } }));
    const store = (key) => ({ typeId: 'store', key });
    const given = await update(1, { action: 'addStore', store: store('berlin') });

    assert.deepEqual(given.stores, [store('berlin')]);
    await expectTokenFailure(customer(server, account).api.me().get(), NO_SUCH_ACCOUNT);

    const moved = await update(given.version, { action: 'setStores', stores: [store('oslo'), store('berlin')] });
    const taken = await update(moved.version, { action: 'removeStore', store: store('berlin') });
    const osloer = customer(server, account, { store: 'oslo' });

    assert.deepEqual(taken.stores, [store('oslo')]);
    assert.deepEqual(await bodyOf(osloer.api.me().get()), taken);
    await expectTokenFailure(customer(server, account, { store: 'berlin' }).api.me().get(), NO_SUCH_ACCOUNT);
  });
});

describe('types and customer groups', () => {
  const field = (name, type, required = false) => ({ name, label: { en: name }, required, type });
  const makeType = (...fieldDefinitions) => bodyOf(api.types().post({
    body: { key: uniqueKey('type'), name: { en: 'Loyalty' }, resourceTypeIds: ['customer', 'address'],
      fieldDefinitions },
  }));

  test('a type says what a customer may keep in custom fields', async () => {
    const type = await makeType(
      field('points', { name: 'Number' }, true),
      field('colors', { name: 'Set', elementType: { name: 'Enum', values: [{ key: 'red', label: 'Red' }] } }),
      field('budget', { name: 'Money' }),
    );
    const { profile, ...account } = await signUp(server);
    const shop = customer(server, account).api;
    const update = (version, ...actions) => shop.me().post({ body: { version, actions } });
    const setType = (fields) => ({ action: 'setCustomType', type: { typeId: 'type', id: type.id }, fields });

    await expectFailure(update(profile.version, setType({})), {
      name: 'BadRequest', statusCode: 400, code: 'RequiredField', fields: { field: 'points' },
    });
    const given = await bodyOf(update(profile.version, setType({ points: 1 }), {
      action: 'setCustomField', name: 'budget', value: { currencyCode: 'EUR', centAmount: 4200 },
    }));

    expectProfile(given);
    assert.deepEqual(given.custom, {
      type: { typeId: 'type', id: type.id },
      fields: {
        points: 1,
        budget: { type: 'centPrecision', currencyCode: 'EUR', centAmount: 4200, fractionDigits: 2 },
      },
    });
    await expectFailure(update(given.version, { action: 'setCustomField', name: 'colors', value: ['blue'] }), {
      name: 'BadRequest', statusCode: 400, code: 'InvalidField',
      fields: { field: 'colors', invalidValue: 'blue', allowedValues: ['red'] },
    });
    const remove = api.types().withId({ ID: type.id }).delete({ queryArgs: { version: type.version } });

    await expectFailure(remove, {
      name: 'BadRequest', statusCode: 400, code: 'ReferenceExists', fields: { referencedBy: 'customer' },
    });
    await bodyOf(update(given.version, { action: 'setCustomType' }));
    assert.deepEqual(await bodyOf(remove), type);
  });

  test('a customer is put into groups', async () => {
    const vip = await bodyOf(api.customerGroups().post({
      body: { groupName: uniqueKey('vip'), key: uniqueKey('vip') },
    }));
    const { profile } = await signUp(server);
    const customerGroup = { typeId: 'customer-group', id: vip.id };
    const updated = await bodyOf(api.customers().withId({ ID: profile.id }).post({
      body: {
        version: profile.version,
        actions: [
          { action: 'setCustomerGroup', customerGroup: { typeId: 'customer-group', key: vip.key } },
          { action: 'addCustomerGroupAssignment', customerGroupAssignment: { customerGroup } },
        ],
      },
    }));

    expectProfile(updated);
    assert.deepEqual(updated.customerGroup, customerGroup);
    assert.deepEqual(updated.customerGroupAssignments, [{ customerGroup }]);
    expectMessage((await messagesAbout(profile.id)).at(-1), {
      type: 'CustomerGroupAssignmentAdded',
      resourceId: profile.id,
      sequenceNumber: 3,
      payload: { customerGroupAssignment: { customerGroup } },
    });
  });
});

describe('the project', () => {
  test('names its languages, countries and currencies', async () => {
    const { statusCode, body } = await api.get().execute();

    assert.equal(statusCode, 200);
    assert.equal(body.key, 'demo');
    assert.deepEqual(body.languages, ['en', 'de', 'en-US']);
    for (const list of [body.countries, body.currencies]) {
      assert.ok(list.length > 0);
      for (const item of list) assert.match(item, /^[A-Z]{2,3}$/);
    }
    assert.equal(body.messages.enabled, true);
    assert.equal(typeof body.version, 'number');
    assert.equal(typeof body.createdAt, 'string');
    assert.equal(typeof body.carts, 'object');
  });

  test('its languages are those that a customer may have', async () => {
    const { profile, ...account } = await signUp(server, { locale: 'de' });
    const shop = customer(server, account).api;
    const setLocale = (locale) => shop.me().post({ body: { version: 1, actions: [{ action: 'setLocale', locale }] } });

    assert.equal(profile.locale, 'de');
    await expectFailure(setLocale('fr'), { name: 'BadRequest', statusCode: 400, code: 'InvalidInput' });
    assert.equal((await bodyOf(setLocale('EN'))).locale, 'en');
  });
});
