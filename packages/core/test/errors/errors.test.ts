import * as core from '@tokenpair/core';
import { type AnyAuthError, AuthError, type AuthErrorCode, type AuthErrorOptions } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { ERROR_ROWS } from '../../src/errors/error-rows.ts';

type Make = new (options?: AuthErrorOptions) => AnyAuthError;

/** Design §6: code, status, and the word in a guard and where a grant is refused. */
const TABLE: readonly (readonly [
  code: AuthErrorCode,
  status: number,
  resource: string,
  grant: string,
  challenge: 'named' | 'bare' | 'basic' | undefined,
])[] = [
  ['token_missing', 401, 'invalid_token', 'invalid_token', 'bare'],
  ['bad_authorization_header', 400, 'invalid_request', 'invalid_request', 'named'],
  ['token_not_valid', 401, 'invalid_token', 'invalid_grant', 'named'],
  ['token_wrong_type', 401, 'invalid_token', 'invalid_grant', 'named'],
  ['token_expired', 401, 'invalid_token', 'invalid_grant', 'named'],
  ['token_revoked', 401, 'invalid_token', 'invalid_grant', 'named'],
  ['refresh_token_reused', 401, 'invalid_grant', 'invalid_grant', 'bare'],
  ['session_expired', 401, 'invalid_grant', 'invalid_grant', 'bare'],
  ['no_active_account', 401, 'invalid_token', 'invalid_grant', 'named'],
  ['password_changed', 401, 'invalid_grant', 'invalid_grant', 'bare'],
  ['invalid_credentials', 401, 'invalid_grant', 'invalid_grant', 'bare'],
  ['insufficient_scope', 403, 'insufficient_scope', 'insufficient_scope', 'named'],
  ['permission_denied', 403, 'insufficient_scope', 'insufficient_scope', 'named'],
  [
    'fresh_login_required',
    401,
    'insufficient_user_authentication',
    'insufficient_user_authentication',
    'named',
  ],
  ['csrf_failed', 403, 'access_denied', 'access_denied', undefined],
  ['session_limit_reached', 403, 'access_denied', 'access_denied', undefined],
  ['not_found', 404, 'invalid_request', 'invalid_request', undefined],
  ['invalid_request', 400, 'invalid_request', 'invalid_request', undefined],
  ['method_not_allowed', 405, 'invalid_request', 'invalid_request', undefined],
  ['payload_too_large', 413, 'invalid_request', 'invalid_request', undefined],
  ['unsupported_media_type', 415, 'invalid_request', 'invalid_request', undefined],
  ['rate_limited', 429, 'invalid_request', 'invalid_request', undefined],
  ['invalid_client', 401, 'invalid_client', 'invalid_client', 'basic'],
  ['store_unavailable', 503, 'temporarily_unavailable', 'temporarily_unavailable', undefined],
  ['keys_unavailable', 503, 'temporarily_unavailable', 'temporarily_unavailable', undefined],
  ['backend_unavailable', 503, 'temporarily_unavailable', 'temporarily_unavailable', undefined],
];

/** From `token_missing` to `TokenMissingError`. */
const classNameOf = (code: string): string =>
  `${code.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())}Error`;

function make(code: AuthErrorCode, options?: AuthErrorOptions): AnyAuthError {
  const Class = (core as unknown as Record<string, Make>)[classNameOf(code)];
  if (Class === undefined) throw new Error(`no class for ${code}`);
  return new Class(options);
}

describe('the table of errors', () => {
  it('has every code', () => {
    expect(TABLE.map(([code]) => code).sort()).toEqual(Object.keys(ERROR_ROWS).sort());
  });

  it('has a class for every code, and a code for every class', () => {
    const classes = Object.keys(core).filter((name) => name.endsWith('Error') && name !== 'AuthError');
    expect(classes.sort()).toEqual(TABLE.map(([code]) => classNameOf(code)).sort());
  });

  it('is frozen', () => {
    expect(Object.isFrozen(ERROR_ROWS)).toBe(true);
  });

  it('has a sentence of its own for each code', () => {
    const details = Object.values(ERROR_ROWS).map(({ detail }) => detail);
    expect(new Set(details).size).toBe(details.length);
    for (const detail of details) expect(detail).toMatch(/^[A-Z][^"\\\r\n]*\.$/);
  });

  describe.each(TABLE)('%s', (code, status, resource, grant, challenge) => {
    it('is an error of the family with its name, code, status and sentence', () => {
      const error = make(code);
      expect(error).toBeInstanceOf(AuthError);
      expect(error).toBeInstanceOf(Error);
      expect([error.name, error.code, error.status, error.statusCode, error.expose]).toEqual([
        classNameOf(code),
        code,
        status,
        status,
        true,
      ]);
      expect(error.message).toBe(ERROR_ROWS[code].detail);
      expect(error.cause).toBeUndefined();
    });

    it('says its word by place, with the members of the body in their order', () => {
      const detail = ERROR_ROWS[code].detail;
      expect(JSON.stringify(make(code).place('resource'))).toBe(
        JSON.stringify({ error: resource, code, detail }),
      );
      expect(JSON.stringify(make(code).place('grant'))).toBe(JSON.stringify({ error: grant, code, detail }));
    });

    it('challenges as RFC 6750 says', () => {
      const detail = ERROR_ROWS[code].detail;
      const expected = {
        named: `Bearer realm="api", error="${resource}", error_description="${detail}"`,
        bare: 'Bearer realm="api"',
        basic: 'Basic realm="api", charset="UTF-8"',
        none: undefined,
      }[challenge ?? 'none'];
      expect(make(code).place('resource').headers['www-authenticate']).toBe(expected);
    });

    it('is kept by no cache', () => {
      expect(make(code).headers['cache-control']).toBe('no-store');
    });
  });
});

describe('a refused grant', () => {
  it.each(TABLE.filter(([, status, , grant]) => status === 401 && grant === 'invalid_grant'))(
    'of %s is challenged without an error attribute',
    (code) => {
      expect(make(code).place('grant').headers['www-authenticate']).toBe('Bearer realm="api"');
    },
  );
});

describe('the challenge, word for word', () => {
  it.each([
    ['token_missing', {}, 'Bearer realm="api"'],
    [
      'token_not_valid',
      {},
      'Bearer realm="api", error="invalid_token", error_description="The token is not valid."',
    ],
    [
      'token_expired',
      {},
      'Bearer realm="api", error="invalid_token", error_description="The token has expired."',
    ],
    [
      'bad_authorization_header',
      {},
      'Bearer realm="api", error="invalid_request", error_description="The request must carry exactly one well-formed credential."',
    ],
    [
      'insufficient_scope',
      { scope: 'read admin' },
      'Bearer realm="api", error="insufficient_scope", error_description="The token does not carry the scope this needs.", scope="read admin"',
    ],
    [
      'fresh_login_required',
      { maxAge: 300 },
      'Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent login is required.", max_age="300"',
    ],
    ['invalid_client', {}, 'Basic realm="api", charset="UTF-8"'],
  ] satisfies [AuthErrorCode, AuthErrorOptions, string][])('of %s', (code, options, challenge) => {
    expect(make(code, options).headers['www-authenticate']).toBe(challenge);
  });
});

describe('what an error carries', () => {
  it('are the fields at fault, for a 400 alone', () => {
    const fields = { username: 'This field is required.' };
    expect(JSON.parse(JSON.stringify(make('invalid_request', { fields })))).toEqual({
      error: 'invalid_request',
      code: 'invalid_request',
      detail: 'The request is malformed or lacks a field.',
      fields,
    });
    expect(make('invalid_request').toJSON()).not.toHaveProperty('fields');
  });

  it('are Allow and Retry-After', () => {
    expect(make('method_not_allowed', { allow: 'GET, POST' }).headers['allow']).toBe('GET, POST');
    expect(make('store_unavailable', { retryAfter: 2 }).headers['retry-after']).toBe('2');
    expect(make('rate_limited', { retryAfter: 0 }).headers['retry-after']).toBe('0');
    expect(Object.keys(make('store_unavailable').headers)).toEqual(['cache-control']);
  });

  it('are more header lines from where it is answered, repeated ones as a list', () => {
    const error = make('token_revoked').place('grant', [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['set-cookie', 'c=3'],
      ['vary', 'Cookie'],
    ]);
    expect(error.headers['set-cookie']).toEqual(['a=1', 'b=2', 'c=3']);
    expect(error.headers['vary']).toBe('Cookie');
    expect(error.headerLines.filter(([name]) => name === 'set-cookie')).toHaveLength(3);
  });

  it('are headers that are a new object each time', () => {
    const error = make('token_missing');
    error.headers['www-authenticate'] = 'changed';
    expect(error.headers['www-authenticate']).toBe('Bearer realm="api"');
  });

  it('is the whole answer, for servers of Request and Response', async () => {
    const error = make('token_expired').place('grant', [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    const response = error.getResponse();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      401,
      'application/json; charset=utf-8',
    ]);
    for (const [name, value] of error.headerLines)
      expect(response.headers.get(name)?.split(', ')).toContain(value);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe(JSON.stringify(error));
    expect(error.getResponse()).not.toBe(response);
  });

  it('is the cause, for the log alone', () => {
    const cause = new Error('postgres://user:hunter2@db');
    const error = make('store_unavailable', { cause });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(error.message).not.toContain('hunter2');
    expect(JSON.stringify(error.headers)).not.toContain('hunter2');
    expect(Object.keys(error)).not.toContain('cause');
  });
});
