/* The image, without a container engine: the steps of docker/Dockerfile are done one by one, and what they make is run
 * as its last lines say. */

import assert from 'node:assert/strict';
import {
  chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import {
  anonymousToken, clientToken, passwordToken, request, signUp, uniqueEmail,
} from '../http/support/http.mjs';
import { temporaryDirectory } from '../http/support/server.mjs';
import { cannotChroot, cannotConfine, runInside, startContainer } from './support/container.mjs';
import { buildImage } from './support/dockerfile.mjs';

const ROOT = join(fileURLToPath(import.meta.url), '..', '..', '..');
const MOST_BYTES = 25e6;
const ANOTHER_USER = '4711:0';

const directory = temporaryDirectory();

function read(...names) {
  return readFileSync(join(ROOT, ...names), 'utf8');
}

function newFolder(name, mode) {
  const path = join(directory, name);

  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

/* Every file and folder in a folder, by its path from there: { '/etc/passwd': lstat }. */
function treeOf(root) {
  const names = readdirSync(root, { recursive: true });

  return Object.fromEntries(names.sort().map((name) => [`/${name}`, lstatSync(join(root, name))]));
}

async function withContainer(image, options, use) {
  const container = await startContainer(image, options);
  let result;

  try {
    result = await use(container);
  } finally {
    const { code, signal, stderr } = await container.stop();

    assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
  }
  return result;
}

/* Half a megabyte: too much for what SQLite keeps in memory by itself when it sorts, or may have to undo something. */
function largeDraft() {
  const addresses = Array.from({ length: 100 }, () => ({ country: 'DE', additionalAddressInfo: 'x'.repeat(5000) }));

  return { email: uniqueEmail(), password: 'correct horse', addresses };
}

async function changeLargeProfile(server) {
  const { customer, email, password } = await signUp(server, largeDraft());
  const token = await passwordToken(server, email, password);
  const actions = [{ action: 'setFirstName', firstName: 'Mia' }];
  const { status, json, text } = await request(server, 'POST', '/demo/me',
    { token, json: { version: customer.version, actions } });

  assert.equal(status, 200, text);
  assert.equal(json.firstName, 'Mia');
}

async function listLargeCustomers(server) {
  const token = await clientToken(server);
  const stores = [{ typeId: 'store', key: 'berlin' }];

  for (let count = 0; count < 10; count += 1) {
    const { status, text } = await request(server, 'POST', '/demo/customers',
      { token, json: { ...largeDraft(), stores } });

    assert.equal(status, 201, text);
  }
  const { status, json } = await request(server, 'GET', '/demo/in-store/key=berlin/customers', { token });

  assert.equal(status, 200);
  assert.equal(json.count, 10);
}

const noChroot = cannotChroot();
const noNamespaces = cannotConfine(newFolder('probe', 0o755));

describe('the image', () => {
  let image;

  before(async () => {
    image = await buildImage({
      dockerfile: read('docker', 'Dockerfile'),
      dockerignore: read('docker', 'Dockerfile.dockerignore'),
      folder: ROOT,
      directory,
    });
  });

  test('is built on Debian and starts from nothing', () => {
    assert.deepEqual(image.bases, ['debian:12-slim', 'scratch']);
  });

  test('says what an engine wants to know', () => {
    const { entrypoint, healthcheck, labels, stopSignal, user } = image.config;

    assert.match(user, /^[1-9]\d*:[1-9]\d*$/);
    assert.equal(stopSignal, 'SIGTERM');
    assert.equal(healthcheck[0], entrypoint[0]);
    assert.ok(treeOf(image.root)[entrypoint[0]].isFile());
    assert.equal(labels['org.opencontainers.image.licenses'], 'MIT');
    for (const name of Object.keys(labels)) assert.match(name, /^org\.opencontainers\.image\./);
  });

  test('is small', (context) => {
    const bytes = Object.values(treeOf(image.root)).reduce((sum, { size }) => sum + size, 0);

    context.diagnostic(`${(bytes / 1e6).toFixed(1)} MB uncompressed`);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  });

  test('has the program, its libraries and their licences, and nothing else', () => {
    const allowed = [
      /^\/usr\/local\/bin\/standin$/,
      /^\/(usr\/)?lib(64)?\/([\w-]+\/)?(lib[\w-]+|ld-linux[\w-]*)\.so\.\d+$/,
      /^\/usr\/lib\/locale\/C\.utf8\/LC_CTYPE$/,
      /^\/usr\/share\/doc\/[\w.+-]+\/copyright$/,
      /^\/usr\/share\/common-licenses\/[\w.+-]+$/,
      /^\/etc\/(group|hosts|passwd)$/,
    ];
    const files = Object.entries(treeOf(image.root)).filter(([, stat]) => !stat.isDirectory());
    const others = files.filter(([path, stat]) => !stat.isFile() || !allowed.some((one) => one.test(path)));

    assert.deepEqual(others.map(([path]) => path), []);
    assert.match(readFileSync(join(image.root, 'usr/share/doc/standin/copyright'), 'utf8'), /^MIT License/);
  });

  test('nothing in it can be changed but what is in /data', () => {
    const open = Object.entries(treeOf(image.root)).filter(([, { mode }]) => (mode & 0o6022) !== 0);

    assert.deepEqual(open.map(([path, { mode }]) => [path, mode & 0o7777]), [['/data', 0o1777]]);
    assert.equal(statSync(image.root).mode & 0o7777, 0o755);
    assert.deepEqual(readdirSync(join(image.root, 'data')), []);
    assert.deepEqual(readdirSync(join(image.root, 'fixtures')), []);
  });

  test('has every library that is needed, and no other', { skip: noChroot }, async () => {
    const files = Object.keys(treeOf(image.root)).filter((path) => /\.so\.\d+$/.test(path));
    const loader = files.find((path) => path.includes('/ld-linux'));
    const { code, stdout, stderr } = await runInside(image, [loader, '--list', image.config.entrypoint[0]]);
    const loaded = [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map(([, path]) => path);

    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout, /not found/);
    assert.deepEqual([...new Set([...loaded, loader])].sort(), files);
  });

  test('has the port that the server listens on', { skip: noChroot }, async () => {
    const { code, stdout } = await runInside(image, [...image.config.entrypoint, '--help']);
    const [, port] = /\[STANDIN_PORT; default: (\d+)\]/.exec(stdout.replace(/\s+/g, ' '));

    assert.equal(code, 0);
    assert.deepEqual(image.config.ports, [Number(port)]);
  });

  test('serves, is healthy until it is stopped, and keeps its data', { skip: noChroot }, async () => {
    const who = await withContainer(image, {}, async (server) => {
      assert.equal((await request(server, 'GET', '/readyz')).status, 200);
      assert.equal(await server.isHealthy(), true);
      await changeLargeProfile(server);
      return { ...await signUp(server), server };
    });

    assert.equal(await who.server.isHealthy(), false);
    assert.ok(statSync(join(image.root, 'data/standin/standin.db')).size > 0);
    if (process.getuid() === 0) {
      const { uid, gid } = statSync(join(image.root, 'data/standin/standin.db'));

      assert.equal(`${uid}:${gid}`, image.config.user);
    }
    await withContainer(image, {}, (server) => passwordToken(server, who.email, who.password));
  });

  test('starts projects with the fixtures that are mounted, and tells their mistakes', { skip: noChroot }, async () => {
    const file = join(image.root, 'fixtures', 'shop.json');
    const customers = [{ key: 'eve', email: 'eve@example.org', password: 'eve-pw' }];

    try {
      writeFileSync(file, JSON.stringify({ standin: 1, customers }));
      await withContainer(image, { args: ['--in-memory'] }, async (server) => {
        assert.match(server.readyLine, / customers=1 products=0 /);
        await passwordToken(server, 'eve@example.org', 'eve-pw');
      });
      writeFileSync(file, '{ "customers": [{}] }');
      const { code, stderr } = await runInside(image, [...image.config.entrypoint, '--in-memory']);

      assert.equal(code, 3);
      assert.match(stderr, /^\/fixtures\/shop\.json: \/customers\/0\/password: expected a value, found nothing$/m);
    } finally {
      rmSync(file);
    }
  });

  test('lower-cases the letters of all languages', { skip: noChroot }, async () => {
    await withContainer(image, { args: ['--in-memory'] }, async (server) => {
      const token = await anonymousToken(server);
      const email = `änne.${uniqueEmail()}`;
      const answers = [];

      for (const one of [email, email.toUpperCase()]) {
        answers.push(await request(server, 'POST', '/demo/me/signup', { token, json: { email: one, password: 'pw' } }));
      }
      assert.deepEqual(answers.map(({ status }) => status), [201, 400]);
      assert.equal(answers[1].json.errors[0].code, 'DuplicateField');
    });
  });

  test('runs read-only as process 1 of any user, as compose.yaml has it', { skip: noNamespaces }, async () => {
    const compose = read('docker', 'compose.yaml');
    const args = JSON.parse(/^ +command: (\[.*\])$/m.exec(compose)[1]);
    const volume = newFolder('volume', 0o1777);
    const options = { args, confined: true, user: ANOTHER_USER, volume };

    for (const line of ['dockerfile: docker/Dockerfile', '- data:/data', 'read_only: true']) {
      assert.ok(compose.includes(` ${line}\n`), line);
    }
    const { email, password } = await withContainer(image, options, async (server) => {
      assert.match(server.readyLine, / pid=1 /);
      assert.equal(await server.isHealthy(), true);
      await changeLargeProfile(server);
      await listLargeCustomers(server);
      return signUp(server);
    });
    assert.deepEqual(readdirSync(volume).filter((name) => name.endsWith('.db')), ['standin.db']);
    await withContainer(image, options, (server) => passwordToken(server, email, password));
  });

  test('needs no place to write to when it keeps nothing', { skip: noNamespaces }, async () => {
    await withContainer(image, { args: ['--in-memory'], confined: true }, async (server) => {
      assert.equal(await server.isHealthy(), true);
      await changeLargeProfile(server);
      await listLargeCustomers(server);
    });
    const { code, stderr } = await runInside(image, image.config.entrypoint, { confined: true });

    assert.equal(code, 5, stderr);
  });
});
