import { fetchJson, UNCOMPRESSED } from '../remote/fetch-json.ts';
import { IntrospectionError } from './introspection-error.ts';
import type { ResolvedIntrospection } from './introspection-options.ts';

/** More than what an endpoint can have to say about a token of 8 kB. */
const MAX_BYTES = 65_536;

/**
 * Asks the issuer whether a token is active (RFC 7662 §2).
 *
 * @throws IntrospectionError, DeadlineError and what `fetch` throws, when there is no answer to that
 */
export async function introspect(
  { authorization, fetch, timeoutMs, url }: ResolvedIntrospection,
  token: string,
): Promise<boolean> {
  const headers = {
    authorization,
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...UNCOMPRESSED,
  };
  const body = new URLSearchParams({ token }).toString();
  const { document } = await fetchJson({
    send: (signal) => fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal }),
    timeoutMs,
    maxBytes: MAX_BYTES,
    refuse: (fault, status) => new IntrospectionError(fault, status),
  });
  const { active } = document;
  if (typeof active !== 'boolean') throw new IntrospectionError('no_verdict');
  return active;
}
