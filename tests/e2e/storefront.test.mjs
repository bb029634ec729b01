/* What people do in a shop, with a fresh project and nothing written by hand: a storefront in a page of Chromium,
 * clicked through as a person would. */

import assert from 'node:assert/strict';
import {
  after, afterEach, before, beforeEach, test,
} from 'node:test';

import { startServer } from '../http/support/server.mjs';
import { openBrowser } from './support/browser.mjs';
import { expectCleanStop } from './support/expect.mjs';

let server;
let browser;
let page;
let dom;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await expectCleanStop(server);
});
beforeEach(async () => {
  page = await browser.newPage();
  dom = page.dom;
  await page.run((url) => e2e.storefront.openStorefront({ url }), server.url);
});
afterEach(async () => {
  assert.deepEqual(page.refused, []);
  assert.deepEqual(page.errors, []);
  await dom.close();
});

const settled = () => dom.waitForFunction(() => !document.body.dataset.busy);
const click = async (name, within = 'body') => {
  await dom.locator(within).getByRole('button', { name, exact: true }).click();
  await settled();
};
const textOf = (selector) => dom.locator(selector).innerText();
const itemsOf = (selector) => dom.locator(`${selector} li`).allInnerTexts();
const keys = () => dom.locator('#products li').evaluateAll((items) => items.map((item) => item.dataset.key));
const message = () => textOf('#message');

async function show(values) {
  for (const [name, value] of Object.entries(values)) {
    const field = dom.locator(`#filters [name=${name}]`);

    if (value === true) await field.check();
    else if (['size', 'sort'].includes(name)) await field.selectOption(value);
    else await field.fill(value);
  }
  await click('Show', '#filters');
}

async function fill(form, values) {
  for (const [name, value] of Object.entries(values)) await dom.locator(`${form} [name=${name}]`).fill(value);
}

test('somebody browses the categories', async () => {
  assert.equal(await textOf('#count'), '20 products');
  await click('Plants');
  assert.equal(await textOf('#count'), '4 products');
  await click('Home');
  assert.equal(await textOf('#count'), '14 products', 'those of the categories below count too');
  assert.equal(await message(), '');
});

test('somebody filters by a set, a yes or no, a number and a range of prices', async () => {
  await show({ size: 'S' });
  assert.deepEqual((await keys()).sort(), ['garden-gloves', 'lantern', 'storage-jar']);
  await show({ size: '', handmade: true });
  assert.deepEqual((await keys()).sort(), ['blanket', 'bowl', 'cutting-board', 'kitchen-knife', 'mug']);
  await show({ heavierThan: '1400' });
  assert.deepEqual((await keys()).sort(), ['bowl', 'cutting-board']);
  await show({ heavierThan: '', from: '30', to: '60', sort: 'price asc' });
  assert.deepEqual(await keys(), ['bowl', 'kitchen-knife']);
  await show({ from: '', to: '' });
  assert.ok((await itemsOf('#brands')).includes('Nordlicht (7)'), (await itemsOf('#brands')).join());
  assert.equal(await message(), '');
});

test('somebody searches, with a slip of the finger', async () => {
  await show({ text: 'teapot' });
  assert.deepEqual(await keys(), ['teapot']);
  await show({ text: 'blankett' });
  assert.deepEqual(await keys(), ['blanket']);
  await show({ text: 'no such thing' });
  assert.equal(await textOf('#count'), '0 products');
});

test('a page of a product says what it costs and whether it is there', async () => {
  await click('Lantern', '#products');
  assert.equal(await textOf('#product h1'), 'Lantern');
  assert.match(await textOf('#product'), /LANTERN-S 21\.16 EUR \d+ left/, 'the product discount is off the price');
  await click('Floor lamp', '#products');
  assert.match(await textOf('#product'), /FLOOR-LAMP 129\.00 EUR sold out/);
  assert.equal(await dom.locator('#product button').count(), 0);
  await show({ inStock: true });
  assert.ok(!(await keys()).includes('floor-lamp'));
});

test('somebody fills a cart and redeems a code', async () => {
  await click('Enamel teapot', '#products');
  await click('Buy TEAPOT');
  await click('Buy TEAPOT');
  assert.deepEqual(await itemsOf('#lines'), ['2 × Enamel teapot 91.80 EUR']);
  await fill('#promo', { code: 'NO-SUCH' });
  await click('Redeem');
  assert.match(await message(), /NO-SUCH/);
  await fill('#promo', { code: 'SAVE10' });
  await click('Redeem');
  assert.equal(await message(), '');
  assert.equal(await textOf('#total'), '82.62 EUR');
});

test('somebody signs up with a cart, and signs in elsewhere with another', async () => {
  const account = { email: `mia-${process.pid}@example.org`, password: 'Secret@123' };

  await click('Enamel teapot', '#products');
  await click('Buy TEAPOT');
  await fill('#account', { ...account, firstName: 'Mia' });
  await click('Sign up');
  assert.equal(await message(), '');
  assert.equal(await textOf('#greeting'), 'Hello Mia');
  assert.deepEqual(await itemsOf('#lines'), ['1 × Enamel teapot 45.90 EUR']);

  await page.reload();
  await page.run((url) => e2e.storefront.openStorefront({ url }), server.url);
  await click('Towel', '#products');
  await click('Buy TOWEL');
  await fill('#account', { ...account, password: 'Wrong@123' });
  await click('Sign in');
  assert.equal(await message(), 'Account with the given credentials not found.');
  await fill('#account', account);
  await click('Sign in');
  assert.deepEqual((await itemsOf('#lines')).sort(), ['1 × Enamel teapot 45.90 EUR', '1 × Towel 14.90 EUR']);
});

test('somebody keeps a profile and addresses', async () => {
  await fill('#account', { email: `tom-${process.pid}@example.org`, password: 'Secret@123', firstName: 'Tom' });
  await click('Sign up');
  await fill('#profile', { lastName: 'Berg' });
  await click('Save');
  assert.equal(await textOf('#greeting'), 'Hello Tom Berg');
  await fill('#profile', { street: 'Hauptstrasse', city: 'Berlin' });
  await click('Add address');
  assert.deepEqual(await itemsOf('#addresses'), ['Hauptstrasse, Berlin, DE']);
  assert.equal(await message(), '');
});
