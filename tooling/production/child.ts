import { type ChildProcess, spawn } from 'node:child_process';
import { findProgram } from '../services/service-test.ts';

/** A process of ours, with what it has printed. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves with its exit code when it and everything that it started have let go of its output. */
  readonly ended: Promise<number | null>;
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly onLine?: (line: string) => void;
}

/** Starts a program that ends with this process. */
export function startChild(program: string, args: readonly string[], options: ChildOptions = {}): Child {
  const setpriv = findProgram('setpriv');
  const tied = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'TERM'];
  const [command = program, ...rest] = [...tied, program, ...args];
  const { cwd, env, onLine } = options;
  const child = spawn(command, rest, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let last = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const lines = (last + part).split('\n');
      last = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
  child.on('error', ({ message }) => {
    text += message;
  });
  // Not once(): it rejects when the program cannot be started, and nobody may be waiting yet.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    process: child,
    ended,
    output: () => text,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
    },
  };
}
