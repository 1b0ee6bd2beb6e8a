/**
 * Many clients present one refresh token at the same moment, at several nodes: one generation follows, and all get the same successor
 * (I1, I2).
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StoreName } from './arguments.ts';
import { type Heat, type HeatResult, openNode } from './race-process.ts';
import type { CampaignReport } from './report.ts';
import { startServer } from './store-servers.ts';

export interface RaceOptions {
  readonly store: StoreName;
  readonly sessions: number;
  readonly sabotage?: boolean;
  readonly onProgress?: (text: string) => void;
}

const CALLERS = 64;
const NODES = 2;
/** Sessions that race at the same time. */
const SESSIONS_A_HEAT = 25;
const PROGRAM = fileURLToPath(new URL('race-process.ts', import.meta.url));

export async function runRace({
  store,
  sessions,
  sabotage = false,
  onProgress,
}: RaceOptions): Promise<CampaignReport> {
  const started = performance.now();
  const server = await startServer(store);
  const orders = { url: server.urlAt(), secret: randomBytes(32).toString('base64url'), sabotage };
  const own = await openNode(orders);
  const children = store === 'memory' ? [] : await startNodes(orders);
  const nodes = children.length === 0 ? [own.run] : children.map(runOn);
  const failures: string[] = [];
  let successors = 0;
  try {
    for (let first = 0; first < sessions; first += SESSIONS_A_HEAT) {
      const count = Math.min(SESSIONS_A_HEAT, sessions - first);
      const refs = Array.from({ length: count }, (_, n) => ({ subject: `user-${first + n}` }));
      const pairs = await Promise.all(refs.map((login) => own.auth.sessions.issue(login)));
      const heat = { tokens: pairs.map(({ refresh }) => String(refresh)), atOnce: CALLERS / nodes.length };
      const results = await Promise.all(nodes.map((run) => run(heat)));
      for (const [n, { session }] of pairs.entries()) {
        const got = new Set(results.flatMap((result) => result[n]?.got ?? []));
        const rotations = results.reduce((sum, result) => sum + (result[n]?.rotations ?? 0), 0);
        successors += got.size;
        const record = await own.store.find(session, Date.now());
        if (got.size !== 1 || rotations !== 1 || record?.generation !== 1)
          failures.push(
            `session ${first + n}: callers got ${[...got].join(', ')}; ${rotations} rotations; generation ${record?.generation}`,
          );
      }
    }
    onProgress?.(`race on ${store}: ${sessions} sessions`);
  } finally {
    for (const child of children) child.disconnect();
    await own.close();
    await server.stop();
  }
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  const row = { store, nodes: nodes.length, sessions, callers: sessions * CALLERS, successors, seconds };
  return {
    title: 'race',
    rows: [row],
    checks: [{ name: `${store}: one successor a session (I1, I2)`, failures }],
  };
}

function startNodes(orders: object): Promise<ChildProcess[]> {
  return Promise.all(
    Array.from({ length: NODES }, async () => {
      const child = fork(PROGRAM, [JSON.stringify(orders)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      await once(child, 'message');
      return child;
    }),
  );
}

/** A process that ends without an answer fails the campaign. */
function runOn(child: ChildProcess): (heat: Heat) => Promise<HeatResult> {
  return (heat) =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('a node of the race has ended'));
      child.once('exit', onExit);
      child.once('message', (result) => {
        child.off('exit', onExit);
        resolve(result as HeatResult);
      });
      child.send(heat);
    });
}
