/** Apps made by the packed `create-tokenpair`, run against the packed packages and real servers. */
import { execFile } from 'node:child_process';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres } from '../services/postgres-server.ts';
import { startRedis } from '../services/redis-server.ts';
import { serviceTest } from '../services/service-test.ts';
import { appBehaves } from './app-behaves.ts';
import { finishes } from './finishes.ts';
import { type Env, runScript, whileRunning } from './running-app.ts';
import { type App, openWorkplace, type Workplace } from './workplace.ts';

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000, maxConcurrency: 3 });

const FRAMEWORKS = ['express', 'koa', 'fastify'] as const;
const STORES = ['sqlite', 'redis', 'postgres'] as const;
/** Each with what the app says of it at its start: this Redis does not keep what it acknowledges. */
const SERVERS = [
  [
    'redis',
    'redis-server',
    (program: string) => startRedis({ program, settings: ['--appendonly', 'no'] }),
    'not_durable',
  ],
  ['postgres', 'postgres', (program: string) => startPostgres({ program }), 'listening'],
] as const;
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
/** npm hands the versions of its own user agent and more to what it runs; an app started by hand has none of it. */
const NO_ENV: Env = {};
const BEHIND_A_PROXY: Env = { TRUST_PROXY: '1', ISSUER: 'https://app.example.com' };
const ACCOUNT_LIMIT = 50;
const NONE_FAILED = /^(?:#|ℹ) fail 0$/m;

let workplace: Workplace;
const apps = new Map<string, App>();

beforeAll(async () => {
  workplace = await openWorkplace();
  const wanted = [
    ...FRAMEWORKS.flatMap((framework) => STORES.map((store) => [framework, store, 'header'] as const)),
    ...FRAMEWORKS.map((framework) => [framework, 'sqlite', 'cookie'] as const),
  ];
  await Promise.all(
    wanted.map(async ([framework, store, transport]) => {
      const args = ['--framework', framework, '--store', store, '--transport', transport];
      const name = `${framework}-${store}-${transport}`;
      apps.set(name, await workplace.make(`apps/${name}`, args));
    }),
  );
});

afterAll(() => workplace?.remove());

/** Its own test, and then the app as a process, with a user made by its own command. */
async function behaves(name: string, env: Env, said: string): Promise<void> {
  const app = made(name);
  expect(await runScript(app, 'test', [], env)).toMatch(NONE_FAILED);
  const added = await runScript(app, 'user', ['add', name], env);
  const password = /shown this once: (\S+)$/m.exec(added)?.[1] ?? '';
  await whileRunning(app, { ...env, ...BEHIND_A_PROXY }, async (running) => {
    await appBehaves({ url: running.url, name, password });
    await finishes(running);
    const output = running.output();
    for (const text of [said, 'authn_login_success', '"source_ip":"203.0.113.7"'])
      expect(output).toContain(text);
    expect(output).not.toContain(password);
  });
}

/** Its own test, and then the app with a route that throws. */
async function keepsItsInside(name: string): Promise<void> {
  const app = made(name);
  expect(await runScript(app, 'test', [], NO_ENV)).toMatch(NONE_FAILED);
  const routes = join(app.folder, 'src/app.ts');
  const text = readFileSync(routes, 'utf8');
  const broken = text.replace("{ status: 'ok' }", "{ status: JSON.parse('inside') }");
  expect(broken).not.toBe(text);
  writeFileSync(routes, broken);
  await whileRunning(app, NO_ENV, async ({ url, output }) => {
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.text()]).toEqual([500, '{"error":"server_error"}']);
    expect(output()).toContain('inside');
  });
}

function made(name: string): App {
  const app = apps.get(name);
  if (app === undefined) throw new Error(`no app ${name}`);
  return app;
}

describe.concurrent('an app', () => {
  describe('with sqlite', () => {
    it.each(FRAMEWORKS)('%s: passes its test and serves', (framework) =>
      behaves(`${framework}-sqlite-header`, NO_ENV, 'listening'),
    );

    it.each(FRAMEWORKS)(
      '%s with cookies: passes its test, and says nothing of what a route throws',
      (framework) => keepsItsInside(`${framework}-sqlite-cookie`),
    );
  });

  for (const [title, service, startServer, said] of SERVERS)
    serviceTest(service)(`with ${title}`, (program) => {
      let env: Env;
      beforeAll(async () => {
        const server = await startServer(program);
        env = { STORE_URL: server.url };
        return () => server.stop();
      });
      it.each(FRAMEWORKS)('%s: passes its test and serves', (framework) =>
        behaves(`${framework}-${title}-header`, env, said),
      );

      it('is ready again after the server was away', async ({ onTestFinished }) => {
        const server = await startServer(program);
        onTestFinished(() => server.stop());
        await whileRunning(made(`koa-${title}-header`), { STORE_URL: server.url }, async ({ url }) => {
          const ready = async (): Promise<number> => (await fetch(`${url}/readyz`)).status;
          expect(await ready()).toBe(200);
          await server.kill();
          expect(await ready()).toBe(503);
          await server.restart();
          await expect.poll(ready, { timeout: 20_000 }).toBe(200);
        });
      });
    });

  describe('of any kind', () => {
    it('declares what it imports, and nothing else', () => {
      for (const [name, { folder, manifest }] of apps) {
        const { dependencies, devDependencies } = manifest;
        expect([name, importsOf(folder)]).toEqual([name, Object.keys(dependencies).sort()]);
        const types = Object.keys(devDependencies).filter((one) => !/^@types\/|^typescript$/.test(one));
        expect([name, types]).toEqual([name, []]);
        for (const [one, version] of Object.entries(dependencies))
          expect([one, version]).toEqual([one, workplace.installed[one]]);
      }
    });

    it('is right to the compiler, by its own settings', async () => {
      const config = {
        extends: './apps/express-sqlite-header/tsconfig.json',
        include: ['apps/*/src', 'apps/*/test'],
      };
      writeFileSync(join(workplace.folder, 'tsconfig.json'), JSON.stringify(config));
      const said = await promisify(execFile)(process.execPath, [TSC, '--pretty', 'false'], {
        cwd: workplace.folder,
      }).then(
        ({ stdout }) => stdout,
        (error: { readonly stdout: string }) => error.stdout,
      );
      expect(said).toBe('');
    });

    it('has a secret of its own, for its owner alone', () => {
      const secrets = [...apps.values()].map(({ folder }) => {
        expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
        return /^TOKENPAIR_SECRET=([\w-]{64})$/m.exec(readFileSync(join(folder, '.env'), 'utf8'))?.[1];
      });
      expect(new Set(secrets.filter(Boolean)).size).toBe(apps.size);
    });

    it('keeps its secret out of git', async () => {
      const { folder } = made('koa-redis-header');
      const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: folder });
      await git('init', '--quiet');
      const { stdout } = await git('status', '--porcelain', '--untracked-files=all');
      expect(stdout).toContain('.env.example');
      expect(stdout.split('\n')).not.toContain('?? .env');
      expect(stdout).not.toContain('data/');
    });

    it('takes no http issuer, not even the default, when it serves others', async () => {
      const app = made('express-sqlite-cookie');
      const said = (env: Env): Promise<string> =>
        whileRunning(app, env, async () => undefined).then(
          () => 'it started',
          (error: Error) => error.message,
        );
      for (const env of [{ NODE_ENV: 'production' }, { TRUST_PROXY: '1' }, { HOST: '0.0.0.0' }])
        expect(await said(env)).toMatch(/^it ended with 1: ISSUER must be an https origin/);
      expect(await said({ NODE_ENV: 'production', ...BEHIND_A_PROXY })).toBe('it started');
    });

    it('limits the guesses at one account from many networks', async () => {
      await whileRunning(made('koa-sqlite-header'), BEHIND_A_PROXY, async ({ url }) => {
        const guess = async (network: number): Promise<number> => {
          const headers = { 'content-type': 'application/json', 'x-forwarded-for': `203.0.${network}.7` };
          const body = JSON.stringify({ username: 'guessed', password: 'wrong' });
          return (await fetch(`${url}/api/token/`, { method: 'POST', headers, body })).status;
        };
        for (let n = 0; n < ACCOUNT_LIMIT; n += 1) expect(await guess(n)).toBe(401);
        expect(await guess(ACCOUNT_LIMIT)).toBe(429);
      });
    });

    it('ends its start with a line for each setting that is wrong', async () => {
      const env = {
        PORT: 'high',
        ISSUER: 'http://example.com',
        TOKENPAIR_SECRET: 'short',
        STORE_URL: 'mysql://x',
      };
      const lines = ['ISSUER must be', 'PORT must be', 'STORE_URL must be', 'TOKENPAIR_SECRET must be'];
      for (const store of STORES) {
        const said = await whileRunning(made(`express-${store}-header`), env, async () => undefined).then(
          () => 'it started',
          (error: Error) => error.message,
        );
        expect(said).toMatch(/^it ended with 1: /);
        const given = said.replace('it ended with 1: ', '').trim().split('\n').sort();
        expect(given.map((line) => lines.find((start) => line.startsWith(start)))).toEqual(lines);
        expect(said).not.toContain('short');
      }
    });
  });

  it('of its own is installed, checked, tested and started by npm alone', async () => {
    const app = await workplace.make('alone', ['--yes', '--framework', 'fastify', '--transport', 'cookie']);
    await workplace.npm(app.folder, ['install']);
    await workplace.npm(app.folder, ['run', 'check']);
    await workplace.npm(app.folder, ['test']);
    await whileRunning(app, NO_ENV, async ({ url, end }) => {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect(await end()).toBe(0);
    });
  });
});

/** The packages that the sources of an app import. */
function importsOf(folder: string): readonly string[] {
  const sources = globSync('{src,test}/**/*.ts', { cwd: folder }).map((file) =>
    readFileSync(join(folder, file), 'utf8'),
  );
  const specifiers = sources.flatMap((text) =>
    [...text.matchAll(/ from '([^']+)'/g)].map(([, name = '']) => name),
  );
  const packages = specifiers
    .filter((specifier) => !/^(\.|node:)/.test(specifier))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(packages)].sort();
}
