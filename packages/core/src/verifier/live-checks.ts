/** How a logout reaches a service that only verifies: its issuer's store, asked or heard, or its issuer asked. @module */
import type { RevocationCheck } from '../guard/guard-base.ts';
import { createIntrospectionLiveCheck, type IntrospectionRevocation } from './introspection-live-check.ts';
import type { LiveCheck } from './live-check.ts';
import { createStoreLiveCheck, type StoreRevocation } from './store-live-check.ts';

/** Where a service that only verifies learns of a logout. */
export type VerifierRevocation = StoreRevocation | IntrospectionRevocation;

/** The way chosen by the configuration (`'feed'` is at least that way everywhere), and what a route may choose in its place. */
export interface LiveChecks extends Readonly<Record<RevocationCheck, LiveCheck>> {
  readonly by: RevocationCheck;
  /** Whether it can only be about the sessions of one issuer. */
  readonly isOneIssuers: boolean;
}

const UNCHECKED: LiveCheck = Object.freeze({ assert: () => undefined, close: async () => undefined });

/** @throws TypeError naming the option */
export function createLiveChecks(
  revocation: VerifierRevocation | undefined,
  name: string,
  clock: () => number,
): LiveChecks {
  const own = createLiveCheck(revocation, name, clock);
  const by = revocation === undefined ? 'none' : isFeed(revocation) ? 'feed' : 'session';
  const asking = isFeed(revocation) ? createLiveCheck({ ...revocation, by: 'session' }, name, clock) : own;
  const isOneIssuers = by === 'feed' || isIntrospection(revocation);
  return Object.freeze({ by, isOneIssuers, none: UNCHECKED, session: asking, feed: own });
}

function createLiveCheck(
  revocation: VerifierRevocation | undefined,
  name: string,
  clock: () => number,
): LiveCheck {
  if (revocation === undefined) return UNCHECKED;
  return isIntrospection(revocation)
    ? createIntrospectionLiveCheck(revocation, name, clock)
    : createStoreLiveCheck(revocation, name, clock);
}

/** What is no object is refused where the store would be read. */
function isIntrospection(revocation: VerifierRevocation | undefined): revocation is IntrospectionRevocation {
  return typeof revocation === 'object' && revocation !== null && 'introspection' in revocation;
}

function isFeed(revocation: VerifierRevocation | undefined): revocation is StoreRevocation {
  return !isIntrospection(revocation) && revocation?.by === 'feed';
}
