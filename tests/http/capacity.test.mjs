/* What happens when more is asked than can be done: an answer at once, never a queue without end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { STOREFRONT, anonymousToken, clientToken, request, uniqueEmail } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const SIGN_IN = { grant_type: 'password', username: 'alice@example.com', password: 'Alice@1234' };

test('sign-ins beyond the queue for passwords are refused with 503 OverCapacity, and others are served', async () => {
  const server = await startServer({ args: ['--hash-threads', '1', '--password-cost', 'standard'] });

  try {
    const answers = await Promise.all(Array.from({ length: 150 }, () =>
      request(server, 'POST', '/oauth/demo/customers/token', { basic: STOREFRONT, form: SIGN_IN, agent: false })));
    const refused = answers.filter((answer) => answer.status !== 200);

    assert.ok(refused.length > 0, 'the queue holds 64');
    assert.ok(answers.length - refused.length >= 64, `${answers.length - refused.length} signed in`);
    for (const answer of refused) {
      assert.equal(answer.status, 503, answer.text);
      assert.equal(answer.json.errors[0].code, 'OverCapacity');
      assert.ok(Number(answer.headers['retry-after']) > 0);
    }
  } finally {
    await server.stop();
  }
});

test('reads go on while every hash thread is busy', async () => {
  const server = await startServer({ args: ['--hash-threads', '1', '--password-cost', 'standard'] });

  try {
    const signIns = Array.from({ length: 40 }, () =>
      request(server, 'POST', '/oauth/demo/customers/token', { basic: STOREFRONT, form: SIGN_IN, agent: false }));
    let ended = 0;

    for (const signIn of signIns) signIn.then(() => { ended += 1; });
    const health = await request(server, 'GET', '/readyz');

    assert.equal(health.status, 200);
    assert.ok(ended < signIns.length, 'the answer did not wait for the sign-ins');
    await Promise.all(signIns);
  } finally {
    await server.stop();
  }
});

test('a sign-up with very many addresses does not hold up who writes after it', { timeout: 60_000 }, async () => {
  const server = await startServer({ args: ['--hash-threads', '1', '--request-memory', '256m'] });
  const count = 30_000; /* comparing each with each takes minutes */

  try {
    const visitor = await anonymousToken(server);
    const token = await clientToken(server);
    const json = {
      email: uniqueEmail(), password: 'a-password',
      addresses: Array.from({ length: count }, (_, i) => ({ country: 'DE', key: `key-${i}`.padEnd(100, '-') })),
      shippingAddresses: Array.from({ length: count }, (_, i) => i),
    };
    const signedUp = request(server, 'POST', '/demo/me/signup', { token: visitor, json });
    const store = await request(server, 'POST', '/demo/stores', { token, json: { key: 'behind-it' } });
    const { status, json: answer } = await signedUp;

    assert.equal(store.status, 201, store.text);
    assert.equal(status, 201);
    assert.equal(answer.customer.shippingAddressIds.length, count);
  } finally {
    await server.stop();
  }
});
