import { basicClients } from '@tokenpair/core/http';
import { type AuthTestOptions, makeAuth, PASSWORD, type TestAuth } from '../support/auth.ts';
import { plain, requestOf } from '../support/requests.ts';

export const FORM = 'application/x-www-form-urlencoded';
export const CLIENTS = { web: 's3cret-of+web/%', mobile: 'm0bile', 'two words': 'x' } as const;

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
export const WEB: string = basic('web', encodeURIComponent(CLIENTS.web));
export const MOBILE: string = basic('mobile', CLIENTS.mobile);

/** An auth of the OAuth 2 wire, with clients unless they are taken away. */
export const make = (options: AuthTestOptions = {}): TestAuth =>
  makeAuth({ wire: 'oauth2', authenticateClient: basicClients(CLIENTS), ...options });

type Answer = NonNullable<ReturnType<typeof plain>>;

/** Sends a form; `authorization` is the client's. */
export async function send(
  { auth }: Pick<TestAuth, 'auth'>,
  path: string,
  form: Record<string, string> | string,
  authorization?: string,
): Promise<Answer> {
  const headers: [string, string][] = [['Content-Type', FORM]];
  if (authorization !== undefined) headers.push(['Authorization', authorization]);
  const body = new URLSearchParams(form).toString();
  return plain(await auth.handle(requestOf('POST', path, { headers, body }))) ?? missing(path);
}

function missing(path: string): never {
  throw new Error(`${path} is no endpoint`);
}

export const LOGIN = { grant_type: 'password', username: '1', password: PASSWORD } as const;

export const logIn = (test: TestAuth, form: Record<string, string> = {}, authorization?: string) =>
  send(test, '/token', { ...LOGIN, ...form }, authorization);

export const refresh = (test: TestAuth, token: string, form: Record<string, string> = {}, who?: string) =>
  send(test, '/token', { grant_type: 'refresh_token', refresh_token: token, ...form }, who);

/** Status and the two words of an error. */
export const refusal = ({ status, body }: Answer) => [status, body.error, body.code];
