import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Ask } from '../src/plan/ask.ts';
import { type ExitCode, runCreate } from '../src/run/run-create.ts';

/** What the command said, and how it ended. */
export interface Said {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process; without `ask` there is no terminal. */
export async function run(args: readonly string[], ask?: Ask): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const code = await runCreate(args, {
    ask,
    out: (text) => {
      said.stdout += text;
    },
    err: (text) => {
      said.stderr += text;
    },
  });
  return { code, ...said };
}

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-tokenpair-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The paths of all files and folders in a folder. */
export function pathsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
