import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { promisify } from 'node:util';
import type { App } from './workplace.ts';

export type Env = Readonly<Record<string, string>>;

/** An app as a process of its own. */
export interface RunningApp {
  readonly url: string;
  /** What it has printed so far. */
  output(): string;
  /** SIGTERM; the exit code. */
  end(): Promise<number | null>;
}

const PATH = { PATH: process.env['PATH'] ?? '' };

/** Starts it by its own script, on a free port, and kills it where `use` has not ended it. Rejects when it ends instead of listening. */
export async function whileRunning(
  { folder, manifest }: App,
  env: Env,
  use: (running: RunningApp) => Promise<void>,
): Promise<void> {
  const [, ...args] = (manifest.scripts['start'] ?? '').split(' ');
  const child = spawn(process.execPath, args, { cwd: folder, env: { PORT: '0', ...PATH, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  try {
    const url = await Promise.race([
      urlIn(child, () => output),
      ended.then((code) => Promise.reject(new Error(`it ended with ${code}: ${output}`))),
    ]);
    await use({ url, output: () => output, end: () => end('SIGTERM') });
  } finally {
    await end('SIGKILL');
  }
}

async function urlIn(child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const url = /^listening on (http:\S+)$/m.exec(output())?.[1];
    if (url !== undefined) return url;
    if (child.stdout !== null) await once(child.stdout, 'data');
  }
}

/** Runs another of its scripts; what it printed. Rejects when that fails. */
export async function runScript(
  { folder, manifest }: App,
  script: string,
  args: readonly string[],
  env: Env,
): Promise<string> {
  const command = `${manifest.scripts[script]} ${args.join(' ')}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command], {
    cwd: folder,
    env: { ...PATH, ...env },
  });
  return stdout;
}
