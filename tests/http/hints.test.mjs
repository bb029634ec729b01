/* What the program tells somebody who uses it for the first time: about flags, files, projects and misspelt words. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';

import { anonymousToken, clientToken, passwordToken, request, signUp, STOREFRONT } from './support/http.mjs';
import { removeDirectory, runBinary, startServer, temporaryDirectory } from './support/server.mjs';

async function withDirectory(use) {
  const directory = temporaryDirectory();

  try {
    return await use(directory);
  } finally {
    removeDirectory(directory);
  }
}

/* What the log of a server holds after `use`. */
async function logOf(options, use) {
  const server = await startServer(options);

  try {
    await use(server);
  } finally {
    await server.stop();
  }
  return server.stderrText();
}

function write(directory, name, value) {
  const path = join(directory, name);

  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const SHOP = { standin: 1, customers: [{ key: 'eve', email: 'eve@example.org', password: 'a plain password' }] };

describe('arguments', () => {
  const base = ['serve', '--port', '0', '--in-memory'];

  /* What is given, the exit code, and what stderr must say. */
  const rows = [
    [['-p', '9000'], 2, ['-p', '--port']],
    [['shop.json'], 2, ['shop.json', '--seed', 'validate']],
    [[...base, 'shop.json'], 2, ['shop.json', '--seed', 'validate']],
    [[...base, '--port', '1'], 2, ['--port', 'twice', "'0'", "'1'"]],
    [[...base, '--cors', 'none', '--no-cors', '--cors', 'any'], 2, ['--cors', 'twice']],
    [[...base, '--host', '192.0.2.1'], 4, ['192.0.2.1', '--host', 'localhost', '0.0.0.0']],
    [[...base, '--host', 'no-such-host.invalid'], 4, ['no-such-host.invalid', '--host']],
    [[...base, '--ready-file', '/nowhere/at/all/ready.json'], 2, ['--ready-file', '/nowhere/at/all/ready.json']],
    [[...base, '--wholly-unlike-anything'], 2, ['--wholly-unlike-anything', '--help']],
    [['sevre'], 2, ['sevre', 'did you mean serve?']],
    [['hlep'], 2, ['hlep', 'did you mean help?']],
    [['help', 'srve'], 2, ['srve', 'did you mean serve?']],
  ];

  for (const [args, code, said] of rows) {
    test(`standin ${args.join(' ')} says what to do`, async () => {
      const run = await runBinary(args);

      assert.equal(run.code, code, run.stderr);
      assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
      for (const text of said) assert.ok(run.stderr.includes(text), `${text}: ${run.stderr}`);
    });
  }

  test('a list may be given several times, and the same value twice', async () => {
    const text = await logOf({ args: ['--host', '127.0.0.1', '--host', 'localhost', '--log', 'text', '--log', 'text'] },
      () => {});

    assert.equal(text.includes('twice'), false);
  });

  test('help is --help', async () => {
    for (const [words, flags] of [[['help'], ['--help']], [['help', 'serve'], ['serve', '--help']]]) {
      const [one, other] = [await runBinary(words), await runBinary(flags)];

      assert.equal(one.code, 0, one.stderr);
      assert.equal(one.stdout, other.stdout);
    }
  });

  test('healthcheck says whether nobody listens or what was answered', async () => {
    const refused = await runBinary(['healthcheck', 'http://127.0.0.1:1']);

    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /refused/i);
    const other = createHttpServer((_, response) => { response.statusCode = 503; response.end(); });

    await new Promise((resolve) => { other.listen(0, '127.0.0.1', resolve); });
    const busy = await runBinary(['healthcheck', `http://127.0.0.1:${other.address().port}`]);

    other.close();
    other.closeAllConnections();
    assert.equal(busy.code, 1);
    assert.match(busy.stderr, /503/);
  });
});

describe('files', () => {
  test('a second server on a file is told of --db and --in-memory', async () => {
    const server = await startServer({ inMemory: false });

    try {
      const run = await runBinary(['serve', '--port', '0', '--db', server.dbFile]);

      assert.equal(run.code, 5);
      for (const text of [server.dbFile, '--db FILE', '--in-memory']) assert.ok(run.stderr.includes(text), run.stderr);
    } finally {
      await server.stop();
    }
  });

  test('a file that is no database is told of --seed, and nothing is left beside it', async () => {
    await withDirectory(async (directory) => {
      const file = write(directory, 'shop.json', SHOP);
      const run = await runBinary(['serve', '--port', '0', '--db', file]);

      assert.equal(run.code, 5, run.stderr);
      assert.ok(run.stderr.includes('--seed'), run.stderr);
      assert.deepEqual(readdirSync(directory).filter((name) => name.startsWith('shop.json')), ['shop.json']);
    });
  });

  test('the ready file of a killed server does not survive a start that fails', async () => {
    await withDirectory(async (directory) => {
      const wrong = write(directory, 'wrong.json', '{');
      const starts = [
        ['--seed', wrong], ['--seed', join(directory, 'missing.json')], ['--prot', '1'], ['--db', directory],
        ['--port', 'x'],
      ];

      for (const args of starts) {
        const file = write(directory, 'ready.json', { pid: 1 });
        const run = await runBinary(['serve', '--ready-file', file, ...args]);

        assert.notEqual(run.code, 0);
        assert.equal(existsSync(file), false, args.join(' '));
      }
      const file = write(directory, 'ready.json', { pid: 1 });

      assert.notEqual((await runBinary(['--prot', '1'], { env: { STANDIN_READY_FILE: file } })).code, 0);
      assert.equal(existsSync(file), false);
    });
  });
});

describe('projects', () => {
  test('the ready line tells of the projects that fixtures name', async () => {
    await withDirectory(async (directory) => {
      const shop = write(directory, 'shop.json', { ...SHOP, project: { key: 'shop' } });
      const other = write(directory, 'other.json', { standin: 1, project: { key: 'other' } });
      const server = await startServer({ args: ['--seed', shop, '--seed', other] });

      assert.match(server.readyLine, / project=shop customers=1 products=0 /);
      assert.match(server.readyLine, / project=other customers=0 products=0 /);
      assert.match(server.readyLine, / project=demo customers=0 products=0 /);
      await server.stop();
      const json = await startServer({ args: ['--seed', shop, '--log', 'json'] });

      assert.deepEqual(JSON.parse(json.readyLine).projects, [
        { project: 'shop', customers: 1, products: 0 }, { project: 'demo', customers: 0, products: 0 },
      ]);
      await json.stop();
      const same = await startServer({ args: ['--seed', shop, '--project', 'shop'] });

      assert.match(same.readyLine, /^standin ready \S+ project=shop customers=1 products=0 pid=/);
      await same.stop();
    });
  });

  test('a seed that comes too late is said not to be applied', async () => {
    await withDirectory(async (directory) => {
      const args = ['--seed', write(directory, 'shop.json', SHOP)];
      const options = { inMemory: false, directory, args };

      assert.equal((await logOf(options, () => {})).includes('not applied'), false);
      assert.match(await logOf(options, () => {}), /project demo exists; --seed not applied \(--in-memory, another/);
      assert.equal((await logOf({ ...options, args: [] }, () => {})).includes('not applied'), false);
    });
  });

  test('a project that comes to be is named once, and so is one that does not exist yet', async () => {
    const text = await logOf({}, async (server) => {
      assert.equal((await request(server, 'GET', '/new-one/me', { token: 'pinned' })).status, 401);
      await anonymousToken(server, { project: 'teh-shop', client: ['any', 'any'] });
      await anonymousToken(server, { project: 'teh-shop', client: ['any', 'any'] });
    });

    assert.match(text, /project new-one does not exist yet; ask for a token first/);
    assert.equal(text.match(/project teh-shop created from the seed/g)?.length, 1, text);
  });

  test('with the token of another project one is not found if it does not exist, else forbidden', async () => {
    await logOf({}, async (server) => {
      const token = await clientToken(server);
      const missing = await request(server, 'GET', '/nowhere/customers', { token });

      assert.equal(missing.status, 404);
      assert.equal(missing.json.errors[0].code, 'ResourceNotFound');
      assert.equal(missing.json.message, 'URI not found: /nowhere');
      await anonymousToken(server, { project: 'nowhere', client: ['any', 'any'] });
      assert.equal((await request(server, 'GET', '/nowhere/customers', { token })).status, 403);
      assert.equal((await request(server, 'GET', '/nowhere/customers', {})).status, 401);
    });
  });
});

describe('words', () => {
  /* What is sent, the status, and what the log must say of it. */
  const action = (value) => ({ version: 1, actions: [value] });
  const rows = [
    ['POST', '/demo/me', { json: action({ action: 'setLastname', lastName: 'x' }) }, 400,
      "unknown action 'setLastname'; did you mean setLastName?"],
    ['POST', '/demo/me', { json: action({ action: 'setLastName', lastname: 'x' }) }, 200,
      "ignored member 'lastname'; did you mean lastName?"],
    ['POST', '/demo/me', { json: { versoin: 1, actions: [] } }, 400, "ignored member 'versoin'; did you mean version?"],
    ['POST', '/demo/me', { json: action({ action: 'addAddress', address: { country: 'DE', postcode: '1' } }) }, 200,
      "ignored member 'postcode'; did you mean postalCode?"],
    ['GET', '/demo/me/cart', {}, 404, 'no such endpoint; did you mean /me/carts?'],
    ['GET', '/demo/in-store/key=berlin/me/active-card', {}, 404, 'no such endpoint; did you mean /me/active-cart?'],
    ['GET', '/demo/me/carts?limt=1', {}, 200, "ignored parameter 'limt'; did you mean limit?"],
    ['POST', '/oauth/demo/anonymous/token',
      { basic: STOREFRONT, form: { grant_type: 'client_credentials', scope: 'mange_my_orders:demo' } }, 400,
      'unknown scope mange_my_orders; did you mean manage_my_orders?'],
  ];

  for (const [method, path, options, status, said] of rows) {
    test(`the log says: ${said}`, async () => {
      const text = await logOf({}, async (server) => {
        const { email, password } = await signUp(server);
        const token = await passwordToken(server, email, password);
        const answer = await request(server, method, path, { ...options.form ? {} : { token }, ...options });

        assert.equal(answer.status, status, answer.text);
        assert.equal(answer.text.includes('did you mean'), false, 'the answer is that of the API');
      });

      assert.ok(text.includes(said), text);
    });
  }

  test('words that resemble none of ours are not repeated, however many there are', async () => {
    const text = await logOf({}, async (server) => {
      const { email, password } = await signUp(server);
      const token = await passwordToken(server, email, password);
      const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`lastname${i}`, 'x']));

      await request(server, 'POST', '/demo/me', { token, json: action({ action: 'hunter2-hunter2', a: 1 }) });
      await request(server, 'POST', '/demo/me', { token, json: { 'hunter2-hunter2': 1, version: 1, actions: [] } });
      await request(server, 'GET', '/demo/customers/password_token=hunter2-hunter2', { token });
      await request(server, 'POST', '/oauth/demo/anonymous/token', {
        basic: STOREFRONT, form: { grant_type: 'client_credentials', scope: 'hunter2-hunter2' },
      });
      await request(server, 'POST', '/demo/me', { token, json: action({ action: 'setLastName', ...many }) });
    });

    assert.equal(text.includes('hunter2'), false, text);
    assert.ok(text.match(/ignored member/g).length <= 8, text);
  });

  test('a hint cannot forge a line', async () => {
    const text = await logOf({}, async (server) => {
      const { email, password } = await signUp(server);
      const token = await passwordToken(server, email, password);

      await request(server, 'POST', '/demo/me', { token, json: action({ action: 'setLastName', 'last\nName': 'x' }) });
    });

    assert.equal(text.split('\n').some((line) => line.startsWith('Name')), false, text);
  });

  test('a detailed error speaks of the document and not of flags of a library', async () => {
    await logOf({}, async (server) => {
      const token = await anonymousToken(server);
      const answer = await request(server, 'POST', '/demo/me/signup', { token, body: '{"email":"a\\u0000b"}' });

      assert.equal(answer.status, 400);
      assert.match(answer.json.errors[0].detailedErrorMessage,
        /^Line 1, column \d+: the character U\+0000 is not allowed/);
    });
  });
});

describe('the wrong protocol', () => {
  test('TLS is named', async () => {
    const text = await logOf({}, (server) => new Promise((resolve) => {
      const socket = connectTls({ host: server.host, port: server.port, rejectUnauthorized: false });

      socket.on('error', () => {});
      socket.on('close', resolve);
      setTimeout(() => socket.destroy(), 300);
    }));

    assert.match(text, /TLS.*http:\/\//);
  });

  test('a connection that was only opened is not', async () => {
    const text = await logOf({}, (server) => new Promise((resolve) => {
      const socket = connect({ host: server.host, port: server.port });

      socket.on('close', resolve);
      setTimeout(() => socket.destroy(), 200);
    }));

    assert.equal(text.includes('TLS'), false, text);
  });
});
