/* Runs the cases in tests/cases/api against one server over HTTP, each in a fresh project of its own. The format of a
 * case is described in tests/cases/README.md. */

import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { request } from './support/http.mjs';
import { startServer } from './support/server.mjs';

const CASES = fileURLToPath(new URL('../cases/api', import.meta.url));
const SEED = fileURLToPath(new URL('../support/seed', import.meta.url));
const GIVEN = fileURLToPath(new URL('../cases/given', import.meta.url));
const METHODS = ['get', 'post', 'delete', 'head', 'put', 'patch', 'options'];
const STEP_MEMBERS = ['as', 'basic', 'body', 'expect', 'form', 'headers', 'note', 'project', 'query', 'save', 'text'];
const EXPECT_MEMBERS = ['absent', 'body', 'error', 'headers', 'messages', 'status'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const MY_SCOPES = ['manage_my_profile', 'manage_my_orders', 'manage_my_payments', 'manage_my_shopping_lists'];
const PARALLEL_CASES = 8;
const SHOWN_CHARACTERS = 6_000;

const show = (value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? 'nothing';

  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)} …` : text;
};
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/* ---- Patterns ---------------------------------------------------------------------------------------------------- */

const WORDS = {
  $any: (value) => value !== undefined && value !== null,
  $string: (value) => typeof value === 'string' && value !== '',
  $number: (value) => typeof value === 'number',
  $uuid: (value) => typeof value === 'string' && UUID.test(value),
  $timestamp: (value) => typeof value === 'string' && TIMESTAMP.test(value),
  $absent: (value) => value === undefined,
};

const fault = (path, expected, value) => [`${path || 'body'}: expected ${show(expected)}, got ${show(value)}`];

function contains(pattern, value, path) {
  if (typeof value === 'string') return value.includes(pattern) ? [] : fault(path, { $contains: pattern }, value);
  const wanted = Array.isArray(pattern) ? pattern : [pattern];
  const missing = (Array.isArray(value) ? wanted.filter((one) => !value.some((item) => !faults(one, item, '').length))
    : wanted);

  return missing.length ? fault(path, { $contains: missing }, value) : [];
}

function sameSet(pattern, value, path) {
  if (!Array.isArray(value) || value.length !== pattern.length) return fault(path, { $set: pattern }, value);
  return contains(pattern, value, path);
}

function exactly(pattern, value, path) {
  if (!isObject(pattern)) return faults(pattern, value, path);
  const surplus = isObject(value) ? Object.keys(value).filter((name) => !(name in pattern)) : [];

  return [...faults(pattern, value, path), ...surplus.map((name) => `${path || 'body'}: has a member '${name}'`)];
}

function minutesAfter(pattern, value, path, parent) {
  const [[name, minutes]] = Object.entries(pattern);

  return Date.parse(value) - Date.parse(parent?.[name]) === minutes * 60_000 ? []
    : fault(path, `${minutes} minutes after ${parent?.[name]}`, value);
}

const OPERATORS = {
  $contains: contains,
  $set: sameSet,
  $exact: exactly,
  $minutesAfter: minutesAfter,
  $regex: (pattern, value, path) => (new RegExp(pattern, 'u').test(value) ? [] : fault(path, `/${pattern}/`, value)),
  $not: (pattern, value, path) => (faults(pattern, value, path).length ? [] : fault(path, { $not: pattern }, value)),
  $atLeast: (pattern, value, path) => (value >= pattern ? [] : fault(path, { $atLeast: pattern }, value)),
  $length: (pattern, value, path) => (value?.length === pattern ? [] : fault(path, { $length: pattern }, value)),
  $first: (pattern, value, path) => faults(pattern, value?.[0], `${path}.0`),
};

function objectFaults(pattern, value, path, parent) {
  const [name] = Object.keys(pattern);

  if (name in OPERATORS) return OPERATORS[name](pattern[name], value, path, parent);
  if (!isObject(value)) return fault(path, pattern, value);
  return Object.entries(pattern).flatMap(
    ([member, one]) => faults(one, value[member], path ? `${path}.${member}` : member, value),
  );
}

/* The check that a word of the pattern language stands for; a word that ends in '?' also fits what is not there. */
function wordCheck(pattern) {
  if (typeof pattern !== 'string') return undefined;
  if (pattern.endsWith('?') && pattern.slice(0, -1) in WORDS) {
    return (value) => value === undefined || WORDS[pattern.slice(0, -1)](value);
  }
  return Object.hasOwn(WORDS, pattern) ? WORDS[pattern] : undefined;
}

/* What of `value` does not fit the pattern: a list of sentences, empty when all of it fits. */
function faults(pattern, value, path = '', parent = undefined) {
  const fits = wordCheck(pattern);

  if (fits) return fits(value) ? [] : fault(path, pattern, value);
  if (isObject(pattern)) return objectFaults(pattern, value, path, parent);
  if (!Array.isArray(pattern)) return pattern === value ? [] : fault(path, pattern, value);
  if (!Array.isArray(value) || value.length !== pattern.length) return fault(path, pattern, value);
  return pattern.flatMap((one, i) => faults(one, value[i], `${path}.${i}`, value));
}

/* ---- Variables --------------------------------------------------------------------------------------------------- */

function textFilled(text, variables, where) {
  const whole = /^\$(\w+?)([+-]\d+)?$/.exec(text);

  if (whole && whole[1] in variables) {
    return whole[2] ? variables[whole[1]] + Number(whole[2]) : variables[whole[1]];
  }
  if (whole && !(text in WORDS)) throw new Error(`${where} names $${whole[1]}, which no step has saved`);
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced, bare) => variables[braced ?? bare] ?? all);
}

/* The name of a member: a variable too, unless it is an operator. */
function nameFilled(name, variables) {
  return name in OPERATORS ? name : name.replace(/^\$(\w+)$/, (all, bare) => variables[bare] ?? all);
}

/* A copy of `value` in which every $name is the variable of that name, and every $repeat is written out. */
function filled(value, variables, where) {
  if (typeof value === 'string') return textFilled(value, variables, where);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (!item?.$repeat) return [filled(item, variables, where)];
      return Array.from({ length: item.$repeat }, () => filled(item.of, variables, where)).flat();
    });
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [nameFilled(name, variables), filled(one, variables, where)]),
  );
}

function valueAt(json, path) {
  if (path === '') return json;
  return path.split('.').reduce((value, name) => (Array.isArray(value) ? value.at(Number(name)) : value?.[name]), json);
}

/* ---- Who asks ---------------------------------------------------------------------------------------------------- */

function callerOf(as) {
  if (typeof as !== 'string') return as;
  if (as === 'backend') return { client: 'backend' };
  if (as === 'anonymous') return { anonymous: '' };
  if (as.startsWith('anonymous:')) return { anonymous: as.slice('anonymous:'.length) };
  return { customer: as };
}

/* The request that gets the caller a token: [path, form, client id]. */
function tokenRequest(run, project, caller) {
  const usual = 'client' in caller ? ['manage_project'] : MY_SCOPES;
  const scope = caller.scope ?? usual.map((name) => `${name}:${project}`).join(' ');

  if ('anonymous' in caller) {
    const form = { grant_type: 'client_credentials', scope };

    if (caller.anonymous) form.anonymous_id = caller.anonymous;
    return [`/oauth/${project}/anonymous/token`, form, 'shop'];
  }
  if ('customer' in caller) {
    const known = run.customers[caller.customer] ?? { email: caller.customer };
    const store = caller.store ?? known.store;
    const password = caller.password ?? known.password;

    return [`/oauth/${project}${store ? `/in-store/key=${store}` : ''}/customers/token`,
      { grant_type: 'password', scope, username: known.email, password }, 'shop'];
  }
  return ['/oauth/token', { grant_type: 'client_credentials', scope }, caller.client];
}

/* The bearer token of a caller; the same caller keeps the same token for the whole case. */
async function tokenOf(run, project, as) {
  if (as === undefined || as === 'nobody') return undefined;
  const caller = filled(callerOf(as), run.variables, 'as');

  if (caller.token !== undefined) return caller.token;
  const name = `${project} ${JSON.stringify(caller)}`;

  if (!run.tokens[name]) {
    const [path, form, client] = tokenRequest(run, project, caller);
    const answer = await request(run.server, 'POST', path, { basic: [caller.clientId ?? client, 'any-secret'], form });

    if (answer.status !== 200) throw new Error(`no token for ${show(as)}: ${answer.status} ${show(answer.text)}`);
    run.tokens[name] = answer.json.access_token;
  }
  return run.tokens[name];
}

/* ---- What every answer must look like ---------------------------------------------------------------------------- */

function hasNull(value) {
  if (value === null) return true;
  return typeof value === 'object' && Object.values(value).some(hasNull);
}

function errorFaults(answer) {
  const { statusCode, message, errors } = answer.json;
  const found = [];

  if (statusCode !== answer.status) found.push(`statusCode is ${show(statusCode)} in an answer with ${answer.status}`);
  if (errors === undefined) return found;
  if (!Array.isArray(errors) || !errors.length) return [...found, 'errors is not a list with something in it'];
  if (message !== errors[0].message) found.push('message is not that of the first error');
  if (!errors.every((one) => WORDS.$string(one.code) && WORDS.$string(one.message))) {
    found.push('an error without code or message');
  }
  return found;
}

function generalFaults(method, path, answer) {
  const found = [];

  if (!answer.headers['x-correlation-id']) found.push('no X-Correlation-ID');
  if (method === 'HEAD' && answer.text !== '') found.push('HEAD is answered with a body');
  if (method === 'HEAD' || method === 'OPTIONS' || path.endsWith('/revoke')) return found;
  if (!/^application\/json/.test(answer.headers['content-type'])) found.push('Content-Type is not JSON');
  if (answer.json === undefined) return [...found, 'the body is not JSON'];
  if (hasNull(answer.json)) found.push('null in the answer');
  return answer.status < 400 ? found : [...found, ...errorFaults(answer)];
}

/* ---- Messages ---------------------------------------------------------------------------------------------------- */

async function allMessages(run) {
  const token = await tokenOf(run, run.project, 'backend');
  const messages = [];

  for (let offset = 0, total = 1; offset < total; offset += 500) {
    const answer = await request(run.server, 'GET', `/${run.project}/messages?limit=500&offset=${offset}`, { token });

    if (answer.status !== 200) throw new Error(`GET /messages: ${answer.status} ${show(answer.text)}`);
    ({ total } = answer.json);
    messages.push(...answer.json.results);
  }
  return messages;
}

function inOrder(messages) {
  const resources = [...new Set(messages.map((message) => message.resource.id))];

  return resources.flatMap((id) => messages.filter((message) => message.resource.id === id)
    .sort((one, other) => one.sequenceNumber - other.sequenceNumber));
}

function numberingFaults(messages) {
  const last = {};

  return inOrder(messages).flatMap(({ resource: { id, typeId }, sequenceNumber, resourceVersion, type }) => {
    const { number = 0, version = 0 } = last[id] ?? {};

    last[id] = { number: sequenceNumber, version: resourceVersion };
    const what = `${type} of ${typeId} ${id}`;

    if (sequenceNumber !== number + 1) return [`${what} has number ${sequenceNumber} after ${number}`];
    return resourceVersion >= version ? [] : [`${what}: version ${resourceVersion} after ${version}`];
  });
}

const MESSAGE = {
  id: '$uuid', version: 1, sequenceNumber: '$number', resource: { typeId: '$string', id: '$uuid' },
  resourceVersion: '$number', type: '$string', createdAt: '$timestamp', lastModifiedAt: '$timestamp',
};

/* The messages that came since the last call, in the order of their numbers. */
async function newMessages(run) {
  const messages = await allMessages(run);
  const fresh = inOrder(messages.filter((message) => !run.seen.has(message.id)));

  fresh.forEach((message) => run.seen.add(message.id));
  return {
    fresh,
    broken: [...numberingFaults(messages), ...fresh.flatMap((message) => faults(MESSAGE, message, message.type))],
  };
}

/* ---- Steps ------------------------------------------------------------------------------------------------------- */

/* One step made ready to send; the answer and what is wrong with it are added later. */
function prepared(run, step) {
  const unknown = Object.keys(step).filter((name) => !STEP_MEMBERS.includes(name) && !METHODS.includes(name));
  const odd = Object.keys(step.expect ?? {}).filter((name) => !EXPECT_MEMBERS.includes(name));
  const method = METHODS.find((name) => name in step);

  if (unknown.length || odd.length || !method) {
    throw new Error(`not a step: ${show([...unknown, ...odd])} ${show(step)}`);
  }
  const sent = filled({ ...step, expect: undefined, save: undefined }, run.variables, 'the request');
  const project = sent.project ? `${run.project}-${sent.project}` : run.project;
  const query = new URLSearchParams(Object.entries(sent.query ?? {}).flatMap(
    ([name, values]) => [values].flat().map((value) => [name, String(value)]),
  )).toString();
  const path = sent[method].startsWith('/oauth/') ? sent[method] : `/${project}${sent[method]}`;

  return { step, sent, project, method: method.toUpperCase(), path: query ? `${path}?${query}` : path };
}

async function send(run, { sent, project, method, path, step }) {
  return request(run.server, method, path, {
    token: await tokenOf(run, project, step.as),
    basic: sent.basic?.split(':'),
    json: sent.body,
    form: sent.form,
    body: sent.text,
    headers: sent.headers,
  });
}

function statusFaults(status, answer) {
  if (status === undefined) return answer.status < 300 ? [] : [`status: expected success, got ${answer.status}`];
  return status === answer.status ? [] : [`status: expected ${status}, got ${answer.status}`];
}

function expectationFaults(expect, answer, variables) {
  const { messages, ...immediate } = expect;
  const { status, body, error, headers, absent = [] } = filled(immediate, variables, 'the expectation');
  const found = statusFaults(status, answer);

  if (body !== undefined) found.push(...faults(body, answer.json));
  if (error) found.push(...faults([error], answer.json?.errors, 'errors'));
  if (headers) found.push(...faults(headers, answer.headers, 'headers'));
  for (const path of absent) found.push(...faults('$absent', valueAt(answer.json, path), path));
  return found;
}

function save(run, wanted, answer) {
  for (const [name, path] of Object.entries(wanted)) {
    const value = valueAt(answer.json, path);

    if (value === undefined) throw new Error(`nothing to save at '${path}' in ${show(answer.text)}`);
    run.variables[name] = value;
  }
}

async function messageFaults(run, expect) {
  const { fresh, broken } = await newMessages(run);

  if (!expect.messages) return broken;
  const wanted = filled(expect.messages, run.variables, 'the messages');

  return [...broken, ...faults(wanted, fresh, 'messages')];
}

function report(number, { step, sent, method, path }, answer, found) {
  const body = sent.body ?? sent.form ?? sent.text;

  return [
    `step ${number}: ${method} ${path} as ${show(step.as ?? step.basic ?? 'nobody')}`,
    ...found.map((sentence) => `  ✗ ${sentence}`),
    ...(body === undefined ? [] : [`  request:  ${show(body)}`]),
    `  expected: ${show(step.expect ?? 'success')}`,
    `  answer:   ${answer.status} ${show(answer.text)}`,
  ].join('\n');
}

async function runStep(run, step, number) {
  const ready = prepared(run, step);
  const answer = await send(run, ready);
  const expect = step.expect ?? {};
  const found = [
    ...generalFaults(ready.method, ready.path, answer),
    ...expectationFaults(expect, answer, run.variables),
  ];

  if (!found.length) save(run, step.save ?? {}, answer);
  if (!found.length && run.withMessages) found.push(...await messageFaults(run, expect));
  if (found.length) {
    const error = new Error(report(number, ready, answer, found));

    error.stack = error.message;
    throw error;
  }
}

/* ---- What is there at the beginning ------------------------------------------------------------------------------ */

function draftOf(given) {
  if (given.customer) return given.customer;
  const [, email, stores] = /^customer (\S+@\S+)(?: in stores? (.+))?$/.exec(given) ?? [];

  if (!email) throw new Error(`not something that can be given: ${show(given)}`);
  return stores ? { email, stores: stores.split(/, ?| and /).map((key) => ({ typeId: 'store', key })) } : { email };
}

async function create(run, path, body) {
  const token = await tokenOf(run, run.project, 'backend');
  const answer = await request(run.server, 'POST', `/${run.project}${path}`, { token, json: body });

  if (answer.status !== 201) throw new Error(`given ${show(body)}: ${answer.status} ${show(answer.text)}`);
  return answer.json;
}

async function giveCustomer(run, given) {
  const draft = filled(draftOf(given), run.variables, 'the customer');
  const name = given.as ?? draft.email.split('@')[0];
  const complete = { password: `${name}-pw`, ...draft };
  const { customer } = await create(run, '/customers', complete);

  run.variables[name] = customer.id;
  run.customers[name] = { email: draft.email, password: complete.password, store: draft.stores?.[0].key };
  for (const { key, id } of customer.addresses) if (key) run.variables[key] = id;
}

/* A product that can be bought, with a second variant at the same price; it is taxed in Germany only. */
async function giveProduct(run, name, centAmount, currencyCode) {
  if (!run.goods) {
    run.goods = await create(run, '/product-types', { key: 'goods', name: 'goods', description: 'goods' });
    await create(run, '/tax-categories', {
      key: 'standard', name: 'standard', rates: [{ name: 'DE', amount: 0.19, includedInPrice: true, country: 'DE' }],
    });
  }
  const prices = [{ value: { currencyCode, centAmount: Number(centAmount) } }];
  const product = await create(run, '/products', {
    key: name,
    productType: { typeId: 'product-type', key: 'goods' },
    taxCategory: { typeId: 'tax-category', key: 'standard' },
    name: { en: name },
    slug: { en: name },
    masterVariant: { sku: name, prices },
    variants: [{ sku: `${name}-2`, prices }],
    publish: true,
  });

  run.variables[name] = product.id;
}

/* Something that is made by a post of its own: `{ "post": path, "body": …, "save": { … } }`. */
async function givePosted(run, { post, body, save: wanted = {} }) {
  save(run, wanted, { json: await create(run, post, filled(body, run.variables, 'what is given')) });
}

const GIVERS = {
  store: (run, key) => create(run, '/stores', { key }),
  group: (run, key) => create(run, '/customer-groups', { groupName: key, key }),
  type: (run, key) => create(run, '/types', givenFile(`type-${key}`)),
};

function givenFile(name) {
  return JSON.parse(readFileSync(join(GIVEN, `${name}.json`), 'utf8'));
}

async function giveAll(run, given) {
  for (const one of given) {
    const [, kind, key] = /^(store|group|type) (\S+)$/.exec(one) ?? [];
    const [, product, cents, currency] = /^product (\S+) at (\d+) ([A-Z]{3})$/.exec(one) ?? [];

    if (kind) run.variables[key] = (await GIVERS[kind](run, key)).id;
    else if (product) await giveProduct(run, product, cents, currency);
    else if (one.post) await givePosted(run, one);
    else if (/^[a-z-]+$/.test(one)) await giveAll(run, givenFile(one));
    else await giveCustomer(run, one);
  }
}

async function runCase(server, project, { given = [], steps }) {
  const run = { server, project, variables: { project }, customers: {}, tokens: {}, seen: new Set() };

  run.withMessages = steps.some((step) => step.expect?.messages);
  await giveAll(run, given);
  if (run.withMessages) await newMessages(run);
  for (const [i, step] of steps.entries()) await runStep(run, step, i + 1);
}

/* ---- All cases --------------------------------------------------------------------------------------------------- */

function caseFiles(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(directory, entry.name);

      if (entry.isDirectory()) return caseFiles(path);
      return entry.name.endsWith('.json') ? [path] : [];
    })
    .sort();
}

function projectKey(file, number) {
  return `${relative(CASES, file).replace(/\.json$/, '').replaceAll('/', '-').toLowerCase().slice(0, 48)}-${number}`;
}

describe('cases', { concurrency: PARALLEL_CASES }, () => {
  let server;

  before(async () => { server = await startServer({ inMemory: true, args: ['--seed', SEED] }); });
  after(() => server?.stop());

  for (const file of caseFiles(CASES)) {
    JSON.parse(readFileSync(file, 'utf8')).forEach((one, i) => {
      test(`${relative(CASES, file)}: ${one.name}`, () => runCase(server, projectKey(file, i + 1), one));
    });
  }
});
