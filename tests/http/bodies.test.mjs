/* Bodies that no honest client would send: each is refused in the shape of its endpoint, changes nothing, and leaves
 * the server as it was. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { expectApiError, expectInvalidJson, expectMissingParameter } from './support/expect.mjs';
import {
  anonymousToken, BACKEND, clientToken, passwordToken, request, signUp, STOREFRONT, uniqueEmail,
} from './support/http.mjs';
import { startServer } from './support/server.mjs';

const LIMIT = 1024 * 1024;
const DEEP = 100_000;

let server;
let visitor;
let shop;
let token;
let profile;
let count;

const customersStored = async () =>
  (await request(server, 'GET', '/demo/customers?limit=1', { token: shop })).json.total;
const getMe = () => request(server, 'GET', '/demo/me', { token });
const send = (path, body, bearer) => request(server, 'POST', path, {
  token: bearer, body, headers: { 'content-type': 'application/json' },
});

before(async () => {
  server = await startServer({ args: ['--body-limit', String(LIMIT)] });
  visitor = await anonymousToken(server);
  shop = await clientToken(server);
  const { email, password } = await signUp(server, { firstName: 'Unchanged' });

  token = await passwordToken(server, email, password);
  profile = (await getMe()).json;
  count = await customersStored();
});
after(async () => { await server?.stop(); });

/* After each test: the server answers, the customer is as before, and there are as many customers as expected. */
afterEach(async () => {
  const live = await request(server, 'GET', '/livez', { agent: false });
  const me = await getMe();

  assert.equal(live.status, 200);
  assert.deepEqual(me.json, profile);
  assert.equal(await customersStored(), count);
});

/* Nothing but broken JSON, the same for every endpoint. */
const broken = {
  'an empty body': '',
  'white space': ' \r\n\t ',
  'an object that is not closed': '{"version":1,"actions":[]',
  'a member that is cut off': '{"version":1,"act',
  'a lone brace': '{',
  'a closing brace': '}',
  'a trailing comma': '{"version":1,"actions":[],}',
  'a missing comma': '{"version":1 "actions":[]}',
  'a missing colon': '{"version" 1}',
  'single quotes': "{'version':1,'actions':[]}",
  'names without quotes': '{version:1,actions:[]}',
  'a comment': '{"version":1,/* x */"actions":[]}',
  'text after the object': '{"version":1,"actions":[]}x',
  'two objects': '{"version":1,"actions":[]}{"version":1,"actions":[]}',
  'a word': 'nonsense',
  'NaN': '{"version":NaN,"actions":[]}',
  'Infinity': '{"version":Infinity,"actions":[]}',
  'a number with leading zero': '{"version":01,"actions":[]}',
  'a number with a plus sign': '{"version":+1,"actions":[]}',
  'a number that ends in a dot': '{"version":1.,"actions":[]}',
  'a number in hexadecimal': '{"version":0x1,"actions":[]}',
  'a number beyond every range': '{"version":1e400,"actions":[]}',
  'an unknown escape': '{"email":"\\x41","password":"x"}',
  'a cut off escape': '{"email":"\\u00","password":"x"}',
  'a raw line break in a string': '{"email":"a\nb","password":"x"}',
  'a raw zero byte in a string': '{"email":"a\0b","password":"x"}',
  'a raw zero byte after the object': '{"version":1,"actions":[]}\0',
  'an escaped zero in a value': '{"email":"a\\u0000b@example.org","password":"x","version":1,"actions":[]}',
  'an escaped zero in a name': '{"email\\u0000":"a@example.org","password":"x","version":1,"actions":[]}',
  'a lone high surrogate': '{"email":"\\ud800@example.org","password":"x","version":1,"actions":[]}',
  'a lone low surrogate': '{"email":"\\udc00@example.org","password":"x","version":1,"actions":[]}',
  'surrogates in the wrong order': '{"email":"\\udc00\\ud800@example.org","password":"x","version":1,"actions":[]}',
  'a member twice': '{"version":1,"version":1,"actions":[],"email":"a@example.org","email":"a@example.org",'
    + '"password":"x"}',
  'a member twice, once with an escape':
    '{"version":1,"v\\u0065rsion":1,"actions":[],"email":"a@example.org","\\u0065mail":"a@example.org","password":"x"}',
  'UTF-16': Buffer.from('{"version":1,"actions":[]}', 'utf16le'),
  'many opening brackets': '['.repeat(DEEP),
  'many opening braces': '{"a":'.repeat(DEEP),
  'many brackets, closed': '['.repeat(DEEP) + ']'.repeat(DEEP),
  'many objects, closed': `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
  'a deep array in a member that nobody knows':
    '{"version":1,"actions":[],"email":"a@example.org","password":"x",'
      + `"unknown":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`,
};
const brokenBytes = {
  'a byte that never occurs in UTF-8': [0xff],
  'a lone continuation byte': [0x80],
  'a character that is cut off': [0xe2, 0x82],
  'an overlong slash': [0xc0, 0xaf],
  'an overlong zero': [0xc0, 0x80],
  'an encoded surrogate': [0xed, 0xa0, 0x80],
  'a character beyond the last': [0xf4, 0x90, 0x80, 0x80],
  'Latin-1': [0xe4],
};

for (const [what, bytes] of Object.entries(brokenBytes)) {
  broken[`${what} in a value`] = Buffer.concat([
    Buffer.from('{"version":1,"actions":[],"password":"x","email":"a'), Buffer.from(bytes),
    Buffer.from('@example.org"}'),
  ]);
}

/* What is JSON, but no object. */
const noObject = ['null', 'true', '1', '"text"', '[]', '[{"version":1,"actions":[]}]', '""', '-0', '[null]'];

const endpoints = [
  ['/demo/me', () => token],
  ['/demo/in-store/key=berlin/me', () => token],
  ['/demo/me/password', () => token],
  ['/demo/me/signup', () => visitor],
  ['/demo/in-store/key=berlin/me/signup', () => visitor],
  ['/demo/me/login', () => visitor],
  ['/demo/me/password/reset', () => visitor],
  ['/demo/me/email/confirm', () => visitor],
  ['/demo/customers', () => shop],
];

for (const [path, bearer] of endpoints) {
  describe(`POST ${path}`, () => {
    for (const [what, body] of Object.entries(broken)) {
      test(`${what} is refused with InvalidJsonInput`, async () => {
        expectInvalidJson(await send(path, body, bearer()));
      });
    }

    test('JSON that is no object is refused with InvalidJsonInput', async () => {
      for (const body of noObject) expectInvalidJson(await send(path, body, bearer()));
    });

    test('a body beyond the limit is refused with 413', async () => {
      const answer = await send(path, `{"unknown":"${'x'.repeat(LIMIT)}"}`, bearer());

      assert.equal(answer.status, 413);
      assert.equal(answer.json.statusCode, 413);
      assert.ok(answer.json.errors.length > 0);
    });

    test('a huge body of tiny values is refused', async () => {
      const answer = await send(path, `[${'0,'.repeat(LIMIT / 2 - 2)}0]`, bearer());

      expectInvalidJson(answer);
    });
  });
}

describe('POST /demo/me, members of the wrong kind', () => {
  const versions = {
    '1.0': /^version: JSON Number in the range of an? (Int|Long) expected\.$/,
    '1e0': /^version: JSON Number in the range of an? (Int|Long) expected\.$/,
    '1.5': /^version: JSON Number in the range of an? (Int|Long) expected\.$/,
    '9223372036854775808': /./,
    '-9223372036854775809': /./,
    '99999999999999999999999999999999': /./,
    '1e400': /./,
    '-1e400': /./,
    '"1"': /^version: JSON Number in the range of an? (Int|Long) expected\.$/,
    '""': /^version: JSON Number in the range of an? (Int|Long) expected\.$/,
    'true': /^version: JSON Number in the range of an? (Int|Long) expected\.$/,
    '[1]': /^version: JSON Number in the range of an? (Int|Long) expected\.$/,
    '{"a":1}': /^version: JSON Number in the range of an? (Int|Long) expected\.$/,
    'null': 'version: Missing required value',
  };
  for (const [version, detail] of Object.entries(versions)) {
    test(`${version} is no version`, async () => {
      const action = '{"action":"setFirstName","firstName":"Changed"}';

      expectInvalidJson(await send('/demo/me', `{"version":${version},"actions":[${action}]}`, token), detail);
    });
  }

  for (const version of ['0', '-1', '2', '4294967297', '9007199254740992', '9223372036854775807',
    '-9223372036854775808']) {
    test(`version ${version} changes nothing when 1 is stored`, async () => {
      const action = '{"action":"setFirstName","firstName":"Changed"}';
      const answer = await send('/demo/me', `{"version":${version},"actions":[${action}]}`, token);

      if (answer.status === 400) {
        assert.ok(['InvalidJsonInput', 'InvalidInput'].includes(answer.json.errors[0].code), answer.text);
      } else {
        expectApiError(answer, 409, 'ConcurrentModification');
        assert.equal(answer.json.errors[0].currentVersion, profile.version);
      }
    });
  }

  const bodies = {
    '{}': 'version: Missing required value',
    '{"version":1}': 'actions: Missing required value',
    '{"version":1,"actions":null}': 'actions: Missing required value',
    '{"actions":[]}': 'version: Missing required value',
    '{"version":1,"actions":{}}': 'actions: JSON Array expected.',
    '{"version":1,"actions":"x"}': 'actions: JSON Array expected.',
    '{"version":1,"actions":[{}]}': "actions: Missing type field 'action' in '{}'",
    '{"version":1,"actions":[{"x":1}]}': "actions: Missing type field 'action' in '{\"x\":1}'",
    '{"version":1,"actions":[{"action":"flyAway"}]}':
      "actions: Invalid type value 'flyAway' in '{\"action\":\"flyAway\"}'",
    '{"version":1,"actions":[ { "action" : "flyAway" } ]}':
      "actions: Invalid type value 'flyAway' in '{\"action\":\"flyAway\"}'",
    '{"version":1,"actions":[{"action":"setKey","key":"mine"}]}':
      "actions: Invalid type value 'setKey' in '{\"action\":\"setKey\",\"key\":\"mine\"}'",
    '{"version":1,"actions":[{"action":"changeEmail"}]}': 'actions -> email: Missing required value',
    '{"version":1,"actions":[{"action":"changeEmail","email":null}]}': 'actions -> email: Missing required value',
    '{"version":1,"actions":[{"action":"changeEmail","email":5}]}': 'actions -> email: JSON String expected.',
    '{"version":1,"actions":[{"action":"setFirstName","firstName":true}]}':
      'actions -> firstName: JSON String expected.',
    '{"version":1,"actions":[{"action":"setFirstName","firstName":["x"]}]}':
      'actions -> firstName: JSON String expected.',
    '{"version":1,"actions":[{"action":"addAddress"}]}': 'actions -> address: Missing required value',
    '{"version":1,"actions":[{"action":"addAddress","address":"x"}]}': /^actions -> address: /,
    '{"version":1,"actions":[{"action":"addAddress","address":{"city":"x"}}]}':
      'actions -> address -> country: Missing required value',
    '{"version":1,"actions":[{"action":"setDateOfBirth","dateOfBirth":"yesterday"}]}':
      'actions -> dateOfBirth: Failed to parse date: yesterday',
    '{"version":1,"actions":[{"action":"setFirstName","firstName":"Changed"},{"action":"flyAway"}]}':
      "actions: Invalid type value 'flyAway' in '{\"action\":\"flyAway\"}'",
    '{"version":1,"actions":[1]}': /^actions/,
    '{"version":1,"actions":[null]}': /^actions/,
    '{"version":1,"actions":[[]]}': /^actions/,
  };
  for (const [body, detail] of Object.entries(bodies)) {
    test(`${body} is refused with its path and reason`, async () => {
      expectInvalidJson(await send('/demo/me', body, token), detail);
    });
  }

  test('more than 500 actions are refused', async () => {
    const actions = Array.from({ length: 501 }, () => ({ action: 'setFirstName', firstName: 'Changed' }));
    const answer = await send('/demo/me', JSON.stringify({ version: profile.version, actions }), token);

    assert.equal(answer.status, 400, answer.text);
    assert.ok(answer.json.errors.length > 0);
  });

  test('one broken action of many undoes all', async () => {
    const answer = await send('/demo/me', JSON.stringify({
      version: profile.version,
      actions: [
        { action: 'setFirstName', firstName: 'Changed' },
        { action: 'addAddress', address: { country: 'DE' } },
        { action: 'removeAddress', addressId: 'nothere1' },
      ],
    }), token);

    expectApiError(answer, 400, 'InvalidOperation',
      "Customer does not contain an address with the identifier 'nothere1'.");
  });

  test('no action at all is no change', async () => {
    const answer = await send('/demo/me', JSON.stringify({ version: profile.version, actions: [] }), token);

    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json, profile);
  });
});

describe('DELETE /demo/me, versions of the wrong kind', () => {
  for (const query of ['', '?version=', '?version=abc', '?version=1.0', '?version=1x', '?version=0x1',
    '?version=99999999999999999999', '?version=%00', '?version=1%00', '?Version=1', '?version=%2B']) {
    test(`DELETE /demo/me${query} is refused with 400`, async () => {
      const answer = await request(server, 'DELETE', `/demo/me${query}`, { token });

      expectApiError(answer, 400, 'InvalidInput');
    });
  }

  test('a version that is not the stored one is a conflict', async () => {
    const answer = await request(server, 'DELETE', '/demo/me?version=7', { token });

    expectApiError(answer, 409, 'ConcurrentModification',
      `Object ${profile.id} has a different version than expected. Expected: 7 - Actual: ${profile.version}.`);
  });
});

describe('POST /demo/me/signup, members of the wrong kind', () => {
  const drafts = {
    '{}': 'email: Missing required value',
    '{"password":"x"}': 'email: Missing required value',
    '{"email":null,"password":"x"}': 'email: Missing required value',
    '{"email":"a@example.org"}': 'password: Missing required value',
    '{"email":5,"password":"x"}': 'email: JSON String expected.',
    '{"email":["a@example.org"],"password":"x"}': 'email: JSON String expected.',
    '{"email":"a@example.org","password":{}}': 'password: JSON String expected.',
    '{"email":"a@example.org","password":"x","firstName":1}': 'firstName: JSON String expected.',
    '{"email":"a@example.org","password":"x","addresses":{"country":"DE"}}': 'addresses: JSON Array expected.',
    '{"email":"a@example.org","password":"x","addresses":[{}]}': /^addresses -> country: /,
    '{"email":"a@example.org","password":"x","addresses":[{"city":"x"}]}':
      'addresses -> country: Missing required value',
    '{"email":"a@example.org","password":"x","defaultShippingAddress":"0"}':
      'defaultShippingAddress: JSON Number in the range of an Int expected.',
    '{"email":"a@example.org","password":"x","defaultBillingAddress":0.5}':
      'defaultBillingAddress: JSON Number in the range of an Int expected.',
    '{"email":"a@example.org","password":"x","defaultBillingAddress":4294967296}':
      'defaultBillingAddress: JSON Number in the range of an Int expected.',
    '{"email":"a@example.org","password":"x","dateOfBirth":"soon"}': 'dateOfBirth: Failed to parse date: soon',
    '{"email":"a@example.org","password":"x","dateOfBirth":20000101}': 'dateOfBirth: JSON string expected.',
    '{"email":"a@example.org","password":"x","dateOfBirth":"2023-02-30"}':
      'dateOfBirth: Failed to parse date: 2023-02-30',
  };
  for (const [body, detail] of Object.entries(drafts)) {
    test(`${body} is refused with its path and reason`, async () => {
      expectInvalidJson(await send('/demo/me/signup', body, visitor), detail);
    });
  }

  for (const email of ['', ' ', 'a b@example.org', '\t']) {
    test(`the e-mail ${JSON.stringify(email)} is refused`, async () => {
      expectApiError(await send('/demo/me/signup', JSON.stringify({ email, password: 'x' }), visitor),
        400, 'InvalidOperation', 'The provided value is not a valid email');
    });
  }

  test('an empty password is refused', async () => {
    expectApiError(await send('/demo/me/signup', JSON.stringify({ email: uniqueEmail(), password: '' }), visitor),
      400, 'InvalidOperation');
  });

  test('an index beyond the addresses is refused', async () => {
    for (const index of [1, -1, 2147483647]) {
      const answer = await send('/demo/me/signup', JSON.stringify({
        email: uniqueEmail(), password: 'x', addresses: [{ country: 'DE' }], defaultShippingAddress: index,
      }), visitor);

      expectApiError(answer, 400, 'InvalidOperation', `Customer does not contain an address at index '${index}'.`);
    }
  });
});

describe('what is unusual and yet right', () => {
  const accepted = {
    'members that nobody knows': (draft) => JSON.stringify({ ...draft, wings: 2, nested: { a: [1, { b: null }] } }),
    '2 000 members that nobody knows': (draft) => JSON.stringify({
      ...draft, ...Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`x${index}`, index])),
    }),
    'white space around everything': (draft) => ` \r\n\t${JSON.stringify(draft, null, 4)}\n\n `,
    'escapes where none are needed': (draft) =>
      `{"\\u0065mail":"${[...draft.email].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')}",`
        + '"password":"x"}',
    'a surrogate pair as escapes': (draft) => JSON.stringify(draft).replace('"x"', '"\\ud83d\\ude00"'),
    'a string of 200 000 characters': (draft) => JSON.stringify({ ...draft, firstName: 'ä'.repeat(200_000) }),
    'null for what may be absent': (draft) => JSON.stringify({ ...draft, firstName: null, addresses: null,
      custom: null }),
    'a large number in a member that nobody knows': (draft) =>
      `${JSON.stringify(draft).slice(0, -1)},"wings":12345678901234.5678}`,
  };
  for (const [what, spell] of Object.entries(accepted)) {
    test(`${what}: the sign-up succeeds`, async () => {
      const email = uniqueEmail();
      const answer = await send('/demo/me/signup', spell({ email, password: 'x' }), visitor);

      assert.equal(answer.status, 201, answer.text.slice(0, 500));
      assert.equal(answer.json.customer.email, email);
      count += 1;
    });
  }

  test('characters of every plane come back as they were sent', async () => {
    const firstName = 'é ß 漢 😀 \u{10ffff} \uffff \u007f \u2028';
    const answer = await send('/demo/me/signup', JSON.stringify({ email: uniqueEmail(), password: 'x', firstName }),
      visitor);

    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.json.customer.firstName, firstName);
    count += 1;
  });
});

describe('forms', () => {
  const post = (path, form, basic = STOREFRONT) => request(server, 'POST', path, {
    basic, body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const expectRefused = (answer) => {
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json.statusCode, 400);
    assert.ok(answer.json.errors.length > 0);
    assert.equal(answer.json.message, answer.json.errors[0].message);
    assert.equal(answer.text.includes('access_token'), false);
  };

  test('forms without a grant_type are an invalid_request', async () => {
    for (const form of ['', '&', '&&&&', '=', '==', '=client_credentials', 'x', '+',
      '{"grant_type":"client_credentials"}',
      'GRANT_TYPE=client_credentials', 'a=b&'.repeat(10_000)]) {
      expectMissingParameter(await post('/oauth/token', form), 'grant_type');
    }
  });

  const refused = {
    'a zero in grant_type': 'grant_type=client_credentials%00',
    'a zero in the scope': 'grant_type=client_credentials&scope=manage_my_profile:demo%00',
    'a raw zero in the scope': 'grant_type=client_credentials&scope=manage_my_profile:demo\0',
    'no UTF-8 in the scope': 'grant_type=client_credentials&scope=%ff',
    'an overlong character in the scope': 'grant_type=client_credentials&scope=%c0%af',
    'raw bytes that are no UTF-8': Buffer.from([...Buffer.from('grant_type=client_credentials&scope='), 0xff, 0xfe]),
    'a wrong escape in the scope': 'grant_type=client_credentials&scope=%zz',
    'an escape that is cut off': 'grant_type=client_credentials&scope=%4',
    'a lone per cent sign': 'grant_type=client_credentials&scope=%',
    'a scope of half a million characters': `grant_type=client_credentials&scope=${'x'.repeat(500_000)}`,
    'a scope of very many words': `grant_type=client_credentials&scope=${'manage_my_wishes:demo '.repeat(20_000)}`,
    'a grant_type of half a million characters': `grant_type=${'x'.repeat(500_000)}`,
  };
  for (const [what, form] of Object.entries(refused)) {
    test(`${what}: no token`, async () => {
      expectRefused(await post('/oauth/token', form));
    });
  }

  const wrongAccounts = {
    'a zero after the right e-mail': 'grant_type=password&username=alice%40example.com%00&password=Alice%401234',
    'a zero after the right password': 'grant_type=password&username=alice%40example.com&password=Alice%401234%00',
    'no UTF-8 in the e-mail': 'grant_type=password&username=%ff&password=Alice%401234',
    'no UTF-8 in the password': 'grant_type=password&username=alice%40example.com&password=%ff',
    'a password of half a million characters':
      `grant_type=password&username=alice%40example.com&password=${'x'.repeat(500_000)}`,
    'an e-mail of half a million characters': `grant_type=password&username=${'x'.repeat(500_000)}&password=x`,
    'quotation marks': "grant_type=password&username=' OR '1'='1&password=' OR '1'='1",
    'wild cards': 'grant_type=password&username=%25&password=%25',
  };
  for (const [what, form] of Object.entries(wrongAccounts)) {
    test(`${what} signs nobody in`, async () => {
      expectRefused(await post('/oauth/demo/customers/token', form));
    });
  }

  test('anonymous ids of strange kinds give an answer', async () => {
    for (const id of ['%00', '%ff', 'x'.repeat(500_000), '%0d%0aX-Injected:%201', 'a%22b', '%F0%9F%98%80']) {
      const answer = await post('/oauth/demo/anonymous/token', `grant_type=client_credentials&anonymous_id=${id}`);

      assert.ok([200, 400].includes(answer.status), `${id.slice(0, 20)}: ${answer.status}`);
      assert.notEqual(answer.json, undefined);
      assert.equal(answer.headers['x-injected'], undefined);
      if (id === '%00' || id === '%ff') assert.equal(answer.status, 400);
    }
  });

  test('tokens of strange kinds are inactive or refused', async () => {
    for (const value of ['%00', '%ff', 'x'.repeat(500_000), '%F0%9F%98%80', "'"]) {
      const answer = await post('/oauth/introspect', `token=${value}`, BACKEND);

      if (answer.status === 200) assert.deepEqual(answer.json, { active: false });
      else expectRefused(answer);
    }
  });

  test('a form beyond the limit is refused with 413', async () => {
    const answer = await post('/oauth/token', `grant_type=client_credentials&x=${'x'.repeat(LIMIT)}`);

    assert.equal(answer.status, 413);
    assert.equal(answer.json.statusCode, 413);
  });
});
