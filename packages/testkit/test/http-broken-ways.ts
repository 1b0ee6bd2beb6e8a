import type { AuthAnswer, AuthRequest, HeaderLine } from '@tokenpair/core';
import type { Faults } from './http-plain.ts';

/** A server that breaks one rule of the contract, and the rows that speak of that rule: each of them must fail. */
export interface Broken {
  readonly faults: Faults;
  readonly row: RegExp;
}

export type Lines = readonly HeaderLine[];

/** What a server does to the header lines of a request. */
export function lines(change: (lines: Lines) => Lines): Pick<Faults, 'request'> {
  return {
    request: (request) => {
      const { rawHeaders } = request;
      const all = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : [],
      );
      return { ...request, rawHeaders: change(all).flat() };
    },
  };
}

export const is =
  (name: string) =>
  ([each]: HeaderLine) =>
    each.toLowerCase() === name;

/** What it does to the values of one header. */
export function values(name: string, change: (value: string) => string): Pick<Faults, 'request'> {
  return lines((all) => all.map((line) => (is(name)(line) ? [line[0], change(line[1])] : line)));
}

/** A server to which one header of a request does not get through. */
export function hides(name: string): Pick<Faults, 'request'> {
  return lines((all) => all.filter((line) => !is(name)(line)));
}

/** A server that puts a header of its own in the place of the client's. */
export function puts(name: string, value: string): Pick<Faults, 'request'> {
  return lines((all) => [...all.filter((line) => !is(name)(line)), [name, value]]);
}

/** A server to which only the first line of a header gets through. */
export function takesFirst(name: string): Pick<Faults, 'request'> {
  return lines((all) => all.filter((line, at) => !is(name)(line) || all.findIndex(is(name)) === at));
}

/** What it does to the answers of one status. */
export function answers(
  status: number,
  change: (answer: AuthAnswer) => Partial<AuthAnswer>,
): Pick<Faults, 'answer'> {
  return { answer: (answer) => (answer.status === status ? { ...answer, ...change(answer) } : answer) };
}

/** What it does to the text of bodies. */
export function bodies(change: (body: string) => string): Pick<Faults, 'answer'> {
  return {
    answer: (answer) => (answer.body === undefined ? answer : { ...answer, body: change(answer.body) }),
  };
}

/** What it does to the lines of one header of its answers. */
export function heads(name: string, change: (value: string) => string): Pick<Faults, 'answer'> {
  return {
    answer: (answer) => ({
      ...answer,
      headers: answer.headers.map((line) => (line[0] === name ? [name, change(line[1])] : line)),
    }),
  };
}

/** A server whose answers of one status clear the cookies. */
export function clears(status: number): Pick<Faults, 'answer'> {
  return answers(status, ({ headers }) => ({
    headers: [...headers, ['set-cookie', '__Secure-refresh=; Path=/api/token; Max-Age=0']],
  }));
}

export const readsNoBody = (request: AuthRequest): AuthRequest => ({ ...request, body: { parsed: {} } });
