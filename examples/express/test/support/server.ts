/**
 * The built example service as a child process, as a user starts it. `npm test` builds it first.
 *
 * @module
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const LOCK = fileURLToPath(new URL('../fixtures/lock.mjs', import.meta.url));

const children = new Set<ChildProcess>();
const folders = new Set<string>();

// Starting a process takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000, maxConcurrency: 3 });

afterAll(async () => {
  await Promise.all([...children].map(kill));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export type Env = Readonly<Record<string, string>>;

/** How a process ended, and what it had said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

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

/** Starts the service in a folder, a new one unless given, on a port of its own; resolves when it listens. */
export async function startServer(env: Env = {}, folder: string = temporaryFolder()): Promise<Server> {
  const { child, output, ended } = launch(env, folder);
  const url = await Promise.race([urlIn(child, output), ended.then(failStart)]);
  return {
    url,
    folder,
    database: join(folder, 'data/tokenpair.db'),
    keysFile: join(folder, 'data/keys.json'),
    ended,
    stdout: () => output.stdout,
    logged: () => linesOf(output.stdout),
    signal: (signal) => void child.kill(signal),
    kill: () => kill(child),
  };
}

/** Starts the service where it is expected to end by itself. */
export function startAndEnd(env: Env, folder: string = temporaryFolder()): Promise<Ended> {
  return launch(env, folder).ended;
}

/** Has another process hold the write lock of a database; resolves once it has it, and says when it lets go. */
export async function lockFor(file: string, ms: number): Promise<{ readonly released: Promise<unknown> }> {
  const child = fork(LOCK, [file, String(ms)], { execArgv: [], stdio: 'ignore' });
  children.add(child);
  await once(child, 'message');
  return { released: once(child, 'message') };
}

interface Launched {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<Ended>;
}

function launch(env: Env, folder: string): Launched {
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
  return { child, output, ended };
}

async function urlIn({ stdout }: ChildProcess, output: { readonly stdout: string }): Promise<string> {
  for (;;) {
    const url = /"msg":"listening"/.test(output.stdout)
      ? /\bon (http:\S+)/.exec(output.stdout)?.[1]
      : undefined;
    if (url !== undefined) return url;
    await once(stdout ?? process.stdin, 'data');
  }
}

function failStart({ code, stderr }: Ended): never {
  throw new Error(`The service ended with ${code}: ${stderr}`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function linesOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
