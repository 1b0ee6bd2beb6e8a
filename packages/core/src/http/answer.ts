import type { AuthError } from '../errors/auth-error.ts';
import type { AuthResponse, HeaderLine } from './messages.ts';

/** An answer of core; with the error it tells of, where it is one, for apps that write their own. */
export interface AuthAnswer extends AuthResponse {
  readonly error?: AuthError;
}

const JSON_TYPE: HeaderLine = Object.freeze(['content-type', 'application/json; charset=utf-8'] as const);
const NO_STORE: HeaderLine = Object.freeze(['cache-control', 'no-store'] as const);

/** A JSON answer that no cache keeps. */
export function jsonAnswer(body: object, headers: readonly HeaderLine[] = []): AuthAnswer {
  return { status: 200, headers: [JSON_TYPE, NO_STORE, ...headers], body: JSON.stringify(body) };
}

/** 204. */
export function noContent(headers: readonly HeaderLine[] = []): AuthAnswer {
  return { status: 204, headers: [NO_STORE, ...headers], body: undefined };
}

/** The one answer that caches may keep: public keys. */
export function publicAnswer(body: object, maxAgeSeconds: number): AuthAnswer {
  const headers: HeaderLine[] = [JSON_TYPE, ['cache-control', `public, max-age=${maxAgeSeconds}`]];
  return { status: 200, headers, body: JSON.stringify(body) };
}

/** The answer an error is. */
export function errorAnswer(error: AuthError): AuthAnswer {
  return {
    status: error.status,
    headers: [JSON_TYPE, ...error.headerLines],
    body: JSON.stringify(error),
    error,
  };
}
