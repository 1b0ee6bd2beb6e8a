import type { Row } from '../campaign/report.ts';
import { type BrowserClient, browserClient } from './browser-client.ts';
import type { Stack } from './stack.ts';

export interface LoadOptions {
  readonly stack: Stack;
  /** What the rows are called. */
  readonly app: string;
  readonly clients: number;
  /** Of each kind of request. */
  readonly seconds: number;
  /** Signs a client in, where the app wants that. */
  readonly enter: (client: BrowserClient) => Promise<unknown>;
}

const WARM_UP_MS = 1_000;

/** Each client asks, waits for the answer and asks again. @throws Error when an answer is not 200 */
export async function measure({
  app,
  clients: count,
  enter,
  seconds,
  stack,
}: LoadOptions): Promise<readonly Row[]> {
  const clients = Array.from({ length: count }, () => browserClient(stack));
  for (const client of clients) await enter(client);
  const rows: Row[] = [];
  for (const [name, send] of [
    ['hello', (client: BrowserClient) => client.hello()],
    ['refresh', (client: BrowserClient) => client.refresh()],
  ] as const) {
    await Promise.all(clients.map((client) => askFor(WARM_UP_MS, client, send)));
    const times = (await Promise.all(clients.map((client) => askFor(seconds * 1000, client, send)))).flat();
    times.sort((one, other) => one - other);
    const at = (share: number): number => Number((times[Math.floor(times.length * share)] ?? 0).toFixed(1));
    rows.push({
      request: name,
      app,
      'a second': Math.round(times.length / seconds),
      'p50 ms': at(0.5),
      'p99 ms': at(0.99),
    });
  }
  for (const client of clients) client.close();
  return rows;
}

/** How long each answer took, in ms. */
async function askFor(
  ms: number,
  client: BrowserClient,
  send: (client: BrowserClient) => Promise<{ readonly status: number }>,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (const end = performance.now() + ms; performance.now() < end; ) {
    const started = performance.now();
    const { status } = await send(client);
    if (status !== 200) throw new Error(`an answer was ${status}`);
    times.push(performance.now() - started);
  }
  return times;
}
