import { InvalidClientError, InvalidRequestError } from '../errors/errors.ts';
import { formDecode, isBasic, readBasic, writeBasic } from '../http/basic-credentials.ts';
import { headerValues } from '../http/headers.ts';
import type { AuthRequest } from '../http/messages.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { isClientId } from './client-id.ts';
import type { Form } from './read-form.ts';

/** Who sends a request to the token endpoints. */
export interface OAuth2Client {
  /** False for a public client: one that shows no credentials. */
  readonly isAuthenticated: boolean;
  /** The id that was authenticated, or of a public client the one it said; never one that may be of a client with a secret. */
  readonly id: string | undefined;
}

const NOBODY: OAuth2Client = Object.freeze({ isAuthenticated: false, id: undefined });

/**
 * Authenticates the client by the app's hook, which sees HTTP Basic whether the client sent that or `client_id` and `client_secret` in the form. Who
 * shows credentials is held to them; who shows none is a public client, known by its `client_id` as far as that can be nobody else's.
 *
 * @see RFC 6749 §2.3.1
 * @throws InvalidClientError; InvalidRequestError for credentials in two places; BackendUnavailableError
 */
export async function identifyClient(
  context: AuthContext,
  { rawHeaders }: Pick<AuthRequest, 'rawHeaders'>,
  form: Form,
): Promise<OAuth2Client> {
  const [authorization, ...others] = headerValues(rawHeaders, 'authorization').filter(
    (value) => value !== '',
  );
  const { client_id: named, client_secret: secret } = form;
  if (others.length > 0 || (authorization !== undefined && secret !== undefined))
    throw new InvalidRequestError();
  if (authorization === undefined && secret === undefined) return publicClient(context, named);
  const shown =
    secret === undefined
      ? readAuthorization(authorization ?? '', rawHeaders)
      : { id: named, rawHeaders: withBasic(rawHeaders, named ?? '', secret) };
  if (shown.id !== undefined && !isClientId(shown.id)) throw new InvalidClientError();
  if (secret !== undefined && named === undefined) throw new InvalidClientError();
  if (!(await context.hooks.authenticateClient(shown.rawHeaders))) throw new InvalidClientError();
  if (named !== undefined && shown.id !== undefined && named !== shown.id) throw new InvalidRequestError();
  return { isAuthenticated: true, id: shown.id };
}

/** Where clients have secrets, only the app can say which ids have none; where no client has one, each id is a public client's. */
function publicClient({ options }: AuthContext, named: string | undefined): OAuth2Client {
  const { authenticateClient, publicClients } = options;
  if (named === undefined) return NOBODY;
  if (publicClients === undefined && authenticateClient !== undefined) return NOBODY;
  const isKnown = publicClients === undefined ? isClientId(named) : publicClients.has(named);
  if (!isKnown) throw new InvalidClientError();
  return { isAuthenticated: false, id: named };
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
  if (!isBasic(value)) return { id: undefined, rawHeaders };
  const credentials = readBasic(value);
  if (credentials === undefined) throw new InvalidClientError();
  const { id, secret } = credentials;
  const decoded = formDecode(id);
  if (decoded === undefined || decoded === id) return { id, rawHeaders };
  // An encoded id is spelt out, so that the hook cannot read it as it came and mean another client.
  return { id: decoded, rawHeaders: withBasic(rawHeaders, decoded, formDecode(secret) ?? secret) };
}

/** The header lines with these credentials in place of any others. */
function withBasic(rawHeaders: readonly string[], id: string, secret: string): readonly string[] {
  const others = rawHeaders.filter((_, at) => rawHeaders[at - (at % 2)]?.toLowerCase() !== 'authorization');
  return [...others, 'authorization', writeBasic({ id, secret })];
}
