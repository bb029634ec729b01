/* In a page of a browser, in place of `node:assert/strict` and `node:crypto`: as much of them as is used there. */

export const randomUUID = () => crypto.randomUUID();

const shown = (value) => JSON.stringify(value) ?? String(value);

function fail(what, message) {
  throw new Error(message ? `${message}: ${what}` : what);
}

function same(left, right) {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;

  const names = Object.keys(left);

  return names.length === Object.keys(right).length
    && names.every((name) => Object.hasOwn(right, name) && same(left[name], right[name]));
}

export default {
  fail,
  ok: (value, message) => value || fail(`${shown(value)} is not true`, message),
  equal: (actual, expected, message) =>
    Object.is(actual, expected) || fail(`${shown(actual)} is not ${shown(expected)}`, message),
  notEqual: (actual, other, message) => !Object.is(actual, other) || fail(`it is ${shown(actual)}`, message),
  deepEqual: (actual, expected, message) =>
    same(actual, expected) || fail(`${shown(actual)} is not ${shown(expected)}`, message),
  match: (text, pattern, message) => pattern.test(text) || fail(`${shown(text)} does not match ${pattern}`, message),
};
