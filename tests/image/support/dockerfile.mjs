/* Reads a Dockerfile and does its steps without a container engine, each stage in a folder of its own.
 *
 * Only what docker/Dockerfile needs is understood; anything else is refused, so that the proof cannot fall behind what
 * it proves. The base image of the first stage is the machine: its commands and packages are used, and a path that a
 * step names is one in the folder of the stage. */

import { execFile } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { cleanEnvironment } from '../../http/support/server.mjs';

const run = promisify(execFile);

const STEP_TIMEOUT_MS = 240_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const HEALTHCHECK_FLAGS = ['interval', 'timeout', 'start-period', 'retries'];

/* Logical lines: without comments, and with continuation lines joined. */
function linesOf(text) {
  return text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ').split('\n').map((line) => line.trim()).filter(Boolean);
}

/* `--name=value` in front of the value of an instruction. */
function splitFlags(rest) {
  const flags = {};
  let value = rest;

  for (let match; (match = /^--([a-z-]+)=(\S+)\s+/.exec(value));) {
    flags[match[1]] = match[2];
    value = value.slice(match[0].length);
  }
  return { flags, value };
}

/* Gives [{ base, name, steps: [{ instruction, flags, value }] }]. */
function parseDockerfile(text) {
  const stages = [];

  for (const line of linesOf(text)) {
    const [, instruction, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];

    if (!instruction) throw new Error(`not an instruction: ${line}`);
    if (instruction === 'FROM') {
      const [, base, name] = /^(\S+)(?: AS (\S+))?$/.exec(rest);

      stages.push({ base, name, steps: [] });
    } else {
      stages.at(-1).steps.push({ instruction, ...splitFlags(rest) });
    }
  }
  return stages;
}

/* The patterns of a .dockerignore that leaves everything out but what it lists; tells whether a path is listed. */
function parseIgnore(text) {
  const [first, ...others] = linesOf(text);

  if (first !== '*' || others.some((line) => !/^![\w./]+$/.test(line))) {
    throw new Error('the .dockerignore is more than "*" and exceptions by name');
  }
  const listed = others.map((line) => line.slice(1));

  return (path) => listed.some((one) => path === one || path.startsWith(`${one}/`));
}

function refuseFlags(step, known = []) {
  for (const name of Object.keys(step.flags)) {
    if (!known.includes(name)) throw new Error(`${step.instruction} --${name} is not understood`);
  }
}

/* KEY=value and KEY="value", several in a line. */
function pairsOf(value) {
  const pairs = [...value.matchAll(/([\w.]+)=(?:"([^"]*)"|([^\s"]+))(?:\s+|$)/g)];

  if (pairs.map(([all]) => all).join('') !== value) throw new Error(`not pairs of key and value: ${value}`);
  return Object.fromEntries(pairs.map(([, key, quoted, plain]) => [key, quoted ?? plain]));
}

/* The exec form: no shell is needed. */
function execForm(value) {
  const words = JSON.parse(value);

  if (!Array.isArray(words) || !words[0].startsWith('/')) throw new Error(`not in exec form: ${value}`);
  return words;
}

async function copy(stage, step, others, context) {
  refuseFlags(step, ['from']);
  const from = step.flags.from ? others.find(({ name }) => name === step.flags.from).root : null;
  const words = step.value.split(/\s+/);
  const target = words.pop();
  const into = join(stage.root, resolve(stage.workdir, target));

  for (const word of words) {
    if (!from && !context.includes(word)) throw new Error(`COPY ${word}: the .dockerignore leaves it out`);
    const source = from ? join(from, word) : join(context.folder, word);
    const isFolder = statSync(source).isDirectory();
    const to = isFolder || !target.endsWith('/') ? into : join(into, basename(source));

    mkdirSync(isFolder ? to : dirname(to), { recursive: true });
    await run('cp', ['-a', isFolder ? `${source}/.` : source, to]);
  }
}

/* A command without shell syntax. Its absolute paths are those of the stage. */
async function runStep(stage, step) {
  refuseFlags(step);
  const words = step.value.split(/\s+/);

  for (const word of words) {
    if (!/^[\w./=-]+$/.test(word)) throw new Error(`RUN ${step.value}: "${word}" is shell syntax`);
  }
  const [file, ...args] = words.map((word) => (word.startsWith('/') ? join(stage.root, word) : word));

  await run(file, args, {
    cwd: join(stage.root, stage.workdir),
    env: cleanEnvironment(),
    timeout: STEP_TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  }).catch((error) => {
    throw new Error(`RUN ${step.value}: ${error.message}\n${error.stdout}`);
  });
}

/* What an instruction does to the configuration of the image. */
const CONFIGURE = {
  ENV: (config, { value }) => Object.assign(config.env, pairsOf(value)),
  LABEL: (config, { value }) => Object.assign(config.labels, pairsOf(value)),
  USER: (config, { value }) => { config.user = value; },
  EXPOSE: (config, { value }) => config.ports.push(Number(value)),
  STOPSIGNAL: (config, { value }) => { config.stopSignal = value; },
  ENTRYPOINT: (config, { value }) => { config.entrypoint = execForm(value); },
  HEALTHCHECK: (config, { value }) => {
    if (!value.startsWith('CMD ')) throw new Error(`HEALTHCHECK ${value} is not understood`);
    config.healthcheck = execForm(value.slice('CMD '.length));
  },
};

async function doStep(stage, step, others, context) {
  if (step.instruction === 'COPY') return copy(stage, step, others, context);
  if (step.instruction === 'RUN') return runStep(stage, step);
  if (step.instruction === 'WORKDIR') {
    stage.workdir = resolve(stage.workdir, step.value);
    mkdirSync(join(stage.root, stage.workdir), { recursive: true });
    return undefined;
  }
  const configure = CONFIGURE[step.instruction];

  if (!configure) throw new Error(`${step.instruction} is not understood`);
  refuseFlags(step, step.instruction === 'HEALTHCHECK' ? HEALTHCHECK_FLAGS : []);
  return configure(stage.config, step);
}

/* Does the steps, with files from `folder`, and makes the stages in `directory`. Resolves to { root, config, bases }:
 * the folder and the configuration of the last stage, and what each stage begins with. */
export async function buildImage({ dockerfile, dockerignore, folder, directory }) {
  const context = { folder, includes: parseIgnore(dockerignore) };
  const stages = [];

  for (const { steps, ...parsed } of parseDockerfile(dockerfile)) {
    const root = join(directory, `stage-${stages.length}`);
    const stage = {
      ...parsed, root, workdir: '/', config: { env: {}, labels: {}, ports: [] },
    };

    mkdirSync(root, { mode: 0o755 });
    for (const step of steps) await doStep(stage, step, stages, context);
    stages.push(stage);
  }
  const { root, config } = stages.at(-1);

  return { root, config, bases: stages.map(({ base }) => base) };
}
