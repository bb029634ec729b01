/* A small storefront as one would be written against the real service: a page of plain elements that talks through the
 * official client, shows what the server says, and knows nothing of the server but its address. */

import { bodyOf, customer, visitor } from './shop.mjs';

const PRICE = { priceCurrency: 'EUR', priceCountry: 'DE' };
const LOCALE = 'en-US';

const html = `
  <nav id="categories"></nav>
  <form id="filters">
    <input name="text" placeholder="Search">
    <select name="size"><option value="">any size</option><option>S</option><option>M</option><option>L</option>
    </select>
    <label><input type="checkbox" name="handmade"> made by hand</label>
    <label><input type="checkbox" name="inStock"> in stock</label>
    <input name="brand" placeholder="Brand">
    <input name="heavierThan" placeholder="At least … g">
    <input name="from" placeholder="from"><input name="to" placeholder="to">
    <select name="sort"><option value="">relevance</option><option value="price asc">cheapest first</option></select>
    <button>Show</button>
  </form>
  <p id="count"></p><ul id="brands"></ul><ol id="products"></ol>
  <article id="product" hidden></article>
  <section id="cart"><ul id="lines"></ul>
    <form id="promo"><input name="code"><button>Redeem</button></form><p id="total"></p></section>
  <form id="account"><input name="email"><input name="password" type="password"><input name="firstName">
    <button name="signUp">Sign up</button><button name="signIn">Sign in</button></form>
  <p id="greeting"></p>
  <form id="profile" hidden><input name="lastName"><button name="save">Save</button>
    <input name="street"><input name="city"><button name="addAddress">Add address</button>
    <ul id="addresses"></ul></form>
  <p id="message" role="alert"></p>`;

const element = (id) => document.getElementById(id);
const money = ({ centAmount, currencyCode }) => `${(centAmount / 100).toFixed(2)} ${currencyCode}`;
const priceOf = ({ price }) => money(price.discounted?.value ?? price.value);

/* The filters of the search as storefronts write them. */
function filtersOf(form, category) {
  const value = (name) => form.elements[name].value.trim();
  const cents = (name) => (value(name) ? Math.round(Number(value(name)) * 100) : '*');
  const filters = [];

  if (category) filters.push(`categories.id: subtree("${category}")`);
  if (value('size')) filters.push(`variants.attributes.size.key:"${value('size')}"`);
  if (form.elements.handmade.checked) filters.push('variants.attributes.handmade:true');
  if (form.elements.inStock.checked) filters.push('variants.availability.isOnStock:true');
  if (value('brand')) filters.push(`variants.attributes.brand:"${value('brand')}"`);
  if (value('heavierThan')) filters.push(`variants.attributes.weight:range (${value('heavierThan')} to *)`);
  if (value('from') || value('to')) {
    filters.push(`variants.scopedPrice.currentValue.centAmount:range (${cents('from')} to ${cents('to')})`);
  }
  return filters;
}

/* Opens the shop in the page. Every form says in #message what the server refused. */
export async function openStorefront(server) {
  let session = visitor(server);
  let cart;
  let profile;
  let category;

  document.body.innerHTML = html;

  const list = (id, texts) => element(id).replaceChildren(...texts.map((text) => {
    const item = document.createElement('li');

    item.textContent = text;
    return item;
  }));
  const guarded = (work) => async (event) => {
    event?.preventDefault();
    element('message').textContent = '';
    document.body.dataset.busy = 'true';
    try {
      await work(event);
    } catch (error) {
      element('message').textContent = error.body?.message ?? error.message ?? String(error);
    } finally {
      delete document.body.dataset.busy;
    }
  };

  const buttonFor = (text, work) => {
    const button = document.createElement('button');

    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', guarded(work));
    return button;
  };

  function showCart() {
    list('lines', (cart?.lineItems ?? []).map(({ name, quantity, totalPrice }) => (
      `${quantity} × ${name[LOCALE]} ${money(totalPrice)}`)));
    element('total').textContent = cart ? money(cart.taxedPrice?.totalGross ?? cart.totalPrice) : '';
  }

  async function change(...actions) {
    const { id: ID, version } = cart;

    cart = await bodyOf(session.api.me().carts().withId({ ID }).post({ body: { version, actions } }));
    showCart();
  }

  async function addToCart(sku) {
    cart ??= await bodyOf(session.api.me().carts().post({
      body: { currency: 'EUR', country: 'DE', shippingAddress: { country: 'DE' } },
    }));
    await change({ action: 'addLineItem', sku, quantity: 1 });
  }

  async function showProduct(key) {
    const product = await bodyOf(session.api.productProjections().withKey({ key }).get({ queryArgs: PRICE }));
    const article = element('product');
    const variants = [product.masterVariant, ...product.variants];

    article.replaceChildren(Object.assign(document.createElement('h1'), { textContent: product.name[LOCALE] }));
    for (const variant of variants) {
      const line = document.createElement('p');
      const { isOnStock, availableQuantity } = variant.availability;

      line.textContent = `${variant.sku} ${priceOf(variant)} ${isOnStock ? `${availableQuantity} left` : 'sold out'} `;
      if (isOnStock) line.append(buttonFor(`Buy ${variant.sku}`, () => addToCart(variant.sku)));
      article.append(line);
    }
    article.hidden = false;
  }

  async function search() {
    const form = element('filters');
    const text = form.elements.text.value.trim();
    const { results, total, facets } = await bodyOf(session.api.productProjections().search().get({
      queryArgs: {
        ...PRICE,
        limit: 100,
        filter: filtersOf(form, category),
        facet: ['variants.attributes.brand'],
        ...(text ? { [`text.${LOCALE}`]: text, fuzzy: true } : {}),
        ...(form.elements.sort.value ? { sort: form.elements.sort.value } : {}),
      },
    }));

    element('count').textContent = `${total} products`;
    list('brands', facets['variants.attributes.brand'].terms.map(({ term, count }) => `${term} (${count})`));
    element('products').replaceChildren(...results.map((product) => {
      const item = document.createElement('li');

      item.dataset.key = product.key;
      item.append(buttonFor(product.name[LOCALE], () => showProduct(product.key)));
      item.append(` ${priceOf(product.masterVariant)}`);
      return item;
    }));
  }

  function showProfile() {
    element('greeting').textContent = `Hello ${[profile.firstName, profile.lastName].filter(Boolean).join(' ')}`;
    element('profile').hidden = false;
    list('addresses', profile.addresses.map(({ streetName, city, country }) => `${streetName}, ${city}, ${country}`));
  }

  async function changeProfile(...actions) {
    profile = await bodyOf(session.api.me().post({ body: { version: profile.version, actions } }));
    showProfile();
  }

  const valuesOf = (id) => Object.fromEntries([...new FormData(element(id))].filter(([, value]) => value));

  element('filters').addEventListener('submit', guarded(search));
  element('promo').addEventListener('submit', guarded(() => change({
    action: 'addDiscountCode', code: element('promo').elements.code.value,
  })));
  element('account').addEventListener('submit', guarded(async ({ submitter }) => {
    const { email, password, ...rest } = valuesOf('account');
    const me = session.api.me();
    const activeCartSignInMode = 'MergeWithExistingCustomerCart';
    const { customer: known, cart: theirs } = await bodyOf(submitter.name === 'signUp'
      ? me.signup().post({ body: { email, password, ...rest } })
      : me.login().post({ body: { email, password, activeCartSignInMode } }));

    session = customer(server, { email, password });
    profile = known;
    cart = theirs;
    showCart();
    showProfile();
  }));
  element('profile').addEventListener('submit', guarded(async ({ submitter }) => {
    const { lastName, street, city } = valuesOf('profile');

    const address = { streetName: street, city, postalCode: '10115', country: 'DE' };

    await changeProfile(submitter.name === 'save' ? { action: 'setLastName', lastName }
      : { action: 'addAddress', address });
  }));

  const { results } = await bodyOf(session.api.categories().get({ queryArgs: { sort: 'orderHint asc' } }));

  element('categories').append(...results.map(({ id, name }) => buttonFor(name[LOCALE], () => {
    category = id;
    return search();
  })));
  await search();
}
