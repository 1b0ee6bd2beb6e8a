/**
 * Runs the code of README.md: the program as it stands, and every command of the tutorial against the built example service,
 * with its output compared. What differs from run to run is masked the way the README masks it: tokens as `eyJ…`, the date as `…`.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('README: every command of the tutorial prints what it says', async () => {
  const port = await freePort();
  await start([join(root, 'examples/express/dist/main.js')], { PORT: String(port) }, port);
  const variables: Record<string, string> = {};
  let pair: Record<string, unknown> = {};
  const steps = blocks('console').flatMap(toSteps);
  expect(steps.length).toBeGreaterThan(5);

  for (const { command, output } of steps) {
    const name = /^(ACCESS|REFRESH)=eyJ…$/.exec(command)?.[1];
    if (name !== undefined) {
      variables[name] = String(pair[name.toLowerCase()]);
      continue;
    }
    const printed = await shell(command.replaceAll(':8000', `:${port}`), variables);
    expect([command, masked(printed)]).toEqual([command, output]);
    if (printed.includes('"refresh"')) pair = JSON.parse(printed);
  }
});

it('README: the program in Express serves logins and a guarded route', async () => {
  const [program = ''] = blocks('js');
  expect(program.trim().split('\n').length).toBeLessThan(30);
  const port = await freePort();
  const file = join(temporaryFolder(), 'app.mjs');
  writeFileSync(file, program.replaceAll('3000', String(port)));
  const url = `http://127.0.0.1:${port}`;
  await start([file], { SECRET: 'a secret for the test of the README' }, port);

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
  for (const link of links) expect(() => readFileSync(join(root, link)), link).not.toThrow(/ENOENT/);
});

interface Step {
  readonly command: string;
  readonly output: string;
}

function blocks(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  );
}

function toSteps(block: string): readonly Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...output] = step.trimEnd().split('\n');
      return { command, output: output.join('\n') };
    });
}

async function shell(command: string, variables: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], {
    env: { ...process.env, ...variables },
  });
  return stdout.replaceAll('\r', '').trimEnd();
}

function masked(text: string): string {
  return text.replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJ…').replaceAll(/^Date: .*$/gm, 'Date: …');
}

function postJson(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** A folder from which the packages of this repository can be imported by name. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-readme-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program in a temporary folder; resolves when something listens on the port. */
async function start(args: readonly string[], env: Record<string, string>, port: number): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: temporaryFolder(),
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => end(child));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended: ${stderr}`);
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(50);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
