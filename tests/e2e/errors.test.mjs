/* What the client makes of the server's errors, and what a shop can then tell its users. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { startServer } from '../http/support/server.mjs';
import { expectCleanStop, expectFailure, failureOf } from './support/expect.mjs';
import { backend, bodyOf, customer, signUp, stranger, uniqueEmail, visitor } from './support/shop.mjs';

const OVER_CAPACITY = {
  statusCode: 503, message: 'Over capacity.', errors: [{ code: 'OverCapacity', message: 'Over capacity.' }],
};

let server;

before(async () => { server = await startServer(); });
after(() => expectCleanStop(server));

/* A request that the client has no builder for. */
const raw = (client, method, uri, body) => ({ execute: () => client.execute({ method, uri, body }) });

describe('404', () => {
  test('the client puts a sentence of its own in place of the message; code and body are the server\'s', async () => {
    const { api } = backend(server);
    const id = randomUUID();
    const error = await expectFailure(api.customers().withId({ ID: id }).get(), {
      name: 'NotFound', statusCode: 404, code: 'ResourceNotFound', message: `URI not found: /demo/customers/${id}`,
    });

    assert.equal(error.body.message, `The Resource with ID '${id}' was not found.`);
    assert.equal((await failureOf(api.customers().withKey({ key: 'nobody' }).get())).body.message,
      "The Resource with key 'nobody' was not found.");
    assert.equal((await failureOf(api.customers().withId({ ID: 'no-uuid' }).get())).code, 'ResourceNotFound');
  });

  test('a path that there is not, below a project that there is', async () => {
    const error = await failureOf(raw(backend(server), 'GET', '/demo/nothing/of/the/kind'));

    assert.equal(error.statusCode, 404);
    assert.equal(error.name, 'NotFound');
    assert.equal(error.body.statusCode, 404);
    assert.ok(error.body.errors.length > 0);
  });
});

describe('405 and 501', () => {
  test('a method that a path does not have', async () => {
    const cases = [
      ['PUT', '/demo/me', { version: 1 }],
      ['PATCH', '/demo/me', { version: 1 }],
      ['DELETE', '/demo/me/signup'],
    ];

    for (const [method, path, body] of cases) {
      const error = await failureOf(raw(visitor(server), method, path, body));

      assert.equal(error.statusCode, 405);
      assert.equal(error.name, 'HttpError');
      assert.equal(error.message, 'Method Not Allowed');
      assert.deepEqual(error.body, { statusCode: 405, message: 'Method Not Allowed' });
    }
  });

  test('an endpoint of the API that is not implemented is named', async () => {
    const { api } = backend(server);
    const cases = [
      [api.subscriptions().get(), /subscriptions/],
      [api.graphql().post({ body: { query: '{ me { customer { id } } }' } }), /graphql/],
      [api.reviews().withId({ ID: randomUUID() }).get(), /reviews/],
    ];

    for (const [call, message] of cases) {
      await expectFailure(call, { name: 'HttpError', statusCode: 501, code: 'NotImplemented', message });
    }
  });
});

describe('400', () => {
  test('says what is missing in a draft', async () => {
    const { api } = visitor(server);
    const complete = { email: uniqueEmail(), password: 'x' };
    const cases = [
      [{ password: 'x' }, 'email: Missing required value'],
      [{ email: uniqueEmail() }, 'password: Missing required value'],
      [{ ...complete, addresses: [{ city: 'Köln' }] }, 'addresses -> country: Missing required value'],
      [{ ...complete, firstName: 7 }, 'firstName: JSON String expected.'],
    ];

    for (const [body, detailedErrorMessage] of cases) {
      await expectFailure(api.me().signup().post({ body }), {
        name: 'BadRequest',
        statusCode: 400,
        code: 'InvalidJsonInput',
        message: 'Request body does not contain valid JSON.',
        fields: { detailedErrorMessage },
      });
    }
  });

  test('says what is wrong with an action', async () => {
    const { api } = customer(server, await signUp(server));
    const cases = [
      [{ action: 'flyAway' }, `actions: Invalid type value 'flyAway' in '{"action":"flyAway"}'`],
      [{ action: 'changeEmail' }, 'actions -> email: Missing required value'],
      [{ action: 'setDateOfBirth', dateOfBirth: 'today' }, 'actions -> dateOfBirth: Failed to parse date: today'],
      [{ action: 'addAddress', address: {} }, 'actions -> address -> country: Missing required value'],
    ];

    for (const [action, detailedErrorMessage] of cases) {
      await expectFailure(api.me().post({ body: { version: 1, actions: [action] } }), {
        name: 'BadRequest', statusCode: 400, code: 'InvalidJsonInput', fields: { detailedErrorMessage },
      });
    }
  });

  test('an e-mail and a password cannot be empty', async () => {
    const { api } = visitor(server);
    const cases = [
      [{ email: '', password: 'x' }, 'The provided value is not a valid email'],
      [{ email: uniqueEmail(), password: '' }, "'password' should not be empty."],
    ];

    for (const [body, message] of cases) {
      await expectFailure(api.me().signup().post({ body }), {
        name: 'BadRequest', statusCode: 400, code: 'InvalidOperation', message,
      });
    }
  });
});

describe('401 and 403', () => {
  test('a call without a token', async () => {
    await expectFailure(stranger(server).api.me().get(), {
      name: 'Unauthorized',
      statusCode: 401,
      code: 'access_denied',
      message: 'This endpoint requires an access token. You can get one from the authorization server.',
    });
  });

  test('a call with a token of too few rights, which the client does not repeat', async () => {
    const shop = visitor(server, { scopes: ['view_published_products:demo'] });
    const error = await expectFailure(shop.api.me().signup().post({ body: { email: uniqueEmail(), password: 'x' } }), {
      name: 'Forbidden',
      statusCode: 403,
      code: 'insufficient_scope',
      message: 'Insufficient scope. One of the following scopes is missing: manage_my_profile.',
    });

    assert.equal(error.body.error, 'insufficient_scope');
    assert.equal(error.body.error_description, error.message);
    assert.deepEqual(shop.calls, ['POST /oauth/demo/anonymous/token 200', 'POST /demo/me/signup 403']);
  });
});

describe('the wire', () => {
  test('every answer carries the correlation id of its request, errors and tokens included', async () => {
    const shop = customer(server, await signUp(server));
    const { headers } = await shop.api.me().get().execute();
    const error = await failureOf(shop.api.me().post({ body: { version: 9, actions: [] } }));

    assert.match(headers['x-correlation-id'], /^shop\//);
    assert.match(error.headers['x-correlation-id'], /^shop\//);
    assert.equal(shop.correlations.length, 3);
    for (const { sent, received } of shop.correlations) assert.equal(received, sent);
    assert.equal(new Set(shop.correlations.map(({ sent }) => sent)).size, 2, 'one for each call, its token included');
  });

  test('a host with a slash at its end', async () => {
    const account = await signUp(server);
    const { api } = customer(server, account, { host: `${server.url}/` });

    assert.equal((await bodyOf(api.me().get())).id, account.profile.id);
  });

  test('an update that was answered with 503 on its way is repeated, and done once', async () => {
    const account = await signUp(server);
    let refusals = 2;
    const overloaded = (url, init) => {
      if (!new URL(url).pathname.endsWith('/me') || refusals-- <= 0) return fetch(url, init);
      return new Response(JSON.stringify(OVER_CAPACITY), { status: 503 });
    };
    const shop = customer(server, account, { httpClient: overloaded });
    const { body, retryCount } = await shop.api.me().post({
      body: { version: 1, actions: [{ action: 'setFirstName', firstName: 'Ann' }] },
    }).execute();

    assert.equal(retryCount, 2);
    assert.equal(body.version, 2);
    assert.equal(body.firstName, 'Ann');
    assert.deepEqual(shop.calls.slice(1), ['POST /demo/me 503', 'POST /demo/me 503', 'POST /demo/me 200']);
  });

  test('errors of the caller are not repeated', async () => {
    const shop = customer(server, await signUp(server));

    await failureOf(shop.api.me().post({ body: { version: 9, actions: [] } }));
    await failureOf(shop.api.me().post({ body: {} }));
    assert.deepEqual(shop.calls.slice(1), ['POST /demo/me 409', 'POST /demo/me 400']);
  });

  test('an action on behalf of a user of the shop\'s own is signed with the user', async () => {
    const { profile } = await signUp(server);
    const { body } = await backend(server).api.customers().withId({ ID: profile.id }).post({
      headers: { 'X-External-User-ID': 'agent-7' },
      body: { version: 1, actions: [{ action: 'setTitle', title: 'Dr.' }] },
    }).execute();

    assert.deepEqual(body.lastModifiedBy, { clientId: 'backend', isPlatformClient: false, externalUserId: 'agent-7' });
    assert.deepEqual(body.createdBy, profile.createdBy);
  });
});
