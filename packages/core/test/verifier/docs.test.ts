import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Auth, KeyInput } from '@tokenpair/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RESERVED_CLAIMS } from '../../src/claims/own-claims.ts';
import { resolveJwksOptions } from '../../src/jwks/jwks-options.ts';
import { makeAuth } from '../support/auth.ts';
import { keyFor } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { requestOf } from '../support/requests.ts';
import { PAGES, type Page, programsOf, ROOT, removeFolder, runPage, textOf, writeBlocks } from './docs.ts';

vi.setConfig({ testTimeout: 60_000 });

const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');

/** What the compiler says of the blocks, under the settings of the tests. */
async function compile(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const config = {
    extends: join(ROOT, 'tsconfig.test.json'),
    compilerOptions: { rootDir: '/', typeRoots: [join(ROOT, 'node_modules/@types')] },
    files,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: [] }));
  const output = await promisify(execFile)(process.execPath, [COMPILER, '-p', folder]).then(
    () => '',
    (error: { stdout?: string }) => error.stdout ?? String(error),
  );
  // What is wrong in the sources themselves is told by `npm run typecheck`.
  return output.split('\n').filter((line) => /tokenpair-docs-|error TS(?:5|18)\d{3}/.test(line));
}

describe('the code of docs/', () => {
  it('is marked as TypeScript, every block but for messages', () => {
    for (const page of PAGES) {
      const languages = programsOf(page).map(({ language }) => language);
      expect([page, languages.length > 0, new Set(languages)]).toEqual([page, true, new Set(['ts'])]);
    }
  });

  it('compiles under the settings of this repository', async () => {
    const { folder, files } = writeBlocks(PAGES);
    onTestFinished(() => removeFolder(folder));
    expect(await compile(folder, files)).toEqual([]);
  });

  it('would not compile with an option that does not exist', async () => {
    const { folder, files } = writeBlocks(['issuers']);
    onTestFinished(() => removeFolder(folder));
    const [first = ''] = files;
    writeFileSync(first, readFileSync(first, 'utf8').replace('audience:', 'audiences:'));
    expect(await compile(folder, files)).toEqual([expect.stringContaining('audiences')]);
  });

  it.each(PAGES)('of %s.md runs', async (page) => {
    expect(Object.keys(await run(page)).length).toBeGreaterThan(0);
  });

  it.each(PAGES)('%s.md links to files that exist', (page) => {
    const links = [...textOf(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
    for (const link of links) expect(() => readFileSync(join(ROOT, 'docs', link)), link).not.toThrow();
  });
});

/** A page as a program, with the secrets that it reads from the environment. */
async function run<Exports extends object>(page: Page): Promise<Exports> {
  vi.stubEnv('TOKENPAIR_SECRET', 'a secret of the documentation, 32 bytes');
  vi.stubEnv('REFRESH_SECRET', 'another one of the documentation, 32 bytes');
  vi.stubEnv('REPORTS_SECRET', 'of reports');
  return (await runPage(page)) as Exports;
}

describe('what the pages say', () => {
  it('claims.md: a tenant in the token, one that does not fit in none', async () => {
    const { auth, tenantOf } = await run<ClaimsPage>('claims');
    const { access } = await auth.sessions.issue({ subject: '1' });
    expect(await tenantOf(['authorization', `Bearer ${access}`])).toBe('acme');
    expect(await tenantOf([])).toBeUndefined();
    const claims = { tenant: 'x' };
    expect(await refusalOf(() => auth.sessions.issue({ subject: '1', claims }))).toEqual([
      'backend_unavailable',
      503,
    ]);
    expect(await refusalOf(() => auth.sessions.issue({ subject: '2' }))).toEqual(['no_active_account', 401]);
  });

  it('keys.md: the steps of a rotation and of an emergency', async () => {
    const page = await run<KeysPage>('keys');
    const kids = () => page.auth.keys.access.list().map(({ kid }) => kid);
    const [old = ''] = kids();
    const { refresh } = await page.auth.sessions.issue({ subject: '1' });
    const next = await page.publish(page.auth, keyFor('ES256', 'b'));
    expect(kids()).toEqual([old, next]);
    page.sign(page.auth, next);
    expect(kids()).toEqual([next, old]);
    page.retire(page.auth, old);
    expect(kids()).toEqual([next]);
    await page.auth.keys.access.publish(keyFor('ES256', 'c', 'third'));
    await page.replaceAtOnce(page.auth, keyFor('Ed25519', 'a', 'new'));
    expect(kids()).toEqual(['new']);
    expect(page.auth.jwks().keys.map(({ kid }) => kid)).toEqual(['new']);
    await expect(page.auth.refresh(String(refresh))).resolves.toBeDefined();
  });

  it('messages.md: an invitation that is shown twice and accepted once', async () => {
    const { invite, show, accept } = await run<MessagesPage>('messages');
    const message = await invite('red');
    expect([await show(message), await show(message)]).toEqual(['Join red?', 'Join red?']);
    expect(await accept(message)).toBe('red');
    expect(await refusalOf(() => accept(message))).toEqual(['token_revoked', 401]);
    expect(await refusalOf(() => show(message))).toEqual(['token_revoked', 401]);
  });

  it('messages.md: a confirmation of an address', async () => {
    const { createConfirmation } = await run<MessagesPage>('messages');
    const confirmed: string[] = [];
    const { send, receive } = createConfirmation(makeAuth().auth, async (user) => void confirmed.push(user));
    const message = await send('7');
    await receive(message);
    expect(confirmed).toEqual(['7']);
  });

  it('claims.md: the reserved names are all there are', () => {
    for (const name of RESERVED_CLAIMS) expect(textOf('claims')).toContain(`\`${name}\``);
  });

  it('keys.md: the figures are those of the code', async () => {
    const answer = await makeAuth().auth.handle(requestOf('GET', '/jwks'));
    expect(Object.fromEntries(answer?.headers ?? [])['cache-control']).toBe('public, max-age=300');
    const options = { url: 'https://auth.example.com/jwks', algorithms: ['ES256'] } as const;
    expect(resolveJwksOptions(options, 'jwks')).toMatchObject({
      minFreshMs: 60_000,
      maxFreshMs: 3_600_000,
      cooldownMs: 30_000,
      staleIfErrorMs: 3_600_000,
    });
  });
});

interface ClaimsPage {
  readonly auth: Auth;
  readonly tenantOf: (rawHeaders: readonly string[]) => Promise<string | undefined>;
}

interface KeysPage {
  readonly auth: Auth;
  readonly publish: (auth: Auth, key: KeyInput) => Promise<string>;
  readonly sign: (auth: Auth, kid: string) => void;
  readonly retire: (auth: Auth, kid: string) => void;
  readonly replaceAtOnce: (auth: Auth, key: KeyInput) => Promise<void>;
}

interface MessagesPage {
  readonly invite: (team: string) => Promise<string>;
  readonly show: (message: string) => Promise<string>;
  readonly accept: (message: string) => Promise<string>;
  readonly createConfirmation: (
    auth: Auth,
    markConfirmed: (user: string) => Promise<void>,
  ) => { send(user: string): Promise<string>; receive(message: string): Promise<void> };
}
