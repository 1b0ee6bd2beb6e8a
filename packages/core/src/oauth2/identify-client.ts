import { InvalidClientError, InvalidRequestError } from '../errors/errors.ts';
import { headerValues } from '../http/headers.ts';
import type { AuthRequest } from '../http/messages.ts';
import type { AuthContext } from '../session/auth-context.ts';
import type { Form } from './read-form.ts';

/** Who sends a request to the token endpoints. */
export interface OAuth2Client {
  /** False for a public client: one that shows no credentials. */
  readonly isAuthenticated: boolean;
  /** The id that was authenticated; never one that was only said. */
  readonly id: string | undefined;
}

const PUBLIC: OAuth2Client = Object.freeze({ isAuthenticated: false, id: undefined });

/** Of printable ASCII (RFC 6749 appendix A.1); without what HTTP Basic or its form encoding would read in two ways. */
const CLIENT_ID = /^[\x20-\x24\x26-\x2A\x2C-\x39\x3B-\x7E]{1,255}$/;

/**
 * Authenticates the client by the app's hook, which sees HTTP Basic whether the client sent that or `client_id` and `client_secret` in the form. Who
 * shows no credentials is a public client; who shows some is held to them.
 *
 * @see RFC 6749 §2.3.1
 * @throws InvalidClientError; InvalidRequestError for credentials in two places; BackendUnavailableError
 */
export async function identifyClient(
  { hooks }: AuthContext,
  { rawHeaders }: Pick<AuthRequest, 'rawHeaders'>,
  form: Form,
): Promise<OAuth2Client> {
  const [authorization, ...others] = headerValues(rawHeaders, 'authorization').filter(
    (value) => value !== '',
  );
  const { client_id: named, client_secret: secret } = form;
  if (others.length > 0 || (authorization !== undefined && secret !== undefined))
    throw new InvalidRequestError();
  if (authorization === undefined && secret === undefined) return PUBLIC;
  const shown =
    secret === undefined
      ? readAuthorization(authorization ?? '', rawHeaders)
      : { id: named, rawHeaders: withBasic(rawHeaders, named ?? '', secret) };
  if (shown.id !== undefined && !CLIENT_ID.test(shown.id)) throw new InvalidClientError();
  if (secret !== undefined && named === undefined) throw new InvalidClientError();
  if (!(await hooks.authenticateClient(shown.rawHeaders))) throw new InvalidClientError();
  if (named !== undefined && shown.id !== undefined && named !== shown.id) throw new InvalidRequestError();
  return { isAuthenticated: true, id: shown.id };
}

/** The same where nobody may come without; an app's hook can know a client by other header lines too. @throws as `identifyClient` */
export async function requireClient(
  context: AuthContext,
  request: Pick<AuthRequest, 'rawHeaders'>,
  form: Form,
): Promise<void> {
  const { isAuthenticated } = await identifyClient(context, request, form);
  if (!isAuthenticated && !(await context.hooks.authenticateClient(request.rawHeaders)))
    throw new InvalidClientError();
}

/** What the hook is to see, and the one client id that it can take it for. */
interface Shown {
  readonly id: string | undefined;
  readonly rawHeaders: readonly string[];
}

function readAuthorization(value: string, rawHeaders: readonly string[]): Shown {
  // Another scheme is the hook's to judge; it names no client here.
  if (!/^basic(?![^ \t])/i.test(value)) return { id: undefined, rawHeaders };
  const [id, secret] = credentialsIn(value);
  const decoded = formDecode(id);
  if (decoded === undefined || decoded === id) return { id, rawHeaders };
  // An encoded id is spelt out, so that the hook cannot read it as it came and mean another client.
  return { id: decoded, rawHeaders: withBasic(rawHeaders, decoded, formDecode(secret) ?? secret) };
}

function credentialsIn(value: string): readonly [id: string, secret: string] {
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
  const text = encoded === undefined ? undefined : decodeBase64(encoded);
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) throw new InvalidClientError();
  return [text.slice(0, colon), text.slice(colon + 1)];
}

function decodeBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The header lines with these credentials in place of any others. */
function withBasic(rawHeaders: readonly string[], id: string, secret: string): readonly string[] {
  const others = rawHeaders.filter((_, at) => rawHeaders[at - (at % 2)]?.toLowerCase() !== 'authorization');
  const bytes = new TextEncoder().encode(`${id}:${secret}`);
  return [...others, 'authorization', `Basic ${btoa(String.fromCharCode(...bytes))}`];
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
