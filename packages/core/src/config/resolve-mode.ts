import type { AuthOptions } from './auth-options.ts';
import { assertOneOf, invalidValue } from './check.ts';
import type { Capabilities } from './store-capabilities.ts';

/** What a login gives: two tokens, or one that is both. */
export type TokenMode = 'pair' | 'sliding';

/** Refuses what one token cannot be; lives in ms. @throws TypeError naming the option */
export function resolveMode(
  { mode = 'pair', refresh = {}, transport }: Pick<AuthOptions, 'mode' | 'refresh' | 'transport'>,
  can: Capabilities,
  lives: { readonly access: number; readonly refresh: number },
): TokenMode {
  assertOneOf(mode, 'options.mode', ['pair', 'sliding']);
  if (mode === 'pair') return mode;
  const refuse = (isWanted: boolean, option: string, reason: string): void => {
    if (isWanted) throw invalidValue(`${option} cannot be had with options.mode 'sliding': ${reason}`);
  };
  refuse(
    transport === 'cookie',
    "options.transport 'cookie'",
    'the refresh cookie must not go to every path',
  );
  refuse(refresh.keys !== undefined, 'options.refresh.keys', 'one token is signed with one key');
  refuse(!can.records, 'this store', 'it keeps no records of sessions');
  refuse(
    refresh.rotate === false,
    'options.refresh.rotate false',
    'a token renewed without being used up serves whoever holds a copy as well',
  );
  refuse(
    lives.access > lives.refresh,
    'options.access.ttl above options.refresh.ttl',
    'a token would be good for longer than it can be renewed',
  );
  return mode;
}
