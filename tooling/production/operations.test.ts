import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serviceTest } from '../services/service-test.ts';
import { browserClient } from './browser-client.ts';
import { type Stack, startStack } from './stack.ts';

const PASSWORD = 'swordfish-1';
const SECRET = randomBytes(32).toString('base64url');
const MOST_IN_PROGRESS = 20;

serviceTest('nginx')('production, as those who run it see it', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      env: { MAX_IN_PROGRESS: String(MOST_IN_PROGRESS), MAX_LOGINS: '10', TOKENPAIR_SECRET: SECRET },
    });
    stack.addUser('nina', PASSWORD);
  }, 60_000);
  afterAll(() => stack?.stop(), 30_000);

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(stack.metricsUrl, { headers: { connection: 'close' } })).text();
    const values = text
      .split('\n')
      .filter((line) => line.startsWith(name))
      .map((line) => Number(line.split(' ').at(-1)));
    expect([name, values]).not.toEqual([name, []]);
    return values.reduce((sum, value) => sum + value, 0);
  }

  it('counts over all workers, by routes and events, and by nothing that a client sent', async () => {
    const client = browserClient(stack);
    await client.logIn('nina', PASSWORD);
    for (let n = 0; n < 20; n += 1) await client.hello();
    await client.refresh();
    await client.send('/api/nobody-has-this-path');
    client.close();
    const text = await (await fetch(stack.metricsUrl, { headers: { connection: 'close' } })).text();
    expect(
      await metric('http_request_duration_seconds_count{method="GET",route="/api/hello",status="200"}'),
    ).toBe(20);
    expect(await metric('tokenpair_events_total{event="session.refreshed"}')).toBe(1);
    expect(await metric('tokenpair_workers_serving')).toBe(2);
    expect(await metric('tokenpair_worker_crashes_total')).toBe(0);
    expect(text).toContain('route="none",status="404"');
    expect(text).not.toMatch(/nobody-has|nina|127\.0\.0\.1/);
  });

  it('keeps an audit log in the words of OWASP, and no token, password or query in any log', async () => {
    const client = browserClient(stack);
    await client.logIn('nina', 'not-the-passw0rd');
    await client.logIn('nina', PASSWORD);
    const first = client.copy();
    const secrets = [...client.cookies.values()];
    await client.refresh();
    secrets.push(...client.cookies.values());
    await client.send(`/api/hello?access_token=${secrets[0]}&x=quite-secret`);
    await client.send(`/nowhere?token=${secrets[0]}`, {
      headers: { referer: `https://x.example/?t=${secrets[1]}` },
    });
    // A file that is not there is an error to nginx, which writes the whole request line of it.
    const challenge = `${stack.httpOrigin}/.well-known/acme-challenge/none?x=quite-secret`;
    expect((await fetch(challenge, { headers: { connection: 'close' } })).status).toBe(404);
    await client.send('/api/me/password', {
      method: 'POST',
      body: { old: PASSWORD, password: 'swordfish-2' },
    });
    await client.send('/api/me/password', {
      method: 'POST',
      body: { old: 'swordfish-2', password: PASSWORD },
    });
    await client.send('/api/me/password', {
      method: 'POST',
      body: { old: 'not-the-passw0rd', password: 'swordfish-3' },
    });
    expect((await first.refresh()).status).toBe(401); // two generations behind
    for (const one of [client, first]) one.close();

    await stack.untilLogged(({ event }) => event === 'authn_token_reuse');
    const audit = stack.logged().filter(({ log }) => log === 'audit');
    const events = new Set(audit.map(({ event }) => event));
    for (const event of [
      'authn_login_success',
      'authn_login_fail',
      'authn_token_reuse',
      'session_renewed',
      'session_expired',
      'authn_password_change',
      'authn_password_change_fail',
    ])
      expect(events).toContain(event);
    expect(audit.find(({ event }) => event === 'authn_token_reuse')).toMatchObject({
      severity: 'CRITICAL',
      source_ip: '127.0.0.1',
    });

    expect(audit.find(({ event }) => event === 'authn_password_change_fail')).toMatchObject({
      severity: 'CRITICAL',
      code: 'invalid_credentials',
      subject: expect.stringMatching(/^\d+$/),
      source_ip: '127.0.0.1',
    });

    const all = stack.app.output() + stack.nginxLogs();
    const told = [
      ...secrets,
      PASSWORD,
      'swordfish-2',
      'swordfish-3',
      'not-the-passw0rd',
      'quite-secret',
      SECRET,
    ];
    expect(told.filter((secret) => all.includes(secret))).toEqual([]);
    expect(all.match(/ey[\w-]{10,}\.[\w-]{10,}/)).toBeNull();
    expect(stack.nginxLogs()).toContain('"path":"/api/hello"');
  });

  it('takes the address of a client from nginx, whatever the client says', async () => {
    const client = browserClient(stack);
    const headers = {
      'x-forwarded-for': '203.0.113.7',
      forwarded: 'for=203.0.113.7',
      'x-real-ip': '203.0.113.7',
    };
    await client.send('/api/token/', {
      method: 'POST',
      body: { username: 'nina', password: PASSWORD },
      headers,
    });
    const { body } = await client.send('/api/token/sessions', { headers });
    expect(body.sessions.find(({ current }: { current: boolean }) => current).ip).toBe('127.0.0.1');
    client.close();
  });

  it('answers 503 with Retry-After while the store does not answer, bounded, and recovers by itself', {
    timeout: 60_000,
  }, async () => {
    const clients = Array.from({ length: 80 }, () => browserClient(stack));
    const [first] = clients;
    expect((await first?.logIn('nina', PASSWORD))?.status).toBe(200);
    const refused = await metric('http_requests_refused_total');
    stack.database.pause();
    try {
      const others = clients.map((client) => browserClient(stack, new Map(first?.cookies ?? client.cookies)));
      const answers = await Promise.all(others.map((client) => client.refresh()));
      for (const client of others) client.close();
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      for (const { headers } of answers) expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(new Set(answers.map(({ body }) => body.code))).toEqual(
        new Set(['store_unavailable', 'backend_unavailable']),
      );
      expect((await metric('http_requests_refused_total')) - refused).toBeGreaterThanOrEqual(
        80 - 2 * MOST_IN_PROGRESS,
      );
      expect((await fetch(`${stack.appUrl}/healthz`, { headers: { connection: 'close' } })).status).toBe(200);
      expect((await fetch(`${stack.appUrl}/readyz`, { headers: { connection: 'close' } })).status).toBe(503);
    } finally {
      stack.database.resume();
    }
    for (const deadline = performance.now() + 20_000; ; await sleep(100)) {
      const answer = await first?.refresh();
      if (answer?.status === 200) break;
      expect([answer?.status, performance.now() < deadline]).toEqual([503, true]);
    }
    expect((await first?.hello())?.status).toBe(200);
    expect(await metric('http_requests_in_progress')).toBe(0);
    for (const client of clients) client.close();
  });

  it('replaces every worker on SIGHUP without a failed request', { timeout: 60_000 }, async () => {
    const client = browserClient(stack);
    await client.logIn('nina', PASSWORD);
    const before = stack.workers();
    let isOver = false;
    const statuses = new Set<number>();
    const asking = (async () => {
      while (!isOver) statuses.add((await client.hello()).status);
    })();
    const lines = stack.logged().length;
    stack.app.process.kill('SIGHUP');
    await stack.untilLogged(
      (line) => line['msg'] === 'replaced workers' && stack.logged().indexOf(line) >= lines,
    );
    isOver = true;
    await asking;
    expect(statuses).toEqual(new Set([200]));
    const after = stack.workers();
    expect(after).toHaveLength(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    client.close();
  });

  it('replaces a worker that was killed', async () => {
    const [victim = 0] = stack.workers();
    process.kill(victim, 'SIGKILL');
    await stack.untilLogged(({ event, worker }) => event === 'sys_crash' && worker === victim);
    const crash = stack.logged().findLastIndex(({ worker }) => worker === victim);
    await stack.untilLogged((line) => line['msg'] === 'ready' && stack.logged().indexOf(line) > crash);
    expect(await metric('tokenpair_worker_crashes_total')).toBe(1);
  });
});

serviceTest('nginx')('production in front of PostgreSQL', () => {
  it('serves the same, and ends by SIGTERM', { timeout: 90_000 }, async () => {
    const stack = await startStack({ store: 'postgres' });
    try {
      stack.addUser('nina', PASSWORD);
      const client = browserClient(stack);
      expect((await client.logIn('nina', PASSWORD)).status).toBe(200);
      const statuses = [
        await client.hello(),
        await client.refresh(),
        await client.hello(),
        await client.logOut(),
        await client.hello(),
      ];
      expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 401]);
      client.close();
      stack.app.process.kill('SIGTERM');
      expect(await stack.app.ended).toBe(0);
      expect(stack.logged().map(({ msg }) => msg)).toContain('ended');
    } finally {
      await stack.stop();
    }
  });
});
