/* The control side of the server under test. */

import { request } from './http.mjs';

export const BASE = '/_admin/v1';

/* Sends one request below /_admin/v1, with a JSON body if there is one. */
export function control(server, method, path, json, options = {}) {
  return request(server, method, `${BASE}${path}`, { json, ...options });
}

/* The same of one that must succeed; resolves to the body. */
export async function controlled(server, method, path, json, options) {
  const answer = await control(server, method, path, json, options);

  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}
