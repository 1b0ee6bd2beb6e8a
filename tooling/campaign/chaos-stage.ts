/**
 * What every chaos scenario plays on: a server for the store, the app in its process, a crowd of honest clients, and the audit afterwards.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppOrders, PASSWORD } from './app-orders.ts';
import { type AppProcess, startApp } from './app-process.ts';
import { audit } from './auditor.ts';
import { type Crowd, readEvents, startCrowd } from './crowd.ts';
import type { HeldSession } from './honest-client.ts';
import { openStore } from './open-store.ts';
import type { Check, Row } from './report.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { contentOf } from './token-content.ts';

export interface StageOptions {
  readonly seed: number;
  readonly clients: number;
  /** What the app connects to. */
  readonly storeUrl: string;
  /** What the auditor connects to, past every proxy. @default `storeUrl` */
  readonly auditUrl?: () => string;
  readonly orders?: Partial<AppOrders>;
}

export interface Stage {
  readonly app: AppProcess;
  readonly crowd: Crowd;
  /** Waits for those that were interrupted, and gives the row of a round. */
  endRound(name: string, since: number): Promise<Row>;
  /** Stops the crowd, looks at everything, and lets the stage go. */
  close(): Promise<readonly Check[]>;
}

const PATIENCE_MS = 20_000;
const PROBED = 30;

export async function openStage(options: StageOptions): Promise<Stage> {
  const { seed, clients, storeUrl, auditUrl = () => storeUrl, orders = {} } = options;
  const eventFile = join(mkdtempSync(join(temporaryFolder(), 'stage-')), 'events');
  writeFileSync(eventFile, '');
  const secret = createHash('sha256').update(`campaign ${seed}`).digest('base64url');
  const app = await startApp({ ...orders, storeUrl, secret, eventFile });
  const crowd = startCrowd({ port: app.port, clients, seed, password: PASSWORD });
  const stuck: string[] = [];
  let counted = 0;
  let noted = 0;

  async function endRound(name: string, since: number): Promise<Row> {
    const { interrupted, stuck: still } = await crowd.recovered(since, PATIENCE_MS);
    const recoveredMs = Math.round(performance.now() - since);
    stuck.push(...still.map((client) => `${client} has no answer ${PATIENCE_MS} ms after round ${name}`));
    const exchanges = crowd.log.slice(counted);
    counted += exchanges.length;
    const events = readEvents(eventFile).slice(noted);
    noted += events.length;
    const count = (event: string): number => events.filter((one) => one.name === event).length;
    return {
      round: name,
      requests: exchanges.length,
      rotations: count('session.refreshed'),
      replays: count('refresh.replayed'),
      afterOutage: count('refresh.replayed_after_outage'),
      recoveredSessions: count('session.recovered'),
      unavailable: exchanges.filter(({ status }) => status === 503).length,
      unanswered: exchanges.filter(({ status }) => status === 0).length,
      logouts: exchanges.filter(({ kind, status }) => kind === 'logout' && status === 200).length,
      interrupted,
      recovered: interrupted - still.length,
      recoveredMs,
    };
  }

  async function close(): Promise<readonly Check[]> {
    const idle = await Promise.race([
      crowd.stop().then(() => true),
      sleep(PATIENCE_MS, false, { ref: false }),
    ]);
    const opened = await openStore(auditUrl());
    try {
      const held = crowd.clients.flatMap((client) => client.held() ?? []);
      const find = (ref: { id: string; subject: string }) => opened.store.find(ref, Date.now());
      const standing = held.map(({ id, subject, refresh }) => ({
        ...{ id, subject },
        generation: contentOf(refresh.at(-1) ?? '').gen,
      }));
      const checks = await audit({
        exchanges: [...crowd.log],
        events: readEvents(eventFile),
        held: standing,
        find,
      });
      return [
        ...checks,
        {
          name: 'every interrupted client recovers',
          failures: idle ? stuck : [...stuck, 'the crowd does not come to rest'],
        },
        {
          name: 'only one generation can rotate, and reuse ends the session (I1, I4)',
          failures: await probe(held),
        },
      ];
    } finally {
      await opened.close();
      await app.stop();
    }
  }

  /** A token two generations old, out of any grace, and then the newest. */
  async function probe(held: readonly HeldSession[]): Promise<string[]> {
    const failures: string[] = [];
    const probed = crowd.clients.flatMap((client) => {
      const session = client.held();
      return session !== undefined && session.refresh.length > 2 ? [{ client, session }] : [];
    });
    if (held.length > 0 && probed.length === 0) failures.push('no session was old enough to be probed');
    for (const { client, session } of probed.slice(0, PROBED)) {
      const old = await client.present(session, session.refresh.at(-3) ?? '');
      if (old.code !== 'refresh_token_reused')
        failures.push(`${session.id}: an old token: ${old.status} ${old.code}`);
      const newest = await client.present(session, session.refresh.at(-1) ?? '');
      if (newest.code !== 'token_revoked')
        failures.push(`${session.id}: after reuse: ${newest.status} ${newest.code}`);
    }
    return failures;
  }

  return { app, crowd, endRound, close };
}
