import { once } from 'node:events';
import { createServer, get, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fillTemplate } from '../src/nginx/fill-template.ts';
import { createClockLook } from '../src/observe/clock-watch.ts';
import { readProductionSettings } from '../src/settings/production-settings.ts';
import { deviceLabel } from '../src/worker/device-label.ts';
import { createRoom, limitInProgress } from '../src/worker/in-progress.ts';

describe('the clock watch', () => {
  function clocks() {
    const jumps: number[] = [];
    const time = { wall: 1_000_000, steady: 0 };
    const look = createClockLook({
      wall: () => time.wall,
      steady: () => time.steady,
      onJump: (byMs) => jumps.push(byMs),
    });
    const pass = (wall: number, steady: number): void => {
      time.wall += wall;
      time.steady += steady;
      look();
    };
    return { jumps, pass };
  }

  it('tells of a wall clock that was set, forward and back, once', () => {
    const { jumps, pass } = clocks();
    pass(1_000, 1_000);
    pass(61_000, 1_000);
    pass(1_000, 1_000);
    pass(-4_000, 1_000);
    pass(1_000, 1_000);
    expect(jumps).toEqual([60_000, -5_000]);
  });

  it('is silent while clocks drift a little, or when the process was held up', () => {
    const { jumps, pass } = clocks();
    for (let n = 0; n < 100; n += 1) pass(1_001, 1_000);
    pass(30_000, 30_000);
    expect(jumps).toEqual([]);
  });
});

describe('the label of a device', () => {
  const cases = [
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
      'Safari on Mac',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1',
      'Chrome on iPhone',
    ],
    ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox on Android'],
    ['curl/8.5.0', 'curl'],
    ['<b>me</b>', 'Unknown device'],
    [undefined, 'Unknown device'],
  ] as const;

  it.each(cases)('of %s is what people call it', (agent, label) => expect(deviceLabel(agent)).toBe(label));
});

describe('the settings', () => {
  const GOOD = { ISSUER: 'https://app.example.com', STORE_URL: 'redis://127.0.0.1' };

  it('are those of production where the environment does not say', () => {
    expect(readProductionSettings(GOOD)).toMatchObject({
      maxInProgress: 200,
      metricsPort: 9464,
      service: {
        audience: 'https://app.example.com',
        loginRate: { count: 10, seconds: 60 },
        revocation: 'feed',
        transport: 'cookie',
        trustProxy: 1,
      },
    });
    expect(readProductionSettings({ ...GOOD, REVOCATION: 'session', AUDIENCE: 'x' }).service).toMatchObject({
      revocation: 'session',
      audience: 'x',
    });
  });

  it('tell everything that is wrong at once, and no secret', () => {
    const wrong = {
      WORKERS: '0',
      METRICS_PORT: '70000',
      STORE_URL: 'sqlite:./x.db',
      ISSUER: 'http://x',
      CLOCK_SKEW: 'long',
    };
    expect(() => readProductionSettings(wrong)).toThrow(/CLOCK_SKEW.*WORKERS.*METRICS_PORT/);
    expect(() => readProductionSettings({ ...wrong, CLOCK_SKEW: '' })).toThrow(/WORKERS.*STORE_URL.*ISSUER/);
    expect(() => readProductionSettings({ ...GOOD, STORE_URL: 'sqlite:./secret-place' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret-place') }),
    );
  });
});

describe('the settings that do not fit each other', () => {
  const env = { ISSUER: 'https://app.example.com', STORE_URL: 'redis://127.0.0.1' };

  it.each([
    'https://app.example.com/',
    'https://app.example.com/x',
    'https://APP.example.com',
    'https://app.example.com:443',
    'https://',
    'http://app.example.com',
  ])('are refused: %s, which is no origin as browsers write it', (issuer) => {
    expect(() => readProductionSettings({ ...env, ISSUER: issuer })).toThrow(/^ISSUER must be/);
  });

  it('are refused: room for logins that takes all the room there is', () => {
    const read = (logins: string, all: string): unknown =>
      readProductionSettings({ ...env, MAX_LOGINS: logins, MAX_IN_PROGRESS: all });
    expect(() => read('20', '20')).toThrow(/^MAX_LOGINS must be below MAX_IN_PROGRESS/);
    expect(read('19', '20')).toMatchObject({ maxLogins: 19, maxInProgress: 20 });
  });
});

describe('the template of nginx', () => {
  const TEMPLATE = `listen $${'{PORT}'}; set $a $host;`;

  it('is filled in, and leaves the variables of nginx alone', () => {
    expect(fillTemplate(TEMPLATE, { PORT: '443' })).toBe('listen 443; set $a $host;');
  });

  it('takes no value that is missing or that could begin another directive', () => {
    for (const value of [undefined, '', '443; evil on', '443\n', '{', '"', '$host'])
      expect(() => fillTemplate(TEMPLATE, { PORT: value })).toThrow('PORT must be set');
  });
});

describe('back-pressure', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  it('answers 503 at once beyond so many requests in progress, but for health, and takes new ones when others are done', async () => {
    const held: ServerResponse[] = [];
    const onRefuse = vi.fn();
    const room = createRoom(2);
    server = createServer(
      limitInProgress((_request, response) => void held.push(response), room, onRefuse),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        get({ port, path, agent: false }, (response) => {
          response.resume();
          const { 'retry-after': seconds = 0, 'x-no-room': noRoom } = response.headers;
          resolve(Number(response.statusCode) * 10 + Number(noRoom === undefined ? 0 : seconds));
        }).on('error', reject);
      });
    const waiting = [ask('/api/hello'), ask('/api/hello')];
    await vi.waitUntil(() => held.length === 2);
    expect(await ask('/api/hello')).toBe(5031);
    expect([onRefuse.mock.calls.length, room.count()]).toEqual([1, 2]);
    const health = ask('/healthz');
    await vi.waitUntil(() => held.length === 3);
    for (const response of held.splice(0)) response.end();
    expect(await Promise.all([...waiting, health])).toEqual([2000, 2000, 2000]);
    await vi.waitUntil(() => room.count() === 0);
    const next = ask('/api/hello');
    await vi.waitUntil(() => held.length === 1);
    held[0]?.end();
    expect(await next).toBe(2000);
  });

  it('counts what clients that have gone left behind, until its answer is ended', async () => {
    const held: ServerResponse[] = [];
    const room = createRoom(2);
    server = createServer(
      limitInProgress((_request, response) => void held.push(response), room, vi.fn()),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const asked = get({ port, path: '/api/hello', agent: false }).on('error', () => undefined);
    await vi.waitUntil(() => held.length === 1);
    const [response] = held;
    const closed = once(response as ServerResponse, 'close');
    asked.destroy();
    await closed;
    expect(room.count()).toBe(1);
    response?.end();
    expect(room.count()).toBe(0);
  });
});
