/** Programs that the trial of the tarballs runs. @module */
import { execFile } from 'node:child_process';

const TIMEOUT_MS = 60_000;

/** What a program writes to standard output. @throws Error with all that it wrote, unless it exits with 0 */
export function runProgram(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, timeout: TIMEOUT_MS, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new Error(
            `${args[0]} ended with ${error.signal ?? error.code}: ${(stdout + stderr).slice(-4_000)}`,
          ),
        );
    });
  });
}
