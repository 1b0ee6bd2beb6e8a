import type { Auth, AuthOptions, SessionClient } from '@tokenpair/core';
import { type MintedTokens, mintTokens } from './fakes/mint-tokens.ts';
import { type TestUser, testAuth } from './fakes/test-auth.ts';

export const PASSWORD = 'correct horse';

/** What one case of the contract happens in: an auth of its own with two users, a clock and a store that can fail. */
export interface World {
  readonly auth: Auth;
  readonly users: Map<string, TestUser>;
  /** The session of `ada`, scope `read`, opened before the case. */
  readonly pair: OpenPair;
  /** With cookie transport the cookies of that session, each as `name=value`. */
  readonly cookies: SessionCookies;
  /** All sessions in the order they were opened; the first is that of `pair`. */
  readonly opened: readonly OpenPair[];
  /** Tokens and cookies that a case was given and comes back to, by a name of its own. */
  readonly kept: Map<string, string>;
  advance(ms: number): void;
  /** From now on the store rejects every call, or never answers one. */
  loseStore(fault?: 'throw' | 'hang'): void;
  /** Opens a further session. */
  open(subject: string, client?: SessionClient): Promise<OpenPair>;
  /** The cookies that go with a pair. */
  cookiesOf(pair: OpenPair): Promise<SessionCookies>;
}

export type OpenPair = MintedTokens;

/** What an auth of the contract may be made with otherwise. */
export type WorldOptions = Partial<Omit<AuthOptions, 'store' | 'clock'>>;

export type CookieRole = 'access' | 'refresh' | 'csrf';
export type SessionCookies = Readonly<Record<CookieRole, string>>;

/** Makes the world of one case. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { auth, clock, store, users } = testAuth({
    ...options,
    users: {
      ada: { password: PASSWORD, epoch: '1', scope: 'read' },
      root: { password: PASSWORD, epoch: '1', scope: 'read admin' },
      gone: { password: PASSWORD, epoch: '1', scope: 'read', active: false },
    },
  });
  const opened: OpenPair[] = [];
  const open: World['open'] = async (subject, client) => {
    const pair = await mintTokens(auth, subject, client && { client });
    opened.push(pair);
    return pair;
  };
  const cookiesOf = async (pair: OpenPair): Promise<SessionCookies> => {
    const { headers } = await auth.answerPair(pair);
    return toCookies(headers.filter(([name]) => name === 'set-cookie').map(([, line]) => line));
  };
  const pair = await open('ada');
  return {
    auth,
    users,
    kept: new Map(),
    open,
    opened,
    pair,
    cookies: await cookiesOf(pair),
    cookiesOf,
    advance: clock.advance,
    loseStore: (fault = 'throw') => store.fail(fault),
  };
}

/** From the `Set-Cookie` lines of an answer to what a browser sends back, by what each cookie is for. */
export function toCookies(lines: readonly string[]): SessionCookies {
  const find = (role: CookieRole): string => {
    const line = lines.find((each) => each.slice(0, each.indexOf('=')).endsWith(role)) ?? '';
    return line.slice(0, line.indexOf(';'));
  };
  return { access: find('access'), refresh: find('refresh'), csrf: find('csrf') };
}
