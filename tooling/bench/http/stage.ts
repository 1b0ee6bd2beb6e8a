/** The servers of one framework and the load generator, side by side and idle until they are measured. @module */
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BenchAlgorithm, makeKey } from '../keys.ts';
import { forge, mintTokens } from '../tokens.ts';
import type { LoadAnswer } from './orders.ts';
import { ask, CORES, startPinned } from './pinned.ts';
import { ADAPTER_ALONE, type Framework, type ServerSetup } from './setup.ts';

const HTTP_ALGORITHMS = ['HS256', 'RS256'] as const satisfies readonly BenchAlgorithm[];
export type HttpAlgorithm = (typeof HTTP_ALGORITHMS)[number];

/** A server with a kind of token: what is measured. */
export interface Scene {
  readonly guard: string;
  readonly alg: HttpAlgorithm;
  /** The same 256 tokens over and over, or each one once. */
  readonly tokens: 'repeated' | 'new';
}

export interface Order {
  readonly ms: number;
  /** Requests a second; without it as many as are answered. */
  readonly rate?: number;
}

export interface Taken {
  readonly perSecond: number;
  /** CPU of the whole server process for one request, in µs. */
  readonly cpu: number;
  /** Share of its core that the load generator used. */
  readonly loadBusy: number;
}

export interface Stage {
  play(scene: Scene, order: Order): Promise<Taken>;
  close(): void;
}

export interface StageOptions {
  readonly framework: Framework;
  readonly scenes: readonly Scene[];
  /** How many new tokens of each algorithm there have to be. */
  readonly newTokens: number;
}

const REPEATED = 256;
const programAt = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface RunningServer {
  readonly child: ChildProcess;
  readonly port: number;
  /** New tokens that it has had. */
  used: number;
}

export function nameOf({ alg, guard, tokens }: Scene): string {
  return `${guard} ${alg}${tokens === 'new' ? ', every token new' : ''}`;
}

export async function openStage({ framework, newTokens, scenes }: StageOptions): Promise<Stage> {
  const children: ChildProcess[] = [];
  const close = (): void => {
    for (const child of children) child.kill();
  };
  const start = (program: string, core: number): ChildProcess => {
    const child = startPinned(programAt(program), core);
    children.push(child);
    return child;
  };
  try {
    const { keys, pools } = await makeTokens(newTokens);
    const load = start('load-process.ts', CORES.load);
    await ask(load, { pools });
    const servers = new Map<string, RunningServer>();
    for (const scene of scenes) {
      const child = start('server-process.ts', CORES.server);
      const setup: ServerSetup = { framework, guard: scene.guard, key: keys[scene.alg] };
      const { port } = await ask<{ port: number }>(child, setup);
      await assertGuards(port, scene, pools[`${scene.alg} repeated`]?.[0] as Buffer);
      servers.set(nameOf(scene), { child, port, used: 0 });
    }
    return { play: (scene, order) => play(servers.get(nameOf(scene)), load, scene, order), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function play(
  server: RunningServer | undefined,
  load: ChildProcess,
  { alg, tokens }: Scene,
  order: Order,
): Promise<Taken> {
  if (server === undefined) throw new TypeError('there is no server of this scene');
  const { child, port } = server;
  const before = await cpuOf(child);
  const report = await ask<LoadAnswer | { failed: string }>(load, {
    ...order,
    port,
    pool: `${alg} ${tokens}`,
    from: tokens === 'new' ? server.used : 0,
  });
  if ('failed' in report) throw new Error(`the load came to an end: ${report.failed}`);
  const cpu = (await cpuOf(child)) - before;
  server.used += report.answered;
  return { perSecond: report.answered / report.seconds, cpu: cpu / report.answered, loadBusy: report.busy };
}

async function cpuOf(child: ChildProcess): Promise<number> {
  const { system, user } = await ask<NodeJS.CpuUsage>(child, { usage: true });
  return user + system;
}

async function makeTokens(newTokens: number): Promise<{
  keys: Record<HttpAlgorithm, ServerSetup['key']>;
  pools: Record<string, Buffer[]>;
}> {
  const [hmac, rsa] = [await makeKey('HS256'), await makeKey('RS256')];
  const pools: Record<string, Buffer[]> = {};
  for (const key of [hmac, rsa]) {
    pools[`${key.alg} repeated`] = await mintTokens(key, { count: REPEATED });
    pools[`${key.alg} new`] = await mintTokens(key, { count: newTokens });
  }
  return { keys: { HS256: hmac, RS256: rsa }, pools };
}

/** What lets a forged token pass, or a good one not, is not measured. */
async function assertGuards(port: number, scene: Scene, token: Buffer): Promise<void> {
  const statusOf = async (bearer: string): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}/hello`, {
      headers: { authorization: `Bearer ${bearer}`, connection: 'close' },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const [good, forged] = [await statusOf(token.toString('latin1')), await statusOf(forge(token))];
  const expected = ['bare', ADAPTER_ALONE].includes(scene.guard) ? 200 : 401;
  if (good !== 200 || forged !== expected)
    throw new Error(`${nameOf(scene)} answers a good token with ${good} and a forged one with ${forged}`);
}
