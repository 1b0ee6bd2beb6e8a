import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Auth } from '@tokenpair/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../support/clock.ts';
import { failureOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { decode } from '../support/tokens.ts';
import { ROOT, runPage, textOf } from '../verifier/docs.ts';

interface SessionsPage {
  readonly auth: Auth;
  readonly slidingAuth: Auth;
  readonly lastLogin: Map<string, number>;
  readonly failures: string[];
  readonly renew: (token: string) => Promise<string>;
  readonly watchForReuse: (alarm: (session: string) => void) => void;
}

const run = async () => (await runPage('sessions')) as unknown as SessionsPage;

/** Lines of the table below a heading, by their first cell. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const section = `\n${textOf('sessions')}`.split(`\n${heading}\n`)[1]?.split('\n#')[0] ?? '';
  return [...section.matchAll(/^\| (.*) \|$/gm)].slice(2).map(([, row = '']) => row.split(' | '));
}

describe('sessions.md', () => {
  beforeEach(() => void vi.stubEnv('TOKENPAIR_SECRET', 'a secret of the documentation, 32 bytes'));
  afterEach(() => vi.unstubAllEnvs());

  it('has hooks that are told, and nothing secret with it', async () => {
    const { auth, lastLogin, failures } = await run();
    const post = async (password: string) =>
      plain(await auth.handle(jsonRequest('/', { username: 'ada', password })));
    const good = await post('correct horse');
    expect(good?.status).toBe(200);
    expect(lastLogin.get('1')).toBeTypeOf('number');
    expect((await post('wrong'))?.body).toMatchObject({ code: 'invalid_credentials' });
    expect(failures).toEqual(['ada: invalid_credentials']);
    const [session] = await auth.sessions.list('1');
    expect(session?.client?.label).toBe('a browser');
  });

  it('renews a sliding token, and hears of reuse on the channel', async () => {
    const { slidingAuth, renew, watchForReuse } = await run();
    const alarms: string[] = [];
    watchForReuse((session) => alarms.push(session));
    const { access, session } = await slidingAuth.sessions.issue({ subject: '1' });
    const next = await renew(access);
    expect(decode(next).claims).toMatchObject({ gen: 1, sid: session.id });
    await renew(next);
    await failureOf(() => renew(access));
    expect(alarms).toEqual([session.id]);
  });

  it('lists every event with the members it has', () => {
    const source = readFileSync(join(ROOT, 'packages/core/src/events/events.ts'), 'utf8');
    const body = source.split('export interface AuthEvents {')[1]?.split('\n}\n')[0] ?? '';
    const names = [...body.matchAll(/^ {2}'([a-z._]+)'/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    const listed = rowsOf('## Events').map(([name = '']) => name.replaceAll('`', ''));
    expect([...listed].sort()).toEqual([...names].sort());
  });

  it('says the defaults that hold', async () => {
    const { auth } = await run();
    const { session, expiresIn, refreshExpiresIn } = await auth.sessions.issue({ subject: '1' });
    const rows = Object.fromEntries(rowsOf('# Sessions').map(([name = '', value = '']) => [name, value]));
    expect(rows).toMatchObject({
      '`access.ttl`': `${expiresIn / 60} minutes`,
      '`refresh.ttl`': `${Number(refreshExpiresIn) / 86_400} day`,
      '`session.ttl`': `${(session.endsAt - session.createdAt) / DAY} days`,
    });
    expect(rows).toMatchObject({
      '`refresh.grace`': '30 s',
      '`refresh.graceFor`': "`'any-client'`",
      '`refresh.reuse`': "`'session'`",
      '`refresh.rotate`': '`true`',
      '`mode`': "`'pair'`",
    });
  });
});
