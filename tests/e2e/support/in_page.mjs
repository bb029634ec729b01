/* What a page of a browser has at hand; see browser.mjs. */

export * as expect from './expect.mjs';
export * as journeys from './journeys.mjs';
export * as shop from './shop.mjs';
export * as storefront from './storefront.mjs';

/* Does the work of a test. What the client throws is not always an error, and would arrive there as "Object". */
export async function run(work) {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error ? error : new Error(JSON.stringify(error));
  }
}
