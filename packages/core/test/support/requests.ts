import type { AuthAnswer, AuthRequest } from '@tokenpair/core';

export interface RequestInit {
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
  readonly parsed?: unknown;
  readonly ip?: string;
}

/** A request as an adapter hands it over. */
export function requestOf(method: string, path: string, init: RequestInit = {}): AuthRequest {
  const bytes = typeof init.body === 'string' ? new TextEncoder().encode(init.body) : init.body;
  return {
    method,
    path,
    rawHeaders: (init.headers ?? []).flat(),
    ip: init.ip,
    body: 'parsed' in init ? { parsed: init.parsed } : { read: async (limit) => within(bytes, limit) },
  };
}

function within(bytes: Uint8Array = new Uint8Array(), limit: number): Uint8Array | undefined {
  return bytes.byteLength > limit ? undefined : bytes;
}

export function jsonRequest(
  path: string,
  body: unknown,
  headers: readonly (readonly [string, string])[] = [],
): AuthRequest {
  return requestOf('POST', path, {
    headers: [['Content-Type', 'application/json'], ...headers],
    body: JSON.stringify(body),
  });
}

/** Status, headers and body of an answer, plain. */
export function plain(answer: AuthAnswer | undefined) {
  return (
    answer && {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: JSON.parse(answer.body ?? 'null'),
    }
  );
}
