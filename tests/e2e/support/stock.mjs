/* What the shop of the journeys has to sell, to whom it ships, and what it takes off: made by the backend, as a shop
 * does that is set up for the first time. It ships to Austria only, where the hat is cheaper. */

import { backend, bodyOf } from './shop.mjs';

/* In cents: everywhere, and in Austria. */
export const HAT = { sku: 'HAT', price: 1999, austrianPrice: 1899 };
export const SCARF = { sku: 'SCARF', price: 1234 };
export const LONG_SCARF = { sku: 'SCARF-LONG', price: 2500 };
/* Its price may change in a test; nobody else relies on it. */
export const UMBRELLA = { key: 'umbrella', sku: 'UMBRELLA', price: 900 };
export const DISCOUNT_CODE = 'RAIN20';
export const SHIPPING_PRICE = 590;
export const VIENNA = {
  firstName: 'Mia', lastName: 'Berg', streetName: 'Ring', postalCode: '1010', city: 'Wien', country: 'AT',
};

/* What is left of a price with the discount code. */
export const discounted = (price) => Math.round(price * 0.8);

const euro = (centAmount) => ({ currencyCode: 'EUR', centAmount });

const HAT_DRAFT = {
  key: 'hat',
  name: { en: 'Hat', de: 'Hut' },
  slug: { en: 'hat', de: 'hut' },
  masterVariant: {
    sku: HAT.sku,
    prices: [{ value: euro(HAT.price) }, { value: euro(HAT.austrianPrice), country: 'AT' }],
    attributes: [{ name: 'shade', value: 'grey' }],
    images: [{ url: 'https://shop.example/hat.png', dimensions: { w: 300, h: 300 } }],
  },
};

const SCARF_DRAFT = {
  key: 'scarf',
  name: { en: 'Scarf', de: 'Schal' },
  slug: { en: 'scarf', de: 'schal' },
  masterVariant: { sku: SCARF.sku, prices: [{ value: euro(SCARF.price) }] },
  variants: [{ sku: LONG_SCARF.sku, prices: [{ value: euro(LONG_SCARF.price) }] }],
};

const UMBRELLA_DRAFT = {
  key: UMBRELLA.key,
  name: { en: 'Umbrella', de: 'Schirm' },
  slug: { en: 'umbrella', de: 'schirm' },
  masterVariant: { sku: UMBRELLA.sku, prices: [{ value: euro(UMBRELLA.price) }] },
};

/* Resolves to the ids that a page cannot know by heart: { scarf, shippingMethod, discountCode }. `options`: of the
 * backend. */
export async function stockShop(server, options) {
  const { api } = backend(server, options);
  const productType = { typeId: 'product-type', key: 'clothes' };
  const taxCategory = { typeId: 'tax-category', key: 'clothes' };
  const product = (draft) => bodyOf(api.products().post({
    body: { ...draft, productType, taxCategory, publish: true },
  }));

  await bodyOf(api.productTypes().post({
    body: {
      key: 'clothes',
      name: 'Clothes',
      description: 'What one wears',
      attributes: [{ name: 'shade', label: { en: 'Shade' }, type: { name: 'text' }, isRequired: false }],
    },
  }));
  await bodyOf(api.taxCategories().post({
    body: {
      key: 'clothes',
      name: 'Clothes',
      rates: [{ name: 'AT', amount: 0.2, includedInPrice: true, country: 'AT' }],
    },
  }));
  await bodyOf(api.zones().post({ body: { key: 'austria', name: 'Austria', locations: [{ country: 'AT' }] } }));

  const shippingMethod = await bodyOf(api.shippingMethods().post({
    body: {
      key: 'post',
      name: 'Post',
      isDefault: false,
      taxCategory,
      zoneRates: [{ zone: { typeId: 'zone', key: 'austria' }, shippingRates: [{ price: euro(SHIPPING_PRICE) }] }],
    },
  }));
  const cartDiscount = await bodyOf(api.cartDiscounts().post({
    body: {
      key: 'rain',
      name: { en: 'A fifth off while it rains' },
      value: { type: 'relative', permyriad: 2000 },
      cartPredicate: '1=1',
      target: { type: 'lineItems', predicate: '1=1' },
      sortOrder: '0.7',
      requiresDiscountCode: true,
    },
  }));
  const discountCode = await bodyOf(api.discountCodes().post({
    body: { code: DISCOUNT_CODE, cartDiscounts: [{ typeId: 'cart-discount', id: cartDiscount.id }] },
  }));

  const { id: scarf } = await product(SCARF_DRAFT);

  await product(HAT_DRAFT);
  await product(UMBRELLA_DRAFT);
  return {
    scarf,
    shippingMethod: shippingMethod.id,
    discountCode: discountCode.id,
  };
}

export async function changePriceOfUmbrella(server, centAmount) {
  const umbrella = backend(server).api.products().withKey({ key: UMBRELLA.key });
  const { version, masterData } = await bodyOf(umbrella.get());
  const [{ id: priceId }] = masterData.current.masterVariant.prices;
  const changePrice = { action: 'changePrice', priceId, price: { value: euro(centAmount) }, staged: false };

  return bodyOf(umbrella.post({ body: { version, actions: [changePrice] } }));
}
