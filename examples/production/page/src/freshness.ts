/**
 * Whether the access cookie is still good for a while. No script can read that cookie; the server says how long it lives, and a cookie of the page's own
 * ends a little before it. All tabs see it at once; what one tab writes to localStorage another may see too late to refresh only once.
 *
 * @module
 */
const NAME = '__Host-fresh';
const ATTRIBUTES = 'Path=/; Secure; SameSite=Strict';
/** Of a token's life, this much is counted on: the rest is for the way there. */
const SHARE = 0.8;

export function isFresh(): boolean {
  return hasCookie(NAME);
}

/** @param lifeSeconds - `expires_in` of the answer that set the access cookie */
export function noteFresh(lifeSeconds: number): void {
  setFresh(Math.floor(lifeSeconds * SHARE));
}

/** Counts on the access token, whatever is known of it, for so long and no longer. */
export function seemFresh(ms: number): void {
  setFresh(Math.ceil(Math.max(0, ms) / 1000));
}

export function forgetFresh(): void {
  setFresh(0);
}

/** Whether there is a session, for all that a script can see: its csrf cookie is readable, the tokens are not. */
export function mayBeSignedIn(): boolean {
  return hasCookie('__Host-csrf');
}

function setFresh(seconds: number): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${NAME}=1; Max-Age=${seconds}; ${ATTRIBUTES}`;
}

function hasCookie(name: string): boolean {
  return document.cookie.split('; ').some((cookie) => cookie.startsWith(`${name}=`));
}
