import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { findProgram } from '../../services/service-test.ts';

/** Servers and load each have a core; where that cannot be had they share what there is, and figures are worse. */
export const CORES: { readonly server: number; readonly load: number } = { server: 0, load: 1 };

/** Whether processes can be kept apart here. */
export function canPin(): boolean {
  return findProgram('taskset') !== undefined && availableParallelism() > 1;
}

/** Starts a program of this folder on one core, with a channel over which bytes go as bytes. It ends when the channel does. */
export function startPinned(path: string, core: number): ChildProcess {
  const node = [process.execPath, path];
  const [program = '', ...args] = canPin() ? ['taskset', '-c', `${core}`, ...node] : node;
  return spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
}

/** Sends a message and gives the next one that comes back. @throws Error when the process ends instead */
export async function ask<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  const given = new AbortController();
  const ended = once(child, 'exit', { signal: given.signal }).then(() => {
    throw new Error('a process of the benchmark ended before its answer');
  });
  ended.catch(() => undefined);
  const answer = once(child, 'message', { signal: given.signal });
  answer.catch(() => undefined);
  child.send(message);
  try {
    const [first] = await Promise.race([answer, ended]);
    return first as Answer;
  } finally {
    given.abort();
  }
}
