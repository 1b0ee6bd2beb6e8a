import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY_DISK = '/dev/shm';

let root: string | undefined;

/**
 * Makes a folder for one campaign, in memory where the system has such a disk: a killed process loses nothing there, and no campaign cuts
 * the power. It goes with this process.
 */
export function temporaryFolder(): string {
  root ??= makeRoot();
  return mkdtempSync(join(root, 'part-'));
}

function makeRoot(): string {
  const folder = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'tokenpair-campaign-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
