import { headerOf, type RawAnswer } from '../raw-answer.ts';
import type { Exchange } from '../raw-exchange.ts';
import type { MalformedRequest } from './requests.ts';

/** How a malformed request ended: by an answer of the service, by Node without it, or without an answer. */
export type Outcome = 'answered' | 'refused by Node' | 'broken off';

/** The answer itself, behind any `100 Continue`. */
export function finalAnswer({ answers }: Exchange): RawAnswer | undefined {
  return answers.find(({ status }) => status >= 200);
}

/** Node refuses without a body. */
export function outcomeOf(answer: RawAnswer | undefined): Outcome {
  if (answer === undefined) return 'broken off';
  return answer.status >= 400 && headerOf(answer, 'content-type') === undefined
    ? 'refused by Node'
    : 'answered';
}

/** What is wrong with how a malformed request was taken, if anything. Nothing that is sent may be answered well: open routes are not asked. */
export function faultOf({ unfinished }: MalformedRequest, exchange: Exchange): string | undefined {
  const answer = finalAnswer(exchange);
  if (answer === undefined) return unfinished ? undefined : 'was not answered';
  if (answer.status >= 500) return `was answered with ${answer.status}`;
  return answer.status < 400 ? `was accepted with ${answer.status}` : undefined;
}

/** The fewest letters of a token that count as a part of it. */
const PART = 40;

/** Whether a text holds a token or a long part of one. Its header is no secret. */
export function showsToken(text: string, token: string): boolean {
  const [, ...secrets] = token.split('.');
  return secrets.some((secret) =>
    Array.from({ length: Math.max(1, secret.length - PART + 1) }, (_, at) =>
      secret.slice(at, at + PART),
    ).some((part) => part !== '' && text.includes(part)),
  );
}
