/* Starts the server under test and stops it again.
 *
 * The binary is named by the environment variable STANDIN_BINARY. Everything a server writes lies in a temporary
 * folder, which goes away when the server has stopped, or when the test process ends, whichever comes first. A test
 * that needs the folder for longer than one server makes it with `temporaryDirectory` and passes it as `directory`. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_LINE = /^standin ready (\S+)/;
const READY_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 20_000;
const RUN_TIMEOUT_MS = 20_000;
const LAST_LINES = 80;

const children = new Set();
const directories = new Set();

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => process.exit(1));

/* The path of the binary. */
export function binaryPath() {
  const path = process.env.STANDIN_BINARY;

  if (!path) throw new Error('set STANDIN_BINARY to the path of the standin binary, then run the tests again');
  return path;
}

/* A new empty folder. It is removed at the end of the process, or earlier by `removeDirectory`. */
export function temporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'standin-test-'));

  directories.add(directory);
  return directory;
}

export function removeDirectory(directory) {
  rmSync(directory, { recursive: true, force: true });
  directories.delete(directory);
}

/* The environment for a server: ours without any setting of the program, so that a developer's own variables cannot
 * change what a test sees. Homes of data and configuration point into the folder. */
export function cleanEnvironment(directory, additions = {}) {
  const environment = {};

  for (const [name, value] of Object.entries(process.env)) {
    if (name.startsWith('STANDIN_') || name === 'PORT' || name === 'NODE_OPTIONS') continue;
    if (name.startsWith('NODE_TEST') || name === 'NOTIFY_SOCKET') continue;
    environment[name] = value;
  }
  if (directory) {
    environment.HOME = directory;
    environment.XDG_DATA_HOME = join(directory, 'data');
    environment.XDG_CONFIG_HOME = join(directory, 'config');
    environment.XDG_STATE_HOME = join(directory, 'state');
  }
  return { ...environment, ...additions };
}

function defaultArguments({ args, inMemory, readyFile, dbFile, settings }) {
  const given = (flag) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`)) || settings.has(flag);
  const defaults = [];

  if (!given('--port')) defaults.push('--port', '0');
  if (!given('--ready-file')) defaults.push('--ready-file', readyFile);
  if (!given('--in-memory') && !given('--db')) {
    if (inMemory) defaults.push('--in-memory');
    else defaults.push('--db', dbFile);
  }
  if (!given('--password-cost')) defaults.push('--password-cost', 'min');
  if (!given('--log')) defaults.push('--log', 'text');
  return defaults;
}

/* A flag whose environment variable the test sets is left out of the default arguments. */
function settingsOf(env) {
  return new Set(
    Object.keys(env)
      .filter((name) => name.startsWith('STANDIN_'))
      .map((name) => `--${name.slice('STANDIN_'.length).toLowerCase().replaceAll('_', '-')}`),
  );
}

function parseReadyLine(line) {
  const text = READY_LINE.exec(line);

  if (text) return { url: text[1].replace(/\/$/, '') };
  try {
    const event = JSON.parse(line);

    if (event.event === 'ready') return { url: String(event.apiUrl).replace(/\/$/, '') };
  } catch {
    /* Not a line of JSON either: falls through to "not ready". */
  }
  return null;
}

export function watch(child) {
  const state = { stdout: '', stderr: '' };

  children.add(child);
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  child.stdout.on('data', (chunk) => { state.stdout += chunk; });
  child.stderr.on('data', (chunk) => { state.stderr += chunk; });
  state.exited = new Promise((resolve) => {
    child.once('error', (error) => {
      children.delete(child);
      state.stderr += `\n${error.message}`;
      resolve({ code: null, signal: null, error });
    });
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
  return state;
}

export function untilReady(child, state) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not ready within ${READY_TIMEOUT_MS} ms; stdout: ${state.stdout}; stderr: ${state.stderr}`));
    }, READY_TIMEOUT_MS);

    const look = () => {
      for (const line of state.stdout.split('\n').slice(0, -1)) {
        const ready = parseReadyLine(line);

        if (!ready) continue;
        clearTimeout(timer);
        child.stdout.off('data', look);
        resolve({ ...ready, line });
        return;
      }
    };
    child.stdout.on('data', look);
    state.exited.then(({ code, signal }) => {
      clearTimeout(timer);
      reject(new Error(`the server ended before it was ready (code ${code}, signal ${signal}): ${state.stderr}`));
    });
  });
}

/* Starts a server and resolves when it is ready; rejects with its stderr when it ends before that.
 *
 * args        further arguments of `standin serve`; one of them replaces the default of the same name
 * env         further environment variables
 * inMemory    true: nothing is kept; false: the data lie in `<directory>/standin.db`
 * directory   where the server may write; a new temporary folder, removed with the server, when absent
 * command     what comes before all arguments */
export async function startServer({ args = [], env = {}, inMemory = true, directory, command = ['serve'] } = {}) {
  const home = directory ?? temporaryDirectory();
  const dbFile = join(home, 'standin.db');
  const readyFile = join(home, 'ready.json');
  const defaults = defaultArguments({ args, inMemory, readyFile, dbFile, settings: settingsOf(env) });
  const started = process.hrtime.bigint();
  const child = spawn(binaryPath(), [...command, ...defaults, ...args], {
    env: cleanEnvironment(home, env),
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: home,
  });
  const state = watch(child);
  const clean = () => { if (!directory) removeDirectory(home); };
  let ready;

  try {
    ready = await untilReady(child, state);
  } catch (error) {
    await state.exited;
    clean();
    throw error;
  }

  const url = new URL(ready.url);
  const host = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '');
  let asked = false;
  const exited = state.exited.then((status) => {
    clean();
    /* A server that dies of its own takes all later tests with it; say at once what it died of. */
    if (!asked) {
      const last = state.stderr.split('\n').slice(-LAST_LINES).join('\n');

      console.error(`the server ended by itself (code ${status.code}, signal ${status.signal}):\n${last}`);
    }
    return status;
  });

  return {
    url: ready.url,
    host,
    port: Number(url.port),
    pid: child.pid,
    directory: home,
    dbFile,
    readyFile,
    readyLine: ready.line,
    readyAfterMs: Number(process.hrtime.bigint() - started) / 1e6,
    exited,
    stdoutText: () => state.stdout,
    stderrText: () => state.stderr,
    signal: (name) => { asked = true; child.kill(name); },
    /* Lets go of the log, as a pipe does whose reader has ended. */
    closeStderr: () => child.stderr.destroy(),
    /* Asks the server to end and resolves to its exit code. */
    stop: async (name = 'SIGTERM') => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);

      asked = true;
      child.kill(name);
      const { code, signal } = await exited;
      clearTimeout(timer);
      if (code === null) throw new Error(`the server did not end by itself (${signal}): ${state.stderr}`);
      return code;
    },
    /* Ends the server at once, as a power cut would. */
    kill: async () => {
      asked = true;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/* Runs the binary with exactly these arguments to its end; resolves to { code, signal, stdout, stderr }. */
export async function runBinary(args, { env = {}, directory, timeoutMs = RUN_TIMEOUT_MS } = {}) {
  const home = directory ?? temporaryDirectory();
  const child = spawn(binaryPath(), args, {
    env: cleanEnvironment(home, env),
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: home,
  });
  const state = watch(child);
  let late = false;
  const timer = setTimeout(() => { late = true; child.kill('SIGKILL'); }, timeoutMs);
  const { code, signal } = await state.exited;

  clearTimeout(timer);
  if (!directory) removeDirectory(home);
  if (late) throw new Error(`standin ${args.join(' ')} did not end within ${timeoutMs} ms: ${state.stderr}`);
  return { code, signal, stdout: state.stdout, stderr: state.stderr };
}
