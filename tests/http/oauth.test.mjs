/* Tokens: how they are obtained, what they look like, what ends them, and what the API makes of them. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import {
  eventually, expectApiError, expectInsufficientScope, expectInvalidClient, expectInvalidGrant, expectInvalidJson,
  expectInvalidScope, expectInvalidToken, expectMissingParameter, expectNoSuchAccount, expectOauthError,
  expectPasswordFlowNeeded, expectPermissionsExceeded,
} from './support/expect.mjs';
import {
  anonymousToken, BACKEND, basicHeader, clientToken, passwordToken, request, signUp, STOREFRONT, uniqueEmail,
} from './support/http.mjs';
import { startServer } from './support/server.mjs';

const ACCESS_TOKEN = /^[A-Za-z0-9_-]{32}$/;
const REFRESH_TOKEN = /^[a-z0-9_-]+:[A-Za-z0-9_-]{43}$/;
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const STOREFRONT_SCOPES = [
  'manage_my_profile', 'manage_my_orders', 'manage_my_shopping_lists', 'manage_my_payments',
  'view_published_products', 'view_categories', 'view_discount_codes', 'create_anonymous_token',
].map((name) => `${name}:demo`);
const STOREFRONT_NAMES = STOREFRONT_SCOPES.map((scope) => scope.split(':')[0]).join(', ');
const BACKEND_SCOPES = ['manage_project:demo', 'introspect_oauth_tokens:demo', 'manage_api_clients:demo'];

const TOKEN = '/oauth/token';
const CUSTOMERS = '/oauth/demo/customers/token';
const ANONYMOUS = '/oauth/demo/anonymous/token';
const INTROSPECT = '/oauth/introspect';
const REVOKE = '/oauth/token/revoke';

let server;

before(async () => { server = await startServer(); });
after(async () => { await server?.stop(); });

const post = (path, options = {}) => request(server, 'POST', path, { basic: STOREFRONT, ...options });
const getMe = (token) => request(server, 'GET', '/demo/me', { token });
const refresh = (value, basic = STOREFRONT) =>
  post(TOKEN, { basic, form: { grant_type: 'refresh_token', refresh_token: value } });
const introspect = async (token) =>
  (await post(INTROSPECT, { basic: BACKEND, form: { token: token.access_token ?? token } })).json;
const revoke = (value, hint) =>
  post(REVOKE, { form: { token: value, ...(hint ? { token_type_hint: hint } : {}) } });
const passwordForm = (username, password, more = {}) => ({ grant_type: 'password', username, password, ...more });

async function customerWithToken(draft = {}) {
  const { customer, email, password } = await signUp(server, draft);

  return { customer, email, password, token: await passwordToken(server, email, password) };
}

async function storeCustomer(store) {
  return signUp(server, {}, { store });
}

async function passwordResetValue(email) {
  const answer = await request(server, 'POST', '/demo/customers/password-token', {
    token: await clientToken(server), json: { email },
  });

  assert.equal(answer.status, 200, answer.text);
  return answer.json.value;
}

function expectTokenAnswer(answer) {
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.match(answer.headers['cache-control'] ?? '', /\bno-store\b/);
  assert.equal(answer.json.token_type, 'Bearer');
  assert.match(answer.json.access_token, ACCESS_TOKEN);
  assert.equal(typeof answer.json.expires_in, 'number');
  assert.equal(typeof answer.json.scope, 'string');
}

describe('client credentials', () => {
  test('a request without scope is granted everything that the client owns', async () => {
    for (const [basic, scopes] of [[STOREFRONT, STOREFRONT_SCOPES], [BACKEND, BACKEND_SCOPES]]) {
      const answer = await post(TOKEN, { basic, form: { grant_type: 'client_credentials' } });

      expectTokenAnswer(answer);
      assert.deepEqual(answer.json.scope.split(' ').sort(), [...scopes].sort());
    }
  });

  test('a token lasts 172800 seconds unless told otherwise', async () => {
    const { expires_in: seconds } = await clientToken(server);

    assert.equal(seconds, 172800);
  });

  test('there is no refresh token', async () => {
    assert.equal((await clientToken(server)).refresh_token, undefined);
    assert.equal((await clientToken(server, { client: STOREFRONT })).refresh_token, undefined);
  });

  test('scopes are granted in the order in which they were requested', async () => {
    const wanted = ['view_published_products:demo', 'manage_my_profile:demo', 'create_anonymous_token:demo'];

    for (const scopes of [wanted, [...wanted].reverse()]) {
      const { scope } = await clientToken(server, { client: STOREFRONT, scope: scopes.join(' ') });

      assert.equal(scope, scopes.join(' '));
    }
  });

  test('a narrower scope is all that the token then carries', async () => {
    const token = await clientToken(server, { client: STOREFRONT, scope: 'view_published_products:demo' });

    assert.equal(token.scope, 'view_published_products:demo');
    expectInsufficientScope(await getMe(token), 'manage_my_profile');
  });

  test('access tokens are 32 URL-safe characters and never repeat', async () => {
    const tokens = await Promise.all(Array.from({ length: 40 }, () => clientToken(server)));

    for (const { access_token: value } of tokens) assert.match(value, ACCESS_TOKEN);
    assert.equal(new Set(tokens.map((token) => token.access_token)).size, 40);
  });

  const exceedingScopes = {
    'a scope that the client does not own': 'manage_customers:demo',
    'an owned scope beside one that is not owned': 'manage_my_profile:demo manage_customers:demo',
    'an owned scope for one store': 'manage_my_profile:demo:berlin',
  };
  for (const [what, scope] of Object.entries(exceedingScopes)) {
    test(`${what} is refused with what may be requested`, async () => {
      expectPermissionsExceeded(await post(TOKEN, { form: { grant_type: 'client_credentials', scope } }),
        STOREFRONT_NAMES);
    });
  }

  const refusedScopes = {
    'an unknown scope': 'fly_away:demo',
    'a scope without a project': 'manage_my_profile',
    'a scope with nothing but a project': ':demo',
    'an unowned scope beside a malformed one': 'manage_customers:demo manage_my_orders',
    'an owned scope beside a malformed one': 'manage_my_profile:demo manage_my_orders',
    'an owned scope with other letter case': 'Manage_My_Profile:demo',
    'a customer id': `manage_my_profile:demo customer_id:${randomUUID()}`,
    'an anonymous id': 'manage_my_profile:demo anonymous_id:somebody',
  };
  for (const [what, scope] of Object.entries(refusedScopes)) {
    test(`${what} is refused with invalid_scope`, async () => {
      expectInvalidScope(await post(TOKEN, { form: { grant_type: 'client_credentials', scope } }));
    });
  }

  test('manage_project does not stand for narrower scopes in a token request', async () => {
    expectPermissionsExceeded(await post(TOKEN, {
      basic: BACKEND, form: { grant_type: 'client_credentials', scope: 'view_products:demo' },
    }), 'manage_project, introspect_oauth_tokens, manage_api_clients');
  });
});

describe('spelling of parameters', () => {
  const spellings = {
    'raw spaces and colons': 'scope=manage_my_profile:demo view_published_products:demo&grant_type=client_credentials',
    'plus signs': 'grant_type=client_credentials&scope=manage_my_profile:demo+view_published_products:demo',
    'percent-encoded spaces':
      'grant_type=client_credentials&scope=manage_my_profile:demo%20view_published_products:demo',
    'everything percent-encoded':
      'grant_type=client%5Fcredentials&scope=manage_my_profile%3Ademo%20view_published_products%3ademo',
    'empty pairs and unknown names':
      '&&x&=&y=1&grant_type=client_credentials&&scope=manage_my_profile:demo view_published_products:demo&',
  };
  for (const [what, form] of Object.entries(spellings)) {
    test(`a body with ${what} is understood`, async () => {
      const answer = await post(TOKEN, { form });

      expectTokenAnswer(answer);
      assert.equal(answer.json.scope, 'manage_my_profile:demo view_published_products:demo');
    });
  }

  for (const separator of ['%20', '+']) {
    test(`all parameters may be in the query, with ${separator} for a space`, async () => {
      const scope = ['manage_my_profile:demo', 'view_published_products:demo'].join(separator);
      const answer = await post(`${TOKEN}?grant_type=client_credentials&scope=${scope}`);

      expectTokenAnswer(answer);
      assert.equal(answer.json.scope, 'manage_my_profile:demo view_published_products:demo');
    });
  }

  test('one parameter may be in the query and another in the body', async () => {
    const inQuery = await post(`${TOKEN}?grant_type=client_credentials`, { form: { scope: 'manage_my_profile:demo' } });
    const inBody = await post(`${TOKEN}?scope=manage_my_profile:demo`, { form: { grant_type: 'client_credentials' } });

    for (const answer of [inQuery, inBody]) {
      expectTokenAnswer(answer);
      assert.equal(answer.json.scope, 'manage_my_profile:demo');
    }
  });

  test('a customer signs in with parameters in the query', async () => {
    const { customer, email, password } = await signUp(server);
    const query = new URLSearchParams(passwordForm(email, password));
    const answer = await post(`${CUSTOMERS}?${query}`);

    expectTokenAnswer(answer);
    assert.ok(answer.json.scope.endsWith(` customer_id:${customer.id}`), answer.json.scope);
  });

  test('refresh, introspection and revocation take their parameters from the query too', async () => {
    const { token } = await customerWithToken();
    const value = encodeURIComponent(token.refresh_token);

    expectTokenAnswer(await post(`${TOKEN}?grant_type=refresh_token&refresh_token=${value}`));
    const look = await post(`${INTROSPECT}?token=${token.access_token}`, { basic: BACKEND });
    assert.equal(look.json.active, true);
    assert.equal((await post(`${REVOKE}?token=${token.access_token}&token_type_hint=access_token`)).status, 200);
    expectInvalidToken(await getMe(token));
  });

  test('a charset after the form content type is accepted', async () => {
    expectTokenAnswer(await post(TOKEN, {
      body: 'grant_type=client_credentials',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    }));
  });

  test('a refresh token may be sent with its colon raw or encoded', async () => {
    const { token } = await customerWithToken();
    const raw = token.refresh_token;

    assert.match(raw, /:/);
    for (const spelled of [raw, encodeURIComponent(raw)]) {
      expectTokenAnswer(await post(TOKEN, { form: `grant_type=refresh_token&refresh_token=${spelled}` }));
    }
  });

  const passwords = ['a b+c&d=e%20f', 'ünï✓ 😀', '100%', ' leading and trailing ', '":{}[]\\/?#@;', '+++'];
  for (const password of passwords) {
    test(`the password ${JSON.stringify(password)} survives percent-encoding`, async () => {
      const { email } = await signUp(server, { password });
      const form = `grant_type=password&username=${encodeURIComponent(email)}`
        + `&password=${encodeURIComponent(password)}`;

      expectTokenAnswer(await post(CUSTOMERS, { form }));
      expectNoSuchAccount(await post(CUSTOMERS, { form: `${form}x` }));
    });
  }

  test('a plus sign in an e-mail survives percent-encoding', async () => {
    const email = `a+b-${uniqueEmail()}`;
    const { password } = await signUp(server, { email });

    expectTokenAnswer(await post(CUSTOMERS, { form: passwordForm(email, password) }));
  });

  test('parameters sent as JSON count as missing', async () => {
    expectMissingParameter(await post(TOKEN, { json: { grant_type: 'client_credentials' } }), 'grant_type');
  });
});

describe('client authentication', () => {
  const wrong = {
    'no Authorization header': undefined,
    'a bearer token': 'Bearer abcdefghijklmnopqrstuvwxyz012345',
    'a scheme alone': 'Basic',
    'something that is not base64': 'Basic !!!!',
    'credentials without a colon': `Basic ${Buffer.from('storefront').toString('base64')}`,
    'an empty id and secret': basicHeader(['', '']),
    'an unknown client': basicHeader(['nobody', 'storefront-secret']),
    'a wrong secret': basicHeader(['storefront', 'wrong']),
    'an empty secret': basicHeader(['storefront', '']),
    'a secret that is too long by one character': basicHeader(['storefront', 'storefront-secretx']),
    'a secret that is too short by one character': basicHeader(['storefront', 'storefront-secre']),
    'the secret of another client': basicHeader(['storefront', 'backend-secret']),
    'an id with other letter case': basicHeader(['Storefront', 'storefront-secret']),
  };
  const tokenRequests = {
    [TOKEN]: { grant_type: 'client_credentials', scope: 'manage_my_profile:demo' },
    [CUSTOMERS]: passwordForm('alice@example.com', 'Alice@1234'),
    '/oauth/demo/in-store/key=berlin/customers/token': passwordForm('alice@example.com', 'Alice@1234'),
    [ANONYMOUS]: { grant_type: 'client_credentials' },
  };
  for (const [what, authorization] of Object.entries(wrong)) {
    test(`${what} is refused with invalid_client`, async () => {
      for (const [path, form] of Object.entries(tokenRequests)) {
        const answer = await request(server, 'POST', path, { form, headers: authorization ? { authorization } : {} });

        expectInvalidClient(answer);
        assert.equal(answer.headers['www-authenticate'], undefined, `${path} must not challenge`);
      }
    });
  }

  test('introspection and revocation need a client too', async () => {
    const token = await clientToken(server);

    for (const path of [INTROSPECT, REVOKE]) {
      for (const headers of [{}, { authorization: basicHeader(['backend', 'wrong']) }]) {
        const answer = await request(server, 'POST', path, { form: { token: token.access_token }, headers });

        expectInvalidClient(answer);
        assert.equal(answer.headers['www-authenticate'], undefined);
      }
    }
    assert.equal((await introspect(token)).active, true);
  });

  test('a refresh needs the client too', async () => {
    const { token } = await customerWithToken();

    expectInvalidClient(await refresh(token.refresh_token, ['storefront', 'wrong']));
    expectTokenAnswer(await refresh(token.refresh_token));
  });

  test('the client is looked at before the parameters', async () => {
    expectInvalidClient(await post(CUSTOMERS, { basic: ['storefront', 'wrong'], form: { grant_type: 'nonsense' } }));
  });

  test('the word Basic may have any letter case', async () => {
    const authorization = basicHeader(STOREFRONT).replace('Basic', 'basic');

    expectTokenAnswer(await request(server, 'POST', ANONYMOUS, {
      form: { grant_type: 'client_credentials' }, headers: { authorization },
    }));
  });

  test('with --clients any the demo project takes any client and grants what is asked', async () => {
    const lax = await startServer({ args: ['--clients', 'any'] });

    try {
      const token = await clientToken(lax, { client: ['whoever', 'whatever'], scope: 'manage_customers:demo' });

      assert.equal(token.scope, 'manage_customers:demo');
    } finally {
      await lax.stop();
    }
  });

  test('a client that nobody declares gets a token without a scope, good for projects that declare none', async () => {
    const client = ['whoever', 'whatever'];
    const token = await clientToken(server, { client });
    const projects = [1, 2].map(() => `p-${randomUUID().slice(0, 8)}`);

    assert.equal(token.scope, 'manage_project:* manage_api_clients:*');
    for (const project of projects) {
      const made = await signUp(server, {}, { project });

      assert.equal((await request(server, 'GET', `/${project}/customers/${made.customer.id}`, { token })).status, 200);
    }
    expectInsufficientScope(await request(server, 'GET', '/demo/customers', { token }), 'view_customers');
    expectInsufficientScope(await request(server, 'POST', '/demo/me/signup', { token, json: {} }), 'manage_my_profile');
    assert.equal((await post(REVOKE, { basic: client, form: { token: token.access_token } })).status, 200);
    expectInvalidToken(await request(server, 'GET', `/${projects[0]}/customers`, { token }));
  });

  test('a token of all projects makes those that are not there yet', async () => {
    const token = await clientToken(server, { client: ['whoever', 'whatever'] });
    const project = `p-${randomUUID().slice(0, 8)}`;
    const answer = await request(server, 'GET', `/${project}`, { token });

    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.key, project);
  });

  test('a token of all projects ends where a project declares its first client', async () => {
    const token = await clientToken(server, { client: ['whoever', 'whatever'] });
    const project = `p-${randomUUID().slice(0, 8)}`;
    const declared = await request(server, 'POST', `/${project}/api-clients`, {
      token, json: { name: 'Shop', scope: `manage_project:${project}` },
    });

    assert.equal(declared.status, 201, declared.text);
    expectInsufficientScope(await request(server, 'GET', `/${project}`, { token }), 'view_project_settings');
    const { scope } = await clientToken(server, { client: [declared.json.id, declared.json.secret] });

    assert.equal(scope, `manage_project:${project}`);
    expectInvalidClient(await post(TOKEN, {
      basic: [declared.json.id, 'wrong'], form: { grant_type: 'client_credentials' },
    }));
  });

  test('with --clients declared only declared clients get a token', async () => {
    const strict = await startServer({ args: ['--clients', 'declared'] });

    try {
      const answer = await request(strict, 'POST', '/oauth/elsewhere/anonymous/token', {
        basic: ['whoever', 'whatever'], form: { grant_type: 'client_credentials' },
      });

      /* A project that may have no caller may as well not exist. */
      if (answer.status !== 404) expectInvalidClient(answer);
      assert.equal(answer.text.includes('access_token'), false);
      expectInvalidClient(await request(strict, 'POST', ANONYMOUS, {
        basic: ['whoever', 'whatever'], form: { grant_type: 'client_credentials' },
      }));
      expectOauthError(await request(strict, 'POST', TOKEN, {
        basic: ['whoever', 'whatever'], form: { grant_type: 'client_credentials' },
      }), 401, 'invalid_client', "The client 'whoever' is not declared in any project.");
      await clientToken(strict, { client: STOREFRONT });
    } finally {
      await strict.stop();
    }
  });
});

describe('missing and unknown parameters', () => {
  const grantTypeNeeded = [TOKEN, CUSTOMERS, '/oauth/demo/in-store/key=berlin/customers/token', ANONYMOUS];

  for (const path of grantTypeNeeded) {
    test(`POST ${path} without grant_type is an invalid_request`, async () => {
      expectMissingParameter(await post(path, { form: {} }), 'grant_type');
      expectMissingParameter(await post(path), 'grant_type');
      expectMissingParameter(await post(path, { form: { scope: 'manage_my_profile:demo' } }), 'grant_type');
    });
  }

  const unsupported = [
    [TOKEN, 'authorization_code'],
    [TOKEN, 'password'],
    [TOKEN, 'CLIENT_CREDENTIALS'],
    [CUSTOMERS, 'client_credentials'],
    [CUSTOMERS, 'refresh_token'],
    ['/oauth/demo/in-store/key=berlin/customers/token', 'client_credentials'],
    [ANONYMOUS, 'password'],
    [ANONYMOUS, 'refresh_token'],
  ];
  for (const [path, grantType] of unsupported) {
    test(`POST ${path} with grant_type ${grantType} is an unsupported_grant_type`, async () => {
      expectOauthError(
        await post(path, { form: { ...passwordForm('alice@example.com', 'Alice@1234'), grant_type: grantType } }),
        400, 'unsupported_grant_type', `Invalid parameter: grant_type: Invalid grant type: ${grantType}`);
    });
  }

  test('a password request without username or password is an invalid_request', async () => {
    for (const path of [CUSTOMERS, '/oauth/demo/in-store/key=berlin/customers/token']) {
      expectMissingParameter(await post(path, { form: { grant_type: 'password', password: 'x' } }), 'username');
      expectMissingParameter(await post(path, { form: { grant_type: 'password', username: 'x' } }), 'password');
    }
  });

  test('a refresh without a refresh token is an invalid_request', async () => {
    expectMissingParameter(await post(TOKEN, { form: { grant_type: 'refresh_token' } }), 'refresh_token');
  });

  test('introspection and revocation without a token are an invalid_request', async () => {
    expectMissingParameter(await post(INTROSPECT, { basic: BACKEND, form: {} }), 'token');
    expectMissingParameter(await post(REVOKE, { basic: BACKEND, form: {} }), 'token');
  });
});

describe('the password flow', () => {
  test('a customer gets an access and a refresh token that name the customer at the end of the scope', async () => {
    const { customer, email, password } = await signUp(server);
    const answer = await post(CUSTOMERS, {
      form: passwordForm(email, password, { scope: 'view_published_products:demo manage_my_profile:demo' }),
    });

    expectTokenAnswer(answer);
    assert.equal(answer.json.scope,
      `view_published_products:demo manage_my_profile:demo customer_id:${customer.id}`);
    assert.equal(answer.json.expires_in, 172800);
    assert.match(answer.json.refresh_token, REFRESH_TOKEN);
    assert.ok(answer.json.refresh_token.startsWith('demo:'));
    const me = await getMe(answer.json);

    assert.equal(me.status, 200);
    assert.equal(me.json.id, customer.id);
  });

  test('the built-in customers can sign in', async () => {
    for (const [name, password] of [['alice', 'Alice@1234'], ['bob', 'Bob@12345']]) {
      const token = await passwordToken(server, `${name}@example.com`, password);
      const me = await getMe(token);

      assert.equal(me.json.email, `${name}@example.com`);
    }
  });

  test('without scope the token carries all scopes of the client, and the customer last', async () => {
    const { customer, email, password } = await signUp(server);
    const storefront = await passwordToken(server, email, password);
    const backend = await passwordToken(server, email, password, { client: BACKEND });

    assert.deepEqual(storefront.scope.split(' ').slice(0, -1).sort(), [...STOREFRONT_SCOPES].sort());
    assert.ok(storefront.scope.endsWith(` customer_id:${customer.id}`));
    assert.ok(backend.scope.endsWith(` customer_id:${customer.id}`));
    assert.equal((await getMe(backend)).json.id, customer.id);
  });

  test('the e-mail is compared without regard to letter case', async () => {
    const email = `Mixed.Case-${uniqueEmail()}`;
    const { customer, password } = await signUp(server, { email });

    for (const spelled of [email, email.toLowerCase(), email.toUpperCase()]) {
      assert.ok((await passwordToken(server, spelled, password)).scope.endsWith(customer.id));
    }
  });

  test('the password is compared with regard to letter case', async () => {
    const { email } = await signUp(server, { password: 'Secret' });

    expectNoSuchAccount(await post(CUSTOMERS, { form: passwordForm(email, 'secret') }));
  });

  test('an unknown e-mail and a wrong password get the same answer', async () => {
    const { email } = await signUp(server);
    const wrong = await post(CUSTOMERS, { form: passwordForm(email, 'wrong') });
    const unknown = await post(CUSTOMERS, { form: passwordForm(uniqueEmail(), 'wrong') });

    expectNoSuchAccount(wrong);
    expectNoSuchAccount(unknown);
    assert.equal(wrong.text, unknown.text);
  });

  test('an empty password does not sign in', async () => {
    const { email } = await signUp(server);

    expectOauthError(await post(CUSTOMERS, { form: passwordForm(email, '') }), 400, 'invalid_request',
      'Invalid parameter: password: Must not be empty.');
    expectOauthError(await post(CUSTOMERS, { form: passwordForm('', '') }), 400, 'invalid_request',
      'Invalid parameter: password: Must not be empty.');
  });

  test('an empty e-mail is nobody\'s', async () => {
    for (const path of [CUSTOMERS, '/oauth/demo/in-store/key=berlin/customers/token']) {
      expectNoSuchAccount(await post(path, { form: passwordForm('', 'whatever') }));
    }
  });

  test('a scope that the client does not own is refused, and no token is made', async () => {
    const { email, password } = await signUp(server);

    for (const scope of ['manage_my_profile', `customer_id:${randomUUID()}`]) {
      expectInvalidScope(await post(CUSTOMERS, { form: passwordForm(email, password, { scope }) }));
    }
    expectPermissionsExceeded(
      await post(CUSTOMERS, { form: passwordForm(email, password, { scope: 'manage_customers:demo' }) }),
      STOREFRONT_NAMES);
  });

  test('refresh_token=false leaves the refresh token out', async () => {
    const { email, password } = await signUp(server);
    const answer = await post(CUSTOMERS, { form: passwordForm(email, password, { refresh_token: 'false' }) });

    expectTokenAnswer(answer);
    assert.equal(answer.json.refresh_token, undefined);
    assert.equal('refresh_token' in answer.json, false);
    assert.equal((await getMe(answer.json)).status, 200);
  });

  test('several sessions of one customer live side by side', async () => {
    const { customer, email, password } = await signUp(server);
    const tokens = await Promise.all([1, 2, 3].map(() => passwordToken(server, email, password)));

    assert.equal(new Set(tokens.map((token) => token.refresh_token)).size, 3);
    for (const token of tokens) assert.equal((await getMe(token)).json.id, customer.id);
  });
});

describe('the password flow in a store', () => {
  const inStore = (store, email, password, more) =>
    post(`/oauth/demo/in-store/key=${store}/customers/token`, { form: passwordForm(email, password, more) });

  test('a global customer signs in through every store', async () => {
    const { customer, email, password } = await signUp(server);

    for (const store of ['berlin', 'oslo']) {
      const answer = await inStore(store, email, password);

      expectTokenAnswer(answer);
      assert.ok(answer.json.scope.endsWith(` customer_id:${customer.id}`));
      assert.match(answer.json.refresh_token, REFRESH_TOKEN);
    }
  });

  test('a customer of a store signs in through that store', async () => {
    const { customer, email, password } = await storeCustomer('berlin');

    assert.deepEqual(customer.stores, [{ typeId: 'store', key: 'berlin' }]);
    const answer = await inStore('berlin', email, password, { scope: 'manage_my_profile:demo' });

    expectTokenAnswer(answer);
    assert.equal(answer.json.scope, `manage_my_profile:demo customer_id:${customer.id}`);
    assert.equal((await getMe(answer.json)).json.id, customer.id);
  });

  test('a customer of a store cannot sign in through another store', async () => {
    const { email, password } = await storeCustomer('berlin');

    expectNoSuchAccount(await inStore('oslo', email, password));
  });

  test('a customer of a store cannot sign in globally', async () => {
    const { email, password } = await storeCustomer('berlin');

    expectNoSuchAccount(await post(CUSTOMERS, { form: passwordForm(email, password) }));
  });

  test('a wrong password and an unknown store give no token', async () => {
    const { email, password } = await storeCustomer('berlin');

    expectNoSuchAccount(await inStore('berlin', email, 'wrong'));
    const answer = await inStore('nowhere', email, password);

    assert.ok([400, 404].includes(answer.status), answer.text);
    assert.ok(answer.json.errors.length > 0);
  });

  test('the store may be spelled key%3Dberlin', async () => {
    const { email, password } = await storeCustomer('berlin');

    for (const segment of ['key%3Dberlin', 'key%3dberlin']) {
      expectTokenAnswer(await post(`/oauth/demo/in-store/${segment}/customers/token`, {
        form: passwordForm(email, password),
      }));
    }
  });

  test('two customers of two stores may share an e-mail and each store signs in its own', async () => {
    const email = uniqueEmail();
    const berlin = await signUp(server, { email, password: 'in berlin' }, { store: 'berlin' });
    const oslo = await signUp(server, { email, password: 'in oslo' }, { store: 'oslo' });

    assert.notEqual(berlin.customer.id, oslo.customer.id);
    assert.ok((await inStore('berlin', email, 'in berlin')).json.scope.endsWith(berlin.customer.id));
    assert.ok((await inStore('oslo', email, 'in oslo')).json.scope.endsWith(oslo.customer.id));
    expectNoSuchAccount(await inStore('berlin', email, 'in oslo'));
    expectNoSuchAccount(await inStore('oslo', email, 'in berlin'));
  });

  test('there is no anonymous token endpoint in a store', async () => {
    const answer = await post('/oauth/demo/in-store/key=berlin/anonymous/token', {
      form: { grant_type: 'client_credentials' },
    });

    assert.ok([404, 405].includes(answer.status), answer.text);
    assert.equal(answer.json.statusCode, answer.status);
  });
});

describe('the anonymous flow', () => {
  test('a session without a chosen id gets a UUID, at the end of the scope', async () => {
    const answer = await post(ANONYMOUS, {
      form: { grant_type: 'client_credentials', scope: 'manage_my_profile:demo view_published_products:demo' },
    });

    expectTokenAnswer(answer);
    assert.match(answer.json.scope, new RegExp(
      `^manage_my_profile:demo view_published_products:demo anonymous_id:${UUID}$`));
    assert.equal(answer.json.expires_in, 172800);
    assert.match(answer.json.refresh_token, REFRESH_TOKEN);
    assert.ok(answer.json.refresh_token.startsWith('demo:'));
  });

  test('two sessions get two ids', async () => {
    const [one, two] = await Promise.all([anonymousToken(server), anonymousToken(server)]);

    assert.notEqual(one.scope, two.scope);
  });

  test('without scope the token carries all scopes of the client', async () => {
    const { scope } = await anonymousToken(server);

    assert.deepEqual(scope.split(' ').slice(0, -1).sort(), [...STOREFRONT_SCOPES].sort());
    assert.match(scope, / anonymous_id:\S+$/);
  });

  test('a client that holds manage_project alone may open anonymous sessions', async () => {
    const { scope } = await anonymousToken(server, { client: BACKEND, scope: 'manage_project:demo' });

    assert.match(scope, /^manage_project:demo anonymous_id:/);
  });

  test('the caller may choose the id', async () => {
    const anonymousId = `visitor-${randomUUID()}`;
    const token = await anonymousToken(server, { anonymousId, scope: 'manage_my_profile:demo' });

    assert.equal(token.scope, `manage_my_profile:demo anonymous_id:${anonymousId}`);
  });

  test('the caller may choose the id in the query', async () => {
    const anonymousId = `visitor-${randomUUID()}`;
    const answer = await post(`${ANONYMOUS}?grant_type=client_credentials&anonymous_id=${anonymousId}`);

    expectTokenAnswer(answer);
    assert.ok(answer.json.scope.endsWith(` anonymous_id:${anonymousId}`));
  });

  test('the id of a live session is in use', async () => {
    const anonymousId = `visitor-${randomUUID()}`;

    await anonymousToken(server, { anonymousId });
    expectOauthError(
      await post(ANONYMOUS, { form: { grant_type: 'client_credentials', anonymous_id: anonymousId } }),
      400, 'invalid_request', 'The anonymousId is already in use.');
  });

  test('of many simultaneous requests for one id exactly one gets it', async () => {
    const anonymousId = `visitor-${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 12 }, () =>
      post(ANONYMOUS, { form: { grant_type: 'client_credentials', anonymous_id: anonymousId } })));

    assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectOauthError(answer, 400, 'invalid_request', 'The anonymousId is already in use.');
    }
  });

  test('the id of a session that became a customer stays in use when its tokens are gone', async () => {
    const anonymousId = `visitor-${randomUUID()}`;
    const token = await anonymousToken(server, { anonymousId });

    await signUp(server, {}, { token });
    assert.equal((await revoke(token.access_token)).status, 200);
    assert.equal((await revoke(token.refresh_token)).status, 200);
    expectOauthError(
      await post(ANONYMOUS, { form: { grant_type: 'client_credentials', anonymous_id: anonymousId } }),
      400, 'invalid_request', 'The anonymousId is already in use.');
  });

  test('the id of a session that signed in to an account stays in use when its tokens are gone', async () => {
    const anonymousId = `visitor-${randomUUID()}`;
    const { email, password } = await signUp(server);
    const token = await anonymousToken(server, { anonymousId });
    const login = await request(server, 'POST', '/demo/me/login', { token, json: { email, password } });

    assert.equal(login.status, 200, login.text);
    await revoke(token.access_token);
    await revoke(token.refresh_token);
    expectOauthError(
      await post(ANONYMOUS, { form: { grant_type: 'client_credentials', anonymous_id: anonymousId } }),
      400, 'invalid_request', 'The anonymousId is already in use.');
  });

  test('refresh_token=false leaves the refresh token out', async () => {
    const answer = await post(ANONYMOUS, { form: { grant_type: 'client_credentials', refresh_token: 'false' } });

    expectTokenAnswer(answer);
    assert.equal('refresh_token' in answer.json, false);
  });

  test('a scope that the client does not own is refused', async () => {
    expectPermissionsExceeded(await post(ANONYMOUS, {
      form: { grant_type: 'client_credentials', scope: 'manage_customers:demo' },
    }), STOREFRONT_NAMES);
  });
});

describe('refresh', () => {
  test('a refresh gives a new access token with the same scope and no refresh token', async () => {
    const { token } = await customerWithToken();
    const answer = await refresh(token.refresh_token);

    expectTokenAnswer(answer);
    assert.notEqual(answer.json.access_token, token.access_token);
    assert.equal(answer.json.scope, token.scope);
    assert.equal(answer.json.expires_in, 172800);
    assert.equal('refresh_token' in answer.json, false);
  });

  test('the old access token keeps working after a refresh', async () => {
    const { customer, token } = await customerWithToken();
    const { json: fresh } = await refresh(token.refresh_token);

    assert.equal((await getMe(token)).json.id, customer.id);
    assert.equal((await getMe(fresh)).json.id, customer.id);
  });

  test('a refresh token can be used again and again', async () => {
    const { token } = await customerWithToken();
    const values = new Set();

    for (let round = 0; round < 5; round += 1) {
      const answer = await refresh(token.refresh_token);

      expectTokenAnswer(answer);
      values.add(answer.json.access_token);
    }
    assert.equal(values.size, 5);
  });

  test('an anonymous session keeps its id over a refresh', async () => {
    const token = await anonymousToken(server, { scope: 'manage_my_profile:demo' });
    const answer = await refresh(token.refresh_token);

    expectTokenAnswer(answer);
    assert.equal(answer.json.scope, token.scope);
  });

  test('a narrowed session stays narrowed over a refresh', async () => {
    const { email, password } = await signUp(server);
    const token = await passwordToken(server, email, password, { scope: 'manage_my_orders:demo' });
    const { json: fresh } = await refresh(token.refresh_token);

    assert.equal(fresh.scope, token.scope);
    expectInsufficientScope(await getMe(fresh), 'manage_my_profile');
  });

  test('a refresh token of another client is refused with invalid_grant', async () => {
    const { token } = await customerWithToken();

    expectInvalidGrant(await refresh(token.refresh_token, BACKEND));
    expectTokenAnswer(await refresh(token.refresh_token));
  });

  test('an unknown refresh token is refused with invalid_grant', async () => {
    const { token } = await customerWithToken();
    const last = token.refresh_token.at(-1) === 'A' ? 'B' : 'A';
    const unknown = [
      `demo:${'x'.repeat(43)}`,
      'demo:',
      'x',
      token.refresh_token.slice(0, -1) + last,
      token.refresh_token.slice('demo:'.length),
      `${token.refresh_token}x`,
      token.refresh_token.toUpperCase(),
      `demo:${'x'.repeat(5000)}`,
    ];

    for (const value of unknown) expectInvalidGrant(await refresh(value));
  });

  test('an access token is no refresh token', async () => {
    const { token } = await customerWithToken();

    expectInvalidGrant(await refresh(token.access_token));
  });

  test('a refresh token is no access token', async () => {
    const { token } = await customerWithToken();

    expectInvalidToken(await getMe(token.refresh_token));
  });

  test('a refresh token of one project does not work under the name of another', async () => {
    const { token } = await customerWithToken();
    const { refresh_token: moved } = { refresh_token: token.refresh_token.replace('demo:', 'elsewhere:') };

    expectInvalidGrant(await refresh(moved));
  });
});

describe('introspection', () => {
  test('a live token is described by scope and by the millisecond of its end, and by nothing else', async () => {
    const token = await clientToken(server, { client: STOREFRONT, scope: 'manage_my_profile:demo' });
    const answer = await post(INTROSPECT, { basic: BACKEND, form: { token: token.access_token } });

    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(Object.keys(answer.json).sort(), ['active', 'exp', 'scope']);
    assert.equal(answer.json.active, true);
    assert.equal(answer.json.scope, 'manage_my_profile:demo');
    assert.ok(Number.isInteger(answer.json.exp));
    assert.ok(Math.abs(answer.json.exp - (Date.now() + 172_800_000)) < 60_000, String(answer.json.exp));
  });

  test('the scope of a session names its customer or its anonymous id', async () => {
    const { token } = await customerWithToken();
    const visitor = await anonymousToken(server);

    assert.equal((await introspect(token)).scope, token.scope);
    assert.equal((await introspect(visitor)).scope, visitor.scope);
  });

  test('an unknown token is inactive, and nothing else is said', async () => {
    for (const token of ['x', 'x'.repeat(32), 'demo:x', 'x'.repeat(4000)]) {
      const answer = await post(INTROSPECT, { basic: BACKEND, form: { token } });

      assert.equal(answer.status, 200);
      assert.deepEqual(answer.json, { active: false });
    }
  });

  test('a revoked token is inactive', async () => {
    const token = await anonymousToken(server);

    assert.equal((await introspect(token)).active, true);
    await revoke(token.access_token);
    assert.deepEqual(await introspect(token), { active: false });
  });

  test('a client without introspect_oauth_tokens is refused', async () => {
    const token = await clientToken(server);

    expectInsufficientScope(
      await post(INTROSPECT, { form: { token: token.access_token } }), 'introspect_oauth_tokens');
  });
});

describe('revocation', () => {
  test('a revoked access token ends, its refresh token does not', async () => {
    const { customer, token } = await customerWithToken();

    assert.equal((await revoke(token.access_token, 'access_token')).status, 200);
    expectInvalidToken(await getMe(token));
    const { json: fresh } = await refresh(token.refresh_token);

    assert.equal((await getMe(fresh)).json.id, customer.id);
  });

  test('a revoked refresh token ends, its access tokens do not', async () => {
    const { customer, token } = await customerWithToken();
    const { json: fresh } = await refresh(token.refresh_token);

    assert.equal((await revoke(token.refresh_token, 'refresh_token')).status, 200);
    expectInvalidGrant(await refresh(token.refresh_token));
    assert.equal((await getMe(token)).json.id, customer.id);
    assert.equal((await getMe(fresh)).json.id, customer.id);
  });

  test('the hint may be absent or wrong', async () => {
    const { token } = await customerWithToken();
    const { token: other } = await customerWithToken();

    assert.equal((await revoke(token.access_token)).status, 200);
    assert.equal((await revoke(token.refresh_token)).status, 200);
    assert.equal((await revoke(other.access_token, 'refresh_token')).status, 200);
    assert.equal((await revoke(other.refresh_token, 'access_token')).status, 200);
    for (const ended of [token, other]) {
      expectInvalidToken(await getMe(ended));
      expectInvalidGrant(await refresh(ended.refresh_token));
    }
  });

  test('an unknown token and one that is revoked already are no error', async () => {
    const token = await anonymousToken(server);

    for (const value of ['x', 'x'.repeat(32), 'demo:x', token.access_token, token.access_token]) {
      const answer = await revoke(value);

      assert.equal(answer.status, 200, answer.text);
      assert.ok(answer.text === '' || answer.json !== undefined, 'the body is empty or JSON');
    }
  });

  test('a session of the same customer that was not named lives on', async () => {
    const { customer, email, password, token } = await customerWithToken();
    const second = await passwordToken(server, email, password);

    await revoke(token.access_token);
    await revoke(token.refresh_token);
    assert.equal((await getMe(second)).json.id, customer.id);
    expectTokenAnswer(await refresh(second.refresh_token));
  });

  test('a client cannot revoke the token of another client', async () => {
    const token = await clientToken(server, { client: BACKEND });

    await revoke(token.access_token);
    assert.equal((await introspect(token)).active, true);
  });
});

describe('lifetimes', () => {
  /* The end of a lifetime can only be waited for; these tests look again until it has come. */
  test('an access token ends after --token-ttl, its session does not', async () => {
    const brief = await startServer({ args: ['--token-ttl', '1s'] });

    try {
      const token = await passwordToken(brief, 'alice@example.com', 'Alice@1234');
      const { json: look } = await request(brief, 'POST', INTROSPECT, {
        basic: BACKEND, form: { token: token.access_token },
      });

      assert.equal(token.expires_in, 1);
      assert.ok(look.active === false || look.exp <= Date.now() + 1_100, JSON.stringify(look));
      const ended = await eventually(async () => {
        const answer = await request(brief, 'GET', '/demo/me', { token });

        return answer.status === 200 ? null : answer;
      });

      expectInvalidToken(ended);
      assert.deepEqual(
        (await request(brief, 'POST', INTROSPECT, { basic: BACKEND, form: { token: token.access_token } })).json,
        { active: false });
      const again = await request(brief, 'POST', TOKEN, {
        basic: STOREFRONT, form: { grant_type: 'refresh_token', refresh_token: token.refresh_token },
      });

      assert.equal(again.status, 200, again.text);
      assert.equal(again.json.expires_in, 1);
    } finally {
      await brief.stop();
    }
  });

  test('a refresh token ends when it has not been used for --refresh-token-ttl', { timeout: 60_000 }, async () => {
    const brief = await startServer({ args: ['--refresh-token-ttl', '1s'] });

    try {
      const token = await passwordToken(brief, 'alice@example.com', 'Alice@1234');
      const deadline = Date.now() + 1_200;

      await eventually(() => Date.now() > deadline);
      expectInvalidGrant(await request(brief, 'POST', TOKEN, {
        basic: STOREFRONT, form: { grant_type: 'refresh_token', refresh_token: token.refresh_token },
      }));
      assert.equal((await request(brief, 'GET', '/demo/me', { token })).status, 200);
    } finally {
      await brief.stop();
    }
  });

  test('each use of a refresh token restarts its clock', { timeout: 60_000 }, async () => {
    const brief = await startServer({ args: ['--refresh-token-ttl', '6s'] });

    try {
      const token = await passwordToken(brief, 'alice@example.com', 'Alice@1234');
      const form = { grant_type: 'refresh_token', refresh_token: token.refresh_token };
      const deadline = Date.now() + 8_000;

      await eventually(async () => {
        const answer = await request(brief, 'POST', TOKEN, { basic: STOREFRONT, form });

        assert.equal(answer.status, 200, answer.text);
        return Date.now() > deadline;
      }, { everyMs: 250 });
    } finally {
      await brief.stop();
    }
  });
});

describe('what ends a session', () => {
  const changePassword = (token, version, currentPassword, newPassword) =>
    request(server, 'POST', '/demo/me/password', { token, json: { version, currentPassword, newPassword } });

  async function expectAllEnded(tokens) {
    for (const token of tokens) {
      expectInvalidToken(await getMe(token));
      if (token.refresh_token) expectInvalidGrant(await refresh(token.refresh_token));
      assert.deepEqual(await introspect(token), { active: false });
    }
  }

  test('a password change ends all password sessions of the customer at once', async () => {
    const { customer, email, password, token } = await customerWithToken();
    const second = await passwordToken(server, email, password, { client: STOREFRONT });
    const { json: refreshed } = await refresh(second.refresh_token);
    const changed = await changePassword(token, customer.version, password, 'another one');

    assert.equal(changed.status, 200, changed.text);
    await expectAllEnded([token, second, refreshed]);
    expectNoSuchAccount(await post(CUSTOMERS, { form: passwordForm(email, password) }));
    const fresh = await passwordToken(server, email, 'another one');

    assert.equal((await getMe(fresh)).json.id, customer.id);
  });

  test('a session that another client opened for the customer ends with a password change as well', async () => {
    const { customer, email, password, token } = await customerWithToken();
    const other = await passwordToken(server, email, password, { client: BACKEND });

    assert.equal((await changePassword(token, customer.version, password, 'another one')).status, 200);
    expectInvalidToken(await getMe(other));
    expectInvalidGrant(await refresh(other.refresh_token, BACKEND));
  });

  test('a password change by the shop ends the sessions of the customer', async () => {
    const { customer, password, token } = await customerWithToken();
    const answer = await request(server, 'POST', '/demo/customers/password', {
      token: await clientToken(server),
      json: { id: customer.id, version: customer.version, currentPassword: password, newPassword: 'another one' },
    });

    assert.equal(answer.status, 200, answer.text);
    await expectAllEnded([token]);
  });

  test('a refused password change ends nothing', async () => {
    const { customer, password, token } = await customerWithToken();

    expectApiError(await changePassword(token, customer.version, 'wrong', 'another one'), 400,
      'InvalidCurrentPassword', 'The given current password does not match.');
    expectApiError(await changePassword(token, customer.version + 1, password, 'another one'), 409,
      'ConcurrentModification');
    assert.equal((await getMe(token)).status, 200);
    expectTokenAnswer(await refresh(token.refresh_token));
  });

  test('a password change leaves other customers and anonymous sessions alone', async () => {
    const visitor = await anonymousToken(server);
    const { customer, password, token } = await customerWithToken();
    const { token: other } = await customerWithToken();

    assert.equal((await changePassword(token, customer.version, password, 'another one')).status, 200);
    assert.equal((await getMe(other)).status, 200);
    expectTokenAnswer(await refresh(other.refresh_token));
    assert.equal((await introspect(visitor)).active, true);
    expectTokenAnswer(await refresh(visitor.refresh_token));
  });

  test('a password reset by an anonymous visitor ends all password sessions of the customer', async () => {
    const { customer, email, password, token } = await customerWithToken();
    const { json: refreshed } = await refresh(token.refresh_token);
    const visitor = await anonymousToken(server);
    const answer = await request(server, 'POST', '/demo/me/password/reset', {
      token: visitor, json: { tokenValue: await passwordResetValue(email), newPassword: 'after reset' },
    });

    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.id, customer.id);
    await expectAllEnded([token, refreshed]);
    expectNoSuchAccount(await post(CUSTOMERS, { form: passwordForm(email, password) }));
    assert.equal((await getMe(await passwordToken(server, email, 'after reset'))).json.id, customer.id);
    assert.equal((await introspect(visitor)).active, true);
  });

  test('a password reset by the shop ends all password sessions of the customer', async () => {
    const { email, token } = await customerWithToken();
    const answer = await request(server, 'POST', '/demo/customers/password/reset', {
      token: await clientToken(server),
      json: { tokenValue: await passwordResetValue(email), newPassword: 'after reset' },
    });

    assert.equal(answer.status, 200, answer.text);
    await expectAllEnded([token]);
  });

  test('asking for a reset ends nothing', async () => {
    const { email, token } = await customerWithToken();

    await passwordResetValue(email);
    assert.equal((await getMe(token)).status, 200);
  });

  test('a change of e-mail ends nothing, and the new e-mail signs in', async () => {
    const { customer, email, password, token } = await customerWithToken();
    const changed = uniqueEmail();
    const answer = await request(server, 'POST', '/demo/me', {
      token, json: { version: customer.version, actions: [{ action: 'changeEmail', email: changed }] },
    });

    assert.equal(answer.status, 200, answer.text);
    assert.equal((await getMe(token)).json.email, changed);
    expectTokenAnswer(await refresh(token.refresh_token));
    expectNoSuchAccount(await post(CUSTOMERS, { form: passwordForm(email, password) }));
    assert.ok((await passwordToken(server, changed, password)).scope.endsWith(customer.id));
  });

  test('a confirmed e-mail ends nothing', async () => {
    const { customer, token } = await customerWithToken();
    const minted = await request(server, 'POST', '/demo/customers/email-token', {
      token: await clientToken(server), json: { id: customer.id, ttlMinutes: 10 },
    });
    const answer = await request(server, 'POST', '/demo/me/email/confirm', {
      token, json: { tokenValue: minted.json.value },
    });

    assert.equal(answer.status, 200, answer.text);
    assert.equal((await getMe(token)).json.isEmailVerified, true);
    expectTokenAnswer(await refresh(token.refresh_token));
  });

  test('after a sign-up the anonymous token is an anonymous token still', async () => {
    const visitor = await anonymousToken(server, { scope: 'manage_my_profile:demo' });

    await signUp(server, {}, { token: visitor });
    const look = await introspect(visitor);

    assert.equal(look.active, true);
    assert.equal(look.scope, visitor.scope);
    expectPasswordFlowNeeded(await getMe(visitor));
    assert.equal((await refresh(visitor.refresh_token)).json.scope, visitor.scope);
  });

  test('after a sign-in the anonymous token is an anonymous token still', async () => {
    const { customer, email, password } = await signUp(server);
    const visitor = await anonymousToken(server);
    const login = await request(server, 'POST', '/demo/me/login', { token: visitor, json: { email, password } });

    assert.equal(login.status, 200, login.text);
    assert.equal(login.json.customer.id, customer.id);
    assert.equal(login.json.customer.version, customer.version);
    expectPasswordFlowNeeded(await getMe(visitor));
    assert.equal((await introspect(visitor)).scope, visitor.scope);
  });

  test('the sign-up and sign-in answers carry no token', async () => {
    const { email, password } = await signUp(server);
    const visitor = await anonymousToken(server);
    const login = await request(server, 'POST', '/demo/me/login', { token: visitor, json: { email, password } });

    assert.deepEqual(Object.keys(login.json), ['customer']);
  });

  test('the access token of a deleted customer meets 404, the refresh token invalid_grant', async () => {
    const { customer, email, password, token } = await customerWithToken();
    const deleted = await request(server, 'DELETE', `/demo/me?version=${customer.version}`, { token });

    assert.equal(deleted.status, 200, deleted.text);
    expectApiError(await getMe(token), 404, 'ResourceNotFound',
      `The Resource with ID '${customer.id}' was not found.`);
    expectApiError(await request(server, 'DELETE', `/demo/me?version=${customer.version}`, { token }), 404,
      'ResourceNotFound');
    expectApiError(
      await request(server, 'POST', '/demo/me', { token, json: { version: customer.version, actions: [] } }), 404,
      'ResourceNotFound');
    expectInvalidGrant(await refresh(token.refresh_token));
    expectNoSuchAccount(await post(CUSTOMERS, { form: passwordForm(email, password) }));
  });
});

describe('what the API makes of a token', () => {
  test('no Authorization header: access_denied, with a Bearer challenge', async () => {
    for (const [method, path] of [['GET', '/demo/me'], ['POST', '/demo/me/signup'], ['GET', '/demo/customers']]) {
      const answer = await request(server, method, path, method === 'POST' ? { json: {} } : {});
      const message = 'This endpoint requires an access token. You can get one from the authorization server.';

      expectApiError(answer, 401, 'access_denied', message);
      assert.equal(answer.json.error, 'access_denied');
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer\b/);
    }
  });

  const invalid = {
    'an unknown token': `Bearer ${'x'.repeat(32)}`,
    'an empty token': 'Bearer ',
    'the scheme alone': 'Bearer',
    'a client id and secret': basicHeader(BACKEND),
    'another scheme': 'Digest abc',
    'a token without scheme': 'x'.repeat(32),
    'a very long token': `Bearer ${'x'.repeat(4000)}`,
    'a token with a colon': 'Bearer demo:x',
    'a token with characters that no token has': "Bearer ' OR 1=1 --",
  };
  for (const [what, authorization] of Object.entries(invalid)) {
    test(`${what} is an invalid_token, with a Bearer challenge`, async () => {
      expectInvalidToken(await request(server, 'GET', '/demo/me', { headers: { authorization } }));
      expectInvalidToken(await request(server, 'POST', '/demo/me/signup', { json: {}, headers: { authorization } }));
    });
  }

  test('the word Bearer may have any letter case', async () => {
    const { token } = await customerWithToken();

    for (const scheme of ['bearer', 'BEARER']) {
      const answer = await request(server, 'GET', '/demo/me', {
        headers: { authorization: `${scheme} ${token.access_token}` },
      });

      assert.equal(answer.status, 200, answer.text);
    }
  });

  test('one character more, less or different makes a token invalid', async () => {
    const { token } = await customerWithToken();
    const value = token.access_token;
    const last = value.at(-1) === 'A' ? 'B' : 'A';

    for (const other of [`${value}A`, value.slice(0, -1), value.slice(0, -1) + last, ` ${value} x`]) {
      expectInvalidToken(await getMe(other));
    }
  });

  const customerOnly = [
    ['GET', '/demo/me'], ['POST', '/demo/me'], ['DELETE', '/demo/me?version=1'], ['POST', '/demo/me/password'],
    ['GET', '/demo/in-store/key=berlin/me'], ['POST', '/demo/in-store/key=berlin/me'],
    ['DELETE', '/demo/in-store/key=berlin/me?version=1'], ['POST', '/demo/in-store/key=berlin/me/password'],
  ];
  for (const [method, path] of customerOnly) {
    const options = method === 'POST' ? { body: 'not even JSON' } : {};

    test(`${method} ${path} without manage_my_profile lacks the scope`, async () => {
      const { email, password } = await signUp(server);
      const token = await passwordToken(server, email, password, { scope: 'manage_my_orders:demo' });
      const answer = await request(server, method, path, { token, ...options });

      if (path.includes('in-store')) {
        expectApiError(answer, 403, 'insufficient_scope',
          /^Insufficient scope\. One of the following scopes is missing: manage_my_profile\b.*\.$/);
      } else {
        expectInsufficientScope(answer, 'manage_my_profile');
      }
    });

    test(`${method} ${path} needs a token of a customer`, async () => {
      for (const token of [
        await anonymousToken(server),
        await clientToken(server, { client: STOREFRONT }),
        await clientToken(server, { client: BACKEND }),
      ]) {
        expectPasswordFlowNeeded(await request(server, method, path, { token, ...options }));
      }
    });
  }

  test('the scope is looked at before the kind of token', async () => {
    const token = await clientToken(server, { client: STOREFRONT, scope: 'manage_my_orders:demo' });

    expectInsufficientScope(await getMe(token), 'manage_my_profile');
  });

  test('manage_project stands for manage_my_profile', async () => {
    const { customer, email, password } = await signUp(server);
    const token = await passwordToken(server, email, password, { client: BACKEND, scope: 'manage_project:demo' });

    assert.equal((await getMe(token)).json.id, customer.id);
  });

  test('sign-up and sign-in take the token of a client, a visitor or a customer', async () => {
    const { token: customer } = await customerWithToken();
    const tokens = [customer, await anonymousToken(server), await clientToken(server, { client: STOREFRONT })];

    for (const token of tokens) {
      const { email, password } = await signUp(server, {}, { token });
      const login = await request(server, 'POST', '/demo/me/login', { token, json: { email, password } });

      assert.equal(login.status, 200, login.text);
    }
  });

  test('sign-up and sign-in need manage_my_profile', async () => {
    const token = await anonymousToken(server, { scope: 'view_published_products:demo' });

    for (const path of ['/demo/me/signup', '/demo/me/login']) {
      expectInsufficientScope(
        await request(server, 'POST', path, { token, json: { email: uniqueEmail(), password: 'x' } }),
        'manage_my_profile');
    }
  });

  test('password reset and e-mail confirmation take any token with the scope', async () => {
    const tokens = [await anonymousToken(server), await clientToken(server, { client: STOREFRONT })];

    for (const token of tokens) {
      for (const path of ['/demo/me/password/reset', '/demo/me/email/confirm']) {
        expectApiError(
          await request(server, 'POST', path, { token, json: { tokenValue: 'x'.repeat(40), newPassword: 'x' } }),
          404, 'ResourceNotFound');
      }
    }
  });

  test('the shop side needs scopes of its own', async () => {
    const { token } = await customerWithToken();
    const unreachable = [['GET', '/demo/customers'], ['GET', `/demo/customers/${randomUUID()}`],
      ['GET', '/demo/messages']];

    for (const [method, path] of unreachable) {
      expectApiError(await request(server, method, path, { token }), 403, 'insufficient_scope',
        /^Insufficient scope\. One of the following scopes is missing: .*\.$/);
    }
    for (const path of ['/demo/customers', '/demo/login', '/demo/customers/password-token']) {
      expectApiError(await request(server, 'POST', path, { token, json: { email: uniqueEmail(), password: 'x' } }),
        403, 'insufficient_scope');
    }
  });

  test('a malformed body is reported before a stale version, a stale version before a broken rule', async () => {
    const { customer, token } = await customerWithToken();
    const update = (json) => request(server, 'POST', '/demo/me', { token, json });

    expectInvalidJson(await update({ version: customer.version + 7, actions: [{ action: 'flyAway' }] }));
    expectApiError(
      await update({ version: customer.version + 7, actions: [{ action: 'removeAddress', addressId: 'nothere1' }] }),
      409, 'ConcurrentModification');
  });
});

describe('tokens and projects', () => {
  test('a token of one project lacks the scope in another', async () => {
    const project = `p-${randomUUID().slice(0, 8)}`;
    const there = await signUp(server, {}, { project });
    const token = await passwordToken(server, there.email, there.password, { project });

    assert.equal((await request(server, 'GET', `/${project}/me`, { token })).status, 200);
    expectInsufficientScope(await getMe(token), 'manage_my_profile');
    const { token: here } = await customerWithToken();

    expectInsufficientScope(await request(server, 'GET', `/${project}/me`, { token: here }), 'manage_my_profile');
  });

  test('refresh tokens begin with the key of their project', async () => {
    const project = `p-${randomUUID().slice(0, 8)}`;
    const token = await anonymousToken(server, { project });

    assert.match(token.refresh_token, REFRESH_TOKEN);
    assert.ok(token.refresh_token.startsWith(`${project}:`));
    expectTokenAnswer(await refresh(token.refresh_token));
  });

  test('a scope cannot make a token name a customer', async () => {
    const project = `p-${randomUUID().slice(0, 8)}`;
    const { customer } = await signUp(server, {}, { project });
    const answer = await request(server, 'POST', TOKEN, {
      basic: ['anybody', 'anything'],
      form: { grant_type: 'client_credentials', scope: `manage_my_profile:${project} customer_id:${customer.id}` },
    });

    if (answer.status === 200) {
      assert.notEqual((await request(server, 'GET', `/${project}/me`, { token: answer.json })).status, 200);
    } else {
      expectInvalidScope(answer);
    }
  });

  test('a scope for one store opens that store and nothing else', async () => {
    const project = `p-${randomUUID().slice(0, 8)}`;
    const shop = await clientToken(server, { project });

    for (const key of ['here', 'there']) {
      const made = await request(server, 'POST', `/${project}/stores`, { token: shop, json: { key } });

      assert.equal(made.status, 201, made.text);
    }
    const token = await anonymousToken(server, { project, scope: `manage_my_profile:${project}:here` });
    const draft = () => ({ email: uniqueEmail(), password: 'x' });
    const post = (path) => request(server, 'POST', path, { token, json: draft() });

    assert.equal((await post(`/${project}/in-store/key=here/me/signup`)).status, 201);
    expectApiError(await post(`/${project}/me/signup`), 403, 'insufficient_scope');
    expectApiError(await post(`/${project}/in-store/key=there/me/signup`), 403, 'insufficient_scope');
  });

  test('a project that does not exist and is not to be made is not found', async () => {
    const strict = await startServer({ args: ['--no-auto-projects'] });

    try {
      const token = await passwordToken(strict, 'alice@example.com', 'Alice@1234');
      const answer = await request(strict, 'GET', '/nope/me', { token });

      expectApiError(answer, 404, 'ResourceNotFound', 'URI not found: /nope');
      expectApiError(await request(server, 'GET', '/nope/me', { token: await clientToken(server) }),
        404, 'ResourceNotFound', 'URI not found: /nope');
      for (const path of ['/oauth/nope/anonymous/token', '/oauth/nope/customers/token', TOKEN]) {
        const refused = await request(strict, 'POST', path, {
          basic: STOREFRONT,
          form: {
            grant_type: path.includes('customers') ? 'password' : 'client_credentials',
            scope: 'manage_my_profile:nope', username: 'a', password: 'b',
          },
        });

        assert.ok(refused.status >= 400 && refused.status < 500, `${path}: ${refused.status}`);
        assert.ok(refused.json.errors.length > 0);
      }
    } finally {
      await strict.stop();
    }
  });
});

describe('answers of the token endpoints', () => {
  test('no answer with a token may be stored', async () => {
    const { email, password, token } = await customerWithToken();
    const answers = [
      await post(TOKEN, { form: { grant_type: 'client_credentials' } }),
      await post(CUSTOMERS, { form: passwordForm(email, password) }),
      await post('/oauth/demo/in-store/key=oslo/customers/token', { form: passwordForm(email, password) }),
      await post(ANONYMOUS, { form: { grant_type: 'client_credentials' } }),
      await refresh(token.refresh_token),
    ];

    for (const answer of answers) expectTokenAnswer(answer);
  });

  test('every answer carries a correlation id', async () => {
    const answers = [
      await post(TOKEN, { form: { grant_type: 'client_credentials' } }),
      await post(TOKEN, { form: {} }),
      await request(server, 'POST', CUSTOMERS, { form: {} }),
      await post(REVOKE, { form: { token: 'x' } }),
      await post(INTROSPECT, { basic: BACKEND, form: { token: 'x' } }),
    ];

    for (const answer of answers) assert.ok(answer.headers['x-correlation-id'], String(answer.status));
    const echoed = await post(TOKEN, {
      form: { grant_type: 'client_credentials' }, headers: { 'x-correlation-id': 'my-own-7' },
    });

    assert.equal(echoed.headers['x-correlation-id'], 'my-own-7');
  });
});

describe('what is kept', () => {
  function filesUnder(directory) {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const path = join(directory, entry.name);

      return entry.isDirectory() ? filesUnder(path) : [path];
    });
  }

  function expectNoneIn(directory, secrets) {
    for (const file of filesUnder(directory)) {
      const bytes = readFileSync(file);

      for (const [what, secret] of secrets) {
        assert.equal(bytes.includes(Buffer.from(secret, 'utf8')), false, `${what} is readable in ${file}`);
      }
    }
  }

  test('neither tokens nor passwords nor client secrets can be read from the files', { timeout: 60_000 }, async () => {
    /* The outbox exists to be read. */
    const keeper = await startServer({ inMemory: false, args: ['--no-outbox'] });

    try {
      const password = `pass-${randomUUID()}`;
      const changed = `pass-${randomUUID()}`;
      const visitor = await anonymousToken(keeper);
      const { customer, email } = await signUp(keeper, { password }, { token: visitor });
      const session = await passwordToken(keeper, email, password);
      const shop = await clientToken(keeper);
      const { json: refreshed } = await request(keeper, 'POST', TOKEN, {
        basic: STOREFRONT, form: { grant_type: 'refresh_token', refresh_token: session.refresh_token },
      });
      const { json: reset } = await request(keeper, 'POST', '/demo/customers/password-token', {
        token: shop, json: { email },
      });
      const { json: verify } = await request(keeper, 'POST', '/demo/customers/email-token', {
        token: shop, json: { id: customer.id, ttlMinutes: 100 },
      });
      const answer = await request(keeper, 'POST', '/demo/me/password', {
        token: session, json: { version: customer.version, currentPassword: password, newPassword: changed },
      });

      assert.equal(answer.status, 200, answer.text);
      const secrets = [
        ['the password', password],
        ['the new password', changed],
        ['a built-in password', 'Alice@1234'],
        ['a client secret', 'storefront-secret'],
        ['a client secret', 'backend-secret'],
        ['the access token of the client', shop.access_token],
        ['the access token of the visitor', visitor.access_token],
        ['the refresh token of the visitor', visitor.refresh_token.split(':')[1]],
        ['the access token of the customer', session.access_token],
        ['the refresh token of the customer', session.refresh_token.split(':')[1]],
        ['the refreshed access token', refreshed.access_token],
        ['the token to reset the password', reset.value],
        ['the token to confirm the e-mail', verify.value],
      ];

      assert.ok(filesUnder(keeper.directory).some((file) => readFileSync(file).includes(email)),
        'the files hold the data at all');
      expectNoneIn(keeper.directory, secrets);
    } finally {
      await keeper.stop();
    }
  });
});
