/**
 * The checks every option goes through, once, when an auth, a store or a guard is made. A wrong configuration is a
 * `TypeError` with Node's codes and the option's full name; never its value, which may be a secret.
 *
 * @module
 */

/** A wrong configuration: `code` is `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE`. */
export interface ConfigurationError extends TypeError {
  readonly code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE';
}

/** Marks the errors of this file: Node's own carry the same codes, and their messages may quote the value. */
const CHECKED: unique symbol = Symbol('tokenpair configuration error');

/** A `TypeError` about a value of the right type that cannot be used. */
export function invalidValue(message: string, cause?: unknown): ConfigurationError {
  return configurationError('ERR_INVALID_ARG_VALUE', message, cause);
}

/** A `TypeError` about a value of the wrong type. */
export function invalidType(message: string, cause?: unknown): ConfigurationError {
  return configurationError('ERR_INVALID_ARG_TYPE', message, cause);
}

function configurationError(
  code: ConfigurationError['code'],
  message: string,
  cause?: unknown,
): ConfigurationError {
  const error = new TypeError(message, cause === undefined ? undefined : { cause });
  Object.defineProperty(error, CHECKED, { value: true });
  return Object.assign(error, { code });
}

/** Whether an error is one of this file's, and so fit to be shown. */
export function isConfigurationError(error: unknown): error is ConfigurationError {
  return error instanceof TypeError && Object.hasOwn(error, CHECKED);
}

/** Narrows to an object all of whose members are known; a misspelt option is an error, not a default. */
export function assertOptions(
  value: unknown,
  name: string,
  known: readonly string[],
): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidType(`${name} must be an object`);
  for (const member of Object.keys(value)) {
    if (!known.includes(member))
      throw invalidValue(`${name} has no option "${member}"; it has ${known.join(', ')}`);
  }
}

export function assertFunction(value: unknown, name: string): asserts value is (...args: never[]) => unknown {
  if (typeof value !== 'function') throw invalidType(`${name} must be a function`);
}

/** A non-empty string of at most 255 characters, as RFC 7519 names and subjects are here. */
export function assertText(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') throw invalidType(`${name} must be a string`);
  if (value.length === 0 || value.length > 255) throw invalidValue(`${name} must have 1 to 255 characters`);
  if (/[\p{Cc}\p{Cs}]/u.test(value))
    throw invalidValue(`${name} must have no control characters and be well-formed`);
}

export function assertBoolean(value: unknown, name: string): asserts value is boolean {
  if (typeof value !== 'boolean') throw invalidType(`${name} must be true or false`);
}

/** One of a few words. */
export function assertOneOf<T extends string>(
  value: unknown,
  name: string,
  words: readonly T[],
): asserts value is T {
  if (!words.includes(value as T)) throw invalidValue(`${name} must be one of ${words.join(', ')}`);
}

/** A whole number within bounds, both included. */
export function assertInteger(
  value: unknown,
  name: string,
  min: number,
  max: number,
): asserts value is number {
  if (typeof value !== 'number') throw invalidType(`${name} must be a number`);
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw invalidValue(`${name} must be a whole number from ${min} to ${max}`);
  }
}
