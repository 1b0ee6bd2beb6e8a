import { MAX_DEPTH, parseStrictObject } from '../../../../packages/core/src/token/strict-json.ts';
import { notValid, type Reason } from './reason.ts';
import type { Part } from './take-apart.ts';

/** Why the library reads no members in a part. None where it does. */
export function jsonReasons({ text, members }: Part, name: string): readonly Reason[] {
  if (members !== undefined) return [];
  if (text === undefined) return [notValid(`Its ${name} is no UTF-8 text.`)];
  return [notValid(`Its ${name} ${faultOf(text)}.`)];
}

function faultOf(text: string): string {
  const value = parse(text);
  if (value === undefined) return 'is no JSON';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is JSON, but no object';
  if (depthOf(value) > MAX_DEPTH) return `is more than ${MAX_DEPTH} levels deep`;
  if (hasProto(value)) return 'has a member named "__proto__"';
  // What its own text says once is read; what is left is a name that comes twice.
  return parseStrictObject(JSON.stringify(value)) === undefined
    ? 'is JSON that is not read'
    : 'has two members of one name, of which every reader may take another';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto);
}
