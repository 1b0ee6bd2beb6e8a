import { decodeText } from '#engine';
import { parseStrictObject } from '../../../../packages/core/src/token/strict-json.ts';

/** A part of a token as far as it can be read. */
export interface Part {
  /** The text of a JSON part, however it was spelt; `undefined` for what is no text. */
  readonly text: string | undefined;
  /** The members, by the rules of the library; `undefined` where it reads none. */
  readonly members: Readonly<Record<string, unknown>> | undefined;
  /** What any reader of JSON would make of it, for showing alone. */
  readonly shown: unknown;
}

export interface TakenApart {
  readonly count: number;
  readonly header: Part;
  readonly claims: Part;
}

/** Takes a token apart for people to see, also one that the library would not look at. */
export function takeApart(token: string): TakenApart {
  const parts = token.split('.');
  const isEncrypted = parts.length === 5;
  return {
    count: parts.length,
    header: readPart(parts[0] ?? ''),
    claims: readPart(isEncrypted ? '' : (parts[1] ?? '')),
  };
}

function readPart(segment: string): Part {
  const spelt = segment.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const text = segment === '' ? undefined : decodeText(spelt);
  return {
    text,
    members: text === undefined ? undefined : parseStrictObject(text),
    shown: text === undefined ? undefined : parse(text),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
