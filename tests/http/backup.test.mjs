/* Copies of the data: taken while the server works, put back when it is stopped, whole or not at all. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { anonymousToken, clientToken, request, signUp } from './support/http.mjs';
import { binaryPath, removeDirectory, runBinary, startServer, temporaryDirectory } from './support/server.mjs';
import { foreignDatabase, integrityOf, withUserVersion } from './support/sqlite.mjs';

const AS_ROOM_FOR = 100 * 1024;

async function withDirectory(use) {
  const directory = temporaryDirectory();

  try {
    return await use(directory);
  } finally {
    removeDirectory(directory);
  }
}

const start = (directory, dbFile) => startServer({ directory, inMemory: false, args: ['--db', dbFile] });

async function run(directory, ...args) {
  return runBinary(args, { directory });
}

async function done(directory, ...args) {
  const { code, stderr } = await run(directory, ...args);

  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
}

async function refused(directory, code, said, ...args) {
  const result = await run(directory, ...args);

  assert.equal(result.code, code, `${args.join(' ')}: ${result.stderr}`);
  assert.match(result.stderr, said);
  assert.equal(result.stdout, '');
}

async function emails(directory, dbFile) {
  const server = await start(directory, dbFile);

  try {
    const { json } = await request(server, 'GET', '/demo/customers?limit=500', { token: await clientToken(server) });

    return json.results.map(({ email }) => email);
  } finally {
    assert.equal(await server.stop(), 0);
  }
}

/* Nothing but what was asked for is left in the folder. */
function assertTidy(directory) {
  const left = /\.db\.(?!lock$)|-journal$|backup.*-(wal|shm)$/;

  assert.deepEqual(readdirSync(directory).filter((name) => left.test(name)), []);
}

test('a backup of a working server holds what was acknowledged before it, and is whole', async () => {
  await withDirectory(async (directory) => {
    const dbFile = join(directory, 'shop.db');
    const server = await start(directory, dbFile);
    const visitor = await anonymousToken(server);
    const acknowledged = [];
    let isWorking = true;
    const workers = Array.from({ length: 3 }, async () => {
      while (isWorking) acknowledged.push((await signUp(server, {}, { token: visitor })).email);
    });

    while (acknowledged.length < 10) await request(server, 'GET', '/livez');
    for (let round = 0; round < 5; round += 1) {
      const backup = join(directory, `backup-${round}.db`);
      const before = [...acknowledged];

      await done(directory, 'backup', '--db', dbFile, backup);
      const after = acknowledged.length;

      assert.ok(['ok', null].includes(integrityOf(backup)));
      assert.equal(statSync(backup).mode & 0o777, 0o600);
      if (round < 4) continue;
      isWorking = false;
      await Promise.all(workers);
      assert.equal(await server.stop(), 0);
      const kept = new Set(await emails(directory, backup));

      for (const email of before) assert.ok(kept.has(email), email);
      assert.ok(after >= before.length);
    }
    assertTidy(directory);
    assert.deepEqual(new Set(await emails(directory, dbFile)).isSupersetOf?.(new Set(acknowledged)) ?? true, true);
  });
});

test('a restored database is the backup, whatever log lay beside the one before it', async () => {
  await withDirectory(async (directory) => {
    const [dbFile, backup] = [join(directory, 'shop.db'), join(directory, 'backup.db')];
    const first = await start(directory, dbFile);
    const kept = (await signUp(first)).email;

    await done(directory, 'backup', '--db', dbFile, backup);
    const gone = (await signUp(first)).email;

    await first.kill();
    assert.ok(statSync(`${dbFile}-wal`).size > 0);

    /* As one would do without the command: the log belongs to what was there before. */
    const bytes = readFileSync(dbFile);

    copyFileSync(backup, dbFile);
    await refused(directory, 5, /the log \(-wal\) beside it is not its own.*; put back/,
      'serve', '--port', '0', '--db', dbFile);
    writeFileSync(dbFile, bytes);
    assert.ok((await emails(directory, dbFile)).includes(gone), 'the database itself still opens');

    const second = await start(directory, dbFile);

    await signUp(second);
    await refused(directory, 5, /in use by another server; stop it first/, 'restore', '--db', dbFile, backup);
    await second.kill();
    await done(directory, 'restore', '--db', dbFile, backup);
    assert.equal(existsSync(`${dbFile}-wal`), false);
    const now = await emails(directory, dbFile);

    assert.ok(now.includes(kept));
    assert.ok(!now.includes(gone));
    assertTidy(directory);
  });
});

test('a database that is lost, emptied or beside a stray log is restored', async () => {
  await withDirectory(async (directory) => {
    const [dbFile, backup] = [join(directory, 'shop.db'), join(directory, 'backup.db')];
    const first = await start(directory, dbFile);
    const { email } = await signUp(first);

    await done(directory, 'backup', '--db', dbFile, backup);
    await first.stop();
    truncateSync(dbFile);
    await refused(directory, 5, /it is empty, but there was a database.*restore/,
      'serve', '--port', '0', '--db', dbFile);
    await done(directory, 'restore', '--db', dbFile, backup);
    const second = await start(directory, dbFile);

    await signUp(second);
    await second.kill();
    truncateSync(dbFile);
    await refused(directory, 5, /its log \(-wal\) is there, but the database itself is not/,
      'serve', '--port', '0', '--db', dbFile);
    await done(directory, 'restore', '--db', dbFile, backup);
    assert.ok((await emails(directory, dbFile)).includes(email));
    await done(directory, 'restore', '--db', join(directory, 'elsewhere.db'), backup);
    assert.ok((await emails(directory, join(directory, 'elsewhere.db'))).includes(email));
  });
});

test('a backup replaces no file unless it is told to, and never itself', async () => {
  await withDirectory(async (directory) => {
    const [dbFile, backup] = [join(directory, 'shop.db'), join(directory, 'backup.db')];

    await emails(directory, dbFile);
    writeFileSync(backup, 'mine');
    await refused(directory, 1, /File exists; --force/, 'backup', '--db', dbFile, backup);
    assert.equal(readFileSync(backup, 'utf8'), 'mine');
    await done(directory, 'backup', '--db', dbFile, '--force', backup);
    assert.ok(statSync(backup).size > 1000);
    await refused(directory, 1, /the database itself/, 'backup', '--db', dbFile, '--force', dbFile);
    await refused(directory, 1, /the database itself/, 'restore', '--db', dbFile, dbFile);
    await refused(directory, 5, /No such file/, 'backup', '--db', join(directory, 'none.db'), join(directory, 'x.db'));
    assert.equal(existsSync(join(directory, 'none.db')), false);
    assert.equal(existsSync(join(directory, 'none.db.lock')), false);
    await refused(directory, 1, /No such file/, 'backup', '--db', dbFile, join(directory, 'no/such/folder/x.db'));
    await refused(directory, 2, /takes one file/, 'backup', '--db', dbFile);
    await refused(directory, 2, /what to do with b/, 'backup', 'a', 'b');
    await refused(directory, 2, /what to do with --force/, 'restore', '--force', backup);
    assertTidy(directory);
  });
});

test('what is no whole database of this server is not restored, and the one before it stays', async () => {
  await withDirectory(async (directory) => {
    const [dbFile, backup] = [join(directory, 'shop.db'), join(directory, 'backup.db')];
    const server = await start(directory, dbFile);
    const { email } = await signUp(server);

    await done(directory, 'backup', '--db', dbFile, backup);
    await server.kill();
    const whole = readFileSync(backup);
    const damaged = Buffer.from(whole);

    damaged.fill(0xa5, 8192, 12288);
    for (const [bytes, said] of [
      [Buffer.from('no database'), /not a database of this server/],
      [foreignDatabase(), /not a database of this server/],
      [withUserVersion(whole, 1000), /newer version/],
      [whole.subarray(0, whole.length - 40000), /damaged|malformed/],
      [damaged, /damaged|malformed/],
      [Buffer.alloc(0), /it is empty/],
    ]) {
      writeFileSync(backup, bytes);
      await refused(directory, 5, said, 'restore', '--db', dbFile, backup);
    }
    await refused(directory, 5, /No such file/, 'restore', '--db', dbFile, join(directory, 'none.db'));
    assert.ok((await emails(directory, dbFile)).includes(email));
    assertTidy(directory);
  });
});

test('a restore that is killed at any moment leaves the old database or the new one', async () => {
  await withDirectory(async (directory) => {
    const [dbFile, backup] = [join(directory, 'shop.db'), join(directory, 'backup.db')];
    const first = await start(directory, dbFile);
    const { email } = await signUp(first);

    await done(directory, 'backup', '--db', dbFile, backup);
    const later = (await signUp(first)).email;

    await first.kill();
    const kept = ['', '-wal', '.lock'].map((suffix) => [suffix, readFileSync(`${dbFile}${suffix}`)]);

    for (let round = 0; round < 12; round += 1) {
      for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(`${dbFile}${suffix}`, { force: true });
      for (const [suffix, bytes] of kept) writeFileSync(`${dbFile}${suffix}`, bytes);
      await runBinary(['restore', '--db', dbFile, backup], { directory, timeoutMs: 3 + 7 * round }).catch(() => null);
      const found = await emails(directory, dbFile).catch(async (error) => {
        /* Killed between the new database and the end of the old one's log: said so, and to be done again. */
        assert.match(error.message, /is not its own/);
        await done(directory, 'restore', '--db', dbFile, backup);
        return emails(directory, dbFile);
      });

      assert.ok(found.includes(email));
      assert.ok(found.includes(later) || !existsSync(`${dbFile}-wal`));
    }
  });
});

test('a disk without room leaves no half of a backup, and the old database where it was', async (context) => {
  if (spawnSync('prlimit', ['--version']).error) {
    context.skip('there is no prlimit');
    return;
  }
  await withDirectory(async (directory) => {
    const [dbFile, backup] = [join(directory, 'shop.db'), join(directory, 'backup.db')];
    const command = ['-c', 'trap "" XFSZ; exec prlimit --fsize="$0" "$@"', String(AS_ROOM_FOR), binaryPath()];
    const limited = (...args) => spawnSync('sh', [...command, ...args], { encoding: 'utf8' });
    const server = await start(directory, dbFile);
    const { email } = await signUp(server);
    const short = limited('backup', '--db', dbFile, backup);

    assert.ok([1, 5].includes(short.status), short.stderr);
    assert.match(short.stderr, /backup failed/);
    assert.equal(existsSync(backup), false);
    assertTidy(directory);
    await done(directory, 'backup', '--db', dbFile, backup);
    const later = (await signUp(server)).email;

    assert.equal(await server.stop(), 0);
    assert.ok([1, 5].includes(limited('restore', '--db', dbFile, backup).status));
    assertTidy(directory);
    const now = await emails(directory, dbFile);

    assert.ok(now.includes(email) && now.includes(later));
  });
});

test('the help of both says how to use them', async () => {
  for (const command of ['backup', 'restore']) {
    const { code, stdout } = await runBinary([command, '--help']);

    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`standin ${command} today\\.db`));
    assert.match(stdout, /Exit status/);
    assert.match((await runBinary(['--help'])).stdout, new RegExp(`\\b${command} FILE`));
  }
});
