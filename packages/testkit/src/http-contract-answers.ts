import assert from 'node:assert/strict';
import type { World } from './http-contract-world.ts';

/** What a case expects of the answer; of the headers that the contract speaks of every one, and no other. */
export interface ExpectedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, ExpectedHeader>>;
  /** The body as it is serialized, member by member in this order; or a check of it. */
  readonly body: object | '' | ((body: Record<string, unknown>, world: World) => void);
}

/** The one line of a header; or all of them, in this order. */
export type ExpectedHeader = string | RegExp | readonly (string | RegExp)[];

const JSON_TYPE = 'application/json; charset=utf-8';

/** The sentence of each code: `detail` in every error body. */
const DETAILS = {
  token_missing: 'Authentication credentials were not provided.',
  bad_authorization_header: 'The request must carry exactly one well-formed credential.',
  token_not_valid: 'The token is not valid.',
  token_wrong_type: 'The token is of the wrong type.',
  token_expired: 'The token has expired.',
  token_revoked: 'The token has been revoked.',
  refresh_token_reused: 'The refresh token has been used before; the session has ended.',
  session_expired: 'The session has reached its end; log in again.',
  no_active_account: 'There is no active account for this token.',
  password_changed: 'The password has changed; log in again.',
  invalid_credentials: 'No active account matches the credentials given.',
  insufficient_scope: 'The token does not carry the scope this needs.',
  csrf_failed: 'The request did not show that it came from this site.',
  not_found: 'There is nothing here.',
  invalid_request: 'The request is malformed or lacks a field.',
  method_not_allowed: 'The method is not allowed here.',
  payload_too_large: 'The request body is too large.',
  unsupported_media_type: 'The request body must be JSON or a form, in UTF-8 and not compressed.',
  rate_limited: 'Too many requests; try again later.',
  invalid_client: 'The client could not be authenticated.',
  store_unavailable: 'The session store is not available; try again.',
  backend_unavailable: 'A service behind this one is not available; try again.',
} as const;

type Code = keyof typeof DETAILS;

/** A good answer of a token endpoint. */
export function good(body: ExpectedAnswer['body']): ExpectedAnswer {
  return { status: 200, headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store' }, body };
}

/** An answer of a handler behind a guard. */
export function guarded(body: object): ExpectedAnswer {
  return {
    status: 200,
    headers: {
      'content-type': JSON_TYPE,
      'cache-control': 'private, no-store',
      vary: 'Authorization, Cookie',
    },
    body,
  };
}

function failed(
  status: number,
  error: string,
  code: Code,
  more: Readonly<Record<string, string | RegExp>> = {},
  fields?: Readonly<Record<string, string>>,
): ExpectedAnswer {
  return {
    status,
    headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store', ...more },
    body: { error, code, detail: DETAILS[code], ...(fields === undefined ? {} : { fields }) },
  };
}

/** A grant refused: at login, refresh and logout. */
export function refusedGrant(code: Code): ExpectedAnswer {
  return failed(401, 'invalid_grant', code, { 'www-authenticate': 'Bearer realm="api"' });
}

/** A token refused by an endpoint that takes it as what it is: at verify. */
export function refusedToken(code: Code): ExpectedAnswer {
  return failed(401, 'invalid_token', code, { 'www-authenticate': named('invalid_token', code) });
}

/** A request refused by an endpoint that needs to know who asks. */
export function refusedCaller(code: Code): ExpectedAnswer {
  switch (code) {
    case 'token_missing':
      return failed(401, 'invalid_token', code, { 'www-authenticate': 'Bearer realm="api"' });
    case 'bad_authorization_header':
      return failed(400, 'invalid_request', code, { 'www-authenticate': named('invalid_request', code) });
    case 'csrf_failed':
      return failed(403, 'access_denied', code);
    case 'store_unavailable':
      return unavailable(code);
    default:
      return refusedToken(code);
  }
}

/** A request refused by a guard. */
export function refusedByGuard(code: Code): ExpectedAnswer {
  const { headers, ...rest } = refusedCaller(code);
  return { ...rest, headers: { ...headers, vary: 'Authorization, Cookie' } };
}

export function lacksScope(scope: string): ExpectedAnswer {
  const challenge = `${named('insufficient_scope', 'insufficient_scope')}, scope="${scope}"`;
  return failed(403, 'insufficient_scope', 'insufficient_scope', {
    vary: 'Authorization, Cookie',
    'www-authenticate': challenge,
  });
}

/** A caller that is no client of the app's. */
export const refusedClient: ExpectedAnswer = failed(401, 'invalid_client', 'invalid_client', {
  'www-authenticate': 'Basic realm="api", charset="UTF-8"',
});

export const notFound: ExpectedAnswer = failed(404, 'invalid_request', 'not_found');

/** Done, and nothing to say. */
export const noContent: ExpectedAnswer = { status: 204, headers: { 'cache-control': 'no-store' }, body: '' };

/** A request that is wrong in itself. */
export function badRequest(fields?: Readonly<Record<string, string>>): ExpectedAnswer {
  return failed(400, 'invalid_request', 'invalid_request', {}, fields);
}

export function wrongMethod(allow: string): ExpectedAnswer {
  return failed(405, 'invalid_request', 'method_not_allowed', { allow });
}

export const tooLarge: ExpectedAnswer = failed(413, 'invalid_request', 'payload_too_large');
export const unsupported: ExpectedAnswer = failed(415, 'invalid_request', 'unsupported_media_type');
export const rateLimited: ExpectedAnswer = failed(429, 'invalid_request', 'rate_limited', {
  'retry-after': '60',
});

export function unavailable(code: 'store_unavailable' | 'backend_unavailable'): ExpectedAnswer {
  return failed(503, 'temporarily_unavailable', code, { 'retry-after': /^[123]$/ });
}

/** A body that is, member by member in this order, what the world makes it. */
export function exactly(expected: (world: World) => object): ExpectedAnswer['body'] {
  return (body, world) => assert.equal(JSON.stringify(body), JSON.stringify(expected(world)));
}

/** A pair of the generation given, as it leaves a token endpoint. */
export function pairOf(
  generation: number,
  check: (body: Record<string, unknown>, world: World) => void = () => {},
): ExpectedAnswer {
  return good((body, world) => {
    assert.deepEqual(Object.keys(body), [
      'access',
      'refresh',
      'token_type',
      'expires_in',
      'refresh_expires_in',
    ]);
    const { access, refresh, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 300, refresh_expires_in: 86_400 });
    assert.equal(partOf(access, 0)['typ'], 'at+jwt');
    assert.equal(partOf(refresh, 0)['typ'], 'rt+jwt');
    assert.equal(partOf(refresh, 1)['gen'], generation);
    check(body, world);
  });
}

/** A part of a token: 0 is its header, 1 its payload. */
export function partOf(token: unknown, index: number): Record<string, unknown> {
  return JSON.parse(
    Buffer.from(String(token).split('.')[index] ?? '', 'base64url').toString('utf8'),
  ) as Record<string, unknown>;
}

function named(error: string, code: Code): string {
  return `Bearer realm="api", error="${error}", error_description="${DETAILS[code]}"`;
}
