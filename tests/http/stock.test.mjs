/* The last piece: many order it at once, and one of them gets it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { clientToken, request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const SHOPPERS = 12;
const PRODUCT = {
  key: 'last',
  name: { en: 'Last' },
  slug: { en: 'last' },
  publish: true,
  masterVariant: { sku: 'LAST', prices: [{ value: { currencyCode: 'EUR', centAmount: 100 } }] },
};
const CART = {
  currency: 'EUR', taxMode: 'Disabled', inventoryMode: 'ReserveOnOrder', lineItems: [{ sku: 'LAST' }],
  shippingAddress: { country: 'DE' },
};

for (const inMemory of [true, false]) {
  describe(inMemory ? 'in memory' : 'in a file', () => {
    test('of many orders for the last pieces as many win as there are pieces', { timeout: 60_000 }, async () => {
      const server = await startServer({ inMemory });

      try {
        const token = await clientToken(server);
        const post = async (path, json, expected = 201) => {
          const answer = await request(server, 'POST', `/demo${path}`, { token, json });

          assert.ok([expected, 400].includes(answer.status), answer.text);
          return answer;
        };
        const type = await post('/product-types', { key: 'last', name: 'Last', description: '-' });
        const pieces = { sku: 'LAST', quantityOnStock: 2 };

        await post('/products', { ...PRODUCT, productType: { typeId: 'product-type', id: type.json.id } });
        const { json: entry } = await post('/inventory', pieces);
        const carts = await Promise.all(Array.from({ length: SHOPPERS }, () => post('/carts', CART)));
        const orders = await Promise.all(carts.map(({ json: { id, version } }) => post('/orders', { id, version })));
        const refused = orders.filter(({ status }) => status === 400);

        assert.equal(orders.length - refused.length, pieces.quantityOnStock);
        for (const { json } of refused) assert.equal(json.errors[0].code, 'OutOfStock');
        const { json: after } = await request(server, 'GET', `/demo/inventory/${entry.id}`, { token });

        assert.deepEqual([after.quantityOnStock, after.availableQuantity, after.version], [0, 0, 3]);
        const { json: { total } } = await request(server, 'GET', '/demo/orders', { token });

        assert.equal(total, pieces.quantityOnStock);
      } finally {
        await server.stop();
      }
    });
  });
}
