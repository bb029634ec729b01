/* Who sees what, and what happens when many do things at once. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { expectApiError, expectConflict, expectInsufficientScope, expectNoSuchAccount } from './support/expect.mjs';
import {
  anonymousToken, clientToken, passwordToken, request, signUp, STOREFRONT, uniqueEmail,
} from './support/http.mjs';
import { startServer } from './support/server.mjs';

/* The same rules hold in memory and in a file. */
for (const inMemory of [true, false]) {
  describe(inMemory ? 'in memory' : 'in a file', () => {
    let server;
    let shop;

    before(async () => {
      server = await startServer({ inMemory });
      shop = await clientToken(server);
    });
    after(async () => { await server?.stop(); });

    const getMe = (token) => request(server, 'GET', '/demo/me', { token });
    const update = (token, version, ...actions) =>
      request(server, 'POST', '/demo/me', { token, json: { version, actions } });
    const firstName = (name) => ({ action: 'setFirstName', firstName: name });
    const newProject = () => `p-${randomUUID().slice(0, 12)}`;

    async function customerWithToken(draft) {
      const made = await signUp(server, draft);

      return { ...made, token: await passwordToken(server, made.email, made.password) };
    }

    test('two customers at work at the same time never see each other', { timeout: 60_000 }, async () => {
      const pair = await Promise.all([customerWithToken({ firstName: 'A0' }), customerWithToken({ firstName: 'B0' })]);

      await Promise.all(pair.flatMap(({ customer, email, token }, index) => {
        const letter = 'AB'[index];
        const expectMine = (answer) => {
          assert.equal(answer.status, 200, answer.text);
          assert.equal(answer.json.id, customer.id);
          assert.equal(answer.json.email, email);
          assert.ok(answer.json.firstName.startsWith(letter), `${letter} saw ${answer.json.firstName}`);
        };
        const write = async () => {
          for (let version = 1; version <= 40; version += 1) {
            const answer = await update(token, version, firstName(`${letter}${version}`));

            expectMine(answer);
            assert.equal(answer.json.version, version + 1);
          }
        };
        const read = async () => {
          for (let round = 0; round < 40; round += 1) expectMine(await getMe(token));
        };

        return [write(), read(), read()];
      }));
    });

    test('many sessions side by side each see their own customer', { timeout: 60_000 }, async () => {
      const people = await Promise.all(Array.from({ length: 20 }, () => customerWithToken()));

      for (let round = 0; round < 5; round += 1) {
        const answers = await Promise.all(people.map(({ token }) => getMe(token)));

        answers.forEach((answer, index) => assert.equal(answer.json.id, people[index].customer.id));
      }
    });

    test('nothing in a request lets a customer reach another one', async () => {
      const victim = await customerWithToken({ firstName: 'Victim' });
      const attacker = await customerWithToken({ firstName: 'Attacker' });
      const { id, version } = victim.customer;
      const before = await getMe(victim.token);

      for (const path of [
        `/demo/me?id=${id}`, `/demo/me?customerId=${id}`, `/demo/me?customer_id=${id}`,
        `/demo/in-store/key=berlin/me?id=${id}`,
      ]) {
        const answer = await request(server, 'GET', path, {
          token: attacker.token, headers: { 'x-external-user-id': id, 'x-customer-id': id },
        });

        assert.equal(answer.json.id, attacker.customer.id, path);
      }
      const changed = await request(server, 'POST', '/demo/me', {
        token: attacker.token,
        json: { id, customerId: id, version: attacker.customer.version, actions: [firstName('Mine')] },
      });

      assert.equal(changed.json.id, attacker.customer.id);
      for (const [method, path] of [
        ['GET', `/demo/customers/${id}`], ['DELETE', `/demo/customers/${id}?version=${version}`],
        ['GET', '/demo/customers'],
      ]) {
        expectApiError(await request(server, method, path, { token: attacker.token }), 403, 'insufficient_scope');
      }
      expectApiError(await request(server, 'POST', `/demo/customers/${id}`, {
        token: attacker.token, json: { version, actions: [firstName('Stolen')] },
      }), 403, 'insufficient_scope');
      assert.deepEqual((await getMe(victim.token)).json, before.json);
    });

    test('fields that only the shop may set are ignored in a sign-up', async () => {
      const { customer } = await signUp(server, {
        id: randomUUID(), version: 77, isEmailVerified: true, customerNumber: 'c-1', externalId: 'e-1',
        authenticationMode: 'ExternalAuth', createdAt: '2000-01-01T00:00:00.000Z',
      });

      assert.equal(customer.version, 1);
      assert.equal(customer.isEmailVerified, false);
      assert.equal(customer.customerNumber, undefined);
      assert.equal(customer.externalId, undefined);
      assert.equal(customer.authenticationMode, 'Password');
      assert.notEqual(customer.createdAt, '2000-01-01T00:00:00.000Z');
    });

    test('of many simultaneous updates of one version exactly one is carried out', { timeout: 60_000 }, async () => {
      const { customer, token } = await customerWithToken();
      let version = customer.version;

      for (let round = 0; round < 10; round += 1) {
        const names = Array.from({ length: 12 }, () => randomUUID());
        const answers = await Promise.all(names.map((name) => update(token, version, firstName(name))));
        const winners = answers.flatMap((answer, index) => (answer.status === 200 ? [names[index]] : []));

        assert.equal(winners.length, 1);
        for (const answer of answers.filter(({ status }) => status !== 200)) {
          expectConflict(answer, { id: customer.id, expected: version, actual: version + 1 });
        }
        version += 1;
        const { json: me } = await getMe(token);

        assert.equal(me.version, version);
        assert.equal(me.firstName, winners[0]);
      }
    });

    test('updates that are repeated with the current version all arrive, one version each', { timeout: 60_000 },
      async () => {
      const { customer, token } = await customerWithToken();
      let acknowledged = 0;

      await Promise.all(Array.from({ length: 6 }, async (_, worker) => {
        let version = customer.version;

        for (let done = 0; done < 8;) {
          const answer = await update(token, version, {
            action: 'addAddress', address: { country: 'DE', key: `w${worker}-${done}` },
          });

          if (answer.status === 200) {
            done += 1;
            acknowledged += 1;
            version = answer.json.version;
          } else {
            expectApiError(answer, 409, 'ConcurrentModification');
            version = answer.json.errors[0].currentVersion;
            assert.equal(typeof version, 'number');
          }
        }
      }));
      const { json: me } = await getMe(token);

      assert.equal(acknowledged, 48);
      assert.equal(me.version, customer.version + acknowledged);
      assert.equal(me.addresses.length, acknowledged);
      assert.equal(new Set(me.addresses.map(({ id }) => id)).size, acknowledged);
      assert.equal(new Set(me.addresses.map(({ key }) => key)).size, acknowledged);
    });

    test('of simultaneous sign-ups with one e-mail exactly one succeeds', { timeout: 60_000 }, async () => {
      const visitor = await anonymousToken(server);

      for (let round = 0; round < 8; round += 1) {
        const email = uniqueEmail();
        const spellings = [email, email.toUpperCase(), email.replace('customer', 'Customer'), email, email, email];
        const answers = await Promise.all(spellings.map((spelled, index) => request(server, 'POST', '/demo/me/signup', {
          token: visitor, json: { email: spelled, password: `pw-${index}` },
        })));
        const winners = answers.flatMap((answer, index) => (answer.status === 201 ? [index] : []));

        assert.equal(winners.length, 1, answers.map(({ status }) => status).join());
        answers.forEach((answer, index) => {
          if (index === winners[0]) return;
          expectApiError(answer, 400, 'DuplicateField',
            'There is already an existing customer with the provided email.');
          assert.equal(answer.json.errors[0].field, 'email');
          assert.equal(answer.json.errors[0].duplicateValue, spellings[index]);
        });
        const token = await passwordToken(server, email, `pw-${winners[0]}`);

        assert.equal((await getMe(token)).json.email, spellings[winners[0]]);
      }
    });

    test('of simultaneous changes to one e-mail exactly one succeeds', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 5; round += 1) {
        const email = uniqueEmail();
        const people = await Promise.all(Array.from({ length: 5 }, () => customerWithToken()));
        const answers = await Promise.all(people.map(({ customer, token }) =>
          update(token, customer.version, { action: 'changeEmail', email })));

        assert.equal(answers.filter(({ status }) => status === 200).length, 1);
        for (const answer of answers.filter(({ status }) => status !== 200)) {
          expectApiError(answer, 400, 'DuplicateField');
        }
      }
    });

    test('of simultaneous uses of one reset token exactly one succeeds', async () => {
      const { email } = await customerWithToken();
      const visitor = await anonymousToken(server);
      const { json: minted } = await request(server, 'POST', '/demo/customers/password-token', {
        token: shop, json: { email },
      });
      const answers = await Promise.all(Array.from({ length: 8 }, (_, index) =>
        request(server, 'POST', '/demo/me/password/reset', {
          token: visitor, json: { tokenValue: minted.value, newPassword: `new-${index}` },
        })));
      const winners = answers.flatMap((answer, index) => (answer.status === 200 ? [index] : []));

      assert.equal(winners.length, 1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expectApiError(answer, 404, 'ResourceNotFound');
      }
      await passwordToken(server, email, `new-${winners[0]}`);
    });

    test('of simultaneous deletions exactly one succeeds', async () => {
      const { customer, token } = await customerWithToken();
      const answers = await Promise.all(Array.from({ length: 8 }, () =>
        request(server, 'DELETE', `/demo/me?version=${customer.version}`, { token })));

      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expectApiError(answer, 404, 'ResourceNotFound');
      }
    });

    test('a read that begins after an acknowledged write never shows an older state', { timeout: 120_000 },
      async () => {
      const { customer, token } = await customerWithToken();
      const names = new Map([[customer.version, customer.firstName]]);
      let acknowledged = customer.version;
      let reads = 0;
      let writing = true;

      const read = async (look) => {
        while (writing) {
          const least = acknowledged;
          const { json: seen } = await look();

          assert.ok(seen.version >= least, `version ${seen.version} was read after ${least} was acknowledged`);
          if (names.has(seen.version)) assert.equal(seen.firstName, names.get(seen.version));
          reads += 1;
        }
      };
      const write = async () => {
        try {
          for (let count = 0; count < 200; count += 1) {
            const name = `n${count}`;
            const answer = await update(token, acknowledged, firstName(name));

            assert.equal(answer.status, 200, answer.text);
            names.set(answer.json.version, name);
            acknowledged = answer.json.version;
          }
        } finally {
          writing = false;
        }
      };
      const me = () => getMe(token);
      const byId = () => request(server, 'GET', `/demo/customers/${customer.id}`, { token: shop });

      await Promise.all([write(), ...Array.from({ length: 8 }, () => read(me)), read(byId), read(byId)]);
      assert.equal(acknowledged, customer.version + 200);
      assert.ok(reads > 0);
    });

    test('a token that was acknowledged is known to every connection at once', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 20; round += 1) {
        const visitor = await anonymousToken(server);
        const { email, password } = await signUp(server, {}, { token: visitor });
        const token = await passwordToken(server, email, password);
        const answers = await Promise.all(Array.from({ length: 5 }, () =>
          request(server, 'GET', '/demo/me', { token, agent: false })));

        for (const answer of answers) assert.equal(answer.status, 200, answer.text);
      }
    });

    test('a revoked token is known to no connection any more', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 20; round += 1) {
        const { token } = await customerWithToken();

        await Promise.all(Array.from({ length: 5 }, () => getMe(token)));
        await request(server, 'POST', '/oauth/token/revoke',
          { basic: STOREFRONT, form: { token: token.access_token } });
        const answers = await Promise.all(Array.from({ length: 5 }, () =>
          request(server, 'GET', '/demo/me', { token, agent: false })));

        for (const answer of answers) assert.equal(answer.status, 401, answer.text);
      }
    });

    test('a password that was changed ends old sessions on every connection at once', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 10; round += 1) {
        const { customer, password, token } = await customerWithToken();

        await Promise.all(Array.from({ length: 5 }, () => getMe(token)));
        const changed = await request(server, 'POST', '/demo/me/password', {
          token, json: { version: customer.version, currentPassword: password, newPassword: 'changed' },
        });

        assert.equal(changed.status, 200, changed.text);
        const answers = await Promise.all(Array.from({ length: 5 }, () =>
          request(server, 'GET', '/demo/me', { token, agent: false })));

        for (const answer of answers) assert.equal(answer.status, 401, answer.text);
      }
    });

    test('two projects do not share customers', async () => {
      const project = newProject();
      const email = uniqueEmail();
      const here = await signUp(server, { email, password: 'here' });
      const there = await signUp(server, { email, password: 'there' }, { project });

      assert.notEqual(here.customer.id, there.customer.id);
      const wrong = await request(server, 'POST', `/oauth/${project}/customers/token`, {
        basic: STOREFRONT, form: { grant_type: 'password', username: email, password: 'here' },
      });

      expectNoSuchAccount(wrong);
      const token = await passwordToken(server, email, 'there', { project });

      assert.equal((await request(server, 'GET', `/${project}/me`, { token })).json.id, there.customer.id);
      const other = await clientToken(server, { project, client: ['anybody', 'anything'] });

      expectApiError(await request(server, 'GET', `/${project}/customers/${here.customer.id}`, { token: other }),
        404, 'ResourceNotFound');
      expectApiError(await request(server, 'GET', `/demo/customers/${there.customer.id}`, { token: shop }),
        404, 'ResourceNotFound');
    });

    test('a token of one project is refused by another', async () => {
      const project = newProject();
      const other = await clientToken(server, { project, client: ['anybody', 'anything'] });
      const visitor = await anonymousToken(server, { project, client: ['anybody', 'anything'] });
      const { customer } = await signUp(server);

      for (const [method, path] of [
        ['GET', `/demo/customers/${customer.id}`], ['GET', '/demo/customers'], ['GET', '/demo/messages'],
        ['GET', '/demo/stores'],
      ]) {
        expectApiError(await request(server, method, path, { token: other }), 403, 'insufficient_scope');
        expectApiError(await request(server, method, path.replace('demo', project), { token: shop }),
          403, 'insufficient_scope');
      }
      expectInsufficientScope(await request(server, 'POST', '/demo/me/signup', {
        token: visitor, json: { email: uniqueEmail(), password: 'x' },
      }), 'manage_my_profile');
    });

    test('anonymous ids of two projects do not collide', async () => {
      const anonymousId = `visitor-${randomUUID()}`;

      await anonymousToken(server, { anonymousId });
      await anonymousToken(server, { anonymousId, project: newProject() });
    });

    test('a project that many ask for at once is made once', async () => {
      const project = newProject();
      const tokens = await Promise.all(Array.from({ length: 10 }, () => anonymousToken(server, { project })));
      const answers = await Promise.all(tokens.map((token) => request(server, 'POST', `/${project}/me/signup`, {
        token, json: { email: 'same@example.org', password: 'x' },
      })));

      assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    });

    test('a customer of one store is not served by another', async () => {
      const { customer, email, password } = await signUp(server, {}, { store: 'berlin' });
      const token = await passwordToken(server, email, password, { store: 'berlin' });
      const at = (store, method = 'GET', suffix = '', options = {}) =>
        request(server, method, `/demo/in-store/key=${store}/me${suffix}`, { token, ...options });

      assert.equal((await at('berlin')).json.id, customer.id);
      expectApiError(await at('oslo'), 404, 'ResourceNotFound');
      expectApiError(await at('oslo', 'POST', '', { json: { version: 1, actions: [firstName('x')] } }), 404,
        'ResourceNotFound');
      expectApiError(await at('oslo', 'DELETE', '?version=1'), 404, 'ResourceNotFound');
      expectApiError(await at('oslo', 'POST', '/password', {
        json: { version: 1, currentPassword: password, newPassword: 'x' },
      }), 404, 'ResourceNotFound');
      assert.deepEqual((await at('berlin')).json, customer);
    });

    test('an e-mail of a global customer is taken for stores, and the reverse', async () => {
      const global = await signUp(server);
      const local = await signUp(server, {}, { store: 'berlin' });
      const visitor = await anonymousToken(server);
      const draft = ({ email }) => ({ token: visitor, json: { email: email.toUpperCase(), password: 'x' } });

      expectApiError(await request(server, 'POST', '/demo/in-store/key=berlin/me/signup', draft(global)), 400,
        'DuplicateField');
      expectApiError(await request(server, 'POST', '/demo/me/signup', draft(local)), 400, 'DuplicateField');
      expectApiError(await request(server, 'POST', '/demo/in-store/key=berlin/me/signup', draft(local)), 400,
        'DuplicateField');
      const elsewhere = await request(server, 'POST', '/demo/in-store/key=oslo/me/signup', draft(local));

      assert.equal(elsewhere.status, 201, elsewhere.text);
    });
  });
}
