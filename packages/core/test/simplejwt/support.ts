import { createHmac, sign as signWith } from 'node:crypto';
import { createSimpleJwtAuth, type SimpleJwtAuth, type SimpleJwtOptions } from '@tokenpair/core/simplejwt';
import { PASSWORD } from '../support/auth.ts';
import { createClock, T0, type TestClock } from '../support/clock.ts';
import { pairs } from '../support/keys.ts';
import { type SpyStore, spyStore } from '../support/spy-store.ts';
import { encode, SECRET } from '../support/tokens.ts';

export const NOW = T0 / 1000;
export const JTI = '7f5997b7150d46579dc2b49167097e7b';
export const HEX_ID: RegExp = /^[0-9a-f]{32}$/;

/** The header as PyJWT has written it since 2.4, its members sorted; and as it did before. */
export const PYJWT_HEADER = '{"alg":"HS256","typ":"JWT"}';
export const OLD_PYJWT_HEADER = '{"typ":"JWT","alg":"HS256"}';

/** Claims in SimpleJWT's order. */
export function djangoClaims(kind: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const life = kind === 'access' ? 300 : 86_400;
  return { token_type: kind, exp: NOW + life, iat: NOW, jti: JTI, user_id: '42', ...more };
}

/** What Python's `json.dumps(…, separators=(',', ':'))` writes: as JSON.stringify, but for ASCII. */
export function dumps(value: unknown): string {
  const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped);
}

export interface Writing {
  readonly header?: string;
  readonly secret?: Uint8Array;
}

/** A token as PyJWT writes it, signed with HS256. Text is taken as it is. */
export function hs256(payload: unknown, { header = PYJWT_HEADER, secret = SECRET }: Writing = {}): string {
  const input = `${encode(header)}.${encode(typeof payload === 'string' ? payload : dumps(payload))}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** The same with RS256. */
export function rs256(payload: unknown, header = '{"alg":"RS256","typ":"JWT"}'): string {
  const input = `${encode(header)}.${encode(dumps(payload))}`;
  const signature = signWith('sha256', Buffer.from(input), pairs.rsa().privateKey);
  return `${input}.${signature.toString('base64url')}`;
}

export const django = {
  access: (more?: Record<string, unknown>): string => hs256(djangoClaims('access', more)),
  refresh: (more?: Record<string, unknown>): string => hs256(djangoClaims('refresh', more)),
};

export interface TestSimpleJwt {
  readonly auth: SimpleJwtAuth;
  readonly clock: TestClock;
  readonly store: SpyStore;
}

export type TestOptions = Partial<SimpleJwtOptions> & { readonly clock?: TestClock };

/** An auth with the fleet's secret on a spied memory store and a clock that stands still. */
export function makeSimpleJwt(options: TestOptions = {}): TestSimpleJwt {
  const clock = options.clock ?? createClock();
  const store = spyStore();
  const auth = createSimpleJwtAuth({ keys: { alg: 'HS256', secret: SECRET }, store, ...options, clock });
  return { auth, clock, store };
}

/** The same without a store. */
export function makeStoreless(options: Omit<TestOptions, 'store'> = {}): Omit<TestSimpleJwt, 'store'> {
  const clock = options.clock ?? createClock();
  return {
    clock,
    auth: createSimpleJwtAuth({ keys: { alg: 'HS256', secret: SECRET }, ...options, clock }),
  };
}

export const login: NonNullable<SimpleJwtOptions['login']> = ({ username, password }) =>
  username === 'ada' && password === PASSWORD ? { subject: '42' } : undefined;
