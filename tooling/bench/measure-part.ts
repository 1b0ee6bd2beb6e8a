import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measured, Pace } from './group.ts';

const PROGRAM = fileURLToPath(new URL('part-process.ts', import.meta.url));

/** A part that hangs ends here. */
const LONGEST_MS = 15 * 60_000;

/** Measures one part of a group in a process of its own. @throws Error when that ends without a result */
export function measurePart(group: string, part: string, { quick }: Pace): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(PROGRAM, [group, part, quick ? 'quick' : 'full'], { timeout: LONGEST_MS });
    let measured: Measured | undefined;
    child.on('message', (message) => {
      measured = message as Measured;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (measured === undefined)
        reject(new Error(`${group} ${part} ended with ${signal ?? code} and without a result`));
      else resolve(measured);
    });
  });
}
