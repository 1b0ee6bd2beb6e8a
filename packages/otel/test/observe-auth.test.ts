import { SpanStatusCode } from '@opentelemetry/api';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import type { AuthEvent, TokenPair } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { observeAuth, observedStore } from '@tokenpair/otel';
import { type TestAuthOptions, testAuth } from '@tokenpair/testkit';
import { describe, expect, it } from 'vitest';
import { fakeAuth, followContext, makeTelemetry } from './support.ts';

const MINUTE = 60_000;
const SUBJECT = 'ada.lovelace@example.com';
const PASSWORD = 'a password of Ada';
const CLIENT = { userAgent: 'Mozilla/5.0 (Analytical Engine)', ip: '192.0.2.77' };

followContext();

function makeObserved(options: TestAuthOptions = {}) {
  const telemetry = makeTelemetry();
  const test = testAuth({ users: { [SUBJECT]: { password: PASSWORD } }, ...options });
  const stop = observeAuth(test.auth, telemetry.providers);
  const logIn = (password: string) =>
    test.auth.handle({
      method: 'POST',
      path: '/',
      rawHeaders: ['Content-Type', 'application/json', 'User-Agent', CLIENT.userAgent],
      ip: CLIENT.ip,
      body: { parsed: { username: SUBJECT, password } },
    });
  return { ...telemetry, ...test, stop, logIn };
}

/** A whole life: logins, renewal, replay, theft, logout and an outage; all tokens there were. */
async function live({ auth, clock, store, logIn, traced }: ReturnType<typeof makeObserved>) {
  const pairs: TokenPair[] = [];
  const keep = (pair: TokenPair): TokenPair => {
    pairs.push(pair);
    return pair;
  };
  await traced(async () => {
    await logIn('a wrong password');
    await logIn(PASSWORD);
    const first = keep(await auth.sessions.issue({ subject: SUBJECT }, CLIENT));
    keep(await auth.refresh(String(first.refresh), CLIENT));
    keep(await auth.refresh(String(first.refresh), { ip: '198.51.100.9' }));
    clock.advance(10 * MINUTE);
    await auth.refresh(String(first.refresh), CLIENT).catch(() => undefined);
    await auth.refresh(String(first.refresh), CLIENT).catch(() => undefined);
    const second = keep(await auth.sessions.issue({ subject: SUBJECT }, CLIENT));
    await auth.logout(String(second.refresh));
    const third = keep(await auth.sessions.issue({ subject: SUBJECT }, CLIENT));
    store.fail('throw', { methods: ['advance'], times: 1 });
    await auth.refresh(String(third.refresh), CLIENT).catch(() => undefined);
  });
  return pairs;
}

const OUTCOMES = (word: string, outcome: string, type?: string) => ({
  [`tokenpair.${word}.outcome`]: outcome,
  ...(type === undefined ? {} : { 'error.type': type }),
});

describe('the metrics of an auth', () => {
  it('count logins, refreshes, endings and failures by what became of them', async () => {
    const test = makeObserved();
    await live(test);
    expect(await test.points('tokenpair.logins')).toEqual([
      { attributes: OUTCOMES('login', 'refused', 'invalid_credentials'), value: 1 },
      { attributes: OUTCOMES('login', 'accepted'), value: 4 },
    ]);
    expect(await test.points('tokenpair.refreshes')).toEqual([
      { attributes: OUTCOMES('refresh', 'renewed'), value: 1 },
      { attributes: OUTCOMES('refresh', 'replayed'), value: 1 },
      { attributes: OUTCOMES('refresh', 'reused', 'refresh_token_reused'), value: 1 },
      { attributes: OUTCOMES('refresh', 'refused', 'token_revoked'), value: 1 },
    ]);
    expect(await test.points('tokenpair.revocations')).toEqual([
      { attributes: { 'tokenpair.revocation.reason': 'reuse' }, value: 1 },
      { attributes: { 'tokenpair.revocation.reason': 'logout' }, value: 1 },
    ]);
    expect(await test.points('tokenpair.backend.failures')).toEqual([
      { attributes: { 'tokenpair.backend.name': 'store', 'error.type': 'Error' }, value: 1 },
    ]);
    expect(await test.points('tokenpair.store.warnings')).toEqual([
      {
        attributes: { 'tokenpair.store.name': 'memory', 'tokenpair.store.warning': 'not_durable' },
        value: 1,
      },
    ]);
  });

  it('count every session that ends at once', async () => {
    const test = makeObserved();
    for (const label of ['phone', 'laptop', 'tablet'])
      await test.auth.sessions.issue({ subject: SUBJECT, label });
    await test.auth.sessions.revokeAll(SUBJECT, { reason: 'password_changed' });
    expect(await test.points('tokenpair.revocations')).toEqual([
      { attributes: { 'tokenpair.revocation.reason': 'password_changed' }, value: 3 },
    ]);
  });

  it('say in which state the feed is once it is ready', async () => {
    const test = makeObserved({ revocation: 'feed' });
    expect(await test.points('tokenpair.feed.status')).toEqual([]);
    await test.auth.ready();
    const up = { attributes: { 'tokenpair.feed.state': 'up' }, value: 1 };
    const down = { attributes: { 'tokenpair.feed.state': 'down' }, value: 0 };
    expect(await test.points('tokenpair.feed.status')).toEqual([up, down]);
    expect(await test.points('tokenpair.feed.changes')).toEqual([up]);
    await test.auth.close();
  });

  it('follow the feed when it goes down, until they are ended', async () => {
    const { providers, points } = makeTelemetry();
    const { events, tell } = fakeAuth();
    const stop = observeAuth({ events }, providers);
    const values = async () => (await points('tokenpair.feed.status')).map(({ value }) => value);
    tell({ name: 'feed.changed', at: 0, state: 'up' });
    expect(await values()).toEqual([1, 0]);
    tell({ name: 'feed.changed', at: 0, state: 'down' });
    expect(await values()).toEqual([0, 1]);
    stop();
    tell({ name: 'feed.changed', at: 0, state: 'up' });
    expect(await values()).toEqual([0, 1]);
  });

  it('report no state of the feed any more after the end', async () => {
    // Cumulative, the SDK would go on with the last value.
    const { providers, points } = makeTelemetry(AggregationTemporality.DELTA);
    const { events, tell } = fakeAuth();
    const other = providers.meterProvider.getMeter('app').createCounter('other');
    const stop = observeAuth({ events }, providers);
    tell({ name: 'feed.changed', at: 0, state: 'up' });
    expect(await points('tokenpair.feed.status')).toHaveLength(2);
    stop();
    other.add(1);
    expect(await points('other')).toHaveLength(1);
    expect(await points('tokenpair.feed.status')).toEqual([]);
  });

  it('are named in the namespace, with units of the conventions', async () => {
    const test = makeObserved();
    await live(test);
    const metrics = await test.collect();
    const units = Object.fromEntries(metrics.map(({ descriptor: { name, unit } }) => [name, unit]));
    expect(units).toEqual({
      'tokenpair.logins': '{login}',
      'tokenpair.refreshes': '{refresh}',
      'tokenpair.revocations': '{session}',
      'tokenpair.backend.failures': '{failure}',
      'tokenpair.store.warnings': '{warning}',
    });
  });

  it('stand still after the end, which may be said twice', async () => {
    const test = makeObserved();
    await test.auth.sessions.issue({ subject: SUBJECT });
    const before = await test.points('tokenpair.logins');
    test.stop();
    test.stop();
    await test.traced(() => test.auth.sessions.issue({ subject: SUBJECT }));
    expect(await test.points('tokenpair.logins')).toEqual(before);
    expect(test.spans().map(({ name }) => name)).toEqual(['POST /api/token']);
  });
});

describe('the spans of an auth', () => {
  it('show within a request what happened in it', async () => {
    const test = makeObserved();
    await live(test);
    const request = test.spans().find(({ name }) => name === 'POST /api/token');
    const spans = test.spans().filter((span) => span !== request);
    expect(spans.map(({ name }) => name)).toEqual([
      'tokenpair.login.refused',
      'tokenpair.store.warning',
      'tokenpair.session.issued',
      'tokenpair.session.issued',
      'tokenpair.session.refreshed',
      'tokenpair.refresh.replayed',
      'tokenpair.session.revoked',
      'tokenpair.refresh.reused',
      'tokenpair.refresh.refused',
      'tokenpair.session.issued',
      'tokenpair.session.revoked',
      'tokenpair.session.issued',
      'tokenpair.backend.failed',
    ]);
    const parents = new Set(spans.map(({ parentSpanContext }) => parentSpanContext?.spanId));
    expect([...parents]).toEqual([request?.spanContext().spanId]);
    const failed = spans.filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed.map(({ name, status }) => [name, status.message])).toEqual([
      ['tokenpair.backend.failed', undefined],
    ]);
    expect(spans[0]?.attributes).toEqual(OUTCOMES('login', 'refused', 'invalid_credentials'));
  });

  it('are none outside a trace', async () => {
    const test = makeObserved();
    await test.auth.sessions.issue({ subject: SUBJECT });
    expect(test.spans()).toEqual([]);
    expect(await test.points('tokenpair.logins')).toHaveLength(1);
  });
});

describe('what is exported', () => {
  it('names no token, user, session, address or browser', async () => {
    const telemetry = makeTelemetry();
    const store = observedStore(memoryStore(), telemetry.providers);
    const test = { ...makeObserved({ store }), providers: telemetry.providers, spans: telemetry.spans };
    const sessions = new Set<string>();
    const told: AuthEvent[] = [];
    test.auth.events.on('*', (event) => {
      told.push(event);
      if ('session' in event && event.session !== undefined) sessions.add(event.session);
    });
    observeAuth(test.auth, telemetry.providers);
    const pairs = await live({ ...test, traced: telemetry.traced });
    const tokens = pairs.flatMap(({ access, refresh = '' }) => [
      access,
      ...access.split('.'),
      ...refresh.split('.'),
    ]);
    const secrets = [
      ...tokens,
      ...sessions,
      SUBJECT,
      PASSWORD,
      CLIENT.userAgent,
      CLIENT.ip,
      '198.51.100.9',
      'away',
    ];
    expect(sessions.size).toBe(4);
    expect(JSON.stringify(told)).toContain(SUBJECT);

    const exported = [
      ...(await telemetry.collect()).flatMap(({ descriptor, dataPoints }) => [
        descriptor.name,
        descriptor.description,
        ...dataPoints.map(({ attributes }) => attributes),
      ]),
      ...telemetry.spans().map(({ name, attributes, events, status, links }) => ({
        name,
        attributes,
        events,
        status,
        links,
      })),
    ];
    expect(exported.length).toBeGreaterThan(40);
    const text = JSON.stringify(exported);
    expect(text).toContain('refresh_token_reused');
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('takes a failure by its code or its name, and of nothing else', async () => {
    const { providers, points } = makeTelemetry();
    const { events, tell } = fakeAuth();
    observeAuth({ events }, providers);
    const named = (name: string) => Object.assign(new Error('10.0.0.7 says no'), { name });
    const causes = [
      Object.assign(new Error('connect 10.0.0.7'), { code: 'ECONNREFUSED' }),
      named('DeadlineError'),
      Object.assign(named('eyJhbGciOiJIUzI1NiJ9.e30.x'), { code: 'ey.J' }),
      'text',
      undefined,
    ];
    for (const cause of causes) tell({ name: 'backend.failed', at: 0, backend: 'login', cause });
    const types = (await points('tokenpair.backend.failures')).map(({ attributes, value }) => [
      attributes['error.type'],
      value,
    ]);
    expect(types).toEqual([
      ['ECONNREFUSED', 1],
      ['DeadlineError', 1],
      ['_OTHER', 3],
    ]);
  });
});

describe('without an SDK', () => {
  it('an observed auth over an observed store answers as ever', async () => {
    const { auth, loginAs } = testAuth({ store: observedStore(memoryStore()) });
    const stop = observeAuth(auth);
    const { refresh, headers } = await loginAs(SUBJECT);
    await auth.refresh(refresh);
    expect((await auth.authenticate({ headers })).subject).toBe(SUBJECT);
    stop();
  });
});
