/* Reads that would never end: whoever asks for them gets an answer when the time for it is up, and nobody else waits
 * for them, in a file and in memory. Who asks for many gives way to who asks for few, and a server that stops answers
 * all of them. */

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { test } from 'node:test';

import { anonymousToken, clientToken, passwordToken, request, signUp } from '../http/support/http.mjs';
import { startServer } from '../http/support/server.mjs';

const SECONDS = Number(process.env.ATTACK_SECONDS ?? 0);
const CARTS = 8;
const LINES = 300;
const ROUNDS = 5;
const TEXT_BYTES = 22_000;
const EXPIRED = ['QueryTimedOut', 'OverCapacity'];

/* Hostile requests have connections of their own, as they have in life. */
const hostileAgent = new Agent({ keepAlive: true, maxSockets: 400 });

/* Parts with a text between them, up to a length. */
function fill(part, between, bytes = TEXT_BYTES) {
  let text = part(0);

  for (let n = 1; text.length < bytes; n += 1) text += between + part(n);
  return text;
}

/* Spaces take one byte of a target as `+`, and there are many of them. */
const escaped = (text) => encodeURIComponent(text).replaceAll('%20', '+').replace(/%(28|29|3D|2C)/g, unescape);
const where = (text) => `where=${escaped(text)}`;

/* Each condition looks through all lines of all carts. */
const PREDICATES = {
  numbers: where(fill((n) => `customLineItems(quantity>${n + 9})`, ' or ')),
  nested: where(fill((n) => `customLineItems(money(centAmount=${n + 9} or centAmount=-1))`, ' or ', 19_000)),
  texts: where(fill((n) => `customLineItems(slug="x${n}" or name(en="${n}"))`, ' or ', 17_000)),
  lists: where(fill((n) => `customLineItems(slug in (${fill((k) => `"${n}-${k}"`, ',', 2_000)}))`, ' or ', 12_000)),
  empty: where(fill(() => 'customLineItems(discountedPricePerQuantity is not empty)', ' or ')),
  not: where(fill((n) => `not(customLineItems(quantity<${n + 9}))`, ' or ')),
  fields: where(`custom(fields(${fill((n) => `f${n}=1`, ' or ', 16_000)}))`),
  deep: where(
    `${'not('.repeat(40)}${fill((n) => `customLineItems(quantity>${n + 9})`, ' or ', 19_000)}${')'.repeat(40)}`),
};

const SORTED = fill((n) => `sort=customLineItems.name.x${n}`, '&');
const EXPANDED = fill((n) => `expand=customLineItems[*].taxCategory.x${n}`, '&');

/* Someone with carts of very many lines. */
async function hoarder(server) {
  const visitor = await anonymousToken(server);
  const shop = await clientToken(server);
  const anonymousId = /anonymous_id:(\S+)/.exec(visitor.scope)[1];
  const customLineItems = Array.from({ length: LINES }, (_, n) => ({
    name: { en: `Engraving number ${n}` },
    slug: `slug-${n}`,
    quantity: 1,
    money: { currencyCode: 'EUR', centAmount: 1 },
  }));
  const json = { currency: 'EUR', anonymousId, taxMode: 'Disabled', customLineItems };

  for (let n = 0; n < CARTS; n += 1) {
    const answer = await request(server, 'POST', '/demo/carts', { token: shop, json });

    assert.equal(answer.status, 201, answer.text);
  }
  return visitor;
}

/* Asks for something hostile; *.pending tells whether it is still to be answered. */
function attack(server, token, target) {
  const under = { pending: true };

  under.answer = request(server, 'GET', target, { token, agent: hostileAgent, timeoutMs: 120_000 })
    .finally(() => { under.pending = false; });
  return under;
}

/* Everything that an honest customer does, once; each must be answered, and answered well. */
async function beHonest(server, customer) {
  const { token, email, password } = customer;
  const me = await request(server, 'GET', '/demo/me', { token });

  assert.equal(me.status, 200, me.text);
  assert.equal((await request(server, 'GET', '/livez')).status, 200);
  const update = await request(server, 'POST', '/demo/me', {
    token, json: { version: me.json.version, actions: [{ action: 'setFirstName', firstName: `n${me.json.version}` }] },
  });

  assert.equal(update.status, 200, update.text);
  await passwordToken(server, email, password);
}

async function customerOf(server) {
  const { email, password } = await signUp(server);

  return { email, password, token: await passwordToken(server, email, password) };
}

for (const inMemory of [true, false]) {
  const place = inMemory ? 'in memory' : 'in a file';

  test(`nobody waits for predicates that look through everything, ${place}`, { timeout: 120_000 }, async () => {
    const server = await startServer({ inMemory, args: ['--query-timeout', '2s'] });

    try {
      const visitor = await hoarder(server);
      const customer = await customerOf(server);
      const target = `/demo/me/carts?${PREDICATES.numbers}`;
      const until = Date.now() + SECONDS * 1000;

      do {
        const hostile = Array.from({ length: 4 }, () => attack(server, visitor, target));

        for (let round = 0; round < ROUNDS; round += 1) await beHonest(server, customer);
        /* One at a time is worked on; the last of them is far from being answered. */
        assert.ok(hostile.some((under) => under.pending), 'all of it was done before the honest had their turn');
        for (const { answer } of hostile) {
          const { status, json } = await answer;

          if (status !== 200) assert.ok(EXPIRED.includes(json.errors[0].code), JSON.stringify(json));
        }
      } while (Date.now() < until);
    } finally {
      assert.equal(await server.stop(), 0);
    }
  });
}

test('each kind of long read ends in time, and says that it did', { timeout: 120_000 }, async () => {
  const server = await startServer({ args: ['--query-timeout', '200ms'] });

  try {
    const visitor = await hoarder(server);
    const customer = await customerOf(server);
    const targets = [...Object.values(PREDICATES), SORTED, EXPANDED].map((query) => `/demo/me/carts?${query}`);
    const ends = new Set();

    for (const target of targets) {
      const { status, json } = await attack(server, visitor, target).answer;

      if (status !== 200) ends.add(json.errors[0].code);
      assert.ok([200, 400].includes(status), JSON.stringify(json));
      await beHonest(server, customer);
    }
    assert.deepEqual([...ends], ['QueryTimedOut']);
  } finally {
    assert.equal(await server.stop(), 0);
  }
});

/* The searches that are the most work, within what a search may name. */
const WORDS = Array.from({ length: 24 }, (_, n) => `chairs${n}`).join(' ');
const TESTS = {
  fuzzy: { field: 'name', language: 'en', value: WORDS, level: 2 },
  fullText: { field: 'description', language: 'en', value: WORDS },
  wildcard: { field: 'description', language: 'en', value: '*a*e*i*o*u*?x*' },
};
const RANGES = Array.from({ length: 100 }, (_, n) => ({ key: `k${n}`, from: n, to: n + 1 }));
const FACETS = Array.from({ length: 60 }, (_, n) => (
  { ranges: { name: `f${n}`, field: 'variants.prices.centAmount', level: 'variants', ranges: RANGES } }));
const FIND = `text.en=${escaped(WORDS)}&fuzzy=true&limit=500&${
  fill((n) => `facet=${escaped(`variants.price.centAmount:range (${n} to ${n + 1})`)}`, '&')}`;
const SUGGEST = `fuzzy=true&${fill((n) => `searchKeywords.x${n}=chair${n}`, '&')}`;

test('searches that are the most work end, and nobody waits for them', { timeout: 120_000 }, async () => {
  const server = await startServer({ args: ['--query-timeout', '200ms'] });

  try {
    const shop = await clientToken(server);
    const customer = await customerOf(server);
    const search = (json) => request(server, 'POST', '/demo/products/search', { token: shop, json });
    const asked = [
      ...Object.entries(TESTS).map(([kind, test_]) => search({ query: { or: Array(49).fill({ [kind]: test_ }) } })),
      search({ facets: FACETS, limit: 100 }),
      request(server, 'GET', `/demo/product-projections/search?${FIND}`, { token: shop }),
      request(server, 'GET', `/demo/product-projections/suggest?${SUGGEST}`, { token: shop }),
    ];

    for (let round = 0; round < 3; round += 1) await beHonest(server, customer);
    for (const { status, json } of await Promise.all(asked))
      if (status !== 200) assert.ok(EXPIRED.includes(json.errors[0].code), JSON.stringify(json));
  } finally {
    assert.equal(await server.stop(), 0);
  }
});

test('who asks for many long reads does not keep others from theirs', { timeout: 120_000 }, async () => {
  const server = await startServer({ args: ['--query-timeout', '1s', '--query-threads', '2'] });

  try {
    const visitor = await hoarder(server);
    const shop = await clientToken(server);
    const hostile = Array.from({ length: 300 }, () => attack(server, visitor, `/demo/me/carts?${PREDICATES.numbers}`));
    /* Looks through all carts once, which is too much for a thread that others wait for. */
    const long = await request(server, 'GET', `/demo/carts?${where('customLineItems(quantity > 5 or slug = "x")')}`, {
      token: shop,
    });

    assert.equal(long.status, 200, long.text);
    assert.ok(hostile.filter((under) => under.pending).length > 0, 'the honest one was the last');
    for (const { answer } of hostile) {
      const { status, json } = await answer;

      assert.ok(status === 200 || EXPIRED.includes(json.errors[0].code), JSON.stringify(json));
    }
  } finally {
    assert.equal(await server.stop(), 0);
  }
});

test('a server that stops answers the reads that go on, and those that wait', { timeout: 60_000 }, async () => {
  const server = await startServer({ args: ['--query-timeout', '1h'] });
  const visitor = await hoarder(server);
  const other = await anonymousToken(server);
  const hostile = [];

  /* Each is with the server when a later one has been answered; what has not arrived yet is not answered at all. */
  for (let n = 0; n < 8; n += 1) {
    hostile.push(attack(server, visitor, `/demo/me/carts?${PREDICATES.numbers}`).answer.catch(() => ({ status: 0 })));
    for (let k = 0; k < 5; k += 1)
      assert.equal((await request(server, 'GET', '/demo/me/carts?limit=1', { token: other })).status, 200);
  }
  assert.equal(await server.stop(), 0);
  const answers = await Promise.all(hostile);

  for (const { status, json } of answers)
    if (status === 503) assert.equal(json.errors[0].code, 'OverCapacity');
    else assert.ok([0, 200].includes(status), `${status}`);
  assert.ok(answers.some(({ status }) => status === 503), 'none of them was answered');
});
