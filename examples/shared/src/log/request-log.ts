import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthError } from '@tokenpair/core';
import type { Log } from './create-log.ts';
import { maskUrl } from './mask-url.ts';

/** What the framework's request knows: every one of the three has both. */
export interface SeenRequest {
  /** The client's address, as far as the framework trusts it. */
  readonly ip: string | undefined;
  /** The target before the framework changed it. */
  readonly originalUrl: string;
}

/** One line a request, written when its answer is sent or its client is gone. */
export interface RequestLog {
  /** Call when a request comes in. */
  begin(request: IncomingMessage, response: ServerResponse, seen: SeenRequest): void;
  /** Says which error a request ends in; its code and its cause come into the line. */
  fail(request: IncomingMessage, error: AuthError): void;
}

/** No header and no body is logged, so neither is a token, a cookie or a password. */
export function createRequestLog(log: Log): RequestLog {
  const errors = new WeakMap<IncomingMessage, AuthError>();

  return Object.freeze({
    begin(request, response, { ip, originalUrl }) {
      const started = performance.now();
      const { method } = request;
      response.once('close', () => {
        const { statusCode: status } = response;
        const line = {
          method,
          path: maskUrl(originalUrl),
          status,
          ms: Math.round(performance.now() - started),
          ip,
        };
        const aborted = response.writableFinished ? {} : { aborted: true };
        log[status >= 500 ? 'error' : 'info'](
          { ...line, ...aborted, ...detailOf(errors.get(request)) },
          'request',
        );
      });
    },
    fail: (request, error) => void errors.set(request, error),
  } satisfies RequestLog);
}

function detailOf(error: AuthError | undefined): object {
  if (error === undefined) return {};
  const causes = causesOf(error.cause);
  return causes.length === 0 ? { code: error.code } : { code: error.code, cause: causes.join(': ') };
}

/** Messages only: an error object may hold the request that it came from. */
function causesOf(cause: unknown): readonly string[] {
  return cause instanceof Error ? [maskUrl(cause.message), ...causesOf(cause.cause)] : [];
}
