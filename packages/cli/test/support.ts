import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExitCode, type Io, runCli } from '@tokenpair/cli';
import type { Session } from '@tokenpair/core/store';
import { onTestFinished } from 'vitest';

/** What a command said, and how it ended. */
export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const NOW = 1_800_000_000_000;
export const DAY = 86_400_000;

/** What a run is given; without anything it is 2027, with an empty environment and no terminal. */
export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly now?: number;
  readonly terminal?: boolean;
}

/** Runs a command line in this process. */
export async function run(args: readonly string[], given: Given = {}): Promise<Said & { code: ExitCode }> {
  const said = { stdout: '', stderr: '' };
  const { env = {}, stdin = '', now = NOW, terminal = false } = given;
  const io: Io = {
    env,
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    out: (text) => {
      said.stdout += text;
    },
    err: (text) => {
      said.stderr += text;
    },
    readStdin: async () => stdin,
    now: () => now,
  };
  return { code: await runCli(args, io), ...said };
}

/** The arguments with which Node runs the command from its source. */
export const ENTRY: readonly string[] = [
  '--no-warnings',
  '--import',
  new URL('fixtures/sources.mjs', import.meta.url).href,
  fileURLToPath(new URL('../src/main.ts', import.meta.url)),
];

/** Runs a command line as a process of its own. */
export async function start(
  args: readonly string[],
  { env = {}, stdin = '', cwd = tmpdir() }: Omit<Given, 'now'> & { readonly cwd?: string } = {},
): Promise<Said> {
  const child = spawn(process.execPath, [...ENTRY, ...args], { cwd, env: { ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
    });
  child.stdin.on('error', () => undefined); // it may end without reading
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

/** The answer of a command with `--json`. */
export async function json<T = Record<string, unknown>>(
  args: readonly string[],
  given?: Given,
): Promise<{ readonly code: ExitCode; readonly data: T }> {
  const { code, stdout } = await run([...args, '--json'], given);
  return { code, data: JSON.parse(stdout) as T };
}

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function sessionOf(members: Partial<Session> = {}): Session {
  const times = { createdAt: NOW, authTime: NOW, rotatedAt: NOW, lastUsedAt: NOW };
  const ends = { endsAt: NOW + 30 * DAY, expiresAt: NOW + DAY };
  return { id: 's1', subject: '7', generation: 0, rotatedBy: 'r0', ...times, ...ends, ...members };
}
