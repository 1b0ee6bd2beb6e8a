import type { RequestListener, ServerResponse } from 'node:http';
import { BackendUnavailableError } from '@tokenpair/core';
import { errorAnswer } from '@tokenpair/core/http';

/** Room for so many requests. */
export interface Room {
  /** Whether a request has found room, which it has until its handler has ended the answer. */
  enter(response: ServerResponse): boolean;
  count(): number;
}

/** Asked by machines that want to know just this; they get their answer at any time. */
const ALWAYS: ReadonlySet<string> = new Set(['/healthz', '/readyz']);
const RETRY_AFTER_SECONDS = 1;
/** A handler that has not answered so long after its client went never will. */
const LONGEST_WORK_MS = 10_000;

export function createRoom(most: number): Room {
  let count = 0;
  return Object.freeze({
    count: () => count,
    enter(response) {
      if (count >= most) return false;
      count += 1;
      onceAnswered(response, () => {
        count -= 1;
      });
      return true;
    },
  } satisfies Room);
}

/**
 * Back-pressure: a request that finds no room is 503 with Retry-After at once. When the store is slow, requests pile up here and nowhere else, and
 * memory and waiting times have a bound.
 */
export function limitInProgress(
  listener: RequestListener,
  room: Room,
  onRefuse: () => void,
): RequestListener {
  return (request, response) => {
    if (ALWAYS.has(request.url ?? '') || room.enter(response)) return listener(request, response);
    onRefuse();
    request.resume();
    return refuse(response);
  };
}

/** What an answer says by which nothing of the request was done, unlike by other 503. */
export const NO_ROOM: readonly [name: string, value: string] = Object.freeze(['x-no-room', '1'] as const);

/** What a request is refused with for which there is no room; {@link NO_ROOM} goes with it. */
export function noRoom(): BackendUnavailableError {
  return new BackendUnavailableError({ retryAfter: RETRY_AFTER_SECONDS });
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
  const { status, headers, body } = errorAnswer(noRoom());
  response.writeHead(status, Object.fromEntries([...headers, NO_ROOM]));
  response.end(body);
}
