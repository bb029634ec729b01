/* Chromium, and pages in it. Each page comes from an origin of its own, a free port of 127.0.0.1, and has the client in
 * it as a bundler puts it there, with all that in_page.mjs exports below the global name `e2e`. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { chromium } from 'playwright-core';

import { cleanEnvironment, removeDirectory, temporaryDirectory } from '../../http/support/server.mjs';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const TIMEOUT_MS = 20_000;
const HTML = '<!doctype html><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">'
  + '<script src="/e2e.js"></script>';

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

async function bundle() {
  const replacement = beside('node_in_page.mjs');
  const { outputFiles: [{ text }] } = await build({
    entryPoints: [beside('in_page.mjs')],
    bundle: true,
    format: 'iife',
    globalName: 'e2e',
    platform: 'browser',
    alias: { 'node:assert/strict': replacement, 'node:crypto': replacement },
    write: false,
    logLevel: 'silent',
  });

  return text;
}

async function serve(script) {
  const server = createServer((request, response) => {
    const [type, body] = request.url === '/e2e.js' ? ['text/javascript', script] : ['text/html', HTML];

    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(body);
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/* Starts the browser. `newPage` resolves to
 *
 * origin     of the page
 * run        calls a function in the page with one argument that JSON can hold, and resolves to what it returns
 * reload     loads the page again
 * refused    the requests so far that got no answer, or one that the page may not read
 * errors     what the page threw so far
 * dom        the page itself, to be clicked on */
export async function openBrowser() {
  const directory = temporaryDirectory();
  const script = await bundle();
  const context = await chromium.launchPersistentContext(directory, {
    executablePath: PROGRAM, args: FLAGS, env: cleanEnvironment(directory), timeout: TIMEOUT_MS,
  });
  const servers = [];

  async function newPage() {
    const server = await serve(script);
    const page = await context.newPage();
    const origin = `http://127.0.0.1:${server.address().port}`;
    const refused = [];
    const errors = [];

    servers.push(server);
    page.setDefaultTimeout(TIMEOUT_MS);
    page.on('requestfailed', (request) => {
      refused.push(`${request.method()} ${request.url()} ${request.failure().errorText}`);
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(origin);
    return {
      origin,
      refused,
      errors,
      dom: page,
      run: (work, argument) => page.evaluate(`e2e.run(() => (${work})(${JSON.stringify(argument)}))`),
      reload: () => page.reload(),
    };
  }

  async function close() {
    await context.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    removeDirectory(directory);
  }

  return { newPage, close };
}
