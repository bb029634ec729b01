/* What the tests expect of the client's answers and errors. */

import assert from 'node:assert/strict';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ADDRESS_ID = /^[A-Za-z0-9_-]{8}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MASKED_PASSWORD = /^\*{4}[A-Za-z0-9+/]{3}=$/;
const COUNTRY = /^[A-Z]{2}$/;

export const NO_SUCH_ACCOUNT = {
  name: 'BadRequest',
  statusCode: 400,
  code: 'invalid_customer_account_credentials',
  message: 'Customer account with the given credentials not found.',
};

export const INVALID_TOKEN = { name: 'Unauthorized', statusCode: 401, code: 'invalid_token', message: 'invalid_token' };

export const INVALID_GRANT = {
  name: 'BadRequest',
  statusCode: 400,
  code: 'invalid_grant',
  message: 'The refresh token was not found. It may have expired.',
};

export const INVALID_CREDENTIALS = {
  name: 'BadRequest',
  statusCode: 400,
  code: 'InvalidCredentials',
  message: 'Account with the given credentials not found.',
};

export const DUPLICATE_EMAIL = {
  name: 'BadRequest',
  statusCode: 400,
  code: 'DuplicateField',
  message: 'There is already an existing customer with the provided email.',
};

export const NOT_FOUND = { name: 'NotFound', statusCode: 404, code: 'ResourceNotFound' };

/* The update named another version than the current one, which the error tells. */
export const conflictAt = (currentVersion) => ({
  name: 'ConcurrentModification', statusCode: 409, code: 'ConcurrentModification', fields: { currentVersion },
});

const text = (value) => typeof value === 'string';
const like = (pattern) => (value) => text(value) && pattern.test(value);
const boolean = (value) => typeof value === 'boolean';
const count = (value) => Number.isInteger(value) && value >= 0;
const version = (value) => Number.isInteger(value) && value >= 1;
const oneOf = (...values) => (value) => values.includes(value);
const listOf = (check) => (value) => Array.isArray(value) && value.every((item) => check(item));
const uuid = like(UUID);
const timestamp = like(TIMESTAMP);

/* true, or an assertion error that names the member. Members that are in neither list are errors. */
const shape = (name, required, optional = {}) => (value) => {
  assert.equal(typeof value, 'object', `${name} is no object: ${value}`);
  for (const member of Object.keys(required)) assert.ok(member in value, `${name}.${member} is missing`);
  for (const [member, content] of Object.entries(value)) {
    const check = required[member] ?? optional[member];

    assert.ok(check, `${name}.${member} is no member of this type`);
    assert.ok(check(content), `${name}.${member} is ${JSON.stringify(content)}`);
  }
  return true;
};

const reference = (typeId) => shape(`reference to ${typeId}`, { typeId: oneOf(typeId), id: uuid });

const originator = shape('originator', { isPlatformClient: oneOf(false) }, {
  clientId: text, customer: reference('customer'), anonymousId: text, externalUserId: text,
});

const resource = {
  id: uuid, version, createdAt: timestamp, lastModifiedAt: timestamp, createdBy: originator, lastModifiedBy: originator,
};

const custom = shape('custom', {
  type: reference('type'), fields: (value) => typeof value === 'object' && !Object.values(value).includes(null),
});

const address = shape('address', { id: like(ADDRESS_ID), country: like(COUNTRY) }, {
  key: text, title: text, salutation: text, firstName: text, lastName: text, streetName: text, streetNumber: text,
  additionalStreetInfo: text, postalCode: text, city: text, region: text, state: text, company: text, department: text,
  building: text, apartment: text, pOBox: text, phone: text, mobile: text, email: text, fax: text,
  additionalAddressInfo: text, externalId: text, custom,
});

const profile = shape('customer', {
  ...resource,
  email: text,
  addresses: listOf(address),
  shippingAddressIds: listOf(like(ADDRESS_ID)),
  billingAddressIds: listOf(like(ADDRESS_ID)),
  isEmailVerified: boolean,
  customerGroupAssignments: listOf(shape('assignment', { customerGroup: reference('customer-group') })),
  stores: listOf(shape('store reference', { typeId: oneOf('store'), key: text })),
  authenticationMode: oneOf('Password', 'ExternalAuth'),
}, {
  versionModifiedAt: timestamp, lastMessageSequenceNumber: count, key: text, customerNumber: text, externalId: text,
  password: like(MASKED_PASSWORD), firstName: text, lastName: text, middleName: text, title: text, salutation: text,
  dateOfBirth: like(DATE), companyName: text, vatId: text, locale: text,
  defaultShippingAddressId: like(ADDRESS_ID), defaultBillingAddressId: like(ADDRESS_ID),
  customerGroup: reference('customer-group'), custom,
});

const store = shape('store', {
  ...resource,
  key: text,
  languages: listOf(text),
  countries: listOf(shape('country', { code: like(COUNTRY) })),
  distributionChannels: listOf(reference('channel')),
  supplyChannels: listOf(() => false),
  productSelections: listOf(() => false),
}, {
  versionModifiedAt: timestamp, lastMessageSequenceNumber: count, name: (value) => Object.values(value).every(text),
});

const token = shape('token', {
  id: uuid, customerId: uuid, value: like(/^[A-Za-z0-9_-]{40}$/), createdAt: timestamp, expiresAt: timestamp,
}, {
  lastModifiedAt: timestamp, createdBy: originator, lastModifiedBy: originator, invalidateOlderTokens: boolean,
});

/* The whole type `Customer` of the SDK: every member known, required ones there, each of its type, no `null`. */
export const expectProfile = (value) => assert.ok(profile(value));
/* The same for `Store` and `CustomerToken`. */
export const expectStore = (value) => assert.ok(store(value));
export const expectCustomerToken = (value) => assert.ok(token(value));

/* What every message has; what it says besides is `payload`. */
export function expectMessage(message, { type, resourceId, typeId = 'customer', sequenceNumber, payload = {} }) {
  const {
    id, version: messageVersion, createdAt, lastModifiedAt, createdBy, lastModifiedBy, resource: subject,
    resourceVersion, resourceUserProvidedIdentifiers, type: messageType, sequenceNumber: number, ...rest
  } = message;

  assert.ok(uuid(id));
  assert.equal(messageVersion, 1);
  assert.ok(timestamp(createdAt));
  assert.equal(lastModifiedAt, createdAt);
  assert.ok(originator(createdBy));
  assert.deepEqual(lastModifiedBy, createdBy);
  assert.deepEqual(subject, { typeId, id: resourceId });
  assert.ok(version(resourceVersion));
  assert.equal(messageType, type);
  assert.equal(number, sequenceNumber);
  assert.deepEqual(rest, payload);
}

/* The end of a server that a test started, if it did: by itself, and with nothing to complain about. */
export async function expectCleanStop(server) {
  if (server) assert.equal(await server.stop(), 0, server.stderrText());
}

/* The error with which a call of the client fails. */
export async function failureOf(call) {
  let answer;

  try {
    answer = await call.execute();
  } catch (error) {
    return error;
  }
  assert.fail(`the call succeeded: ${answer.statusCode} ${JSON.stringify(answer.body)}`);
}

function expectMembers(error, { name, statusCode, code, message }) {
  assert.ok(error instanceof Error, `not an error: ${JSON.stringify(error)}`);
  assert.deepEqual(
    { name: error.name, statusCode: error.statusCode, status: error.status, code: error.code },
    { name, statusCode, status: statusCode, code },
    error.message,
  );
  if (message instanceof RegExp) assert.match(error.message, message);
  else if (message !== undefined) assert.equal(error.message, message);
}

/* An error of the API as the client gives it to a shop: its own members, and the body below `body`. `fields` are those
 * that the first error has besides code and message. Resolves to the error. */
export async function expectFailure(call, { fields = {}, ...expected }) {
  const error = await failureOf(call);

  expectMembers(error, expected);

  const { code, message, action, actionIndex, ...rest } = error.body.errors[0];

  assert.equal(error.body.statusCode, expected.statusCode);
  assert.equal(error.body.message, message);
  assert.equal(code, expected.code);
  assert.deepEqual(rest, fields);
  /* What an update action raised says which one did, and at which place. */
  assert.equal(typeof action?.action, actionIndex === undefined ? 'undefined' : 'string');
  return error;
}

/* An error of a token endpoint. The client keeps of its body what a shop can show, and the list of errors. */
export async function expectTokenFailure(call, expected) {
  const error = await failureOf(call);

  expectMembers(error, expected);
  assert.deepEqual(error.error, [{ code: expected.code, message: expected.message }]);
  return error;
}
