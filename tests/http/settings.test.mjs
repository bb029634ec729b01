/* Where settings come from and which one wins, what contradicts itself, and what the small commands say. */

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { request } from './support/http.mjs';
import { binaryPath, runBinary, startServer, temporaryDirectory } from './support/server.mjs';

async function refused(args, env, ...words) {
  const { code, stderr } = await runBinary(args, { env });

  assert.equal(code, 2, stderr);
  for (const word of words) assert.ok(stderr.includes(word), `${word} is not in: ${stderr}`);
}

/* The flags that every server of these tests has. */
async function serves(options, look = async () => {}) {
  const server = await startServer(options);

  try {
    await look(server);
  } finally {
    await server.stop();
  }
}

test('the port of the platform counts where ours is not set', async () => {
  await refused(['serve', '--in-memory', '--log', 'off'], { PORT: '70000' }, 'PORT');
  await serves({ env: { PORT: '70000', STANDIN_PORT: '0' } });
});

test('a variable that is empty is not set', () => serves({ env: { STANDIN_TOKEN_TTL: '', PORT: '' } }));

test('a variable far from any name is unknown', () =>
  refused(['serve', '--port', '0'], { STANDIN_QQQQQQQQQQQQQQQQ: '1' }, 'unknown variable', '--help'));

test('a database and memory exclude each other, where the one does not come before the other', async () => {
  const directory = temporaryDirectory();
  const db = join(directory, 'other.db');

  await refused(['serve', '--port', '0', '--db', db, '--in-memory'], {}, '--db and --in-memory exclude each other');
  await refused(['serve', '--port', '0'], { STANDIN_DB: db, STANDIN_IN_MEMORY: 'true' },
    'STANDIN_DB and STANDIN_IN_MEMORY exclude each other');
  await serves({ args: ['--db', db], env: { STANDIN_IN_MEMORY: 'true' } }, async ({ readyLine }) => {
    assert.ok(readyLine.includes(db), readyLine);
  });
  await serves({ args: ['--in-memory'], env: { STANDIN_DB: db } }, async ({ readyLine }) => {
    assert.ok(!readyLine.includes(db), readyLine);
  });
});

test('after -- there are no flags', () =>
  refused(['serve', '--port', '0', '--', '--in-memory'], {}, 'unexpected argument'));

test('a flag of yes or no takes no other value', () =>
  refused(['serve', '--no-in-memory=1', '--port', '0'], {}, '--no-in-memory takes no value'));

test('what is no flag is told what it may have been meant as', async () => {
  await refused(['serve', '--port', '0', 'shop.json'], {}, '--seed');
  await refused(['serve', '--port', '0', 'words'], {}, 'a command comes first');
});

test('fixtures that are mounted are looked for, and the built-in shop is there where none are', () =>
  serves({ args: ['--seed', 'mounted'] }, async (server) => {
    const { json } = await request(server, 'POST', '/oauth/demo/anonymous/token', {
      basic: ['storefront', 'storefront-secret'], form: { grant_type: 'client_credentials' },
    });

    assert.ok(json.access_token);
  }));

test('a supervisor that does not listen is told of in the log, and is no reason to stop', async () => {
  for (const socket of [join(temporaryDirectory(), 'nobody'), '@standin-nobody', `/${'x'.repeat(200)}`]) {
    await serves({ env: { NOTIFY_SOCKET: socket } }, async (server) => {
      assert.equal((await request(server, 'GET', '/readyz')).status, 200);
      assert.equal(server.stderrText().includes('NOTIFY_SOCKET'), socket.length < 150);
    });
  }
});

test('each command has help, and refuses what it does not know', async () => {
  for (const command of ['serve', 'validate', 'healthcheck', 'backup', 'restore']) {
    const { code, stdout } = await runBinary([command, '--help']);

    assert.equal(code, 0, command);
    assert.ok(stdout.includes(command), stdout);
    assert.notEqual((await runBinary([command, '--nothing-like-this'])).code, 0, command);
  }
});

test('a health check says why a server is not ready', async () => {
  const check = async (args, words, code = 1) => {
    const answer = await runBinary(['healthcheck', ...args]);

    assert.equal(answer.code, code, answer.stderr);
    assert.ok(answer.stderr.includes(words), answer.stderr);
  };

  await check(['http://127.0.0.1:1'], 'is not ready');
  await check(['http://nowhere.invalid:80'], 'is not ready');
  await check(['a', 'b'], 'takes one URL', 2);
  for (const url of [
    'ftp://localhost', 'http://', 'http://[::1', 'http://localhost:', 'http://a b', `http://${'x'.repeat(400)}`,
  ]) {
    const { code } = await runBinary(['healthcheck', url]);

    assert.notEqual(code, 0, url);
  }
  await serves({}, async (server) => {
    const { code } = await runBinary(['healthcheck', `http://127.0.0.1:${server.port}`]);
    const other = await runBinary(['healthcheck'], { env: { STANDIN_PORT: String(server.port) } });

    assert.equal(code, 0);
    assert.equal(other.code, 0, other.stderr);
  });
});

test('a fixture that cannot be read is said with its name', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'shop.json');

  writeFileSync(file, '{ "standin": 1, "project": { "key": "demo" }, "stores": [ { "key": "a" } ');
  mkdirSync(join(directory, 'empty'));
  for (const seed of [file, join(directory, 'none.json'), join(directory, 'empty'), binaryPath()]) {
    const { code, stderr } = await runBinary(['serve', '--port', '0', '--in-memory', '--seed', seed]);

    assert.equal(code, 3, stderr);
    assert.ok(stderr.includes(seed.split('/').at(-1)), stderr);
  }
});
