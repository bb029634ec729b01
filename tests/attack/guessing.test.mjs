/* Who guesses passwords, or makes projects without end, is slowed; nobody is locked out, and no other door suffers. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { STOREFRONT, anonymousToken, clientToken, passwordToken, request, signUp } from '../http/support/http.mjs';
import { eventually } from '../http/support/expect.mjs';
import { startServer } from '../http/support/server.mjs';

const GUESSES = 40;

let server;

before(async () => { server = await startServer({ args: ['--sign-in-throttle', 'on', '--project-throttle', 'on'] }); });
after(() => server?.stop());

const withPassword = (username, password) => request(server, 'POST', '/oauth/demo/customers/token',
  { basic: STOREFRONT, form: { grant_type: 'password', username, password } });

const statusesOf = async (count, ask) => {
  const statuses = [];

  for (let i = 0; i < count; i++) statuses.push((await ask(i)).status);
  return statuses;
};

test('a project is not made for a request that is refused', async () => {
  const token = (form) => request(server, 'POST', '/oauth/token', { basic: ['a', 'b'], form });
  const exists = async (project) => {
    const answer = await request(server, 'GET', `/${project}`, { token: await clientToken(server) });

    return answer.status !== 404;
  };

  assert.equal((await token({ grant_type: 'client_credentials', scope: 'manage_nothing:refused-1' })).status, 400);
  assert.equal((await token({ grant_type: 'magic', scope: 'manage_project:refused-2' })).status, 400);
  assert.equal((await token({ scope: 'manage_project:refused-3' })).status, 400);
  for (const project of ['refused-1', 'refused-2', 'refused-3'])
    assert.equal(await exists(project), false, project);
});

test('many projects are made at once, but not without end', async () => {
  const make = (number) => request(server, 'POST', '/oauth/token', { basic: ['a', 'b'],
    form: { grant_type: 'client_credentials', scope: `manage_project:made-${number}` } });
  const first = await Promise.all(Array.from({ length: 60 }, (_, number) => make(number)));

  assert.ok(first.every((answer) => answer.status === 200), first.map((answer) => answer.status).join(' '));
});

test('the first wrong passwords are told as ever, then the account has to wait, at every door', async () => {
  const { email, password } = await signUp(server);
  const token = await anonymousToken(server);
  const doors = [
    (guess) => withPassword(email, guess),
    (guess) => request(server, 'POST', '/demo/me/login', { token, json: { email, password: guess } }),
    (guess) => request(server, 'POST', '/demo/me/login',
      { token, json: { email: email.toUpperCase(), password: guess } }),
  ];
  const statuses = await statusesOf(GUESSES, (i) => doors[i % doors.length](`wrong ${i}`));

  assert.ok(statuses.slice(0, 15).every((status) => status === 400), statuses.join(' '));
  assert.ok(statuses.includes(503), statuses.join(' '));

  const waiting = await withPassword(email, 'wrong');

  if (waiting.status === 503) assert.ok(waiting.headers['retry-after'], waiting.text);
  const other = await signUp(server);

  assert.equal((await withPassword(other.email, other.password)).status, 200, 'another account is not slowed yet');
  await eventually(async () => (await withPassword(email, password)).status === 200,
    { timeoutMs: 15_000, everyMs: 200, what: 'the right password' });
});

test('the current password cannot be guessed either', async () => {
  const { email, password } = await signUp(server);
  const token = await passwordToken(server, email, password);
  const statuses = await statusesOf(GUESSES, () => request(server, 'POST', '/demo/me/password',
    { token, json: { version: 1, currentPassword: 'wrong', newPassword: 'new' } }));

  assert.equal(statuses[0], 400);
  assert.ok(statuses.includes(503), statuses.join(' '));
});

test('one address that goes on with other accounts has to wait too', async () => {
  const statuses = await statusesOf(120, (i) => withPassword(`nobody-${i}@example.org`, 'wrong'));

  assert.ok(statuses.includes(503), statuses.join(' '));
});
