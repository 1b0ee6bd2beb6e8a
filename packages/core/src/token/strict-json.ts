/**
 * JSON as a signed message must be read: one meaning for every reader. `JSON.parse` keeps the last of two members of one
 * name and others the first (RFC 8259 §4), so a repeated name is refused here.
 *
 * @module
 */
import type { JsonObject } from '../json.ts';

const MAX_DEPTH = 32;

/**
 * Parses the text of a JSON object: unique member names, none of them `__proto__`, at most 32 levels deep. The result is
 * frozen in depth and its objects have no prototype. `undefined` for anything else.
 */
export function parseStrictObject(text: string): JsonObject | undefined {
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !hasUniqueMembers(text))
    return undefined;
  return freeze(value) as JsonObject;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One pass over text that is known to be valid JSON. */
function hasUniqueMembers(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '{' || char === '[') {
      if (open.push(char === '{' ? new Set() : undefined) > MAX_DEPTH) return false;
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
  if (names === undefined || names.has(name) || name === '__proto__') return false;
  names.add(name);
  return true;
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(freeze));
  const copy: Record<string, unknown> = { __proto__: null, ...value };
  for (const member of Object.keys(copy)) copy[member] = freeze(copy[member]);
  return Object.freeze(copy);
}
