import type { ExpectedAnswer } from './http-contract-answers.ts';
import type { WireRequest, WireResponse } from './http-contract-client.ts';
import type { World, WorldOptions } from './http-contract-world.ts';

/** One row of the contract. */
export interface HttpCase extends ExpectedAnswer {
  /** A sentence without its subject, which is the name of the section. */
  readonly name: string;
  readonly options?: WorldOptions;
  /** What happened before the request. */
  readonly given?: (world: World) => unknown;
  readonly request: (world: World) => WireRequest;
  /** What must hold after the answer beside it; throws when it does not. */
  readonly after?: (world: World, answer: WireResponse) => unknown;
  /** True for a path that is none of the token endpoints: the app's own answer to what it does not have is a 404, of any form. */
  readonly leftToApp?: true;
  /** True for what only a body shows that no parser of the framework has read. */
  readonly rawBody?: boolean;
}

/** A group of rows by what they speak of. */
export interface HttpSection {
  readonly name: string;
  /** What the auth of every row is made with; a row may say otherwise. */
  readonly options?: WorldOptions;
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

/** A request with further header lines. */
export function withLines(
  request: WireRequest,
  ...lines: readonly (readonly [name: string, value: string])[]
): WireRequest {
  return { ...request, headers: [...(request.headers ?? []), ...lines] };
}

/** The line that carries an access token. */
export function bearer({ access }: { readonly access: string }): readonly [string, string] {
  return ['Authorization', `Bearer ${access}`];
}

/** `GET` with an `Authorization` line for each value. */
export function get(path: string, ...authorization: readonly string[]): WireRequest {
  return { path, headers: authorization.map((value) => ['Authorization', value] as const) };
}
