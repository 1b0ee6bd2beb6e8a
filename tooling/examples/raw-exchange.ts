import { connect } from 'node:net';
import { type RawAnswer, readAnswers } from './raw-answer.ts';

/** How a connection went. */
export interface Exchange {
  readonly answers: readonly RawAnswer[];
  /** Bytes that are no whole answer. */
  readonly rest: string;
  /** That the server did not end the connection in time. */
  readonly hung: boolean;
}

export interface ExchangeOptions {
  /** The methods of the requests in the bytes: an answer to HEAD has no body. */
  readonly methods: readonly string[];
  readonly timeoutMs?: number;
  /** Ends as soon as there is an answer; else when the server ends the connection, which the last request should ask for. */
  readonly untilAnswered?: boolean;
}

/** Sends bytes on a connection of their own and reads what comes. */
export function exchange(
  port: number,
  bytes: Uint8Array,
  { methods, timeoutMs = 20_000, untilAnswered = false }: ExchangeOptions,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    const read = (): Omit<Exchange, 'hung'> => readAnswers(Buffer.concat(chunks).toString('latin1'), methods);
    const end = (hung: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...read(), hung });
    };
    const timer = setTimeout(() => end(true), timeoutMs);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (untilAnswered && read().answers.some(({ status }) => status >= 200)) end(false);
    });
    // A server that refuses a request closes while the rest of it is on its way.
    socket.on('error', () => undefined);
    socket.on('close', () => end(false));
    socket.on('connect', () => socket.write(bytes));
  });
}
