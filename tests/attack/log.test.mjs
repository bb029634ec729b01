/* A log that nobody reads: stderr is a pipe that is full after some hundred requests. Everybody is answered all the
 * same, memory has a bound, what was dropped is counted, and SIGTERM ends the server. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { constants, openSync, readFileSync, readSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { request } from '../http/support/http.mjs';
import {
  binaryPath, cleanEnvironment, removeDirectory, temporaryDirectory, untilReady,
} from '../http/support/server.mjs';

const REQUESTS = 4_000 * Math.max(1, Number(process.env.ATTACK_SECONDS ?? 1));
const MOST_RESIDENT_KB = 300 * 1024; /* with the memory that a sanitizer takes */
const LONG_PATH = `/demo/${'x'.repeat(1500)}`; /* so that a line is long */

/* Starts a server whose stderr is what `stderr` says: 'pipe' is a pair of sockets here, and nobody listens to ours. */
async function startUnread(stderr, args = []) {
  const directory = temporaryDirectory();
  const child = spawn(binaryPath(), ['serve', '--port', '0', '--in-memory', '--password-cost', 'min', ...args], {
    cwd: directory, env: cleanEnvironment(directory), stdio: ['ignore', 'pipe', stderr],
  });
  const state = { stdout: '', stderr: '', exited: new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('exit', (code, signal) => resolve({ code, signal })); /* a pipe that is not read never closes */
  }) };

  child.stdout.on('data', (chunk) => { state.stdout += chunk; });
  process.once('exit', () => child.kill('SIGKILL'));
  const { url } = await untilReady(child, state);
  const { hostname, port } = new URL(url);

  return {
    url, host: hostname === 'localhost' ? '127.0.0.1' : hostname, port: Number(port), pid: child.pid, directory,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      const status = await state.exited;

      clearTimeout(timer);
      child.stderr?.destroy();
      removeDirectory(directory);
      return status;
    },
  };
}

const residentKb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

async function askOften(server, count) {
  let left = count;

  await Promise.all(Array.from({ length: 16 }, async () => {
    while (left > 0) {
      left -= 1;
      assert.equal((await request(server, 'GET', LONG_PATH)).status, 404);
    }
  }));
}

describe('a log that nobody reads', () => {
  for (const args of [['--log', 'text'], ['--log', 'json', '--log-level', 'debug']]) {
    test(`stops nobody, with ${args.join(' ')}`, { timeout: 120_000 + REQUESTS * 10 }, async () => {
      const server = await startUnread('pipe', args);

      await askOften(server, REQUESTS / 2);
      assert.equal((await request(server, 'GET', '/livez')).status, 200);
      assert.ok(residentKb(server.pid) < MOST_RESIDENT_KB, `${residentKb(server.pid)} KB`);
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    });
  }

  test('is told how many lines are missing once it is read again', { timeout: 120_000 + REQUESTS * 10 }, async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'log');

    assert.equal(spawnSync('mkfifo', [path]).status, 0);
    /* Open for both, so that opening waits for nobody. */
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const writing = openSync(path, constants.O_WRONLY);
    const server = await startUnread(writing, ['--log', 'text']);
    const buffer = Buffer.alloc(1 << 16);
    let text = '';
    const read = () => {
      try {
        for (let bytes = readSync(fd, buffer); bytes > 0; bytes = readSync(fd, buffer)) {
          text += buffer.toString('utf8', 0, bytes);
        }
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
      }
    };

    closeSync(writing);
    await askOften(server, REQUESTS);
    while (!/ lines dropped\n/.test(text)) {
      read();
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    await request(server, 'GET', '/demo/after-that');
    while (!/after-that/.test(text)) {
      read();
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    const notes = [...text.matchAll(/ log: (\d+) lines dropped\n/g)];
    const dropped = notes.reduce((sum, note) => sum + Number(note[1]), 0);
    const lines = text.split('\n').filter((line) => / 404 GET \/demo\/x/.test(line)).length;

    assert.equal(notes.length, 1);
    assert.equal(lines + dropped, REQUESTS);
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    closeSync(fd);
    removeDirectory(directory);
  });
});
