/**
 * Example services that end with the test file.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';
import {
  type Ended,
  type Env,
  type ExampleProcess,
  type Framework,
  kill,
  launchExample,
  linesOf,
  urlOf,
} from './example-process.ts';

const LOCK = fileURLToPath(new URL('../fixtures/lock.mjs', import.meta.url));

const children = new Set<ChildProcess>();
const folders = new Set<string>();

// Starting a process takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000, maxConcurrency: 3 });

afterAll(async () => {
  await Promise.all([...children].map(kill));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export interface Server {
  readonly url: string;
  readonly folder: string;
  readonly database: string;
  readonly keysFile: string;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  stdout(): string;
  /** What it has logged so far, line by line, parsed. */
  logged(): readonly Readonly<Record<string, unknown>>[];
  signal(signal: NodeJS.Signals): void;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
}

/** A folder that goes with the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-example-'));
  folders.add(folder);
  return folder;
}

/** Starts a service in a folder, a new one unless given, on a port of its own; resolves when it listens. */
export async function startServer(
  env: Env = {},
  folder: string = temporaryFolder(),
  framework: Framework = 'express',
): Promise<Server> {
  const example = launch(env, folder, framework);
  const { child, ended, stdout } = example;
  return {
    url: await urlOf(example),
    folder,
    database: join(folder, 'data/tokenpair.db'),
    keysFile: join(folder, 'data/keys.json'),
    ended,
    stdout,
    logged: () => linesOf(stdout()),
    signal: (signal) => void child.kill(signal),
    kill: () => kill(child),
  };
}

/** Starts the service on Express where it is expected to end by itself. */
export function startAndEnd(env: Env, folder: string = temporaryFolder()): Promise<Ended> {
  return launch(env, folder, 'express').ended;
}

/** Has another process hold the write lock of a database; resolves once it has it, and says when it lets go. */
export async function lockFor(file: string, ms: number): Promise<{ readonly released: Promise<unknown> }> {
  const child = fork(LOCK, [file, String(ms)], { execArgv: [], stdio: 'ignore' });
  children.add(child);
  await once(child, 'message');
  return { released: once(child, 'message') };
}

function launch(env: Env, folder: string, framework: Framework): ExampleProcess {
  const example = launchExample(framework, env, folder);
  children.add(example.child);
  return example;
}
