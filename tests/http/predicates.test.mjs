/* The predicate language through the doors of the server: every case of tests/cases/predicate, against a customer that
 * lies in the database as its sample says, among others. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { clientToken, passwordToken, request, signUp } from './support/http.mjs';
import { removeDirectory, startServer, temporaryDirectory } from './support/server.mjs';

const CASES = fileURLToPath(new URL('../cases/predicate/', import.meta.url));
const PREFIX = 'Malformed parameter: where: ';
const read = (name) => readFileSync(CASES + name, 'utf8');
const vectors = ['vectors.jsonl', 'more.jsonl'].flatMap((name) =>
  read(name).split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line)));
const sample = JSON.parse(read('sample_customer.json'));

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

/* Puts the sample where the server keeps its customers, without the field that it derives. The server makes the index
 * anew when it is not of its version. */
function store(dbFile, { lowercaseEmail, ...customer }) {
  const run = spawnSync('sqlite3', [dbFile], {
    input: `insert into resources (project, kind, id, version, created_ms, modified_ms, position, doc)
      values ('demo', 'customer', ${quoted(customer.id)}, 7, 0, 0, 1000000, ${quoted(JSON.stringify(customer))});
      delete from meta where name = 'index_version';`,
    encoding: 'utf8',
  });

  assert.equal(run.status, 0, run.stderr);
}

function queryOf({ where, vars }) {
  const query = where.map((text) => ['where', text]);

  for (const [name, value] of Object.entries(vars)) {
    for (const one of [value].flat()) query.push([`var.${name}`, one]);
  }
  return query;
}

function expectFault(answer, vector) {
  const [error] = answer.json.errors;

  assert.equal(answer.status, 400, answer.text);
  assert.equal(error.code, vector.expect === 'COMPLEXITY' ? 'QueryComplexityLimitExceeded' : 'InvalidInput');
  assert.equal(error.message, answer.json.message);
  if (vector.expect === 'COMPLEXITY') return;
  assert.ok(error.message.startsWith(PREFIX), error.message);
  assert.equal(error.message.includes("Syntax error while parsing 'where'"), vector.expect === 'SYNTAX', error.message);
  if (vector.message) assert.equal(error.message.slice(PREFIX.length), vector.message);
}

describe('query predicates', () => {
  const directory = temporaryDirectory();
  let server;
  let token;

  before(async () => {
    const first = await startServer({ inMemory: false, directory });

    await first.stop();
    store(first.dbFile, sample);
    server = await startServer({ inMemory: false, directory });
    token = await clientToken(server);
  });
  after(async () => {
    await server?.stop();
    removeDirectory(directory);
  });

  const get = (path, query, as = token) =>
    request(server, 'GET', `${path}?${new URLSearchParams(query)}`, { token: as });

  for (const vector of vectors) {
    test(`${vector.id} ${vector.expect}: ${vector.note || vector.where.join(' ⧉ ').slice(0, 60)}`, async () => {
      const query = queryOf(vector);
      const length = new URLSearchParams(query).toString().length;

      if (length > 20_000) return; /* longer than a target may be: the answer is a 414 and not the predicate's */
      const answer = await get('/demo/customers', [...query, ['limit', '500']]);

      if (!['MATCH', 'NO'].includes(vector.expect)) {
        expectFault(answer, vector);
        return;
      }
      assert.equal(answer.status, 200, answer.text);
      const found = answer.json.results.filter(({ id }) => id === sample.id);

      assert.equal(found.length, vector.expect === 'MATCH' ? 1 : 0, JSON.stringify(vector));
      assert.equal(answer.json.total, answer.json.count);
      if (found.length) assert.deepEqual(found[0], (({ lowercaseEmail, ...shown }) => shown)(sample));
    });
  }

  test('a fault is found even where there is nothing to look at', async () => {
    const answer = await get('/demo/customer-groups', { where: 'nickName = 1' });

    assert.equal(answer.status, 400);
    assert.equal(answer.json.message, `${PREFIX}The field 'nickName' does not exist.`);
  });

  test('text of SQL is a text like any other, wherever it stands', async () => {
    const before_ = (await get('/demo/customers', {})).json.total;
    const sql = "x'; drop table resources; --";

    for (const where of [`email = "${sql}"`, `key in ("${sql}", "\\"); delete from resources; --")`,
      `custom(fields(a = "${sql}"))`, `stores(key = "${sql}")`, `id = "${sql}"`]) {
      const answer = await get('/demo/customers', { where });

      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.total, 0);
    }
    for (const where of [`email = ${sql}`, sql, `'; drop table resources; --' = "a"`, `e/**/mail = "a"`]) {
      assert.equal((await get('/demo/customers', { where })).status, 400);
    }
    for (const sort of [sql, 'email; drop table resources', "email' desc"]) {
      assert.equal((await get('/demo/customers', { sort })).status, 400);
    }
    assert.equal((await get('/demo/customers', { where: 'email = :v', 'var.v': sql })).json.total, 0);
    assert.equal((await get('/demo/customers', {})).json.total, before_);
  });

  test('a predicate of 15 KB is answered', async () => {
    const values = Array.from({ length: 480 }, (_, index) => `"${'x'.repeat(26)}${index}"`);
    const where = `email in (${values.join(',')}) or key="cust-001"`;

    assert.ok(where.length > 15_000);
    const answer = await get('/demo/customers', [['where', where]]);

    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.total, 1);
  });

  test('10 000 nested parentheses are too complex, not too much', async () => {
    const where = `${'('.repeat(10_000)}version=1${')'.repeat(10_000)}`;
    const answer = await request(server, 'GET', `/demo/customers?where=${where}`, { token });

    assert.equal(answer.status, 400);
    assert.equal(answer.json.errors[0].code, 'QueryComplexityLimitExceeded');
  });

  describe('at /me', () => {
    test('a predicate that holds for somebody else only is a 404 that tells nothing', async () => {
      const { email, password, customer } = await signUp(server, { firstName: 'Mia' });
      const mine = await passwordToken(server, email, password);
      const gone = await get('/demo/me', { where: 'key = "cust-001"' }, mine);

      assert.equal(gone.status, 404);
      assert.equal(gone.json.message, `The Resource with ID '${customer.id}' was not found.`);
      const found = await get('/demo/me', [['where', 'firstName = :n'], ['var.n', 'Mia'], ['limit', '0'],
        ['offset', '1'], ['sort', 'email desc'], ['withTotal', 'false'], ['where', 'version = 1']], mine);

      assert.equal(found.status, 200, found.text);
      assert.equal(found.json.id, customer.id);
    });

    test('a parameter that is wrong is told before the customer is looked up', async () => {
      const { email, password } = await signUp(server);
      const mine = await passwordToken(server, email, password);

      for (const [query, start] of [
        [{ where: 'email =' }, `${PREFIX}Syntax error while parsing 'where'. Unexpected end of input, expected `],
        [{ where: '' }, `${PREFIX}Syntax error while parsing 'where'. Unexpected end of input, expected not or `],
        [{ where: 'password = "x"' }, `${PREFIX}The field 'password' does not exist.`],
        [{ where: 'customerEmail = "x"' }, `${PREFIX}The field 'customerEmail' does not exist.`],
        [{ sort: 'name' }, "Malformed parameter: sort: Invalid query field 'name' in sort path."],
        [{ limit: '501' }, 'Malformed parameter: limit: The limit parameter must be in the range of [0..500]'],
        [{ offset: '-1' }, 'Malformed parameter: offset: The offset parameter must be in the range of [0..10000]'],
        [{ withTotal: 'yes' }, 'Malformed parameter: withTotal: '],
      ]) {
        const answer = await get('/demo/me', query, mine);

        assert.equal(answer.status, 400, JSON.stringify(query));
        assert.ok(answer.json.message.startsWith(start), answer.json.message);
      }
    });
  });
});
