/* One database, one server: whatever name a second server knows it by, and whatever lies beside it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { clientToken, request, signUp } from '../http/support/http.mjs';
import { removeDirectory, runBinary, startServer, temporaryDirectory } from '../http/support/server.mjs';
import { integrityOf } from '../http/support/sqlite.mjs';

async function withDirectory(use) {
  const directory = temporaryDirectory();

  try {
    return await use(directory);
  } finally {
    removeDirectory(directory);
  }
}

const start = (directory, dbFile) => startServer({ directory, inMemory: false, args: ['--db', dbFile] });

async function refused(directory, dbFile, said) {
  const { code, stderr } = await runBinary(['serve', '--port', '0', '--db', dbFile], { directory });

  assert.equal(code, 5, `${dbFile}: ${stderr}`);
  assert.match(stderr, said);
}

async function customers(server) {
  const { json } = await request(server, 'GET', '/demo/customers?limit=500', { token: await clientToken(server) });

  return json.results.map(({ email }) => email);
}

test('a second server gets exit code 5 by whatever name it knows the database', async (context) => {
  await withDirectory(async (directory) => {
    const dbFile = join(directory, 'shop.db');
    const [symbolic, folder, hard] = ['symbolic.db', 'folder', 'hard.db'].map((name) => join(directory, name));
    const mounted = join(directory, 'mounted');
    const server = await start(directory, dbFile);

    symlinkSync(dbFile, symbolic);
    symlinkSync(directory, folder);
    linkSync(dbFile, hard);
    for (const name of [dbFile, join(directory, '.', 'shop.db'), symbolic, join(folder, 'shop.db'), hard]) {
      await refused(directory, name, /in use by another server/);
    }
    mkdirSync(mounted);
    if (spawnSync('mount', ['--bind', dirname(dbFile), mounted]).status === 0) {
      try {
        await refused(directory, join(mounted, 'shop.db'), /in use by another server/);
      } finally {
        spawnSync('umount', [mounted]);
      }
    } else {
      context.diagnostic('folders cannot be mounted here');
    }
    const { email } = await signUp(server);

    assert.ok((await customers(server)).includes(email), 'the first one goes on');
    assert.equal(await server.stop(), 0);
    assert.ok(['ok', null].includes(integrityOf(dbFile)));
  });
});

test('a log of another installation, of another time, or of nothing replaces nothing', async () => {
  await withDirectory(async (directory) => {
    const [ours, theirs, old] = ['ours.db', 'theirs.db', 'old'].map((name) => join(directory, name));
    const first = await start(directory, ours);
    const { email } = await signUp(first);

    await first.kill();
    copyFileSync(ours, old);
    copyFileSync(`${ours}-wal`, `${old}-wal`);

    const other = await start(directory, theirs);

    await signUp(other);
    await other.kill();

    const second = await start(directory, ours);
    const later = (await signUp(second)).email;

    assert.equal(await second.stop(), 0);
    for (const log of [`${theirs}-wal`, `${old}-wal`]) {
      const before = readFileSync(ours);

      copyFileSync(log, `${ours}-wal`);
      await refused(directory, ours, /the log \(-wal\) beside it is not its own/);
      assert.ok(readFileSync(ours).equals(before), 'the database is untouched');
      assert.ok(readFileSync(`${ours}-wal`).equals(readFileSync(log)), 'and so is the log');
      renameSync(`${ours}-wal`, join(directory, 'away'));
    }
    writeFileSync(`${ours}-wal`, Buffer.alloc(100_000, 7));

    const third = await start(directory, ours);
    const found = await customers(third);

    assert.ok(found.includes(email) && found.includes(later));
    assert.equal(await third.stop(), 0);

    /* A copy that is complete is a database of its own. */
    const copy = await start(directory, old);

    assert.ok((await customers(copy)).includes(email));
    assert.equal(await copy.stop(), 0);
  });
});

test('an empty file is a new database only where there was none', async () => {
  await withDirectory(async (directory) => {
    const dbFile = join(directory, 'shop.db');

    writeFileSync(dbFile, '');
    const first = await start(directory, dbFile);

    await first.stop();
    writeFileSync(dbFile, '');
    await refused(directory, dbFile, /it is empty, but there was a database; put it back.*or remove the file/);
    renameSync(dbFile, join(directory, 'away'));
    const second = await start(directory, dbFile);

    await signUp(second);
    await second.kill();
    renameSync(dbFile, join(directory, 'away'));
    await refused(directory, dbFile, /its log \(-wal\) is there, but the database itself is not/);
  });
});
