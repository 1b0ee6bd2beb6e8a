import { describe, expect, it } from 'vitest';
import type { AuthContext } from '../../src/session/auth-context.ts';
import { mintPair } from '../../src/session/mint-pair.ts';
import type { Session } from '../../src/store.ts';

const NOW = 1_800_000_000_000;
const times = { createdAt: NOW, authTime: NOW, rotatedAt: NOW, lastUsedAt: NOW };
const session: Session = {
  ...{ id: 's1', subject: 'u1', generation: 3, rotatedBy: 'r3', ...times },
  ...{ endsAt: NOW + 9_000_000, expiresAt: NOW + 60_000 },
};
const CONTENT = { subject: { active: true }, own: {} };

type Issue = (claims: object) => Promise<string> | string;

describe('the pair of a session', () => {
  it('is signed at the same time, where signing takes time', async () => {
    const begun: string[] = [];
    let finish = (): void => undefined;
    const signed = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const signing = (name: string) => async (): Promise<string> => {
      begun.push(name);
      await signed;
      return name;
    };
    const pair = mintPair(contextOf(signing('access'), signing('refresh')), session, CONTENT);
    expect(begun.toSorted()).toEqual(['access', 'refresh']);
    finish();
    expect(await pair).toMatchObject({ access: 'access', refresh: 'refresh', refreshExpiresIn: 60 });
  });

  const fails = (how: 'at once' | 'later'): Issue => {
    if (how === 'later') return () => Promise.reject(new Error(how));
    return () => {
      throw new Error(how);
    };
  };

  // An unhandled rejection fails the run.
  it.each([
    ['at once', 'at once'],
    ['at once', 'later'],
    ['later', 'at once'],
    ['later', 'later'],
  ] as const)('rejects once when access fails %s and refresh %s', async (access, refresh) => {
    const pair = mintPair(contextOf(fails(access), fails(refresh)), session, CONTENT);
    await expect(pair).rejects.toThrow(/at once|later/);
    await new Promise((resolve) => setImmediate(resolve));
  });
});

function contextOf(access: Issue, refresh: Issue): AuthContext {
  const issuer = 'https://api.example.com';
  const options = { mode: 'pair', issuer, audience: issuer, clock: () => NOW, access: { ttl: 300_000 } };
  const context = { options: { ...options, can: { records: true } }, randomId: () => 'id' };
  return { ...context, access: { issue: access }, refresh: { issue: refresh } } as unknown as AuthContext;
}
