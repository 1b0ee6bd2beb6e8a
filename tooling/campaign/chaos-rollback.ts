import { type AuthError, createAuth } from '@tokenpair/core';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { ChaosOptions } from './chaos-kills.ts';
import { openStore } from './open-store.ts';
import { askRedis } from './redis-servers.ts';
import type { CampaignReport } from './report.ts';
import { startServer } from './store-servers.ts';

/** Snapshots alone, and none by itself. */
const SNAPSHOTS_ONLY = ['--appendonly', 'no', '--save', '3600 1000000'];
const ISSUER = 'https://campaign.test';

/**
 * Redis with snapshots alone loses what came after the last one. Whoever holds the newer token goes on, and the older generations are
 * closed again; the store has said beforehand that this can happen.
 */
export async function runRollback({ seed, clients: size }: ChaosOptions): Promise<CampaignReport> {
  const random = seeded(seed);
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const server = await startServer('redis', SNAPSHOTS_ONLY);
  const opened = await openStore(server.urlAt());
  try {
    const warnings = (await opened.store.check?.()) ?? [];
    const auth = createAuth({
      issuer: ISSUER,
      audience: ISSUER,
      keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)), kid: 'campaign' },
      store: opened.store,
    });
    const recoveredSessions = new Set<string>();
    auth.events.on('session.recovered', ({ session }) => recoveredSessions.add(session));
    const answerTo = async (token: string): Promise<string> =>
      auth.refresh(token).then(
        () => 'accepted',
        ({ code }: AuthError) => code,
      );

    const clients = await Promise.all(
      Array.from({ length: size }, async (_, n) => {
        const { refresh = '', session } = await auth.sessions.issue({ subject: `client-${n}` });
        return { id: session.id, tokens: [refresh], before: upTo(3), lost: upTo(3) };
      }),
    );
    const rotate = async (tokens: string[], times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) tokens.push((await auth.refresh(tokens.at(-1) ?? '')).refresh ?? '');
    };
    await Promise.all(clients.map(({ tokens, before }) => rotate(tokens, before)));
    await askRedis(server.port ?? 0, 'SAVE');
    await Promise.all(clients.map(({ tokens, lost }) => rotate(tokens, lost)));
    await server.kill();
    await server.restart();

    const failures = { recovery: [] as string[], reuse: [] as string[] };
    for (const { id, tokens, lost } of clients) {
      const newest = tokens.at(-1) ?? '';
      const answer = await answerTo(newest);
      if (answer !== 'accepted') failures.recovery.push(`${id}, ${lost} rotations lost: ${answer}`);
      if (recoveredSessions.has(id) !== lost > 0)
        failures.recovery.push(`${id}, ${lost} rotations lost: recovered is ${recoveredSessions.has(id)}`);
      const older = tokens.at(-2);
      if (older === undefined) continue;
      const reuse = await answerTo(older);
      if (reuse !== 'refresh_token_reused') failures.reuse.push(`${id}, ${lost} rotations lost: ${reuse}`);
      const after = await answerTo(newest);
      if (after !== 'token_revoked') failures.reuse.push(`${id}, after reuse: ${after}`);
    }
    const behind = clients.filter(({ lost }) => lost > 0).length;
    return {
      title: `chaos: redis put back to a snapshot, seed ${seed}`,
      rows: [{ sessions: size, behind, recovered: recoveredSessions.size }],
      checks: [
        { name: 'clients with a newer token than the store recover', failures: failures.recovery },
        { name: 'after a recovery an older generation is reuse', failures: failures.reuse },
        {
          name: 'the store warns beforehand',
          failures: warnings.some(({ code }) => code === 'not_durable') ? [] : [JSON.stringify(warnings)],
        },
      ],
    };
  } finally {
    await opened.close();
    await server.stop();
  }
}
