/* The letters that would have been mailed: kept, listed, waited for. */

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { control, controlled } from './support/control.mjs';
import { expectApiError } from './support/expect.mjs';
import { clientToken, request, signUp } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const outbox = async (server, query = '', project = 'demo') =>
  (await controlled(server, 'GET', `/projects/${project}/outbox${query}`)).messages;

for (const inMemory of [true, false]) {
  describe(inMemory ? 'in memory' : 'in a file', () => {
    let server;
    let backend;

    before(async () => {
      server = await startServer({
        inMemory, args: ['--link-template', 'PasswordReset=http://localhost:5173/reset?token={token}&again={token}'],
      });
      backend = await clientToken(server);
    });
    after(async () => { await server?.stop(); });

    const askForReset = (email, more = {}) => request(server, 'POST', '/demo/customers/password-token', {
      token: backend, json: { email, ...more },
    });

    test('a token that resets a password is a letter, with all that a test wants to know of it', async () => {
      const { customer, email } = await signUp(server);
      const token = (await askForReset(email, { ttlMinutes: 90 })).json;
      const [letter, ...others] = await outbox(server, `?to=${email}`);

      assert.deepEqual(others, []);
      assert.deepEqual(letter, {
        id: letter.id, createdAt: token.createdAt, type: 'PasswordReset', to: email, customerId: customer.id,
        tokenValue: token.value, expiresAt: token.expiresAt, used: false,
        link: `http://localhost:5173/reset?token=${token.value}&again=${token.value}`,
      });
    });

    test('so is one that verifies an e-mail, in a store too', async () => {
      const { customer, email } = await signUp(server, {}, { store: 'berlin' });
      const token = await request(server, 'POST', '/demo/in-store/key=berlin/customers/email-token', {
        token: backend, json: { id: customer.id, ttlMinutes: 5 },
      });

      assert.equal(token.status, 200, token.text);
      const [letter] = await outbox(server, `?to=${email.toUpperCase()}`);

      assert.equal(letter.type, 'EmailVerification');
      assert.equal(letter.tokenValue, token.json.value);
      assert.equal(letter.storeKey, 'berlin');
      assert.equal(letter.link, `http://localhost:3000/verify?token=${token.json.value}`);
    });

    test('a letter says whether its token was used, and only its own', async () => {
      const { email } = await signUp(server);

      await askForReset(email);
      await askForReset(email);
      const [first, second] = await outbox(server, `?to=${email}`);
      const reset = await request(server, 'POST', '/demo/customers/password/reset', {
        token: backend, json: { tokenValue: second.tokenValue, newPassword: 'new' },
      });

      assert.equal(reset.status, 200, reset.text);
      assert.deepEqual((await outbox(server, `?to=${email}`)).map(({ used }) => used), [false, true]);
      assert.equal(first.used, false);
    });

    test('the oldest comes first, and the last id seen goes on from there', async () => {
      const { email } = await signUp(server);

      for (let i = 0; i < 3; i += 1) await askForReset(email);
      const all = await outbox(server, `?to=${email}`);

      assert.equal(all.length, 3);
      assert.deepEqual(await outbox(server, `?to=${email}&since=${all[0].id}`), all.slice(1));
      assert.deepEqual(await outbox(server, `?to=${email}&since=${all[0].id}&limit=1`), all.slice(1, 2));
      assert.deepEqual(await outbox(server, `?to=${email}&limit=1`), all.slice(2));
      assert.deepEqual(await outbox(server, `?to=${email}&type=EmailVerification`), []);
    });

    test('letters are thrown away, for one recipient or for all', async () => {
      const one = await signUp(server);
      const other = await signUp(server);

      await askForReset(one.email);
      await askForReset(other.email);
      assert.equal((await controlled(server, 'DELETE', `/projects/demo/outbox?to=${one.email}`)).counts.messages, 1);
      assert.equal((await outbox(server, `?to=${other.email}`)).length, 1);
      await controlled(server, 'DELETE', '/projects/demo/outbox');
      assert.deepEqual(await outbox(server), []);
    });

    test('nothing that is malformed is taken for something else', async () => {
      for (const query of ['?since=1', '?type=Order', '?wait=soon', '?limit=0', '?limit=x'])
        expectApiError(await control(server, 'GET', `/projects/demo/outbox${query}`), 400, 'InvalidInput');
      expectApiError(await control(server, 'GET', '/projects/nowhere/outbox?wait=1s'), 404, 'ResourceNotFound');
    });

    test('who waits is told as soon as the letter is there, and not by another one', async () => {
      const { email } = await signUp(server);
      const other = await signUp(server);
      let done = false;
      const waiting = outbox(server, `?to=${email}&wait=60s`).then((messages) => { done = true; return messages; });

      await askForReset(other.email);
      assert.equal((await outbox(server, `?to=${other.email}&wait=60s`)).length, 1, 'what is there is not waited for');
      assert.equal(done, false);
      await askForReset(email);
      assert.equal((await waiting)[0].to, email);
    });

    test('who waits in vain gets an empty list', async () => {
      assert.deepEqual(await outbox(server, '?to=nobody@example.org&wait=50ms'), []);
    });

    test('letters belong to the state of a project', async () => {
      await controlled(server, 'PUT', '/projects/mail');
      const token = await clientToken(server, { project: 'mail' });
      const ask = () => request(server, 'POST', '/mail/customers/password-token', {
        token, json: { email: 'alice@example.com' },
      });

      assert.equal((await ask()).status, 200);
      const before = await outbox(server, '', 'mail');

      await controlled(server, 'POST', '/projects/mail/snapshots/s');
      await ask();
      await controlled(server, 'POST', '/projects/mail/snapshots/s/restore');
      assert.deepEqual(await outbox(server, '', 'mail'), before);
      await controlled(server, 'POST', '/projects/mail/reset');
      assert.deepEqual(await outbox(server, '', 'mail'), []);
      assert.deepEqual((await outbox(server)).filter(({ to }) => to === 'alice@example.com'), []);
    });
  });
}

describe('many who wait', () => {
  test('cost nothing else anything, and are let go at the end', { timeout: 120_000 }, async () => {
    const server = await startServer({ args: ['--threads', '12', '--max-connections', '1500',
      '--max-connections-per-address', '1500'] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1100 });
    const { email } = await signUp(server);
    const backend = await clientToken(server);
    const polls = Array.from({ length: 1000 }, (_, i) => request(server, 'GET',
      `/_admin/v1/projects/demo/outbox?wait=60s&to=${i < 500 ? email : 'nobody@example.org'}`,
      { agent, timeoutMs: 100_000 }));

    /* All connections are made before the first poll can end. */
    for (let i = 0; i < 50; i += 1)
      assert.equal((await request(server, 'GET', '/demo/me', { token: 'alice' })).status, 200);
    assert.equal((await request(server, 'POST', '/demo/customers/password-token', { token: backend, json: { email } }))
      .status, 200);
    const told = await Promise.all(polls.slice(0, 500));

    for (const answer of told) assert.equal(answer.json.messages.length, 1);
    const stopped = server.stop();
    const rest = await Promise.all(polls.slice(500));

    for (const answer of rest) assert.deepEqual(answer.json, { messages: [] });
    assert.equal(await stopped, 0);
    agent.destroy();
  });
});

test('--verify-on-signup writes to whoever signs up, unless the e-mail is verified already', async () => {
  const server = await startServer({ args: ['--verify-on-signup'] });

  try {
    const { email, customer } = await signUp(server);
    const [letter] = await outbox(server, `?to=${email}&wait=5s`);
    const backend = await clientToken(server);

    assert.equal(letter.type, 'EmailVerification');
    assert.equal(letter.customerId, customer.id);
    const confirmed = await request(server, 'POST', '/demo/customers/email/confirm', {
      token: backend, json: { tokenValue: letter.tokenValue },
    });

    assert.equal(confirmed.json.isEmailVerified, true, confirmed.text);
    const verified = { email: 'v@example.org', password: 'p', isEmailVerified: true };

    assert.equal((await request(server, 'POST', '/demo/customers', { token: backend, json: verified })).status, 201);
    assert.deepEqual(await outbox(server, '?to=v@example.org'), []);
  } finally {
    await server.stop();
  }
});

test('--no-outbox keeps nothing', async () => {
  const server = await startServer({ args: ['--no-outbox'] });

  try {
    const token = await clientToken(server);

    assert.equal((await request(server, 'POST', '/demo/customers/password-token', {
      token, json: { email: 'alice@example.com' },
    })).status, 200);
    assert.deepEqual(await outbox(server), []);
  } finally {
    await server.stop();
  }
});
