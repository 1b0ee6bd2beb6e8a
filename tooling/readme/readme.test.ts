/**
 * Runs the code of README.md: the program as it stands, and every command of the tutorial against the built example service,
 * with its output compared. What differs from run to run is masked the way the README masks it: tokens as `eyJ…`, the date as `…`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { blocksOf } from '../docs/blocks/pages.ts';
import { freePort } from '../services/free-port.ts';
import { ROOT, startProgram, temporaryFolder } from './page-program.ts';
import { runSteps, toSteps } from './shell-steps.ts';

vi.setConfig({ testTimeout: 60_000 });

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

const codeOf = (language: string): readonly string[] =>
  blocksOf('README.md').flatMap((block) => (block.language === language ? [block.code] : []));

it('README: every command of the tutorial prints what it says', async () => {
  const port = await freePort();
  await startProgram([join(ROOT, 'examples/express/dist/main.js')], { PORT: String(port) }, port);
  const steps = codeOf('console').flatMap(toSteps);
  expect(steps.length).toBeGreaterThan(5);
  expect(await runSteps(steps, { port, pagePort: 8000 })).toEqual(steps);
});

it('README: the program in Express serves logins and a guarded route', async () => {
  const [program = ''] = codeOf('js');
  expect(program.trim().split('\n').length).toBeLessThan(30);
  const port = await freePort();
  const file = join(temporaryFolder(), 'app.mjs');
  writeFileSync(file, program.replaceAll('3000', String(port)));
  const url = `http://127.0.0.1:${port}`;
  await startProgram([file], { SECRET: 'a secret for the test of the README' }, port);

  const login = await postJson(`${url}/api/token`, { username: 'ada', password: 'lovelace' });
  const { access, refresh } = (await login.json()) as Record<string, string>;
  const hello = await fetch(`${url}/hello`, { headers: { authorization: `Bearer ${access}` } });
  expect(await hello.json()).toEqual({ message: 'Hello, user 1!' });
  expect((await postJson(`${url}/api/token/refresh`, { refresh })).status).toBe(200);
  expect((await fetch(`${url}/hello`)).status).toBe(401);
  expect((await postJson(`${url}/api/token`, { username: 'ada', password: 'x' })).status).toBe(401);
});

it('README: its links to files lead somewhere', () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect(() => readFileSync(join(ROOT, link)), link).not.toThrow(/ENOENT/);
});

function postJson(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
