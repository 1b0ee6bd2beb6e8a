import type { RequestListener, ServerResponse } from 'node:http';
import { BackendUnavailableError } from '@tokenpair/core';
import { errorAnswer } from '@tokenpair/core/http';

export interface InProgress {
  readonly listener: RequestListener;
  count(): number;
}

/** Asked by machines that want to know just this; they get their answer at any time. */
const ALWAYS: ReadonlySet<string> = new Set(['/healthz', '/readyz']);
const RETRY_AFTER_SECONDS = 1;
/** A handler that has not answered so long after its client went never will. */
const LONGEST_WORK_MS = 10_000;

/**
 * Back-pressure: beyond `most` requests in progress the next one is 503 with Retry-After at once. When the store is slow, requests pile up here and
 * nowhere else, and memory and waiting times have a bound.
 */
export function limitInProgress(listener: RequestListener, most: number, onRefuse: () => void): InProgress {
  let count = 0;
  return Object.freeze({
    count: () => count,
    listener(request, response) {
      if (ALWAYS.has(request.url ?? '')) return listener(request, response);
      if (count >= most) {
        onRefuse();
        request.resume();
        return refuse(response);
      }
      count += 1;
      onceAnswered(response, () => {
        count -= 1;
      });
      listener(request, response);
    },
  } satisfies InProgress);
}

/** When the handler has ended its answer, whether or not anybody is there to read it: a client that goes leaves its work behind. */
function onceAnswered(response: ServerResponse, done: () => void): void {
  let isDone = false;
  const finish = (): void => {
    if (isDone) return;
    isDone = true;
    done();
  };
  const end = response.end.bind(response);
  response.end = ((...args: Parameters<typeof end>) => {
    finish();
    return end(...args);
  }) as typeof response.end;
  response.once('close', () => setTimeout(finish, LONGEST_WORK_MS).unref());
}

function refuse(response: ServerResponse): void {
  const { status, headers, body } = errorAnswer(
    new BackendUnavailableError({ retryAfter: RETRY_AFTER_SECONDS }),
  );
  response.writeHead(status, Object.fromEntries(headers));
  response.end(body);
}
