/**
 * JSON as a signed message must be read: one meaning for every reader. `JSON.parse` keeps the last of two members of one
 * name and others the first (RFC 8259 §4), so a repeated name is refused here.
 *
 * @module
 */
import type { JsonObject } from '../json.ts';

/** Levels of objects and lists within each other, the object itself the first. */
export const MAX_DEPTH = 32;

/**
 * Parses the text of a JSON object: unique member names, none of them `__proto__`, at most 32 levels deep. The result is
 * frozen in depth and its objects have no prototype. `undefined` for anything else.
 */
export function parseStrictObject(text: string): JsonObject | undefined {
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = seal(value, 1);
  if (members === undefined) return undefined;
  return members === countNameEnds(text) || hasUniqueMembers(text) ? (value as JsonObject) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Freezes in depth and takes the prototypes away. Gives the number of members, or `undefined` for what is too deep or has a `__proto__`. */
function seal(value: object, depth: number): number | undefined {
  if (depth > MAX_DEPTH || Object.hasOwn(value, '__proto__')) return undefined;
  const isList = Array.isArray(value);
  const members: readonly unknown[] = isList ? value : Object.values(value);
  let count = isList ? 0 : members.length;
  for (const member of members) {
    if (typeof member !== 'object' || member === null) continue;
    const inner = seal(member, depth + 1);
    if (inner === undefined) return undefined;
    count += inner;
  }
  if (!isList) Object.setPrototypeOf(value, null);
  Object.freeze(value);
  return count;
}

/**
 * At most this many names of members are in the text, found without reading it character by character: each ends in `":`, where no quote is
 * escaped and no blank comes before a colon (a string that begins with a colon counts too). Where no more were parsed, none was repeated.
 */
function countNameEnds(text: string): number | undefined {
  if (text.includes('\\') || /[\t\n\r ]:/.test(text)) return undefined;
  let count = 0;
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2)) count++;
  return count;
}

/** One pass over text that is known to be valid JSON. */
function hasUniqueMembers(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : undefined);
    } else if (char === '}' || char === ']') {
      open.pop();
    } else if (char === '"') {
      const end = endOfString(text, at);
      if (isMemberName(text, end) && !addName(open.at(-1), text.slice(at, end))) return false;
      at = end - 1;
    }
  }
  return true;
}

/** Index after the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isMemberName(text: string, end: number): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at++;
  return text[at] === ':';
}

function addName(names: Set<string> | undefined, quoted: string): boolean {
  const name: string = quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1);
  if (names === undefined || names.has(name)) return false;
  names.add(name);
  return true;
}
