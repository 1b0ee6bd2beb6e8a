import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from '../blocks/pages.ts';

export interface BuiltSite {
  readonly folder: string;
  /** What the build said. */
  readonly said: string;
  remove(): void;
}

/** Builds the site by `npm run docs` into a folder of its own. @throws Error with what the build said, when it fails */
export function buildSite(base: string): BuiltSite {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-site-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'tooling/docs/build.mjs'), '--outDir', folder],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, DOCS_BASE: base, NO_COLOR: '1' } },
  );
  const said = `${stdout}${stderr}`;
  if (status === 0) return { folder, said, remove };
  remove();
  throw new Error(`the site could not be built:\n${said}`);
}
