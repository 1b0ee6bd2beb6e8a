import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, browserClient } from './browser-client.ts';
import type { Stack } from './stack.ts';

/** A request that got no answer, or one that is no answer: 5xx. */
export interface Trouble {
  readonly client: number;
  readonly what: string;
  /** 0 when the connection broke. */
  readonly status: number;
  /** ms by `performance.now()`. */
  readonly started: number;
  readonly ended: number;
}

export interface ChaosClient {
  /** Requests that were answered. */
  readonly answered: () => number;
  readonly troubles: readonly Trouble[];
  /** Answers that say that it is logged out. */
  readonly refusals: readonly string[];
  /** Stops, and looks whether it is still logged in. */
  stop(): Promise<void>;
}

export interface ChaosClientOptions {
  readonly stack: Stack;
  readonly number: number;
  readonly random: () => number;
  readonly name: string;
  readonly password: string;
}

const THINK_MS = 40;
const PATIENCE_MS = 30_000;

/** Logs in, and says hello and refreshes from then on; where there is no answer it asks again. */
export async function startChaosClient(options: ChaosClientOptions): Promise<ChaosClient> {
  const { name, number, password, random, stack } = options;
  const browser = browserClient(stack);
  const troubles: Trouble[] = [];
  const refusals: string[] = [];
  let answered = 0;
  let isStopping = false;

  /** Asks until there is an answer. */
  async function insist(what: string, send: () => Promise<Answer>): Promise<void> {
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
      const started = performance.now();
      const answer = await send().catch(() => undefined);
      const status = answer?.status ?? 0;
      if (status > 0 && status < 500) {
        answered += 1;
        if (status !== 200)
          refusals.push(`client ${number}: ${what} ${status} ${JSON.stringify(answer?.body)}`);
        return;
      }
      troubles.push({ client: number, what, status, started, ended: performance.now() });
      await sleep(20 + random() * 100);
    }
    refusals.push(`client ${number}: ${what} got no answer for ${PATIENCE_MS} ms`);
  }

  async function run(): Promise<void> {
    while (!isStopping && refusals.length === 0) {
      await sleep(random() * THINK_MS);
      if (random() < 0.5) await insist('refresh', () => browser.refresh());
      else await insist('hello', () => browser.hello());
    }
  }

  await insist('login', () => browser.logIn(name, password));
  const running = run();
  return {
    answered: () => answered,
    troubles,
    refusals,
    async stop() {
      isStopping = true;
      await running;
      await insist('refresh at the end', () => browser.refresh());
      await insist('hello at the end', () => browser.hello());
      browser.close();
    },
  };
}
