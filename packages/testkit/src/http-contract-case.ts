import type { AuthOptions } from '@tokenpair/core';
import type { ExpectedAnswer } from './http-contract-answers.ts';
import type { WireRequest } from './http-contract-client.ts';
import type { World } from './http-contract-world.ts';

/** One row of the contract. */
export interface HttpCase extends ExpectedAnswer {
  /** A sentence without its subject, which is the name of the section. */
  readonly name: string;
  readonly options?: Partial<AuthOptions>;
  /** What happened before the request. */
  readonly given?: (world: World) => unknown;
  readonly request: (world: World) => WireRequest;
  /** True for what only a body shows that no parser of the framework has read. */
  readonly rawBody?: boolean;
}

/** A group of rows by what they speak of. */
export interface HttpSection {
  readonly name: string;
  readonly cases: readonly HttpCase[];
}

export const JSON_LINE = ['Content-Type', 'application/json'] as const;
export const FORM_LINE = ['Content-Type', 'application/x-www-form-urlencoded'] as const;

export const MINUTE = 60_000;
export const DAY: number = 24 * 60 * MINUTE;

/** `POST` of a JSON body to a token endpoint. */
export function post(path: string, body: unknown): WireRequest {
  return {
    method: 'POST',
    path: `/api/token${path}`,
    headers: [JSON_LINE],
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** `POST` of a form to a token endpoint. */
export function postForm(path: string, fields: Readonly<Record<string, string>> | string): WireRequest {
  const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
  return { method: 'POST', path: `/api/token${path}`, headers: [FORM_LINE], body };
}

/** `GET` with an `Authorization` line for each value. */
export function get(path: string, ...authorization: readonly string[]): WireRequest {
  return { path, headers: authorization.map((value) => ['Authorization', value] as const) };
}
