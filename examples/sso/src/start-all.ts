import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { extname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Environment } from './settings.ts';

export const SERVICES = ['provider', 'portal', 'reports', 'billing'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The four services, a process each. */
export interface Fleet {
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** What they were started with. */
  readonly env: Environment;
  /** Ends one as `kill -9` does. */
  kill(name: ServiceName): Promise<void>;
  /** Starts one again that has ended; resolves when it listens. */
  start(name: ServiceName): Promise<void>;
  /** Ends them all. */
  stop(): Promise<void>;
}

/** Starts the services on free ports of this machine, with secrets made for this run. `env` wins. Rejects when one ends instead. */
export async function startAll(env: Environment = {}): Promise<Fleet> {
  const ports = await freePorts(SERVICES.length);
  const urls = Object.fromEntries(
    SERVICES.map((name, index) => [name, `http://127.0.0.1:${ports[index]}`]),
  ) as Record<ServiceName, string>;
  const settings: Environment = {
    ...Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase()}_URL`, urls[name]])),
    PORTAL_SECRET: randomBytes(32).toString('base64url'),
    BILLING_SECRET: randomBytes(32).toString('base64url'),
    ...env,
  };
  const children = new Map<ServiceName, ChildProcess>();

  async function kill(name: ServiceName): Promise<void> {
    const child = children.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async function stop(): Promise<void> {
    await Promise.all(SERVICES.map(kill));
  }

  async function start(name: ServiceName): Promise<void> {
    const child = launch(name, settings);
    children.set(name, child);
    await listening(name, child);
  }

  try {
    await Promise.all(SERVICES.map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls, env: settings, kill, start, stop };
}

/** From the sources or built, as this file is. */
function launch(name: ServiceName, env: Environment): ChildProcess {
  const main = fileURLToPath(new URL(`./${name}/main${extname(import.meta.filename)}`, import.meta.url));
  return spawn(process.execPath, [main], {
    env: { ...process.env, ...env },
    // The channel tells a service when this process is gone, however it went.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function listening(name: ServiceName, child: ChildProcess): Promise<void> {
  let said = '';
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${name} ended: ${said.trim()}`);
  });
  ended.catch(() => undefined); // a child that was ready ends when it is told to
  const ready = new Promise<void>((resolve) => {
    const hear = (text: string): void => {
      said = (said + text).slice(-2_000);
      if (said.includes(`${name} listens on`)) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
  });
  await Promise.race([ready, ended]);
}

/** All held at once, so that no port comes twice; below those that systems give out by themselves, so that each is free until its service starts. */
async function freePorts(count: number): Promise<readonly number[]> {
  const probes: Server[] = [];
  while (probes.length < count) {
    const probe = createServer().listen(20_000 + Math.floor(Math.random() * 12_000), '127.0.0.1');
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    if (isFree) probes.push(probe);
  }
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  await Promise.all(probes.map((probe) => once(probe.close(), 'close')));
  return ports;
}
