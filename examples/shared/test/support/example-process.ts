/**
 * The built example services as child processes, as a user starts them. `npm test` builds them first.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const FRAMEWORKS = ['express', 'koa', 'fastify'] as const;
export type Framework = (typeof FRAMEWORKS)[number];

export type Env = Readonly<Record<string, string>>;

/** How a process ended, and what it had said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExampleProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
}

/** Starts a service in a folder, on a port of its own unless `env` names one. */
export function launchExample(framework: Framework, env: Env, folder: string): ExampleProcess {
  const main = fileURLToPath(new URL(`../../../${framework}/dist/main.js`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
  return { child, ended, stdout: () => output.stdout, stderr: () => output.stderr };
}

/** The address of a service, once it listens; rejects when it ends instead. */
export function urlOf(example: ExampleProcess): Promise<string> {
  return Promise.race([urlIn(example), example.ended.then(failStart)]);
}

/** Ends it as `kill -9` does. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** The lines of a log, parsed. */
export function linesOf(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

async function urlIn({ child, stdout }: ExampleProcess): Promise<string> {
  for (;;) {
    const url = /"msg":"listening"/.test(stdout()) ? /\bon (http:\S+)/.exec(stdout())?.[1] : undefined;
    if (url !== undefined) return url;
    await once(child.stdout ?? process.stdin, 'data');
  }
}

function failStart({ code, stderr }: Ended): never {
  throw new Error(`The service ended with ${code}: ${stderr}`);
}
