import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { EX_CONFIG } from '@tokenpair-examples/shared';
import { describe, expect, it } from 'vitest';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { fillTemplate } from '../src/nginx/fill-template.ts';
import { readProductionSettings } from '../src/settings/production-settings.ts';

const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const root = (path: string): string => here(`../../${path}`);
const read = (path: string): string => readFileSync(here(path), 'utf8');

function run(program: string, ...args: string[]): { status: number | null; said: string } {
  const { status, stderr, stdout } = spawnSync(program, args, { encoding: 'utf8', cwd: here('') });
  return { status, said: stdout + stderr };
}

const bin = (name: string): string => root(`node_modules/.bin/${name}`);

describe('what production is deployed with', () => {
  it('has a Dockerfile without a finding of dockerfile-utils, which copies what there is', () => {
    expect(run(bin('dockerfile-utils'), 'lint', 'Dockerfile')).toEqual({ status: 0, said: '' });
    const sources = [...read('Dockerfile').matchAll(/^COPY (?:--from=build \/app\/)?(\S+) /gm)].map(
      ([, path]) => path,
    );
    expect(sources).toHaveLength(7);
    for (const path of sources) expect([path, existsSync(root(String(path)))]).toEqual([path, true]);
    const users = [...read('Dockerfile').matchAll(/^USER (\S+)|^FROM \S*unprivileged/gm)];
    expect(users).toHaveLength(2);
  });

  it('has a compose file that fits the specification, without a finding of dclint', () => {
    expect(run(bin('dclint'), '--max-warnings', '0', 'compose.yaml')).toMatchObject({ status: 0 });
    const filled = [...read('nginx/tokenpair.conf.template').matchAll(/\$\{([A-Z_]+)\}/g)].map(
      ([, name]) => name,
    );
    for (const name of new Set(filled))
      expect(read('compose.yaml')).toMatch(new RegExp(`^ {6}${name}: `, 'm'));
  });

  it('has a compose file by which every variable of .env reaches the app, but for what containers decide', () => {
    const [, block = ''] = /^ {2}app:\n((?: {4}.*\n|\n)+)/m.exec(read('compose.yaml')) ?? [];
    expect(block).toMatch(/^ {4}env_file: \.env$/m);
    const [, lines = ''] = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(block) ?? [];
    const said = { ...parseEnv(read('.env.example')), WORKERS: '7', MAX_LOGINS: '9' } as Record<
      string,
      string
    >;
    const own = [...lines.matchAll(/^ {6}(\w+): "?([^"\n]*)"?$/gm)].map(([, name, value]) => [
      name,
      String(value).replace(/\$\{(\w+)[^}]*\}/g, (_, variable: string) => said[variable] ?? ''),
    ]);
    expect(own).toHaveLength(7);
    const settings = readProductionSettings({ ...said, ...Object.fromEntries(own) });
    expect(settings).toMatchObject({
      workers: 7,
      maxLogins: 9,
      metricsHost: '0.0.0.0',
      metricsPort: 9464,
      service: {
        alg: 'ES256',
        host: '0.0.0.0',
        port: 8000,
        keysFile: '/data/keys.json',
        issuer: 'https://app.example.com',
        store: { kind: 'postgres', url: 'postgres://tokenpair:change-me@postgres:5432/tokenpair' },
        trustProxy: 1,
      },
    });
    // What the image says is where the health check and the volume are.
    expect(read('Dockerfile')).toContain('http://127.0.0.1:8000/healthz');
    expect(read('Dockerfile')).toMatch(/^VOLUME \/data$/m);
    for (const [, name] of read('compose.yaml').matchAll(/\$\{([A-Z_]+)[:}]/g))
      expect(Object.keys(said)).toContain(name);
  });

  it('has a compose file by which nginx finds the app where it was, whichever of them started first', () => {
    const compose = read('compose.yaml');
    const [, address = ''] = /^ {8}ipv4_address: (\S+)$/m.exec(compose) ?? [];
    expect(address).toMatch(/^[\d.]+$/);
    expect(compose).toMatch(new RegExp(`^ {6}UPSTREAM: ${address}:8000$`, 'm'));
    const [network, range] = ['subnet', 'ip_range'].map((name) => {
      const [, base = '', bits] = new RegExp(`${name}: ([\\d.]+)/(\\d+)$`, 'm').exec(compose) ?? [];
      const list = new BlockList();
      list.addSubnet(base, Number(bits));
      return list;
    });
    expect([network?.check(address), range?.check(address)]).toEqual([true, false]);
  });

  it('has a unit that a store is waited for with, and wrong settings are not', () => {
    const unit = read('systemd/tokenpair.service');
    expect(unit).toMatch(/^Restart=always$/m);
    expect(unit).toMatch(new RegExp(`^RestartPreventExitStatus=${EX_CONFIG}$`, 'm'));
  });

  it('has an example of its environment that can be read as it is', () => {
    const env = parseEnv(read('.env.example')) as Record<string, string>;
    const { service, workers } = readProductionSettings(env);
    expect([service.alg, service.store.kind, service.issuer, workers]).toEqual([
      'ES256',
      'postgres',
      'https://app.example.com',
      2,
    ]);
  });

  it('has a Procfile that names what is built', () => {
    expect(read('Procfile')).toMatch(/^web: (?:\w+=\S+ )*node dist\/main\.js\n$/);
    expect(existsSync(here('src/main.ts'))).toBe(true);
  });

  it('has a template that nothing but words and addresses fills', () => {
    const names = [...read('nginx/tokenpair.conf.template').matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) =>
      String(name),
    );
    const filled = fillTemplate(
      read('nginx/tokenpair.conf.template'),
      Object.fromEntries(names.map((name) => [name, `of-${name}`])),
    );
    expect(filled).not.toContain('${');
    expect(filled).toContain('server of-UPSTREAM max_fails=0;');
  });
});

serviceTest('systemd-analyze')('the systemd unit', (program) => {
  it('is one that systemd takes without a word', () => {
    // It looks for the program as well, which may be elsewhere here.
    const { said } = run(program, 'verify', 'systemd/tokenpair.service');
    expect(said.split('\n').filter((line) => line !== '' && !line.includes('is not executable'))).toEqual([]);
  });
});
