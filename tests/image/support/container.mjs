/* Runs what is in the root folder of an image the way a container engine does: with that folder as /, as a user with no
 * rights, and with the environment of the image and nothing of ours.
 *
 * `confined: true` adds what takes namespaces: / is read-only, the program is process 1. The network is the
 * machine's. */

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { untilReady, watch } from '../../http/support/server.mjs';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const TIMEOUT_MS = 30_000;

const isRoot = process.getuid() === 0;

/* Arguments: the root, a folder to be /data or nothing, a command. */
const MOUNT_AND_RUN = `
set -e
mount --bind "$1" "$1"
if [ -n "$2" ]; then mount --bind "$2" "$1/data"; fi
mount -o remount,bind,ro "$1"
shift 2
exec "$@"`;

function confine(root, volume, command) {
  const mapped = isRoot ? [] : ['--map-root-user'];

  return ['unshare', ...mapped, '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', MOUNT_AND_RUN, 'sh', root,
    volume, ...command];
}

/* The numbers are those of nobody known; whoever is not root can only be themselves. */
function enter(root, user, command) {
  const as = isRoot ? [`--userspec=+${user.replace(':', ':+')}`, '--groups='] : [];

  return ['chroot', ...as, root, ...command];
}

function commandLine(image, words, { user = image.config.user, confined = false, volume = '' }) {
  const entered = enter(image.root, user, words);

  if (confined) return confine(image.root, volume, entered);
  return isRoot ? entered : ['unshare', '--map-root-user', ...entered];
}

/* Why this machine cannot do it, or false; as the `skip` of a test. */
function reasonAgainst(what, [file, ...args]) {
  const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8', timeout: TIMEOUT_MS });

  return status === 0 ? false : `this machine does not allow ${what}: ${(error?.message ?? stderr).trim()}`;
}

export function cannotChroot() {
  const here = ['chroot', '/', 'true'];

  return reasonAgainst('chroot', isRoot ? here : ['unshare', '--map-root-user', ...here]);
}

/* `folder`: an empty one. */
export function cannotConfine(folder) {
  return cannotChroot() || reasonAgainst('namespaces', confine(folder, '', ['true']));
}

function launch(image, words, { env = {}, ...options }) {
  const [file, ...args] = commandLine(image, words, options);
  const child = spawn(file, args, {
    env: { PATH, HOME: '/', ...image.config.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
  });

  return { child, state: watch(child) };
}

async function endOf({ child, state }) {
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  const { code, signal } = await state.exited;

  clearTimeout(timer);
  return { code, signal, stdout: state.stdout, stderr: state.stderr };
}

/* Runs a command to its end; resolves to { code, signal, stdout, stderr }. */
export function runInside(image, words, options = {}) {
  return endOf(launch(image, words, options));
}

/* Starts the program of the image on a free port; resolves when it is ready. */
export async function startContainer(image, { args = [], ...options } = {}) {
  const launched = launch(image, [...image.config.entrypoint, '--port', '0', ...args], options);
  const { child, state } = launched;
  const { line, url } = await untilReady(child, state);
  const { port } = new URL(url);
  /* `unshare` waits for the one process that it has started. */
  const children = `/proc/${child.pid}/task/${child.pid}/children`;
  const pid = options.confined ? Number(readFileSync(children, 'utf8')) : child.pid;

  return {
    host: '127.0.0.1',
    port: Number(port),
    readyLine: line,
    /* What the engine asks now and then, in the environment of the program. */
    isHealthy: async () => {
      const env = { ...options.env, STANDIN_PORT: port };
      const { code } = await runInside(image, image.config.healthcheck, { ...options, env });

      return code === 0;
    },
    stop: () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(pid, image.config.stopSignal);
      return endOf(launched);
    },
  };
}
