/* Everything at once: profiles, carts, orders, searches, queries that are postponed, tokens, sign-ins that merge, new
 * projects, half requests and clients that go away, until the server is told to stop in the midst of it. Meant for
 * ThreadSanitizer, which makes the server end with another status when it saw a race; under any other build it holds
 * that nothing is answered with an error of the server's own.
 *
 * MIXED_SECONDS sets how long each of the two runs lasts (5). */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';

import { BACKEND, request, STOREFRONT } from '../http/support/http.mjs';
import { startServer } from '../http/support/server.mjs';

const SECONDS = Number(process.env.MIXED_SECONDS ?? 5);
const TIMEOUT_MS = (SECONDS + 120) * 1000;
const SKUS = ['MUG-BLUE', 'MUG-RED', 'MUG-GREEN'];
const ALICE = { email: 'alice@example.com', password: 'Alice@1234' };

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const project = () => `mixed-${randomUUID().slice(0, 8)}`;

class Mix {
  constructor(server) {
    this.server = server;
    this.agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 4_000 });
    this.isOver = false;
    this.counts = new Map();
  }

  /* After the end of the run a connection may break: the server stops. */
  async send(method, path, options = {}) {
    try {
      const answer = await request(this.server, method, path, { ...options, agent: this.agent });
      const kind = `${method} ${path.split('?')[0].replace(/[0-9a-f]{8}-[0-9a-f-]{27}|mixed-\w+/g, '…')}`;

      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
      assert.ok(answer.status < 500 || answer.status === 503, `${method} ${path}: ${answer.status} ${answer.text}`);
      return answer;
    } catch (error) {
      if (this.isOver && !(error instanceof assert.AssertionError)) return { status: 0, json: {} };
      throw error;
    }
  }

  get(path, token) { return this.send('GET', `/demo${path}`, { token }); }
  post(path, token, json) { return this.send('POST', `/demo${path}`, { token, json }); }

  async token(path, client, form) {
    const { json } = await this.send('POST', path, { basic: client, form });

    return json.access_token;
  }
  visitor(key = 'demo') {
    return this.token(`/oauth/${key}/anonymous/token`, STOREFRONT, { grant_type: 'client_credentials' });
  }
  signIn({ email, password }) {
    return this.token('/oauth/demo/customers/token', STOREFRONT, { grant_type: 'password', username: email, password });
  }
  backend() {
    return this.token('/oauth/token', BACKEND, { grant_type: 'client_credentials', scope: 'manage_project:demo' });
  }
}

/* What one client does, again and again. */
const CLIENTS = {
  async profiles(mix) {
    const token = await mix.signIn(ALICE);
    const { json: me } = await mix.get('/me', token);

    await mix.post('/me', token, {
      version: me.version, actions: [{ action: 'setFirstName', firstName: randomUUID() }],
    });
  },

  /* A visitor fills a cart, signs up with it, orders, and signs in again with another cart, which is merged. */
  async shoppers(mix) {
    const visitor = await mix.visitor();
    const draft = {
      currency: 'EUR', country: 'DE', shippingAddress: { country: 'DE' }, lineItems: [{ sku: pick(SKUS), quantity: 1 }],
    };
    const account = { email: `${randomUUID()}@example.org`, password: 'pw' };

    await mix.post('/me/carts', visitor, draft);
    await mix.post('/me/signup', visitor, account);
    const token = await mix.signIn(account);
    const { json: cart } = await mix.get('/me/active-cart', token);

    if (cart.id) await mix.post('/me/orders', token, { id: cart.id, version: cart.version });
    await mix.post('/me/carts', token, draft);
    const second = await mix.visitor();

    await mix.post('/me/carts', second, draft);
    await mix.post('/me/login', second, account);
    await mix.send('POST', '/oauth/token/revoke', { basic: STOREFRONT, form: { token } });
  },

  async searchers(mix) {
    const token = await mix.visitor();

    await mix.get('/product-projections/search?fuzzy=true&text.en=mgu&facet=variants.attributes.brand', token);
    await mix.get('/product-projections/search?filter=variants.price.centAmount:range(* to 4000)&priceCurrency=EUR'
      .replaceAll(' ', '%20'), token);
    await mix.get('/product-projections/suggest?searchKeywords.en=m', token);
    await mix.post('/products/search', token, { query: { fullText: { field: 'name', language: 'en', value: 'mug' } } });
  },

  async shopkeepers(mix) {
    const token = await mix.backend();

    await mix.get('/carts?where=lineItems(quantity%3E0)&sort=totalPrice.centAmount&limit=20', token);
    await mix.get('/orders?expand=customerGroup&expand=paymentInfo.payments%5B*%5D&limit=20', token);
    await mix.get('/customers?where=email%20%3C%3E%20%22x%22&limit=5&withTotal=true', token);
    await mix.get('/messages?limit=50&sort=createdAt%20desc', token);
    await mix.post('/inventory', token, { sku: randomUUID(), quantityOnStock: 5 });
    const { json: products } = await mix.get('/products?limit=1', token);
    const [product] = products.results ?? [];

    if (product) {
      await mix.post(`/products/${product.id}`, token, {
        version: product.version,
        actions: [{ action: 'setMetaTitle', metaTitle: { en: randomUUID() } }, { action: 'publish' }],
      });
    }
  },

  async newcomers(mix) {
    const key = project();
    const token = await mix.visitor(key);

    await mix.send('GET', `/${key}/product-projections?limit=3`, { token });
  },

  async strangers(mix) {
    await mix.get('/me', 'no-token');
    await mix.send('POST', '/oauth/introspect', { basic: BACKEND, form: { token: 'x' } });
    await mix.send('GET', '/livez');
    await mix.send('GET', '/readyz');
    await new Promise((resolve) => {
      const socket = connect(mix.server.port, mix.server.host, () => {
        socket.write('POST /demo/me/signup HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{', () => {
          socket.destroy();
          resolve();
        });
      });

      socket.on('error', resolve);
    });
  },
};

async function goOn(mix, client) {
  while (!mix.isOver) await client(mix);
}

for (const inMemory of [true, false]) {
  describe(inMemory ? 'in memory' : 'in a file', () => {
    test('all kinds of traffic at once, and a stop in the midst of it', { timeout: TIMEOUT_MS }, async (t) => {
      const server = await startServer({ inMemory, args: ['--log-level', 'warning'] });
      const mix = new Mix(server);
      const all = Object.values(CLIENTS).flatMap((client) => [goOn(mix, client), goOn(mix, client), goOn(mix, client)]);
      const failed = Promise.all(all);

      await Promise.race([failed, new Promise((resolve) => { setTimeout(resolve, SECONDS * 1000); })]);
      mix.isOver = true;
      const code = await server.stop();

      await failed;
      mix.agent.destroy();
      assert.equal(code, 0, server.stderrText());
      assert.doesNotMatch(server.stderrText(), /Sanitizer/);
      assert.ok(mix.counts.size > 20, [...mix.counts.keys()].join('\n'));
      t.diagnostic(`${[...mix.counts.values()].reduce((sum, count) => sum + count, 0)} answers`);
    });
  });
}
