/**
 * Claims that several requests may be given: nothing that one of them does to them shows in another.
 *
 * @module
 */

/** A frozen copy of lists and plain objects, in depth. What is neither (a Date, a Map, an instance of the app's) stays as it is. */
export function freezePlain(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(freezePlain));
  if (!isPlain(value)) return value;
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value));
  for (const member of Object.keys(value)) copy[member] = freezePlain(value[member]);
  return Object.freeze(copy);
}

/** Whether a value is such a copy, all of it. */
export function isFrozenPlain(value: unknown): boolean {
  if (typeof value === 'function') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (!Object.isFrozen(value) || !(Array.isArray(value) || isPlain(value))) return false;
  return Object.values(value).every(isFrozenPlain);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
