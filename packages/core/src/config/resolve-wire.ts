import { isClientId } from '../oauth2/client-id.ts';
import type { AuthOptions } from './auth-options.ts';
import { assertOneOf, invalidValue } from './check.ts';

/** What the token endpoints speak. */
export type Wire = 'tokenpair' | 'oauth2';

/** Refuses what RFC 6749 has no words for. @throws TypeError naming the option */
export function resolveWire({
  wire = 'tokenpair',
  mode,
  transport,
  loginFields = ['username', 'password'],
}: Pick<AuthOptions, 'wire' | 'mode' | 'transport' | 'loginFields'>): Wire {
  assertOneOf(wire, 'options.wire', ['tokenpair', 'oauth2']);
  if (wire === 'tokenpair') return wire;
  const refuse = (isWanted: boolean, option: string, reason: string): void => {
    if (isWanted) throw invalidValue(`${option} cannot be had with options.wire 'oauth2': ${reason}`);
  };
  refuse(transport === 'cookie', "options.transport 'cookie'", 'its answers carry the tokens in the body');
  refuse(mode === 'sliding', "options.mode 'sliding'", 'it tells access tokens and refresh tokens apart');
  refuse(
    !['username', 'password'].every((name) => loginFields.includes(name)),
    "options.loginFields without 'username' and 'password'",
    'the password grant has these (RFC 6749 §4.3.2)',
  );
  return wire;
}

/** The ids that a client may say without a secret; `undefined` where the app does not tell. @throws TypeError */
export function resolvePublicClients({
  wire,
  publicClients,
}: Pick<AuthOptions, 'wire' | 'publicClients'>): ReadonlySet<string> | undefined {
  if (publicClients === undefined) return undefined;
  if (wire !== 'oauth2') throw invalidValue("options.publicClients goes with options.wire 'oauth2'");
  if (!Array.isArray(publicClients) || !publicClients.every(isClientId))
    throw invalidValue("options.publicClients must be ids of printable ASCII without '+', '%' and ':'");
  return new Set(publicClients);
}
