import { StartError } from './start-error.ts';
import { readStoreSettings, type StoreSettings } from './store/store-settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says, checked. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** The origin under which people reach the app; its tokens carry it. */
  readonly issuer: string;
  /** Who the access tokens are for. */
  readonly audience: string;
  /** Signs the tokens: at least 32 bytes. Whoever has it can log in as anybody. */
  readonly secret: string;
  /** How many proxies in front of the app may say who the client is. */
  readonly trustProxy: number;
  readonly store: StoreSettings;
}

const LEAST_SECRET_BYTES = 32;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const ISSUER = 'http://localhost:3000';
const ISSUER_WORDS =
  'an https origin; http is for localhost alone: a loopback HOST, TRUST_PROXY=0 and no NODE_ENV=production';

/** @throws StartError with a line for each variable that is wrong */
export function readSettings(env: Environment): Settings {
  const wrong: string[] = [];
  const read = <T>(
    name: string,
    fallback: string,
    parse: (text: string) => T | undefined,
    words: string,
  ): T => {
    const value = parse(env[name] || fallback);
    if (value === undefined) wrong.push(`${name} must be ${words}`);
    return value as T; // not used where it is undefined
  };

  const host = read('HOST', '127.0.0.1', parseText, 'an address to listen on');
  const trustProxy = read('TRUST_PROXY', '0', (text) => parseWhole(text, 9), 'a whole number from 0 to 9');
  const servesOthers = env['NODE_ENV'] === 'production' || trustProxy > 0 || !LOOPBACK.includes(host);
  const settings = {
    host,
    trustProxy,
    port: read('PORT', '3000', (text) => parseWhole(text, 65_535), 'a whole number from 0 to 65535'),
    issuer: read('ISSUER', ISSUER, (text) => parseOrigin(text, servesOthers), ISSUER_WORDS),
    audience: read('AUDIENCE', env['ISSUER'] || ISSUER, parseText, 'a text'),
    secret: read(
      'TOKENPAIR_SECRET',
      '',
      parseSecret,
      `at least ${LEAST_SECRET_BYTES} bytes; see .env.example`,
    ),
    store: readStoreSettings(read),
  };
  if (wrong.length > 0) throw new StartError(wrong.join('\n'));
  return settings;
}

/** Reads a variable, or what it is without one. */
export type Read = <T>(
  name: string,
  fallback: string,
  parse: (text: string) => T | undefined,
  words: string,
) => T;

function parseText(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function parseSecret(text: string): string | undefined {
  return Buffer.byteLength(text) < LEAST_SECRET_BYTES ? undefined : text;
}

function parseWhole(text: string, most: number): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

/** Tokens over plain http are for whoever listens, but on one's own machine: there it is the default, which a deployment must not keep. */
function parseOrigin(text: string, servesOthers: boolean): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, protocol, hostname } = new URL(text);
  const isOwn = !servesOthers && ['localhost', '127.0.0.1'].includes(hostname);
  const isSafe = protocol === 'https:' || isOwn;
  return origin === text && isSafe ? text : undefined;
}
