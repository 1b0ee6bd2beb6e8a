import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceTest } from '../services/service-test.ts';
import { type Stack, startStack } from './stack.ts';

/** nginx does not start on an address of a kind that the machine does not have. */
const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');

const LOGIN = 'username=nina&password=swordfish-1';

serviceTest('nginx')('production, asked by curl', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      conf(conf) {
        const both = conf.replaceAll('# listen [::]:', 'listen [::]:');
        expect(both.match(/^ *listen \[::\]:\d+( ssl http2)?;$/gm)).toHaveLength(2);
        return HAS_IPV6 ? both : conf;
      },
    });
    stack.addUser('nina', 'swordfish-1');
  }, 60_000);
  afterAll(() => stack?.stop());

  interface Seen {
    readonly status: string;
    readonly version: string;
    readonly text: string;
  }

  async function curl(...args: string[]): Promise<Seen> {
    const format = '\n%{http_code} %{http_version}';
    const { stdout } = await promisify(execFile)('curl', [
      '-s',
      '--cacert',
      stack.certificate,
      '-w',
      format,
      ...args,
    ]);
    const lines = stdout.split('\n');
    const [status = '', version = ''] = lines.pop()?.split(' ') ?? [];
    return { status, version, text: lines.join('\n') };
  }

  const protocols = [
    ['--http1.1', '1.1'],
    ['--http2', '2'],
  ] as const;

  describe.each(protocols)('with %s', (flag, version) => {
    it('logs in, says hello, refreshes and logs out, with no token in any body', async () => {
      const { origin } = stack;
      const jar = join(stack.folder, `cookies-${version}`);
      const ask = (path: string, ...args: string[]): Promise<Seen> =>
        curl(flag, '-b', jar, '-c', jar, '-H', `Origin: ${origin}`, `${origin}${path}`, ...args);

      const login = await ask('/api/token/', '-d', LOGIN);
      expect(login).toMatchObject({ status: '200', version });
      expect(JSON.parse(login.text)).toEqual({
        token_type: 'Bearer',
        expires_in: 300,
        refresh_expires_in: 86_400,
      });
      expect(await ask('/api/hello')).toEqual({
        status: '200',
        version,
        text: '{"message":"Hello, World!"}',
      });

      const refreshed = await ask('/api/token/refresh', '-X', 'POST');
      expect(refreshed).toMatchObject({ status: '200', version });
      expect(refreshed.text).not.toMatch(/ey[\w-]+\./);
      expect(await ask('/api/hello')).toMatchObject({ status: '200' });

      expect(await ask('/api/token/logout', '-X', 'POST')).toMatchObject({ status: '200', text: '{}' });
      expect(await ask('/api/hello')).toMatchObject({ status: '401', version });
    });
  });

  it('answers by IPv6 and by IPv4', async () => {
    for (const address of ['127.0.0.1', ...(HAS_IPV6 ? ['[::1]'] : [])])
      for (const origin of [stack.origin, stack.httpOrigin]) {
        const { hostname, port } = new URL(origin);
        const { status } = await curl('--resolve', `${hostname}:${port}:${address}`, `${origin}/api/hello`);
        expect([address, origin, status]).toEqual([address, origin, origin === stack.origin ? '401' : '308']);
      }
  });

  it('shows a certificate authority its challenges by plain http, and nothing else of their folder', async () => {
    const folder = join(stack.folder, 'acme');
    const challenges = join(folder, '.well-known/acme-challenge');
    mkdirSync(challenges, { recursive: true });
    writeFileSync(join(challenges, 'of-a-name'), 'and what proves it');
    writeFileSync(join(folder, 'private'), 'no');
    const url = `${stack.httpOrigin}/.well-known/acme-challenge`;
    expect(await curl(`${url}/of-a-name`)).toMatchObject({ status: '200', text: 'and what proves it' });
    expect((await curl(`${url}/another`)).status).toBe('404');
    expect((await curl('-X', 'PUT', '-d', 'x', `${url}/of-a-name`)).status).toBe('403');
    for (const path of ['/../../private', '/..%2f..%2fprivate', '/'])
      expect((await curl('--path-as-is', `${url}${path}`)).text).not.toBe('no');
    expect((await curl(`${stack.httpOrigin}/private`)).status).toBe('308');
  });

  it('sends plain http to https', async () => {
    const { text } = await curl('-i', `${stack.httpOrigin}/api/hello?access_token=x`);
    expect(text).toContain('308 Permanent Redirect');
    expect(text).toContain(`Location: ${stack.origin}/\r`);
    expect(text).not.toContain('access_token');
  });

  it('serves the page, its style and its script with strict headers', async () => {
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/style.css', 'text/css'],
      ['/js/main.js', 'text/javascript'],
      ['/icon.svg', 'image/svg+xml'],
    ] as const) {
      const { status, text } = await curl('-i', '--http1.1', `${stack.origin}${path}`);
      expect([path, status]).toEqual([path, '200']);
      expect(text).toContain(`Content-Type: ${type}\r`);
      expect(text).toMatch(
        /^Content-Security-Policy: default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/m,
      );
      expect(text).toMatch(/^Strict-Transport-Security: max-age=\d{8}; includeSubDomains\r$/m);
      expect(text).toContain('X-Content-Type-Options: nosniff\r');
      expect(text).toContain('Referrer-Policy: no-referrer\r');
      expect(text).toContain('Server: nginx\r');
      expect(text).not.toContain("'unsafe");
    }
  });

  it('serves nothing of the page that was not meant to be', async () => {
    for (const path of [
      '/js/main.d.ts',
      '/js/tsconfig.tsbuildinfo',
      '/js/../tsconfig.json',
      '/.git/config',
      '/src/main.ts',
    ])
      expect([path, (await curl('--path-as-is', `${stack.origin}${path}`)).status]).toEqual([path, '404']);
    expect((await curl('-X', 'DELETE', `${stack.origin}/index.html`)).status).toBe('403');
  });

  it('keeps health, readiness and metrics to itself', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics'])
      expect([path, (await curl(`${stack.origin}${path}`)).status]).toEqual([path, '404']);
    expect((await curl(`${stack.appUrl}/healthz`)).text).toBe('{"status":"ok"}');
    expect((await curl(`${stack.appUrl}/readyz`)).text).toBe('{"status":"ready"}');
  });
});
