/* Queries, references and custom fields as a developer of a storefront writes them. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import { expectCleanStop, expectFailure } from './support/expect.mjs';
import { backend, bodyOf, customer, signUp, uniqueEmail, visitor } from './support/shop.mjs';

const INVALID = { name: 'BadRequest', statusCode: 400, code: 'InvalidInput' };
const NOT_FOUND = { name: 'NotFound', statusCode: 404, code: 'ResourceNotFound' };
const PASSWORD = 'correct horse';

let server;
let api;

before(async () => {
  server = await startServer();
  api = backend(server).api;
});
after(() => expectCleanStop(server));

const uniqueKey = (name) => `${name}-${randomUUID()}`;
/* What the builders of the client have no parameter for. */
const raw = (client, method, uri, body) => ({ execute: () => client.execute({ method, uri, body }) });
const customers = (queryArgs) => bodyOf(api.customers().get({ queryArgs }));
const names = ({ results }) => results.map(({ firstName }) => firstName);
const field = (name, type, required = false) => ({ name, type, required, label: { en: name } });
const set = (elementType) => ({ name: 'Set', elementType });

async function made(draft) {
  const { customer: profile } = await bodyOf(api.customers().post({
    body: { email: uniqueEmail(), password: PASSWORD, ...draft },
  }));

  return profile;
}

const group = (draft = {}) => bodyOf(api.customerGroups().post({ body: { groupName: uniqueKey('group'), ...draft } }));
const type = (...fieldDefinitions) => bodyOf(api.types().post({
  body: {
    key: uniqueKey('type'), name: { en: 'Loyalty' }, resourceTypeIds: ['customer', 'customer-group'], fieldDefinitions,
  },
}));

/* Some customers that no other test sees. */
async function family(...drafts) {
  const lastName = uniqueKey('Family');
  const members = [];

  for (const draft of drafts) members.push(await made({ lastName, ...draft }));
  return { lastName, members, where: 'lastName = :family', vars: { 'var.family': lastName } };
}

describe('where', () => {
  test('asks whether an address is taken, whatever its case', async () => {
    const { email, profile } = await signUp(server, { email: uniqueEmail('Mixed.Case') });
    const taken = (where) => customers({ where, limit: 1 });

    assert.equal((await taken(`email="${email}"`)).results[0].id, profile.id);
    assert.equal((await taken(`email="${email.toLowerCase()}"`)).total, 0);
    assert.equal((await taken(`lowercaseEmail="${email.toLowerCase()}"`)).total, 1);
  });

  test('takes variables, so that nothing needs to be quoted', async () => {
    const firstName = 'O"Neil \\ Sons + Zoë & 100 %';
    const { where, vars, members } = await family({ firstName }, { firstName: 'Ben' }, { firstName: 'Eva' });
    const found = await customers({ where: [where, 'firstName = :name'], 'var.name': firstName, ...vars });

    assert.deepEqual(found.results, [members[0]]);
    assert.deepEqual(names(await customers({
      where: `${where} and firstName in :names`, ...vars, 'var.names': ['Ben', 'Eva'],
    })), ['Ben', 'Eva']);
    assert.equal((await customers({ where: [where, 'version = :v'], ...vars, 'var.v': 1 })).total, 3);
  });

  test('holds for one of the addresses as a whole', async () => {
    const addresses = [{ country: 'DE', city: 'Köln' }, { country: 'AT', city: 'Wien' }];
    const { where, vars } = await family({ firstName: 'Ann', addresses }, { firstName: 'Ben' });
    const living = (place) => customers({ where: [where, `addresses(${place})`], ...vars });

    assert.deepEqual(names(await living('country="DE" and city="Köln"')), ['Ann']);
    assert.deepEqual(names(await living('country="DE" and city="Wien"')), []);
    assert.deepEqual(names(await customers({ where: [where, 'addresses is empty'], ...vars })), ['Ben']);
  });

  test('says what is wrong with it', async () => {
    const wrong = (queryArgs) => api.customers().get({ queryArgs });

    await expectFailure(wrong({ where: 'nickName = "x"' }), {
      ...INVALID, message: "Malformed parameter: where: The field 'nickName' does not exist.",
    });
    await expectFailure(wrong({ where: 'email = :email' }), {
      ...INVALID, message: 'Malformed parameter: where: Missing parameter value for email',
    });
    await expectFailure(wrong({ where: 'email = ' }), {
      ...INVALID, message: /^Malformed parameter: where: Syntax error while parsing 'where'\. Unexpected end of input/,
    });
  });

  test('at a profile answers it or nothing, and never that of another', async () => {
    const { profile: other } = await signUp(server, { firstName: 'Other' });
    const { profile, ...account } = await signUp(server, { firstName: 'Mia' });
    const mine = (queryArgs) => customer(server, account).api.me().get({ queryArgs });

    assert.deepEqual(await bodyOf(mine({ where: 'firstName = :n', 'var.n': 'Mia', limit: 1 })), profile);
    for (const where of ['firstName = "Other"', `id = "${other.id}"`]) await expectFailure(mine({ where }), NOT_FOUND);
    await expectFailure(mine({ where: 'nope = 1' }), INVALID);
  });

  test('finds the messages about a customer', async () => {
    const { profile, ...account } = await signUp(server);
    const actions = [{ action: 'setFirstName', firstName: 'Ann' }, { action: 'setTitle', title: 'Dr.' }];

    await customer(server, account).api.me().post({ body: { version: 1, actions } }).execute();
    const messages = (where, more) => bodyOf(api.messages().get({
      queryArgs: { where: [`resource(id="${profile.id}")`, ...where], ...more },
    }));
    const all = await messages([], { sort: 'sequenceNumber desc', expand: 'resource' });

    assert.deepEqual(all.results.map((message) => message.type),
      ['CustomerTitleSet', 'CustomerFirstNameSet', 'CustomerCreated']);
    assert.ok(all.results.every(({ resource }) => resource.obj.title === 'Dr.'));
    assert.equal((await messages(['type in :t'], { 'var.t': ['CustomerCreated', 'CustomerTitleSet'] })).total, 2);
    assert.equal((await messages(['sequenceNumber > 1'], { limit: 1 })).total, 2);
  });
});

describe('sort', () => {
  test('by several fields, up and down', async () => {
    const { where, vars } = await family({ firstName: 'Ann', title: 'B' }, { firstName: 'Ben', title: 'A' },
      { firstName: 'Cai', title: 'B' }, { firstName: 'Dan' });
    const sorted = (...sort) => customers({ where, ...vars, sort }).then(names);

    assert.deepEqual(await sorted(), ['Ann', 'Ben', 'Cai', 'Dan']);
    assert.deepEqual(await sorted('firstName desc'), ['Dan', 'Cai', 'Ben', 'Ann']);
    assert.deepEqual(await sorted('title asc', 'firstName desc'), ['Dan', 'Ben', 'Cai', 'Ann']);
    assert.deepEqual(await sorted('title desc', 'firstName'), ['Ann', 'Cai', 'Ben', 'Dan']);
  });

  test('by a custom field', async () => {
    const { key } = await type(field('points', { name: 'Number' }));
    const custom = (points) => ({ type: { typeId: 'type', key }, fields: { points } });
    const { where, vars } = await family({ firstName: 'Nine', custom: custom(9) },
      { firstName: 'Ten', custom: custom(10) }, { firstName: 'None' }, { firstName: 'Less', custom: custom(-0.5) });

    assert.deepEqual(names(await customers({ where, ...vars, sort: 'custom.fields.points desc' })),
      ['Ten', 'Nine', 'Less', 'None']);
  });

  test('by a field that there is', async () => {
    await expectFailure(api.customers().get({ queryArgs: { sort: 'name asc' } }), {
      ...INVALID,
      message: /^Malformed parameter: sort: Invalid query field 'name' in sort path\. Sortable fields are: `address/,
    });
  });
});

describe('pages', () => {
  /* Creates customers until told to stop. */
  function busyShop() {
    const shop = visitor(server).api;
    let open = true;
    const run = async () => {
      let count = 0;

      for (; open; count++) {
        await shop.me().signup().post({ body: { email: uniqueEmail(), password: PASSWORD } }).execute();
      }
      return count;
    };
    const runs = [run(), run()];

    return { close: async () => { open = false; return (await Promise.all(runs)).reduce((a, b) => a + b); } };
  }

  /* All ids that are on the pages which `next` asks for, until one is not full. */
  async function collected(limit, next) {
    const seen = [];

    for (;;) {
      const { results, count } = await customers({ limit, ...next(seen) });

      assert.equal(count, results.length);
      seen.push(...results);
      if (count < limit || seen.length > 1_000) return seen.map(({ id }) => id);
    }
  }

  const WAYS = {
    'in the order of creation': (seen) => ({ offset: seen.length }),
    'by createdAt and id': (seen) => ({ offset: seen.length, sort: ['createdAt asc', 'id asc'] }),
    'by id, from the last one on': (seen) => ({
      sort: 'id asc', withTotal: false, ...(seen.length ? { where: 'id > :last', 'var.last': seen.at(-1).id } : {}),
    }),
  };

  for (const [way, next] of Object.entries(WAYS)) {
    test(`${way} have no gap and no repetition while customers sign up`, async () => {
      for (let i = 0; i < 30; i++) await made({});
      const all = (sort) => customers({ limit: 500, sort }).then(({ results }) => results.map(({ id }) => id));
      const known = await all(next([]).sort);
      const shop = busyShop();
      let seen;

      try {
        seen = await collected(7, next);
      } finally {
        assert.ok(await shop.close() > 0);
      }
      assert.deepEqual(seen.filter((id) => known.includes(id)), known);
      if (way === 'in the order of creation') {
        assert.ok(seen.length > known.length);
        assert.deepEqual(seen, (await all()).slice(0, seen.length));
      }
    });
  }

  test('tell how many there are, unless nobody wants to know', async () => {
    const { where, vars } = await family({}, {}, {});

    assert.deepEqual(await customers({ where, ...vars, limit: 0 }),
      { limit: 0, offset: 0, count: 0, total: 3, results: [] });
    const page = await customers({ where, ...vars, limit: 2, offset: 2, withTotal: false });

    assert.deepEqual([page.count, page.offset, 'total' in page], [1, 2, false]);
    await expectFailure(api.customers().get({ queryArgs: { limit: 501 } }), {
      ...INVALID, message: 'Malformed parameter: limit: The limit parameter must be in the range of [0..500]',
    });
  });
});

describe('expand', () => {
  test('shows the group and the type of a customer, on profiles, lists, updates and at sign-in', async () => {
    const vip = await group();
    const loyalty = await type(field('points', { name: 'Number' }));
    const email = uniqueEmail();
    const { id } = await made({
      email,
      customerGroup: { typeId: 'customer-group', id: vip.id },
      custom: { type: { typeId: 'type', key: loyalty.key }, fields: { points: 1 } },
    });
    const shop = customer(server, { email, password: PASSWORD });
    const expand = ['customerGroup', 'custom.type'];
    const expectExpanded = (profile) => {
      assert.deepEqual(profile.customerGroup, { typeId: 'customer-group', id: vip.id, obj: vip });
      assert.deepEqual(profile.custom.type, { typeId: 'type', id: loyalty.id, obj: loyalty });
    };

    expectExpanded(await bodyOf(shop.api.me().get({ queryArgs: { expand } })));
    expectExpanded((await customers({ where: `id="${id}"`, expand })).results[0]);
    expectExpanded(await bodyOf(api.customers().withId({ ID: id }).get({ queryArgs: { expand } })));
    expectExpanded(await bodyOf(api.customers().withId({ ID: id }).post({
      body: { version: 1, actions: [{ action: 'setTitle', title: 'Dr.' }] }, queryArgs: { expand },
    })));
    expectExpanded(await bodyOf(raw(shop, 'POST', '/demo/me?expand=customerGroup&expand=custom.type', {
      version: 2, actions: [{ action: 'setFirstName', firstName: 'Ann' }],
    })));
    const login = '/demo/me/login?expand=customer.customerGroup&expand=customer.custom.type';

    expectExpanded((await bodyOf(raw(visitor(server), 'POST', login, { email, password: PASSWORD }))).customer);
    assert.deepEqual((await bodyOf(shop.api.me().get())).customerGroup, { typeId: 'customer-group', id: vip.id });
  });

  test('leaves a reference to what was deleted as it is', async () => {
    const { key } = await type(field('friend', { name: 'Reference', referenceTypeId: 'customer' }));
    const friend = await made({});
    const reference = { typeId: 'customer', id: friend.id };
    const { id } = await made({ custom: { type: { typeId: 'type', key }, fields: { friend: reference } } });
    const shown = async () => (await bodyOf(api.customers().withId({ ID: id }).get({
      queryArgs: { expand: ['custom.fields.friend', 'no.such.path'] },
    }))).custom.fields.friend;

    assert.deepEqual(await shown(), { ...reference, obj: friend });
    await api.customers().withId({ ID: friend.id }).delete({ queryArgs: { version: 1 } }).execute();
    assert.deepEqual(await shown(), reference);
  });

  test('never shows one customer to another', async () => {
    const { key } = await type(field('friend', { name: 'Reference', referenceTypeId: 'customer' }));
    const friend = { typeId: 'customer', id: (await made({ firstName: 'Secret' })).id };
    const email = uniqueEmail();

    await made({ email, custom: { type: { typeId: 'type', key }, fields: { friend } } });
    const shop = customer(server, { email, password: PASSWORD }).api.me();

    assert.deepEqual((await bodyOf(shop.get({ queryArgs: { expand: 'custom.fields.friend' } }))).custom.fields.friend,
      friend);
    const again = { version: 1, actions: [{ action: 'setCustomField', name: 'friend', value: friend }] };

    await expectFailure(shop.post({ body: again }), {
      name: 'BadRequest', statusCode: 400, code: 'ReferencedResourceNotFound', fields: friend,
    });
  });
});

describe('custom fields', () => {
  const colours = { name: 'Enum', values: [{ key: 'red', label: 'Red' }, { key: 'green', label: 'Green' }] };
  const sizes = { name: 'LocalizedEnum', values: [{ key: 's', label: { en: 'Small', de: 'Klein' } }] };
  const money = (centAmount, currencyCode, fractionDigits) =>
    ({ type: 'centPrecision', currencyCode, centAmount, fractionDigits });

  test('of every type are kept as they were given, or brought into their form', async () => {
    const vip = await group();
    const vips = { typeId: 'customer-group', id: vip.id };
    /* name: [type, what is sent, what is answered if that is another] */
    const table = {
      flag: [{ name: 'Boolean' }, true],
      nick: [{ name: 'String' }, 'Zoë 👍 "\\ \n'],
      greeting: [{ name: 'LocalizedString' }, { en: 'Hi', 'de-DE': 'Grüß Gott' }],
      colour: [colours, 'green'],
      size: [sizes, 's'],
      points: [{ name: 'Number' }, -12.5],
      budget: [{ name: 'Money' }, { centAmount: 4200, currencyCode: 'EUR' }, money(4200, 'EUR', 2)],
      yen: [{ name: 'Money' }, { centAmount: 42, currencyCode: 'JPY' }, money(42, 'JPY', 0)],
      born: [{ name: 'Date' }, '1990-02-28'],
      wake: [{ name: 'Time' }, '06:30', '06:30:00.000'],
      seen: [{ name: 'DateTime' }, '2024-05-31T12:00:00+02:00', '2024-05-31T10:00:00.000Z'],
      club: [{ name: 'Reference', referenceTypeId: 'customer-group' }, vips],
      tags: [set({ name: 'String' }), ['a', 'b', 'a'], ['a', 'b']],
      scores: [set({ name: 'Number' }), [3, 10]],
      clubs: [set({ name: 'Reference', referenceTypeId: 'customer-group' }), [vips]],
      hues: [set(colours), ['red', 'green']],
    };
    const { key, id } = await type(...Object.entries(table).map(([name, [one]]) => field(name, one)));
    const sent = Object.fromEntries(Object.entries(table).map(([name, [, value]]) => [name, value]));
    const kept = Object.fromEntries(Object.entries(table).map(([name, [, value, other]]) => [name, other ?? value]));
    const custom = { type: { typeId: 'type', key }, fields: sent };
    const whole = { type: { typeId: 'type', id }, fields: kept };
    const { profile, ...account } = await signUp(server, { custom });
    const shop = customer(server, account).api;

    assert.deepEqual(profile.custom, whole);
    assert.deepEqual((await bodyOf(shop.me().get())).custom, whole);

    let { version } = profile;
    const change = async (...actions) => {
      const body = await bodyOf(shop.me().post({ body: { version, actions } }));

      ({ version } = body);
      return body;
    };

    for (const [name, value] of Object.entries(sent)) {
      const without = await change({ action: 'setCustomField', name });

      assert.ok(!(name in without.custom.fields), name);
      assert.deepEqual((await change({ action: 'setCustomField', name, value })).custom.fields[name], kept[name]);
    }
    assert.deepEqual((await bodyOf(shop.me().get())).custom, whole);
    const found = await customers({
      where: `custom(fields(points = -12.5 and tags contains all ("b", "a") and budget(centAmount = 4200)
        and seen < "2024-06-01" and club(id = "${vip.id}")))`,
    });

    assert.deepEqual(found.results.map((one) => one.id), [profile.id]);
    assert.equal((await change({ action: 'setCustomType' })).custom, undefined);
  });

  test('that are wrong are named in the error', async () => {
    const { key } = await type(field('colour', colours), field('points', { name: 'Number' }),
      field('must', { name: 'String' }, true));
    const { profile, ...account } = await signUp(server);
    const shop = customer(server, account).api;
    const setting = (fields) => shop.me().post({
      body: {
        version: profile.version, actions: [{ action: 'setCustomType', type: { typeId: 'type', key }, fields }],
      },
    });

    await expectFailure(setting({ must: 'x', colour: 'blue' }), {
      name: 'BadRequest',
      statusCode: 400,
      code: 'InvalidField',
      message: "The value '\"blue\"' is not valid for field 'colour'. Allowed values are: \"red\",\"green\".",
      fields: { field: 'colour', invalidValue: 'blue', allowedValues: ['red', 'green'] },
    });
    await expectFailure(setting({ points: 1 }), {
      name: 'BadRequest',
      statusCode: 400,
      code: 'RequiredField',
      message: "A value is required for field 'must'.",
      fields: { field: 'must' },
    });
    assert.equal((await bodyOf(shop.me().get())).custom, undefined);
  });
});
