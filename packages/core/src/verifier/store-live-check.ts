import { askStore } from '../backends/guarded-store.ts';
import { createRevocationFeed, type RevocationFeed } from '../backends/revocation-feed.ts';
import { assertInteger, assertOneOf, assertOptions, invalidType, invalidValue } from '../config/check.ts';
import { TokenNotValidError, TokenRevokedError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { LiveIds, TokenStore } from '../store.ts';
import type { LiveCheck } from './live-check.ts';

/** The issuer's store, for a service that only verifies and can reach it. */
export interface StoreRevocation {
  /** Only `isLive`, and `watch` for the feed, are used. */
  readonly store: Pick<TokenStore, 'isLive' | 'watch'>;
  /**
   * `'session'` asks the store at every request; `'feed'` keeps what was revoked lately in this process's memory and asks the store only
   * while the feed is down.
   *
   * @default 'session'
   */
  readonly by?: 'session' | 'feed';
  /** How long the store may take, in ms, 10 to 60,000. @default 2000 */
  readonly timeoutMs?: number;
  readonly introspection?: never;
}

/** The most that `leeway` may be set to anywhere. */
const MAX_LEEWAY_MS = 60_000;

/** @throws TypeError naming the option */
export function createStoreLiveCheck(
  revocation: StoreRevocation,
  name: string,
  clock: () => number,
): LiveCheck {
  assertOptions(revocation, name, ['store', 'by', 'timeoutMs']);
  const { store, by = 'session', timeoutMs = 2000 } = revocation;
  assertInteger(timeoutMs, `${name}.timeoutMs`, 10, 60_000);
  assertOneOf(by, `${name}.by`, ['session', 'feed']);
  if (typeof store?.isLive !== 'function') throw invalidType(`${name}.store must be a token store`);
  if (by === 'feed' && typeof store.watch !== 'function')
    throw invalidValue(`${name}.by 'feed' cannot be had: the store has no feed (watch)`);
  const feed = by === 'feed' ? createFeed(store, clock, timeoutMs) : undefined;

  async function ask(ids: LiveIds): Promise<void> {
    const isLive = await askStore({ timeoutMs }, async () => (await store.isLive(ids, clock())) === true);
    if (!isLive) throw new TokenRevokedError();
  }

  return Object.freeze({
    assert(claims) {
      const ids = liveIds(claims);
      const known = feed?.isRevoked({ session: ids.session.id, token: ids.token?.id });
      if (known === undefined) return ask(ids);
      if (known) throw new TokenRevokedError();
      return undefined;
    },
    close: async () => feed?.close(),
  } satisfies LiveCheck);
}

/** A verifier tells no events: a feed that is down shows in the questions to the store. */
function createFeed(
  store: Pick<TokenStore, 'watch'>,
  clock: () => number,
  timeoutMs: number,
): RevocationFeed {
  const nobody = (): void => undefined;
  // The issuer says in each entry how long its tokens live.
  const longestMs = Number.POSITIVE_INFINITY;
  return createRevocationFeed(store, { clock, timeoutMs, longestMs, onFailure: nobody, onChange: nobody });
}

/** A token that names no session cannot be asked about, and is not taken. */
function liveIds({ exp, jti, sid, sub }: JsonObject): Required<Pick<LiveIds, 'session'>> & LiveIds {
  if (typeof sid !== 'string' || typeof sub !== 'string') throw new TokenNotValidError();
  const session = { id: sid, subject: sub };
  if (typeof jti !== 'string') return { session };
  return { session, token: { id: jti, subject: sub, expiresAt: Number(exp) * 1000 + MAX_LEEWAY_MS } };
}
