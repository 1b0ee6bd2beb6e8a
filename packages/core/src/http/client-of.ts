import type { SessionClient } from '../store.ts';
import { headerValue } from './headers.ts';
import type { AuthRequest } from './messages.ts';

const MAX_USER_AGENT = 512;

/** What a request shows of its client; the user agent cut to 512 characters. */
export function clientOf({ rawHeaders, ip }: AuthRequest): SessionClient {
  const userAgent = headerValue(rawHeaders, 'user-agent')?.slice(0, MAX_USER_AGENT);
  return { ...(userAgent === undefined ? {} : { userAgent }), ...(ip === undefined ? {} : { ip }) };
}
