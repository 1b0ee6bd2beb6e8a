import type { LoginHook } from '@tokenpair/core';

/** In this order: browsers name those that they descend from, too. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const;

const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['Mac', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const;

type Table = readonly (readonly [name: string, pattern: RegExp])[];

/** What people call the device that a user agent describes, such as `Firefox on Windows`. */
export function deviceLabel(userAgent: string | undefined): string {
  const find = (table: Table): string | undefined =>
    table.find(([, pattern]) => pattern.test(userAgent ?? ''))?.[0];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  if (browser === undefined) return system ?? 'Unknown device';
  return system === undefined ? browser : `${browser} on ${system}`;
}

/** A login that names the session after the device it came from, and puts the user's name into the access token, for the page to show. */
export function labelled(login: LoginHook): LoginHook {
  return async (credentials, client) => {
    const result = await login(credentials, client);
    const claims = { preferred_username: credentials['username'] ?? '' };
    return result && { ...result, claims, label: deviceLabel(client.userAgent) };
  };
}
