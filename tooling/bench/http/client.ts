/**
 * A client that costs little: requests lie ready as bytes, each of its connections has one on the way, and of an answer it looks at the status
 * and the length.
 *
 * @module
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  /** Whole requests, sent in turn; the first is `requests[0]`. */
  readonly requests: readonly Buffer[];
  readonly ms: number;
  /** Requests a second; without it as many as are answered. */
  readonly rate?: number;
}

export interface LoadReport {
  readonly answered: number;
  readonly seconds: number;
}

const TICK_MS = 1;

/** Sends the load, and resolves when every request has its answer. @throws Error for an answer that is not 200, and a lost connection */
export async function sendLoad(options: LoadOptions): Promise<LoadReport> {
  const { connections, port } = options;
  const lanes = await Promise.all(Array.from({ length: connections }, () => openLane(port)));
  try {
    return await (options.rate === undefined
      ? saturate(lanes, options)
      : keepRate(lanes, options, options.rate));
  } finally {
    for (const { close } of lanes) close();
  }
}

async function saturate(lanes: readonly Lane[], { ms, requests }: LoadOptions): Promise<LoadReport> {
  const next = inTurn(requests);
  const start = performance.now();
  let answered = 0;
  const run = async (lane: Lane): Promise<void> => {
    while (performance.now() - start < ms) {
      await lane.send(next());
      answered += 1;
    }
  };
  await Promise.all(lanes.map(run));
  return { answered, seconds: (performance.now() - start) / 1000 };
}

/** Each millisecond sends what is due; what finds no free connection goes out with the next answer. */
function keepRate(lanes: readonly Lane[], { ms, requests }: LoadOptions, rate: number): Promise<LoadReport> {
  const next = inTurn(requests);
  const total = Math.round((rate * ms) / 1000);
  const free = [...lanes];
  const start = performance.now();
  let [sent, answered] = [0, 0];
  return new Promise((resolve, reject) => {
    const timer = setInterval(sendDue, TICK_MS);
    function sendDue(): void {
      const due = Math.min(total, Math.floor(((performance.now() - start) * rate) / 1000));
      while (sent < due && free.length > 0) {
        sent += 1;
        const lane = free.shift() as Lane;
        lane.send(next()).then(() => settle(lane), fail);
      }
    }
    function settle(lane: Lane): void {
      free.push(lane);
      answered += 1;
      if (answered < total) return;
      clearInterval(timer);
      resolve({ answered, seconds: (performance.now() - start) / 1000 });
    }
    function fail(error: unknown): void {
      clearInterval(timer);
      reject(error);
    }
  });
}

interface Lane {
  /** Resolves with the end of the answer. */
  send(request: Buffer): Promise<void>;
  close(): void;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

async function openLane(port: number): Promise<Lane> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let waiting: Waiting | undefined;
  let pending: Buffer = Buffer.alloc(0);
  const lose = (cause?: unknown): void => waiting?.reject(new Error('the connection is lost', { cause }));
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const answer = readAnswer(pending);
    if (answer === undefined) return;
    pending = pending.subarray(answer.length);
    if (answer.status === '200') waiting?.resolve();
    else waiting?.reject(new Error(`answered with ${answer.status}`));
  });
  socket.on('error', lose);
  socket.on('close', () => lose());
  return {
    send(request) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      });
    },
    close: () => endQuietly(socket),
  };
}

function endQuietly(socket: Socket): void {
  socket.removeAllListeners('close');
  socket.destroy();
}

/** Status and whole length of the answer that the bytes begin with; `undefined` until all of it is there. */
export function readAnswer(bytes: Buffer): { status: string; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const body = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (body === undefined) throw new Error('an answer has no Content-Length');
  const length = end + 4 + Number(body);
  return bytes.length < length ? undefined : { status: head.slice(9, 12), length };
}

function inTurn(requests: readonly Buffer[]): () => Buffer {
  let at = -1;
  return () => {
    at = at + 1 === requests.length ? 0 : at + 1;
    return requests[at] as Buffer;
  };
}
