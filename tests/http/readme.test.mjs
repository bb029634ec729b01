/* The README does what it says: its command blocks are run as a new user would run them. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startServer } from './support/server.mjs';

const ROOT = join(fileURLToPath(import.meta.url), '..', '..', '..');
const run = promisify(execFile);

const readme = await readFile(join(ROOT, 'README.md'), 'utf8');

function blocks(language) {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text);
}

const shell = blocks('sh');
const curls = shell.filter((block) => block.includes('curl'));

/* The environment without settings of the server, but with those given. */
function environment(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('STANDIN_') && name !== 'PORT');

  return { ...Object.fromEntries(kept), ...more };
}

test('the curl lines of the README work when pasted one after the other, and again', async () => {
  const server = await startServer();

  try {
    const script = curls.map((block) => `${block}\necho; echo "-- next"`).join('\n')
      .replaceAll('localhost:8989', `127.0.0.1:${server.port}`);
    const { stdout } = await run('bash', ['-euc', script], { env: environment() });
    const [alice, filled, signUp, active, update, stale, searched, found, restored, mail, fault] =
      stdout.split('-- next').map((text) => text.trim());

    assert.equal(JSON.parse(alice).email, 'alice@example.com');
    assert.equal(JSON.parse(filled).lineItems[0].quantity, 2);
    assert.equal(JSON.parse(signUp).customer.firstName, 'Mia');
    assert.equal(JSON.parse(signUp).cart.id, JSON.parse(filled).id);
    assert.equal(JSON.parse(active).id, JSON.parse(filled).id);
    assert.equal(JSON.parse(active).customerId, JSON.parse(signUp).customer.id);
    assert.deepEqual(JSON.parse(searched).results.map(({ key }) => key).sort(), ['bowl', 'cutting-board', 'mug']);
    assert.deepEqual(JSON.parse(found).results.map(({ key }) => key), ['alice']);
    assert.equal(JSON.parse(found).results[0].customerGroup.obj.key, 'regulars');
    assert.equal(JSON.parse(update).version, 2);
    assert.equal(JSON.parse(update).lastName, 'Berg');
    assert.equal(JSON.parse(stale).errors[0].code, 'ConcurrentModification');
    assert.equal(JSON.parse(stale).errors[0].currentVersion, 2);
    assert.match(restored, /^[0-9.]+$/m, 'how long going back took');
    assert.match(mail, /^"[\w-]{40}"$/m, 'the token that was mailed');
    assert.match(fault, /^"[\w-]{36}"$/m, 'the id of the fault');
    const again = (await run('bash', ['-euc', script], { env: environment() })).stdout.split('-- next');

    assert.equal(JSON.parse(again[2]).customer.firstName, 'Mia');
    assert.equal(JSON.parse(again[4]).lastName, 'Berg');
  } finally {
    await server.stop();
  }
});

test('the start command of the README starts a server that says it is ready', { timeout: 300_000 }, async () => {
  const command = shell.find((block) => block.includes('scripts/start')).trim();
  const started = spawn('bash', ['-c', `exec ${command}`], {
    cwd: ROOT,
    env: environment({ STANDIN_PORT: '0', STANDIN_IN_MEMORY: '1', STANDIN_LOG: 'off' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(started, 'exit');

  try {
    const [line] = await once(createInterface({ input: started.stdout }), 'line');

    assert.match(line, /^standin ready http:\/\/localhost:\d+ project=demo customers=2 products=20 pid=\d+ /);
  } finally {
    started.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [0, null]);
});

test('the test command of the README is there and says how it is used', async () => {
  const command = shell.find((block) => block.includes('scripts/test')).trim();
  const path = join(ROOT, command);

  await access(path, constants.X_OK);
  assert.match((await run(path, ['--help'])).stdout, /usage/);
});

test('every shell block of the README is run by a test', () => {
  const others = shell.filter((block) => !curls.includes(block)).map((block) => block.trim());

  assert.deepEqual(others, ['./scripts/start', './scripts/test']);
});

const clientFolder = join(ROOT, 'tests', 'e2e');
const hasClient = await access(join(clientFolder, 'node_modules')).then(() => true, () => false);

test('the lines for the official client work when its base URL is ours', { skip: !hasClient }, async () => {
  const server = await startServer();
  const folder = await mkdtemp(join(tmpdir(), 'standin-readme-'));
  const file = join(folder, 'client.mjs');

  try {
    const [lines] = blocks('js');

    await symlink(join(clientFolder, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(file, lines.replace('http://localhost:8989', server.url));
    await run(process.execPath,
      ['--eval', `await import(${JSON.stringify(file)}); process.exit(0)`, '--input-type=module'],
      { env: environment() });
  } finally {
    await rm(folder, { recursive: true });
    await server.stop();
  }
});
