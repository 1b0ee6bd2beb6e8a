// A node of the race campaign: an auth of its own on the shared store. It refreshes what it is given, as often at once as it is told, and
// answers with the fingerprints of what it got.
import process from 'node:process';
import { createAuth } from '@tokenpair/core';
import { openStore } from './open-store.ts';
import { withRacyAdvance } from './sabotage.ts';
import { contentOf, fingerprint } from './token-content.ts';

/** What the process is told on its command line. */
export interface RaceOrders {
  readonly url: string;
  /** base64url. */
  readonly secret: string;
  readonly sabotage: boolean;
}

/** What it is told when its turn comes. */
export interface Heat {
  readonly tokens: readonly string[];
  /** Of each token. */
  readonly atOnce: number;
}

/** What came of one token. */
export interface TokenResult {
  /** What each caller got: the fingerprint of the successor, or the code of the refusal. */
  readonly got: readonly string[];
  /** How many of them rotated the session; the others were given what it became. */
  readonly rotations: number;
}

/** For each token. */
export type HeatResult = readonly TokenResult[];

/** An auth as every node of the race has it. */
export async function openNode({ url, secret, sabotage }: RaceOrders) {
  const { store: opened, close } = await openStore(url);
  const store = sabotage ? withRacyAdvance(opened) : opened;
  const auth = createAuth({
    issuer: 'https://campaign.test',
    audience: 'https://campaign.test',
    keys: { alg: 'HS256', secret: Buffer.from(secret, 'base64url'), kid: 'campaign' },
    store,
    storeTimeoutMs: 60_000,
  });

  async function refresh(token: string): Promise<string> {
    try {
      return fingerprint(String((await auth.refresh(token)).refresh));
    } catch (error) {
      return (error as { code?: string }).code ?? 'failed';
    }
  }

  const rotations = new Map<string, number>();
  auth.events.on('session.refreshed', ({ session }) => {
    rotations.set(session, (rotations.get(session) ?? 0) + 1);
  });

  const run = ({ tokens, atOnce }: Heat): Promise<HeatResult> =>
    Promise.all(
      tokens.map(async (token) => {
        const got = await Promise.all(Array.from({ length: atOnce }, () => refresh(token)));
        return { got, rotations: rotations.get(contentOf(token).sid) ?? 0 };
      }),
    );

  return { auth, store, run, close };
}

if (process.send !== undefined && process.argv[2] !== undefined) {
  const node = await openNode(JSON.parse(process.argv[2]) as RaceOrders);
  process.on('message', (heat: Heat) => void node.run(heat).then((result) => process.send?.(result)));
  process.on('disconnect', () => process.exit(0));
  process.send('ready');
}
