/* The shapes of answers that many tests look at. */

import assert from 'node:assert/strict';

/* The body of every error of the API: status, a sentence, and at least one error that carries the code. */
export function expectApiError(answer, status, code, message) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
  assert.ok(answer.json, `the body is not JSON: ${answer.text}`);
  assert.equal(answer.json.statusCode, status);
  assert.ok(Array.isArray(answer.json.errors) && answer.json.errors.length > 0, answer.text);
  assert.equal(answer.json.errors[0].code, code);
  assert.equal(answer.json.message, answer.json.errors[0].message);
  if (message instanceof RegExp) assert.match(answer.json.message, message);
  else if (message !== undefined) assert.equal(answer.json.message, message);
}

/* The whole body of an error that carries the members of OAuth as well. */
export function expectOauthError(answer, status, code, message) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
  assert.deepEqual(answer.json, {
    statusCode: status,
    message,
    errors: [{ code, message }],
    error: code,
    error_description: message,
  });
}

export function expectInvalidClient(answer) {
  expectOauthError(answer, 401, 'invalid_client',
    'Please provide valid client credentials using HTTP Basic Authentication.');
}

export function expectInvalidGrant(answer) {
  expectOauthError(answer, 400, 'invalid_grant', 'The refresh token was not found. It may have expired.');
}

export function expectInvalidScope(answer) {
  expectOauthError(answer, 400, 'invalid_scope', 'Malformed parameter: scope: Invalid scope.');
}

/* `owned`: the names of the scopes that the client has. */
export function expectPermissionsExceeded(answer, owned) {
  expectOauthError(answer, 400, 'invalid_scope',
    `Permissions exceeded. Only the following permissions can be requested: ${owned}`);
}

export function expectNoSuchAccount(answer) {
  expectOauthError(answer, 400, 'invalid_customer_account_credentials',
    'Customer account with the given credentials not found.');
}

export function expectMissingParameter(answer, name) {
  expectOauthError(answer, 400, 'invalid_request', `Missing required parameter: ${name}.`);
}

export function expectInsufficientScope(answer, names) {
  expectOauthError(answer, 403, 'insufficient_scope',
    `Insufficient scope. One of the following scopes is missing: ${names}.`);
}

export function expectPasswordFlowNeeded(answer) {
  expectOauthError(answer, 403, 'insufficient_token_grant_type',
    "This endpoint requires an access token issued with the 'Resource Owner Password Credentials Grant'.");
}

/* Unknown, expired and revoked tokens: the one error of OAuth without a description. */
export function expectInvalidToken(answer) {
  assert.equal(answer.status, 401, answer.text);
  assert.deepEqual(answer.json, {
    statusCode: 401,
    message: 'invalid_token',
    errors: [{ code: 'invalid_token', message: 'invalid_token' }],
    error: 'invalid_token',
  });
  assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer\b/);
}

export function expectInvalidJson(answer, detail) {
  expectApiError(answer, 400, 'InvalidJsonInput', 'Request body does not contain valid JSON.');
  const { detailedErrorMessage } = answer.json.errors[0];

  assert.equal(typeof detailedErrorMessage, 'string');
  assert.notEqual(detailedErrorMessage, '');
  if (detail instanceof RegExp) assert.match(detailedErrorMessage, detail);
  else if (detail !== undefined) assert.equal(detailedErrorMessage, detail);
}

export function expectConflict(answer, { id, expected, actual }) {
  expectApiError(answer, 409, 'ConcurrentModification',
    `Object ${id} has a different version than expected. Expected: ${expected} - Actual: ${actual}.`);
  assert.equal(answer.json.errors[0].currentVersion, actual);
}

/* Asks again and again until `look` gives something true; for what becomes visible at a moment nobody announces. */
export async function eventually(look, { timeoutMs = 10_000, everyMs = 20, what = 'the expected state' } = {}) {
  const deadline = Date.now() + timeoutMs;

  for (;;) {
    const value = await look();

    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come about within ${timeoutMs} ms`);
    await new Promise((resolve) => { setTimeout(resolve, everyMs); });
  }
}
