import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { NotedEvent } from './auditor.ts';
import { type Exchange, type HonestClient, startHonestClient } from './honest-client.ts';

/** Many honest clients on one app. */
export interface Crowd {
  readonly clients: readonly HonestClient[];
  readonly log: readonly Exchange[];
  /**
   * Waits until nobody is without an answer who was so at `since`; gives how many were, and who still is when patience ends.
   */
  recovered(since: number, patienceMs: number): Promise<{ interrupted: number; stuck: readonly string[] }>;
  /** Resolves when all have finished what they were doing; they stay logged in. */
  stop(): Promise<void>;
}

export interface CrowdOptions {
  readonly port: number;
  readonly clients: number;
  readonly seed: number;
  readonly password: string;
  readonly thinkMs?: number;
}

export function startCrowd({ port, clients: size, seed, password, thinkMs }: CrowdOptions): Crowd {
  const agent = new Agent({ keepAlive: true, maxSockets: size * 2 });
  const log: Exchange[] = [];
  const think = thinkMs === undefined ? {} : { thinkMs };
  const clients = Array.from({ length: size }, (_, n) =>
    startHonestClient({
      ...{ name: `client-${n}`, port, password, agent, log, ...think },
      random: seeded(seed * 10_000 + n),
    }),
  );

  const unanswered = (since: number): HonestClient[] =>
    clients.filter((client) => (client.waitingSince() ?? Number.POSITIVE_INFINITY) <= since);

  return {
    clients,
    log,
    async recovered(since, patienceMs) {
      const waiting = new Set(unanswered(since));
      const deadline = performance.now() + patienceMs;
      while (unanswered(since).length > 0 && performance.now() < deadline) await sleep(20);
      return { interrupted: waiting.size, stuck: unanswered(since).map(({ name }) => name) };
    },
    async stop() {
      await Promise.all(clients.map((client) => client.stop()));
      agent.destroy();
    },
  };
}

/** What the app has noted so far, over all its lives; a killed one may have left half a line. */
export function readEvents(file: string): NotedEvent[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as NotedEvent);
}
