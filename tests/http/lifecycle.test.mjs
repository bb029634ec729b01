/* The program around the server: start, settings, signals, exit codes, files, and what it writes to its log. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import {
  anonymousToken, BACKEND, basicHeader, clientToken, passwordToken, request, signUp, STOREFRONT, uniqueEmail,
} from './support/http.mjs';
import { exchange, openRaw, requestText } from './support/raw.mjs';
import { removeDirectory, runBinary, startServer, temporaryDirectory } from './support/server.mjs';
import { foreignDatabase, withApplicationId, withUserVersion } from './support/sqlite.mjs';

async function withServer(options, use) {
  const server = await startServer(options);
  let stopped = false;

  server.exited.then(() => { stopped = true; });
  try {
    return await use(server);
  } finally {
    if (!stopped) await server.stop();
  }
}

async function withDirectory(use) {
  const directory = temporaryDirectory();

  try {
    return await use(directory);
  } finally {
    removeDirectory(directory);
  }
}

/* A listener of the test on a free port of the loopback. */
function occupy(create = createServer, host = '127.0.0.1') {
  return new Promise((resolve, reject) => {
    const listener = create();

    listener.once('error', reject);
    listener.listen(0, host, () => resolve({
      port: listener.address().port,
      close: () => new Promise((closed) => {
        listener.close(closed);
        listener.closeAllConnections?.();
      }),
    }));
  });
}

describe('start', () => {
  test('the first line of stdout says where the server listens, and nothing follows', async () => {
    await withServer({}, async (server) => {
      await request(server, 'GET', '/livez');
      assert.match(server.readyLine,
        /^standin ready http:\/\/localhost:\d+ project=demo .*\bpid=\d+\b.* \(\d+(\.\d+)? ms\)$/);
      assert.match(server.readyLine, /\bcustomers=2\b/);
      assert.match(server.readyLine, new RegExp(`\\bpid=${server.pid}\\b`));
      assert.equal(server.url, `http://localhost:${server.port}`);
      assert.ok(server.port > 0);
      await server.stop();
      assert.equal(server.stdoutText(), `${server.readyLine}\n`);
    });
  });

  test('the ready line tells whether data are kept', async () => {
    await withServer({ inMemory: true }, (server) => assert.match(server.readyLine, /memory/));
    await withServer({ inMemory: false }, (server) => assert.doesNotMatch(server.readyLine, /memory/));
  });

  test('with --log json the ready line is JSON', async () => {
    await withServer({ args: ['--log', 'json'] }, (server) => {
      const ready = JSON.parse(server.readyLine);

      assert.equal(ready.event, 'ready');
      assert.equal(ready.port, server.port);
      assert.equal(ready.apiUrl, server.url);
      assert.equal(ready.authUrl, server.url);
    });
  });

  test('the server is ready soon after its start', async () => {
    await withServer({ inMemory: false }, (server) => {
      assert.ok(server.readyAfterMs < 5_000, `${server.readyAfterMs} ms`);
    });
  });

  test('when the ready line is there, the first request is answered', async () => {
    for (let round = 0; round < 5; round += 1) {
      await withServer({}, async (server) => {
        assert.equal((await request(server, 'GET', '/readyz', { agent: false })).status, 200);
      });
    }
  });

  test('serve is what the program does when it is told nothing', async () => {
    await withServer({ command: [] }, async (server) => {
      assert.equal((await request(server, 'GET', '/readyz')).status, 200);
    });
  });

  test('the server listens on both loopback addresses', async (context) => {
    const ipv6 = await occupy(createServer, '::1').catch(() => null);

    if (!ipv6) {
      context.skip('this machine has no IPv6');
      return;
    }
    await ipv6.close();
    await withServer({}, async (server) => {
      for (const host of ['127.0.0.1', '::1']) {
        const { answers } = await exchange(server, requestText('GET', '/livez', ['Connection: close']), { host });

        assert.equal(answers[0].status, 200, host);
      }
    });
  });

  test('the built-in project has its customers, stores and languages', async () => {
    await withServer({}, async (server) => {
      const token = await clientToken(server);
      const { json: project } = await request(server, 'GET', '/demo', { token });
      const { json: stores } = await request(server, 'GET', '/demo/stores', { token });
      const { json: customers } = await request(server, 'GET', '/demo/customers', { token });

      assert.equal(project.key, 'demo');
      assert.deepEqual([...project.languages].sort(), ['de', 'en', 'en-US']);
      assert.deepEqual(stores.results.map((store) => store.key).sort(), ['berlin', 'oslo']);
      assert.deepEqual(customers.results.map((customer) => customer.email).sort(),
        ['alice@example.com', 'bob@example.com']);
    });
  });
});

describe('the ready file', () => {
  test('it is there when the server is ready, and gone when the server has ended', async () => {
    await withDirectory(async (directory) => {
      const file = join(directory, 'where.json');

      for (const signal of ['SIGTERM', 'SIGINT']) {
        await withServer({ directory, args: ['--ready-file', file] }, async (server) => {
          const ready = JSON.parse(readFileSync(file, 'utf8'));

          assert.deepEqual(Object.keys(ready).sort(), ['apiUrl', 'authUrl', 'pid', 'port']);
          assert.equal(ready.apiUrl, server.url);
          assert.equal(ready.authUrl, server.url);
          assert.equal(ready.port, server.port);
          assert.equal(ready.pid, server.pid);
          await server.stop(signal);
          assert.equal(existsSync(file), false);
        });
      }
    });
  });

  test('one that a killed server has left behind is replaced', async () => {
    await withDirectory(async (directory) => {
      const first = await startServer({ directory });

      await first.kill();
      await withServer({ directory }, (second) => {
        assert.equal(JSON.parse(readFileSync(second.readyFile, 'utf8')).pid, second.pid);
      });
    });
  });
});

describe('the end', () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`${signal} ends the server with exit code 0`, async () => {
      const server = await startServer();

      assert.equal(await server.stop(signal), 0);
    });
  }

  test('a second signal does no harm', async () => {
    const server = await startServer({ inMemory: false });

    await signUp(server);
    server.signal('SIGINT');
    server.signal('SIGINT');
    assert.equal(await server.stop('SIGTERM'), 0);
  });

  test('idle connections do not delay the end', async () => {
    const server = await startServer();
    const idle = await Promise.all(Array.from({ length: 20 }, () => openRaw(server)));

    for (const connection of idle) connection.send(requestText('GET', '/livez'));
    await Promise.all(idle.map((connection) => connection.answer()));
    const started = Date.now();

    assert.equal(await server.stop(), 0);
    assert.ok(Date.now() - started < 10_000);
    for (const connection of idle) connection.destroy();
  });

  test('a request that never becomes complete delays the end by a few seconds at most', async () => {
    const server = await startServer();
    const connection = await openRaw(server);

    connection.send(requestText('POST', '/demo/me/signup', ['Content-Length: 1000'], '{'));
    const started = Date.now();

    assert.equal(await server.stop(), 0);
    assert.ok(Date.now() - started < 12_000);
    connection.destroy();
  });

  test('what was acknowledged while the server was told to end is kept', async () => {
    await withDirectory(async (directory) => {
      const server = await startServer({ inMemory: false, directory });
      const visitor = await anonymousToken(server);
      const acknowledged = [];
      let ending;

      /* Everybody goes on until the server refuses; the signal comes after some answers. */
      await Promise.all(Array.from({ length: 4 }, async () => {
        try {
          for (;;) {
            acknowledged.push(await signUp(server, {}, { token: visitor }));
            if (acknowledged.length > 20) ending ??= server.stop();
          }
        } catch {
          /* The server has gone. */
        }
      }));
      assert.equal(await ending, 0);
      await withServer({ inMemory: false, directory }, async (again) => {
        for (const { customer, email, password } of acknowledged) {
          assert.ok((await passwordToken(again, email, password)).scope.endsWith(customer.id));
        }
      });
    });
  });

  test('data and sessions are there after a restart on the same file', async () => {
    await withDirectory(async (directory) => {
      const first = await startServer({ inMemory: false, directory });
      const { customer, email, password } = await signUp(first, { firstName: 'Zoë', addresses: [{ country: 'DE' }] });
      const token = await passwordToken(first, email, password);
      const visitor = await anonymousToken(first);
      const shop = await clientToken(first);
      const { json: before } = await request(first, 'GET', '/demo/me', { token });
      const { json: total } = await request(first, 'GET', '/demo/customers?limit=1', { token: shop });

      assert.equal(await first.stop(), 0);
      assert.ok(existsSync(first.dbFile));
      await withServer({ inMemory: false, directory }, async (second) => {
        assert.deepEqual((await request(second, 'GET', '/demo/me', { token })).json, before);
        assert.equal(before.id, customer.id);
        assert.equal((await request(second, 'GET', '/demo/me', { token: visitor })).status, 403);
        const { json: refreshed } = await request(second, 'POST', '/oauth/token', {
          basic: STOREFRONT, form: { grant_type: 'refresh_token', refresh_token: token.refresh_token },
        });

        assert.equal(refreshed.scope, token.scope);
        await passwordToken(second, email, password);
        const after = await request(second, 'GET', '/demo/customers?limit=1', { token: shop });

        assert.equal(after.json.total, total.total, 'the built-in customers are not made twice');
      });
    });
  });

  test('a built-in customer who was changed stays changed over a restart', async () => {
    await withDirectory(async (directory) => {
      const first = await startServer({ inMemory: false, directory });
      const token = await passwordToken(first, 'alice@example.com', 'Alice@1234');
      const { json: alice } = await request(first, 'GET', '/demo/me', { token });
      const changed = await request(first, 'POST', '/demo/me', {
        token, json: { version: alice.version, actions: [{ action: 'setLastName', lastName: 'Changed' }] },
      });

      assert.equal(changed.status, 200, changed.text);
      await first.stop();
      await withServer({ inMemory: false, directory }, async (second) => {
        assert.deepEqual((await request(second, 'GET', '/demo/me', { token })).json, changed.json);
      });
    });
  });

  test('in memory nothing is kept, and no file is made', async () => {
    await withDirectory(async (directory) => {
      const first = await startServer({ directory });
      const { email, password } = await signUp(first);

      await first.stop();
      assert.deepEqual(readdirSync(directory).filter((name) => name.includes('.db')), []);
      await withServer({ directory }, async (second) => {
        const answer = await request(second, 'POST', '/oauth/demo/customers/token', {
          basic: STOREFRONT, form: { grant_type: 'password', username: email, password },
        });

        assert.equal(answer.status, 400);
      });
    });
  });
});

describe('settings', () => {
  const refused = async (args, env, ...said) => {
    const run = await runBinary(args, { env });

    assert.equal(run.code, 2, `${args.join(' ')}: ${run.code} ${run.signal} ${run.stderr}`);
    assert.equal(run.stdout.includes('standin ready'), false);
    for (const text of said) assert.ok(run.stderr.includes(text), `${args.join(' ')}: ${run.stderr}`);
  };
  const base = ['serve', '--port', '0', '--in-memory'];

  for (const [wrong, right] of [
    ['--prot', '--port'], ['--tokn-ttl', '--token-ttl'], ['--in-memry', '--in-memory'], ['--logg', '--log'],
    ['--client', '--clients'], ['--pasword-cost', '--password-cost'],
  ]) {
    test(`the unknown flag ${wrong} stops the start and ${right} is named`, async () => {
      await refused([...base, wrong, '1'], {}, wrong, right);
      await refused([...base, `${wrong}=1`], {}, wrong, right);
    });
  }

  for (const [wrong, right] of [
    ['STANDIN_PROT', 'STANDIN_PORT'], ['STANDIN_TOKN_TTL', 'STANDIN_TOKEN_TTL'],
    ['STANDIN_PASSWORD_COSTS', 'STANDIN_PASSWORD_COST'],
  ]) {
    test(`the unknown variable ${wrong} stops the start and ${right} is named`, async () => {
      await refused(base, { [wrong]: '1' }, wrong, right);
    });
  }

  test('an unknown command stops the start', async () => {
    await refused(['sevre'], {}, 'sevre');
  });

  for (const [flag, value] of [
    ['--port', 'abc'], ['--port', '70000'], ['--port', '-1'], ['--port', ''], ['--port', '80x'],
    ['--port', '4294967296'],
    ['--token-ttl', 'soon'], ['--token-ttl', '-5s'], ['--token-ttl', '5 parsecs'], ['--refresh-token-ttl', 'never'],
    ['--clients', 'some'], ['--password-cost', 'huge'], ['--log', 'xml'], ['--log-level', 'loud'],
    ['--body-limit', 'x'], ['--body-limit', '-1'], ['--threads', 'many'], ['--threads', '-2'],
    ['--hash-threads', 'x'], ['--max-connections', 'x'], ['--request-timeout', 'x'], ['--idle-timeout', 'x'],
    ['--max-connections-per-address', '-1'],
  ]) {
    test(`${flag} ${JSON.stringify(value)} stops the start, and the flag is named`, async () => {
      const args = flag === '--port' ? ['serve', '--in-memory', flag, value] : [...base, flag, value];

      await refused(args, {}, flag);
    });
  }

  for (const [name, value] of [
    ['STANDIN_TOKEN_TTL', 'soon'], ['STANDIN_LOG', 'xml'], ['STANDIN_CLIENTS', 'some'],
    ['STANDIN_AUTO_PROJECTS', 'perhaps'],
  ]) {
    test(`${name}=${value} stops the start, and the variable is named`, async () => {
      await refused(base, { [name]: value }, name);
    });
  }

  test('a flag without its value stops the start', async () => {
    await refused(['serve', '--in-memory', '--port'], {}, '--port');
  });

  test('a variable sets what no flag sets, and a flag beats a variable', async () => {
    const env = { STANDIN_TOKEN_TTL: '1h' };

    await withServer({ env }, async (server) => {
      assert.equal((await clientToken(server)).expires_in, 3600);
    });
    await withServer({ env, args: ['--token-ttl', '2h'] }, async (server) => {
      assert.equal((await clientToken(server)).expires_in, 7200);
    });
  });

  test('--flag=value is --flag value', async () => {
    await withServer({ args: ['--token-ttl=90m'] }, async (server) => {
      assert.equal((await clientToken(server)).expires_in, 5400);
    });
  });

  test('a truth in a variable may be 1, 0, true or false', async () => {
    for (const value of ['0', 'false']) {
      await withServer({ env: { STANDIN_AUTO_PROJECTS: value } }, async (server) => {
        const answer = await request(server, 'POST', '/oauth/elsewhere/anonymous/token', {
          basic: ['any', 'any'], form: { grant_type: 'client_credentials' },
        });

        assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
      });
    }
    for (const value of ['1', 'true']) {
      await withServer({ env: { STANDIN_AUTO_PROJECTS: value } }, async (server) => {
        await anonymousToken(server, { project: 'elsewhere', client: ['any', 'any'] });
      });
    }
  });

  test('the help names every setting', async () => {
    const { stdout } = await runBinary(['--help']);

    for (const flag of [
      '--port', '--host', '--ready-file', '--db', '--in-memory', '--project', '--auto-projects', '--clients',
      '--token-ttl', '--refresh-token-ttl', '--password-cost', '--log', '--log-level', '--threads', '--body-limit',
      '--cors',
    ]) assert.ok(stdout.includes(flag), flag);
  });
});

describe('help, version, health', () => {
  test('--version and --help write to stdout and exit with 0', async () => {
    const version = await runBinary(['--version']);

    assert.equal(version.code, 0);
    assert.match(version.stdout, /\d+\.\d+/);
    assert.equal(version.stderr, '');
    for (const args of [['--help'], ['-h'], ['serve', '--help'], ['healthcheck', '--help']]) {
      const help = await runBinary(args);

      assert.equal(help.code, 0, `${args}: ${help.stderr}`);
      assert.match(help.stdout, /standin/);
      assert.equal(help.stderr, '');
    }
  });

  test('healthcheck exits with 0 when the server is ready', async () => {
    await withServer({}, async (server) => {
      for (const url of [server.url, `${server.url}/`, `http://127.0.0.1:${server.port}`]) {
        const run = await runBinary(['healthcheck', url]);

        assert.equal(run.code, 0, `${url}: ${run.stderr}`);
      }
    });
  });

  test('healthcheck exits with 1 when nobody listens', async () => {
    const { port, close } = await occupy();

    await close();
    assert.equal((await runBinary(['healthcheck', `http://127.0.0.1:${port}`])).code, 1);
  });

  test('healthcheck exits with 1 when the answer is another than 200', async () => {
    for (const status of [204, 301, 404, 503]) {
      const other = await occupy(() => createHttpServer((incoming, outgoing) => {
        outgoing.writeHead(status).end();
      }));

      try {
        assert.equal((await runBinary(['healthcheck', `http://127.0.0.1:${other.port}`])).code, 1, String(status));
      } finally {
        await other.close();
      }
    }
  });

  test('healthcheck exits with 1 when something listens that never answers', async () => {
    const sockets = [];
    const mute = await occupy(() => createServer((socket) => { sockets.push(socket); }));

    try {
      assert.equal((await runBinary(['healthcheck', `http://127.0.0.1:${mute.port}`])).code, 1);
    } finally {
      for (const socket of sockets) socket.destroy();
      await mute.close();
    }
  });

  test('healthcheck exits with 1 when something listens that does not speak HTTP', async () => {
    const other = await occupy(() => createServer((socket) => {
      socket.on('error', () => {});
      socket.resume();
      socket.end('220 mail.example ESMTP\r\n');
    }));

    try {
      assert.equal((await runBinary(['healthcheck', `http://127.0.0.1:${other.port}`])).code, 1);
    } finally {
      await other.close();
    }
  });
});

describe('what stops the start', () => {
  const serveOn = (file, more = []) =>
    runBinary(['serve', '--port', '0', '--password-cost', 'min', '--db', file, ...more]);

  test('a port that is taken: exit 4, and the port is named', async () => {
    const other = await occupy();

    try {
      const run = await runBinary(['serve', '--port', String(other.port), '--in-memory']);

      assert.equal(run.code, 4, run.stderr);
      assert.ok(run.stderr.includes(String(other.port)), run.stderr);
      assert.ok(run.stderr.includes('--port 0'), run.stderr);
      assert.equal(run.stdout, '');
    } finally {
      await other.close();
    }
  });

  test('a port that another server has: exit 4, and the other one goes on', async () => {
    await withServer({}, async (server) => {
      const run = await runBinary(['serve', '--port', String(server.port), '--in-memory']);

      assert.equal(run.code, 4, run.stderr);
      assert.equal((await request(server, 'GET', '/livez', { agent: false })).status, 200);
    });
  });

  /* Bytes of a file that the server must refuse, made from those of its own. */
  const strangers = {
    'a text': () => Buffer.from('this is not a database\n'.repeat(500)),
    'a short text': () => Buffer.from('hello\n'),
    'rubbish behind the name of the format': () => Buffer.concat([
      Buffer.from('SQLite format 3\0', 'latin1'), Buffer.alloc(8176, 0xa5),
    ]),
    'the database of another program': () => foreignDatabase(),
    'the database of another program that says so': () => foreignDatabase({ applicationId: 0x0f055112 }),
    'the database of another program with a version of its own': () => foreignDatabase({ userVersion: 3 }),
    'our own file with the mark of another program': (own) => withApplicationId(own, 0x0f055112),
    'our own file from a far newer version': (own) => withUserVersion(own, 99_999),
    'our own file from a version with a high number': (own) => withUserVersion(own, 0x7fffffff),
  };
  for (const [what, make] of Object.entries(strangers)) {
    test(`${what}: exit 5, and the bytes of the file are as before`, async () => {
      await withDirectory(async (directory) => {
        const own = await startServer({ inMemory: false, directory });

        await signUp(own);
        await own.stop();
        const bytes = make(readFileSync(own.dbFile));
        const file = join(directory, 'other', 'strange.db');

        mkdirSync(join(directory, 'other'));
        writeFileSync(file, bytes);
        const run = await serveOn(file);

        assert.equal(run.code, 5, `${run.code} ${run.signal}: ${run.stderr}`);
        assert.ok(run.stderr.includes('strange.db'), run.stderr);
        assert.equal(run.stdout, '');
        assert.ok(readFileSync(file).equals(bytes), 'the file was written to');
      });
    });
  }

  test('our own file is accepted where the strangers lay', async () => {
    await withDirectory(async (directory) => {
      const own = await startServer({ inMemory: false, directory });
      const { email, password } = await signUp(own);

      await own.stop();
      const file = join(directory, 'copy.db');

      copyFileSync(own.dbFile, file);
      await withServer({ directory, args: ['--db', file] }, (copy) => passwordToken(copy, email, password));
    });
  });

  test('a schema that cannot be brought up to date: exit 5, and the database is as it was', async () => {
    await withDirectory(async (directory) => {
      const first = await startServer({ inMemory: false, directory });
      const { email, password } = await signUp(first);

      await first.stop();
      const bytes = readFileSync(first.dbFile);

      /* What a later file of the schema makes is there already. */
      writeFileSync(first.dbFile, withUserVersion(bytes, 3));
      for (let round = 0; round < 2; round += 1) {
        const run = await serveOn(first.dbFile);

        assert.equal(run.code, 5, run.stderr);
        assert.match(run.stderr, /standin\.db cannot be opened: its schema cannot be brought up to date/);
        assert.equal(run.stdout, '');
      }
      const now = readFileSync(first.dbFile);

      assert.equal(now.readUInt32BE(60), 3);
      writeFileSync(first.dbFile, withUserVersion(now, bytes.readUInt32BE(60)));
      await withServer({ inMemory: false, directory }, (again) => passwordToken(again, email, password));
    });
  });

  test('a folder is no database: exit 5', async () => {
    await withDirectory(async (directory) => {
      const folder = join(directory, 'folder');

      mkdirSync(folder);
      const run = await serveOn(folder);

      assert.equal(run.code, 5, run.stderr);
    });
  });

  test('a file that another server has open: exit 5, and the other one goes on', async () => {
    await withDirectory(async (directory) => {
      await withServer({ inMemory: false, directory }, async (server) => {
        const { email, password } = await signUp(server);

        for (let round = 0; round < 3; round += 1) {
          const run = await serveOn(server.dbFile);

          assert.equal(run.code, 5, run.stderr);
          assert.ok(run.stderr.includes('standin.db'), run.stderr);
        }
        await passwordToken(server, email, password);
        await signUp(server);
      });
    });
  });

  test('of many servers that start on one new file at once, one is ready and the others exit with 5', async () => {
    await withDirectory(async (directory) => {
      const file = join(directory, 'contested.db');
      const runs = await Promise.allSettled(Array.from({ length: 5 }, (_, index) => startServer({
        directory, args: ['--db', file, '--ready-file', join(directory, `ready-${index}.json`)],
      })));
      const ready = runs.filter(({ status }) => status === 'fulfilled').map(({ value }) => value);

      try {
        assert.equal(ready.length, 1);
        for (const { reason } of runs.filter(({ status }) => status === 'rejected')) {
          assert.match(reason.message, /code 5\b/);
        }
        await signUp(ready[0]);
      } finally {
        for (const server of ready) await server.stop();
      }
    });
  });

  test('a file whose server was killed can be opened again', async () => {
    await withDirectory(async (directory) => {
      const first = await startServer({ inMemory: false, directory });
      const { email, password } = await signUp(first);

      await first.kill();
      await withServer({ inMemory: false, directory }, (second) => passwordToken(second, email, password));
    });
  });
});

describe('the log', () => {
  const errorForm = (form) => ({ basic: STOREFRONT, form });

  test('no secret is ever written, at no level and in no format', { timeout: 60_000 }, async () => {
    for (const args of [[], ['--log-level', 'debug'], ['--log', 'json', '--log-level', 'debug']]) {
      const server = await startServer({ inMemory: false, args });
      const word = () => `hush-${randomUUID()}`;
      const secrets = { password: word(), wrong: word(), changed: word(), reset: word(), client: word(),
        bearer: word() };

      const { customer, email } = await signUp(server, { password: secrets.password });
      const token = await passwordToken(server, email, secrets.password);
      const visitor = await anonymousToken(server);
      const shop = await clientToken(server);
      const form = { grant_type: 'password', username: email };
      const inQuery = (path, values, options) =>
        request(server, 'POST', `${path}?${new URLSearchParams(values)}`, { basic: STOREFRONT, ...options });

      await request(server, 'POST', '/oauth/demo/customers/token', errorForm({ ...form, password: secrets.wrong }));
      await inQuery('/oauth/demo/customers/token', { ...form, password: secrets.password });
      await inQuery('/oauth/demo/customers/token', { ...form, password: secrets.wrong });
      await inQuery('/oauth/token', { grant_type: 'refresh_token', refresh_token: token.refresh_token });
      await inQuery('/oauth/token', { grant_type: 'refresh_token', refresh_token: `demo:${secrets.bearer}` });
      await inQuery('/oauth/introspect', { token: token.access_token }, { basic: BACKEND });
      await inQuery('/oauth/nope', { password: secrets.password });
      await request(server, 'POST', '/oauth/token', { basic: ['storefront', secrets.client], form });
      await request(server, 'POST', '/oauth/token', { basic: [secrets.client, secrets.client], form });
      await request(server, 'GET', '/demo/me', { token: secrets.bearer });
      await request(server, 'GET', '/demo/me', { headers: { authorization: secrets.bearer } });
      await request(server, 'GET', '/demo/me', { token });
      await request(server, 'GET', `/demo/me?access_token=${token.access_token}`);
      await request(server, 'GET', `/demo/nope?access_token=${token.access_token}`, { token });
      for (const password of [secrets.password, secrets.wrong]) {
        await request(server, 'POST', '/demo/me/login', { token: visitor, json: { email, password } });
      }
      await request(server, 'POST', '/demo/me/login', {
        token: visitor, body: `{"email":"${email}","password":"${secrets.password}"`,
      });
      await request(server, 'POST', '/demo/me/signup', { token: visitor, json: { password: secrets.password } });
      await request(server, 'POST', '/demo/me', {
        token, json: { version: customer.version, actions: [{ action: 'setPassword', password: secrets.password }] },
      });
      const { json: minted } = await request(server, 'POST', '/demo/customers/password-token', {
        token: shop, json: { email, ttlMinutes: 30 },
      });
      const looked = await request(server, 'GET', `/demo/customers/password-token=${minted.value}`, { token: shop });

      assert.equal(looked.status, 200, looked.text);
      await request(server, 'POST', '/demo/me/password/reset', {
        token: visitor, json: { tokenValue: minted.value, newPassword: secrets.reset },
      });
      const fresh = await passwordToken(server, email, secrets.reset);
      const { json: me } = await request(server, 'GET', '/demo/me', { token: fresh });

      for (const currentPassword of [secrets.wrong, secrets.reset]) {
        await request(server, 'POST', '/demo/me/password', {
          token: fresh, json: { version: me.version, currentPassword, newPassword: secrets.changed },
        });
      }
      await request(server, 'POST', '/oauth/token/revoke', errorForm({ token: visitor.refresh_token }));
      await server.stop();

      const written = server.stderrText() + server.stdoutText();
      const hidden = [
        ...Object.entries(secrets),
        ['client secret', 'storefront-secret'], ['client secret', 'backend-secret'],
        ['built-in password', 'Alice@1234'],
        ['basic credentials', basicHeader(STOREFRONT).slice('Basic '.length)],
        ['basic credentials', basicHeader(BACKEND).slice('Basic '.length)],
        ['wrong basic credentials', basicHeader(['storefront', secrets.client]).slice('Basic '.length)],
        ['reset token', minted.value],
        ...[token, visitor, shop, fresh].map((answer) => ['access token', answer.access_token]),
        ...[token, visitor, fresh].map((answer) => ['refresh token', answer.refresh_token.split(':')[1]]),
      ];

      assert.notEqual(server.stderrText(), '');
      for (const [what, secret] of hidden) {
        assert.equal(written.includes(secret), false, `${what} is in the log (${args.join(' ')})`);
      }
    }
  });

  /* What was answered, and words of the reason that its line must hold. */
  async function refusals(server) {
    const visitor = await anonymousToken(server);
    const narrow = await anonymousToken(server, { scope: 'view_published_products:demo' });
    const shop = await clientToken(server);
    const { customer, email, password } = await signUp(server);
    const token = await passwordToken(server, email, password);
    const form = { grant_type: 'password', username: email, password: 'wrong' };

    return [
      ['GET', '/demo/me', {}, 401, 'access_denied'],
      ['GET', '/demo/me', { token: 'unknown' }, 401, 'invalid_token'],
      ['GET', '/demo/me', { token: narrow }, 403, 'insufficient_scope'],
      ['GET', '/demo/me', { token: visitor }, 403, 'insufficient_token_grant_type'],
      ['GET', `/demo/customers/${randomUUID()}`, { token: shop }, 404, 'ResourceNotFound'],
      ['POST', '/demo/me/signup', { token: visitor, body: '{' }, 400, 'InvalidJsonInput'],
      ['POST', '/demo/me/signup', { token: visitor, json: { email, password } }, 400, 'DuplicateField'],
      ['POST', '/demo/me', { token, json: { version: customer.version + 5, actions: [] } }, 409,
        'ConcurrentModification'],
      ['POST', '/demo/me', {
        token, json: { version: customer.version, actions: [{ action: 'removeAddress', addressId: 'nothere1' }] },
      }, 400, 'InvalidOperation'],
      ['POST', '/demo/me/login', { token: visitor, json: { email, password: 'wrong' } }, 400, 'InvalidCredentials'],
      ['POST', '/oauth/demo/customers/token', errorForm(form), 400, 'invalid_customer_account_credentials'],
      ['POST', '/oauth/token', errorForm({}), 400, 'invalid_request'],
      ['POST', '/oauth/token', errorForm({ grant_type: 'x' }), 400, 'unsupported_grant_type'],
      ['POST', '/oauth/token', errorForm({ grant_type: 'refresh_token', refresh_token: 'demo:x' }), 400,
        'invalid_grant'],
      ['POST', '/oauth/token', errorForm({ grant_type: 'client_credentials', scope: 'x' }), 400, 'invalid_scope'],
      ['POST', '/oauth/token', { basic: ['storefront', 'wrong'], form: {} }, 401, 'invalid_client'],
    ];
  }

  /* Sends them, stops the server, and resolves to what was sent together with the lines of the log about it. */
  async function loggedRefusals() {
    const server = await startServer();
    const expected = [];

    for (const [method, path, options, status, code] of await refusals(server)) {
      const id = `trace-${randomUUID()}`;
      const answer = await request(server, method, path, { ...options, headers: { 'x-correlation-id': id } });

      assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
      expected.push({ method, path, status, code, id });
    }
    await server.stop();
    const lines = server.stderrText().split('\n');

    return expected.map((one) => ({ ...one, lines: lines.filter((line) => line.includes(one.id)) }));
  }

  test('each refused request is one line with method, path, status and correlation id', async () => {
    for (const { method, path, status, lines } of await loggedRefusals()) {
      assert.equal(lines.length, 1, `${method} ${path}: ${lines.length} lines`);
      for (const part of [method, path, String(status)]) assert.ok(lines[0].includes(part), `${part}: ${lines[0]}`);
    }
  });

  test('the line of a refused request holds the code of its reason', async () => {
    for (const { code, lines } of await loggedRefusals()) assert.ok(lines[0].includes(code), `${code}: ${lines[0]}`);
  });

  test('a request that succeeds is one line that names its caller', async () => {
    const server = await startServer();
    const { email, password } = await signUp(server);
    const token = await passwordToken(server, email, password);
    const id = `trace-${randomUUID()}`;

    await request(server, 'GET', '/demo/me', { token, headers: { 'x-correlation-id': id } });
    await server.stop();
    const lines = server.stderrText().split('\n').filter((line) => line.includes(id));

    assert.equal(lines.length, 1);
    for (const part of ['GET', '/demo/me', '200', 'demo', 'customer:']) assert.ok(lines[0].includes(part), lines[0]);
  });

  test('with --log json each line is an object', async () => {
    const server = await startServer({ args: ['--log', 'json'] });

    await request(server, 'GET', '/demo/me', { headers: { 'x-correlation-id': 'quote"back\\slash' } });
    await request(server, 'GET', '/demo/%22%5C', {});
    await signUp(server);
    await server.stop();
    const lines = server.stderrText().split('\n').filter(Boolean);

    assert.ok(lines.length >= 3);
    for (const line of lines) assert.equal(typeof JSON.parse(line), 'object', line);
    assert.ok(lines.some((line) => Object.values(JSON.parse(line)).includes('quote"back\\slash')));
  });

  test('with --log off nothing is written for a request', async () => {
    const server = await startServer({ args: ['--log', 'off'] });
    const id = `trace-${randomUUID()}`;

    await request(server, 'GET', '/demo/me', { headers: { 'x-correlation-id': id } });
    await signUp(server);
    await server.stop();
    assert.equal(server.stderrText(), '');
  });

  test('with --log-level error requests are not written', async () => {
    const server = await startServer({ args: ['--log-level', 'error'] });

    await signUp(server);
    await server.stop();
    assert.equal(server.stderrText(), '');
  });

  test('nobody can write a line of their own into the log, or reach the terminal', async () => {
    const server = await startServer();
    const escape = '\u001b[2J';

    await exchange(server, requestText('GET', '/demo/me', [`X-Correlation-ID: a${escape}b`, 'Connection: close']));
    await exchange(server, requestText('GET', '/demo/%0a%0dforged%20line%1b%5b2J', ['Connection: close']));
    await exchange(server, requestText('GET', '/demo/me?x=%0aforged', ['Connection: close']));
    await request(server, 'POST', '/oauth/demo/customers/token', errorForm({
      grant_type: '\nforged line', username: `x\nforged line${escape}`, password: 'x',
    }));
    await request(server, 'POST', '/oauth/demo/customers/token', {
      basic: ['x\nforged line', 'x'], form: { grant_type: 'password' },
    });
    await server.stop();
    const lines = server.stderrText().split('\n');

    assert.equal(lines.filter((line) => line.startsWith('forged')).length, 0, server.stderrText());
    assert.equal(server.stderrText().includes('\u001b'), false);
  });

  test('colour is used on a terminal only', async () => {
    const server = await startServer();

    await request(server, 'GET', '/demo/me');
    await server.stop();
    assert.equal(server.stderrText().includes('\u001b['), false);
  });

  test('a reader of the log who goes away does not end the server', async () => {
    const server = await startServer();

    server.closeStderr();
    for (let round = 0; round < 50; round += 1) await request(server, 'GET', '/demo/me');
    assert.equal((await request(server, 'GET', '/livez')).status, 200);
    assert.equal(await server.stop(), 0);
  });
});
