/* `fetch` as a browser does it for a page of another origin: asks first with a preflight request where the Fetch
 * standard says so, believes nothing that the answer does not allow, and hides the headers that are not exposed. What
 * is refused ends as it does in Chrome: `TypeError: Failed to fetch`. */

const SIMPLE_METHODS = ['GET', 'HEAD', 'POST'];
const SIMPLE_HEADERS = ['accept', 'accept-language', 'content-language'];
const SIMPLE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
const READABLE_HEADERS = [
  'cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma',
];

const list = (value) => (value ?? '').split(',').map((item) => item.trim()).filter(Boolean);
const lowerList = (value) => list(value).map((item) => item.toLowerCase());

function unsafeHeaders(headers) {
  return [...headers.entries()]
    .filter(([name, value]) => {
      if (name === 'content-type') return !SIMPLE_TYPES.includes(value.split(';')[0].trim().toLowerCase());
      return !SIMPLE_HEADERS.includes(name);
    })
    .map(([name]) => name)
    .sort();
}

function refuse(why) {
  throw new TypeError('Failed to fetch', { cause: why });
}

function checkOrigin(response, origin, withCredentials) {
  const allowed = response.headers.get('access-control-allow-origin');

  if (allowed !== origin && (allowed !== '*' || withCredentials)) refuse(`${origin} is not allowed, but ${allowed}`);
  if (withCredentials && response.headers.get('access-control-allow-credentials') !== 'true') {
    refuse('credentials are not allowed');
  }
}

async function askFirst(url, { origin, method, names, withCredentials, privateNetwork }) {
  const headers = { Origin: origin, 'Access-Control-Request-Method': method };

  if (names.length) headers['Access-Control-Request-Headers'] = names.join(',');
  if (privateNetwork) headers['Access-Control-Request-Private-Network'] = 'true';

  const answer = await fetch(url, { method: 'OPTIONS', headers });
  const methods = list(answer.headers.get('access-control-allow-methods'));
  const allowed = lowerList(answer.headers.get('access-control-allow-headers'));

  await answer.arrayBuffer();
  if (!answer.ok) refuse(`the preflight was answered with ${answer.status}`);
  checkOrigin(answer, origin, withCredentials);
  if (!SIMPLE_METHODS.includes(method) && !methods.includes(method)) refuse(`${method} is not allowed`);
  for (const name of names) if (!allowed.includes(name)) refuse(`the header ${name} is not allowed`);
  if (privateNetwork && answer.headers.get('access-control-allow-private-network') !== 'true') {
    refuse('the private network is not allowed');
  }
}

function readable(response, text) {
  const exposed = lowerList(response.headers.get('access-control-expose-headers'));
  const headers = [...response.headers.entries()]
    .filter(([name]) => READABLE_HEADERS.includes(name) || exposed.includes(name));

  return new Response(text || null, { status: response.status, statusText: response.statusText, headers });
}

/* The page at `origin`. `preflights` counts what was asked first; `privateNetwork`: the page lies on the public web and
 * the server on this machine. */
export function browserAt(origin, { privateNetwork = false } = {}) {
  const page = { preflights: 0 };

  page.fetch = async (url, { method = 'GET', headers: given, body, credentials, credentialsMode } = {}) => {
    const headers = new Headers(given);
    const names = unsafeHeaders(headers);
    const withCredentials = (credentials ?? credentialsMode) === 'include';

    if (!SIMPLE_METHODS.includes(method) || names.length || privateNetwork) {
      page.preflights += 1;
      await askFirst(url, { origin, method, names, withCredentials, privateNetwork });
    }
    headers.set('Origin', origin);

    const response = await fetch(url, { method, headers, body });
    const text = await response.text();

    checkOrigin(response, origin, withCredentials);
    return readable(response, text);
  };
  return page;
}
