import { type AuthEvent, type AuthOptions, RateLimitedError } from '@tokenpair/core';
import { type AuditRecord, auditLog, toAuditRecord } from '@tokenpair/core/audit';
import { describe, expect, it } from 'vitest';
import { type AuthTestOptions, logIn, makeAuth, PASSWORD } from '../support/auth.ts';
import { MINUTE, T0 } from '../support/clock.ts';
import { failureOf } from '../support/outcome.ts';
import { jsonRequest } from '../support/requests.ts';

const DATETIME = new Date(T0).toISOString();
const CLIENT = { userAgent: 'Curl', ip: '192.0.2.1' };

function makeAudited(options: AuthTestOptions = {}) {
  const test = makeAuth(options);
  const records: AuditRecord[] = [];
  const stop = auditLog(test.auth, (record) => void records.push(record));
  const words = () => records.map(({ event, severity }) => `${event} ${severity}`);
  return { ...test, records, stop, words };
}

const tryPassword = (auth: ReturnType<typeof makeAuth>['auth'], password: string) =>
  auth.handle(jsonRequest('/', { username: '1', password }, [['User-Agent', 'Curl']]));

describe('the audit log', () => {
  it('names a login, its renewals, a theft and its end in the words of OWASP', async () => {
    const test = makeAudited();
    await tryPassword(test.auth, 'wrong');
    const { refresh } = await logIn(test);
    await test.auth.refresh(refresh);
    await test.auth.refresh(refresh);
    test.clock.advance(10 * MINUTE);
    await failureOf(() => test.auth.refresh(refresh));
    await failureOf(() => test.auth.refresh(refresh));
    expect(test.words()).toEqual([
      'authn_login_fail WARN',
      'authn_login_success INFO',
      'session_renewed INFO',
      'session_renewed INFO',
      'session_expired INFO',
      'authn_token_reuse CRITICAL',
      'session_use_after_expire WARN',
    ]);
  });

  it('says who, where, when and why, and of the rest nothing', async () => {
    const test = makeAudited();
    await tryPassword(test.auth, 'wrong');
    await tryPassword(test.auth, PASSWORD);
    const session = test.records[1]?.session;
    expect(session).toEqual(expect.any(String));
    await test.auth.sessions.revokeAll('1');
    expect(test.records).toEqual([
      {
        datetime: DATETIME,
        event: 'authn_login_fail',
        severity: 'WARN',
        description: 'A login was refused.',
        source: 'login.refused',
        code: 'invalid_credentials',
        useragent: 'Curl',
      },
      {
        datetime: DATETIME,
        event: 'authn_login_success',
        severity: 'INFO',
        description: 'A session was opened.',
        source: 'session.issued',
        subject: '1',
        session,
        useragent: 'Curl',
      },
      {
        datetime: DATETIME,
        event: 'session_expired',
        severity: 'INFO',
        description: 'Sessions were ended.',
        source: 'session.revoked',
        subject: '1',
        reason: 'revoked',
        count: 1,
      },
    ]);
  });

  it('tells both clients of a token that was presented twice', async () => {
    const test = makeAudited();
    const { refresh } = await logIn(test);
    await test.auth.refresh(refresh, CLIENT);
    await test.auth.refresh(refresh, { ip: '198.51.100.7' });
    expect(test.records.at(-1)).toMatchObject({
      source: 'refresh.replayed',
      source_ip: '198.51.100.7',
      rotated_for: { useragent: 'Curl', source_ip: '192.0.2.1' },
    });
  });

  it('keeps no token and no password', async () => {
    const test = makeAudited();
    await tryPassword(test.auth, 'wrong hunter2');
    const pair = await logIn(test);
    const next = await test.auth.refresh(pair.refresh);
    test.clock.advance(10 * MINUTE);
    await failureOf(() => test.auth.refresh(pair.refresh));
    const log = JSON.stringify(test.records);
    const parts = [pair, next].flatMap(({ access, refresh = '' }) => [access, refresh].join('.').split('.'));
    for (const secret of [PASSWORD, 'wrong hunter2', ...parts]) expect(log).not.toContain(secret);
    expect(log).toContain('authn_token_reuse');
  });

  it('calls a login beyond a rate limit by the word for it', async () => {
    const login: AuthOptions['login'] = () => {
      throw new RateLimitedError();
    };
    const test = makeAudited({ login });
    await tryPassword(test.auth, PASSWORD);
    expect(test.words()).toEqual(['authn_login_fail_max WARN']);
  });

  it('is silent after it was ended, which may be said twice', async () => {
    const test = makeAudited();
    test.stop();
    test.stop();
    await logIn(test);
    expect(test.records).toEqual([]);
    expect(test.names()).toEqual(['session.issued']);
  });

  it('never turns a login into a failure, whatever the writer does', async () => {
    const { auth } = makeAuth();
    auditLog(auth, () => {
      throw new Error('the disk is full');
    });
    auditLog(auth, async () => Promise.reject(new Error('the disk is full')));
    expect((await tryPassword(auth, PASSWORD))?.status).toBe(200);
  });
});

describe('an audit record', () => {
  const about = { at: T0, session: 's', subject: '1', client: CLIENT };

  it('warns of a replay that only an outage explains, and of a store that has lost writes', () => {
    const late = { ...about, name: 'refresh.replayed_after_outage', generation: 1 } as const;
    const newer = { ...about, name: 'session.recovered', generation: 5, stored: 3 } as const;
    for (const event of [late, newer])
      expect(toAuditRecord(event)).toMatchObject({ event: 'session_renewed', severity: 'WARN' });
  });

  it('takes a reuse for one when another request has ended the session already', () => {
    const event = { ...about, name: 'refresh.refused', code: 'refresh_token_reused' } as const;
    expect(toAuditRecord(event)).toMatchObject({ event: 'authn_token_reuse', severity: 'CRITICAL' });
  });

  it('does not keep what concerns the service alone', () => {
    const events: readonly AuthEvent[] = [
      { name: 'store.warning', at: T0, store: 'memory', code: 'not_durable', detail: '' },
      { name: 'feed.changed', at: T0, state: 'down' },
      { ...about, name: 'cookies.large', bytes: 4_000 },
      { name: 'backend.failed', at: T0, backend: 'store', cause: new Error('redis://user:password@host') },
    ];
    expect(events.map(toAuditRecord)).toEqual(events.map(() => undefined));
  });
});
