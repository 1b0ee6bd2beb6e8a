import type { StoreCapability, TokenStore } from '../store.ts';
import { assertOneOf, invalidType, invalidValue } from './check.ts';

/** What the store of an auth can do. */
export interface Capabilities {
  /** It keeps a record of each session. */
  readonly records: boolean;
  /** It finds all sessions of a subject. */
  readonly subjects: boolean;
}

const CAPABILITIES: readonly StoreCapability[] = Object.freeze(['records', 'subjects']);

const METHODS: readonly (keyof TokenStore)[] = Object.freeze([
  'create',
  'find',
  'advance',
  'revoke',
  'blacklist',
  'isLive',
  'list',
  'prune',
]);

/** @throws TypeError for what is no store */
export function capabilitiesOf(store: unknown): Capabilities {
  if (typeof store !== 'object' || store === null) throw invalidType('options.store must be a token store');
  const missing = METHODS.filter((method) => typeof (store as TokenStore)[method] !== 'function');
  if (missing.length > 0) throw invalidType(`options.store lacks ${missing.join(', ')}`);
  const { capabilities = ['records', 'subjects'] } = store as TokenStore;
  if (!Array.isArray(capabilities)) throw invalidType('options.store.capabilities must be a list');
  for (const name of capabilities) assertOneOf(name, 'options.store.capabilities', CAPABILITIES);
  const has = (name: StoreCapability): boolean => capabilities.includes(name);
  if (has('subjects') && !has('records'))
    throw invalidValue("options.store.capabilities names 'subjects', which needs 'records'");
  return Object.freeze({ records: has('records'), subjects: has('subjects') });
}

/** What options ask of the store. */
interface Wanted {
  readonly can: Capabilities;
  readonly store: TokenStore;
  readonly durability: 'any' | 'required';
  readonly revocation: 'session' | 'feed' | 'none';
  readonly refresh: { readonly grace: number; readonly reuse: 'session' | 'subject' };
  readonly session: { readonly maxSessions: number | undefined };
}

/** Refuses what the store cannot do: an option that does nothing would be a hole. @throws TypeError naming the option */
export function assertPossible({ can, durability, refresh, revocation, session, store }: Wanted): void {
  const refuse = (isWanted: boolean, option: string, lacks: string): void => {
    if (isWanted) throw invalidValue(`${option} cannot be had: the store "${store.name}" ${lacks}`);
  };
  refuse(!can.records && refresh.grace > 0, 'options.refresh.grace above 0', 'keeps no records of sessions');
  refuse(
    !can.subjects && refresh.reuse === 'subject',
    "options.refresh.reuse 'subject'",
    'cannot find the sessions of a subject',
  );
  refuse(
    !can.subjects && session.maxSessions !== undefined,
    'options.session.maxSessions',
    'cannot find the sessions of a subject',
  );
  refuse(revocation === 'feed' && !can.records, "options.revocation 'feed'", 'keeps no records of sessions');
  refuse(
    revocation === 'feed' && typeof store.watch !== 'function',
    "options.revocation 'feed'",
    'has no feed (watch)',
  );
  refuse(
    durability === 'required' && store.durable !== true,
    "options.durability 'required'",
    'says that it is not durable',
  );
}
