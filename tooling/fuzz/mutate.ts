/**
 * Structure-aware changes of a token. Each takes a draft, whose parts are not encoded yet, or a text that is; a draft is signed
 * after it was changed, so that what lies behind the signature is reached.
 *
 * @module
 */
import { createHmac } from 'node:crypto';
import type { FuzzKey } from './issuer.ts';
import { AUDIENCE, ISSUER, NOW } from './issuer.ts';
import type { Seeds } from './seeds.ts';

export type Random = () => number;

/** A token before it is encoded and signed. Parts are texts, so that they need not be JSON. */
export interface Draft {
  header: string | Buffer;
  payload: string | Buffer;
  key: FuzzKey;
  /** Signs something else than the token, by another key, or not at all. */
  signature: (input: string) => Buffer;
}

export interface Context {
  readonly keys: readonly FuzzKey[];
  readonly seeds: Seeds;
  readonly random: Random;
}

export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const VALUES: readonly string[] = [
  '0',
  '-0',
  '1',
  '-1',
  '1.5',
  '1e400',
  '-1e400',
  '1e308',
  '9007199254740992',
  '9007199254740993',
  '1E2',
  '01',
  '+1',
  'NaN',
  'Infinity',
  'null',
  'true',
  'false',
  '""',
  '"x"',
  '"0"',
  '[]',
  '[[]]',
  '{}',
  '{"$ne":null}',
  '[null]',
  '"\\u0000"',
  '"\\ud800"',
  '"ü€😀"',
  '"\\uD83D\\uDE00"',
  `${NOW}`,
  `${NOW + 60}`,
  `${NOW + 61}`,
  `${NOW - 5}`,
  `${NOW - 4}`,
  `${NOW + 86_400}`,
  `${NOW + 86_401}`,
  `${NOW}000`,
  `"${NOW + 300}"`,
  JSON.stringify(ISSUER),
  JSON.stringify(AUDIENCE),
  JSON.stringify([AUDIENCE]),
  JSON.stringify([ISSUER, AUDIENCE]),
  JSON.stringify(`${AUDIENCE}/`),
  '"a b c"',
  '["a","b"]',
  '"at+jwt"',
  '"AT+JWT"',
  '"rt+jwt"',
  '"application/at+jwt"',
  '"JWT"',
  '"none"',
  '["b64"]',
  '[',
  '{',
  '"',
  '',
  '//',
  "'x'",
  '"\\x"',
  '"\t"',
];
const CLAIM_NAMES: readonly string[] = [
  'iss',
  'aud',
  'sub',
  'sid',
  'jti',
  'iat',
  'exp',
  'nbf',
  'auth_time',
  'client_id',
  'scope',
  'gen',
  'refresh_exp',
  'cnf',
  'act',
  'azp',
  'typ',
  'app',
  '__proto__',
  'constructor',
  'toString',
  'ISS',
  'Exp',
  '',
  ' exp',
  'exp ',
  '\u00fc',
  'ex\\u0070',
  '\\u005f_proto__',
];
const HEADER_NAMES: readonly string[] = [
  'alg',
  'typ',
  'kid',
  'jwk',
  'jku',
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
  'crit',
  'b64',
  'zip',
  'enc',
  'cty',
  'epk',
  'p2c',
  'p2s',
  'iv',
  'tag',
  'apu',
  'nonce',
  'url',
  'ppt',
  '__proto__',
  'constructor',
  'ALG',
  'al\\u0067',
  '',
];
const ODD_CHARACTERS = [
  '=',
  '==',
  ' ',
  '\n',
  '\t',
  '\r',
  '\0',
  '+',
  '/',
  '.',
  '..',
  ',',
  '%',
  '\u00a0',
  '\u200b',
  '\ufeff',
  'é',
  '．',
  '?',
  '~',
  '"',
];

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

type DraftChange = (draft: Draft, context: Context) => void;
type TextChange = (token: string, context: Context) => string;

const DRAFT_CHANGES: readonly DraftChange[] = [
  member('payload', CLAIM_NAMES),
  member('payload', CLAIM_NAMES),
  member('payload', CLAIM_NAMES),
  member('header', HEADER_NAMES),
  member('header', HEADER_NAMES),
  (draft, { random }) => setTimes(draft, random),
  (draft, { random }) => setTimes(draft, random),
  (draft, { seeds, random }) => setPart(draft, 'payload', random, pick(random, seeds.json)),
  (draft, { seeds, random }) => setPart(draft, 'header', random, pick(random, seeds.json)),
  (draft, { seeds, random }) => wrap(draft, 'payload', pick(random, seeds.json)),
  (draft, { seeds, random }) => wrap(draft, 'header', pick(random, seeds.json)),
  (draft, { random }) => respell(draft, pick(random, ['header', 'payload'] as const), random),
  (draft, { random }) => flipBits(draft, pick(random, ['header', 'payload'] as const), random),
  (draft, { random }) => editText(draft, pick(random, ['header', 'payload'] as const), random),
  (draft, { random }) => nest(draft, pick(random, ['header', 'payload'] as const), random),
  (draft, context) => resign(draft, context),
  (draft, { keys, random }) => {
    const { alg } = pick(random, keys);
    draft.header = text(draft.header).replace(/"alg":"\w*"/, `"alg":"${alg}"`);
  },
];

const TEXT_CHANGES: readonly TextChange[] = [
  (token, { random }) => insert(token, random, pick(random, [...ALPHABET])),
  (token, { random }) => insert(token, random, pick(random, ODD_CHARACTERS)),
  (token, { random }) => replaceAt(token, random, pick(random, [...ALPHABET])),
  (token, { random }) => replaceAt(token, random, ''),
  (token, { random }) => token.slice(0, Math.floor(random() * token.length)),
  (token, { random }) => token.slice(Math.floor(random() * token.length)),
  (token, { random }) => token + pick(random, ODD_CHARACTERS),
  (token, { random }) => pick(random, ODD_CHARACTERS) + token,
  (token, { random }) => mapPart(token, random, (part) => trailingBits(part)),
  (token, { random }) =>
    mapPart(token, random, (part) => part + pick(random, ['=', '==', 'A', 'AA', 'AAAA'])),
  (token, { random }) => mapPart(token, random, (part) => flipEncoded(part, random)),
  (token, { random }) => mapPart(token, random, (part) => flipEncoded(part, random)),
  (token, { random }) => mapPart(token, random, (part) => part.repeat(2)),
  (token, { random }) => mapPart(token, random, () => ''),
  (token, { random }) => mapPart(token, random, (part) => [...part].reverse().join('')),
  (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
  (token, { random }) => shuffle(token.split('.'), random).join('.'),
  (token, { random }) => `${token}.${'A'.repeat(1 + Math.floor(random() * 8))}`,
  (token) => `Bearer ${token}`,
  (token, { random }) => (random() < 0.5 ? token.toUpperCase() : token.toLowerCase()),
];

/** Changes a draft, one to three times. */
export function changeDraft(draft: Draft, context: Context): void {
  const times = 1 + Math.floor(context.random() * 3);
  for (let at = 0; at < times; at++) pick(context.random, usable(context))(draft, context);
}

/** Changes a token's text, once or twice. */
export function changeText(token: string, context: Context): string {
  const changed = pick(context.random, TEXT_CHANGES)(token, context);
  return context.random() < 0.3 ? pick(context.random, TEXT_CHANGES)(changed, context) : changed;
}

/** Parts of one token in another. */
export function splice(one: string, other: string, random: Random): string {
  const [a, b] = [one.split('.'), other.split('.')];
  return [0, 1, 2].map((at) => (random() < 0.5 ? a[at] : b[at]) ?? '').join('.');
}

/** Without the vectors their changes would have nothing to take from. */
function usable({ seeds }: Context): readonly DraftChange[] {
  return seeds.json.length > 0 ? DRAFT_CHANGES : DRAFT_CHANGES.filter((_, at) => at < 7 || at > 10);
}

function text(part: string | Buffer): string {
  return typeof part === 'string' ? part : part.toString('latin1');
}

/** Adds, replaces, repeats or takes away one member, as text. */
function member(part: 'header' | 'payload', names: readonly string[]): DraftChange {
  return (draft, { random }) => {
    const json = text(draft[part]);
    const written = `"${pick(random, names)}"`;
    const entry = `${written}:${pick(random, VALUES)}`;
    const found = json.indexOf(`${written}:`);
    const way = random();
    if (found !== -1 && way < 0.6) {
      const end = endOfValue(json, found + written.length + 1);
      draft[part] = json.slice(0, found) + (way < 0.1 ? '"gone":0' : entry) + json.slice(end);
    } else if (way < 0.8) draft[part] = json.replace(/\}\s*$/, `,${entry}}`);
    else draft[part] = json.replace('{', `{${entry},`);
  };
}

/** Where a simple value ends: good enough for the drafts, whose own values are. */
function endOfValue(json: string, start: number): number {
  let [depth, quoted] = [0, false];
  for (let at = start; at < json.length; at++) {
    const char = json[at];
    if (char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '[' || char === '{')) depth += 1;
    else if (!quoted && (char === ',' || char === '}' || char === ']')) {
      if (depth === 0) return at;
      if (char !== ',') depth -= 1;
    }
  }
  return json.length;
}

/** Times around the bounds, most of them good. */
function setTimes(draft: Draft, random: Random): void {
  const iat = NOW - Math.floor(random() * 400) + Math.floor(random() * 70);
  const exp = iat + Math.floor(random() * 1000) - 50;
  draft.payload = text(draft.payload)
    .replace(/"iat":[^,}]*/, `"iat":${iat}`)
    .replace(/"exp":[^,}]*/, `"exp":${random() < 0.1 ? iat + 86_400 + Math.floor(random() * 3) - 1 : exp}`);
}

function setPart(draft: Draft, part: 'header' | 'payload', random: Random, value: Buffer): void {
  draft[part] = random() < 0.5 ? value : Buffer.concat([Buffer.from('{"x":'), value, Buffer.from('}')]);
}

/** As the value of a further member. */
function wrap(draft: Draft, part: 'header' | 'payload', value: Buffer): void {
  const json = text(draft[part]).replace(/\}\s*$/, '');
  draft[part] = Buffer.concat([Buffer.from(`${json},"x":`, 'latin1'), value, Buffer.from('}')]);
}

/** The same in another spelling, or almost. */
function respell(draft: Draft, part: 'header' | 'payload', random: Random): void {
  const json = text(draft[part]);
  const ways: readonly (() => string | Buffer)[] = [
    () => `\ufeff${json}`,
    () => `${json}\n`,
    () => ` ${json} `,
    () => json.replaceAll(':', ' : '),
    () => json.replaceAll(',', ',\r\n\t'),
    () => json.replaceAll('"', "'"),
    () => json.replace(/\}$/, ',}'),
    () => `${json}//`,
    () => json + json,
    () => `[${json}]`,
    () => JSON.stringify(json),
    () => Buffer.from(json, 'utf16le'),
    () => Buffer.concat([Buffer.from(json), Buffer.of(0xff)]),
    () => Buffer.concat([Buffer.from(json), Buffer.of(0)]),
    () => json.replace(/[a-z]/, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    () =>
      json.replace(/"(\w)/, (_, char: string) => `"\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    () => json.replace(/\{(.*)\}/s, (_, inner: string) => `{${shuffle(inner.split(','), random).join()}}`),
  ];
  draft[part] = pick(random, ways)();
}

function flipBits(draft: Draft, part: 'header' | 'payload', random: Random): void {
  draft[part] = flipped(Buffer.from(draft[part]), random);
}

function flipEncoded(part: string, random: Random): string {
  return flipped(Buffer.from(part, 'base64url'), random).toString('base64url');
}

function flipped(bytes: Buffer, random: Random): Buffer {
  for (let times = 1 + Math.floor(random() * 3); times > 0 && bytes.length > 0; times--) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return bytes;
}

function editText(draft: Draft, part: 'header' | 'payload', random: Random): void {
  const json = text(draft[part]);
  const at = Math.floor(random() * json.length);
  draft[part] =
    json.slice(0, at) +
    pick(random, ['', '"', ',', ':', '{', '}', '[', ']', '\\', '0', ' ', '\u0001']) +
    json.slice(at + (random() < 0.5 ? 1 : 0));
}

function nest(draft: Draft, part: 'header' | 'payload', random: Random): void {
  const depth = pick(random, [1, 5, 30, 31, 32, 33, 100, 1500]);
  const [open, close] = random() < 0.5 ? ['[', ']'] : ['{"a":', '}'];
  const inner = open === '[' ? '' : '1';
  draft[part] = text(draft[part]).replace(
    /\}\s*$/,
    `,"deep":${open.repeat(depth)}${inner}${close.repeat(depth)}}`,
  );
}

/** Another signature: of another key, of the public key as a secret, of another input, of nothing. */
function resign(draft: Draft, { keys, random }: Context): void {
  const other = pick(random, keys);
  const hmac = keys[0];
  const ways: readonly Draft['signature'][] = [
    (input) => other.sign(input),
    (input) => draft.key.sign(`${input}A`),
    (input) => draft.key.sign(input.slice(input.indexOf('.') + 1)),
    () => Buffer.alloc(0),
    () => Buffer.alloc(64),
    (input) => createHmac('sha256', other.publicText).update(input).digest(),
    (input) => draft.key.sign(input).subarray(0, 16),
    (input) => Buffer.concat([draft.key.sign(input), Buffer.of(0)]),
    (input) => (hmac === undefined ? Buffer.of(0) : hmac.sign(input)),
  ];
  draft.signature = pick(random, ways);
}

function insert(token: string, random: Random, piece: string): string {
  const at = Math.floor(random() * (token.length + 1));
  return token.slice(0, at) + piece + token.slice(at);
}

function replaceAt(token: string, random: Random, piece: string): string {
  const at = Math.floor(random() * token.length);
  return token.slice(0, at) + piece + token.slice(at + 1);
}

function mapPart(token: string, random: Random, change: (part: string) => string): string {
  const parts = token.split('.');
  const at = Math.floor(random() * parts.length);
  return parts.with(at, change(parts[at] ?? '')).join('.');
}

function trailingBits(part: string): string {
  return part.slice(0, -1) + (ALPHABET[(ALPHABET.indexOf(part.slice(-1)) + 1) % 64] ?? 'A');
}

function shuffle<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [copy[at], copy[other]] = [copy[other] as T, copy[at] as T];
  }
  return copy;
}
